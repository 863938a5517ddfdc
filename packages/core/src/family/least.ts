import type { IndexExpr } from '../shape/dim.ts';
import type { Interval, Least } from './places.ts';

/** A run of places with what reaches it, as an equation states it. */
export interface Claim<T> {
  readonly at: Interval;
  readonly from: readonly T[];
}

/** Beyond this the order of the cuts is taken as it is. */
const SMALL = 16;

/**
 * The least numbers of steps for which pieces say the truth. Pieces are cut where ends lie in the order of large numbers; often they
 * are right for smaller ones too, where some of them are empty. So the numbers below are tried, from above.
 *
 * @param needed the places that have to be defined, each once
 * @param arrivals everything that reaches a place, and which
 * @param exact whether no other place may be defined
 */
export function tightened<T>(
  start: Least,
  claims: readonly Claim<T>[],
  needed: readonly Interval[],
  arrivals: readonly { readonly at: Interval; readonly of: T }[],
  exact: boolean,
): Least {
  const [only, ...others] = start;
  if (!only || others.length > 0) return start;
  const [variable, high] = only;
  if (high > SMALL) return start;
  let least = high;
  while (least > 0 && holds(least - 1)) least--;
  return new Map([[variable, least]]);

  function holds(n: number): boolean {
    const value = (p: IndexExpr): number => numberAt(p, n);
    const inside = (p: number, i: Interval): boolean => value(i.from) <= p && p <= value(i.to);
    const places = (runs: readonly Interval[]): number[] =>
      runs.flatMap((i) =>
        Array.from(
          { length: Math.max(0, value(i.to) - value(i.from) + 1) },
          (_, k) => value(i.from) + k,
        ),
      );
    const wanted = new Set(places(needed));
    const defined = places(claims.map((c) => c.at));
    if (new Set(defined).size < defined.length) return false;
    if (exact && defined.some((p) => !wanted.has(p))) return false;
    return [...wanted].every((p) => {
      const claim = claims.find((c) => inside(p, c.at));
      const truth = arrivals.filter((a) => inside(p, a.at)).map((a) => a.of);
      return claim?.from.length === truth.length && truth.every((t) => claim.from.includes(t));
    });
  }
}

/** What is read, where these places are defined. */
export interface Use {
  readonly used: Interval;
  readonly defined: readonly Interval[];
}

/** The least numbers from which on all that is read is defined: `Z[L−2]` of `Z[0]` … `Z[L]` asks for L = 2. */
export function leastDefined(uses: readonly Use[]): Least {
  const least: Least = new Map();
  for (const { used, defined } of uses) {
    const ends = [used, ...defined].flatMap((i) => [i.from, i.to]);
    const fixed = ends.flatMap((p) => (p.variable === null ? [p.offset] : []));
    for (const { variable, offset } of ends) {
      if (variable === null) continue;
      // whether all is defined changes only where two ends meet
      const turns = fixed.flatMap((f) => [-1, 0, 1].map((d) => f - offset + d));
      const missing = turns.filter((n) => n >= 0 && !isDefined(used, defined, n));
      least.set(variable, Math.max(least.get(variable) ?? 0, ...missing.map((n) => n + 1)));
    }
  }
  return least;
}

/** Whether all places of a run are defined where the name at the ends has the value n. */
function isDefined(used: Interval, defined: readonly Interval[], n: number): boolean {
  const runs = [used, ...defined].map(({ from, to }) => [from, to].map((p) => numberAt(p, n)));
  const [[first = 0, last = 0] = [], ...known] = runs;
  let next = first;
  for (const [from = 0, to = 0] of known.sort(([a = 0], [b = 0]) => a - b))
    if (from <= next) next = Math.max(next, to + 1);
  return next > last;
}

const numberAt = (p: IndexExpr, n: number): number =>
  p.variable === null ? p.offset : n + p.offset;
