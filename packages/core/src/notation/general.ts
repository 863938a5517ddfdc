import { contract } from '../expr/build.ts';
import type { Contract, Node, Operand, Sum } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import { DIM_ONE } from '../shape/dim.ts';
import { absR, MINUS_ONE, ONE, type Rational, signR, ZERO } from '../shape/rational.ts';
import type { Algebra, GeneralAlgebra, SumPart, Turn } from './algebra.ts';

/** What the reading of the whole lends: parts in their own form, powers, and factors that are numbers. */
export interface Parts<T> {
  /** A part whose size nothing beside it shows. */
  readonly form: (node: Node) => T;
  /** node^exponent, entry by entry, for an exponent > 0. */
  readonly raised: (node: Node, exponent: Rational) => T;
  /** c · Π scalars · array */
  readonly scaled: (c: Rational, scalars: readonly Operand[], array: T | null) => T;
}

const LETTERS = 'ijklmnpqrstuvwxyzabcdefghoABCDEFGHIJKLMNOPQRSTUVWXYZ';

const letterOf = (ix: number): string => {
  const letter = LETTERS[ix];
  if (letter === undefined)
    throw new RangeError(`a product over more than ${LETTERS.length} indices has no letters`);
  return letter;
};

/** A node in the form of its own kind. */
export function general<T>(
  node: Node,
  turn: Turn,
  algebra: Algebra<T>,
  own: GeneralAlgebra<T>,
  parts: Parts<T>,
): T {
  switch (node.kind) {
    case 'contract':
      return ofProduct(node, turn, algebra, own, parts);
    case 'sum':
      return turnedAs(ofSum(node, algebra, own, parts), node, turn, algebra);
    default:
      return turnedAs(algebra.leaf(node, 'plain', true), node, turn, algebra);
  }
}

const turnedAs = <T>(made: T, node: Node, turn: Turn, algebra: Algebra<T>): T =>
  turn === 'turned' && node.axes.length > 0 && node.axes.length < 3
    ? algebra.transpose(made)
    : made;

/** A term that is repeated along axes is written as the smaller array where those stand at the end, and some term fills them. */
function ofSum<T>(node: Sum, algebra: Algebra<T>, own: GeneralAlgebra<T>, parts: Parts<T>): T {
  const rank = node.axes.length;
  const present = node.terms.map((t) => presentAxes(t.node));
  const shows = present.some((p) => p.length === rank);
  const list = node.terms.map(({ coefficient, node: x }, k): SumPart<T> => {
    const size = absR(coefficient);
    const negative = signR(coefficient) < 0;
    const axes = present[k] ?? [];
    if (axes.length === rank || !shows || x.kind !== 'contract')
      return { negative, value: multiple(size, x, parts), repeats: 'no' };
    const small = contract(x.operands, axes, extentsOf(x));
    const leading = axes.every((ix, i) => ix === i);
    if (leading)
      return {
        negative,
        value: multiple(size, small, parts),
        repeats: axes.length === 0 ? 'scalar' : 'column',
      };
    const value = own.reshape(
      parts.form(small),
      node.axes.map((d, ix) => (axes.includes(ix) ? d : DIM_ONE)),
    );
    return { negative, value: parts.scaled(size, [], value), repeats: 'column' };
  });
  const [first, second] = list;
  if (!first) return parts.scaled(ZERO, [], algebra.ones(node.axes, 'plain'));
  if (!second) return parts.scaled(first.negative ? MINUS_ONE : ONE, [], first.value);
  // arrays that are repeated along different axes do not go together before what shows the shape
  const patterns = new Set(present.filter((p) => p.length > 0 && p.length < rank).map(String));
  const late = (p: SumPart<T>): number =>
    (patterns.size > 1 && p.repeats !== 'no' ? 2 : 0) + Number(p.negative);
  return algebra.sum(list.sort((a, b) => late(a) - late(b)));
}

