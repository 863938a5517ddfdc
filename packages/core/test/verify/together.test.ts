import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inlineParts, reverse } from '../../src/derive/reverse.ts';
import {
  add,
  apply,
  einsum,
  literal,
  multiply,
  negate,
  power,
  scale,
  subtract,
  symbol,
  total,
  zeros,
} from '../../src/expr/build.ts';
import type { Elementwise, Node, Sym } from '../../src/expr/node.ts';
import { cos, relu, sin, tanh } from '../../src/ops/elementwise.ts';
import { dimName } from '../../src/shape/dim.ts';
import { rational } from '../../src/shape/rational.ts';
import { type CheckReport, checkGradient } from '../../src/verify/gradient.ts';

const [m, n] = [dimName('m'), dimName('n')];
const X = symbol('X', [m, n]);
const numbered = (name: string, count: number, axes: Sym['axes']): Sym[] =>
  Array.from({ length: count }, (_, k) =>
    symbol(name, axes, { index: { variable: null, offset: k + 1 } }),
  );

interface Problem {
  readonly value: Node;
  readonly variables: readonly Sym[];
  readonly gradients: readonly Node[];
}

const problem = (value: Node, variables: readonly Sym[]): Problem => ({
  value,
  variables,
  gradients: inlineParts(reverse(value, variables), () => false).gradients,
});

/** Many blocks side by side, the sizes of whose gradients span seven orders. */
function wide(count: number): Problem {
  const w = numbered('w', count, [n]);
  const shared = einsum('ij,j->i', [X, symbol('v', [n])]);
  const terms = w.map((v, k) => {
    const size = literal(rational(1, 10n ** BigInt(k % 8)));
    return multiply([size, total(apply(tanh.leaf, [add(einsum('ij,j->i', [X, v]), shared)]))]);
  });
  return problem(add(...terms), w);
}

/** ‖f(… f(f(X W₁) W₂) …)‖². */
function chain(count: number, leaf: Elementwise): Problem {
  const W = numbered('W', count, [n, n]);
  const Z = W.reduce<Node>((z, w) => apply(leaf, [einsum('ij,jk->ik', [z, w])]), X);
  return problem(einsum('ij,ij->', [Z, Z]), W);
}

const check = ({ value, variables, gradients }: Problem, points = 2, seed = 1): CheckReport[] =>
  checkGradient(
    value,
    variables.map((variable, k) => ({ variable, gradient: gradients[k] as Node })),
    { points, seed },
  );

const verdicts = (reports: readonly CheckReport[]): Record<string, number[]> => {
  const found: Record<string, number[]> = {};
  for (const [k, r] of reports.entries()) (found[r.verdict] ??= []).push(k);
  return found;
};

const changed = (p: Problem, at: number, by: (g: Node) => Node): Problem => ({
  ...p,
  gradients: p.gradients.map((g, k) => (k === at ? by(g) : g)),
});

const MISTAKES: Readonly<Record<string, (g: Node) => Node>> = {
  'one in ten thousand too large': (g) => scale(rational(10_001, 10_000), g),
  'of the wrong sign': negate,
  missing: (g) => zeros(g.axes),
  'twice what it is': (g) => scale(rational(2), g),
};

const blocks = wide(300);
const layers = chain(40, tanh.leaf);

