import { contract, isZero, scale, sum } from '../../expr/build.ts';
import type { Apply, Contract, Node, Operand, Sum, Sym } from '../../expr/node.ts';
import type { Algebra, Turn } from '../../notation/algebra.ts';
import { NoMatrixForm, read } from '../../notation/matrix.ts';
import type { Dim } from '../../shape/dim.ts';
import { absR, isOneR, negR, ONE, type Rational, signR } from '../../shape/rational.ts';
import { shapeGiver } from '../program/repeated.ts';
import {
  array,
  arrayAlgebra,
  type Code,
  literalPy,
  number,
  powerPy,
  transposePy,
} from './algebra.ts';
import { type Dialect, named } from './dialect.ts';
import { type Py, py, template } from './tree.ts';

/** The names of the module around the code. */
export interface Scope {
  readonly dialect: Dialect;
  /** A variable, a named part, a local variable, as an array of the symbol's axes. */
  readonly symbol: (node: Sym) => Py;
  /** Whether a symbol is a number of Python's own: a local variable that was made of sizes. */
  readonly isNumber: (node: Sym) => boolean;
  /** A name of a dimension as an integer. */
  readonly dim: (d: Dim) => Py;
  /** The parameter or list member that stands for a function that the user left unknown. */
  readonly callable: (node: Apply) => Py;
  /** The array whose type ones and identities take, or null. */
  readonly like: Py | null;
  /** Takes note that a helper is needed. */
  readonly helper: (name: string) => void;
}

const INFINITE: ReadonlySet<string> = new Set(['inf', '∞']);

/** Letters of `einsum`, and so the most indices that one product may have. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A factor δ on two axes of a product, and the product on the first of them, or without both where it has neither. */
function bandOf(node: Node): { i: number; j: number; length: Dim; rest: Node } | undefined {
  if (node.kind !== 'contract' || node.axes.length < 2 || node.operands.length < 2)
    return undefined;
  const identity = node.operands.find(
    (o) => o.node.kind === 'delta' && o.indices.every((ix) => ix < node.axes.length),
  );
  const [i = 0, j = 0] = [...(identity?.indices ?? [])].sort((a, b) => a - b);
  const length = node.extents[i];
  if (!identity || i === j || !length) return undefined;
  const others = node.operands
    .filter((o) => o !== identity)
    .map((o) => ({ ...o, indices: o.indices.map((ix) => (ix === j ? i : ix)) }));
  const used = (ix: number): boolean => others.some((o) => o.indices.includes(ix));
  const out = node.axes.map((_, ix) => ix).filter((ix) => ix !== j && used(ix));
  // another axis that is only repeated would have to be made
  if (out.length < node.axes.length - (used(i) ? 1 : 2)) return undefined;
  return { i, j, length, rest: contract(others, out) };
}

const isRepeated = (node: Node): boolean =>
  node.kind === 'contract' &&
  node.axes.some((_, ix) => node.operands.every((o) => !o.indices.includes(ix)));

/** Makes Python of nodes: matrix notation where there is one, `einsum` and repetition along axes elsewhere. */
export class Coder {
  private readonly scope: Scope;
  private readonly algebra: Algebra<Code>;
  private readonly done = new Map<string, Code>();

  constructor(scope: Scope) {
    this.scope = scope;
    this.algebra = arrayAlgebra({
      dialect: scope.dialect,
      leaf: (node, turn) => this.leaf(node, turn),
      dim: scope.dim,
      alike: () => this.alike(),
    });
  }

  /** Code for an array with the node's axes (turned: of a matrix transposed). */
  code(node: Node, turn: Turn = 'plain'): Code {
    const key = `${node.id}${turn}`;
    let made = this.done.get(key);
    if (!made) {
      made = this.make(node, turn);
      this.done.set(key, made);
    }
    return made;
  }

  private make(node: Node, turn: Turn): Code {
    if (isZero(node)) return this.zeros(turn === 'turned' ? [...node.axes].reverse() : node.axes);
    const diagonal = this.onDiagonal(node);
    if (diagonal) return turn === 'turned' ? this.algebra.transpose(diagonal) : diagonal;
    try {
      return read(node, turn, this.algebra);
    } catch (e) {
      if (!(e instanceof NoMatrixForm)) throw e;
      const general = this.general(node);
      return turn === 'turned' ? this.algebra.transpose(general) : general;
    }
  }

  private alike(): readonly (readonly [string, Py])[] {
    return this.scope.dialect.alike(this.scope.like);
  }

  private call(
    fn: string,
    args: readonly Py[],
    options: readonly (readonly [string, Py])[] = [],
  ): Py {
    return py.call(named(this.scope.dialect, fn), args, options);
  }

  private zeros(axes: readonly Dim[]): Code {
    if (axes.length === 0) return number(py.number('0.0'));
    const sides = axes.map((d) => this.scope.dim(d));
    const shape = sides.length === 1 ? (sides[0] ?? py.tuple([])) : py.tuple(sides);
    return array(this.call('zeros', [shape], this.alike()), axes.length);
  }

