import { contract, isZero, multiply, scale, sum, symbol, total } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { children, postorder } from '../expr/walk.ts';
import { addR, isOneR, MINUS_ONE, ONE } from '../shape/rational.ts';
import { coefficientOf } from './linear.ts';
import { inlineParts, reverse } from './reverse.ts';

/** One way in which the differential of a node depends on that of a child: dN = Σ along(dC). */
export interface Branch {
  readonly child: Node;
  /** The differential of the child, of its axes, to its share in that of the node. Linear. */
  along(d: Node): Node;
  /** The node is a function of an array: its differential is the transpose of its adjoint. */
  readonly structured: boolean;
  readonly selfAdjoint?: boolean;
  /** Of a function of an array: what a cotangent of the node gives to the child. */
  readonly pull?: (cotangent: Node) => Node;
}

/**
 * The differential of a node in terms of those of its active children, one branch for each place where one stands. Forward mode: sums and
 * products have one generic rule each; functions entry by entry multiply with their derivative; of a function of an array the
 * differential is the transpose of its adjoint (MIT 18.S096, arXiv 2501.14787, chapter 4).
 */
export function branchesOf(node: Node, active: ReadonlySet<Node>): Branch[] {
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      return [];
    case 'sum':
      return node.terms.flatMap((t): Branch[] =>
        active.has(t.node)
          ? [{ child: t.node, along: (d) => scale(t.coefficient, d), structured: false }]
          : [],
      );
    case 'contract':
      return node.operands.flatMap((o, slot): Branch[] => {
        if (!active.has(o.node)) return [];
        const extents = new Map(node.extents.map((d, ix) => [ix, d]));
        const out = node.axes.map((_, ix) => ix);
        const along = (d: Node): Node => {
          const others = node.operands.flatMap((x, k) =>
            k !== slot ? [x] : isOneR(o.exponent) ? [] : [lowered(x)],
          );
          const factors = [...others, { node: d, indices: o.indices, exponent: ONE }];
          return scale(o.exponent, contract(factors, out, extents));
        };
        return [{ child: o.node, along, structured: false }];
      });
    case 'apply':
      return node.args.flatMap((child, slot): Branch[] => {
        if (!active.has(child)) return [];
        const { op } = node;
        if (op.mode === 'elementwise') {
          const partial = op.partial(node, slot);
          if (!partial || isZero(partial)) return [];
          return [{ child, along: (d) => multiply([partial, d]), structured: false }];
        }
        const pull = (cotangent: Node): Node => op.adjoint(node, cotangent, slot);
        const u = symbol('U·', node.axes, { role: 'part' });
        const along = (d: Node): Node =>
          op.selfAdjoint ? pull(d) : gradientBy(total(multiply([pull(u), d])), u);
        return [{ child, along, structured: true, selfAdjoint: op.selfAdjoint === true, pull }];
      });
  }
}

const lowered = <T extends { readonly exponent: typeof ONE }>(o: T): T => ({
  ...o,
  exponent: addR(o.exponent, MINUS_ONE),
});

/** The gradient of a scalar with all its parts written out. */
export const gradientBy = (scalar: Node, variable: Sym): Node =>
  inlineParts(reverse(scalar, [variable]), () => false).gradients[0] as Node;

/** The nodes below (and among) some roots that depend on a variable, children before parents. */
export function activeNodes(roots: readonly Node[], variable: Node): Node[] {
  const active = new Set<Node>();
  for (const n of postorder(roots))
    if (n === variable || children(n).some((c) => active.has(c))) active.add(n);
  return [...active];
}

/**
 * The differentials of nodes as functions of the point and of `step`, which stands for the variable's own, all of them at once.
 * @param order active nodes, children before parents
 */
export function differentials(
  order: readonly Node[],
  variable: Node,
  step: Node,
): ReadonlyMap<Node, Node> {
  const active = new Set(order);
  const found = new Map<Node, Node>([[variable, step]]);
  for (const n of order) {
    if (found.has(n)) continue;
    const parts = branchesOf(n, active).map((b) => b.along(found.get(b.child) as Node));
    found.set(
      n,
      sum(
        parts.map((node) => ({ coefficient: ONE, node })),
        n.axes,
      ),
    );
  }
  return found;
}

/** ∂(part)/∂(child) of a function of an array, as an array: its own axes, then those of the child. @throws MatgradError `not-yet` */
export const arrayOf = (branch: Branch): Node => {
  const step = symbol('D·', branch.child.axes, { role: 'part' });
  return coefficientOf(branch.along(step), step);
};

/**
 * The derivative of an array by the free entries of a variable, whatever structure it has: axes of the array, then of the variable.
 * @throws MatgradError `not-yet`
 */
export function freeDerivative(node: Node, variable: Sym): Node {
  if (node.axes.length === 0) return gradientBy(node, variable);
  const u = symbol('U·', node.axes, { role: 'part' });
  const pulled = coefficientOf(gradientBy(total(multiply([u, node])), variable), u);
  const n = variable.axes.length;
  const m = node.axes.length;
  return contract(
    [{ node: pulled, indices: pulled.axes.map((_, k) => (k < n ? m + k : k - n)) }],
    pulled.axes.map((_, k) => k),
  );
}