describe('many variables moved at once', () => {
  test('pass where all gradients are right', () => {
    const reports = check(blocks);
    expect(Object.keys(verdicts(reports))).toEqual(['passed']);
    for (const r of reports) {
      expect(r).toMatchObject({ zero: false, points: 2 });
      expect(r.maxRelativeError).toBeLessThan(1e-7);
      expect(r.taylorOrder ?? 2).toBeGreaterThan(1.9);
    }
  });

  test('pass through a chain of layers', () => {
    expect(Object.keys(verdicts(check(layers)))).toEqual(['passed']);
    expect(Object.keys(verdicts(check(chain(33, relu.leaf))))).toEqual(['passed']);
  });

  test('have the one wrong gradient among 300 found, and no other', () => {
    fc.assert(
      fc.property(
        fc.nat(299),
        fc.constantFrom(...Object.keys(MISTAKES)),
        fc.integer({ min: 1, max: 1000 }),
        (at, mistake, seed) => {
          const wrong = changed(blocks, at, MISTAKES[mistake] as (g: Node) => Node);
          const { passed = [], failed } = verdicts(check(wrong, 1, seed));
          expect(failed).toEqual([at]);
          expect(passed.length).toBe(299);
        },
      ),
      { seed: 7, numRuns: 5 },
    );
  });

  test.each(Object.keys(MISTAKES))('have a layer whose gradient is %s found', (mistake) => {
    for (const at of [0, 30]) {
      const wrong = changed(layers, at, MISTAKES[mistake] as (g: Node) => Node);
      expect(verdicts(check(wrong, 1)).failed).toEqual([at]);
    }
  });

  test('have two wrong gradients found that would cancel', () => {
    const [a, b] = [17, 25];
    const wrong = changed(changed(blocks, a, negate), b, negate);
    for (const seed of [1, 2]) expect(verdicts(check(wrong, 1, seed)).failed).toEqual([a, b]);
  });

  test('never pass where all gradients are wrong', () => {
    const wrong = { ...blocks, gradients: blocks.gradients.map(negate) };
    const { passed, failed = [] } = verdicts(check(wrong, 1));
    expect(passed).toBeUndefined();
    expect(failed.length).toBeGreaterThanOrEqual(8);
  });

  test('come with what each was compared by', () => {
    const wrong = changed(blocks, 100, MISTAKES['twice what it is'] as (g: Node) => Node);
    const reports = check(wrong, 1);
    expect(reports[100]?.worst?.analytic).toBeCloseTo(2 * (reports[100]?.worst?.numeric ?? 0), 6);
    const { worst } = reports[3] as CheckReport;
    expect(worst?.direction.dims).toEqual([worst?.sizes['n']]);
    expect(Math.abs((worst?.analytic ?? 0) - (worst?.numeric ?? 1))).toBeLessThan(
      1e-7 * Math.abs(worst?.analytic ?? 0),
    );
  });

  test('may have gradients that vanish, true zeros and what rounding leaves of one', () => {
    const others = numbered('u', 40, [n]);
    const [first, second] = [others[0] as Sym, others[1] as Sym];
    // Σ sin² + cos²: its gradient cancels to rounding, in whatever form it is claimed.
    const [sine, cosine] = [apply(sin.leaf, [first]), apply(cos.leaf, [first])];
    const constant = total(add(power(sine, rational(2)), power(cosine, rational(2))));
    const residue = subtract(
      apply(sin.leaf, [scale(rational(2), first)]),
      scale(rational(2), multiply([sine, cosine])),
    );
    const all = problem(add(blocks.value, constant), [...blocks.variables, ...others]);
    const more = changed(all, 300, () => residue);
    const reports = check(more, 1);
    expect(Object.keys(verdicts(reports))).toEqual(['passed']);
    expect(reports.filter((r) => r.zero).map((r) => r.variable)).toEqual(others);
    const wrong = changed(more, 300 + 1, () => scale(rational(1, 10n ** 9n), second));
    expect(verdicts(check(wrong, 1)).failed).toEqual([301]);
  });

  test('are not passed where rounding drowns what they do', () => {
    // Each layer passes a thousandth of the one before: what the first weights move, no double could hold.
    const W = numbered('W', 40, [n, n]);
    const Z = W.reduce<Node>((z, w) => {
      const input = scale(rational(1, 1000), einsum('ij,jk->ik', [z, w]));
      return apply(tanh.leaf, [add(input, X)]);
    }, X);
    const { passed = [], inconclusive = [] } = verdicts(
      check(problem(einsum('ij,ij->', [Z, Z]), W), 1),
    );
    expect(inconclusive.length).toBeGreaterThan(30);
    expect(passed).toContain(39);
    expect(passed).not.toContain(0);
  });

  test('cost a number of evaluations that hardly grows with the number of variables', () => {
    let calls = 0;
    const counted: Elementwise = {
      ...tanh.leaf,
      name: 'counted',
      value: (args, fn) => {
        calls++;
        return tanh.leaf.value(args, fn);
      },
    };
    const evaluations = (count: number): number => {
      calls = 0;
      const p = chain(count, counted);
      const sizes = [
        new Map([
          ['m', 3],
          ['n', 3],
        ] as const),
      ];
      checkGradient(
        p.value,
        p.variables.map((variable, k) => ({ variable, gradient: p.gradients[k] as Node })),
        { points: 2, sizes },
      );
      return calls / (9 * count); // the entries of each layer
    };
    const [few, many] = [evaluations(80), evaluations(320)];
    expect(few).toBeGreaterThan(10);
    expect(many).toBeLessThan(3 * few);
  });
});
