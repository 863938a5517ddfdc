import type { Dim } from '../shape/dim.ts';
import { eqR, isOneR, ONE, signR } from '../shape/rational.ts';
import { isRepeated, isZero } from './form.ts';
import { delta } from './intern.ts';
import type { Contract, Node, Operand, Sum } from './node.ts';
import { splitMerged } from './reshaped.ts';
import { absorbSigns } from './signs.ts';
import type { Makers, Work } from './work.ts';

type Law = (work: Work, out: readonly number[], make: Makers) => boolean;

/** The laws that hold between the factors of one product. Each says whether it changed something. */
const LAWS: readonly Law[] = [
  cancelInverse,
  cancelInsideInverse,
  sumKnownRows,
  sumCentred,
  foldDivisor,
  splitMerged,
  absorbSigns,
];

export function applyLaws(work: Work, out: readonly number[], make: Makers): boolean {
  return !work.zero && LAWS.some((law) => law(work, out, make));
}

const without = (list: readonly Operand[], ...drop: readonly Operand[]): Operand[] =>
  list.filter((o) => !drop.includes(o));

/** Whether an index is summed and only these operands have it, once each. */
function isPrivate(
  work: Work,
  ix: number,
  out: readonly number[],
  ...owners: readonly Operand[]
): boolean {
  return (
    !out.includes(ix) &&
    owners.every((o) => o.indices.filter((i) => i === ix).length === 1) &&
    work.operands.every((o) => owners.includes(o) || !o.indices.includes(ix))
  );
}

const inverses = (work: Work): Operand[] =>
  work.operands.filter(
    (o) =>
      isOneR(o.exponent) &&
      o.node.kind === 'apply' &&
      o.node.op.mode === 'structured' &&
      o.node.op.inverts === true,
  );

/** A⁻¹A = I. */
function cancelInverse(work: Work, out: readonly number[], make: Makers): boolean {
  for (const inv of inverses(work)) {
    if (inv.node.kind !== 'apply') continue;
    const [argument] = inv.node.args;
    const [n] = inv.node.axes;
    for (const a of work.operands) {
      if (a.node !== argument || !n || !isOneR(a.exponent)) continue;
      for (const [p, q] of [
        [0, 1],
        [1, 0],
        [0, 0],
        [1, 1],
      ] as const) {
        const shared = inv.indices[p];
        if (
          (p === q && !make.isSymmetric(a.node)) ||
          shared === undefined ||
          shared !== a.indices[q]
        )
          continue;
        if (!isPrivate(work, shared, out, inv, a)) continue;
        const rest = [inv.indices[1 - p] ?? -1, a.indices[1 - q] ?? -1];
        work.operands = [
          ...without(work.operands, inv, a),
          { node: delta(n), exponent: ONE, indices: rest },
        ];
        work.extents.delete(shared);
        return true;
      }
    }
  }
  return false;
}

/** (AR)⁻¹A = R⁻¹ and A(RA)⁻¹ = R⁻¹ for square A. */
function cancelInsideInverse(work: Work, out: readonly number[], make: Makers): boolean {
  for (const inv of inverses(work)) {
    if (inv.node.kind !== 'apply') continue;
    const [argument] = inv.node.args;
    if (argument?.kind !== 'contract') continue;
    for (const a of work.operands) {
      if (
        a === inv ||
        !isOneR(a.exponent) ||
        a.indices.length !== 2 ||
        a.node.axes[0] !== a.node.axes[1]
      )
        continue;
      for (const side of [0, 1] as const) {
        // the inverse's index 1 meets the argument's first axis, its index 0 the last
        const shared = inv.indices[1 - side];
        const at = shared === undefined ? -1 : a.indices.indexOf(shared);
        if (shared === undefined || at < 0 || !isPrivate(work, shared, out, inv, a)) continue;
        const rest = peel(argument, a.node, at, side, make);
        if (!rest) continue;
        const open = a.indices[1 - at] ?? -1;
        const kept = inv.indices[side] ?? -1;
        const reduced = make.apply(inv.node.op, [rest], inv.node.fn);
        work.operands = without(work.operands, inv, a);
        work.extents.delete(shared);
        const indices = side === 0 ? [kept, open] : [open, kept];
        make.place(work, reduced, indices, ONE);
        return true;
      }
    }
  }
  return false;
}

/** A product of matrices without its first (side 0) or last (side 1) factor, where that is `a` with its axis `at` outside. */
function peel(product: Contract, a: Node, at: number, side: 0 | 1, make: Makers): Node | undefined {
  const outer = product.operands.find(
    (o) =>
      o.node === a &&
      isOneR(o.exponent) &&
      (o.indices[at] === side || (make.isSymmetric(a) && o.indices.includes(side))),
  );
  const inner = outer?.indices.find((ix) => ix !== side);
  if (!outer || inner === undefined || inner < product.axes.length) return undefined;
  const users = product.operands.filter((o) => o !== outer && o.indices.includes(inner));
  if (users.length !== 1 || product.operands.some((o) => o !== outer && o.indices.includes(side)))
    return undefined;
  return make.contract(without(product.operands, outer), side === 0 ? [inner, 1] : [0, inner]);
}

