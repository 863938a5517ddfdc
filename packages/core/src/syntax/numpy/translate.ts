import { addR, isIntegerR, rational, signR } from '../../shape/rational.ts';
import { FUNCTION_WORDS } from '../functions.ts';
import { canonicalName } from '../letters.ts';
import { nearest } from '../nearest.ts';
import { fail } from '../problem.ts';
import type { Expr, Span } from '../tree.ts';
import type { ArrayCall } from './call.ts';
import { ARRAY_FUNCTIONS, applyFunction, refusal } from './functions.ts';
import type { Py, PyKind } from './tree.ts';
import {
  type Arr,
  arr,
  call,
  entrywise,
  type Form,
  form,
  matmul,
  power,
  SCALAR,
  sum,
  transposeOf,
  VECTOR,
} from './value.ts';

/** The names of a text. */
export interface NameForms {
  /** @throws MatgradError for a name that is defined by itself */
  form(name: string, span: Span): Form;
  /** Declared functions: whether one acts entry by entry. */
  function(name: string): 'entrywise' | 'scalar' | undefined;
  isVariable(name: string): boolean;
}

const MODULES: ReadonlySet<string> = new Set(
  'np numpy jnp jax torch scipy math cp cupy onp xp F nn special linalg sp spsp tnp lax'.split(' '),
);
const CONSTANTS: ReadonlyMap<string, string> = new Map([
  ['pi', 'π'],
  ['inf', 'inf'],
]);
/** Options that change nothing, and those that handlers ask for. */
const OPTIONS: ReadonlySet<string> = new Set(
  'axis dim keepdims keepdim ord p order dtype device like requires_grad copy optimize'.split(' '),
);

/** The name of a Python identifier in the language: `theta` is θ, and so is `theta_`. */
export const nameOf = (identifier: string): string =>
  canonicalName(identifier.replace(/(?<=.)_+$/u, ''));

/** Python to the language: what a product, a sum, a transpose is depends on the numbers of dimensions. */
export class Translator {
  readonly #names: NameForms;

  constructor(names: NameForms) {
    this.#names = names;
  }

  /** @throws MatgradError */
  read(e: Py): Arr {
    switch (e.kind) {
      case 'number':
        return { ...SCALAR, expr: { kind: 'number', span: e.span, value: e.value } };
      case 'name':
        return this.#name(e);
      case 'negative': {
        const a = this.read(e.of);
        return arr(a, { kind: 'negate', span: e.span, of: a.expr });
      }
      case 'binary':
        return this.#binary(e);
      case 'attribute':
        return this.#attribute(e);
      case 'call':
        return this.#call(e);
      case 'subscript':
        return this.#subscript(e);
      case 'string':
        return fail('unexpected-token', e.span, 'text has no place in a formula', 'this one');
      case 'tuple':
        return fail(
          'unexpected-token',
          e.span,
          'a formula is one value, and these are several',
          'here',
        );
    }
  }

  #name(e: PyKind<'name'>): Arr {
    const name = nameOf(e.name);
    if (e.name.startsWith('_'))
      fail('no-notation', e.span, 'a name begins with a letter', 'this one');
    if (!this.#names.isVariable(name)) {
      if (CONSTANTS.has(e.name)) return this.#constant(e.name, e.span);
      if (e.name === 'True' || e.name === 'False' || e.name === 'None')
        fail('unexpected-token', e.span, `${e.name} is no number`, 'this one');
      if (FUNCTION_WORDS.has(name) || MODULES.has(e.name))
        fail(
          'missing-operand',
          e.span,
          `${e.name} is a ${MODULES.has(e.name) ? 'module' : 'function'}, and no value`,
          'this one',
        );
    }
    const expr: Expr = { kind: 'name', span: e.span, name, index: null };
    return arr(this.#names.form(name, e.span), expr);
  }

