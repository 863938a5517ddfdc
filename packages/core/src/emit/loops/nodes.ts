import { contract } from '../../expr/build.ts';
import type { Node, Operand, Term } from '../../expr/node.ts';
import { ONE, signR } from '../../shape/rational.ts';
import { isSmall } from './ir.ts';

/** What loops want to know of nodes. */

/** A number is a variable, unless a routine writes it to memory. */
export const kindOf = (node: Node): 'number' | 'work' =>
  node.axes.length === 0 && !(node.kind === 'apply' && node.op.mode === 'structured')
    ? 'number'
    : 'work';

/** The array of which a node has the entries, in their order, on other axes. */
export const reshapedOf = (node: Node): Node | undefined =>
  node.kind === 'apply' && node.op.mode === 'structured' && node.op.reshapes
    ? node.args[0]
    : undefined;

export const termsOf = (node: Node): readonly Term[] =>
  node.kind === 'sum' ? node.terms : [{ coefficient: ONE, node }];

/** What is read as it stands, or nearly so. */
export function isCheapNode(node: Node): boolean {
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      return true;
    case 'sum':
      return node.terms.length < 2 && node.terms.every((t) => isCheapNode(t.node));
    case 'contract':
      return (
        node.extents.length === node.axes.length &&
        node.operands.length < 2 &&
        node.operands.every((o) => isSmall(o.exponent) && isCheapNode(o.node))
      );
    case 'apply':
      return false;
  }
}

/** A product with identity matrices on the result's axes, without them: the rest, and which of its axes each axis is. */
export function diagonals(
  node: Node,
): { readonly rest: Node; readonly place: readonly number[] } | undefined {
  if (node.kind === 'delta') {
    const [n] = node.axes;
    if (!n) return undefined;
    return { rest: contract([], [0], new Map([[0, n]])), place: [0, 0] };
  }
  if (node.kind !== 'contract') return undefined;
  const rank = node.axes.length;
  const isDelta = (o: Operand): boolean =>
    o.node.kind === 'delta' &&
    signR(o.exponent) > 0 &&
    o.indices.every((i) => i < rank) &&
    o.indices[0] !== o.indices[1];
  const deltas = node.operands.filter(isDelta);
  if (deltas.length === 0) return undefined;
  const first = node.extents.map((_, i) => i);
  const find = (i: number): number => (first[i] === i ? i : find(first[i] as number));
  for (const { indices } of deltas) {
    const [a, b] = indices.map(find) as [number, number];
    first[Math.max(a, b)] = Math.min(a, b);
  }
  const kept = node.axes.map((_, i) => i).filter((i) => find(i) === i);
  const operands = node.operands
    .filter((o) => !isDelta(o))
    .map((o) => ({ ...o, indices: o.indices.map(find) }));
  const extents = new Map(node.extents.map((d, i) => [i, d]));
  return {
    rest: contract(operands, kept, extents),
    place: node.axes.map((_, i) => kept.indexOf(find(i))),
  };
}
