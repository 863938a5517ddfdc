import { add, delta, isSymmetric, multiply, scale, subtract, transpose } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { HALF } from '../shape/rational.ts';

/** A gradient in the space in which its variable lives, and what that space is. */
export interface Projected {
  readonly node: Node;
  /** In one sentence, where the declared property changed the gradient; null where it did not. */
  readonly note: string | null;
}

/**
 * The gradient with respect to a structured matrix is the one of its space: the orthogonal projection of the gradient with respect
 * to free entries, ½(G + Gᵀ) for a symmetric X (Srinivasan and Panda 2023, "What is the gradient of a scalar function of a
 * symmetric matrix?").
 */
export function inSpaceOf(variable: Sym, gradient: Node): Projected {
  const [n] = gradient.axes;
  const has = (...names: readonly Sym['properties'][number][]): boolean =>
    names.some((p) => variable.properties.includes(p));
  if (gradient.axes.length !== 2 || !n) return { node: gradient, note: null };
  const free = { node: gradient, note: null };
  if (has('diagonal'))
    return changed(
      free,
      multiply([gradient, delta(n)]),
      `${variable.name} is diagonal: of the gradient its diagonal is left`,
    );
  if (has('symmetric', 'posdef')) {
    if (isSymmetric(gradient)) return free;
    const half = scale(HALF, add(gradient, transpose(gradient)));
    return changed(
      free,
      half,
      `${variable.name} is symmetric: this is the gradient among symmetric matrices, ½(G + Gᵀ) of the one for free entries`,
    );
  }
  if (has('skew')) {
    const half = scale(HALF, subtract(gradient, transpose(gradient)));
    return changed(
      free,
      half,
      `${variable.name} is skew: this is the gradient among skew matrices, ½(G − Gᵀ) of the one for free entries`,
    );
  }
  if (has('lower', 'upper'))
    return {
      node: gradient,
      note: `${variable.name} is triangular: of this gradient only the entries on its side of the diagonal count`,
    };
  return free;
}

const changed = (free: Projected, node: Node, note: string): Projected =>
  node === free.node ? free : { node, note };
