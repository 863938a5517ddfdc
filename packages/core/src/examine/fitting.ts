import type { Problem } from '../elaborate/problem.ts';
import type { Given } from '../elaborate/within.ts';
import { add, contract, type Factor, power, scale } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { seriesOf } from '../ops/series.ts';
import type { Dim } from '../shape/dim.ts';
import { isOneR, MINUS_ONE, negR, ONE, type Rational } from '../shape/rational.ts';
import { axesOf, type Shape } from '../shape/shape.ts';
import type { Claim, Expr, SumExpr } from '../syntax/tree.ts';
import { arrangements } from '../trick/arrange.ts';
import { valueOf } from './claim.ts';

/** The factors of one summand of a claim, without their order. */
interface Summand {
  readonly coefficient: Rational;
  readonly scalars: readonly Factor[];
  readonly arrays: readonly Node[];
}

const MAX_SUMMANDS = 6;
const MAX_ARRAYS = 7;
const MAX_STATES = 20_000;
/** So many arrangements of one summand, and of all together, are compared. */
const MAX_EACH = 60;
const MAX_ALL = 240;

/**
 * Arrangements of a claim's own factors that have the wanted shape, the plainest first: what the scalar trick does, for each summand.
 */
export function fittingsOf(
  problem: Problem,
  { value: e, parts }: Pick<Claim, 'value' | 'parts'>,
  given: Given & { readonly shape: Shape },
): Node[] {
  if (e.kind === 'series') {
    const { variable: letter, from, to } = e.range;
    const within = fittingsOf(problem, { value: e.of, parts }, { ...given, letter });
    return within.map((n) => seriesOf(n, { letter, from, to }));
  }
  const value = (x: Expr): Node | undefined => {
    const found = valueOf(problem, x, parts, { ...given, shape: [] });
    return 'node' in found ? found.node : undefined;
  };
  const summands = summandsOf(
    spread(e, (x) => value(x) !== undefined),
    ONE,
  ).map((s) => factorsOf(s.expr, s.coefficient, value));
  if (summands.length > MAX_SUMMANDS) return [];
  let candidates: Node[][] = [[]];
  for (const s of summands) {
    const ways = s ? waysOf(s, axesOf(given.shape)) : [];
    candidates = candidates.flatMap((c) => ways.map((w) => [...c, w])).slice(0, MAX_ALL);
  }
  return candidates.map((c) => add(...c));
}

/**
 * With products over sums multiplied out where a sum has no meaning as it stands: 1/m (XᵀXθ − Xy) is 1/m XᵀXθ − 1/m Xy. Only so the
 * factors of its terms can be put in order.
 */
function spread(e: Expr, hasMeaning: (e: Expr) => boolean, depth = 0): Expr {
  const go = (x: Expr): Expr => spread(x, hasMeaning, depth + 1);
  if (depth > MAX_ARRAYS) return e;
  if (e.kind === 'negate') return { ...e, of: go(e.of) };
  if (e.kind === 'sum') return { ...e, left: go(e.left), right: go(e.right) };
  if (e.kind !== 'product' || (e.op !== 'times' && e.op !== 'divide')) return e;
  const [left, right] = [go(e.left), go(e.right)];
  const open = (x: Expr): x is SumExpr => x.kind === 'sum' && !hasMeaning(x);
  if (open(left))
    return {
      ...left,
      left: go({ ...e, left: left.left, right }),
      right: go({ ...e, left: left.right, right }),
    };
  if (e.op === 'times' && open(right))
    return {
      ...right,
      left: go({ ...e, left, right: right.left }),
      right: go({ ...e, left, right: right.right }),
    };
  return e;
}

/** The terms of a sum, with their signs. */
function summandsOf(e: Expr, coefficient: Rational): { expr: Expr; coefficient: Rational }[] {
  if (e.kind === 'negate') return summandsOf(e.of, negR(coefficient));
  if (e.kind !== 'sum') return [{ expr: e, coefficient }];
  const right = e.op === '-' ? negR(coefficient) : coefficient;
  return [...summandsOf(e.left, coefficient), ...summandsOf(e.right, right)];
}

/** The factors of a product, transposes taken off. undefined where one has no meaning by itself. */
function factorsOf(
  e: Expr,
  coefficient: Rational,
  value: (e: Expr) => Node | undefined,
): Summand | undefined {
  const leaves: { readonly expr: Expr; readonly exponent: Rational }[] = [];
  let sign = coefficient;
  const take = (x: Expr, exponent: Rational): void => {
    if (x.kind === 'transpose') take(x.of, exponent);
    else if (x.kind === 'negate') {
      sign = negR(sign);
      take(x.of, exponent);
    } else if (x.kind === 'product' && isOneR(exponent)) {
      take(x.left, ONE);
      take(x.right, x.op === 'times' || x.op === 'hadamard' ? ONE : MINUS_ONE);
    } else leaves.push({ expr: x, exponent });
  };
  take(e, ONE);
  const factors = leaves.map(({ expr, exponent }) => {
    const node = value(expr);
    return node && power(node, exponent);
  });
  if (!factors.every((f) => f !== undefined)) return undefined;
  return {
    coefficient: sign,
    scalars: factors.filter((f) => f.axes.length === 0).map((node) => ({ node, indices: [] })),
    arrays: factors.filter((f) => f.axes.length > 0),
  };
}

/** The products of the factors that have the wanted axes, the plainest first. */
function waysOf({ coefficient, scalars, arrays }: Summand, wanted: readonly Dim[]): Node[] {
  if (arrays.length > MAX_ARRAYS) return [];
  const pieces = arrays.map((node) => ({ axes: node.axes, identity: node.kind === 'delta' }));
  const allowed = { sums: [], repeats: [], sumsLast: true, scaling: 'factors' } as const;
  const found = arrangements(pieces, wanted, allowed, MAX_STATES) ?? [];
  const nodes = found
    .sort((a, b) => a.oddity - b.oddity)
    .map(({ factors, out }) => {
      const placed = arrays.map((node, k) => ({ node, indices: factors[k] ?? [] }));
      return scale(coefficient, contract([...scalars, ...placed], out));
    });
  return [...new Set(nodes)].slice(0, MAX_EACH);
}
