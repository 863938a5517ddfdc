import type { Given } from '../elaborate/within.ts';
import type { CheckSummary, Left } from '../explain/report.ts';
import type { Node, Sym } from '../expr/node.ts';
import type { Steps } from '../family/instances.ts';
import type { Shape } from '../shape/shape.ts';
import { type Apart, compareHeld, type Held } from './held.ts';

/** A claim beside its gradient, for given numbers of steps. */
export interface Case extends Held {
  readonly steps: Steps;
  /** Sizes to use, where a number of steps is a size too. */
  readonly sizes?: ReadonlyMap<string, number>;
}

/** What the right side of a claim may use. */
export interface ClaimGiven extends Given {
  readonly shape: Shape;
  /** The cotangent of each family by the family's name: `∂J/∂Z[l]` is G[l]. */
  readonly cotangents?: ReadonlyMap<string, string>;
}

/** What a claim is about, and how formulas are held against it. */
export interface Subject {
  /** `∂J/∂θ`, `G[l−1]`. */
  readonly left: Left;
  readonly variable: Sym;
  readonly wanted: Shape;
  /** What a claim may use besides the names of the problem. */
  readonly given: ClaimGiven;
  /** A formula beside the gradient: for each number of steps and each member. Without those where it has no meaning. */
  cases(claim: Node): Case[];
  /** The same in terms of one step, where mistakes have names; null where there is none such. */
  step(claim: Node): Held | null;
  /** The output of a function that was called, as the function's node: `Z[l]` is σ(Z[l−1] W[l]). */
  outputOf(node: Node): Node;
  /** What stands for differences of the value where these cannot be taken; null where they can. */
  own(options: { readonly seed: number }): CheckSummary | null;
  /** A formula of `step` as it is written: members for what defines them. */
  written(node: Node): Node;
  /** Sums over all steps of a claim for one step, of which it may be the only one. */
  sums(claim: Node): Node[];
  /** A formula of the step of a claim that was set right, as the whole claim: within the sum over the steps where it is one. */
  repaired(node: Node, claim: Node): Node;
}

/** What comparing at all cases says, and where the first difference is. */
export interface Compared {
  readonly verdict: 'equal' | 'different' | 'unknown';
  readonly at: Case | null;
  readonly apart: Apart | null;
}

/** Holds a claim against the gradient in every case, in each with all sizes different and with all equal. */
export function compareAll(
  cases: readonly Case[],
  { seed, points }: { readonly seed: number; readonly points: number },
): Compared {
  const each = cases.length > 1 ? Math.max(2, Math.ceil(points / 2)) : Math.max(4, points);
  let unknown = cases.length === 0;
  for (const at of cases) {
    const sizes = at.sizes ? { sizes: at.sizes } : {};
    const { verdict, apart } = compareHeld(at, { ...sizes, seed, points: each });
    if (verdict === 'different') return { verdict, at, apart };
    unknown ||= verdict === 'unknown';
  }
  return { verdict: unknown ? 'unknown' : 'equal', at: null, apart: null };
}
