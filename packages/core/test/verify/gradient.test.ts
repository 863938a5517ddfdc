import { describe, expect, test } from 'vitest';
import {
  add,
  apply,
  delta,
  dimScalar,
  einsum,
  literal,
  multiply,
  negate,
  ones,
  power,
  reciprocal,
  scale,
  subtract,
  symbol,
  total,
  transpose,
  zeros,
} from '../../src/expr/build.ts';
import type { Node, Property, Sym } from '../../src/expr/node.ts';
import { tensor } from '../../src/expr/tensor.ts';
import {
  abs,
  cos,
  exp,
  log,
  relu,
  sigmoid,
  sign,
  sin,
  step,
  tanh,
} from '../../src/ops/elementwise.ts';
import { detLeaf, invLeaf, logdetLeaf } from '../../src/ops/matrix.ts';
import { softmaxLeaf } from '../../src/ops/softmax.ts';
import { unknownElementwise } from '../../src/ops/unknown.ts';
import { dimName } from '../../src/shape/dim.ts';
import { HALF, rational } from '../../src/shape/rational.ts';
import { type CheckOptions, type CheckReport, checkGradient } from '../../src/verify/gradient.ts';

const [m, n, k] = [dimName('m'), dimName('n'), dimName('k')];
const vector = (name: string, ...properties: Property[]): Sym => symbol(name, [n], { properties });
const square = (name: string, ...properties: Property[]): Sym =>
  symbol(name, [n, n], { properties });
const X = symbol('X', [m, n]);
const y = symbol('y', [m]);
const θ = symbol('θ', [n]);
const [a, b, x] = [vector('a'), vector('b'), vector('x')];
const A = square('A');

const check = (value: Node, variable: Sym, gradient: Node, options?: CheckOptions): CheckReport => {
  const [report] = checkGradient(value, [{ variable, gradient }], options);
  if (!report) throw new Error('no report');
  return report;
};
const entrywise = (node: Node, ...others: readonly Node[]): Node => multiply([node, ...others]);

// 1/(2m) ‖Xθ − y‖²
const residual = subtract(einsum('ij,j->i', [X, θ]), y);
const overM = reciprocal(dimScalar(m));
const regression = multiply([scale(HALF, overM), einsum('i,i->', [residual, residual])]);
const regressionGradient = multiply([overM, einsum('ij,i->j', [X, residual])]);

// Σ tanh(XW) ⊙ C, and what the mistakes of the field make of its gradient
const W = symbol('W', [n, k]);
const C = symbol('C', [m, k]);
const Z = einsum('ij,jk->ik', [X, W]);
const T = apply(tanh.leaf, [Z]);
const slope = subtract(ones([m, k]), power(T, rational(2)));
const perceptron = total(entrywise(C, T));
const perceptronGradient = einsum('ij,ik->jk', [X, entrywise(C, slope)]);

interface Case {
  readonly name: string;
  readonly value: Node;
  readonly wrt: Sym;
  readonly gradient: Node;
}
const of = (name: string, value: Node, wrt: Sym, gradient: Node): Case => ({
  name,
  value,
  wrt,
  gradient,
});

const Xw = einsum('ij,j->i', [X, θ]);
const S = square('S', 'symmetric');
const P = square('P', 'posdef');
const D = square('D', 'diagonal');
const form = (M: Node): Node => einsum('i,ij,j->', [a, M, b]);
const outer = einsum('i,j->ij', [a, b]);
const inverse = (M: Node): Node => apply(invLeaf, [M]);
const gram = einsum('ij,ik->jk', [X, X]);
const positive = vector('p', 'positive');
const softmaxed = apply(softmaxLeaf, [x]);
const norm = power(einsum('i,i->', [x, x]), HALF);

