import { describe, expect, test } from 'vitest';
import { elaborateProblem } from '../../../src/elaborate/elaborate.ts';
import { toText } from '../../../src/emit/text.ts';
import type { Input } from '../../../src/syntax/input.ts';
import { parseInput } from '../../../src/syntax/parse.ts';
import { errorOf, shapesOf } from '../../support/ask.ts';

/** The formula, and the definitions before it. */
function read(input: Input): string {
  const { program, expression } = parseInput({ ...input, syntax: 'numpy' });
  const lines = program.statements.flatMap((s) =>
    s.kind === 'definition' ? [`${s.name.name} = ${toText(s.value)}`] : [],
  );
  return [...lines, ...(expression ? [toText(expression)] : [])].join('; ');
}

const where = 'X: m×n; A: n×n; x, w: n; y: m; c: scalar; σ: elementwise';

describe('formulas', () => {
  test.each([
    // precedence of Python
    ['x @ A @ x', 'xᵀAx'],
    ['-x**2 @ x', '(−x.^2)ᵀx'],
    ['2 * c ** 3', '2c³'],
    ['1 / (2*m)', '1/(2m)'],
    ['1 / 2 * m', '1/2 m'],
    ['c ** -1', 'c⁻¹'],
    // vectors beside other arrays
    ['A @ x', 'Ax'],
    ['x @ A', 'Aᵀx'],
    ['y @ X @ x', 'yᵀXx'],
    ['x.T @ x', 'xᵀx'],
    ['x * w', 'x ⊙ w'],
    ['X + x', 'X + xᵀ'],
    ['X * y[:, None]', 'X ⊙ y'],
    ['X / x', 'X ⊘ xᵀ'],
    ['x / c', 'x/c'],
    ['c * x', 'cx'],
    ['np.outer(y, x)', 'yxᵀ'],
    ['y[:, None] * x', 'yxᵀ'],
    // functions, methods, axes
    ['X.sum(axis=0) @ x', 'sum(X, axis=0) x'],
    ['np.sum(X, 1) @ y', 'sum(X, axis=1)ᵀ y'],
    ['X.sum(axis=0, keepdims=True) @ x', 'sum(X, axis=0) x'],
    ['np.linalg.norm(x)**2', '‖x‖²'],
    ['np.linalg.norm(X, "fro")', '‖X‖_F'],
    ['np.linalg.norm(x, 1)', '‖x‖_1'],
    ['np.linalg.solve(A, x)', 'A⁻¹x'],
    ['np.linalg.inv(A).T @ x', 'A⁻ᵀx'],
    ['np.linalg.slogdet(A)[1]', 'logdet(A)'],
    ['np.trace(A) + np.linalg.det(A)', 'tr(A) + det(A)'],
    ['np.maximum(0, X @ x).sum()', 'sum(max(0, Xx))'],
    ['np.logaddexp(0, -y).sum()', 'sum(−y + softplus(0 − (−y)))'],
    ['x @ np.eye(n) @ np.ones(n)', 'xᵀ eye(n) ones(n)'],
    ['σ(X @ x) @ y', 'σ(Xx)ᵀ y'],
    ['(X - np.mean(X, axis=0)).sum()', 'sum(X − mean(X, axis=0))'],
    ['A[0, 1] + x[0]', 'A[1,2] + x[1]'],
    ['X[0] @ x + X[:, 1] @ y', 'X[1,:] x + X[:,2]ᵀ y'],
    ['np.pi * c', 'πc'],
    // other libraries
    ['torch.sum((X @ x - y).pow(2)) / X.size(0)', 'sum((Xx − y).^2)/m'],
    ['x.t() @ A.t() @ x', 'xᵀAᵀx'],
    ['jnp.log1p(jnp.exp(-y)).mean()', 'mean(log1p(exp(−y)))'],
    ['torch.linalg.norm(x)', '‖x‖'],
    ['torch.softmax(X, dim=0).sum()', 'sum(softmax(X, axis=0))'],
    ['F.mse_loss(X @ x, y)', 'mse(Xx, y)'],
    // lengths
    ['x @ x / len(x)', 'xᵀx/n'],
    ['np.sum((X @ x - y)**2) / (X @ x).size', 'sum((Xx − y).^2)/m'],
    ['X.shape[0] + X.size', 'm + mn'],
    // index notation
    ['np.einsum("ij,j->i", X, x) @ y', '(Xx)ᵀy'],
    ['np.einsum("i,ij->j", y, X) @ x', '(Xᵀy)ᵀx'],
    ['np.einsum("i,i", x, w)', 'xᵀw'],
    ['np.einsum("ii", A)', 'tr(A)'],
    ['np.einsum("ij,ij->", A, A)', '⟨A, A⟩'],
    ['np.einsum("ij,i->ij", X, y).sum()', 'sum(X ⊙ y)'],
    ['np.einsum("ij,ij->j", X, X) @ x', 'sum(X ⊙ X, axis=0) x'],
  ])('%s', (expression, text) => {
    expect(read({ expression, where })).toBe(text);
  });
});

