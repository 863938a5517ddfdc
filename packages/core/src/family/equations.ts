import type { Range } from '../elaborate/problem.ts';
import { add, zeros } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import { factorSums } from '../simplify/factor.ts';
import type { BackwardEquation, EquationTerm } from './derivation.ts';
import { type Claim, tightened } from './least.ts';
import type { Interval, Least } from './places.ts';
import { cut, intersection, moved, place, samePlace, shifted, union } from './places.ts';
import type { Contribution, LocalPart, Pulled } from './pull.ts';
import { atPlace, symbolAt } from './rename.ts';
import { isMoving } from './system.ts';

/** What collects contributions: the cotangent of a family, or the gradient of a variable. */
export interface Target {
  /** The name in the equations: `Z`, `W`. */
  readonly name: string;
  /** The letter in which its equations are written. */
  readonly letter: string;
  /** Where its members are wanted; null for a variable without place. */
  readonly places: readonly Interval[] | null;
  /** What stands on the left at a place. */
  at(p: Interval['from']): { readonly left: Sym; readonly of: Sym | null };
  /** Cotangents run backwards, and their equations are written for the place that comes first: G[l−1] from G[l]. */
  readonly backwards: boolean;
}

/** Where a contribution arrives, while its source runs through its range. */
export function arrival({ source, to }: Contribution): Interval {
  const at = to.index ?? place(null, 0);
  return isMoving(to, source.range) && source.range
    ? shifted({ from: source.range.from, to: source.range.to }, at.offset)
    : { from: at, to: at };
}

/**
 * The equations of a target: its places are cut where a contribution begins or ends, and each piece gets the sum of those that
 * reach all of it. A place that nothing reaches has zero.
 */
export function equationsOf(
  target: Target,
  contributions: readonly Contribution[],
  least: Least,
): BackwardEquation[] {
  const mine = contributions.filter((c) => c.to.name === target.name);
  if (target.places === null) {
    const { left, of } = target.at(place(null, 0));
    const terms = mine.map((c) => termOf(c.source.range, c.node));
    return [{ left, of, range: null, terms: collected(terms, left) }];
  }
  const ordered: Least = new Map();
  const arrivals = mine.map((c) => ({ at: arrival(c), of: c }));
  const cuts = cut(
    target.places,
    arrivals.map((a) => a.at),
    ordered,
  );
  const pieces = merged(
    cuts.map((at) => ({
      at,
      from: mine.filter((c) => intersection([arrival(c)], [at]).length > 0),
    })),
  );
  const found = tightened(ordered, pieces, target.places, arrivals, !target.backwards);
  for (const [variable, n] of found) least.set(variable, Math.max(least.get(variable) ?? 0, n));
  return pieces.map((p) => equationOf(target, p));
}

type Piece = Claim<Contribution>;

/** Neighbouring pieces with the same contributions are one, where all of these move along. Last places first. */
function merged(pieces: readonly Piece[]): Piece[] {
  const found: Piece[] = [];
  for (const p of pieces) {
    const last = found[found.length - 1];
    const same =
      last !== undefined &&
      samePlace(moved(last.at.to, 1), p.at.from) &&
      last.from.length === p.from.length &&
      p.from.every((c) => last.from.includes(c) && isMoving(c.to, c.source.range));
    if (same) found[found.length - 1] = { at: { from: last.at.from, to: p.at.to }, from: p.from };
    else found.push(p);
  }
  return found.reverse();
}

function equationOf(target: Target, { at, from }: Piece): BackwardEquation {
  const single = samePlace(at.from, at.to);
  const offsets = from.filter((c) => isMoving(c.to, c.source.range)).map(offsetOf);
  // the place on the left is `letter + lead`
  const lead = target.backwards && offsets.length > 0 ? Math.max(...offsets) : 0;
  const here = single ? at.from : place(target.letter, lead);
  const terms = from.map((c): EquationTerm => {
    const { range } = c.source;
    if (!range || !isMoving(c.to, range)) return termOf(range, c.node);
    return termOf(null, atPlace(c.node, range.letter, moved(here, -offsetOf(c))));
  });
  const low = moved(at.from, -lead);
  const high = moved(at.to, -lead);
  const range: Range | null = single
    ? null
    : target.backwards
      ? { letter: target.letter, from: high, to: low }
      : { letter: target.letter, from: low, to: high };
  const { left, of } = target.at(here);
  return { left, of, range, terms: collected(terms, left) };
}