const RIGHT: readonly Case[] = [
  of('regression', regression, θ, regressionGradient),
  of('regression by X', regression, X, multiply([overM, einsum('i,j->ij', [residual, θ])])),
  of('a layer of tanh', perceptron, W, perceptronGradient),
  of(
    'a layer of relu',
    total(entrywise(C, apply(relu.leaf, [Z]))),
    W,
    einsum('ij,ik->jk', [X, entrywise(C, apply(step.leaf, [Z]))]),
  ),
  of(
    'a layer of σ',
    total(entrywise(C, apply(unknownElementwise, [Z], { name: 'σ', index: null, order: 0 }))),
    W,
    einsum('ij,ik->jk', [
      X,
      entrywise(C, apply(unknownElementwise, [Z], { name: 'σ', index: null, order: 1 })),
    ]),
  ),
  of(
    'a quadratic form',
    einsum('i,ij,j->', [x, A, x]),
    x,
    add(einsum('ij,j->i', [A, x]), einsum('ji,j->i', [A, x])),
  ),
  of(
    'a form of a symmetric matrix',
    einsum('i,ij,j->', [x, S, x]),
    x,
    scale(rational(2), einsum('ij,j->i', [S, x])),
  ),
  of('a form by its symmetric matrix', form(S), S, outer),
  of(
    'a form by its symmetric matrix, symmetrised',
    form(S),
    S,
    scale(HALF, add(outer, transpose(outer))),
  ),
  of('a form by its diagonal matrix', form(D), D, entrywise(outer, delta(n))),
  of(
    'an inverse',
    form(inverse(A)),
    A,
    negate(einsum('ji,jk,lk->il', [inverse(A), outer, inverse(A)])),
  ),
  of('an inverse of XᵀX', form(inverse(gram)), a, einsum('ij,j->i', [inverse(gram), b])),
  of('a determinant', apply(detLeaf, [A]), A, einsum(',ji->ij', [apply(detLeaf, [A]), inverse(A)])),
  of('log det of a positive definite matrix', apply(logdetLeaf, [P]), P, inverse(P)),
  of('log det of any matrix', apply(logdetLeaf, [A]), A, transpose(inverse(A))),
  of('Σ log of a product', total(apply(log.leaf, [Xw])), θ, einsum('ij,i->j', [X, reciprocal(Xw)])),
  of(
    'log of a difference',
    apply(log.leaf, [subtract(einsum('i,i->', [a, x]), einsum('i,i->', [b, x]))]),
    x,
    multiply([
      reciprocal(subtract(einsum('i,i->', [a, x]), einsum('i,i->', [b, x]))),
      subtract(a, b),
    ]),
  ),
  of(
    '√(1 − xᵀx)',
    power(subtract(literal(rational(1)), einsum('i,i->', [x, x])), HALF),
    x,
    negate(
      multiply([
        power(subtract(literal(rational(1)), einsum('i,i->', [x, x])), rational(-1, 2)),
        x,
      ]),
    ),
  ),
  of('log of positive numbers', total(apply(log.leaf, [positive])), positive, reciprocal(positive)),
  of('a norm', norm, x, multiply([reciprocal(norm), x])),
  of('Σ 1/x', total(reciprocal(x)), x, negate(power(x, rational(-2)))),
  of(
    'absolute values',
    total(apply(abs.leaf, [Xw])),
    θ,
    einsum('ij,i->j', [X, apply(sign.leaf, [Xw])]),
  ),
  of(
    'a softmax',
    einsum('i,i->', [a, softmaxed]),
    x,
    entrywise(softmaxed, subtract(a, multiply([einsum('i,i->', [a, softmaxed]), ones([n])]))),
  ),
  of(
    'a large constant beside it',
    add(regression, literal(rational(1_000_000))),
    θ,
    regressionGradient,
  ),
];

describe('a right gradient', () => {
  test.each(RIGHT)('of $name passes', ({ value, wrt, gradient }) => {
    for (const seed of [1, 2, 3]) {
      const report = check(value, wrt, gradient, { seed });
      expect(report.reason).toBeUndefined();
      expect(report).toMatchObject({ verdict: 'passed', zero: false, seed });
      expect(report.maxRelativeError).toBeLessThan(1e-9);
      expect(report.points).toBeGreaterThanOrEqual(3);
      expect(report.taylorOrder ?? 2).toBeGreaterThan(1.9);
    }
  });

  test.each(RIGHT)('of $name passes at any scale', ({ value, wrt, gradient }) => {
    for (const c of [rational(1, 1_000_000), rational(1_000_000)])
      expect(check(scale(c, value), wrt, scale(c, gradient)).verdict).toBe('passed');
  });

  test.each(RIGHT)(
    'of $name fails with a small mistake, at any scale',
    ({ value, wrt, gradient }) => {
      const wrong = scale(rational(1_000_003, 1_000_000), gradient);
      for (const c of [rational(1), rational(1, 1_000_000), rational(1_000_000)]) {
        expect(check(scale(c, value), wrt, scale(c, wrong)).verdict).toBe('failed');
        expect(check(scale(c, value), wrt, zeros(gradient.axes)).verdict).toBe('failed');
      }
    },
  );

  test('has a Taylor remainder of second order, and none where the value is linear', () => {
    expect(check(perceptron, W, perceptronGradient).taylorOrder).toBeCloseTo(2, 1);
    expect(check(einsum('i,i->', [a, x]), x, a).taylorOrder).toBeNull();
  });

  test('may come from a function', () => {
    const doubled = (inputs: ReadonlyMap<Sym, { data: Float64Array; dims: readonly number[] }>) => {
      const at = inputs.get(x) ?? tensor([]);
      return tensor(
        at.dims,
        at.data.map((v) => 2 * v),
      );
    };
    const [report] = checkGradient(einsum('i,i->', [x, x]), [{ variable: x, gradient: doubled }]);
    expect(report?.verdict).toBe('passed');
  });
});

