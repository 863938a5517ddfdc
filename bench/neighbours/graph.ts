import type { Node } from '../../packages/core/src/expr/node.ts';
import { postorder } from '../../packages/core/src/expr/walk.ts';
import type { Dim } from '../../packages/core/src/shape/dim.ts';
import type { Rational } from '../../packages/core/src/shape/rational.ts';
import { formatDim } from '../../packages/core/src/shape/shape.ts';

/** A node of the graph as data, its children by their place in the list. */
export type Plain =
  | { readonly kind: 'literal'; readonly value: string }
  | {
      readonly kind: 'symbol';
      readonly name: string;
      readonly role: string;
      readonly axes: readonly string[];
    }
  | { readonly kind: 'delta'; readonly axes: readonly string[] }
  | {
      readonly kind: 'sum';
      readonly axes: readonly string[];
      readonly terms: readonly (readonly [string, number])[];
    }
  | {
      readonly kind: 'contract';
      readonly rank: number;
      readonly extents: readonly string[];
      readonly operands: readonly {
        readonly node: number;
        readonly exponent: string;
        readonly indices: readonly number[];
      }[];
    }
  | {
      readonly kind: 'apply';
      readonly op: string;
      readonly axes: readonly string[];
      readonly args: readonly number[];
    };

const fraction = ({ num, den }: Rational): string => `${num}/${den}`;

/** Everything below a node, each after what it needs; the node itself is the last. */
export function plainGraph(root: Node): Plain[] {
  const order = postorder([root]);
  const place = new Map(order.map((n, k) => [n, k]));
  const at = (n: Node): number => place.get(n) ?? -1;
  const sides = (axes: readonly Dim[]): string[] => axes.map((d) => formatDim(d, '-'));
  return order.map((n): Plain => {
    switch (n.kind) {
      case 'literal':
        return { kind: 'literal', value: fraction(n.value) };
      case 'symbol':
        return { kind: 'symbol', name: n.name, role: n.role, axes: sides(n.axes) };
      case 'delta':
        return { kind: 'delta', axes: sides(n.axes) };
      case 'sum':
        return {
          kind: 'sum',
          axes: sides(n.axes),
          terms: n.terms.map((t) => [fraction(t.coefficient), at(t.node)]),
        };
      case 'contract':
        return {
          kind: 'contract',
          rank: n.axes.length,
          extents: sides(n.extents),
          operands: n.operands.map((o) => ({
            node: at(o.node),
            exponent: fraction(o.exponent),
            indices: o.indices,
          })),
        };
      case 'apply':
        return { kind: 'apply', op: n.op.name, axes: sides(n.axes), args: n.args.map(at) };
    }
  });
}
