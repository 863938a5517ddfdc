import type { Dim, DimAtom } from '../shape/dim.ts';
import { dimAtom, dimAtoms, dimName, mapDim } from '../shape/dim.ts';

/**
 * Unknown dimensions and their unification. An unknown is a name that begins with `?`; elaboration runs with the unknowns as
 * ordinary names, and where two lengths clash of which one is unknown, the two are made equal and elaboration runs again.
 */
const MARK = '?';

export const unknownDim = (key: string): Dim => dimName(`${MARK}${key}`);

const isUnknown = (a: DimAtom): boolean => a.name.startsWith(MARK);
export const hasUnknown = (d: Dim): boolean => dimAtoms(d).some(isUnknown);

export class Unification {
  readonly #known = new Map<string, Dim>();

  /** The dimension with everything put in that is known by now. */
  resolve(d: Dim): Dim {
    if (!hasUnknown(d)) return d;
    return mapDim(d, (a) => {
      const found = this.#known.get(a.name);
      return found ? this.resolve(found) : dimName(a.name, a.index);
    });
  }

  /** Makes two dimensions equal, if one of them is unknown (and not a part of the other). Gives whether it could. */
  equate(a: Dim, b: Dim): boolean {
    const x = this.resolve(a);
    const y = this.resolve(b);
    if (x === y) return false;
    for (const [u, v] of [
      [x, y],
      [y, x],
    ] as const) {
      const atom = dimAtom(u);
      if (!atom || !isUnknown(atom) || dimAtoms(v).some((w) => w.name === atom.name)) continue;
      this.#known.set(atom.name, v);
      return true;
    }
    return false;
  }

  /** Gives every remaining unknown a readable name that is not taken, and says whether there was one. */
  nameRest(dims: readonly Dim[], taken: ReadonlySet<string>): boolean {
    const used = new Set(taken);
    const before = this.#known.size;
    for (const d of dims) {
      for (const a of dimAtoms(this.resolve(d))) {
        if (!isUnknown(a) || this.#known.has(a.name)) continue;
        const free = candidates().find((c) => !used.has(c));
        if (free === undefined) continue;
        used.add(free);
        this.#known.set(a.name, dimName(free));
      }
    }
    return this.#known.size > before;
  }
}

function candidates(): string[] {
  const letters = ['m', 'n', 'p', 'q', 'r', 's', 'k', 'd', 'h'];
  const numbered = Array.from({ length: 200 }, (_, i) => `n${i + 1}`);
  return [...letters, ...numbered];
}
