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

/** Several checks that one result rests on: the worst verdict, the largest error, the fewest points. */
export function worstOf(checks: readonly CheckSummary[]): CheckSummary | null {
  const rank = { failed: 0, inconclusive: 1, passed: 2 };
  const [first, ...rest] = [...checks].reverse().sort((a, b) => rank[a.verdict] - rank[b.verdict]);
  return first
    ? {
        ...first,
        points: Math.min(first.points, ...rest.map((c) => c.points)),
        maxRelativeError: Math.max(first.maxRelativeError, ...rest.map((c) => c.maxRelativeError)),
      }
    : null;
}
