import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import type { Report } from '../../explain/report.ts';
import { leftOf, leftText } from './formula.ts';
import { checkSentence, failureLines, freshNotes, inconclusiveSentence } from './words.ts';

/** How each result was checked, and what belongs to it, one line each: `∂J/∂θ checked at 5 points …`. */
export const checkLines = (report: Report): string[] =>
  report.results.flatMap((result) => {
    const { check } = result;
    const left = leftText(leftOf(report, result));
    const notes = freshNotes(report, result).map((note) => `${left}: ${note}`);
    if (!check) return notes;
    return check.verdict === 'passed'
      ? [`${left} checked ${checkSentence(check)}`, ...notes]
      : [`${left}: ${inconclusiveSentence(check)}`, ...notes];
  });

/** Results that failed their own check, as errors: what is known to be wrong is not handed out. */
export const checkFailures = (report: Report): Diagnostic[] =>
  report.results.flatMap((result): Diagnostic[] => {
    const [message, ...notes] = failureLines(report, result);
    return message === undefined
      ? []
      : [{ severity: 'error', code: 'check-failed', message, labels: [], notes }];
  });
