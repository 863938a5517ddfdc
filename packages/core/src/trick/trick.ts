import type { Node, Sym } from '../expr/node.ts';
import type { Turn } from '../notation/algebra.ts';
import type { Rational } from '../shape/rational.ts';
import type { Shape } from '../shape/shape.ts';
import type { Expr } from '../syntax/tree.ts';

/**
 * The scalar trick, as people do it on paper: take everything as a scalar, apply the chain rule, then transpose and reorder the
 * factors until the shapes match. Here every arrangement that fits is found, and each is held against the rigorous result.
 */
export interface Trick {
  readonly verdict: TrickVerdict;
  /** Every path from the value to the variable: the gradient is the sum over them. */
  readonly paths: readonly TrickPath[];
  /** In a few sentences: why shapes decide, why they do not, or why the trick does not apply. */
  readonly reason: string;
}

/**
 * `unique`: one arrangement fits each path, and it is right. `ambiguous`: several fit, a right one is among them.
 * `wrong`: some fit, and none is right. `not-applicable`: there are no scalar factors to arrange.
 */
export type TrickVerdict = 'unique' | 'ambiguous' | 'wrong' | 'not-applicable';

/** Factors, the shape that they have to give, and what can be made of them. */
export interface Arranging {
  /** The factors of the scalar chain rule, from the value towards the variable. */
  readonly chain: readonly ChainFactor[];
  /** The shape that is wanted: the variable's. */
  readonly wanted: Shape;
  /** All distinct arrangements that fit, the right ones first. */
  readonly arrangements: readonly Arrangement[];
  /** Where there were too many to list: how many more were left out, at most. */
  readonly omitted: number;
}

export interface TrickPath extends Arranging {
  /**
   * Empty where all factors were arranged at once. A long chain goes stage by stage: each takes what the one before it gave as
   * one factor. `chain` then is the whole chain, and `wanted`, `arrangements` and `omitted` are those of the last stage.
   */
  readonly stages: readonly TrickStage[];
}

/** A stretch of a long chain. Its first factor is the stage before it, as a named part; the value has none before it. */
export interface TrickStage extends Arranging {
  /** The name under which the next stage takes the result; null for the last stage, which gives the variable's. */
  readonly symbol: Sym | null;
  /** The node whose gradient this is. */
  readonly of: Node;
}

export interface ChainFactor {
  /** A number before it: the 2 of `2(Xθ − y)`. */
  readonly coefficient: Rational;
  /** As it stands in the graph. */
  readonly node: Node;
  /** How it is written: as a column (or as it is), or turned, as a row. */
  readonly turn: Turn;
  /** The factor as it is written, or null where it has no matrix form. */
  readonly expr: Expr | null;
  /** As it is written: `[1, n]` where it is turned to a row. */
  readonly shape: Shape;
  /** `d(r²) = 2 r dr` */
  readonly because: string;
}

export interface Arrangement {
  /** In normal form. */
  readonly node: Node;
  /** As the factors of the chain were put, none of them opened up. */
  readonly expr: Expr;
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
  /** How a formula is written within a sentence. Without it sentences name symbols, and describe anything else. */
  readonly text?: (node: Node, turn: Turn) => string;
}
