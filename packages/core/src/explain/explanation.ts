import type { Rule } from '../derive/rules.ts';
import type { Formula, Left } from './report.ts';

/** How a derivation is told: by differentials and inner products, or by entries and sums over indices. */
export type Telling = 'differential' | 'index';

/** A derivation line by line. Each line is equal to the one before wherever both are defined, and was found so. */
export interface Explanation {
  readonly how: Telling;
  readonly lines: readonly ExplanationLine[];
  /** What there is to say besides: why there is no derivation, or what a step of a family stands for. */
  readonly notes: readonly string[];
}

export interface ExplanationLine {
  /** null: it goes on with the left side of the line before. */
  readonly left: Left | null;
  readonly formula: Formula;
  /** By which rules it comes from the line before. */
  readonly rules: readonly Rule[];
  /**
   * Its value was held against that of the line before at random points, a line of differentials for random differentials too, and is
   * the same; a line that begins a new left side, against what it defines.
   */
  readonly checked: boolean;
}
