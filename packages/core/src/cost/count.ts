import type { Apply, Contract, Node, Operand, Sum } from '../expr/node.ts';
import { type Factors, type Plan, planContract, planSized, type Sizes } from '../expr/plan.ts';
import { postorder } from '../expr/walk.ts';
import { addDim, DIM_ONE, type Dim, dimName, dimNumber, mulDim } from '../shape/dim.ts';
import { absR, eqR, isOneR, MINUS_ONE } from '../shape/rational.ts';
import type { Lines } from './lines.ts';
import { factorsOf } from './open.ts';

/**
 * Floating-point operations, as a polynomial in the dimensions. An addition, a multiplication, a division, a square or a root counts
 * 1, so that a multiply-add counts 2 and a product of m×k and k×n counts 2mkn (Golub and Van Loan 2013, section 1.1.15). A
 * function entry by entry counts 1 for each entry, whatever it takes to compute it; a function of rows, such as softmax, 4; an inverse
 * of an n×n matrix 2n³, any other function of a square matrix n³ (section 3.2: ⅔n³ for LU, 4.2: ⅓n³ for Cholesky, rounded up);
 * a function that the user left open 0. Transposes, repetition, reshapes and what is put on a diagonal count nothing.
 */
export interface Work {
  readonly flops: Dim;
  /** The number of entries of every array that is made on the way, results aside. */
  readonly intermediates: readonly Dim[];
}

const ZERO = dimNumber(0);
const total = (dims: readonly Dim[]): Dim => dims.reduce(addDim, ZERO);
const entriesOf = (axes: readonly Dim[]): Dim => axes.reduce(mulDim, DIM_ONE);
const times = (n: number, d: Dim): Dim => mulDim(dimNumber(n), d);

/** What it takes to work off the lines of a program and its results. */
export function workOf({ lines, roots }: Lines, sizes: Sizes): Work {
  const results = new Set<Node>([
    ...roots,
    ...lines.filter((l) => roots.includes(l.symbol)).map((l) => l.node),
  ]);
  const flops: Dim[] = [];
  const intermediates: Dim[] = [];
  for (const node of postorder([...lines.map((l) => l.node), ...roots])) {
    const own =
      node.kind === 'contract'
        ? ofProduct(node, sizes)
        : { flops: flopsOf(node), intermediates: [] };
    intermediates.push(...own.intermediates);
    flops.push(own.flops);
    if (!results.has(node) && isMade(node)) intermediates.push(entriesOf(node.axes));
  }
  return { flops: total(flops), intermediates };
}

/** Whether an array is made for a node, rather than another one looked at in another way. */
function isMade(node: Node): boolean {
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      return false;
    case 'sum':
      return node.terms.length > 0;
    case 'apply':
      return node.axes.length > 0;
    case 'contract': {
      const [only, ...more] = node.operands;
      const isView = only && more.length === 0 && isOneR(only.exponent) && !isSummed(node);
      return only !== undefined && !isView && !isRepeated(node);
    }
  }
}

const isSummed = (node: Contract): boolean => node.extents.length > node.axes.length;
const isRepeated = (node: Node): boolean =>
  node.kind === 'contract' &&
  node.axes.some((_, ix) => node.operands.every((o) => !o.indices.includes(ix)));

function flopsOf(node: Exclude<Node, Contract>): Dim {
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      return ZERO;
    case 'sum':
      return ofSum(node);
    case 'apply':
      return ofFunction(node);
  }
}

/** An addition for each term after the first, and a multiplication where its coefficient is not ±1. */
function ofSum(node: Sum): Dim {
  const [first] = node.terms;
  if (!first) return ZERO;
  const size = absR(first.coefficient);
  const alike = node.terms.every((t) => eqR(absR(t.coefficient), size));
  const all = entriesOf(node.axes);
  // a diagonal is added to the diagonal only
  const added = node.terms.map((t) => bandEntries(t.node) ?? all);
  const [, ...more] = added.some((d) => d === all)
    ? [all, ...without(added, all)]
    : [ZERO, ...added];
  const scaled = alike
    ? [isOneR(size) ? ZERO : all]
    : node.terms.filter((t) => !isOneR(absR(t.coefficient))).map((t) => presentEntries(t.node));
  return total([...more, ...scaled]);
}

function without(list: readonly Dim[], one: Dim): readonly Dim[] {
  const at = list.indexOf(one);
  return list.filter((_, k) => k !== at);
}

/** The entries of what is repeated. */
function presentEntries(node: Node): Dim {
  if (node.kind !== 'contract') return entriesOf(node.axes);
  return entriesOf(node.axes.filter((_, ix) => node.operands.some((o) => o.indices.includes(ix))));
}

