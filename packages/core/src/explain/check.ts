import type { CheckReport } from '../verify/gradient.ts';
import type { CheckSummary } from './report.ts';

/** What a reader needs of a check. */
export const checkSummary = (r: CheckReport): CheckSummary => ({
  verdict: r.verdict,
  ...(r.reason === undefined ? {} : { reason: r.reason }),
  points: r.points,
  maxRelativeError: r.maxRelativeError,
  taylorOrder: r.taylorOrder,
  dimensions: r.dimensions,
  seed: r.seed,
  ...(r.verdict === 'failed' && r.worst
    ? {
        failure: {
          dimensions: r.worst.sizes,
          analytic: r.worst.analytic,
          numeric: r.worst.numeric,
          bound: r.worst.bound,
        },
      }
    : {}),
});
