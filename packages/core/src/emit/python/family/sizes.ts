import type { Interval } from '../../../family/places.ts';
import type { Dim, DimAtom } from '../../../shape/dim.ts';
import { atomText, dimAtom, dimAtoms, indexText } from '../../../shape/dim.ts';
import type { Shape } from '../../../shape/shape.ts';
import type { Dialect } from '../dialect.ts';
import { assertion, dimPy, shapeLabel, solveFor } from '../sizes.ts';
import { type Py, print, py } from '../tree.ts';
import { type Places, placePy } from './members.ts';

/** An argument: one array, or a list of arrays whose shapes hang on a letter. */
export interface FamilyArgument {
  readonly name: string;
  readonly shape: Shape;
  readonly list: { readonly letter: string; readonly run: Interval } | null;
}

export interface FamilySizes {
  readonly lines: readonly string[];
  /** Names that no argument tells: of dimensions, of tables of dimensions, of ends. */
  readonly untold: readonly string[];
}

/** Names in Python. */
export interface SizeNames {
  /** `m`; the table of `n[l]`; the end `L`. */
  readonly name: (text: string) => string;
  /** Loop variable for a letter. */
  readonly letter: (letter: string) => string;
}

/** These, and how a message tells the shape of an array. */
interface Naming extends SizeNames, Pick<Dialect, 'shape'> {}

/**
 * Reads the ends of ranges off the lengths of lists, then lengths of axes off the arrays: a table of dimensions (`n[l]`) is a
 * dictionary by place, filled by whichever array has it first. Every shape is asserted.
 * @param ends names of ends, with the least number that each may be
 */
export function familySizes(
  args: readonly FamilyArgument[],
  ends: ReadonlyMap<string, number>,
  needed: readonly DimAtom[],
  names: Naming,
): FamilySizes {
  const reader = new Reader(args, names);
  return reader.read(ends, needed);
}

class Reader {
  private readonly args: readonly FamilyArgument[];
  private readonly names: Naming;
  private readonly known = new Set<string>();
  private readonly lines: string[] = [];
  private readonly ranked = new Set<string>();

  constructor(args: readonly FamilyArgument[], names: Naming) {
    this.args = args;
    this.names = names;
  }

  read(ends: ReadonlyMap<string, number>, needed: readonly DimAtom[]): FamilySizes {
    const untold: string[] = [];
    this.lengths(ends, untold);
    const atoms = [...this.args.flatMap((a) => a.shape.flatMap((d) => dimAtoms(d))), ...needed];
    const tables = [...new Set(atoms.filter((a) => a.index).map((a) => a.name))];
    const read = new Set(
      this.args.flatMap((a) => a.shape.flatMap((d) => dimAtoms(d).map((x) => x.name))),
    );
    for (const t of tables) {
      const table = this.names.name(t);
      this.known.add(t);
      if (read.has(t)) this.lines.push(`${table} = {}`);
      else {
        untold.push(table);
        this.lines.push(`${table} = dict(enumerate(${table}))`);
      }
    }
    const told = this.scalars(atoms);
    untold.push(...told);
    for (const a of this.args) this.array(a);
    return { lines: this.lines, untold };
  }

  /** Ends from lengths of lists: `L = len(W)`. */
  private lengths(ends: ReadonlyMap<string, number>, untold: string[]): void {
    const known = new Set<string>();
    for (const { name, list } of this.args) {
      if (!list) continue;
      const { from, to } = list.run;
      if (to.variable !== null && from.variable === null && !known.has(to.variable)) {
        known.add(to.variable);
        const shift = from.offset - 1 - to.offset;
        const length = py.call('len', [py.name(name)]);
        const value =
          shift === 0 ? length : py.binary(shift < 0 ? '-' : '+', length, py.int(Math.abs(shift)));
        this.lines.push(`${this.names.name(to.variable)} = ${print(value)}`);
      }
    }
    for (const end of ends.keys()) if (!known.has(end)) untold.push(this.names.name(end));
    for (const [end, least] of ends) {
      const py_ = this.names.name(end);
      this.lines.push(
        ...assertion(`${py_} >= ${least}`, `f"${py_} must be at least ${least}, not {${py_}}"`),
      );
    }
    for (const { name, list } of this.args) {
      if (!list) continue;
      const count = this.count(list.run);
      const length = `len(${name})`;
      if (this.lines.includes(`${count} = ${length}`)) continue;
      this.lines.push(
        ...assertion(
          `${length} == ${count}`,
          `f"${name} must have {${count}} members, not {${length}}"`,
        ),
      );
    }
  }

  /** How many places a run has. */
  private count(run: Interval): string {
    const { from, to } = run;
    if (from.variable === to.variable) return `${to.offset - from.offset + 1}`;
    const places = this.places(null);
    const last = placePy(to, places, 1);
    if (from.variable === null) return print(placePy(to, places, 1 - from.offset));
    return print(py.binary('-', last, placePy(from, places)));
  }

