import type { Range } from '../../../elaborate/problem.ts';
import type { Node, Sym } from '../../../expr/node.ts';
import { symbolsOf } from '../../../expr/walk.ts';
import type { Interval } from '../../../family/places.ts';
import { comparePlaces, intersection, moved, place, samePlace } from '../../../family/places.ts';

/** An equation between members at places, forward or backward. */
export interface Equation {
  readonly left: Sym;
  readonly range: Range | null;
  readonly terms: readonly { readonly over: Range | null; readonly node: Node }[];
}

/** Equations in the order of computation: one at a time, or several in a loop. */
export type Block<E extends Equation> = Single<E> | Loop<E>;

export interface Single<E extends Equation> {
  readonly kind: 'single';
  readonly equation: E;
}

export interface Loop<E extends Equation> {
  readonly kind: 'loop';
  readonly letter: string;
  /** Values of the loop's variable, both ends included, lowest first. */
  readonly run: Interval;
  /** In the order of one round. */
  readonly rounds: readonly Round<E>[];
}

export interface Round<E extends Equation> {
  readonly equation: E;
  /** In which rounds it is computed. */
  readonly run: Interval;
  /** The equation's own letter is the loop's variable plus so much. */
  readonly lead: number;
}

/** What an equation reads of another one's left side: a run of places, or the place `letter + offset`. */
interface Use {
  readonly name: string;
  readonly at: Interval;
  readonly offset: number | null;
}

/** An equation with what it writes and reads. */
interface Item<E extends Equation> {
  readonly equation: E;
  readonly name: string;
  /** Places that it defines. */
  readonly at: Interval;
  /** Its left side stands at `letter + offset`. */
  readonly offset: number;
  readonly uses: readonly Use[];
}

const keyOf = (s: Sym): string => `${s.role}:${s.name}`;

/**
 * Puts equations in an order in which each finds what it reads: equations that need one another run in one loop, forwards or
 * backwards, the others by themselves.
 * @throws RangeError where no such order is found
 */
export function schedule<E extends Equation>(
  equations: readonly E[],
  backwards: boolean,
): Block<E>[] {
  const items = equations.map((e) => itemOf(e));
  return components(items).map((group): Block<E> => {
    const [only, ...others] = group;
    if (!only) throw new RangeError('an empty group of equations');
    if (others.length === 0 && !only.equation.range)
      return { kind: 'single', equation: only.equation };
    const letter = group.find((i) => i.equation.range)?.equation.range?.letter ?? 'l';
    const byLetter = arranged(group, backwards, (i) => lead(i, group));
    const rounds = byLetter ?? arranged(group, backwards, () => 0);
    if (!rounds) throw new RangeError(`no order was found for the equations of ${only.name}`);
    return { kind: 'loop', letter, run: hull(rounds.map((r) => r.run)), rounds };
  });
}

function itemOf<E extends Equation>(equation: E): Item<E> {
  const { left, range, terms } = equation;
  const index = left.index ?? place(null, 0);
  const offset = range ? index.offset : 0;
  const uses = terms.flatMap(({ over, node }) =>
    symbolsOf([node]).map((s): Use => {
      const at = s.index ?? place(null, 0);
      if (over && at.variable === over.letter)
        return { name: keyOf(s), at: along(over, at.offset), offset: null };
      if (range && at.variable === range.letter)
        return { name: keyOf(s), at: along(range, at.offset), offset: at.offset };
      return { name: keyOf(s), at: { from: at, to: at }, offset: null };
    }),
  );
  const at = range ? along(range, offset) : { from: index, to: index };
  return { equation, name: keyOf(left), at, offset, uses };
}

/** Places `letter + offset` of a range, lowest first, whichever way it runs. */
export function along(range: Interval, offset: number): Interval {
  const [low, high] =
    comparePlaces(range.from, range.to) <= 0 ? [range.from, range.to] : [range.to, range.from];
  return { from: moved(low, offset), to: moved(high, offset) };
}

const meets = (use: Use, item: Item<Equation>): boolean =>
  use.name === item.name && intersection([use.at], [item.at]).length > 0;

