import type { IndexExpr } from '../shape/dim.ts';
import { indexText } from '../shape/dim.ts';

/**
 * Places of a family and runs of them: `0`, `l−1`, `L`, `1..L`. The end of a range is a name for a number that is not known, so
 * places are compared as they lie where that number is large; how large it has to be is noted (`Least`).
 */
export interface Interval {
  readonly from: IndexExpr;
  readonly to: IndexExpr;
}

/** The least numbers for which what was derived holds: `L` → 2. */
export type Least = Map<string, number>;

export const place = (variable: string | null, offset: number): IndexExpr =>
  Object.freeze({ variable, offset });

export const moved = (p: IndexExpr, by: number): IndexExpr => place(p.variable, p.offset + by);

export const samePlace = (a: IndexExpr, b: IndexExpr): boolean =>
  a.variable === b.variable && a.offset === b.offset;

/**
 * Order of two places where their variable is large: every number comes before every `L−k`.
 * @throws RangeError for places that hang on two different names
 */
export function comparePlaces(a: IndexExpr, b: IndexExpr): number {
  if (a.variable === b.variable) return a.offset - b.offset;
  if (a.variable === null) return -1;
  if (b.variable === null) return 1;
  throw new RangeError(`no order between the places ${indexText(a)} and ${indexText(b)}`);
}

/** Whether nothing lies in it: its end comes right before its start. */
const isEmpty = (i: Interval): boolean => comparePlaces(i.to, i.from) < 0;

/** Notes that `low ≤ high` was taken for granted. */
export function noteOrder(low: IndexExpr, high: IndexExpr, least: Least): void {
  if (low.variable !== null || high.variable === null) return;
  const bound = low.offset - high.offset;
  least.set(high.variable, Math.max(least.get(high.variable) ?? bound, bound));
}

/** The same places as disjoint runs in order. */
export function union(intervals: readonly Interval[]): Interval[] {
  const runs: Interval[] = [];
  const sorted = intervals
    .filter((i) => !isEmpty(i))
    .sort((a, b) => comparePlaces(a.from, b.from) || comparePlaces(a.to, b.to));
  for (const next of sorted) {
    const last = runs[runs.length - 1];
    if (last && comparePlaces(next.from, moved(last.to, 1)) <= 0) {
      const to = comparePlaces(next.to, last.to) > 0 ? next.to : last.to;
      runs[runs.length - 1] = { from: last.from, to };
    } else {
      runs.push(next);
    }
  }
  return runs;
}

/** The places that lie in both. */
export function intersection(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const found: Interval[] = [];
  for (const x of a) {
    for (const y of b) {
      const from = comparePlaces(x.from, y.from) > 0 ? x.from : y.from;
      const to = comparePlaces(x.to, y.to) < 0 ? x.to : y.to;
      found.push({ from, to });
    }
  }
  return union(found);
}

/** The places of `a` that are not in `b`. */
export function difference(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  let left = union(a);
  for (const hole of b) {
    left = left.flatMap((i): Interval[] => {
      if (intersection([i], [hole]).length === 0) return [i];
      return [
        { from: i.from, to: moved(hole.from, -1) },
        { from: moved(hole.to, 1), to: i.to },
      ].filter((part) => !isEmpty(part));
    });
  }
  return union(left);
}

/** Whether all places of `inner` lie in `outer`. */
export const covers = (outer: readonly Interval[], inner: Interval): boolean =>
  difference([inner], outer).length === 0;

/** An interval moved by some places. */
export const shifted = (i: Interval, by: number): Interval => ({
  from: moved(i.from, by),
  to: moved(i.to, by),
});

/**
 * Cuts runs of places where any of the `cutters` begins or ends: within a piece, each cutter has all places or none.
 * @param least takes what the order of the cuts rests on
 */
export function cut(
  runs: readonly Interval[],
  cutters: readonly Interval[],
  least: Least,
): Interval[] {
  const starts = [...runs, ...cutters].flatMap((i) => [i.from, moved(i.to, 1)]);
  const cuts = starts
    .sort(comparePlaces)
    .filter((p, k) => k === 0 || !samePlace(p, starts[k - 1] ?? p));
  const pieces: Interval[] = [];
  for (let k = 1; k < cuts.length; k++) {
    const [from, end] = [cuts[k - 1], cuts[k]];
    if (!from || !end) continue;
    noteOrder(from, end, least);
    const piece = { from, to: moved(end, -1) };
    if (runs.some((r) => covers([r], piece))) pieces.push(piece);
  }
  return pieces;
}
