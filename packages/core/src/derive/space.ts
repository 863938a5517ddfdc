import {
  add,
  apply,
  delta,
  isSymmetric,
  multiply,
  scale,
  subtract,
  transpose,
} from '../expr/build.ts';
import type { Node, Property, Sym } from '../expr/node.ts';
import { trilLeaf, triuLeaf } from '../ops/triangular.ts';
import { HALF } from '../shape/rational.ts';

/** A gradient in the space in which its variable lives, and what that space is. */
export interface Projected {
  readonly node: Node;
  /** By which convention, in one sentence; null where nothing declared of the variable matters. */
  readonly note: string | null;
}

/** Properties that are kept by sums and multiples: the spaces in which a structured matrix may move. */
const LINEAR: readonly Property[] = ['symmetric', 'skew', 'diagonal', 'lower', 'upper'];

/** What a direction in which a variable moves has of its properties: of a positive definite matrix the symmetry. */
export const linearProperties = ({ properties }: Sym): Property[] =>
  LINEAR.filter(
    (p) => properties.includes(p) || (p === 'symmetric' && properties.includes('posdef')),
  );

/**
 * The gradient with respect to a structured matrix, by one of two conventions.
 *
 * That of its space: the orthogonal projection of the gradient G with respect to free entries, ½(G + Gᵀ) for a symmetric X
 * (Srinivasan and Panda 2023, "What is the gradient of a scalar function of a symmetric matrix?").
 *
 * That of independent entries: ∂J/∂Xᵢⱼ where Xⱼᵢ moves along, G + Gᵀ − diag(G) for a symmetric X (Petersen and Pedersen 2012, "The
 * Matrix Cookbook", section 2.8). Its inner product with dX is not dJ.
 */
export function inSpaceOf(variable: Sym, gradient: Node, independentEntries = false): Projected {
  const [n] = gradient.axes;
  const { name, properties } = variable;
  const has = (...names: readonly Property[]): boolean => names.some((p) => properties.includes(p));
  if (gradient.axes.length !== 2 || !n) return { node: gradient, note: null };
  const g = gradient;
  const noted = (node: Node, is: string, space: string, entries: string): Projected => ({
    node,
    note: `${name} is ${is}: ${independentEntries ? entries : space}`,
  });
  const diagonal = (): Node => multiply([g, delta(n)]);
  if (has('diagonal')) {
    const both = 'of the gradient its diagonal is left';
    return noted(diagonal(), 'diagonal', both, both);
  }
  if (has('symmetric', 'posdef')) {
    const entries = (): Node =>
      subtract(isSymmetric(g) ? add(g, g) : add(g, transpose(g)), diagonal());
    const space = (): Node => (isSymmetric(g) ? g : scale(HALF, add(g, transpose(g))));
    return noted(
      independentEntries ? entries() : space(),
      'symmetric',
      'this is the gradient among symmetric matrices, ½(G + Gᵀ) of the one for free entries',
      'this is the derivative by its independent entries, G + Gᵀ − diag(G) of the one for free entries; its inner product with dX is not the differential',
    );
  }
  if (has('skew')) {
    const twice = subtract(g, transpose(g));
    return noted(
      independentEntries ? twice : scale(HALF, twice),
      'skew',
      'this is the gradient among skew matrices, ½(G − Gᵀ) of the one for free entries',
      'this is the derivative by its independent entries, G − Gᵀ of the one for free entries; its inner product with dX is not the differential',
    );
  }
  if (has('lower', 'upper')) {
    const both = 'of the gradient the entries on its side of the diagonal are left';
    return noted(apply(has('lower') ? trilLeaf : triuLeaf, [g]), 'triangular', both, both);
  }
  return { node: gradient, note: null };
}

/**
 * What, times a direction of the variable's space, gives the differential, where a derivative by independent entries is given: every
 * pair of equal entries counts once in it, and twice in the product.
 */
export function dualOfEntries(variable: Sym, derivative: Node): Node {
  const [n] = derivative.axes;
  if (derivative.axes.length !== 2 || !n || variable.properties.includes('diagonal'))
    return derivative;
  if (variable.properties.includes('skew')) return scale(HALF, derivative);
  return variable.properties.some((p) => p === 'symmetric' || p === 'posdef')
    ? scale(HALF, add(derivative, multiply([derivative, delta(n)])))
    : derivative;
}
