import { atomText, type Dim, dimAtom, dimAtoms } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';

/** A name of a dimension that is read off a side of an argument; `solved` where the side is more than the name. */
export interface SizeReading {
  readonly argument: number;
  readonly place: number;
  readonly atom: string;
  readonly solved: boolean;
}

const atomsOf = (d: Dim): string[] => dimAtoms(d).map((a) => atomText(a.name, a.index));

/** Whether the name stands in the dimension in the first degree only. */
const isLinear = (d: Dim, atom: string): boolean =>
  d.terms.every((t) => t.atoms.filter((a) => atomText(a.name, a.index) === atom).length <= 1);

/**
 * Where each name of a dimension is read: off the first argument that has it as a side; else off sides such as `n+1` or `2n` that
 * have one unknown name in the first degree, in an order in which all others are known; what is left has to be told.
 * @param needed further names that the program uses
 */
export function sizeReadings(
  shapes: readonly Shape[],
  needed: readonly string[],
): { readonly readings: readonly SizeReading[]; readonly untold: readonly string[] } {
  const found = new Set<string>();
  const readings: SizeReading[] = [];
  const put = (argument: number, place: number, atom: string, solved: boolean): void => {
    found.add(atom);
    readings.push({ argument, place, atom, solved });
  };
  shapes.forEach((shape, argument) => {
    shape.forEach((d, place) => {
      const atom = dimAtom(d);
      const text = atom && atomText(atom.name, atom.index);
      if (text !== undefined && !found.has(text)) put(argument, place, text, false);
    });
  });
  const solvable = (): boolean =>
    shapes.some((shape, argument) =>
      shape.some((d, place) => {
        const [atom, ...more] = [...new Set(atomsOf(d))].filter((a) => !found.has(a));
        if (atom === undefined || more.length > 0 || !isLinear(d, atom)) return false;
        put(argument, place, atom, true);
        return true;
      }),
    );
  const untold: string[] = [];
  const atoms = [...shapes.flat().flatMap(atomsOf), ...needed];
  for (;;) {
    while (solvable());
    const open = atoms.find((a) => !found.has(a));
    if (open === undefined) return { readings, untold };
    found.add(open);
    untold.push(open);
  }
}
