import { describe, expect, test } from 'vitest';
import { matgrad } from './support.ts';

const last = (out: string, word: string): string | undefined =>
  out.split('\n').find((line) => line.startsWith(word));

describe('--syntax', () => {
  test('LaTeX by itself, NumPy where it is asked for: one answer', async () => {
    const where = ['--where', 'X: m×n; y: m; θ: n', '--wrt', 'θ', '--no-trick'];
    const maths = await matgrad(['derive', '1/(2m) ‖Xθ − y‖²', ...where]);
    const latex = await matgrad([
      'derive',
      '\\frac{1}{2m} \\lVert X\\theta - y \\rVert^2',
      ...where,
    ]);
    const code = 'np.sum((X @ theta - y)**2) / (2*m)';
    const numpy = await matgrad(['derive', code, ...where, '--syntax', 'numpy']);
    const gradient = last(maths.out, 'gradient');
    expect(gradient).toContain('1/m Xᵀ(Xθ − y)');
    expect(last(latex.out, 'gradient')).toBe(gradient);
    expect(last(numpy.out, 'gradient')).toBe(gradient);
    expect([maths.code, latex.code, numpy.code]).toEqual([0, 0, 0]);
  });

  test('export and check', async () => {
    const exported = await matgrad(['export', '\\frac12 x^\\top A x', '--to', 'numpy']);
    expect(exported.code).toBe(0);
    expect(exported.out).toContain('def value(');
    const words = ['0.5 * x @ A @ x', '--where', 'A: n×n symmetric; x: n', '--wrt', 'x'];
    const checked = await matgrad(['check', ...words, '--syntax', 'numpy', '--claim', 'x @ A']);
    expect(checked.code).toBe(0);
    const wrong = await matgrad(['check', ...words, '--syntax', 'numpy', '--claim', '0.5 * A @ x']);
    expect(wrong.code).toBe(1);
  });

  test('repairs are spelled as the text is', async () => {
    const where = ['--where', 'X: m×n; y: m'];
    const numpy = await matgrad(['derive', 'X @ y', ...where, '--syntax', 'numpy']);
    expect(numpy.err).toContain('did you mean `X.T @ y`?');
    const latex = await matgrad(['derive', '\\mathbf{X} \\mathbf{y}', ...where]);
    expect(latex.err).toContain('did you mean `\\mathbf{X}^\\top \\mathbf{y}`?');
  });

  test('no such syntax', async () => {
    const { code, err } = await matgrad(['derive', 'x', '--syntax', 'tex']);
    expect(code).toBe(2);
    expect(err).toContain('latex');
  });
});
