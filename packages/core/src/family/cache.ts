import { entriesOf } from '../derive/cache.ts';
import type { Node, Sym } from '../expr/node.ts';
import { children, postorder, symbolsOf } from '../expr/walk.ts';
import { atomText } from '../shape/dim.ts';
import { addCounts, type Count, countOf } from './count.ts';
import type { CacheEntry } from './derivation.ts';
import type { Live } from './equations.ts';
import type { Interval } from './places.ts';
import { difference, moved, place, union } from './places.ts';
import type { Contribution, LocalPart, Pulled } from './pull.ts';
import { letterPlace } from './rename.ts';
import type { Families, Family } from './system.ts';
import { isMoving, memberAt } from './system.ts';

export const totalCount = (entries: readonly CacheEntry[]): Count =>
  addCounts(entries.map((e) => e.count));

interface Reading {
  readonly node: Node;
  readonly reader: string;
  readonly live: readonly Interval[] | null;
}

/**
 * What the backward formulas read of the forward pass: the largest parts that they have in common with the step's own formula, and
 * members of families. A member that merely renames an input (`Z[0] = X`) is kept anyway and not counted.
 */
export function cacheOfPasses(
  passes: readonly {
    readonly pulled: Pulled;
    readonly lives: ReadonlyMap<Contribution | LocalPart, Live>;
    /** Computed in the forward pass, and yet not to be read: the output, where derivatives are taken at the argument. */
    readonly hidden: ReadonlySet<Node>;
  }[],
  families: Families,
  readerOf: (c: Contribution) => string,
): CacheEntry[] {
  const states = new Map<string, { runs: Interval[]; readers: Set<string> }>();
  const others = new Map<
    string,
    { node: Node; letter: string; runs: Interval[] | null; readers: Set<string> }
  >();
  const noteState = (s: Sym, runs: readonly Interval[], reader: string): void => {
    const had = states.get(s.name) ?? { runs: [], readers: new Set<string>() };
    had.readers.add(reader);
    states.set(s.name, { ...had, runs: union([...had.runs, ...runs]) });
  };
  for (const { pulled, lives, hidden } of passes) {
    const { range } = pulled.source;
    const forward = new Set(postorder([pulled.source.node]).filter((n) => !hidden.has(n)));
    const readings: Reading[] = [];
    for (const x of [...pulled.parts, ...pulled.contributions]) {
      const live = lives.get(x);
      if (live === undefined || live === 'never') continue;
      const reader = 'to' in x ? readerOf(x) : atomText(x.symbol.name, x.symbol.index);
      readings.push({ node: x.node, reader, live });
    }
    for (const { node, reader, live } of readings) {
      for (const read of readBy(node, forward, families)) {
        if (read.kind === 'symbol') {
          const at = read.index ?? place(null, 0);
          const moving = isMoving(read, range);
          const runs = moving
            ? (live ?? []).map((i) => ({
                from: moved(i.from, at.offset),
                to: moved(i.to, at.offset),
              }))
            : [{ from: at, to: at }];
          noteState(read, runs, reader);
          continue;
        }
        const moves = range !== null && symbolsOf([read]).some((s) => isMoving(s, range));
        const key = `${read.id}`;
        const had = others.get(key);
        const runs = moves ? union([...(had?.runs ?? []), ...(live ?? [])]) : null;
        const readers = had?.readers ?? new Set<string>();
        readers.add(reader);
        others.set(key, { node: read, letter: range?.letter ?? 'l', runs, readers });
      }
    }
  }
  return [
    ...[...states].flatMap(([name, s]) => stateEntries(families.get(name), s.runs, [...s.readers])),
    ...[...others.values()].flatMap((o) => otherEntries(o)),
  ];
}

/** The forward quantities below a backward formula: members, and the largest nodes of the forward graph. */
function readBy(root: Node, forward: ReadonlySet<Node>, families: Families): Node[] {
  const found: Node[] = [];
  const seen = new Set<Node>();
  const stack = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const member = node.kind === 'symbol' && node.role === 'variable' && families.has(node.name);
    if (member || (forward.has(node) && isQuantity(node))) found.push(node);
    else stack.push(...[...children(node)].reverse());
  }
  return found;
}

/**
 * Whether a node is worth keeping: not what is as cheap to make again from kept things (a transpose, a repetition, a sum of symbols),
 * nor what no variable is in.
 */
function isQuantity(n: Node): boolean {
  if (children(n).length === 0) return false;
  if (n.kind === 'contract' && n.operands.length === 1 && n.extents.length === n.axes.length)
    return false;
  if (n.kind === 'sum' && n.terms.every((t) => isCheap(t.node))) return false;
  return symbolsOf([n]).some((s) => s.role === 'variable');
}

const isCheap = (n: Node): boolean =>
  children(n).length === 0 ||
  (n.kind === 'contract' &&
    n.operands.every((o) => children(o.node).length === 0 && o.indices.length === 0)) ||
  (n.kind === 'contract' && n.operands.length <= 1 && n.operands.every((o) => isCheap(o.node)));

function stateEntries(
  family: Family | undefined,
  runs: readonly Interval[],
  readers: readonly string[],
): CacheEntry[] {
  if (!family) return [];
  const inputs = family.equations
    .filter((e) => e.range === null && isInput(e.node))
    .map((e) => e.member.index ?? place(null, 0));
  const kept = difference(
    runs,
    inputs.map((p) => ({ from: p, to: p })),
  );
  const { letter } = family;
  return kept.flatMap((run): CacheEntry[] => {
    const single = run.from.variable === run.to.variable && run.from.offset === run.to.offset;
    const node = memberAt(family, single ? run.from : letterPlace(letter));
    if (!node) return [];
    const entry = { node, letter, readers, state: true };
    const size = entriesOf(node);
    return [
      { ...entry, run: single ? null : run, count: countOf(size, letter, single ? null : run) },
    ];
  });
}

/** Another name of an input or a parameter, or a constant. */
const isInput = (n: Node): boolean =>
  n.kind === 'symbol' ||
  symbolsOf([n]).every((s) => s.role === 'dimension' || s.role === 'constant');

function otherEntries(o: {
  node: Node;
  letter: string;
  runs: readonly Interval[] | null;
  readers: ReadonlySet<string>;
}): CacheEntry[] {
  const { node, letter } = o;
  const size = entriesOf(node);
  const entry = { node, letter, readers: [...o.readers], state: false };
  if (!o.runs) return [{ ...entry, run: null, count: countOf(size, letter, null) }];
  return o.runs.map((run) => ({ ...entry, run, count: countOf(size, letter, run) }));
}

/** Entries of one list that the other lacks. */
export function sparedBy(kept: readonly CacheEntry[], all: readonly CacheEntry[]): CacheEntry[] {
  return all.filter((e) => !kept.some((k) => k.node === e.node));
}