  #constant(name: string, span: Span): Arr {
    return {
      ...SCALAR,
      expr: { kind: 'name', span, name: CONSTANTS.get(name) ?? name, index: null },
    };
  }

  #binary(e: PyKind<'binary'>): Arr {
    // a long chain of terms is read from the left without recursion
    const spine: PyKind<'binary'>[] = [];
    let first: Py = e;
    for (; first.kind === 'binary'; first = first.left) spine.push(first);
    let value = this.read(first);
    for (const { op, right, span } of spine.reverse()) {
      const other = this.read(right);
      switch (op) {
        case '+':
        case '-':
          value = sum(op, value, other, span);
          break;
        case '*':
        case '/':
          value = entrywise(op, value, other, span);
          break;
        case '@':
          value = matmul(value, other, span);
          break;
        case '**':
          value = power(value, other, span);
      }
    }
    return value;
  }

  /** `np.linalg.inv` as its parts; undefined where it belongs to an array. */
  #path(e: Py): readonly string[] | undefined {
    if (e.kind === 'name')
      return MODULES.has(e.name) && !this.#names.isVariable(nameOf(e.name)) ? [e.name] : undefined;
    const before = e.kind === 'attribute' ? this.#path(e.of) : undefined;
    return before && e.kind === 'attribute' ? [...before, e.name] : undefined;
  }

  #attribute(e: PyKind<'attribute'>): Arr {
    const path = this.#path(e);
    if (path) {
      if (CONSTANTS.has(e.name)) return this.#constant(e.name, e.span);
      if (e.name === 'e') {
        const one: Expr = { kind: 'number', span: e.span, value: rational(1) };
        return { ...SCALAR, expr: call('exp', [one], e.span, e.at) };
      }
      return fail(
        'missing-operand',
        e.span,
        `${path.join('.')} acts on nothing here`,
        'a bracket is missing',
      );
    }
    switch (e.name) {
      case 'T':
      case 'mT':
        return transposeOf(this.read(e.of));
      case 'size':
        return this.#size(e, this.#sides(e.of));
      case 'logabsdet':
        return this.read({
          ...e,
          kind: 'subscript',
          items: [{ kind: 'number', span: e.at, value: rational(1) }],
        });
    }
    const close = nearest(e.name, ['T', 'size', 'shape', ...ARRAY_FUNCTIONS]);
    return fail('array-function', e.at, `an array has no ${e.name} that is read`, 'this one', {
      edits: close === undefined ? [] : [{ ...e.at, text: close }],
    });
  }

  /** The lengths of a declared array. */
  #sides(of: Py): readonly Expr[] {
    const { rank, sides } = this.read(of);
    const known = sides.flatMap((s) => s ?? []);
    if (rank > 0 && known.length === rank) return known;
    return fail(
      'array-function',
      of.span,
      'the lengths of this array have no names',
      'not declared',
      {
        notes: ['they are declared as in `X: m×n`, or `m, n = X.shape`'],
      },
    );
  }

  #size(e: { readonly span: Span }, sides: readonly Expr[]): Arr {
    const [first = { kind: 'number', span: e.span, value: rational(1) } as const, ...more] = sides;
    const expr = more.reduce<Expr>(
      (left, right) => ({ kind: 'product', span: e.span, op: 'times', left, right }),
      first,
    );
    return { ...SCALAR, expr: { ...expr, span: e.span } };
  }

  // ------------------------------------------------------------ calls

  #call(e: PyKind<'call'>): Arr {
    const { fn } = e;
    const path = this.#path(fn);
    if (path) return this.#known(e, path, fn.span, e.args);
    if (fn.kind === 'attribute') {
      if (fn.name === 'size' && e.args.length === 1) return this.#side(e, fn.of, e.args[0]);
      return this.#known(e, ['', fn.name], fn.at, [fn.of, ...e.args]);
    }
    if (fn.kind !== 'name')
      return fail('unexpected-token', fn.span, 'only functions are called', 'not this');
    const name = nameOf(fn.name);
    const declared = this.#names.function(name);
    if (declared) return this.#declared(e, name, declared);
    if (fn.name === 'len' && e.args[0]) return this.#side(e, e.args[0], undefined);
    return this.#known(e, [fn.name], fn.span, e.args);
  }

  #declared(e: PyKind<'call'>, name: string, kind: 'entrywise' | 'scalar'): Arr {
    const args = e.args.map((a) => this.read(a));
    const shape = kind === 'scalar' ? SCALAR : (args[0] ?? SCALAR);
    const expr = call(
      name,
      args.map((a) => a.expr),
      e.span,
      e.fn.span,
    );
    return arr(shape, expr);
  }

  #known(e: PyKind<'call'>, path: readonly string[], nameSpan: Span, args: readonly Py[]): Arr {
    const name = path.at(-1) ?? '';
    if (name === 'slogdet')
      return fail('array-function', nameSpan, 'slogdet gives two values', 'here', {
        notes: ['the logarithm is `[1]` of it'],
      });
    if (!ARRAY_FUNCTIONS.has(name)) this.#unknown(name, path, nameSpan);
    for (const o of e.options)
      if (!OPTIONS.has(o.name))
        fail('array-function', o.span, `${o.name} is no option that is read`, 'this one');
    const values = new Map<number, Arr>();
    const c: ArrayCall = {
      path,
      span: e.span,
      nameSpan,
      count: args.length,
      py: (k, option) => args[k] ?? e.options.find((o) => o.name === option)?.value,
      text: (k, option) => {
        const given = c.py(k, option);
        return given?.kind === 'string' ? given.text : undefined;
      },
      arg: (k) => {
        const arg = args[k];
        if (!arg)
          return fail(
            'array-function',
            e.span,
            `${path.join('.')} has too few arguments`,
            `${args.length} here`,
          );
        const value = values.get(k) ?? this.read(arg);
        values.set(k, value);
        return value;
      },
      lengths: (from) => {
        const given = args.slice(from);
        const all = given.length === 1 && given[0]?.kind === 'tuple' ? given[0].items : given;
        return all.map((a) => this.read(a).expr);
      },
    };
    return applyFunction(c);
  }

  #unknown(name: string, path: readonly string[], at: Span): never {
    const why = refusal(name);
    const text = path.join('.');
    if (why !== undefined)
      fail('no-notation', at, `${text} is not read`, 'this function', { notes: [why] });
    const close = nearest(name, ARRAY_FUNCTIONS);
    const start = at.end - name.length;
    return fail('array-function', at, `${text} is no function that is known here`, 'this one', {
      edits: close === undefined ? [] : [{ start, end: at.end, text: close }],
    });
  }

  /** `len(x)`, `x.size(0)`, `X.shape[1]`. */
  #side(e: { readonly span: Span }, of: Py, at: Py | undefined): Arr {
    const sides = this.#sides(of);
    const k = at === undefined ? 0 : wholeOf(at);
    const side = sides[k < 0 ? k + sides.length : k];
    if (!side) return fail('array-rank', at?.span ?? e.span, 'there is no such side', 'this one');
    return { ...SCALAR, expr: { ...side, span: e.span } };
  }

  // ------------------------------------------------------------ subscripts

  /** `np.linalg.slogdet(A)`. */
  #slogdet(e: Py): PyKind<'call'> | undefined {
    if (e.kind !== 'call') return undefined;
    const { fn } = e;
    const name = fn.kind === 'attribute' || fn.kind === 'name' ? fn.name : '';
    return name === 'slogdet' ? e : undefined;
  }

  #subscript(e: PyKind<'subscript'>): Arr {
    const { of, items } = e;
    const [only, second, more] = items;
    const slogdet = this.#slogdet(of);
    if (slogdet) {
      const [matrix] = slogdet.args;
      if (!only || second || wholeOf(only) !== 1 || !matrix)
        return fail(
          'array-function',
          e.span,
          'of slogdet the logarithm is read, `[1]`',
          'not this',
        );
      return this.#known({ ...slogdet, options: [] }, ['logdet'], slogdet.fn.span, [matrix]);
    }
    if (of.kind === 'attribute' && of.name === 'shape' && only) return this.#side(e, of.of, only);
    const a = this.read(of);
    if (items.some(isNewAxis)) return this.#newAxis(e, a);
    const tooMany = a.rank < 3 && more !== undefined;
    if (tooMany || items.length > a.rank || items.length === 0)
      return fail(
        'array-rank',
        e.span,
        `an array of ${a.rank} dimensions has no such part`,
        'this one',
      );
    return this.#part(e, a);
  }

  /** `x[:, None]` is a column, `x[None, :]` a row. */
  #newAxis(e: PyKind<'subscript'>, a: Arr): Arr {
    const at = e.items.findIndex(isNewAxis);
    const rest = e.items.filter((_, k) => k !== at);
    const plain = rest.every((i) => i === null) && rest.length <= a.rank;
    if (a.rank !== 1 || !plain)
      return fail('array-rank', e.span, 'an axis is added to vectors only', 'not here');
    if (at === 1) return { ...a, ...form(2, false, true, [a.sides[0] ?? null, null]) };
    return transposeOf({ ...a, ...form(2, false, true, [a.sides[0] ?? null, null]) });
  }

  /** `x[i]`, `X[i, j]`, `X[:, j]`, `X[i]`: places count from zero. */
  #part(e: PyKind<'subscript'>, a: Arr): Arr {
    const places = e.items.map((i) => (i === null ? null : this.#place(i)));
    if (places.every((p) => p === null)) return a;
    if (a.rank > 2) return this.#slice(e, a, places);
    const parts = a.rank === 2 && places.length === 1 ? [...places, null] : places;
    const expr: Expr = { kind: 'part', span: e.span, of: a.expr, parts };
    const row = a.rank === 2 && parts[1] === null;
    if (row)
      return { ...VECTOR, turned: expr, expr: { kind: 'transpose', span: e.span, of: expr } };
    return { ...(a.rank === 2 && parts[0] === null ? VECTOR : SCALAR), expr };
  }

  /** `T[i]`, `T[:, j, :]` of more than two dimensions. */
  #slice(e: PyKind<'subscript'>, a: Arr, given: readonly (Expr | null)[]): Arr {
    const places = Array.from({ length: a.rank }, (_, k) => given[k] ?? null);
    const sides = a.sides.filter((_, k) => places[k] === null);
    const expr: Expr = { kind: 'part', span: e.span, of: a.expr, parts: places };
    return { ...form(places.filter((p) => p === null).length, false, false, sides), expr };
  }

  #place(e: Py): Expr {
    const one: Expr = { kind: 'number', span: e.span, value: rational(1) };
    if (e.kind === 'negative')
      return fail('no-notation', e.span, 'places from the end are not read', 'this one');
    if (e.kind === 'number') return { ...one, value: addR(e.value, rational(1)) };
    const i = this.read(e);
    if (i.rank > 0) return fail('array-rank', e.span, 'a place is a whole number', 'not this');
    return { kind: 'sum', span: e.span, op: '+', left: i.expr, right: one };
  }
}

const isNewAxis = (e: Py | null): boolean =>
  e !== null &&
  ((e.kind === 'name' && e.name === 'None') || (e.kind === 'attribute' && e.name === 'newaxis'));

/** A whole number as a subscript has it. */
function wholeOf(e: Py): number {
  const of = e.kind === 'negative' ? e.of : e;
  if (of.kind !== 'number' || !isIntegerR(of.value) || signR(of.value) < 0) return Number.NaN;
  return e.kind === 'negative' ? -Number(of.value.num) : Number(of.value.num);
}
