import { add, multiply, symbol, total } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { inlineParts, reverse } from './reverse.ts';

/**
 * Derivatives times vectors, without the derivative: no array in them has more axes than the value, the variables and what the
 * formula itself computes (Pearlmutter 1994, "Fast exact multiplication by the Hessian"; MIT 18.S096, arXiv 2501.14787, chapter 4).
 */

/** ⟨a₁, b₁⟩ + ⟨a₂, b₂⟩ + …, a scalar. */
export const innerSum = (a: readonly Node[], b: readonly Node[]): Node =>
  a.length === 0
    ? total(multiply([]))
    : add(...a.map((x, k) => total(multiply([x, b[k] as Node]))));

/** Gradients written out, without named cotangents. */
export const gradientsBy = (scalar: Node, variables: readonly Sym[]): readonly Node[] =>
  inlineParts(reverse(scalar, variables), () => false).gradients;

/** A scalar that is linear in the cotangent `weights` of the value; its gradient by that is the product J v. */
export interface Pushed {
  readonly scalar: Node;
  readonly weights: Sym;
}

/**
 * J v, the value's change as each variable moves along a vector of its shape: reverse mode gives ⟨Jᵀu, v⟩ = ⟨u, J v⟩ for a cotangent
 * u, linear in it, and reverse mode by u gives back J v (the transpose of the transpose).
 */
export function pushForward(
  value: Node,
  variables: readonly Sym[],
  along: readonly Node[],
): Pushed {
  const weights = symbol('U·', value.axes, { role: 'part' });
  const pulled = gradientsBy(total(multiply([weights, value])), variables);
  return { scalar: innerSum(pulled, along), weights };
}