/** c · node, with all its factors that are numbers in front. */
function multiple<T>(c: Rational, node: Node, parts: Parts<T>): T {
  const scalars =
    node.kind === 'contract' ? node.operands.filter((o) => o.indices.length === 0) : [];
  if (node.kind !== 'contract' || scalars.length === 0)
    return parts.scaled(c, [], parts.form(node));
  const arrays = node.operands.filter((o) => o.indices.length > 0);
  const array = contract(
    arrays,
    node.axes.map((_, ix) => ix),
    extentsOf(node),
  );
  return parts.scaled(c, scalars, parts.form(array));
}

/** The axes of a node along which it is not merely repeated. */
function presentAxes(node: Node): number[] {
  const all = node.axes.map((_, i) => i);
  if (node.kind !== 'contract') return all;
  return all.filter((ix) => node.operands.some((o) => o.indices.includes(ix)));
}

const extentsOf = (node: Contract): ReadonlyMap<number, Dim> =>
  new Map(node.extents.map((d, ix) => [ix, d]));

function ofProduct<T>(
  node: Contract,
  turn: Turn,
  algebra: Algebra<T>,
  own: GeneralAlgebra<T>,
  parts: Parts<T>,
): T {
  const scalars = node.operands.filter((o) => o.indices.length === 0);
  const arrays = node.operands.filter((o) => o.indices.length > 0);
  const rank = node.axes.length;
  const order = node.axes.map((_, ix) => ix);
  const out = turn === 'turned' && rank === 2 ? [...order].reverse() : order;
  const made =
    arrays.length === 0
      ? algebra.ones(node.axes, turn)
      : (entrywise(node, arrays, turn, algebra, own, parts) ??
        layered(node, arrays, turn, algebra, parts) ??
        wholeSum(arrays, node, algebra, parts) ??
        permuted(arrays, node, out, own, parts) ??
        asEinsum(node, arrays, out, algebra, own, parts));
  const stands =
    turn === 'turned' && rank === 1 && arrays.length > 0 ? algebra.transpose(made) : made;
  return parts.scaled(ONE, scalars, stands);
}

/** All factors on all axes, in order: A ⊙ B ⊘ C; or the sum of such along the last axis. */
function entrywise<T>(
  node: Contract,
  arrays: readonly Operand[],
  turn: Turn,
  algebra: Algebra<T>,
  own: GeneralAlgebra<T>,
  parts: Parts<T>,
): T | undefined {
  const rank = node.axes.length;
  const count = node.extents.length;
  const summed = count - rank;
  if (turn === 'turned' || count < 3 || summed > 1) return undefined;
  // the summed index is the last
  const inOrder = (o: Operand): boolean =>
    o.indices.length === count && o.indices.every((ix, i) => ix === i);
  if (!arrays.every(inOrder) || (summed === 1 && rank < 2)) return undefined;
  const up = arrays.filter((o) => signR(o.exponent) > 0);
  const down = arrays.filter((o) => signR(o.exponent) < 0);
  const over = up.map((o) => parts.raised(o.node, o.exponent));
  const under = down.map((o) => parts.raised(o.node, absR(o.exponent)));
  const product = (list: readonly T[]): T | null =>
    list.reduce<T | null>((a, b) => (a === null ? b : algebra.hadamard(a, b)), null);
  const below = product(under);
  const above = product(over);
  const whole = below === null ? above : algebra.hadamardDivide(above, below);
  if (whole === null) return undefined;
  return summed === 1 ? own.sumLast(whole, rank) : whole;
}

/**
 * A product that falls apart into arrays on the first axes of the result, of which one has all: they are multiplied entry by entry,
 * the smaller ones repeated, as S ⊙ sum(T, axis=2).
 */
