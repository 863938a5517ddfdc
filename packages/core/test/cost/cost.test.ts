import { describe, expect, test } from 'vitest';
import { derive, exportCode, reportJson, reportText } from '../../src/index.ts';
import type { Input } from '../../src/syntax/input.ts';
import { formulaProgram, measured } from './programs.ts';

const operations = (input: Input, options: { sizes?: string; order?: number } = {}): string[] => {
  const report = derive(input, { cost: true, check: false, trick: false, ...options });
  return (reportJson(report).cost?.rows ?? []).map(
    (r) =>
      `${r.name}: ${r.operations.size}${r.operations.number === null ? '' : ` = ${r.operations.number}`}`,
  );
};

const regression = {
  expression: '½ ‖Xθ − y‖²',
  where: 'X: m×n; y: m; θ: n',
  wrt: ['θ'],
} satisfies Input;

describe('operations', () => {
  test('are counted as formulas, and as numbers where lengths are given', () => {
    // Xθ: 2mn, − y: m; ‖r‖²: 2m, ½: 1; Xᵀr: 2mn; r is shared
    expect(operations(regression)).toEqual([
      'J: 2mn + 3m + 1',
      '∂J/∂θ: 4mn + m',
      'together: 4mn + 3m + 1',
    ]);
    expect(operations(regression, { sizes: 'm=100, n=10' })[2]).toBe(
      'together: 4mn + 3m + 1 = 4301',
    );
  });

  test('of a diagonal, a mask and a repetition are none', () => {
    expect(operations({ expression: 'sum(diag(x) b)', where: 'x, b: n', wrt: ['x'] })[1]).toBe(
      '∂J/∂x: 0 = 0',
    );
  });

  test('of families are those of a step, and of all', () => {
    const network = {
      expression: '½ ‖Z[L] − Y‖²',
      where:
        'X: m×n[0]; Y: m×n[L]; W[l]: n[l-1]×n[l] for l = 1..L; Z[0] = X; Z[l] = tanh(Z[l-1] W[l]) for l = 1..L',
      wrt: ['W[l]'],
    } satisfies Input;
    const rows = operations(network, { sizes: 'L=2, m=3, n=[4,5,6]' });
    expect(rows).toContain('Z[l]: 2m n[l−1] n[l] + m n[l]');
    // 2·3·(4·5 + 5·6) + 3·(5 + 6), and 3·3·6 + 1 for the value
    expect(rows).toContain(
      'forward in all: 2m (n[0] n[1] + … + n[L−1] n[L]) + m (n[1] + … + n[L]) + 3m n[L] + 1 = 388',
    );
  });

  test('are said with how they are counted', () => {
    const text = reportText(derive(regression, { cost: true, check: false, trick: false }));
    expect(text).toMatch(/a multiply-add counts 2/u);
    expect(text).toMatch(/with m ≥ n/u);
    expect(reportText(derive(regression, { check: false, trick: false }))).not.toMatch(
      /multiply-add/u,
    );
  });
});

const flops = (input: Input, lengths: Readonly<Record<string, number>>, order = 1): number =>
  measured(formulaProgram(input, { order }), new Map(Object.entries(lengths))).flops;

const body = (input: Input, options: { order?: number; sizes?: string } = {}): string[] => {
  const code = exportCode(input, 'numpy', { check: false, ...options });
  const [, derivative = ''] = code.split('def derivative');
  const lines = (derivative.split('\n\n\n')[0] ?? '').split('\n').map((l) => l.trim());
  return lines.slice(lines.findLastIndex((l) => l.startsWith('assert')) + 1);
};

