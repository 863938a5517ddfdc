import { sourceOf } from '../../../src/diagnostic/source.ts';
import type { Declared, Range } from '../../../src/elaborate/problem.ts';
import type {
  CheckSummary,
  Equation,
  Formula,
  Left,
  Report,
  Result,
  TrickPathReport,
} from '../../../src/explain/report.ts';
import { symbol } from '../../../src/expr/intern.ts';
import type { Property } from '../../../src/expr/node.ts';
import { DIM_ONE, dimName, type IndexExpr } from '../../../src/shape/dim.ts';
import type { Shape } from '../../../src/shape/shape.ts';
import {
  call,
  hadamard,
  minus,
  name,
  norm,
  num,
  over,
  place,
  plus,
  power,
  tight,
  times,
  transposed,
} from '../../../src/syntax/make.ts';
import type { Expr } from '../../../src/syntax/tree.ts';

/** Reports written out by hand, so that the printers are tested alone. */

export const matrix = (expr: Expr): Formula => ({ form: 'matrix', expr });
export const left = (text: string, index: IndexExpr | null = null): Left => ({
  kind: 'name',
  name: text,
  index,
});
export const by = (text: string, index: IndexExpr | null = null): Left => ({
  kind: 'derivative',
  of: 'J',
  name: text,
  index,
});

const [m, n, k] = [dimName('m'), dimName('n'), dimName('k')];
const nAt = (index: IndexExpr) => dimName('n', index);
const l = place('l');
const before = place('l', -1);
const L = place('L');
const upwards: Range = { letter: 'l', from: place(1), to: L };
const downwards: Range = { letter: 'l', from: L, to: place(1) };

function declared(
  text: string,
  shape: Shape,
  more: Partial<Declared> & { readonly properties?: readonly Property[] } = {},
): Declared {
  return {
    name: text,
    kind: 'variable',
    shape,
    properties: [],
    inferred: false,
    letter: null,
    range: null,
    symbol: null,
    ...more,
  };
}

const dimension = (text: string, more: Partial<Declared> = {}): Declared =>
  declared(text, [], { kind: 'dimension', ...more });

export const passed: CheckSummary = {
  verdict: 'passed',
  points: 5,
  maxRelativeError: 2.1e-11,
  taylorOrder: 2,
  dimensions: [
    { m: 7, n: 3 },
    { m: 4, n: 4 },
    { m: 5, n: 6 },
    { m: 3, n: 3 },
    { m: 2, n: 5 },
  ],
  seed: 1,
};

function result(more: Partial<Result> & Pick<Result, 'variable' | 'shape' | 'formula'>): Result {
  return {
    kind: 'gradient',
    before: [],
    product: null,
    layout: null,
    differential: null,
    range: null,
    where: [],
    recursion: [],
    shared: [],
    trick: null,
    steps: [],
    cache: [],
    cacheTotal: null,
    check: passed,
    notes: [],
    ...more,
  };
}

const [X, y, θ, b, A, x] = ['X', 'y', 'θ', 'b', 'A', 'x'].map((t) => name(t)) as [
  Expr,
  Expr,
  Expr,
  Expr,
  Expr,
  Expr,
];
const residual = minus(times(X, θ), y);

const regressionPath: TrickPathReport = {
  chain: [
    { expr: over(num(1), tight(2, name('m'))), shape: [], because: 'a number stays as it is' },
    { expr: tight(2, residual), shape: [m], because: 'd(rᵀr) = 2rᵀ dr' },
    { expr: X, shape: [m, n], because: 'd(Xθ) = X dθ' },
  ],
  wanted: [n],
  arrangements: [
    {
      expr: times(over(num(1), name('m')), transposed(X), residual),
      passes: true,
      places: [
        'm is summed over, so the two m-sides meet; n stays, so X stands transposed in front.',
      ],
    },
  ],
  omitted: 0,
  stages: [],
};

const regressionθ = result({
  variable: symbol('θ', [n]),
  shape: [n],
  formula: matrix(times(over(num(1), name('m')), transposed(X), residual)),
  trick: {
    verdict: 'unique',
    paths: [regressionPath],
    reason: 'No other arrangement has the shape n.',
  },
  steps: [
    {
      rule: 'product',
      because: 'd(aᵀb) = aᵀ db + bᵀ da',
      left: { kind: 'derivative', of: 'J', name: 'r', index: null },
      formula: matrix(times(over(num(1), name('m')), residual)),
      checked: true,
    },
    {
      rule: 'chain through Xθ − y',
      because: 'd(Xθ − y) = X dθ, so the gradient goes through Xᵀ',
      left: by('θ'),
      formula: matrix(times(over(num(1), name('m')), transposed(X), residual)),
      checked: true,
    },
  ],
});

