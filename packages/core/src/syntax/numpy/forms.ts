import { MatgradError } from '../../diagnostic/diagnostic.ts';
import { eqR, rational } from '../../shape/rational.ts';
import { FUNCTION_WORDS } from '../functions.ts';
import { fail } from '../problem.ts';
import type { Expr, Span } from '../tree.ts';
import { factorsAlone, inOrder } from './factors.ts';
import type { PyStatement } from './read.ts';
import { type NameForms, Translator } from './translate.ts';
import { type Arr, type Form, form, isSingle, SCALAR } from './value.ts';

/** Which undeclared names are numbers, vectors, matrices. */
export type Ranks = ReadonlyMap<string, 0 | 1 | 2>;

/** Definitions that wait for one another, one in the other, at the most. */
const MAX_WAITING = 200;

/** So many readings of undeclared names are tried at the most, and so many statements in all of them. */
const MAX_READINGS = 600;
const MAX_WORK = 20_000;

/** The names of a text in one reading of those that nobody declared. */
export class Forms implements NameForms {
  /** Undeclared names, in the order of their use. */
  readonly open = new Set<string>();
  readonly #ranks: Ranks;
  readonly #declared = new Map<string, Form | null>();
  readonly #sides = new Map<string, readonly Expr[]>();
  readonly #families = new Set<string>();
  readonly #functions = new Map<string, 'entrywise' | 'scalar'>();
  readonly #definitions = new Map<string, Extract<PyStatement, { kind: 'definition' }>>();
  /** Values, and why there is none. */
  readonly #values = new Map<string, Arr | MatgradError>();
  readonly #waiting = new Set<string>();
  readonly #translator = new Translator(this);

