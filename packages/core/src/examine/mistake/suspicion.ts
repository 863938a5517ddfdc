import type { Node } from '../../expr/node.ts';
import type { Mistake } from './sentence.ts';

/** An explanation that holds at one place. */
export interface Suspicion {
  /** How unlikely. */
  readonly cost: number;
  readonly mistakes: readonly Mistake[];
  /** Formulas of which the first that is the gradient is the corrected claim. */
  readonly repairs: () => readonly Node[];
  /** Two formulas that agree where the explanation is right. */
  readonly test: readonly [Node, Node] | null;
}

/** A second mistake costs its own and this. */
export const TWICE = 1;

/** The numbers of a formula at the place that is looked at. */
export type Values = (node: Node) => Float64Array | undefined;
/** What a number may be called: 1/m, 2, √d. */
export type Names = (number: number) => Node[];