describe('statements', () => {
  test('assignments are definitions, the last line is the value', () => {
    const expression = 'import numpy as np  # as always\nr = X @ theta - y\nr @ r / (2*m)';
    expect(read({ expression, where })).toBe('r = Xθ − y; rᵀr/(2m)');
  });

  test('a whole function', () => {
    const text = [
      'def loss(W, b):',
      '    """The cross entropy."""',
      '    m, n = X.shape',
      '    z = X @ W + b',
      '    return -np.sum(Y * log_softmax(z)) / m',
    ].join('\n');
    expect(read({ file: { name: 'a.py', text } })).toBe('z = XW + bᵀ; −sum(Y ⊙ log_softmax(z))/m');
  });

  test('lines go on while a bracket is open, and end at a semicolon', () => {
    expect(read({ expression: 'r = (X @ x\n     - y); r @ r', where })).toBe('r = Xx − y; rᵀr');
  });

  test('another name of a function', () => {
    expect(read({ expression: 'f = np.tanh\ng = relu\nf(x) @ g(w)', where })).toBe(
      'f = tanh; g = relu; f(x)ᵀ g(w)',
    );
  });

  test('logarithms of determinants, both values named', () => {
    expect(read({ expression: 'sign, ld = np.linalg.slogdet(A)\nld', where })).toBe(
      'ld = logdet(A); ld',
    );
  });

  test('claims', () => {
    const input = { expression: '0.5 * x @ A @ x', where, claims: ['A @ x', 'dJ/dx = A.T @ x'] };
    const { claims } = parseInput({ ...input, syntax: 'numpy' });
    expect(claims.map((c) => [c.target?.kind ?? null, toText(c.value)])).toEqual([
      [null, 'Ax'],
      ['derivative', 'Aᵀx'],
    ]);
  });
});

test('members of families have no notation in Python', () => {
  const input = { expression: 'x @ W @ x', where: 'W[l]: n×n for l = 1..L; x: n' };
  const error = errorOf({ ...input, syntax: 'numpy' });
  expect(error.diagnostics.map((d) => d.code)).toEqual(['no-notation']);
});

describe('undeclared names', () => {
  const shapes = (expression: string, given = ''): string =>
    shapesOf(elaborateProblem(parseInput({ expression, where: given, syntax: 'numpy' })));

  test.each([
    ['x @ A @ x', 'x: m (inferred), A: m×m (inferred)'],
    [
      'np.sum((X @ w - y)**2) + lam * w @ w',
      'X: m×n (inferred), w: n (inferred), y: m (inferred), lam: scalar (inferred)',
    ],
    ['np.sum((X @ W + b)**2)', 'X: m×n (inferred), W: n×p (inferred), b: p (inferred)'],
  ])('%s', (expression, text) => {
    expect(shapes(expression)).toBe(text);
  });

  test('names of shapes are numbers', () => {
    expect(shapes('x @ x / n', 'x: n')).toBe('x: n');
  });
});

describe('what NumPy repeats in another way than was meant is told', () => {
  test('a column less a vector', () => {
    const error = errorOf({
      expression: 'np.sum((y[:, None] - X @ w)**2)',
      where: 'X: m×n; y: m; w: n',
      syntax: 'numpy',
    });
    expect(error.diagnostics.map((d) => d.message)).toEqual(['cannot subtract m and 1×m']);
  });
});
