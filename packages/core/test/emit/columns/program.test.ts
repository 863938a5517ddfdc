import { describe, expect, test } from 'vitest';
import { codeOf } from '../../../src/emit/targets.ts';
import { problemOf } from '../../support/ask.ts';

const lines = (
  target: 'julia' | 'matlab',
  expression: string,
  where: string,
  wrt: string,
): string[] =>
  codeOf(target, problemOf(expression, where, wrt))
    .split('\n')
    .map((l) => l.trim());

const REGRESSION = ['½ ‖Xθ − y‖²', 'X: m×n; y: m; θ: n', 'θ'] as const;

describe('matrix notation in native operators', () => {
  test('of Julia', () => {
    expect(lines('julia', ...REGRESSION)).toContain("return X' * (X * θ - y)");
    expect(lines('julia', 'xᵀ A⁻¹ y', 'A: n×n invertible; x, y: n', 'y')).toContain(
      "return A' \\ x",
    );
    expect(lines('julia', 'sum(tanh(X + b))', 'X: m×n; b: 1×n', 'X')).toContain(
      "return 1 .- tanh.(X .+ b') .^ 2",
    );
  });

  test('of MATLAB', () => {
    expect(lines('matlab', ...REGRESSION)).toContain("d_theta = X' * t1;");
    expect(lines('matlab', 'xᵀ A⁻¹ y', 'A: n×n invertible; x, y: n', 'y')).toContain(
      "t1 = A' \\ x;",
    );
    expect(lines('matlab', 'sum(tanh(X + b))', 'X: m×n; b: 1×n', 'X')).toContain(
      'd_X = 1 - t1 .^ 2;',
    );
  });
});

test('MATLAB computes derivatives after a return for callers that want the value alone', () => {
  const code = lines('matlab', ...REGRESSION);
  const value = code.findIndex((l) => l.startsWith('value = '));
  expect(code.slice(value + 1, value + 4)).toEqual(['if nargout < 2', 'return', 'end']);
  expect(code.findIndex((l) => l.startsWith('d_theta = '))).toBeGreaterThan(value + 3);
});

describe('Julia keeps the type of its arguments', () => {
  test('where lengths, constants and roots of numbers are factors', () => {
    const code = lines('julia', 'π/n sum(gelu(x))', 'x: n', 'x');
    expect(code).toContain('T = float(eltype(x))');
    const from = code.findIndex((l) => l.startsWith('function value('));
    const body = code.slice(from).filter((l) => !l.startsWith('#'));
    expect(body.join('\n')).not.toMatch(/(?<!T\()\bπ|sqrt\(\d|\d\.\d/u);
  });

  test('in ones, zeros and identities', () => {
    expect(lines('julia', 'sum(X) + 0 yᵀy', 'X: m×n; y: n', 'X,y')).toContain(
      'return ones(T, m, n), zeros(T, n)',
    );
    expect(lines('julia', 'tr(X)', 'X: n×n', 'X')).toContain('return Matrix{T}(I, n, n)');
    expect(lines('julia', '−2λ', 'λ: scalar', 'λ')).toContain('return T(-2)');
  });

  test('and returns no array of its caller', () => {
    expect(lines('julia', 'aᵀx', 'a, x: n', 'x')).toContain('return copy(a)');
    expect(lines('julia', 'tr(A X)', 'A: m×n; X: n×m', 'X')).toContain("return copy(A')");
  });
});

test('names never hide what the code calls', () => {
  const where = 'size, T, sum: scalar; I: n; value: n';
  const julia = lines('julia', 'size T sum Iᵀvalue', where, 'I').join('\n');
  expect(julia).toContain('function derivative(size_, T, sum_, I_, value_)');
  expect(lines('matlab', 'size T sum Iᵀvalue', where, 'I')).toContain(
    'function [value, d_I] = value_and_derivative(size_, T, sum_, I, value_)',
  );
});

test('functions that stay unknown are arguments', () => {
  const asked = ['sum(σ(A x))', 'A: m×n; x: n; σ: elementwise', 'x'] as const;
  expect(lines('julia', ...asked)).toContain('function derivative(A, x; σ, σ_prime)');
  expect(lines('matlab', ...asked)).toContain(
    'function [value, d_x] = value_and_derivative(A, x, sigma, sigma_prime)',
  );
});

test('a family needs its number of steps', () => {
  const where = 'W[l]: n×n for l = 1..L; Z[0] = X; Z[l] = tanh(Z[l-1] W[l]) for l = 1..L; X: n×n';
  const problem = problemOf('sum(Z[L])', where, 'W[l]');
  expect(() => codeOf('matlab', problem)).toThrow(/matlab has no code for families/);
  expect(codeOf('matlab', problem, {}, new Map([['L', 2]]))).toContain('d_W_2 = ');
});
