import type { Dim } from '../shape/dim.ts';
import { DIM_ONE, divDim, mulDim } from '../shape/dim.ts';
import { ONE } from '../shape/rational.ts';
import { isRepeated } from './form.ts';
import type { Apply, Node, Operand } from './node.ts';
import type { Makers, Work } from './work.ts';

/** Axes of an array that together have as many entries as the axes beside them, in another shape of the same array. */
export interface Block {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** The smallest blocks in which two shapes of one array agree, in order; undefined where they have different numbers of entries. */
export function blocksOf(from: readonly Dim[], to: readonly Dim[]): Block[] | undefined {
  const blocks: Block[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const block = { from: [] as number[], to: [] as number[] };
    let [p, q] = [DIM_ONE, DIM_ONE];
    const more = (side: 'from' | 'to'): boolean => {
      const at = side === 'from' ? i : j;
      const d = (side === 'from' ? from : to)[at];
      if (!d) return false;
      block[side].push(at);
      if (side === 'from') [p, i] = [mulDim(p, d), i + 1];
      else [q, j] = [mulDim(q, d), j + 1];
      return true;
    };
    do {
      // whichever side is a part of the other one takes its next axis
      const short = divDim(q, p) !== undefined ? 'from' : 'to';
      if (!more(short) && !more(short === 'from' ? 'to' : 'from')) return undefined;
    } while (p !== q);
    blocks.push(block);
  }
  return blocks;
}

/** Formulas that are deeper than this below a merged axis are left as they are. */
const MAX_DEPTH = 8;

/**
 * Σₖ over an axis that was merged of others, by all factors that have it, is a sum over those: vec(A)ᵀvec(B) = ⟨A, B⟩,
 * kron(A, B) kron(C, D) = kron(AC, BD), tr(kron(A, B)) = tr(A) tr(B).
 */
export function splitMerged(work: Work, out: readonly number[], make: Makers): boolean {
  for (const o of work.operands) {
    for (const [axis, ix] of o.indices.entries()) {
      const sides = out.includes(ix) ? undefined : mergedFrom(o.node, axis);
      if (!sides) continue;
      const owners = work.operands.filter((x) => x.indices.includes(ix));
      const fresh = sides.map((d) => {
        work.extents.set(work.next, d);
        return work.next++;
      });
      const known = owners.map((x) => splitOperand(x, ix, sides, fresh, make));
      const op =
        known.some((x) => x && isIdentities(x.node)) && o.node.kind === 'apply' && o.node.op;
      // beside identities alone the other factor is reshaped: A vec(I ⊗ …)
      const force = op
        ? (node: Node, axes: readonly Dim[]) => make.apply(op, [node, make.ones(axes)])
        : undefined;
      const split = known.map(
        (x, k) => x ?? splitOperand(owners[k] as Operand, ix, sides, fresh, make, force),
      );
      if (split.some((s) => s === undefined)) {
        for (const f of fresh) work.extents.delete(f);
        continue;
      }
      work.operands = work.operands.filter((x) => !owners.includes(x));
      work.extents.delete(ix);
      for (const s of split) if (s) make.place(work, s.node, s.indices, s.exponent);
      return true;
    }
  }
  return false;
}

const isReshaped = (node: Apply): boolean =>
  node.op.mode === 'structured' && node.op.reshapes === true;

/** The lengths of the axes that one axis was merged of. */
function mergedFrom(node: Node, axis: number): readonly Dim[] | undefined {
  if (node.kind !== 'apply' || !isReshaped(node)) return undefined;
  const before = node.args[0]?.axes ?? [];
  const block = blocksOf(before, node.axes)?.find((b) => b.to.includes(axis));
  return block && block.to.length === 1 && block.from.length > 1
    ? block.from.map((k) => before[k] as Dim)
    : undefined;
}

/** A product of nothing but identities. */
const isIdentities = (node: Node): boolean =>
  node.kind === 'contract' &&
  node.operands.length > 0 &&
  node.operands.every((o) => o.node.kind === 'delta');

function splitOperand(
  o: Operand,
  ix: number,
  sides: readonly Dim[],
  fresh: readonly number[],
  make: Makers,
  force?: (node: Node, axes: readonly Dim[]) => Node,
): Operand | undefined {
  let { node, indices } = o;
  for (let axis = indices.lastIndexOf(ix); axis >= 0; axis = indices.lastIndexOf(ix)) {
    const wider =
      splitAxis(node, axis, sides, make, MAX_DEPTH) ??
      force?.(node, node.axes.toSpliced(axis, 1, ...sides));
    if (!wider) return undefined;
    node = wider;
    indices = indices.toSpliced(axis, 1, ...fresh);
  }
  return { node, exponent: o.exponent, indices };
}

/** The array with one axis taken apart, where its formula knows how. */
function splitAxis(
  node: Node,
  axis: number,
  sides: readonly Dim[],
  make: Makers,
  depth: number,
): Node | undefined {
  if (depth === 0) return undefined;
  const axes = node.axes.toSpliced(axis, 1, ...sides);
  const all = axes.map((_, k) => k);
  if (isRepeated(node, axis)) {
    const small = all.filter((k) => k < axis || k >= axis + sides.length);
    const slice = make.dropAxis(node, axis);
    return make.contract(
      [{ node: slice, exponent: ONE, indices: small }],
      all,
      new Map(axes.map((d, k) => [k, d])),
    );
  }
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      return undefined;
    case 'sum': {
      const terms = node.terms.map((t) => ({
        coefficient: t.coefficient,
        node: splitAxis(t.node, axis, sides, make, depth - 1),
      }));
      const found = terms.flatMap((t) => (t.node ? [{ ...t, node: t.node }] : []));
      return found.length === terms.length ? make.sum(found, axes) : undefined;
    }
    case 'contract': {
      const wide = (ix: number): number => (ix <= axis ? ix : ix + sides.length - 1);
      const fresh = sides.map((_, k) => axis + k);
      const operands = node.operands.map((o) => {
        let inner: Node | undefined = o.node;
        let places: number[] = o.indices.map(wide);
        for (let at = o.indices.lastIndexOf(axis); at >= 0 && inner; ) {
          inner = splitAxis(inner, at, sides, make, depth - 1);
          places = places.toSpliced(at, 1, ...fresh);
          at = at === 0 ? -1 : o.indices.lastIndexOf(axis, at - 1);
        }
        return inner && { ...o, node: inner, indices: places };
      });
      const found = operands.filter((o) => o !== undefined);
      if (found.length < operands.length) return undefined;
      return make.contract(found, all, new Map(axes.map((d, k) => [k, d])));
    }
    case 'apply': {
      if (isReshaped(node)) {
        const own = mergedFrom(node, axis);
        if (!own || own.length !== sides.length || own.some((d, k) => d !== sides[k]))
          return undefined;
        return make.apply(node.op, [node.args[0] as Node, make.ones(axes)]);
      }
      if (node.op.mode !== 'elementwise') return undefined;
      const args = node.args.map((a) =>
        a.axes.length === 0 ? a : splitAxis(a, axis, sides, make, depth - 1),
      );
      const found = args.filter((a) => a !== undefined);
      return found.length === args.length ? make.apply(node.op, found, node.fn) : undefined;
    }
  }
}
