import {
  type Accumulate,
  type Entry,
  type Fill,
  type Index,
  memoryOf,
  readsOf,
  type Store,
  type Unit,
} from './ir.ts';
import { storesRead, storesWritten } from './slots.ts';

/**
 * Fewer passes over memory: a copy is made where it is wanted at once, and what is done to each entry of a sum is done as soon as
 * the sum is complete.
 */
export function fused(units: readonly Unit[], wanted: readonly Store[]): Unit[] {
  return new Fusion(units, wanted).units();
}

class Fusion {
  private readonly list: (Unit | null)[];
  private readonly wanted: ReadonlySet<Store>;
  /** Where each array is read or written. */
  private readonly uses = new Map<Store, Set<number>>();
  private readonly viewed = new Set<Store>();

  constructor(units: readonly Unit[], wanted: readonly Store[]) {
    this.list = [...units];
    this.wanted = new Set(wanted);
    units.forEach((u, k) => {
      this.note(u, k);
      for (const s of mentioned(u)) if (s.base) this.viewed.add(s.base);
    });
  }

  units(): Unit[] {
    for (let k = 0; k < this.list.length; k++) this.visit(k);
    return this.list.filter((u) => u !== null);
  }

  private note(u: Unit, k: number): void {
    for (const s of new Set([...storesRead(u), ...storesWritten(u)])) {
      const places = this.uses.get(s) ?? new Set();
      this.uses.set(s, places.add(k));
    }
  }

  private visit(k: number): void {
    const unit = this.list[k];
    if (unit?.kind !== 'fill' || unit.adds || unit.to.kind === 'number' || unit.to.base) return;
    const store = readsOf(unit.entry).find(({ from }) => this.isOwn(from, unit, k))?.from;
    if (!store) return;
    const writers = [...(this.uses.get(store) ?? [])].filter((p) => p !== k);
    const at = Math.max(...writers);
    const last = this.list[at];
    if (unit.entry.kind === 'read') this.list[k] = null;
    else if (last?.kind === 'accumulate' && !last.finish && isDistinct(last.at)) {
      const joined = { ...last, finish: moved(unit.entry, unit, last) };
      this.list[at] = null;
      for (const s of mentioned(last)) {
        this.uses.get(memoryOf(s))?.delete(at);
        this.uses.get(memoryOf(s))?.add(k);
      }
      this.list[k] = joined;
    } else return;
    for (const p of new Set([...writers, k])) {
      const u = this.list[p];
      if (!u) continue;
      const changed = withStore(u, store, unit.to);
      this.list[p] = changed;
      this.note(changed, p);
    }
  }

  /** Whether an array is read by this unit alone, entry for entry, and written before. */
  private isOwn(from: Store, unit: Fill, k: number): boolean {
    if (from.kind !== 'work' || from.dims.length === 0 || this.viewed.has(from)) return false;
    if (this.wanted.has(from) || !isDistinct(unit.at)) return false;
    if (from.dims.length !== unit.to.dims.length) return false;
    if (!from.dims.every((d, axis) => d === unit.to.dims[axis])) return false;
    const reads = readsOf(unit.entry).filter((r) => memoryOf(r.from) === from);
    if (!reads.every((r) => r.at.every((i, axis) => i === unit.at[axis]))) return false;
    const others = [...(this.uses.get(from) ?? [])].filter((p) => p !== k && this.list[p]);
    return (
      others.length > 0 &&
      others.every((p) => {
        const u = this.list[p];
        return p < k && u?.to === from && !(u.kind === 'routine' && u.room === from);
      })
    );
  }
}

const isDistinct = (at: readonly Index[]): boolean => new Set(at).size === at.length;

/** Every store that a unit names. */
function mentioned(u: Unit): Store[] {
  if (u.kind === 'routine')
    return [u.to, ...u.args.flatMap((a) => (a ? [a] : [])), ...(u.room ? [u.room] : [])];
  const entries =
    u.kind === 'fill'
      ? [u.entry]
      : [u.entry, ...(u.begin ? [u.begin] : []), ...(u.finish ? [u.finish] : [])];
  return [u.to, ...entries.flatMap(readsOf).map((r) => r.from)];
}

/** An entry of one unit within the loops of another one. */
function moved(entry: Entry, from: Fill, to: Accumulate): Entry {
  const by = new Map<Index, Index>(from.at.map((i, axis) => [i, to.at[axis] ?? i]));
  return mapped(
    entry,
    (i) => by.get(i) ?? i,
    (s) => s,
  );
}

/** A unit with another store in the place of one. */
function withStore(u: Unit, store: Store, by: Store): Unit {
  const put = (s: Store): Store => (s === store ? by : s);
  const change = (e: Entry): Entry => mapped(e, (i) => i, put);
  switch (u.kind) {
    case 'fill':
      return { ...u, to: put(u.to), entry: change(u.entry) };
    case 'accumulate':
      return {
        ...u,
        to: put(u.to),
        entry: change(u.entry),
        begin: u.begin && change(u.begin),
        finish: u.finish && change(u.finish),
      };
    case 'routine':
      return { ...u, to: put(u.to), args: u.args.map((a) => a && put(a)) };
  }
}

function mapped(e: Entry, index: (i: Index) => Index, store: (s: Store) => Store): Entry {
  const inner = (x: Entry): Entry => mapped(x, index, store);
  switch (e.kind) {
    case 'number':
    case 'size':
    case 'constant':
      return e;
    case 'read':
      return { ...e, from: store(e.from), at: e.at.map(index) };
    case 'same':
      return { ...e, a: index(e.a), b: index(e.b) };
    case 'sum':
      return { ...e, terms: e.terms.map((t) => ({ ...t, entry: inner(t.entry) })) };
    case 'product':
      return { ...e, factors: e.factors.map((f) => ({ ...f, entry: inner(f.entry) })) };
    case 'call':
      return { ...e, args: e.args.map(inner) };
    case 'total':
      return { ...e, entry: inner(e.entry) };
  }
}
