import type { Counterexample } from '../../examine/examination.ts';
import type { ClaimReport, ExaminationReport } from '../../examine/report.ts';
import type { TextOptions } from '../text.ts';
import { toText } from '../text.ts';
import { formulaText, leftText, namesOf } from './formula.ts';
import { type CheckJson, checkJson, shapeJson } from './json.ts';

/** An examination as JSON. The fields of the first claim stand at the top too. Fields may be added within one `schema`. */
export interface ExaminationJson extends ClaimJson {
  readonly schema: 1;
  /** Where there are several, all of them. */
  readonly claims?: readonly ClaimJson[];
}

export interface ClaimJson {
  readonly verdict: ClaimReport['verdict'];
  /** `∂J/∂θ`. */
  readonly name: string;
  /** The right side as read. */
  readonly claim: string;
  /** `only if A is symmetric`; the reason where the verdict is `cannot-tell`. */
  readonly condition: string | null;
  readonly shape: readonly string[] | null;
  readonly wanted: readonly string[];
  readonly notes: readonly string[];
  /** The likeliest first. */
  readonly diagnosis: readonly {
    readonly class: string;
    readonly text: string;
    /** The corrected right side. */
    readonly repair: string | null;
  }[];
  readonly counterexample: Counterexample | null;
  readonly check: CheckJson | null;
}

/** The examination as data for other programs. */
export function examinationJson(report: ExaminationReport): ExaminationJson {
  const text = { names: namesOf(report) };
  const claims = report.claims.map((c) => claimJson(c, text));
  const [first] = claims;
  if (!first) throw new Error('an examination without a claim');
  return { schema: 1, ...first, ...(claims.length > 1 ? { claims } : {}) };
}

function claimJson(c: ClaimReport, text: TextOptions): ClaimJson {
  const where = c.where.map((p) => `${p.name} = ${toText(p.expr, text)}`).join(', ');
  return {
    verdict: c.verdict,
    name: leftText(c.left),
    claim: formulaText(c.formula, text) + (where && ` where ${where}`),
    condition: c.condition,
    shape: c.shape && shapeJson(c.shape),
    wanted: shapeJson(c.wanted),
    notes: c.notes,
    diagnosis: c.diagnoses.map((d) => ({
      class: d.class,
      text: d.text,
      repair: d.repair && formulaText(d.repair, text),
    })),
    counterexample: c.counterexample,
    check: c.check && checkJson(c.check),
  };
}
