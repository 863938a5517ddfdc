import type { Source } from '../diagnostic/source.ts';
import type { Declared, Range } from '../elaborate/problem.ts';
import type { CheckSummary, Equation, Formula, Left } from '../explain/report.ts';
import type { Sym } from '../expr/node.ts';
import type { Shape } from '../shape/shape.ts';
import type { Expr } from '../syntax/tree.ts';
import type { ClaimVerdict, Counterexample, MistakeClass } from './examination.ts';

/** What came of the claims of an input, as data: printers read this and nothing else. */
export interface ExaminationReport {
  readonly source: Source;
  readonly expression: Expr;
  /** What the value is called. */
  readonly name: string;
  readonly declarations: readonly Declared[];
  /** Equations that the expression uses, as read. */
  readonly definitions: readonly Equation[];
  /** In the order of the text; at least one. */
  readonly claims: readonly ClaimReport[];
}

export interface ClaimReport {
  /** `∂J/∂θ`, `G[l−1]`. */
  readonly left: Left;
  readonly formula: Formula;
  /** `for l = 1..L`, where it was said. */
  readonly range: Range | null;
  /** The claim's own parts, `where P = …`, in the order of the text. */
  readonly where: readonly { readonly name: string; readonly expr: Expr }[];
  readonly variable: Sym;
  /** As written; null where the claim's own parts do not fit. */
  readonly shape: Shape | null;
  readonly wanted: Shape;
  readonly verdict: ClaimVerdict;
  readonly condition: string | null;
  readonly notes: readonly string[];
  /** The likeliest first. */
  readonly diagnoses: readonly DiagnosisReport[];
  readonly counterexample: Counterexample | null;
  /** Differences of the value against the claim. */
  readonly check: CheckSummary | null;
}

export interface DiagnosisReport {
  readonly class: MistakeClass;
  readonly text: string;
  /** The right side as it should read. */
  readonly repair: Formula | null;
}
