import type { Given } from '../elaborate/within.ts';
import type { Left } from '../explain/report.ts';
import type { Node, Sym } from '../expr/node.ts';
import type { Steps } from '../family/instances.ts';
import type { Shape } from '../shape/shape.ts';
import type { Held } from './held.ts';

/** A claim beside its gradient, for given numbers of steps. */
export interface Case extends Held {
  readonly steps: Steps;
  /** Sizes to use, where a number of steps is a size too. */
  readonly sizes?: ReadonlyMap<string, number>;
}

/** What a claim is about, and how formulas are held against it. */
export interface Subject {
  /** `∂J/∂θ`, `G[l−1]`. */
  readonly left: Left;
  readonly variable: Sym;
  readonly wanted: Shape;
  /** What a claim may use besides the names of the problem. */
  readonly given: Given & { readonly shape: Shape };
  /** A formula beside the gradient: for each number of steps and each member. Without those where it has no meaning. */
  cases(claim: Node): Case[];
  /** The same in terms of one step, where mistakes have names; null where there is none such. */
  step(claim: Node): Held | null;
  /** The output of a function that was called, as the function's node: `Z[l]` is σ(Z[l−1] W[l]). */
  outputOf(node: Node): Node;
  /** A formula of `step` as it is written: members for what defines them. */
  written(node: Node): Node;
}