  private leaf(node: Node, turn: Turn): Code {
    switch (node.kind) {
      case 'literal': {
        const size = literalPy(absR(node.value));
        return number(signR(node.value) < 0 ? py.negative(size) : size);
      }
      case 'delta':
        return array(this.call('eye', node.axes.slice(0, 1).map(this.scope.dim), this.alike()), 2);
      case 'symbol':
        return this.symbol(node, turn);
      case 'apply':
        return this.applied(node, turn);
      case 'sum':
      case 'contract':
        return this.code(node, turn);
    }
  }

  private symbol(node: Sym, turn: Turn): Code {
    if (node.role === 'constant')
      return number(py.name(named(this.scope.dialect, INFINITE.has(node.name) ? 'inf' : 'pi')));
    const code = this.scope.symbol(node);
    if (node.role === 'dimension' || this.scope.isNumber(node)) return number(code);
    const rank = node.axes.length;
    return array(rank === 2 && turn === 'turned' ? transposePy(code) : code, rank);
  }

  private applied(node: Apply, turn: Turn): Code {
    const entrywise = node.op.mode === 'elementwise';
    const args = node.args.map((a) => this.code(a, entrywise ? turn : 'plain'));
    const { dialect, like } = this.scope;
    const spelled = this.spelled(
      node,
      args.map((a) => (a.number ? dialect.argument(a.py, like) : a.py)),
    );
    const rank = node.axes.length;
    if (dialect.numbers && rank === 0 && args.every((a) => a.number) && !node.fn)
      return number(py.call('float', [spelled]));
    const plain = array(spelled, rank);
    if (entrywise) return plain;
    const [x] = args;
    const inverts = node.op.mode === 'structured' && node.op.inverts === true;
    const made = inverts && x ? { ...plain, inverseOf: x.py } : plain;
    return turn === 'turned' ? this.algebra.transpose(made) : made;
  }

  /** The record's spelling with its arguments and the sizes that it asks for. */
  private spelled(node: Apply, args: readonly Py[]): Py {
    const all = [...args];
    const places = args.map((_, k) => `$${k}`);
    const put = (e: Py): string => `$${all.push(e) - 1}`;
    const side = (d: Dim | undefined): string => put(d ? this.scope.dim(d) : py.int(0));
    const sides = (axes: readonly Dim[]): string =>
      axes.length === 1 ? side(axes[0]) : `(${axes.map(side).join(', ')})`;
    const text = this.spelling(node)
      .replace(/\$[*+]/u, (mark) => places.slice(mark === '$+' ? 1 : 0).join(', '))
      .replace('$shape', () => sides(node.axes))
      .replace('$rank', () => `${node.axes.length}`)
      .replace('$rows', () => side(node.axes[0]))
      .replace('$columns', () => side(node.axes[1]))
      .replaceAll(/\$(\d)\.length/gu, (_, k: string) => side(node.args[Number(k)]?.axes.at(-1)));
    return template(text, all);
  }

  /** The record's spelling, with the name of an unknown function filled in. */
  private spelling(node: Apply): string {
    const { dialect } = this.scope;
    const text = dialect.spelling(node.op.spelling.numpy);
    const head = text.slice(0, text.indexOf('('));
    if (dialect.helpers.has(head)) this.scope.helper(head);
    if (!head.includes('$f')) return text;
    const callable = this.scope.callable(node);
    if (callable.kind === 'name') return text.replace(head, callable.text);
    if (callable.kind === 'subscript' && callable.of.kind === 'name')
      return text.replace(head, `${callable.of.text}[${callable.index}]`);
    throw new Error('a function is a name or a member of a list');
  }

  // ------------------------------------------------------------ diagonals

  /** δ_ij aᵢ and A + δ_ij aᵢ, where the library can write to a part of an array: the diagonal alone is gone over. */
  private onDiagonal(node: Node): Code | undefined {
    const { onDiagonal } = this.scope.dialect;
    if (onDiagonal === null) return undefined;
    const terms = node.kind === 'sum' ? node.terms : [{ coefficient: ONE, node }];
    const bands = terms.map((t) => bandOf(t.node));
    if (terms.every((_, k) => !bands[k])) return undefined;
    const others = terms.filter((_, k) => !bands[k]);
    if (others.some((t) => isRepeated(t.node))) return undefined;
    this.scope.helper(onDiagonal.name);
    const start = others.length > 0 ? this.code(sum(others, node.axes)).py : null;
    const made = terms.reduce<Py | null>((into, { coefficient }, k) => {
      const band = bands[k];
      if (!band) return into;
      const { i, j, length, rest } = band;
      const { py: values, number } = this.code(scale(coefficient, rest));
      const missing = node.axes.length - 1 - rest.axes.length;
      const array = number ? this.call('asarray', [values], this.alike()) : values;
      const wide = missing > 0 ? this.call('expand_dims', [array, py.int(i)]) : array;
      const args = [py.int(i), py.int(j), this.scope.dim(length), wide];
      return py.call(onDiagonal.name, into ? [...args, into] : args);
    }, start);
    return made ? array(made, node.axes.length) : undefined;
  }

  // ------------------------------------------------------------ without matrix notation

