import type { Node, Sym } from '../expr/node.ts';
import type { Expr } from '../syntax/tree.ts';
import { trickFor } from '../trick/ask.ts';
import type { Arranging, Trick, TrickVerdict } from '../trick/trick.ts';
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

/** What is asked of the trick, and how sentences write formulas. */
export interface TrickAsking {
  readonly seed: number;
  readonly text: (e: Expr) => string;
}

/** The trick for one scalar and one of its variables. */
export const askTrick = (value: Node, variable: Sym, { seed, text }: TrickAsking): TrickReport =>
  trickReport(
    trickFor({
      value,
      variable,
      shape: variable.shape,
      seed,
      text: (node, turn) => {
        const e = exprOf(node, turn);
        return e ? text(e) : 'a product over indices';
      },
    }),
  );

/** For more variables at once the trick would be pages that nobody reads. */
const MAX_TRICKS = 16;

/** What stands in place of the trick where there are too many variables; undefined where there are not. */
export const tooMany = (count: number): TrickReport | undefined =>
  count > MAX_TRICKS
    ? {
        verdict: 'not-applicable',
        paths: [],
        reason: `with ${count} variables at once it is left out; ask for fewer than ${MAX_TRICKS + 1} to see it.`,
      }
    : undefined;

const RANK: Readonly<Record<TrickVerdict, number>> = {
  unique: 0,
  ambiguous: 1,
  wrong: 2,
  'not-applicable': 3,
};

/** The answers for several scalars whose gradients add up, as one: the least good verdict holds for all. */
export function joinTricks(tricks: readonly TrickReport[]): TrickReport | null {
  const [first, ...rest] = tricks;
  if (!first) return null;
  if (rest.length === 0) return first;
  const verdict = tricks.map((t) => t.verdict).reduce((a, b) => (RANK[b] > RANK[a] ? b : a));
  const reasons = [...new Set(tricks.map((t) => t.reason))];
  return { verdict, paths: tricks.flatMap((t) => t.paths), reason: reasons.join(' ') };
}
