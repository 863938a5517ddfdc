import { python } from '../../../../test/support/python.ts';
import { runCases } from './driver.ts';
import { examine } from './examine.ts';
import { ask, type Question } from './question.ts';

/** What many random texts brought to light. */
export interface Outcome {
  readonly texts: number;
  /** Contradictions, each with the text that shows it. */
  readonly complaints: readonly string[];
  /** Checks that could not decide, with their reasons. */
  readonly inconclusive: readonly string[];
  /** Answers that took longer than `SLOW` milliseconds, without their checks. */
  readonly slow: readonly string[];
  /** Slopes that NumPy compared with differences of its own, and those that it could not measure. */
  readonly compared: number;
  readonly unclear: number;
}

const OPERATIONS = 12;
const SLOW = 300;
const BATCH = 250;

/**
 * @param seed of the first text; the next ones count on from there, so that `run(1, seed)` repeats one
 * @param trick the scalar trick is tried on one text in so many
 */
export async function run(count: number, seed: number, trick = 1): Promise<Outcome> {
  const complaints: string[] = [];
  const inconclusive: string[] = [];
  const slow: string[] = [];
  let [compared, unclear] = [0, 0];
  for (let from = 0; from < count; from += BATCH) {
    const asked = Array.from({ length: Math.min(BATCH, count - from) }, (_, k) => {
      const question = ask(seed + from + k, OPERATIONS);
      return { question, found: examine(question, k % trick === 0) };
    });
    for (const { question, found } of asked) {
      complaints.push(...found.complaints.map((c) => about(question, c)));
      inconclusive.push(...found.inconclusive.map((c) => about(question, c)));
      if (found.time > SLOW) slow.push(about(question, `${Math.round(found.time)} ms`));
    }
    if (!python()) continue;
    const exported = asked.filter(({ found }) => found.case);
    const ran = await runCases(exported.flatMap(({ found }) => found.case ?? []));
    ran.forEach((r, k) => {
      compared += r.compared;
      unclear += r.unclear;
      const question = exported[k]?.question;
      if (question) complaints.push(...r.complaints.map((c) => about(question, c)));
    });
  }
  return { texts: count, complaints, inconclusive, slow, compared, unclear };
}

const about = ({ seed, input }: Question, what: string): string =>
  `${seed}: matgrad derive '${input.expression}' --where '${input.where ?? ''}'\n    ${what}`;

export const summary = (o: Outcome): string =>
  [
    ...o.inconclusive.map((text) => `inconclusive ${text}`),
    ...o.slow.map((text) => `slow ${text}`),
    ...o.complaints,
    `${o.texts} texts, ${o.compared} slopes compared, ${o.unclear} unclear, ` +
      `${o.inconclusive.length} checks inconclusive, ${o.slow.length} slow, ${o.complaints.length} complaints`,
    '',
  ].join('\n');
