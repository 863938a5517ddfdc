import { contract, isZero } from '../expr/build.ts';
import type { Property } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import type { Value } from '../ops/value.ts';
import { DIM_ONE } from '../shape/dim.ts';
import { isOneR } from '../shape/rational.ts';
import { formatShape, type Shape, sameShape } from '../shape/shape.ts';
import { type Fact, oriented } from '../simplify/facts.ts';
import { call, num } from '../syntax/make.ts';
import type { Assumption, Expr } from '../syntax/tree.ts';
import type { Attempt } from './attempt.ts';
import { at, fail } from './errors.ts';
import { Clash } from './names.ts';
import type { Scope } from './scope.ts';

/** Equations that are assumed of the inputs: `assume AᵀA = I`. */

/** `A = Aᵀ` and `A = −Aᵀ` declare: what follows from them is in the node of A. */
export function withAssumedProperties(scope: Scope, assumptions: readonly Assumption[]): Scope {
  const variables = new Map(scope.variables);
  for (const { left, right } of assumptions) {
    const found = structureOf(left, right) ?? structureOf(right, left);
    if (!found || scope.definitions.has(found.name)) continue;
    const had = variables.get(found.name);
    variables.set(found.name, {
      name: found.name,
      shape: had?.shape ?? null,
      properties: [...(had?.properties ?? []), found.property],
      letter: had?.letter ?? null,
      range: had?.range ?? null,
      span: had?.span ?? left.span,
    });
  }
  return { ...scope, variables };
}

/** Of `A` and `Aᵀ`, of `A` and `−Aᵀ`. */
function structureOf(
  a: Expr,
  b: Expr,
): { readonly name: string; readonly property: Property } | undefined {
  if (a.kind !== 'name' || a.index) return undefined;
  const turned = b.kind === 'negate' ? b.of : b;
  if (turned.kind !== 'transpose' || turned.of.kind !== 'name' || turned.of.name !== a.name)
    return undefined;
  return { name: a.name, property: b === turned ? 'symmetric' : 'skew' };
}

/**
 * The equations as facts, in one reading of the text.
 * @param typed the text of a side
 * @throws Clash where making lengths equal may help, MatgradError
 */
export function factsOf(
  attempt: Attempt,
  assumptions: readonly Assumption[],
  typed: (a: Assumption) => string,
): Fact[] {
  return assumptions.flatMap((a) => {
    // said by the symbol itself
    if (structureOf(a.left, a.right) ?? structureOf(a.right, a.left)) return [];
    const [left, right] = alike(a, sideOf(a.left, attempt), sideOf(a.right, attempt));
    const symbols = symbolsOf([left.node, right.node]);
    if (symbols.some((s) => s.index))
      return fail('not-yet', 'assumptions about members of families are not known yet', [
        at(a.span),
      ]);
    if (symbols.every((s) => s.role !== 'variable'))
      return fail('bad-assumption', 'no variable occurs in this assumption', [at(a.span)]);
    return oriented(left.node, right.node, { kind: 'assumed', text: typed(a) }) ?? [];
  });
}

/** A side, in which 1 beside a matrix is the vector of ones: `A*1` has the sums of the rows, `1ᵀA` those of the columns. */
function sideOf(e: Expr, attempt: Attempt): Value {
  return attempt.run(withOnes(e, attempt));
}

const isOne = (e: Expr): boolean => e.kind === 'number' && isOneR(e.value);

function withOnes(e: Expr, attempt: Attempt): Expr {
  if (e.kind !== 'product' || e.op !== 'times') return e;
  const left = withOnes(e.left, attempt);
  const right = withOnes(e.right, attempt);
  const summed = (of: Expr, axis: 0 | 1 | null): Expr => ({
    ...call('sum', [of], axis === null ? {} : { options: { axis: num(axis) } }),
    span: e.span,
  });
  if (isOne(right)) {
    const { shape } = attempt.run(left);
    if (shape.length === 2) return summed(left, shape[0] === DIM_ONE ? null : 1);
  }
  if (left.kind === 'transpose' && isOne(left.of)) {
    const { shape } = attempt.run(right);
    if (shape.length > 0) return summed(right, shape.length === 1 ? null : 0);
  }
  return { ...e, left, right };
}

/** Both sides in one shape: a number beside an array is all its entries. */
function alike(a: Assumption, left: Value, right: Value): [Value, Value] {
  if (sameShape(left.shape, right.shape)) return [left, right];
  if (right.shape.length === 0) return [left, spread(a, a.left, right, left.shape)];
  if (left.shape.length === 0) return [spread(a, a.right, left, right.shape), right];
  const report = (): never =>
    fail(
      'shape-mismatch',
      `the sides of an equation have one shape, and these are ${formatShape(left.shape)} and ${formatShape(right.shape)}`,
      [at(a.left.span, formatShape(left.shape)), at(a.right.span, formatShape(right.shape))],
    );
  if (left.shape.length !== right.shape.length) return report();
  const pairs = left.shape.map((d, k) => [d, right.shape[k] ?? d] as const);
  throw new Clash(pairs, report);
}

/** A number as an array of equal entries. Beside a product of matrices it could also mean a multiple of I. */
function spread(a: Assumption, other: Expr, number: Value, shape: Shape): Value {
  const axes = shape.filter((d) => d !== DIM_ONE);
  const clear = isZero(number.node) || isEntrywise(other);
  if (axes.length === 2 && axes[0] === axes[1] && !clear)
    fail(
      'ambiguous-equation',
      'a number beside a square matrix has two meanings',
      [at(a.left.span), at(a.right.span)],
      { notes: ['write I for the identity, or ones(n, n) for a matrix of ones'] },
    );
  return {
    node: contract(
      [{ node: number.node, indices: [] }],
      axes.map((_, k) => k),
      new Map(axes.map((d, k) => [k, d])),
    ),
    shape,
  };
}

/** `Y ⊙ Y`, `Y.^2`, `abs(Y)`: what is done entry by entry. */
const isEntrywise = (e: Expr): boolean =>
  (e.kind === 'product' && (e.op === 'hadamard' || e.op === 'hadamard-divide')) ||
  (e.kind === 'power' && e.elementwise) ||
  e.kind === 'call' ||
  e.kind === 'name';
