import type { Node, Sym } from '../../expr/node.ts';
import type { Dim, DimAtom } from '../../shape/dim.ts';
import { atomText, DIM_ONE, dimAtom, dimAtoms, dimConstant, twiceDim } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';
import { formatDim } from '../../shape/shape.ts';
import type { Dialect } from './dialect.ts';
import { atomName } from './names.ts';
import { type Py, print, py, WIDTH } from './tree.ts';

/** An argument of the module: its Python name and its shape as declared. */
export interface Argument {
  readonly name: string;
  readonly shape: Shape;
}

/** How the lengths of axes are found out. */
export interface SizePlan {
  /** Lines that read every length off the arrays and assert the shapes. */
  readonly lines: readonly string[];
  /** Names of dimensions, as text, that no array tells: they become keyword arguments. */
  readonly untold: readonly string[];
}

/** A dimension as Python code. @param name the Python name of `n` or `n[2]` */
export function dimPy(d: Dim, name: (atom: DimAtom) => Py): Py {
  const twice = twiceDim(d);
  if (twice) return py.binary('//', dimPy(twice, name), py.int(2));
  let total: Py | null = null;
  for (const t of d.terms) {
    const size = Math.abs(t.coefficient);
    const factors = t.atoms.map(name);
    if (size !== 1 || factors.length === 0) factors.unshift(py.int(size));
    const term = factors.reduce((a, b) => py.binary('*', a, b));
    total =
      total === null
        ? t.coefficient < 0
          ? py.negative(term)
          : term
        : py.binary(t.coefficient < 0 ? '-' : '+', total, term);
  }
  return total ?? py.int(0);
}

/** The shape of an input and what is taken for granted of it: `n×n symmetric`. Derivatives may rest on that; it is not asserted. */
export const inputText = (s: Sym, shape: Shape): string =>
  [shapeText(shape), ...s.properties.filter((p) => p !== 'constant')].join(' ');

/** A shape for a reader: `m×n`, `(n+1)×k`, `n`, `a scalar`. */
export function shapeText(shape: Shape, times = '×', minus = '−'): string {
  if (shape.length === 0) return 'a scalar';
  const side = (d: Dim): string => {
    const text = formatDim(d, minus);
    return shape.length > 1 && d.terms.length > 1 ? `(${text})` : text;
  };
  return shape.map(side).join(times);
}

/** A shape in ASCII: `m x n`. */
export const shapeLabel = (shape: Shape): string =>
  shapeText(shape, ' x ', '-').replaceAll('·', '*');

/** `assert condition, message`, over several lines where it is long. */
export function assertion(condition: string, message: string): string[] {
  const line = `assert ${condition}, ${message}`;
  return line.length + 4 <= WIDTH ? [line] : [`assert ${condition}, (`, `    ${message}`, ')'];
}

/** The value of one side as code of the array's own shape. */
const side = (argument: string, k: number): Py =>
  py.subscript(py.attribute(py.name(argument), 'shape'), `${k}`);

/**
 * Reads names of dimensions off the first array that has one as a side; then solves sides such as `n+1` or `2n` that have one
 * unknown name in the first degree; what is left has to be told. Every shape is asserted in full.
 * @param needed further names that the code uses
 * @param name the Python name of a dimension's name
 * @param shown how a message tells the shape of an argument
 */
export function planSizes(
  args: readonly Argument[],
  needed: readonly string[],
  name: (atom: string) => string,
  shown: Dialect['shape'],
): SizePlan {
  const plan = new Planner(args, name, shown);
  const atoms = [...new Set([...args.flatMap((a) => atomsOf(a.shape)), ...needed])];
  return plan.make(atoms);
}

const atomsOf = (shape: Shape): string[] =>
  shape.flatMap((d) => dimAtoms(d).map((a) => atomText(a.name, a.index)));

/** A name that is read off a side: `solved` where the side is more than the name. */
interface Reading {
  readonly argument: Argument;
  readonly place: number;
  readonly atom: string;
  readonly solved: boolean;
}

class Planner {
  private readonly args: readonly Argument[];
  private readonly name: (atom: string) => string;
  private readonly known = new Set<string>();
  private readonly lines: string[] = [];
  private pending: Argument[] = [];
  private readonly ranked = new Set<Argument>();

  private readonly shown: Dialect['shape'];

  constructor(args: readonly Argument[], name: (atom: string) => string, shown: Dialect['shape']) {
    this.args = args;
    this.name = name;
    this.shown = shown;
  }

  make(atoms: readonly string[]): SizePlan {
    const { readings, untold } = this.readings(atoms);
    for (const atom of untold) this.known.add(atom);
    for (const argument of this.args) {
      this.readPlain(
        argument,
        readings.filter((r) => r.argument === argument && !r.solved),
      );
      this.flush();
    }
    for (const r of readings.filter((x) => x.solved)) {
      this.solve(r);
      this.flush();
    }
    return { lines: this.lines, untold };
  }

