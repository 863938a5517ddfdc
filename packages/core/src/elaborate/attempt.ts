import { type Diagnostic, MatgradError } from '../diagnostic/diagnostic.ts';
import { literal, symbol } from '../expr/build.ts';
import type { Property, Sym } from '../expr/node.ts';
import type { Value } from '../ops/value.ts';
import { normalShape } from '../ops/value.ts';
import type { Dim, IndexExpr } from '../shape/dim.ts';
import { DIM_ONE } from '../shape/dim.ts';
import { rational } from '../shape/rational.ts';
import type { Shape } from '../shape/shape.ts';
import type { Definition, Expr, Span } from '../syntax/tree.ts';
import { at, fail } from './errors.ts';
import { elaborate } from './expression.ts';
import { Families } from './families.ts';
import { type Unification, unknownDim } from './inference.ts';
import { hasMeaning, type Names } from './names.ts';
import { neededInOrder } from './objective.ts';
import type { Defined, Repetition } from './problem.ts';
import type { Scope } from './scope.ts';

/** What an undeclared name is taken for while a reading is tried. */
export type Rank = 'scalar' | 'vector' | 'matrix';

/** Names that are never variables. */
export const RESERVED: ReadonlySet<string> = new Set(['I', 'π', 'pi', 'inf', '∞']);

/** One reading of a text: which undeclared names are scalars, vectors, matrices, and which lengths are equal. */
export interface Reading {
  /** null: every name is known already, and another one is a mistake. */
  readonly ranks: ReadonlyMap<string, Rank> | null;
  readonly unification: Unification;
}

/** What one pass over the text found. */
export class Attempt implements Names {
  readonly scope: Scope;
  readonly families: Families;
  readonly definitions: Defined[] = [];
  readonly repetitions: Repetition[] = [];
  /** Undeclared names in the order of their use. */
  readonly inferred = new Map<string, Span>();
  /** Lengths that the text leaves to be found: the side of an `I`. */
  readonly unknowns: Dim[] = [];
  readonly #reading: Reading;
  readonly #values: Map<string, Value>;
  readonly #open: string[] = [];
  /** Letters of sums that stand for a number just now. */
  readonly #numbers = new Map<string, number>();

  /** @param known definitions that were read before */
  constructor(scope: Scope, reading: Reading, known: readonly Defined[] = []) {
    this.scope = scope;
    this.#reading = reading;
    this.#values = new Map(known.map((d) => [d.name, d.value]));
    this.families = new Families(scope, this);
  }

  run(e: Expr): Value {
    for (const name of neededInOrder(e, this.scope)) this.definition(name, e.span);
    const value = elaborate(e, this);
    this.families.settle();
    return value;
  }

  shapeOf(name: string, span: Span): Shape | undefined {
    const declared = this.scope.variables.get(name);
    if (declared?.shape) return declared.shape;
    if (!declared && !this.#isFree(name)) return undefined;
    if (!this.inferred.has(name)) this.inferred.set(name, declared?.span ?? span);
    return this.inferredShape(name);
  }

  /** The shape of an undeclared name in this reading. */
  inferredShape(name: string): Shape {
    const sides = (n: number): Dim[] =>
      Array.from({ length: n }, (_, k) => this.resolve(unknownDim(`${name}:${k}`)));
    switch (this.#reading.ranks?.get(name) ?? usualRank(name)) {
      case 'scalar':
        return [];
      case 'vector':
        return normalShape(sides(1));
      case 'matrix':
        return normalShape(sides(2));
    }
  }

  /** Names that nothing else explains stand for variables. */
  #isFree(name: string): boolean {
    const { scope } = this;
    return (
      this.#reading.ranks !== null &&
      !scope.dimensions.has(name) &&
      !scope.definitions.has(name) &&
      !scope.families.has(name) &&
      !scope.functions.has(name) &&
      !scope.aliases.has(name) &&
      !this.families.isLetter(name) &&
      !RESERVED.has(name)
    );
  }

  propertiesOf(name: string): readonly Property[] {
    return this.scope.variables.get(name)?.properties ?? [];
  }

  letterOf(name: string): string | null {
    return this.scope.variables.get(name)?.letter ?? null;
  }

  definition(name: string, span: Span): Value | undefined {
    const line = this.scope.definitions.get(name);
    if (!line) return undefined;
    const had = this.#values.get(name);
    if (had) return had;
    this.#enter(name, line, span);
    const read = (): Value => elaborate(line.value, this);
    const value = this.scope.local?.has(name) ? read() : this.families.outside(read);
    this.#open.pop();
    this.#values.set(name, value);
    this.definitions.push({ name, value, expr: line.value });
    return value;
  }

  #enter(name: string, line: Definition, span: Span): void {
    if (this.#open.includes(name)) {
      const circle = [...this.#open.slice(this.#open.indexOf(name)), name].join(' → ');
      fail('circular-definition', `${name} is defined in terms of itself: ${circle}`, [
        at(span, 'used here'),
        at(line.name.span, 'defined here'),
      ]);
    }
    this.#open.push(name);
  }

  member(name: string, index: IndexExpr, span: Span): Value | undefined {
    return this.families.member(name, index, span);
  }

  step<T>(letter: string, at: number | null, read: () => T): T | undefined {
    if (hasMeaning(letter, this)) return undefined;
    if (at === null)
      return this.#reading.ranks === null ? this.families.within(letter, read) : undefined;
    this.#numbers.set(letter, at);
    try {
      return read();
    } finally {
      this.#numbers.delete(letter);
    }
  }

  letterValue(name: string): Value | undefined {
    const number = this.#numbers.get(name);
    if (number !== undefined) return { node: literal(rational(number)), shape: [] };
    return this.families.isLetter(name)
      ? { node: symbol(name, [], { role: 'dimension' }), shape: [] }
      : undefined;
  }

  mayRun(letter: string): boolean {
    return this.#reading.ranks === null || this.families.isLetter(letter);
  }

  unknown(span: Span): Dim {
    const d = unknownDim(`@${span.start}`);
    this.unknowns.push(d);
    return d;
  }

  resolve(d: Dim): Dim {
    return this.#reading.unification.resolve(d);
  }

  repeated(r: Repetition): void {
    const known = this.repetitions.some(
      (k) => k.span.start === r.span.start && k.span.end === r.span.end,
    );
    if (!known) this.repetitions.push(r);
  }
}

/** A capital letter is a matrix, a small one a column vector. */
export function usualRank(name: string): Rank {
  const first = name.charAt(0);
  return first !== first.toLowerCase() ? 'matrix' : 'vector';
}

/** The other ranks that a name may have, the likelier first. */
export const otherRanks = (name: string): readonly Rank[] =>
  usualRank(name) === 'matrix' ? ['scalar', 'vector'] : ['scalar'];

/** Whether a matrix came out with a side of one: no reading for a capital letter, if there is another. */
export const isDegenerate = (sym: Sym): boolean =>
  usualRank(sym.name) === 'matrix' && sym.shape.length === 2 && sym.shape.includes(DIM_ONE);

/** The diagnostics of an error of the user's; anything else is passed on. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof MatgradError) return error.diagnostics;
  throw error;
}