/** Σⱼ Pᵢⱼ = 1 for softmax and for declared rows of a simplex. */
function sumKnownRows(work: Work, out: readonly number[]): boolean {
  for (const o of work.operands) {
    if (!isOneR(o.exponent) || !sumsToOne(o.node)) continue;
    const last = o.indices[o.indices.length - 1];
    if (last === undefined || !isPrivate(work, last, out, o)) continue;
    work.operands = without(work.operands, o);
    work.extents.delete(last);
    return true;
  }
  return false;
}

export function sumsToOne(node: Node): boolean {
  if (node.kind === 'symbol') return node.properties.includes('simplex');
  return node.kind === 'apply' && node.op.sumsToOne === true;
}

/** Σⱼ (xⱼ − mean(x)) = 0, and Σⱼ (gⱼ + t (xⱼ − mean(x))) = Σⱼ gⱼ. */
function sumCentred(work: Work, out: readonly number[], make: Makers): boolean {
  for (const o of work.operands) {
    if (!isOneR(o.exponent)) continue;
    const axis = o.indices.findIndex((ix) => isPrivate(work, ix, out, o));
    if (axis < 0) continue;
    if (sumsToZero(o.node, axis, make)) {
      work.zero = true;
      return true;
    }
    if (o.node.kind !== 'sum') continue;
    const rest = o.node.terms.filter((t) => !sumsToZero(t.node, axis, make));
    if (rest.length === o.node.terms.length) continue;
    work.operands = without(work.operands, o);
    make.place(work, make.sum(rest, o.node.axes), o.indices, ONE);
    return true;
  }
  return false;
}

/** Whether the entries along an axis add up to zero: terms of which one is repeated along it cancel the others, as a mean does. */
function sumsToZero(node: Node, axis: number, make: Makers): boolean {
  if (node.kind === 'contract') {
    const owners = node.operands.filter((o) => o.indices.includes(axis));
    const [only, ...more] = owners;
    if (!only || more.length > 0 || !isOneR(only.exponent)) return false;
    const at = only.indices.indexOf(axis);
    return only.indices.lastIndexOf(axis) === at && sumsToZero(only.node, at, make);
  }
  return node.kind === 'sum' && isCentred(node, axis, make);
}

const centred = new WeakMap<Sum, Map<number, boolean>>();

function isCentred(node: Sum, axis: number, make: Makers): boolean {
  const known = centred.get(node) ?? new Map<number, boolean>();
  const had = known.get(axis);
  if (had !== undefined) return had;
  const all = node.axes.map((_, i) => i);
  const left = all.filter((i) => i !== axis);
  const found =
    node.terms.length > 1 &&
    node.terms.some((t) => isRepeated(t.node, axis)) &&
    isZero(
      make.sum(
        node.terms.map((t) => ({
          coefficient: t.coefficient,
          node: make.contract([{ node: t.node, indices: all, exponent: ONE }], left),
        })),
        left.map((i) => node.axes[i] as Dim),
      ),
    );
  centred.set(node, known.set(axis, found));
  return found;
}

/** Σₖ Xᵢₖ sₖ / (Xs)ᵢ = 1: the factors of a divisor that is itself a sum over indices are folded into it. */
function foldDivisor(work: Work, out: readonly number[]): boolean {
  for (const o of work.operands) {
    const inner = o.node;
    if (
      inner.kind !== 'contract' ||
      signR(o.exponent) > 0 ||
      inner.extents.length === inner.axes.length
    )
      continue;
    const names = new Map<number, number>(o.indices.map((ix, i) => [i, ix]));
    const found = match(inner.operands, 0, names, [], work, o);
    if (!found) continue;
    const summed = inner.extents.map((_, i) => found.names.get(i) ?? -1).slice(inner.axes.length);
    const rest = without(work.operands, ...found.used);
    const closed = summed.every(
      (ix) => !out.includes(ix) && rest.every((r) => !r.indices.includes(ix)),
    );
    if (!closed || new Set(summed).size !== summed.length) continue;
    work.operands = [...rest, { node: inner, exponent: ONE, indices: o.indices }];
    for (const ix of summed) work.extents.delete(ix);
    return true;
  }
  return false;
}

function match(
  pattern: readonly Operand[],
  at: number,
  names: ReadonlyMap<number, number>,
  used: readonly Operand[],
  work: Work,
  self: Operand,
): { names: ReadonlyMap<number, number>; used: readonly Operand[] } | undefined {
  const p = pattern[at];
  if (!p) return { names, used };
  for (const o of work.operands) {
    if (o === self || used.includes(o) || o.node !== p.node || !eqR(o.exponent, p.exponent))
      continue;
    const more = new Map(names);
    const fits = p.indices.every((ix, a) => {
      const known = more.get(ix);
      const here = o.indices[a] ?? -1;
      if (known === undefined) more.set(ix, here);
      return known === undefined || known === here;
    });
    const found = fits ? match(pattern, at + 1, more, [...used, o], work, self) : undefined;
    if (found) return found;
  }
  return undefined;
}