/** Groups of equations that need one another, each after the groups that it needs, otherwise as they came. */
function components<E extends Equation>(items: readonly Item<E>[]): Item<E>[][] {
  const needs = items.map(
    (a) => new Set(items.flatMap((b, k) => (a.uses.some((u) => meets(u, b)) ? [k] : []))),
  );
  const reach = needs.map((direct) => {
    const seen = new Set<number>();
    const stack = [...direct];
    for (let k = stack.pop(); k !== undefined; k = stack.pop()) {
      if (seen.has(k)) continue;
      seen.add(k);
      stack.push(...(needs[k] ?? []));
    }
    return seen;
  });
  const groups: number[][] = [];
  const placed = new Set<number>();
  while (placed.size < items.length) {
    const next = items.findIndex(
      (_, k) =>
        !placed.has(k) &&
        [...(reach[k] ?? [])].every((j) => placed.has(j) || reach[j]?.has(k) || j === k),
    );
    const group = items.flatMap((_, j) =>
      j === next || (reach[next]?.has(j) && reach[j]?.has(next)) ? [j] : [],
    );
    for (const j of group) placed.add(j);
    groups.push(group);
  }
  return groups.map((g) => g.flatMap((k) => items[k] ?? []));
}

/** How far an equation's round lies behind the place that it defines, so that all letters of a loop are one. */
function lead<E extends Equation>(item: Item<E>, group: readonly Item<E>[]): number {
  if (item.equation.range) return -item.offset;
  const same = group.find((i) => i.name === item.name && i.equation.range);
  return same ? -same.offset : 0;
}

/** The rounds of a loop, where each equation is computed `lead` rounds from its place; undefined where one comes too early. */
function arranged<E extends Equation>(
  group: readonly Item<E>[],
  backwards: boolean,
  leadOf: (item: Item<E>) => number,
): Round<E>[] | undefined {
  const leads = group.map(leadOf);
  const runs = group.map(({ at }, k) => ({
    from: moved(at.from, leads[k] ?? 0),
    to: moved(at.to, leads[k] ?? 0),
  }));
  const before = group.map(() => new Set<number>());
  for (const [a, item] of group.entries()) {
    for (const use of item.uses) {
      for (const [b, other] of group.entries()) {
        if (!meets(use, other)) continue;
        const late = lateness(item, use, runs[a], leads[a] ?? 0, leads[b] ?? 0, backwards);
        if (late > 0) return undefined;
        if (late === 0) before[a]?.add(b);
      }
    }
  }
  const order: number[] = [];
  while (order.length < group.length) {
    const next = group.findIndex(
      (_, k) => !order.includes(k) && [...(before[k] ?? [])].every((j) => order.includes(j)),
    );
    if (next < 0) return undefined;
    order.push(next);
  }
  return order.flatMap((k) => {
    const item = group[k];
    const run = runs[k];
    if (!item || !run) return [];
    return [{ equation: item.equation, run, lead: -item.offset - (leads[k] ?? 0) }];
  });
}

/** Positive where what is read is computed in a later round than it is read, 0 in the same round. */
function lateness(
  item: Item<Equation>,
  use: Use,
  run: Interval | undefined,
  own: number,
  theirs: number,
  backwards: boolean,
): number {
  if (use.offset !== null) {
    // read at `letter + offset`, in round `letter + item.offset + own`
    const ahead = use.offset + theirs - (item.offset + own);
    return backwards ? -ahead : ahead;
  }
  if (!run) return 0;
  return backwards
    ? comparePlaces(run.to, moved(use.at.from, theirs))
    : comparePlaces(moved(use.at.to, theirs), run.from);
}

/** The least run that holds all. */
export function hull(runs: readonly Interval[]): Interval {
  const [first, ...rest] = runs;
  if (!first) throw new RangeError('no places');
  return rest.reduce<Interval>(
    (h, r) => ({
      from: comparePlaces(r.from, h.from) < 0 ? r.from : h.from,
      to: comparePlaces(r.to, h.to) > 0 ? r.to : h.to,
    }),
    first,
  );
}

export const sameRun = (a: Interval, b: Interval): boolean =>
  samePlace(a.from, b.from) && samePlace(a.to, b.to);
