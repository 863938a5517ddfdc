import type { Node, Sym } from '../expr/node.ts';
import type { Shape } from '../shape/shape.ts';

/**
 * The scalar trick, as people do it on paper: take everything as a scalar, apply the chain rule, then transpose and reorder the
 * factors until the shapes match. Here every arrangement that fits is found, and each is held against the rigorous result.
 */
export interface Trick {
  readonly verdict: TrickVerdict;
  /** Every path from the value to the variable: the gradient is the sum over them. */
  readonly paths: readonly TrickPath[];
  /** In one or two sentences: why shapes decide, why they do not, or why the trick does not apply. */
  readonly reason: string;
}

/**
 * `unique`: one arrangement fits each path, and it is right. `ambiguous`: several fit, a right one is among them.
 * `wrong`: some fit, and none is right. `not-applicable`: there are no scalar factors to arrange.
 */
export type TrickVerdict = 'unique' | 'ambiguous' | 'wrong' | 'not-applicable';

export interface TrickPath {
  /** The factors of the scalar chain rule, from the value towards the variable. */
  readonly chain: readonly ChainFactor[];
  /** The shape that is wanted: the variable's. */
  readonly wanted: Shape;
  /** All distinct arrangements that fit, the right ones first. */
  readonly arrangements: readonly Arrangement[];
  /** Where there were too many to list: how many more were left out. */
  readonly omitted: number;
}

export interface ChainFactor {
  /** As it stands in the graph. */
  readonly node: Node;
  readonly shape: Shape;
  /** `d(r²) = 2 r dr` */
  readonly because: string;
}

export interface Arrangement {
  readonly node: Node;
  readonly passes: boolean;
  /** For right ones: why each factor stands where it does and is transposed, in the words of the shapes. */
  readonly places: readonly string[];
}

export interface TrickQuestion {
  /** The scalar whose derivative is wanted. */
  readonly value: Node;
  readonly variable: Sym;
  /** The variable as it is seen: `[1, n]` for a row. */
  readonly shape: Shape;
  readonly seed: number;
}
