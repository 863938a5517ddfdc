import { atomText, type Dim, type DimTerm, dimConstant, twiceDim } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';
import { sizeReadings } from '../program/sizes.ts';
import type { Value } from './graph.ts';
import type { Operators } from './operators.ts';

/** An array that is given, and its shape as declared. */
export interface Given {
  readonly value: Value;
  readonly shape: Shape;
}

/** Lengths as whole numbers of the graph, read off the shapes of what is given. */
export class Sizes {
  private readonly o: Operators;
  private readonly known: Map<string, Value>;

  /**
   * @param names `needed` are names of lengths that are used, and `fixed` those with numbers
   * @param name of an input for a length that no array tells
   */
  constructor(
    o: Operators,
    given: readonly Given[],
    names: {
      readonly needed: readonly string[];
      readonly fixed: ReadonlyMap<string, number>;
    },
    name: (atom: string) => string,
  ) {
    this.o = o;
    const shapes = given.map((g) => g.shape);
    const { needed, fixed } = names;
    const { readings, untold } = sizeReadings(shapes, needed);
    const open = untold.filter((a) => !fixed.has(a));
    this.known = new Map(open.map((a) => [a, o.graph.input(name(a), 'int', 0)]));
    this.untold = new Map(this.known);
    for (const [a, n] of fixed) this.known.set(a, o.int(n));
    for (const { argument, place, atom } of readings) {
      if (fixed.has(atom)) continue;
      const { value, shape } = given[argument] as Given;
      this.known.set(atom, this.solved(shape[place] as Dim, atom, o.side(value, place)));
    }
  }

  /** Inputs for the lengths that no array tells, by the text of their name. */
  readonly untold: ReadonlyMap<string, Value>;

  /** A length. @throws RangeError for a name that is not known */
  readonly dim = (d: Dim): Value => {
    const n = dimConstant(d);
    const twice = twiceDim(d);
    if (twice) return this.o.div(this.dim(twice), this.o.int(2));
    return n === undefined ? this.sum(d.terms) : this.o.int(n);
  };

  private sum(terms: readonly DimTerm[]): Value {
    const [first = this.o.int(0), ...rest] = terms.map((t) => this.product(t));
    return rest.reduce((a, b) => this.o.add(a, b), first);
  }

  private product({ coefficient, atoms }: DimTerm): Value {
    const factors = atoms.map((a) => {
      const found = this.known.get(atomText(a.name, a.index));
      if (!found) throw new RangeError(`no size for ${atomText(a.name, a.index)}`);
      return found;
    });
    if (coefficient !== 1 || factors.length === 0) factors.unshift(this.o.int(coefficient));
    return factors.reduce((a, b) => this.o.mul(a, b));
  }

  /** One name of a dimension that is as long as `length`: (length − rest)/factor. */
  private solved(d: Dim, atom: string, length: Value): Value {
    const twice = twiceDim(d);
    if (twice) return this.solved(twice, atom, this.o.mul(this.o.int(2), length));
    const factor: DimTerm[] = [];
    const rest: DimTerm[] = [];
    for (const t of d.terms) {
      const at = t.atoms.findIndex((a) => atomText(a.name, a.index) === atom);
      if (at < 0) rest.push(t);
      else factor.push({ ...t, atoms: t.atoms.filter((_, i) => i !== at) });
    }
    const [only, ...more] = factor;
    const over = rest.length === 0 ? length : this.o.sub(length, this.sum(rest));
    if (only?.coefficient === 1 && only.atoms.length === 0 && more.length === 0) return over;
    return this.o.div(over, this.sum(factor));
  }
}
