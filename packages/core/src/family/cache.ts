import { entriesOf } from '../derive/cache.ts';
import type { Range } from '../elaborate/problem.ts';
import type { Node, Sym } from '../expr/node.ts';
import { children, postorder, symbolsOf } from '../expr/walk.ts';
import { atomText } from '../shape/dim.ts';
import { addCounts, type Count, countOf } from './count.ts';
import type { CacheEntry } from './derivation.ts';
import type { Live } from './equations.ts';
import type { Interval } from './places.ts';
import { difference, intersection, place, samePlace, shifted, union } from './places.ts';
import type { Contribution, LocalPart, Pulled } from './pull.ts';
import { atPlace, letterPlace } from './rename.ts';
import type { Families, Family } from './system.ts';
import { isMoving, memberAt } from './system.ts';

export const totalCount = (entries: readonly CacheEntry[]): Count =>
  addCounts(entries.map((e) => e.count));

/** A source's backward formulas, and for which steps each is used. */
export interface BackwardSource {
  readonly pulled: Pulled;
  readonly lives: ReadonlyMap<Contribution | LocalPart, Live>;
  /** Computed in the forward pass, and yet not to be read: the output, where derivatives are taken at the argument. */
  readonly hidden: ReadonlySet<Node>;
}

/** What is read, where, and by what. */
interface Kept {
  readonly node: Node;
  readonly letter: string;
  readonly reads: Read[];
}

interface Read {
  readonly reader: string;
  /** null: one array. */
  readonly runs: readonly Interval[] | null;
}

/**
 * What the backward formulas read of the forward pass: the largest parts that they have in common with the step's own formula, and
 * members of families. A member that merely renames an input (`Z[0] = X`) is kept anyway and not counted.
 */
export function cacheOfSources(
  sources: readonly BackwardSource[],
  families: Families,
  readerOf: (c: Contribution) => string,
): CacheEntry[] {
  const states = new Map<string, Kept>();
  const others = new Map<Node, Kept>();
  for (const { pulled, lives, hidden } of sources) {
    const { node: whole, range } = pulled.source;
    const letter = range?.letter ?? 'l';
    const forward = new Set(postorder([whole]).filter((n) => !hidden.has(n)));
    for (const x of [...pulled.parts, ...pulled.contributions]) {
      const live = lives.get(x) ?? null;
      if (live === 'never') continue;
      const reader = 'to' in x ? readerOf(x) : atomText(x.symbol.name, x.symbol.index);
      for (const node of readBy(x.node, forward, families)) {
        if (node.kind === 'symbol') {
          note(states, node.name, { node, letter, reader, runs: placesRead(node, range, live) });
        } else {
          const moves = range !== null && symbolsOf([node]).some((s) => isMoving(s, range));
          note(others, node, { node, letter, reader, runs: moves ? live : null });
        }
      }
    }
  }
  return [
    ...[...states].flatMap(([name, kept]) => stateEntries(families.get(name), kept)),
    ...[...others.values()].flatMap(otherEntries),
  ];
}

function note<K>(
  found: Map<K, Kept>,
  key: K,
  { node, letter, ...read }: Pick<Kept, 'node' | 'letter'> & Read,
): void {
  const kept = found.get(key) ?? { node, letter, reads: [] };
  kept.reads.push(read);
  found.set(key, kept);
}

/** Where it is read at all; null: one array. */
function runsOf({ reads }: Kept): Interval[] | null {
  const runs = reads.flatMap((r) => r.runs ?? []);
  return reads.every((r) => r.runs === null) ? null : union(runs);
}

/** What reads it somewhere in a run. */
const readersIn = ({ reads }: Kept, run: Interval | null): string[] => [
  ...new Set(
    reads
      .filter((r) => !r.runs || !run || intersection(r.runs, [run]).length > 0)
      .map((r) => r.reader),
  ),
];

/** The places of a member that a formula reads while its letter runs. */
function placesRead(s: Sym, range: Range | null, live: readonly Interval[] | null): Interval[] {
  const at = s.index ?? place(null, 0);
  if (!isMoving(s, range)) return [{ from: at, to: at }];
  return (live ?? []).map((i) => shifted(i, at.offset));
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

function stateEntries(family: Family | undefined, kept: Kept): CacheEntry[] {
  const runs = runsOf(kept);
  if (!family || !runs) return [];
  const inputs = family.equations
    .filter((e) => e.range === null && isInput(e.node))
    .map((e) => e.member.index ?? place(null, 0));
  const counted = difference(
    runs,
    inputs.map((p) => ({ from: p, to: p })),
  );
  const { letter } = family;
  return counted.flatMap((run): CacheEntry[] => {
    const single = samePlace(run.from, run.to);
    const node = memberAt(family, single ? run.from : letterPlace(letter));
    return node ? [entryOf(node, letter, single ? null : run, readersIn(kept, run), true)] : [];
  });
}

const otherEntries = (kept: Kept): CacheEntry[] =>
  (runsOf(kept) ?? [null]).map((run) =>
    entryOf(kept.node, kept.letter, run, readersIn(kept, run), false),
  );

const entryOf = (
  node: Node,
  letter: string,
  run: Interval | null,
  readers: readonly string[],
  state: boolean,
): CacheEntry => ({
  node,
  letter,
  run,
  count: countOf(entriesOf(node), letter, run),
  readers,
  state,
});

/** Another name of an input or a parameter, or a constant. */
const isInput = (n: Node): boolean =>
  n.kind === 'symbol' ||
  symbolsOf([n]).every((s) => s.role === 'dimension' || s.role === 'constant');

/** What is in `all` and not in `kept`, place by place. */
export function sparedBy(kept: readonly CacheEntry[], all: readonly CacheEntry[]): CacheEntry[] {
  return all.flatMap((e): CacheEntry[] => {
    const same = kept.filter((k) => isSame(k, e));
    if (same.length === 0 || !e.run) return same.length === 0 ? [e] : [];
    const holes = same.flatMap((k) => placesKept(k) ?? []);
    return difference([e.run], holes).map((run) => {
      const single = samePlace(run.from, run.to);
      const node = single ? atPlace(e.node, e.letter, run.from) : e.node;
      return entryOf(node, e.letter, single ? null : run, e.readers, e.state);
    });
  });
}

/** Of a member, whatever its place. */
const isSame = (a: CacheEntry, b: CacheEntry): boolean =>
  a.node === b.node ||
  (a.node.kind === 'symbol' && b.node.kind === 'symbol' && a.node.name === b.node.name);

function placesKept({ node, run }: CacheEntry): Interval | null {
  const at = node.kind === 'symbol' ? node.index : null;
  return run ?? (at && { from: at, to: at });
}