export const regression: Report = {
  source: sourceOf([
    { name: 'expression', text: '1/(2m) (Xθ − y)ᵀ(Xθ − y)' },
    { name: '--where', text: 'X: m×n; y: m; θ: n' },
    { name: '--wrt', text: 'θ' },
  ]),
  expression: times(over(num(1), tight(2, name('m'))), transposed(residual), residual),
  name: 'J',
  declarations: [
    declared('X', [m, n]),
    declared('y', [m]),
    declared('θ', [n], { inferred: true }),
    dimension('m'),
    dimension('n'),
  ],
  definitions: [],
  repetitions: [],
  assumptions: [],
  sizes: null,
  results: [regressionθ],
};

/** The same report with one result changed. */
export const withResult = (more: Partial<Result>): Report => ({
  ...regression,
  results: [{ ...regressionθ, ...more }],
});

const ambiguousPath: TrickPathReport = {
  chain: [
    { expr: x, shape: [n], because: 'd(uᵀv) = uᵀ dv' },
    { expr: A, shape: [n, n], because: 'd(Ax) = A dx' },
  ],
  wanted: [n],
  arrangements: [
    { expr: times(transposed(A), x), passes: true, places: ['Aᵀ, since x meets its rows.'] },
    { expr: times(A, x), passes: false, places: [] },
  ],
  omitted: 0,
  stages: [],
};

const P = name('P');
const logits = times(X, name('Θ'));

/** Several variables: two paths, a named part, sixteen arrangements, a variable that does not occur. */
export const several: Report = {
  ...regression,
  source: sourceOf([{ name: 'file.mg', text: 'xᵀAx + 1ᵀb' }]),
  expression: plus(times(transposed(x), A, x), times(b, name('c'))),
  declarations: [
    declared('x', [n]),
    declared('A', [n, n], { properties: ['symmetric', 'positive'], inferred: true }),
    declared('b', [DIM_ONE, k], { inferred: true }),
    declared('σ', [], { kind: 'function' }),
    declared('ℓ', [m, n], { kind: 'function' }),
    declared('P', [m, k], { kind: 'definition', inferred: true }),
    dimension('n'),
    dimension('k', { inferred: true }),
  ],
  definitions: [
    {
      left: left('P'),
      means: null,
      formula: matrix(call('softmax', [logits])),
      shape: [m, k],
      range: null,
    },
  ],
  repetitions: [{ span: { start: 7, end: 9 }, from: [DIM_ONE, k], to: [m, k] }],
  results: [
    result({
      variable: symbol('x', [n]),
      shape: [n],
      formula: matrix(times(plus(A, transposed(A)), x)),
      trick: {
        verdict: 'ambiguous',
        paths: [ambiguousPath, ambiguousPath],
        reason: 'Both sides of A are n, so that shapes alone cannot tell A from Aᵀ.',
      },
    }),
    result({
      variable: symbol('Θ', [n, k]),
      shape: [n, k],
      formula: matrix(times(over(num(1), name('m')), transposed(X), minus(P, name('Y')))),
      where: [
        {
          left: left('P'),
          means: null,
          formula: matrix(call('softmax', [logits])),
          shape: [m, k],
          range: null,
        },
        {
          left: left('Q'),
          means: null,
          formula: matrix(call('log', [P])),
          shape: [m, k],
          range: null,
        },
      ],
      trick: {
        verdict: 'wrong',
        paths: [
          {
            ...ambiguousPath,
            arrangements: Array.from({ length: 16 }, (_, i) => ({
              expr: times(name('A'), transposed(name('B')), call('σ', [name(`x${i}`)])),
              passes: false,
              places: [],
            })),
            omitted: 7,
          },
        ],
        reason:
          'Softmax is not taken entry by entry: each entry of a row depends on all entries of that row, so a single ' +
          'scalar factor P(1 − P) cannot stand for its derivative.',
      },
    }),
    result({
      variable: symbol('b', [DIM_ONE, k]),
      shape: [DIM_ONE, k],
      kind: 'zero',
      formula: matrix(num(0)),
    }),
  ],
};