  private general(node: Node): Code {
    switch (node.kind) {
      case 'sum':
        return this.generalSum(node);
      case 'contract':
        return this.generalProduct(node);
      default:
        return this.leaf(node, 'plain');
    }
  }

  private generalSum(node: Sum): Code {
    const rank = node.axes.length;
    let total: Py | null = null;
    const shows = shapeGiver(node);
    for (const [k, { coefficient, node: term }] of node.terms.entries()) {
      const size = absR(coefficient);
      const body = k === shows ? this.code(term).py : this.reaching(term, rank);
      const scaled = isOneR(size) ? body : py.binary('*', literalPy(size), body);
      const negative = signR(coefficient) < 0;
      total = total
        ? py.binary(negative ? '-' : '+', total, scaled)
        : negative
          ? py.negative(scaled)
          : scaled;
    }
    return total ? array(total, rank) : this.zeros(node.axes);
  }

  /** A term of a sum; axes along which it is only repeated are left to broadcasting. */
  private reaching(term: Node, rank: number): Py {
    if (term.kind !== 'contract') return this.code(term).py;
    const used = new Set(term.operands.flatMap((o) => o.indices));
    const axes = term.axes.map((_, i) => i);
    const present = axes.filter((i) => used.has(i));
    if (present.length === rank) return this.code(term).py;
    const small = this.einsum(term, present);
    if (present.length === 0) return small;
    const lacking = axes.map((i) => (used.has(i) ? ':' : 'None'));
    const first = lacking.indexOf(':');
    // axes that are missing in front are repeated without being asked for
    return present.length === rank - first
      ? small
      : py.subscript(small, lacking.slice(first).join(', '));
  }

  private generalProduct(node: Contract): Code {
    return array(
      this.einsum(
        node,
        node.axes.map((_, i) => i),
      ),
      node.axes.length,
    );
  }

  /** The product over these of the result's indices. */
  private einsum(node: Contract, out: readonly number[]): Py {
    const letters = (indices: readonly number[]): string =>
      indices
        .map((i) => {
          const letter = LETTERS[i];
          if (!letter)
            throw new RangeError(
              `a product over more than ${LETTERS.length} indices has no einsum`,
            );
          return letter;
        })
        .join('');
    const specs: string[] = [];
    const places: (readonly number[])[] = [];
    const arrays: Py[] = [];
    const scalars: Operand[] = [];
    for (const o of node.operands) {
      if (o.indices.length === 0) {
        scalars.push(o);
        continue;
      }
      specs.push(letters(o.indices));
      places.push(o.indices);
      arrays.push(this.power(o));
    }
    for (const i of out) {
      const extent = node.extents[i];
      if (!extent || node.operands.some((o) => o.indices.includes(i))) continue;
      specs.push(letters([i]));
      places.push([i]);
      arrays.push(this.call('ones', [this.scope.dim(extent)], this.alike()));
    }
    const [only] = arrays;
    const spec = `${specs.join(',')}->${letters(out)}`;
    const isPlain = arrays.length === 1 && specs[0] === letters(out);
    const isSummed = node.extents.length > node.axes.length;
    const wide =
      arrays.length > 1 && !isSummed && out.length === node.axes.length
        ? this.spread(arrays, places)
        : null;
    const core =
      only && isPlain
        ? only
        : wide
          ? wide
          : only
            ? this.call(
                'einsum',
                [py.text(spec), ...arrays],
                // without a search for an order a product that is summed is no product of matrices
                arrays.length > 2 || (arrays.length === 2 && isSummed)
                  ? this.scope.dialect.einsum
                  : [],
              )
            : null;
    return (
      scalars.reduce<Py | null>((made, o) => {
        const up = signR(o.exponent) > 0;
        const factor = this.raised(this.code(o.node), absR(o.exponent));
        if (made === null) return up ? factor : py.binary('/', py.int(1), factor);
        return py.binary(up ? '*' : '/', made, factor);
      }, core) ?? py.int(1)
    );
  }

  /** Entry by entry, each factor repeated along the axes that it lacks; null where one has its axes in another order. */
  private spread(arrays: readonly Py[], places: readonly (readonly number[])[]): Py | null {
    if (places.some((own) => own.some((ix, k) => k > 0 && ix <= (own[k - 1] ?? ix)))) return null;
    const axes = Math.max(...places.flat());
    const wide = arrays.map((e, k) => {
      const own = places[k] ?? [];
      const first = own[0] ?? 0;
      const marks = Array.from({ length: axes + 1 - first }, (_, a) =>
        own.includes(first + a) ? ':' : 'None',
      );
      return marks.includes('None') ? py.subscript(e, marks.join(', ')) : e;
    });
    return wide.reduce((a, b) => py.binary('*', a, b));
  }

  /** A factor with its exponent. */
  private power(o: Operand): Py {
    const base = this.code(o.node);
    if (signR(o.exponent) > 0) return this.raised(base, o.exponent);
    return py.binary('/', py.int(1), this.raised(base, negR(o.exponent)));
  }

  private raised(base: Code, k: Rational): Py {
    return powerPy(base, k, this.scope.dialect);
  }
}