  private readings(atoms: readonly string[]): { readings: Reading[]; untold: string[] } {
    const found = new Set<string>();
    const readings: Reading[] = [];
    const put = (argument: Argument, place: number, atom: string, solved: boolean): void => {
      found.add(atom);
      readings.push({ argument, place, atom, solved });
    };
    for (const argument of this.args)
      argument.shape.forEach((d, k) => {
        const atom = dimAtom(d);
        const text = atom && atomText(atom.name, atom.index);
        if (text !== undefined && !found.has(text)) put(argument, k, text, false);
      });
    const solvable = (): boolean =>
      this.args.some((argument) =>
        argument.shape.some((d, k) => {
          const open = [...new Set(atomsOf([d]).filter((a) => !found.has(a)))];
          const [atom] = open;
          if (open.length !== 1 || atom === undefined || !isLinear(d, atom)) return false;
          put(argument, k, atom, true);
          return true;
        }),
      );
    const untold: string[] = [];
    for (;;) {
      while (solvable());
      const open = atoms.find((a) => !found.has(a));
      if (open === undefined) return { readings, untold };
      found.add(open);
      untold.push(open);
    }
  }

  private readPlain(argument: Argument, readings: readonly Reading[]): void {
    const { shape } = argument;
    if (readings.length === 0) {
      this.pending.push(argument);
      return;
    }
    this.rank(argument);
    if (readings.length === shape.length) {
      const names = readings.map((r) => this.name(r.atom)).join(', ');
      this.lines.push(`${shape.length === 1 ? `(${names},)` : names} = ${argument.name}.shape`);
    } else {
      for (const r of readings)
        this.lines.push(`${this.name(r.atom)} = ${print(side(argument.name, r.place))}`);
      this.pending.push(argument);
    }
    for (const r of readings) this.known.add(r.atom);
  }

  private solve({ argument, place, atom }: Reading): void {
    this.rank(argument);
    const d = argument.shape[place] ?? DIM_ONE;
    const unknown = this.name(atom);
    const value = solveFor(d, atom, side(argument.name, place), this.py);
    if (!value) return;
    this.lines.push(`${unknown} = ${print(value)}`);
    this.lines.push(...assertion(`${unknown} >= 1`, this.message(argument)));
    this.known.add(atom);
  }

  private readonly py = (a: DimAtom): Py => py.name(this.name(atomText(a.name, a.index)));

  private rank(argument: Argument): void {
    if (this.ranked.has(argument)) return;
    this.ranked.add(argument);
    const rank = `${argument.name}.ndim == ${argument.shape.length}`;
    this.lines.push(...assertion(rank, this.message(argument)));
  }

  private message(argument: Argument): string {
    return `f"${argument.name} must be ${shapeLabel(argument.shape)}, not ${this.shown(argument.name)}"`;
  }

  /** Asserts the shapes of which every name is known by now. */
  private flush(): void {
    const ready = this.pending.filter((a) => atomsOf(a.shape).every((t) => this.known.has(t)));
    this.pending = this.pending.filter((a) => !ready.includes(a));
    for (const a of ready) this.assertShape(a);
  }

  private assertShape(argument: Argument): void {
    const { shape, name } = argument;
    if (shape.length === 0) {
      this.lines.push(...assertion(`${name}.ndim == 0`, this.message(argument)));
      return;
    }
    const wanted = print(py.tuple(shape.map((d) => dimPy(d, this.py))));
    const told = shape.every((d) => dimConstant(d) !== undefined) ? '' : ` = {${wanted}}`;
    const message = `f"${name} must be ${shapeLabel(shape)}${told}, not ${this.shown(name)}"`;
    this.lines.push(...assertion(`${name}.shape == ${wanted}`, message));
  }
}

/**
 * The value of one name in a dimension that is as long as `length`: (length − rest) / factor. Whether it comes out whole is
 * for the assertion of the shape to say. undefined where the name stands in a higher degree.
 */
export function solveFor(
  d: Dim,
  atom: string,
  length: Py,
  name: (atom: DimAtom) => Py,
): Py | undefined {
  if (!isLinear(d, atom)) return undefined;
  const factors: Dim['terms'][number][] = [];
  let value = length;
  for (const t of d.terms) {
    const at = t.atoms.findIndex((a) => atomText(a.name, a.index) === atom);
    if (at >= 0) {
      factors.push({ ...t, atoms: t.atoms.filter((_, i) => i !== at) });
      continue;
    }
    const term = dimPy({ terms: [{ ...t, coefficient: Math.abs(t.coefficient) }], key: '' }, name);
    value = py.binary(t.coefficient < 0 ? '+' : '-', value, term);
  }
  const factor = dimPy({ terms: factors, key: '' }, name);
  return print(factor) === '1' ? value : py.binary('//', value, factor);
}

/** Whether the name stands in the dimension in the first degree only. */
const isLinear = (d: Dim, atom: string): boolean =>
  d.terms.every((t) => t.atoms.filter((a) => atomText(a.name, a.index) === atom).length <= 1);

/** The names of dimensions in nodes and shapes, in order of appearance in the shapes, then by name. */
export function dimensionsOf(
  nodes: readonly Node[],
  shapes: readonly Shape[],
): { readonly text: string; readonly name: string }[] {
  const found = new Map<string, string>();
  const put = (d: Dim): void => {
    if (dimConstant(d) !== undefined) return;
    for (const a of dimAtoms(d)) found.set(atomText(a.name, a.index), atomName(a.name, a.index));
  };
  for (const shape of shapes) shape.forEach(put);
  const inShapes = found.size;
  for (const n of nodes) {
    if (n.kind === 'symbol' && n.role === 'dimension')
      found.set(atomText(n.name, n.index), atomName(n.name, n.index));
    if (n.kind === 'contract') n.extents.forEach(put);
    n.axes.forEach(put);
  }
  const all = [...found].map(([text, name]) => ({ text, name }));
  const rest = all.slice(inShapes).sort((a, b) => (a.text < b.text ? -1 : 1));
  return [...all.slice(0, inShapes), ...rest];
}