describe('a wrong gradient', () => {
  const I = ones([m, k]);
  const mistakes: readonly (readonly [string, Node, Sym, Node])[] = [
    ['a factor of 2', regression, θ, scale(rational(2), regressionGradient)],
    [
      '1/n for 1/m',
      regression,
      θ,
      multiply([reciprocal(dimScalar(n)), einsum('ij,i->j', [X, residual])]),
    ],
    ['a sum for a mean', regression, θ, einsum('ij,i->j', [X, residual])],
    ['the sign', regression, θ, negate(regressionGradient)],
    ['a dropped term', regression, θ, multiply([overM, einsum('ij,ik,k->j', [X, X, θ])])],
    ['a missing σ′', perceptron, W, einsum('ij,ik->jk', [X, C])],
    [
      'σ′ at the output',
      perceptron,
      W,
      einsum('ij,ik->jk', [
        X,
        entrywise(C, subtract(I, power(apply(tanh.leaf, [T]), rational(2)))),
      ]),
    ],
    ['σ for σ′', perceptron, W, einsum('ij,ik->jk', [X, entrywise(C, T)])],
    ['a transpose', einsum('ij,ji->', [A, square('B')]), A, square('B')],
    [
      'a missing symmetrisation',
      einsum('i,ij,j->', [x, A, x]),
      x,
      scale(rational(2), einsum('ij,j->i', [A, x])),
    ],
    [
      'independent entries',
      form(S),
      S,
      subtract(scale(rational(2), outer), entrywise(outer, delta(n))),
    ],
    [
      'the diagonal of softmax only',
      einsum('i,i->', [a, softmaxed]),
      x,
      entrywise(a, softmaxed, subtract(ones([n]), softmaxed)),
    ],
    ['⊙ for a product', einsum('i,ij,j->', [a, A, x]), x, einsum('i,ii->i', [a, A])],
    ['one inverse for two', form(inverse(A)), A, negate(einsum('ji,kj->ik', [inverse(A), outer]))],
    [
      'a small term',
      add(regression, scale(rational(1, 1000), einsum('i,i->', [θ, θ]))),
      θ,
      regressionGradient,
    ],
  ];
  test.each(mistakes)('with %s fails', (_, value, variable, gradient) => {
    for (const seed of [1, 2, 3, 4, 5])
      expect(check(value, variable, gradient, { seed }).verdict).toBe('failed');
  });

  test('comes with all that is needed to see it again', () => {
    const wrong = scale(rational(2), regressionGradient);
    const { worst, taylorOrder } = check(regression, θ, wrong, { seed: 4 });
    expect(taylorOrder).toBeCloseTo(1, 1);
    expect(Object.keys(worst?.inputs ?? {}).sort()).toEqual(['X', 'y', 'θ']);
    expect(worst?.analytic).toBeCloseTo(2 * (worst?.numeric ?? 0), 8);
    expect(worst?.direction.dims).toEqual([worst?.sizes['n']]);
    // By hand: ⟨Xᵀ(Xθ − y), u⟩/m
    const { X: vX, y: vy, θ: vθ } = worst?.inputs ?? {};
    const [rows = 0, cols = 0] = vX?.dims ?? [];
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      let [r, along] = [-(vy?.data[i] ?? 0), 0];
      for (let j = 0; j < cols; j++) {
        r += (vX?.data[i * cols + j] ?? 0) * (vθ?.data[j] ?? 0);
        along += (vX?.data[i * cols + j] ?? 0) * (worst?.direction.data[j] ?? 0);
      }
      sum += (r * along) / rows;
    }
    expect(sum).toBeCloseTo(worst?.numeric ?? 0, 9);
  });
});

