import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import type { Report } from '../../explain/report.ts';
import { derivativeOf, leftText } from './formula.ts';
import { checkSentence, failureLines, inconclusiveSentence } from './words.ts';

/** How each result was checked, one line each: `∂J/∂θ checked at 5 points …`. */
export const checkLines = (report: Report): string[] =>
  report.results.flatMap((result) => {
    const { check, variable } = result;
    if (!check) return [];
    const left = leftText(derivativeOf(report, variable));
    return check.verdict === 'passed'
      ? [`${left} checked ${checkSentence(check)}`]
      : [`${left}: ${inconclusiveSentence(check)}`];
  });

/** Results that failed their own check, as errors: what is known to be wrong is not handed out. */
export const checkFailures = (report: Report): Diagnostic[] =>
  report.results.flatMap((result): Diagnostic[] => {
    const [message, ...notes] = failureLines(report, result);
    return message === undefined
      ? []
      : [{ severity: 'error', code: 'check-failed', message, labels: [], notes }];
  });
