import { describe, expect, test } from 'vitest';
import { python, runPython } from '../../../../../test/support/python.ts';
import { reverse } from '../../../src/derive/reverse.ts';
import { codeOf, TARGETS } from '../../../src/emit/targets.ts';
import { apply, einsum, symbol, total } from '../../../src/expr/build.ts';
import type { Node, Sym } from '../../../src/expr/node.ts';
import { tanh } from '../../../src/ops/elementwise.ts';
import { dimName } from '../../../src/shape/dim.ts';
import { problemOf } from '../../support/ask.ts';

const exported = (expression: string, where: string, ...wrt: string[]): string =>
  codeOf('numpy', problemOf(expression, where, ...wrt));

/** The body of one of the module's functions, without its docstring and asserts. */
function bodyOf(source: string, name: 'value' | 'derivative'): string[] {
  const [, text = ''] = source.split(new RegExp(`^def ${name}\\(.*?^    """$`, 'ms'));
  const [body = ''] = text.split(/^\S/m);
  return body
    .trim()
    .split('\n')
    .map((l) => l.trim())
    .filter((l) => !/^assert|floats\(|\.shape/.test(l));
}

const derivativeOf = (expression: string, where: string, ...wrt: string[]): string[] =>
  bodyOf(exported(expression, where, ...wrt), 'derivative');

test('a module for linear regression', () => {
  const source = exported('1/(2m) (Xθ − y)ᵀ(Xθ − y)', 'X: m×n; y: m; θ: n', 'θ');
  expect(source).toMatchInlineSnapshot(`
    """"1/(2m) (Xθ − y)ᵀ(Xθ − y)

    Runs with NumPy alone. Vectors are one-dimensional arrays, 1×n rows two-dimensional.
    """

    import numpy as np


    def floats(*arguments):
        """The arguments as arrays of one floating-point type; scalars and integers do not decide it."""
        arrays = [np.asarray(a) for a in arguments]
        types = [a.dtype for a in arrays if a.ndim > 0 and a.dtype.kind in "fc"]
        dtype = np.result_type(*types) if types else np.float64
        return [a.astype(dtype, copy=False) for a in arrays]


    def value(X, y, theta):
        """1/(2m) (Xθ − y)ᵀ(Xθ − y)

        X: m×n
        y: m
        theta: n

        Returns a scalar.
        """
        X, y, theta = floats(X, y, theta)
        assert X.ndim == 2, f"X must be m x n, not {X.shape}"
        m, n = X.shape
        assert y.shape == (m,), f"y must be m = {(m,)}, not {y.shape}"
        assert theta.shape == (n,), f"theta must be n = {(n,)}, not {theta.shape}"
        return np.sum((X @ theta - y) ** 2) / (2 * m)


    def derivative(X, y, theta):
        """The derivative of 1/(2m) (Xθ − y)ᵀ(Xθ − y)

        ∂/∂θ = 1/m Xᵀ(Xθ − y)

        X: m×n
        y: m
        theta: n

        Returns the derivative by θ (n).
        """
        X, y, theta = floats(X, y, theta)
        assert X.ndim == 2, f"X must be m x n, not {X.shape}"
        m, n = X.shape
        assert y.shape == (m,), f"y must be m = {(m,)}, not {y.shape}"
        assert theta.shape == (n,), f"theta must be n = {(n,)}, not {theta.shape}"
        return X.T @ (X @ theta - y) / m


    def value_and_derivative(X, y, theta):
        """1/(2m) (Xθ − y)ᵀ(Xθ − y), and its derivative: what both need is computed once.

        X: m×n
        y: m
        theta: n

        Returns the value (a scalar) and the derivative by θ (n).
        """
        X, y, theta = floats(X, y, theta)
        assert X.ndim == 2, f"X must be m x n, not {X.shape}"
        m, n = X.shape
        assert y.shape == (m,), f"y must be m = {(m,)}, not {y.shape}"
        assert theta.shape == (n,), f"theta must be n = {(n,)}, not {theta.shape}"
        t1 = X @ theta - y
        return t1 @ t1 / (2 * m), X.T @ t1 / m
    "
  `);
});

describe('code', () => {
  test('multiplies in the order that costs least', () => {
    const where = 'A: p×q; B: q×r; C: r×s; a: p; d: s';
    expect(derivativeOf('aᵀ A B C d', where, 'a')).toEqual(['return A @ (B @ (C @ d))']);
    expect(derivativeOf('aᵀ A B C d', where, 'd')).toEqual(['return C.T @ (B.T @ (A.T @ a))']);
    expect(derivativeOf('½ ‖Xθ − y‖²', 'X: m×n; y: m; θ: n', 'θ')).toEqual([
      'return X.T @ (X @ theta - y)',
    ]);
  });

  test('solves where an inverse is used once, and names it where it is used again', () => {
    const where = 'A: n×n invertible; x, y: n';
    expect(derivativeOf('xᵀ A⁻¹ y', where, 'x')).toEqual(['return np.linalg.solve(A, y)']);
    expect(derivativeOf('xᵀ A⁻¹ y', where, 'y')).toEqual(['return np.linalg.solve(A.T, x)']);
    expect(derivativeOf('logdet(A) + xᵀ A⁻¹ y', where, 'A')[0]).toBe('t1 = np.linalg.inv(A)');
  });

  test('forms no product to sum its diagonal', () => {
    const source = exported('tr(A B)', 'A: m×n; B: n×m', 'A');
    expect(bodyOf(source, 'value')).toEqual(['return np.sum(A * B.T)']);
  });

  test('computes what is used twice once', () => {
    const source = exported('sum(tanh(A x)) + ‖tanh(A x)‖²', 'A: m×n; x: n', 'x,A');
    expect(bodyOf(source, 'value').filter((l) => l.includes('np.tanh'))).toHaveLength(1);
    expect(
      bodyOf(source, 'derivative')
        .join('\n')
        .match(/np\.tanh/g),
    ).toHaveLength(1);
    expect(bodyOf(source, 'derivative').join('\n').match(/A @ x/g)).toHaveLength(1);
  });

  test('has a line for each named part, in order', () => {
    const body = derivativeOf(
      'cross_entropy(Y, P)',
      'Y: m×k simplex; X: m×n; Θ: n×k; P = softmax(XΘ)',
      'Θ',
    );
    expect(body).toEqual(['P = softmax(X @ Theta)', 'return X.T @ (P - Y)']);
  });

  test('repeats rows and columns by broadcasting', () => {
    const where = 'X: m×n; b: 1×n; c: m';
    expect(bodyOf(exported('sum(tanh(X + b))', where, 'X'), 'value')).toEqual([
      'b = b.reshape(n)',
      'return np.sum(np.tanh(X + b))',
    ]);
    expect(bodyOf(exported('sum(tanh(X + c))', where, 'X'), 'value')).toEqual([
      'return np.sum(np.tanh(X + c[:, None]))',
    ]);
    expect(derivativeOf('sum(tanh(X + b))', where, 'b').at(-1)).toContain('.reshape(1, n)');
  });

  test('brings zeros, ones and identities of the right type', () => {
    expect(derivativeOf('sum(X)', 'X: m×n; y: n', 'X')).toEqual([
      'return np.ones((m, n), dtype=X.dtype)',
    ]);
    expect(derivativeOf('sum(X)', 'X: m×n; y: n', 'y')).toEqual([
      'return np.zeros(n, dtype=X.dtype)',
    ]);
    expect(derivativeOf('tr(X)', 'X: n×n', 'X')).toEqual(['return np.eye(n, dtype=X.dtype)']);
    expect(derivativeOf('2λ', 'λ: scalar', 'λ')).toEqual(['return 2.0']);
  });

  test('gives results memory of their own', () => {
    expect(derivativeOf('aᵀx', 'a, x: n', 'x')).toEqual(['return a.copy()']);
    expect(derivativeOf('tr(Aᵀ X)', 'A, X: n×m', 'X')).toEqual(['return A.copy()']);
    expect(derivativeOf('tr(A X)', 'A: m×n; X: n×m', 'X')).toEqual(['return A.T.copy()']);
  });
});

describe('docstrings', () => {
  test('say what a derivative takes for granted of its arguments', () => {
    const source = exported('xᵀAx + sum(p ⊙ x)', 'A: n×n symmetric; x: n; p: n simplex', 'x');
    expect(source).toContain('    A: n×n symmetric\n    x: n\n    p: n simplex\n');
  });
});

describe('names', () => {
  test('are spelled in ASCII and never hide anything', () => {
    const source = exported('λ θᵀx̂ + np ᾱ', 'λ, np, ᾱ: scalar; θ, x̂: n', 'θ');
    expect(source).toContain('def value(lambda_, np_, alpha_bar, theta, x_hat):');
  });

  test('stay apart from sizes and from named parts', () => {
    const body = derivativeOf(
      'cross_entropy(Y, softmax(XP))/m',
      'Y: m×k simplex; X: m×n; P: n×k; t1: n',
      'P',
    );
    expect(body.join('\n')).not.toMatch(/^P = /m);
  });
});

const run = (source: string, code: string, input: unknown = null): Promise<unknown> =>
  runPython(`${source}\n${code}`, input);

describe.skipIf(!python())('modules that run', () => {
  test('read every length off the arrays, also of n+1 and 2n, and are told the rest', async () => {
    const source = exported('sum(tanh(W))/N + sum(B)/k', 'W: (n+1)×2k; B: 2k; N: scalar', 'W');
    const out = await run(
      source,
      'output = [value(np.ones((4, 6)), np.ones(6), 2.0), derivative(np.zeros((4, 6)), np.ones(6), 2.0).shape]',
    );
    expect(out).toEqual([expect.closeTo((24 * Math.tanh(1)) / 2 + 2, 12), [4, 6]]);
  });

  test('ask for a size that no array tells', async () => {
    const source = exported('‖x‖² sum(ones(N))', 'x: n', 'x');
    expect(source).toMatch(/def value\(x, \*, N\):/);
    expect(await run(source, 'output = derivative(np.ones(2), N=4)')).toEqual([8, 8]);
  });

  test.each([
    ['np.ones(3), np.ones(3), np.ones(2)', /X must be m x n, not \(3,\)/],
    ['np.ones((3, 2)), np.ones(2), np.ones(2)', /y must be m = \(3,\), not \(2,\)/],
    ['np.ones((3, 2)), np.ones((3, 1)), np.ones(2)', /y must be m = \(3,\), not \(3, 1\)/],
    ['np.ones((3, 2)), np.ones(3), np.ones(3)', /theta must be n = \(2,\), not \(3,\)/],
  ])('refuse %s', async (args, message) => {
    const source = exported('½ ‖Xθ − y‖²', 'X: m×n; y: m; θ: n', 'θ');
    await expect(run(source, `output = value(${args})`)).rejects.toThrow(message);
    await expect(run(source, `output = derivative(${args})`)).rejects.toThrow(message);
  });

  test('stay finite and in float32 for large arguments', async () => {
    const source = exported(
      'sum(sigmoid(x) ⊙ softplus(x)) + logsumexp(x) + aᵀ softmax(x) + cross_entropy(p, softmax(x))',
      'x, a: n; p: n simplex',
      'x',
    );
    const out = await run(
      source,
      `x = np.array([200, -200, 0, 150, -80], dtype=np.float32)
a = np.ones(5, dtype=np.float32)
v, d = value(x, a, a / 5), derivative(x, a, a / 5)
output = [str(v.dtype), str(d.dtype), bool(np.isfinite(v)), bool(np.all(np.isfinite(d)))]`,
    );
    expect(out).toEqual(['float32', 'float32', true, true]);
  });

  test('take lists, whole numbers and unsigned bytes for what they mean', async () => {
    const source = exported('½ ‖Xθ − y‖²', 'X: m×n; y: m; θ: n', 'θ');
    const out = await run(
      source,
      `X = np.array([[1, 0], [0, 1]], dtype=np.uint8)
output = [derivative(X, [3, 4], [1, 2]), str(derivative(X, [3, 4], np.ones(2, np.float32)).dtype)]`,
    );
    expect(out).toEqual([[-2, -2], 'float32']);
  });

  test('take unknown functions and their derivatives by name', async () => {
    const source = exported(
      'ℓ(σ(X W))',
      'X: m×n; W: n×k; σ: elementwise; ℓ: function(m×k) -> scalar',
      'W',
    );
    expect(source).toMatch(/def value\(X, W, \*, /);
    const out = await run(
      source,
      `rng = np.random.default_rng(0)
X, W, U = rng.standard_normal((5, 3)), rng.standard_normal((3, 2)), rng.standard_normal((3, 2))
f = dict(
    sigma=np.tanh,
    sigma_prime=lambda x: 1 - np.tanh(x) ** 2,
    ell=lambda Z: np.sum(Z**3),
    grad_ell=lambda Z: 3 * Z**2,
)
h = 1e-5
slope = (value(X, W + h * U, **f) - value(X, W - h * U, **f)) / (2 * h)
output = [slope, np.sum(derivative(X, W, **f) * U)]`,
    );
    const [slope = 0, own] = out as number[];
    expect(own).toBeCloseTo(slope, 7);
  });

  test('are Python whatever the title contains', async () => {
    const x = symbol('x', []);
    const title = `"""evil\\" \\N{x} \ud800 \u0000 ${'long '.repeat(40)}"""`;
    const source = TARGETS.numpy.formula({
      kind: 'formula',
      title,
      value: x,
      valueShape: [],
      inputs: [{ symbol: x, shape: [] }],
      derivatives: [{ variable: x, left: title, shape: [], node: x, text: title }],
      parts: [],
    });
    expect(await run(source, 'output = [value(3), derivative(3)]')).toEqual([3, 3]);
    expect(Math.max(...source.split('\n').map((l) => l.length))).toBeLessThanOrEqual(100);
  });
});

test('a long chain of layers is cut into lines', () => {
  const [n] = [dimName('n')];
  const x = symbol('x', [n]);
  const weights = Array.from({ length: 600 }, (_, l) => symbol(`W${l}`, [n, n]));
  const value = total(
    weights.reduce<Node>((z, w) => apply(tanh.leaf, [einsum('ij,j->i', [w, z])]), x),
  );
  const { gradients, parts } = reverse(value, weights.slice(0, 1));
  const source = TARGETS.numpy.formula({
    kind: 'formula',
    title: 'deep',
    value,
    valueShape: [],
    inputs: [x, ...weights].map((s) => ({ symbol: s, shape: s.shape })),
    derivatives: [
      {
        variable: weights[0] as Sym,
        shape: [n, n],
        node: gradients[0] as Node,
        left: '…',
        text: '…',
      },
    ],
    parts,
  });
  expect(source.match(/np\.tanh/g)).toHaveLength(1800);
});
