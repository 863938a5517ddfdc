import { checkSummary } from '../explain/check.ts';
import type { CheckSummary } from '../explain/report.ts';
import type { Node } from '../expr/node.ts';
import { checkGradient } from '../verify/gradient.ts';
import type { Case } from './subject.ts';

/** Differences of the value against formulas, over all cases together: failed where one fails. */
export function checkCases(
  cases: readonly Case[],
  formula: (c: Case) => Node,
  { seed, points }: { readonly seed: number; readonly points: number },
): CheckSummary {
  const each = cases.length > 1 ? Math.max(2, Math.floor(points / 2)) : points;
  const all = byValue(cases).flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const claims = group.map((c) => ({ variable: c.variable, gradient: formula(c) }));
    const sizes = first.sizes ? { sizes: [first.sizes] } : {};
    const facts = first.facts ?? [];
    const reports = checkGradient(first.value, claims, { seed, points: each, facts, ...sizes });
    return reports.map((r) => ({ ...checkSummary(r), steps: first.steps }));
  });
  const failed = all.find((c) => c.verdict === 'failed');
  const open = all.find((c) => c.verdict === 'inconclusive');
  const orders = all.flatMap((c) => c.taylorOrder ?? []).sort((a, b) => a - b);
  const dimensions = all.flatMap((c) => c.dimensions.map((d) => ({ ...c.steps, ...d })));
  const unseen = [...new Set(all.flatMap((c) => c.unseen ?? []))];
  return {
    verdict: failed ? 'failed' : open ? 'inconclusive' : 'passed',
    ...(!failed && open?.reason !== undefined ? { reason: open.reason } : {}),
    points: all.reduce((n, c) => n + c.points, 0),
    maxRelativeError: all.reduce((e, c) => Math.max(e, c.maxRelativeError), 0),
    taylorOrder: orders[Math.floor(orders.length / 2)] ?? null,
    dimensions: [...new Map(dimensions.map((d) => [JSON.stringify(d), d])).values()],
    seed,
    ...(unseen.length > 0 ? { unseen } : {}),
    ...(failed?.failure
      ? {
          failure: {
            ...failed.failure,
            dimensions: { ...failed.steps, ...failed.failure.dimensions },
          },
        }
      : {}),
  };
}

/** Cases with one value are measured together. */
function byValue(cases: readonly Case[]): Case[][] {
  const groups = new Map<Node, Case[]>();
  for (const c of cases) groups.set(c.value, [...(groups.get(c.value) ?? []), c]);
  return [...groups.values()];
}
