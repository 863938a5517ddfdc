import type { Node, Sym } from '../../../expr/node.ts';
import { postorder } from '../../../expr/walk.ts';
import type { Interval } from '../../../family/places.ts';
import { place, union } from '../../../family/places.ts';
import { atPlace, symbolAt } from '../../../family/rename.ts';
import type { IndexExpr } from '../../../shape/dim.ts';
import { type Py, print, py } from '../tree.ts';
import type { Passes } from './request.ts';
import { along, type Equation, hull } from './schedule.ts';

/** How places are written: which Python variable stands for the letter, and which for the ends of ranges. */
export interface Places {
  /** The Python name of the end of a range, `L`. */
  readonly end: (variable: string) => string;
  /** The letters of the equation that is written, innermost first, and what stands for each: a loop's variable plus `lead`. */
  readonly letters: readonly Letter[];
}

export interface Letter {
  readonly name: string;
  readonly py: string;
  readonly lead: number;
}

/** `name + offset` as code. */
export function placePy(p: IndexExpr, places: Places, by = 0): Py {
  const offset = p.offset + by;
  if (p.variable === null) return offset < 0 ? py.negative(py.int(-offset)) : py.int(offset);
  const letter = places.letters.find((l) => l.name === p.variable);
  const name = py.name(letter ? letter.py : places.end(p.variable));
  const total = offset + (letter?.lead ?? 0);
  if (total === 0) return name;
  return py.binary(total < 0 ? '-' : '+', name, py.int(Math.abs(total)));
}

/** `table[l - 1]`: a member of a table that has its places as keys, or of a list that begins with the place `first`. */
export const memberPy = (table: string, p: IndexExpr, places: Places, first = 0): Py =>
  py.subscript(py.name(table), print(placePy(p, places, -first)));

/** The places of a family that the equations use; undefined where they use none. */
export function placesUsed(
  name: string,
  { objective, equations }: Pick<Passes, 'objective' | 'equations'>,
  indexOf: (n: Node) => { readonly name: string; readonly index: IndexExpr | null } | undefined,
): Interval | undefined {
  const runs: Interval[] = [];
  const note = (node: Node, ranges: readonly Equation['range'][]): void => {
    for (const n of postorder([node])) {
      const found = indexOf(n);
      if (found?.name !== name || !found.index) continue;
      const at = found.index;
      const range = ranges.find((r) => r !== null && r.letter === at.variable);
      runs.push(range ? along(range, at.offset) : { from: at, to: at });
    }
  };
  note(objective, []);
  for (const e of equations) for (const t of e.terms) note(t.node, [t.over, e.range]);
  return runs.length > 0 ? hull(runs) : undefined;
}

/** An intermediate of the forward pass that is kept for the backward pass. */
export interface Kept {
  /** A symbol that stands for it, at the letter where it belongs to each step. */
  readonly symbol: Sym;
  readonly node: Node;
  /** null: one array, which no step belongs to. */
  readonly letter: string | null;
}

/**
 * Where kept intermediates stand in a formula, with the symbols that stand for them there.
 * @param accept whether one may be read, or stored, at a place
 */
export function keptIn(
  node: Node,
  kept: readonly Kept[],
  accept: (k: Kept, p: IndexExpr) => boolean,
): Map<Node, Sym> {
  const below = new Set(postorder([node]));
  const found = new Map<Node, Sym>();
  const places = placesIn(below);
  for (const k of kept) {
    const { letter } = k;
    if (letter === null) {
      if (below.has(k.node)) found.set(k.node, k.symbol);
      continue;
    }
    const own = placesIn(postorder([k.node])).filter((p) => p.variable === letter);
    for (const o of own) {
      for (const { variable, offset } of places) {
        const p = place(variable, offset - o.offset);
        const there = atPlace(k.node, letter, p);
        if (below.has(there) && accept(k, p)) found.set(there, symbolAt(k.symbol, letter, p));
      }
    }
  }
  return found;
}

/** The kept intermediates that a forward equation computes itself: in a loop those of its own step. */
export const keptBy = (e: Equation, kept: readonly Kept[]): Map<Node, Sym> => {
  const letter = e.range?.letter ?? null;
  const found = e.terms.flatMap(({ node }) => [
    ...keptIn(node, kept, (_, p) => letter === null || (p.variable === letter && p.offset === 0)),
  ]);
  return new Map(found);
};

/** The places at which forward equations store a kept intermediate. */
export const placesKept = (k: Kept, forward: readonly Equation[]): Interval[] =>
  union(
    forward.flatMap((e) =>
      [...keptBy(e, [k]).values()].map((s): Interval => {
        const at = s.index ?? place(null, 0);
        return e.range && at.variable === e.range.letter
          ? along(e.range, at.offset)
          : { from: at, to: at };
      }),
    ),
  );

/** The places of symbols among some nodes, each once. */
function placesIn(nodes: Iterable<Node>): IndexExpr[] {
  const found = new Map<string, IndexExpr>();
  for (const n of nodes)
    if (n.kind === 'symbol' && n.index) found.set(`${n.index.variable}${n.index.offset}`, n.index);
  return [...found.values()];
}
