import type { Side } from '../verify/branches.ts';
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
  ...(r.unseen ? { unseen: r.unseen.map(unseenText) } : {}),
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

function unseenText({ asks, side, from }: Side): string {
  if (typeof from !== 'number')
    return `of the arguments of ${asks} the same one was always the ${side === 'below' ? 'larger' : 'smaller'}`;
  const where = from === 0 ? (side === 'below' ? 'negative' : 'positive') : `${side} ${from}`;
  return `the argument of ${asks} was never ${where}`;
}

/** Several checks that one result rests on: the worst verdict, the largest error, the fewest points. */
export function worstOf(last: CheckSummary, ...others: readonly CheckSummary[]): CheckSummary {
  const rank = { failed: 0, inconclusive: 1, passed: 2 };
  const all = [last, ...others];
  const worst = all.reduce((w, c) => (rank[c.verdict] < rank[w.verdict] ? c : w));
  return {
    ...worst,
    points: Math.min(...all.map((c) => c.points)),
    maxRelativeError: Math.max(...all.map((c) => c.maxRelativeError)),
  };
}