/** Of δ_ij aᵢ the entries of a. */
function bandEntries(node: Node): Dim | undefined {
  if (node.kind !== 'contract') return undefined;
  const { product, isBand } = withoutIdentities(node);
  return isBand ? entriesOf(product.extents.slice(0, product.rank)) : undefined;
}

/** The product without δ on two axes of the result: on the first of them. */
function withoutIdentities(node: Contract): { product: Factors; isBand: boolean } {
  const rank = node.axes.length;
  const to = new Map<number, number>();
  for (const o of node.operands) {
    const [i = -1, j = -1] = o.indices;
    if (o.node.kind === 'delta' && i !== j && i < rank && j < rank)
      to.set(Math.max(i, j), Math.min(i, j));
  }
  if (to.size === 0) return { product: factorsOf(node), isBand: false };
  const kept = node.extents.map((_, ix) => ix).filter((ix) => !to.has(ix));
  const place = (ix: number): number => kept.indexOf(to.get(ix) ?? ix);
  const operands = node.operands
    .filter((o) => o.node.kind !== 'delta')
    .map((o): Operand => ({ ...o, indices: o.indices.map(place) }));
  const extents = kept.map((ix) => node.extents[ix] as Dim);
  return { product: { operands, extents, rank: rank - to.size }, isBand: true };
}

function ofProduct(node: Contract, sizes: Sizes): Work {
  const { product, isBand } = withoutIdentities(node);
  const arrays = product.operands.filter((o) => o.indices.length > 0);
  const plan =
    (isBand ? undefined : planContract(node)) ?? planSized({ ...product, operands: arrays }, sizes);
  const intermediates: Dim[] = [];
  const flops = plan ? ofPlan(plan, product, intermediates) : ZERO;
  const powers = product.operands
    .filter((o) => !isOneR(o.exponent) && !eqR(o.exponent, MINUS_ONE))
    .map((o) => entriesOf(o.node.axes));
  const scalars = product.operands.length - arrays.length;
  const present = arrays.flatMap((o) => [...o.indices]).filter((ix) => ix < product.rank);
  const result = entriesOf([...new Set(present)].map((ix) => product.extents[ix] as Dim));
  // numbers are multiplied with each other, and then the array with one number
  const scaling =
    scalars === 0 ? ZERO : addDim(dimNumber(scalars - 1), arrays.length > 0 ? result : ZERO);
  return { flops: total([flops, ...powers, scaling]), intermediates };
}

function ofPlan(plan: Plan, product: Factors, made: Dim[], isWhole = true): Dim {
  const over = (indices: Iterable<number>): Dim =>
    entriesOf([...indices].map((ix) => product.extents[ix] as Dim));
  switch (plan.kind) {
    case 'ones':
      return ZERO;
    case 'operand':
      return plan.summed.length > 0 ? over(new Set(plan.operand.indices)) : ZERO;
    case 'pair': {
      const halves = [plan.left, plan.right].map((p) => ofPlan(p, product, made, false));
      if (!isWhole) made.push(over(plan.indices));
      const repeats = [plan.left, plan.right].some((p) => p.kind === 'ones');
      const work = over(new Set([...plan.left.indices, ...plan.right.indices]));
      return total([...halves, repeats ? ZERO : times(plan.summed.length > 0 ? 2 : 1, work)]);
    }
  }
}

function ofFunction(node: Apply): Dim {
  const [x] = node.args;
  const all = entriesOf(node.axes);
  if (node.op.mode === 'elementwise') return node.fn ? ZERO : all;
  if (!x || node.fn || node.op.masks || node.op.reshapes) return ZERO;
  const own = entriesOf(x.axes);
  if (node.op.rowwise) return times(4, own);
  const [rows, columns, ...more] = x.axes;
  if (!rows || rows !== columns || more.length > 0) return own;
  return times(node.op.inverts ? 2 : 1, mulDim(own, rows));
}

/** The largest of some sizes: where names leave it open which is, all that may be. */
export function largest(dims: readonly Dim[], sizes: Sizes): readonly Dim[] {
  const most = Math.max(0, ...dims.map((d) => valueOf(d, sizes)));
  return [...new Set(dims.filter((d) => valueOf(d, sizes) === most))];
}

/** The value of a polynomial in the dimensions where each is taken as long as said. */
export const valueOf = (d: Dim, sizes: Sizes): number =>
  d.terms.reduce(
    (n, t) => n + t.atoms.reduce((p, a) => p * sizes.length(dimOf(a)), t.coefficient),
    0,
  );

const dimOf = (a: Dim['terms'][number]['atoms'][number]): Dim => dimName(a.name, a.index);
