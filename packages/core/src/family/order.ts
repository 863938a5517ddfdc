import type { Range } from '../elaborate/problem.ts';
import type { Sym } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import type { BackwardEquation } from './derivation.ts';
import type { Use } from './least.ts';
import type { Interval } from './places.ts';
import { comparePlaces, intersection, moved, place } from './places.ts';

/**
 * The order in which equations are computed. Steps of one letter run together, from the last to the first: within one such
 * round an equation comes after those whose left side it uses at the same place.
 */
export function inOrder(equations: readonly BackwardEquation[]): BackwardEquation[] {
  const left = [...equations];
  const done: BackwardEquation[] = [];
  while (left.length > 0) {
    const waits = left.map((a) => left.filter((b) => a !== b && needs(a, b)));
    const free = waits.findIndex((w) => w.length === 0);
    done.push(...left.splice(free < 0 ? inRound(left, waits) : free, 1));
  }
  return done;
}

/** The first equation that waits for none but those that wait for it as well: they run together, step by step. */
function inRound(
  left: readonly BackwardEquation[],
  waits: readonly (readonly BackwardEquation[])[],
): number {
  const behind = left.map((_, k) => {
    const found = new Set<number>();
    const open = [k];
    for (let i = open.pop(); i !== undefined; i = open.pop())
      for (const b of waits[i] ?? []) {
        const j = left.indexOf(b);
        if (!found.has(j)) open.push(j);
        found.add(j);
      }
    return found;
  });
  return Math.max(
    0,
    behind.findIndex((found, k) => [...found].every((j) => behind[j]?.has(k))),
  );
}

/** What equations read of cotangents and parts, and where these are defined. */
export function readsOf(
  equations: readonly BackwardEquation[],
  recursion: readonly BackwardEquation[],
): Use[] {
  return equations.flatMap((e) =>
    e.terms.flatMap(({ over, node }) =>
      symbolsOf([node])
        .filter((s) => s.role === 'part' && s.index !== null)
        .map((s) => ({
          used: placesRead(s, over, e.range),
          defined: recursion.filter((b) => b.left.name === s.name).map(defined),
        })),
    ),
  );
}

/** Whether `a` has to wait for `b`. */
function needs(a: BackwardEquation, b: BackwardEquation): boolean {
  return a.terms.some(({ over, node }) =>
    symbolsOf([node]).some((s) => {
      if (s.name !== b.left.name || s.role !== 'part') return false;
      if (!s.index || !b.left.index) return true;
      const range = rangeAt(s, over, a.range);
      const together = range && !over && b.range?.letter === range.letter;
      if (together) return s.index.offset === b.left.index.offset;
      return overlaps(placesRead(s, over, a.range), defined(b));
    }),
  );
}

/** The range through which a symbol's letter runs. */
const rangeAt = (s: Sym, over: Range | null, range: Range | null): Range | null | undefined =>
  [over, range].find((r) => r && r.letter === s.index?.variable);

function placesRead(s: Sym, over: Range | null, range: Range | null): Interval {
  const at = s.index ?? place(null, 0);
  const run = rangeAt(s, over, range);
  return run ? ascending(run, at.offset) : { from: at, to: at };
}

/** The places that an equation defines. */
function defined({ left, range }: BackwardEquation): Interval {
  const at = left.index ?? place(null, 0);
  return range ? ascending(range, at.offset) : { from: at, to: at };
}

/** Places `l + offset` of a range, whichever way it runs. */
export function ascending(range: Interval, offset: number): Interval {
  const [low, high] =
    comparePlaces(range.from, range.to) <= 0 ? [range.from, range.to] : [range.to, range.from];
  return { from: moved(low, offset), to: moved(high, offset) };
}

const overlaps = (a: Interval, b: Interval): boolean => intersection([a], [b]).length > 0;
