import { describe, expect, test } from 'vitest';
import { matgrad } from './support.ts';

const SQUARES = ['½ ‖Xθ − y‖²', '--where', 'X: m×n; y: m; θ: n', '--wrt', 'θ'];

describe('which derivative', () => {
  test.each([
    [['derive', ...SQUARES, '--hvp', 'v'], '∂²J/∂θ² [v] = Xᵀ(Xv)'],
    [['derive', 'X θ', '--where', 'X: m×n; θ: n', '--jvp', 'V,v'], '∂J/∂(X, θ) [V, v] = Vθ + Xv'],
    [['derive', 'X θ', '--where', 'X: m×n; θ: n', '--vjp', 'u'], '(∂J/∂θ)ᵀ [u] = Xᵀu'],
    [['derive', 'sum(x.^3)', '--where', 'x: n', '--order', '3'], 'd³J = 6 sum(dx.^3)'],
    [
      ['derive', 'logdet(X)', '--where', 'X: n×n posdef', '--independent-entries'],
      '2X⁻¹ − diag(diag(X⁻¹))',
    ],
    [['derive', ...SQUARES, '--where', 'assume XᵀX = I'], '∂J/∂θ = θ − Xᵀy'],
    [['export', ...SQUARES, '--hvp', 'v', '--to', 'numpy'], 'def derivative(X, y, theta, v):'],
  ])('%j', async (words, text) => {
    const { code, out, err } = await matgrad(words);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain(text);
  });

  test.each([
    [['derive', ...SQUARES, '--order', '5'], 'from 1 to 4'],
    [['derive', ...SQUARES, '--order', '2', '--hvp', 'v'], 'cannot be used with'],
    [['derive', ...SQUARES, '--hvp', 'v', '--vjp', 'u'], 'cannot be used with'],
    [['derive', ...SQUARES, '--hvp', 'X'], 'X has a meaning already'],
    [['export', ...SQUARES, '--hvp', 'v,w', '--to', 'numpy'], 'takes one vector'],
    [['derive', 'examples/perceptron.mg', '--order', '2'], 'are not known yet for families'],
    [['derive', 'examples/perceptron.mg', '--hvp', 'v'], 'is not known yet for families'],
  ])('is refused: %j', async (words, message) => {
    const { code, err } = await matgrad(words);
    expect(code).toBe(2);
    expect(err.replaceAll(/\s+/gu, ' ')).toContain(message);
  });

  test('in JSON', async () => {
    const { out } = await matgrad(['derive', ...SQUARES, '--hvp', 'v', '--json']);
    const { results, assumptions } = JSON.parse(out) as {
      readonly results: readonly { readonly kind: string; readonly name: string }[];
      readonly assumptions: readonly string[];
    };
    expect(results[0]).toMatchObject({ kind: 'product', name: '∂²J/∂θ² [v]', text: 'Xᵀ(Xv)' });
    expect(assumptions).toEqual([]);
  });
});