  constructor(statements: readonly PyStatement[], ranks: Ranks) {
    this.#ranks = ranks;
    for (const s of statements) {
      if (s.kind === 'declaration') this.#declare(s.declaration);
      else if (s.kind === 'alias') this.#functions.set(s.name.name, 'entrywise');
      else if (s.kind === 'definition' && !this.#definitions.has(s.name.name))
        this.#definitions.set(s.name.name, s);
    }
    for (const s of statements) {
      if (s.kind === 'shape') this.#declareSides(s);
      else if (s.kind === 'sides' && !this.#declared.get(s.of.name)) {
        this.#give(s.of.name, s.sides);
        s.sides.forEach((side) => this.#addDimensions(side));
      }
    }
  }

  #declare(d: Extract<PyStatement, { kind: 'declaration' }>['declaration']): void {
    for (const { name, index } of d.names) {
      if (index) this.#families.add(name);
      if (d.kind === 'function') this.#functions.set(name, d.argument ? 'scalar' : 'entrywise');
      else if (d.shape) this.#give(name, d.shape.sides);
      else this.#declared.set(name, null);
    }
    const shape = d.kind === 'function' ? d.argument : d.shape;
    shape?.sides.forEach((side) => this.#addDimensions(side));
  }

  /** The names in a side are numbers. */
  #addDimensions(e: Expr): void {
    if (e.kind === 'name' && !this.#declared.has(e.name)) this.#declared.set(e.name, SCALAR);
    else if (e.kind === 'sum' || e.kind === 'product') {
      this.#addDimensions(e.left);
      this.#addDimensions(e.right);
    }
  }

  #declareSides({ names, of, from, way }: Extract<PyStatement, { kind: 'shape' }>): void {
    for (const { name } of names) if (!this.#declared.has(name)) this.#declared.set(name, SCALAR);
    const whole = way === 'shape' || (from === 0 && usualRank(of.name) === 1);
    if (whole && !this.#declared.get(of.name))
      this.#give(
        of.name,
        names.map((n): Expr => ({ kind: 'name', ...n })),
      );
  }

  isVariable(name: string): boolean {
    return this.#declared.has(name) || this.#definitions.has(name);
  }

  function(name: string): 'entrywise' | 'scalar' | undefined {
    return this.#functions.get(name);
  }

  /** The declared lengths of an array. */
  sidesOf(name: string): readonly Expr[] | null {
    return this.#sides.get(name) ?? null;
  }

  #give(name: string, sides: readonly Expr[]): void {
    this.#declared.set(name, formOf(sides));
    this.#sides.set(name, sides);
  }

  form(name: string, span: Span): Form {
    if (this.#families.has(name))
      fail('no-notation', span, 'members of families have no notation in Python', 'this one');
    const declared = this.#declared.get(name);
    if (declared) return declared;
    const line = this.#definitions.get(name);
    if (line) return this.definition(name, span);
    if (this.#functions.has(name) || (FUNCTION_WORDS.has(name) && declared !== null))
      fail('missing-operand', span, `${name} is a function, and no value`, 'this one');
    this.open.add(name);
    return form(this.#ranks.get(name) ?? usualRank(name));
  }

  /** The value of a definition. @throws MatgradError */
  definition(name: string, span: Span): Arr {
    const had = this.#values.get(name);
    if (had instanceof MatgradError) throw had;
    if (had) return had;
    const line = this.#definitions.get(name);
    if (!line || this.#waiting.has(name)) {
      fail('bad-definition', span, `${name} is defined by itself`, 'used here', {
        notes: ['a name has one value here: give the new one a name of its own'],
      });
    }
    if (this.#waiting.size >= MAX_WAITING)
      fail('too-deep', span, `more than ${MAX_WAITING} definitions wait for one another`, 'here');
    this.#waiting.add(name);
    try {
      const value = this.#translator.read(line.value);
      this.#values.set(name, value);
      return value;
    } catch (error) {
      if (error instanceof MatgradError) this.#values.set(name, error);
      throw error;
    } finally {
      this.#waiting.delete(name);
    }
  }

  /** A formula in this reading. @throws MatgradError */
  read(value: Parameters<Translator['read']>[0]): Arr {
    return this.#translator.read(value);
  }
}

function formOf(sides: readonly Expr[]): Form {
  const one = (e: Expr | undefined): boolean => e?.kind === 'number' && eqR(e.value, rational(1));
  const [m, n] = sides;
  if (sides.length === 2) return form(2, one(m), one(n), sides);
  if (sides.length > 2) return form(sides.length, false, false, sides);
  return form(!m || one(m) ? 0 : 1, false, false, sides);
}

/** A capital letter is a matrix, a small one a vector. */
const usualRank = (name: string): 1 | 2 => (/^\p{Lu}/u.test(name) ? 2 : 1);

/**
 * The first reading of undeclared names in which every operation is allowed and the value is a number: the usual one, then those
 * in which one name is another thing, then two, and so on.
 */
export function readingOf(statements: readonly PyStatement[]): Forms {
  const formulas = statements.filter((s) => s.kind === 'formula');
  const order = inOrder(statements);
  const last = statements.findLast((s) => s.kind === 'definition')?.name;
  const attempt = (ranks: Ranks): Attempt => {
    const forms = new Forms(statements, ranks);
    const reads = [
      ...order.map((d) => () => forms.definition(d.name.name, d.name.span)),
      ...formulas.map((f) => () => forms.read(f.value)),
    ];
    // every name is to be met, also where something does not fit
    const values = reads.map(orNone);
    if (values.includes(undefined)) return { forms, fits: 'no' };
    const value =
      formulas.length > 0 || !last ? values.at(-1) : forms.definition(last.name, last.span);
    return { forms, fits: value && isSingle(value) ? 'number' : 'array' };
  };
  const numbers: Ranks = new Map([...factorsAlone(statements)].map((n) => [n, 0]));
  const usual = attempt(numbers);
  if (usual.fits === 'number') return usual.forms;
  let second = usual.fits === 'array' ? usual.forms : undefined;
  const most = Math.min(MAX_READINGS, Math.ceil(MAX_WORK / (order.length + 1)));
  let tried = 0;
  for (const ranks of readings([...usual.forms.open].reverse(), numbers)) {
    if (tried++ >= most) break;
    const { fits, forms } = attempt(ranks);
    if (fits === 'number') return forms;
    if (fits === 'array') second ??= forms;
  }
  return second ?? usual.forms;
}

interface Attempt {
  readonly forms: Forms;
  readonly fits: 'number' | 'array' | 'no';
}

function orNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MatgradError) return undefined;
    throw error;
  }
}

function* readings(names: readonly string[], numbers: Ranks): Generator<Ranks> {
  const others = (name: string): readonly (0 | 1)[] =>
    numbers.has(name) ? [1] : usualRank(name) === 2 ? [0, 1] : [0];
  function* choose(
    from: number,
    left: number,
    chosen: readonly (readonly [string, 0 | 1])[],
  ): Generator<Ranks> {
    if (left === 0) yield new Map([...numbers, ...chosen]);
    else
      for (let k = from; k + left <= names.length; k++) {
        const name = names[k] ?? '';
        for (const rank of others(name)) yield* choose(k + 1, left - 1, [...chosen, [name, rank]]);
      }
  }
  for (let count = 1; count <= names.length; count++) yield* choose(0, count, []);
}

/** Ranks of all undeclared names, by the words of the language. */
export const ranksOf = (forms: Forms): ReadonlyMap<string, 'scalar' | 'vector' | 'matrix'> =>
  new Map(
    [...forms.open].map((n) => [
      n,
      (['scalar', 'vector'] as const)[forms.form(n, { start: 0, end: 0 }).rank] ?? 'matrix',
    ]),
  );