  /** Dimensions without place, in the order in which arrays tell them; gives those that none tells. */
  private scalars(atoms: readonly DimAtom[]): string[] {
    const open = new Set(atoms.filter((a) => !a.index).map((a) => a.name));
    for (const solved of [false, true]) {
      for (let again = true; again; ) {
        again = false;
        for (const a of this.args) {
          for (const [k, d] of a.shape.entries()) {
            const inside = dimAtoms(d).filter((x) => x.index || open.has(x.name));
            const [atom] = inside;
            if (inside.length !== 1 || !atom || atom.index || this.known.has(atom.name)) continue;
            if (!solved && dimAtom(d) === undefined) continue;
            const value = solveFor(d, atom.name, this.side(this.first(a), k), this.dimName(null));
            if (!value) continue;
            this.lines.push(...this.rank(a, this.first(a)));
            this.lines.push(`${this.names.name(atom.name)} = ${print(value)}`);
            this.known.add(atom.name);
            open.delete(atom.name);
            again = true;
          }
        }
      }
    }
    return [...open].map((name) => {
      this.known.add(name);
      return this.names.name(name);
    });
  }

  private array(a: FamilyArgument): void {
    if (!a.list) {
      this.lines.push(...this.whole(a, a.name, null));
      return;
    }
    const { letter, run } = a.list;
    const variable = this.names.letter(letter);
    const places = this.places(null);
    const member = print(
      py.subscript(
        py.name(a.name),
        print(placePy({ variable: letter, offset: 0 }, this.places(letter), -run.from.offset)),
      ),
    );
    this.lines.push(
      `for ${variable} in range(${print(placePy(run.from, places))}, ${print(placePy(run.to, places, 1))}):`,
      ...this.whole(a, member, letter).map((l) => `    ${l}`),
    );
  }

  /** Reads the tables' entries off one array and asserts its shape. */
  private whole(a: FamilyArgument, array: string, letter: string | null): string[] {
    const dim = this.dimName(letter);
    const moving = a.shape.some((d) => dimAtoms(d).some((x) => x.index));
    const readings = a.shape.flatMap((d, k) => {
      const inside = dimAtoms(d).filter((x) => x.index);
      const [atom] = inside;
      if (inside.length !== 1 || !atom?.index) return [];
      const text = atomText(atom.name, atom.index);
      const value = solveFor(d, text, this.side(array, k), dim);
      const key = print(placePy(atom.index, this.places(letter)));
      return value ? [`${this.names.name(atom.name)}.setdefault(${key}, ${print(value)})`] : [];
    });
    const wanted = print(py.tuple(a.shape.map((d) => dimPy(d, dim))));
    const label = this.label(a, letter);
    const shown = a.shape.length === 0 ? '' : ` = {${wanted}}`;
    const what = `f"${label} must be ${shapeLabel(a.shape)}${shown}, not ${this.names.shape(array)}"`;
    return [
      ...(moving ? this.rank(a, array, letter) : []),
      ...readings,
      ...assertion(`${array}.shape == ${wanted}`, what),
    ];
  }

  private rank(a: FamilyArgument, array: string, letter: string | null = null): string[] {
    if (this.ranked.has(array)) return [];
    this.ranked.add(array);
    const what = `f"${this.label(a, letter)} must be ${shapeLabel(a.shape)}, not ${this.names.shape(array)}"`;
    return assertion(`${array}.ndim == ${a.shape.length}`, what);
  }

  /** `W[{l}]`, to be put into a message. */
  private label(a: FamilyArgument, letter: string | null): string {
    if (!a.list) return a.name;
    return letter === null
      ? `${a.name}[${indexText(a.list.run.from)}]`
      : `${a.name}[{${this.names.letter(letter)}}]`;
  }

  private first(a: FamilyArgument): string {
    return a.list ? `${a.name}[0]` : a.name;
  }

  private side(array: string, k: number): Py {
    return py.subscript(py.attribute(py.name(array), 'shape'), `${k}`);
  }

  private places(letter: string | null): Places {
    return {
      end: (v) => this.names.name(v),
      letters: letter === null ? [] : [{ name: letter, py: this.names.letter(letter), lead: 0 }],
    };
  }

  private readonly dimName =
    (letter: string | null) =>
    (a: DimAtom): Py =>
      atomPy(a, this.names, this.places(letter));
}

/** `m`, `n[l - 1]` as code. */
export const atomPy = (a: DimAtom, names: SizeNames, places: Places): Py =>
  a.index
    ? py.subscript(py.name(names.name(a.name)), print(placePy(a.index, places)))
    : py.name(names.name(a.name));

/** The code of a dimension. */
export const familyDim = (d: Dim, names: SizeNames, places: Places): Py =>
  dimPy(d, (a) => atomPy(a, names, places));