const pre = times(name('Z', before), name('W', l));
const slope = hadamard(name('G', l), call('σ', [pre], { primes: 1 }));
const recursion: readonly Equation[] = [
  {
    left: left('G', L),
    means: by('Z', L),
    formula: matrix(minus(name('Z', L), name('Y'))),
    shape: [m, nAt(L)],
    range: null,
  },
  {
    left: left('G', before),
    means: null,
    formula: matrix(times(slope, transposed(name('W', l)))),
    shape: [m, nAt(before)],
    range: downwards,
  },
];
const shared: readonly Equation[] = [
  {
    left: left('D', l),
    means: null,
    formula: matrix(slope),
    shape: [m, nAt(l)],
    range: downwards,
  },
  {
    left: by('W', l),
    means: null,
    formula: matrix(times(transposed(name('Z', before)), name('D', l))),
    shape: [nAt(before), nAt(l)],
    range: upwards,
  },
];

export const perceptron: Report = {
  ...regression,
  source: sourceOf([{ name: 'perceptron.mg', text: '' }]),
  expression: times(over(num(1), num(2)), power(norm(minus(name('Z', L), name('Y'))), num(2))),
  declarations: [
    declared('X', [m, nAt(place(0))]),
    declared('W', [nAt(before), nAt(l)], { letter: 'l', range: upwards }),
    declared('σ', [], { kind: 'function' }),
    declared('Z', [m, nAt(l)], { kind: 'definition', letter: 'l', inferred: true }),
    dimension('m'),
    dimension('n', { letter: 'l' }),
    dimension('L'),
  ],
  definitions: [
    {
      left: left('Z', place(0)),
      means: null,
      formula: matrix(X),
      shape: [m, nAt(place(0))],
      range: null,
    },
    {
      left: left('Z', l),
      means: null,
      formula: matrix(call('σ', [pre])),
      shape: [m, nAt(l)],
      range: upwards,
    },
  ],
  sizes: { L: 3, m: 128, 'n[0]': 784, 'n[1]': 512, 'n[2]': 256, 'n[3]': 10 },
  results: [
    result({
      variable: symbol('W', [nAt(before), nAt(l)], { index: l }),
      shape: [nAt(before), nAt(l)],
      kind: 'recursion',
      formula: matrix(times(transposed(name('Z', before)), slope)),
      range: upwards,
      recursion,
      shared,
      cache: [
        {
          expr: name('Z', before),
          range: upwards,
          size: times(name('m'), plus(name('n', place(0)), name('…'), name('n', place('L', -1)))),
          numbers: 198656,
          because: '∂J/∂W[l] takes it',
        },
        {
          expr: pre,
          range: upwards,
          size: times(name('m'), plus(name('n', place(1)), name('…'), name('n', place('L')))),
          numbers: 99584,
          because: 'σ′ is taken there',
        },
      ],
      cacheTotal: {
        size: times(name('m'), plus(name('n', place(0)), name('…'), name('n', place('L')))),
        numbers: 298240,
      },
      notes: ['With σ = tanh, σ′ is 1 − Z[l]², and Z[l−1] W[l] need not be kept.'],
      check: { ...passed, dimensions: [{ L: 2, m: 4, 'n[0]': 3, 'n[1]': 5, 'n[2]': 2 }] },
    }),
    result({
      variable: symbol('X', [m, nAt(place(0))]),
      shape: [m, nAt(place(0))],
      kind: 'recursion',
      formula: matrix(name('G', place(0))),
      recursion,
      shared: [],
    }),
  ],
};

/** A weight that every step shares. */
export const recurrent: Report = withResult({
  variable: symbol('W', [n, n]),
  shape: [n, n],
  kind: 'recursion',
  formula: {
    form: 'series',
    terms: [
      {
        range: { letter: 't', from: place(1), to: place('T') },
        expr: times(transposed(name('H', place('t', -1))), name('D', place('t'))),
      },
      { range: null, expr: times(name('λ'), name('W')) },
    ],
  },
});

export const failed: Report = withResult({
  check: {
    ...passed,
    verdict: 'failed',
    points: 1,
    maxRelativeError: 0.31,
    taylorOrder: 1,
    dimensions: [{ m: 7, n: 3 }],
    failure: {
      dimensions: { m: 7, n: 3 },
      analytic: 1.25,
      numeric: 0.8625,
      bound: 1e-9,
    },
  },
});

export const inconclusive: Report = withResult({
  check: {
    ...passed,
    verdict: 'inconclusive',
    reason: 'det(X) overflows at every point',
    points: 0,
  },
});

export const unchecked: Report = withResult({ check: null, trick: null });
