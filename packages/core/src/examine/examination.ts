import type { CheckSummary, Left } from '../explain/report.ts';
import type { Node, Sym } from '../expr/node.ts';
import type { Shape } from '../shape/shape.ts';
import type { Claim } from '../syntax/tree.ts';

/**
 * What came of a gradient that someone else derived: a verdict, and where it is wrong the mistake by name.
 */
export interface Examination {
  readonly claim: Claim;
  /** What the claim says something of, `∂J/∂θ`, `G[l−1]`. */
  readonly left: Left;
  readonly variable: Sym;
  /** The shape that the claim has, null where its own parts do not fit; and the one that a gradient has. */
  readonly shape: Shape | null;
  readonly wanted: Shape;
  readonly verdict: ClaimVerdict;
  /**
   * Of `right-under-condition`: the condition, `only if A is symmetric`; of `right`: `away from the kink of relu`, where there is one;
   * of `wrong-shape`: what does not fit; of `cannot-tell`: the reason. Else null.
   */
  readonly condition: string | null;
  /** Sentences that belong to the verdict: the convention by which a claim is right. */
  readonly notes: readonly string[];
  /** The likeliest first. Each was confirmed at other points with other sizes. */
  readonly diagnoses: readonly Diagnosis[];
  readonly counterexample: Counterexample | null;
  /** Differences of the value against the claim; null where the shapes did not allow it. */
  readonly check: CheckSummary | null;
}

/**
 * `right`: equal to the gradient, in whatever form. `right-under-condition`: equal where something holds that was not declared
 * (A symmetric, rows of Y sum to one). `wrong-shape`: cannot be a gradient by this variable. `cannot-tell`: nothing could be measured.
 */
export type ClaimVerdict =
  | 'right'
  | 'right-under-condition'
  | 'wrong-shape'
  | 'wrong'
  | 'cannot-tell';

/** The mistakes that have a name, all of them seen in published derivations and public code. */
export type MistakeClass =
  | 'factor'
  | 'sign'
  | 'transposed'
  | 'order'
  | 'hadamard-for-product'
  | 'product-for-hadamard'
  | 'missing-term'
  | 'extra-term'
  | 'missing-symmetrisation'
  | 'missing-derivative'
  | 'extra-derivative'
  | 'derivative-at-wrong-place'
  | 'wrong-layer'
  | 'sum-for-mean'
  | 'mean-for-sum'
  | 'softmax-diagonal'
  | 'statistics-constant'
  | 'wrong-axis'
  | 'independent-entries'
  | 'other-function'
  | 'wrong-power'
  | 'wrong-symbol'
  | 'other';

export interface Diagnosis {
  readonly class: MistakeClass;
  /** What is wrong, in a sentence that names the part: `the factor 1/m is missing`. */
  readonly text: string;
  /** The claim as it should read, in terms of the claim's own parts; null where none was found. Confirmed to be the gradient. */
  readonly repair: Node | null;
}

/** A point at which the claim is seen to be wrong: small whole numbers where possible. */
export interface Counterexample {
  readonly sizes: Readonly<Record<string, number>>;
  /** By name; scalars as numbers, vectors and matrices as (nested) lists. */
  readonly inputs: Readonly<Record<string, NestedNumbers>>;
  /** Of a family: the place of the left side, 2 for `∂J/∂W[2]`. */
  readonly place?: number;
  /** Functions that were only declared: some smooth function stands for each. */
  readonly unknown?: readonly string[];
  /** Which entry of the gradient, counted from one; empty for a scalar. */
  readonly entry: readonly number[];
  readonly claimed: number;
  readonly correct: number;
}

export type NestedNumbers = number | readonly NestedNumbers[];

/** What a mistake is looked for in. */
export interface DiagnosisRequest {
  readonly value: Node;
  readonly variable: Sym;
  /** The gradient that was derived, checked. */
  readonly gradient: Node;
  /** The claim, of the gradient's axes. */
  readonly claim: Node;
  readonly seed: number;
  /** How a formula is written in sentences; null where it cannot be. Without it, sentences name no formulas. */
  readonly text?: (node: Node) => string | null;
}
