import { scale } from '../expr/build.ts';
import type { Shape } from '../shape/shape.ts';
import type { Arranging, ChainFactor, Trick } from '../trick/trick.ts';
import { exprOf, turnOf } from './formula.ts';
import type { ArrangingReport, TrickReport } from './report.ts';

/** The trick with its formulas written out. */
export const trickReport = (trick: Trick): TrickReport => ({
  verdict: trick.verdict,
  reason: trick.reason,
  paths: trick.paths.map((path) => ({
    ...arranging(path, turnOf(path.wanted)),
    stages: path.stages.map((stage) => ({
      ...arranging(stage, turnOf(stage.wanted)),
      name: stage.symbol?.name ?? null,
      of: exprOf(stage.of) ?? { kind: 'name', span: { start: 0, end: 0 }, name: '·', index: null },
    })),
  })),
});

function arranging(from: Arranging, turn: ReturnType<typeof turnOf>): ArrangingReport {
  return {
    chain: from.chain.flatMap((factor) => factorReport(factor)),
    wanted: from.wanted,
    arrangements: from.arrangements.flatMap((a) => {
      const expr = exprOf(a.node, turn);
      return expr ? [{ expr, passes: a.passes, places: a.places }] : [];
    }),
    omitted: from.omitted,
  };
}

function factorReport(
  f: ChainFactor,
): { expr: NonNullable<ReturnType<typeof exprOf>>; shape: Shape; because: string }[] {
  const expr = exprOf(scale(f.coefficient, f.node), f.turn);
  return expr ? [{ expr, shape: f.shape, because: f.because }] : [];
}
