import { apply, delta, einsum, multiply, ones, power, transpose } from '../expr/build.ts';
import type { Node, Property, Sym } from '../expr/node.ts';
import { abs, sign } from '../ops/elementwise.ts';
import { invLeaf } from '../ops/matrix.ts';
import { MINUS_ONE, rational } from '../shape/rational.ts';
import { type Fact, oriented } from './facts.ts';

/** Left and right sides of what a property says of products of a symbol with itself. */
type Says = (x: Sym) => readonly (readonly [Node, Node])[];

const square = (x: Node): Node => power(x, rational(2));

const SAYS: Partial<Record<Property, Says>> = {
  orthogonal: (q) => {
    const [n, m] = q.axes;
    if (!n || n !== m) return [];
    return [
      [einsum('ki,kj->ij', [q, q]), delta(n)],
      [einsum('ik,jk->ij', [q, q]), delta(n)],
      [apply(invLeaf, [q]), transpose(q)],
    ];
  },
  idempotent: (p) => (p.axes.length === 2 ? [[einsum('ik,kj->ij', [p, p]), p]] : []),
  diagonal: (d) => {
    const [n] = d.axes;
    return n && d.axes.length === 2 ? [[multiply([d, delta(n)]), d]] : [];
  },
  binary: (y) => [
    [square(y), y],
    [apply(sign.leaf, [y]), y],
  ],
  sign: (y) => [
    [square(y), ones(y.axes)],
    [power(y, MINUS_ONE), y],
    [apply(abs.leaf, [y]), ones(y.axes)],
    [apply(sign.leaf, [y]), y],
  ],
};

/**
 * What declared properties say beyond what nodes are made with (symmetry, rows that sum to one): QᵀQ = QQᵀ = I of an orthogonal Q,
 * PP = P, y ⊙ y = y of entries 0 and 1, y ⊙ y = 1 and |y| = 1 of entries 1 and −1, diag(diag(D)) = D, xᵀAx = 0 of a skew A.
 */
export const propertyFacts = (symbols: readonly Sym[]): Fact[] =>
  symbols.flatMap((of) =>
    of.properties.flatMap((property): Fact[] => {
      const source = { kind: 'declared', of, property } as const;
      if (property === 'skew') return [{ left: of, right: of, source }];
      const says = SAYS[property]?.(of) ?? [];
      return says.flatMap(([left, right]) => (left === right ? [] : [{ left, right, source }]));
    }),
  );

export type { Fact };
export { oriented };
