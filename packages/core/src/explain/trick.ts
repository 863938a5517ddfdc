import type { Arranging, Trick } from '../trick/trick.ts';
import { exprOf } from './formula.ts';
import type { ArrangingReport, TrickReport } from './report.ts';

/** The trick with its formulas written out. */
export const trickReport = (trick: Trick): TrickReport => ({
  verdict: trick.verdict,
  reason: trick.reason,
  paths: trick.paths.map((path) => ({
    ...arranging(path),
    stages: path.stages.map((stage) => ({
      ...arranging(stage),
      name: stage.symbol?.name ?? null,
      of: exprOf(stage.of) ?? { kind: 'name', span: { start: 0, end: 0 }, name: '·', index: null },
    })),
  })),
});

function arranging(from: Arranging): ArrangingReport {
  return {
    chain: from.chain.flatMap(({ expr, shape, because }) =>
      expr ? [{ expr, shape, because }] : [],
    ),
    wanted: from.wanted,
    arrangements: from.arrangements.map(({ expr, passes, places }) => ({ expr, passes, places })),
    omitted: from.omitted,
  };
}