const offsetOf = (c: Contribution): number => c.to.index?.offset ?? 0;

const termOf = (over: Range | null, node: Node): EquationTerm => ({ over, node, shown: node });

/** Terms over the same steps are joined; what is zero is left out. */
function collected(terms: readonly EquationTerm[], left: Sym): EquationTerm[] {
  const groups: { over: Range | null; nodes: Node[] }[] = [];
  for (const { over, node } of terms) {
    const group = groups.find((g) => sameRange(g.over, over));
    const letter = group?.over?.letter;
    const here = over && letter ? atPlace(node, over.letter, place(letter, 0)) : node;
    if (group) group.nodes.push(here);
    else groups.push({ over, nodes: [node] });
  }
  const joined = groups
    .map((g) => termOf(g.over, factorSums([add(...g.nodes)])[0] ?? zeros(left.axes)))
    .filter((t) => t.node !== zeros(left.axes));
  return joined.length > 0 ? joined : [termOf(null, zeros(left.axes))];
}

const sameRange = (a: Range | null, b: Range | null): boolean =>
  a === b || (a !== null && b !== null && samePlace(a.from, b.from) && samePlace(a.to, b.to));

/** Where a source's formulas are used: while its letter runs there, or (null) once, or never. */
export type Live = readonly Interval[] | null | 'never';

/** For which steps a contribution is wanted. */
export function liveOf(c: Contribution, target: Target | undefined): Live {
  if (!target) return 'never';
  const { range } = c.source;
  if (!range || !isMoving(c.to, range)) {
    const at = [arrival(c)];
    if (target.places !== null && intersection(target.places, at).length === 0) return 'never';
    return range ? [range] : null;
  }
  if (target.places === null) return [range];
  const steps = target.places.map((i) => shifted(i, -offsetOf(c)));
  const found = intersection([range], steps);
  return found.length > 0 ? found : 'never';
}

/** For which steps each part of a source is used: by a contribution that is wanted, or by another part that is. */
export function livesOf(
  pulled: Pulled,
  targetOf: (name: string) => Target | undefined,
): ReadonlyMap<Contribution | LocalPart, Live> {
  const lives = new Map<Contribution | LocalPart, Live>();
  const uses = new Map<Node, Live[]>();
  const spread = (node: Node, live: Live): void => {
    for (const s of symbolsOf([node])) {
      const had = uses.get(s);
      if (had) had.push(live);
      else uses.set(s, [live]);
    }
  };
  for (const c of pulled.contributions) {
    const live = liveOf(c, targetOf(c.to.name));
    lives.set(c, live);
    if (live !== 'never') spread(c.node, live);
  }
  for (const p of [...pulled.parts].reverse()) {
    const live = together(uses.get(p.symbol) ?? []);
    lives.set(p, live);
    if (live !== 'never') spread(p.node, live);
  }
  return lives;
}

function together(lives: readonly Live[]): Live {
  if (lives.length === 0) return 'never';
  const runs = lives.flatMap((l) => (l === null || l === 'never' ? [] : l));
  return runs.length === 0 ? null : union(runs);
}

/** `D[l] = G[l] ⊙ σ′(…) for l = L..1`. */
export function partEquations(p: LocalPart, live: Live): BackwardEquation[] {
  if (live === 'never') return [];
  const terms = [termOf(null, p.node)];
  const { range } = p.source;
  if (live === null || !range) return [{ left: p.symbol, of: null, range: null, terms }];
  return live.map((run): BackwardEquation => {
    if (!samePlace(run.from, run.to)) {
      const back = { letter: range.letter, from: run.to, to: run.from };
      return { left: p.symbol, of: null, range: back, terms };
    }
    const node = atPlace(p.node, range.letter, run.from);
    const left = symbolAt(p.symbol, range.letter, run.from);
    return { left, of: null, range: null, terms: [termOf(null, node)] };
  });
}