function layered<T>(
  node: Contract,
  arrays: readonly Operand[],
  turn: Turn,
  algebra: Algebra<T>,
  parts: Parts<T>,
): T | undefined {
  const rank = node.axes.length;
  const groups = groupsOf(arrays, rank);
  if (turn === 'turned' || groups.length < 2) return undefined;
  const first = node.axes.map((_, ix) => ix);
  const reach = groups.map((g) => {
    const on = first.filter((ix) => g.some((o) => o.indices.includes(ix)));
    return on.every((ix, k) => ix === k) ? on : undefined;
  });
  if (reach.some((r) => r === undefined) || !reach.some((r) => r?.length === rank))
    return undefined;
  const over: T[] = [];
  const under: T[] = [];
  const order = groups
    .map((_, k) => k)
    .sort((a, b) => (reach[b]?.length ?? 0) - (reach[a]?.length ?? 0));
  for (const k of order) {
    const [only, ...more] = groups[k] ?? [];
    const out = reach[k] ?? [];
    const down =
      only && more.length === 0 && signR(only.exponent) < 0 && only.indices.length === out.length;
    const operands = (groups[k] ?? []).map((o) =>
      down ? { ...o, exponent: absR(o.exponent) } : o,
    );
    const part = parts.form(contract(operands, out, extentsOf(node)));
    (down ? under : over).push(part);
  }
  const product = (list: readonly T[]): T | null =>
    list.reduce<T | null>((a, b) => (a === null ? b : algebra.hadamard(a, b)), null);
  const [above, below] = [product(over), product(under)];
  return below === null ? (above ?? undefined) : algebra.hadamardDivide(above, below);
}

/** Factors that hang together by a summed index. */
function groupsOf(arrays: readonly Operand[], rank: number): (readonly Operand[])[] {
  let groups: (readonly Operand[])[] = [];
  for (const o of arrays) {
    const touching = groups.filter((g) =>
      g.some((x) => x.indices.some((ix) => ix >= rank && o.indices.includes(ix))),
    );
    groups = [...groups.filter((g) => !touching.includes(g)), [...touching.flat(), o]];
  }
  return groups;
}

/** The sum of all entries of one array. */
function wholeSum<T>(
  arrays: readonly Operand[],
  node: Contract,
  algebra: Algebra<T>,
  parts: Parts<T>,
): T | undefined {
  const [only, ...more] = arrays;
  if (!only || more.length > 0 || node.axes.length > 0 || signR(only.exponent) < 0)
    return undefined;
  if (new Set(only.indices).size < only.indices.length) return undefined;
  return algebra.total(parts.raised(only.node, only.exponent), only.indices.length);
}

/** One array with its axes in another order. */
function permuted<T>(
  arrays: readonly Operand[],
  node: Contract,
  out: readonly number[],
  own: GeneralAlgebra<T>,
  parts: Parts<T>,
): T | undefined {
  const [only, ...more] = arrays;
  if (!only || more.length > 0 || signR(only.exponent) < 0 || out.length < 3) return undefined;
  if (node.extents.length > out.length || only.indices.length !== out.length) return undefined;
  const order = out.map((ix) => only.indices.indexOf(ix));
  if (order.includes(-1)) return undefined;
  return own.permute(parts.raised(only.node, only.exponent), order);
}

function asEinsum<T>(
  node: Contract,
  arrays: readonly Operand[],
  out: readonly number[],
  algebra: Algebra<T>,
  own: GeneralAlgebra<T>,
  parts: Parts<T>,
): T {
  const lacking = out.filter((ix) => !arrays.some((o) => o.indices.includes(ix)));
  const spec = [
    ...arrays.map((o) => o.indices.map(letterOf).join('')),
    ...lacking.map(letterOf),
  ].join(',');
  const factors = [
    ...arrays.map((o) => {
      const power = parts.raised(o.node, absR(o.exponent));
      return signR(o.exponent) > 0 ? power : algebra.hadamardDivide(null, power);
    }),
    ...lacking.map((ix) => algebra.ones(node.axes.slice(ix, ix + 1), 'plain')),
  ];
  return own.einsum(`${spec}->${out.map(letterOf).join('')}`, factors);
}