describe('the order of work', () => {
  test('is that of the least operations for the lengths given', () => {
    const chain = { expression: 'sum((A X B).^2)', where: 'A: p×m; X: m×n; B: n×q', wrt: ['X'] };
    // (A X) B where A is narrow, A (X B) where B is; in another order it would take 2 million and more
    expect(flops(chain, { p: 2, m: 100, n: 100, q: 100 })).toBeLessThan(300_000);
    expect(flops(chain, { p: 100, m: 100, n: 100, q: 2 })).toBeLessThan(300_000);
  });

  test('of an outer product and a sum multiplies out', () => {
    const input = { expression: 'sum((u vᵀ + A) B)', where: 'u, v: n; A: n×n; B: n×k', wrt: ['B'] };
    expect(flops(input, { n: 100, k: 3 })).toBeLessThan(4.1 * 100 * 100);
  });

  test('takes what a product has twice once', () => {
    const program = formulaProgram({
      expression: 'sum(softmax(W4 W3 W2 relu(W1 x)) ⊙ y)',
      where: 'x, y: n; W1, W2, W3, W4: n×n',
      wrt: ['x'],
    });
    expect(measured(program).largest).toBeLessThanOrEqual(measured(program).most);
    const layers = ['W4 relu(W3 relu(W2 relu(W1 x)))', 'W2 relu(W1 x)'].map((f) =>
      flops(
        { expression: `logsumexp(${f})`, where: 'x: n; W1, W2, W3, W4: n×n', wrt: ['W1'] },
        { n: 16 },
        2,
      ),
    );
    const [four = 0, two = 0] = layers;
    // two more layers cost two more products of matrices and what is of lower order, and not powers of the network
    expect(four - two).toBeLessThan(2 * 2 * 16 ** 3 + 40 * 16 ** 2);
  });

  test('grows in proportion to the layers of a perceptron', () => {
    const hessian = (layers: number): number => {
      const weights = Array.from({ length: layers }, (_, l) => `W${l + 1}`);
      const network = weights.reduce((z, w, l) => (l === 0 ? `X ${w}` : `relu(${z}) ${w}`), '');
      return flops(
        {
          expression: `softmax_cross_entropy(${network}, Y)`,
          where: `X: m×n; Y: m×n simplex; ${weights.join(', ')}: n×n`,
          wrt: ['W1'],
        },
        { m: 8, n: 8 },
        2,
      );
    };
    const [three, four, eight] = [hessian(3), hessian(4), hessian(8)];
    expect(eight - four).toBeLessThan(4.2 * (four - three));
  });
});

describe('what is written', () => {
  test('adds a diagonal to the diagonal alone', () => {
    expect(body({ expression: 'logsumexp(x)', where: 'x: n', wrt: ['x'] }, { order: 2 })).toEqual(
      expect.arrayContaining(['return on_diagonal(0, 1, n, t1, -np.outer(t1, t1))']),
    );
  });

  test('scales what is small', () => {
    expect(
      body(
        { expression: '‖U Vᵀ − T‖²', where: 'U: m×k; V: n×k; T: m×n', wrt: ['U'] },
        { order: 2 },
      ),
    ).toEqual([
      't1 = V.T @ V',
      't2 = 2 * t1',
      'return on_diagonal(0, 2, m, np.expand_dims(t2, 0))',
    ]);
  });

  test('takes a weighted product with its own transpose as one of a matrix with itself', () => {
    const weighted = {
      expression: 'sum(d ⊙ (X w).^2)',
      where: 'X: m×n; d: m positive; w: n',
      wrt: ['w'],
    };
    expect(body(weighted, { order: 2 })).toEqual([
      't1 = np.sqrt(d)[:, None] * X',
      'return 2 * (t1.T @ t1)',
    ]);
    // of either sign there is no root
    expect(body({ ...weighted, where: 'X: m×n; d: m; w: n' }, { order: 2 }).join()).not.toMatch(
      'sqrt',
    );
  });

  test('is ordered for the lengths given', () => {
    const chain = { expression: 'sum((A X B).^2)', where: 'A: p×m; X: m×n; B: n×q', wrt: ['X'] };
    const [wide, narrow] = ['p=2, m=9, n=9, q=9', 'p=9, m=9, n=9, q=2'].map((sizes) =>
      body(chain, { sizes }).join('\n'),
    );
    expect(wide).not.toBe(narrow);
  });
});