describe('a gradient of zero', () => {
  test('passes where the variable does not occur', () => {
    const value = einsum('i,i->', [a, a]);
    expect(check(value, x, zeros([n]))).toMatchObject({
      verdict: 'passed',
      zero: true,
      maxRelativeError: 0,
    });
    expect(check(value, x, scale(rational(1, 1_000_000), a)).verdict).toBe('failed');
  });

  test('passes where it cancels, although rounding remains', () => {
    // Σ exp(x)/Σexp(x), which nothing simplified
    const e = apply(exp.leaf, [x]);
    const value = multiply([total(e), reciprocal(total(add(e, zeros([n]))))]);
    const one = value.kind === 'literal' ? total(apply(softmaxLeaf, [add(x, x)])) : value;
    expect(check(one, x, zeros([n])).verdict).toBe('passed');
    // sin² + cos²: what remains of 2 sin cos − 2 sin cos is rounding
    const [s, c] = [apply(sin.leaf, [x]), apply(cos.leaf, [x])];
    const unity = total(add(power(s, rational(2)), power(c, rational(2))));
    expect(check(unity, x, zeros([n]))).toMatchObject({ verdict: 'passed', zero: true });
    const double = apply(sin.leaf, [scale(rational(2), x)]);
    const residue = subtract(double, scale(rational(2), entrywise(s, c)));
    expect(check(unity, x, residue)).toMatchObject({ verdict: 'passed', zero: true });
    expect(check(unity, x, s).verdict).toBe('failed');
  });

  test('fails where the value does move, however little', () => {
    for (const c of [rational(1, 10n ** 6n), rational(1, 10n ** 30n)])
      expect(check(scale(c, einsum('i,i->', [x, x])), x, zeros([n])).verdict).toBe('failed');
  });

  test('is no reason to pass everything: a gradient beside a vanishing one', () => {
    const value = total(apply(relu.leaf, [subtract(negate(entrywise(x, x)), ones([n]))]));
    expect(check(value, x, zeros([n])).verdict).toBe('passed');
    expect(check(value, x, x).verdict).toBe('failed');
  });
});

describe('a check', () => {
  test('is the same for the same seed, and another for another', () => {
    const run = (seed: number): unknown => {
      const { worst, maxRelativeError, dimensions } = check(perceptron, W, perceptronGradient, {
        seed,
      });
      return { direction: [...(worst?.direction.data ?? [])], maxRelativeError, dimensions };
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
  });

  test('takes sizes that are all different, and sizes that are all equal', () => {
    const { dimensions } = check(perceptron, W, perceptronGradient);
    const distinct = dimensions.map((d) => new Set(Object.values(d)).size);
    expect(distinct).toEqual([3, 1, 3, 1, 3]);
  });

  test('takes the sizes that are asked for', () => {
    const sizes = [
      new Map([
        ['m', 4],
        ['n', 2],
        ['k', 6],
      ]),
    ];
    const { dimensions } = check(perceptron, W, perceptronGradient, { sizes, points: 2 });
    expect(dimensions).toEqual([
      { m: 4, n: 2, k: 6 },
      { m: 4, n: 2, k: 6 },
    ]);
  });

  test('looks at each variable by itself: a small block does not drown', () => {
    const small = multiply([literal(rational(1, 10_000_000)), total(apply(sigmoid.leaf, [b]))]);
    const value = add(regression, small);
    const reports = checkGradient(value, [
      { variable: θ, gradient: regressionGradient },
      { variable: b, gradient: zeros([n]) },
    ]);
    expect(reports.map((r) => r.verdict)).toEqual(['passed', 'failed']);
  });

  test('is inconclusive, with the reason, where no input suits', () => {
    const never = apply(log.leaf, [subtract(literal(rational(-1)), einsum('i,i->', [x, x]))]);
    const report = check(never, x, x);
    expect(report.verdict).toBe('inconclusive');
    expect(report.reason).toBe('no inputs were found for which the argument of log is positive');
    expect(report.points).toBe(0);
  });

  test('is not for arrays', () => {
    expect(() => check(x, x, x)).toThrow('scalar');
  });

  test('of many layers stays quick', () => {
    let node: Node = x;
    for (let l = 0; l < 300; l++) node = apply(tanh.leaf, [einsum('ij,j->i', [A, node])]);
    const begin = performance.now();
    const report = check(einsum('i,i->', [a, node]), a, node, { points: 2 });
    expect(report.verdict).toBe('passed');
    expect(performance.now() - begin).toBeLessThan(2000);
  });
});
