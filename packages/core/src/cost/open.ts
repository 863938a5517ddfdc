import type { Contract, Node, Operand, Sym } from '../expr/node.ts';
import type { Factors } from '../expr/plan.ts';
import { children } from '../expr/walk.ts';
import type { Dim } from '../shape/dim.ts';
import { isOneR } from '../shape/rational.ts';

/** One line of a function: a symbol gets a value, in terms of variables and earlier lines. */
export interface Line {
  readonly symbol: Sym;
  readonly node: Node;
}

/** Products and the products within them, as factors to be planned. */

export const factorsOf = (node: Contract): Factors => ({
  operands: node.operands,
  extents: node.extents,
  rank: node.axes.length,
});

/** The factors that are no scalars. */
export const arraysOf = ({ operands }: Pick<Factors, 'operands'>): readonly Operand[] =>
  operands.filter((o) => o.indices.length > 0);

/** Products that are used once, as a factor of another product: the graph nests products of very many factors. */
export function openedWithin(order: readonly Node[], wanted: readonly Node[]): ReadonlySet<Node> {
  const uses = new Map<Node, number>();
  const count = (n: Node): void => void uses.set(n, (uses.get(n) ?? 0) + 1);
  for (const n of order) for (const c of children(n)) count(c);
  for (const r of wanted) count(r);
  const inner = order.flatMap((n) =>
    n.kind === 'contract' ? n.operands.filter((o) => isOneR(o.exponent)).map((o) => o.node) : [],
  );
  return new Set(
    inner.filter((n) => n.kind === 'contract' && n.axes.length > 0 && uses.get(n) === 1),
  );
}

/** A product with the factors of the products within it in their place. */
export function opened(node: Contract, opens: (inner: Contract) => boolean): Factors {
  const operands: Operand[] = [];
  const extents: Dim[] = [...node.extents];
  const open = (o: Operand): void => {
    const inner = o.node;
    if (inner.kind !== 'contract' || !isOneR(o.exponent) || !opens(inner)) {
      operands.push(o);
      return;
    }
    const names = inner.extents.map((d, ix) => o.indices[ix] ?? extents.push(d) - 1);
    for (const p of inner.operands) open({ ...p, indices: p.indices.map((ix) => names[ix] ?? -1) });
  };
  for (const o of node.operands) open(o);
  return { operands, extents, rank: node.axes.length };
}
