import type { Dim } from '../../shape/dim.ts';
import { DIM_ONE, mulDim } from '../../shape/dim.ts';
import { type Entry, memoryOf, readsOf, type Store, type Unit } from './ir.ts';

/**
 * Where arrays lie in the room to work in. A slot is free again after the last unit that reads it, and at once for a unit that writes
 * each entry where it reads the same one.
 */
export interface Slots {
  /** Lengths, in the order in which slots are taken. */
  readonly lengths: readonly Dim[];
  readonly of: ReadonlyMap<Store, number>;
}

/** How many numbers an array holds. */
export const lengthOf = (store: Store): Dim => store.dims.reduce(mulDim, DIM_ONE);

export function slotsOf(units: readonly Unit[], wanted: readonly Store[]): Slots {
  const last = new Map<Store, number>();
  units.forEach((u, k) => {
    for (const s of [...storesRead(u), ...storesWritten(u)]) last.set(s, k);
  });
  for (const s of wanted) last.set(s, units.length);
  const lengths: Dim[] = [];
  const of = new Map<Store, number>();
  const free = new Map<Dim, number[]>();
  const release = (s: Store): void => {
    const slot = of.get(s);
    if (slot === undefined) return;
    const list = free.get(lengthOf(s)) ?? [];
    if (!list.includes(slot)) free.set(lengthOf(s), [...list, slot]);
  };
  units.forEach((u, k) => {
    const dying = [...storesRead(u)].filter((s) => s.kind === 'work' && last.get(s) === k);
    const early = dying.filter((s) => s !== memoryOf(u.to) && isInPlace(u, s));
    early.forEach(release);
    for (const s of storesWritten(u)) {
      if (s.kind !== 'work' || of.has(s)) continue;
      const length = lengthOf(s);
      const list = free.get(length) ?? [];
      const [slot = lengths.push(length) - 1, ...rest] = list;
      free.set(length, rest);
      of.set(s, slot);
    }
    for (const s of [...dying.filter((d) => !early.includes(d)), ...storesWritten(u)])
      if (last.get(s) === k) release(s);
  });
  return { lengths, of };
}

/** What a unit reads; where it adds to what is there, that too. */
export function storesRead(u: Unit): ReadonlySet<Store> {
  const from = (entries: readonly Entry[]): Store[] => entries.flatMap(readsOf).map((r) => r.from);
  const read: readonly (Store | null)[] = ((): readonly (Store | null)[] => {
    switch (u.kind) {
      case 'fill':
        return [...from([u.entry]), u.adds ? u.to : null];
      case 'accumulate':
        return [
          ...from([u.entry, u.begin, u.finish].filter((e) => e !== null)),
          u.begin ? null : u.to,
        ];
      case 'routine':
        return u.args;
    }
  })();
  return new Set(read.flatMap((s) => (s ? [memoryOf(s)] : [])));
}

/** What a unit writes: its result, its room and what it may overwrite. */
export const storesWritten = (u: Unit): readonly Store[] =>
  (u.kind === 'routine' && u.room ? [u.to, u.room] : [u.to]).map(memoryOf);

/** Whether a unit reads an array only at the entry that it writes at the same time. */
function isInPlace(u: Unit, s: Store): boolean {
  if (u.kind !== 'fill' || u.adds) return false;
  if (new Set(u.at).size < u.at.length) return false;
  return readsOf(u.entry).every(
    (r) =>
      memoryOf(r.from) !== s ||
      (r.from.dims.length === u.to.dims.length &&
        r.at.every((i, axis) => i === u.at[axis] && r.from.dims[axis] === u.to.dims[axis])),
  );
}
