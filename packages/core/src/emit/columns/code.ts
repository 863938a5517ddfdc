import { MatgradError } from '../../diagnostic/diagnostic.ts';
import { isZero } from '../../expr/build.ts';
import type { Apply, Contract, Node, Operand, Sum, Sym } from '../../expr/node.ts';
import { type Plan, planLoops } from '../../expr/plan.ts';
import type { Algebra, Turn } from '../../notation/algebra.ts';
import { NoMatrixForm, read } from '../../notation/matrix.ts';
import type { Dim } from '../../shape/dim.ts';
import { absR, type Rational, signR } from '../../shape/rational.ts';
import { ownAxes, shapeGiver } from '../program/repeated.ts';
import { type Code, columnAlgebra, raised } from './algebra.ts';
import type { Language, Like } from './language.ts';
import type { Term, Terms } from './term.ts';

/** What names stand for. */
export interface Scope {
  readonly terms: Terms;
  readonly language: Language;
  /** A variable or a line that was computed before, as an array of the symbol's axes. */
  readonly symbol: (node: Sym) => Term;
  readonly dim: (d: Dim) => Term;
  /** The name of a function that the user left unknown. */
  readonly callable: (node: Apply) => string;
  readonly like: Like;
}

/** Makes terms of nodes: matrix notation where there is one, contractions of two arrays at a time elsewhere. */
export class Coder {
  private readonly scope: Scope;
  private readonly t: Terms;
  private readonly algebra: Algebra<Code>;
  private readonly done = new Map<string, Code>();

  constructor(scope: Scope) {
    this.scope = scope;
    this.t = scope.terms;
    this.algebra = columnAlgebra({
      terms: scope.terms,
      language: scope.language,
      leaf: (node, turn) => this.leaf(node, turn),
      dim: scope.dim,
      like: scope.like,
    });
  }

  /** The array with the node's axes; one of one axis as a column. */
  term(node: Node): Term {
    return this.code(node, 'plain').term;
  }

  private code(node: Node, turn: Turn): Code {
    const key = `${node.id}${turn}`;
    let made = this.done.get(key);
    if (!made) {
      made = this.make(node, turn);
      this.done.set(key, made);
    }
    return made;
  }

  private make(node: Node, turn: Turn): Code {
    const rank = node.axes.length;
    if (isZero(node)) {
      const axes = rank === 2 && turn === 'turned' ? [...node.axes].reverse() : node.axes;
      const { language, dim } = this.scope;
      const term =
        rank === 0 ? this.t.int(0) : language.filled(0, axes.map(dim), this.t, this.scope.like);
      return { term, rank, row: rank === 1 && turn === 'turned' };
    }
    try {
      return read(node, turn, this.algebra);
    } catch (e) {
      if (!(e instanceof NoMatrixForm)) throw e;
      return this.turned({ term: this.general(node), rank }, turn);
    }
  }

  private turned(code: Code, turn: Turn): Code {
    return turn === 'turned' ? this.algebra.transpose(code) : code;
  }

  private leaf(node: Node, turn: Turn): Code {
    const { language, dim } = this.scope;
    const rank = node.axes.length;
    switch (node.kind) {
      case 'literal': {
        const size = language.literal(absR(node.value), this.t);
        return { term: signR(node.value) < 0 ? this.t.negative(size) : size, rank };
      }
      case 'delta':
        return { term: language.identity(dim(node.axes[0] as Dim), this.t, this.scope.like), rank };
      case 'symbol':
        return this.turned({ term: this.symbol(node), rank }, turn);
      case 'apply':
        return this.turned(this.applied(node), turn);
      case 'sum':
      case 'contract':
        return this.code(node, turn);
    }
  }

  private symbol(node: Sym): Term {
    if (node.role !== 'constant') return this.scope.symbol(node);
    const { infinity, pi } = this.scope.language.functions;
    const name = this.t.name(/^(?:inf|∞)$/u.test(node.name) ? infinity : pi);
    return this.scope.language.typed(name, this.t, this.scope.like);
  }

  private applied(node: Apply): Code {
    const args = node.args.map((a) => this.term(a));
    const rank = node.axes.length;
    const term = this.spelled(node, args);
    const [x] = args;
    const inverts = node.op.mode === 'structured' && node.op.inverts === true;
    return inverts && x ? { term, rank, inverseOf: x } : { term, rank };
  }

  /**
   * The record's spelling with its arguments. `$dim` is the last axis of the first argument, `$rank` the rank of the result, `$0.length`
   * the last side of an argument (0 for a number), `$sides` those of the result.
   */
  private spelled(node: Apply, args: readonly Term[]): Term {
    const { language, dim } = this.scope;
    const text = node.op.spelling[language.spelling];
    if (text === undefined) throw noFunction(node, language);
    const all = [...args];
    const put = (e: Term): string => `$${all.push(e) - 1}`;
    const side = (d: Dim | undefined): string => put(d ? dim(d) : this.t.int(0));
    const places = args.map((_, k) => `$${k}`);
    const filled = text
      .replace('$f', () => this.scope.callable(node))
      .replace(/\$[*+]/u, (mark) => places.slice(mark === '$+' ? 1 : 0).join(', '))
      .replace('$dim', () => `${node.args[0]?.axes.length ?? 0}`)
      .replace('$rank', () => `${node.axes.length}`)
      .replace('$sides', () => node.axes.map(side).join(', '))
      .replaceAll(/\$(\d)\.length/gu, (_, k: string) => side(node.args[Number(k)]?.axes.at(-1)));
    return this.t.call(filled, ...all);
  }

  // ------------------------------------------------------------ without matrix notation

  private general(node: Node): Term {
    switch (node.kind) {
      case 'sum':
        return this.generalSum(node);
      case 'contract':
        return this.product(
          node,
          node.axes.map((_, i) => i),
        );
      default:
        return this.leaf(node, 'plain').term;
    }
  }

  private generalSum(node: Sum): Term {
    const { t } = this;
    const { plus, minus } = this.scope.language;
    let total: Term | null = null;
    const shows = shapeGiver(node);
    for (const [k, { coefficient, node: term }] of node.terms.entries()) {
      const scaled = this.multiple(
        absR(coefficient),
        k === shows ? this.term(term) : this.reaching(term),
      );
      const negative = signR(coefficient) < 0;
      if (total) total = t.binary(negative ? minus : plus, total, scaled);
      else total = negative ? t.negative(scaled) : scaled;
    }
    return total ?? t.int(0);
  }

  private multiple(size: Rational, body: Term): Term {
    const { t } = this;
    const over = size.num === 1n ? body : t.binary('*', t.int(size.num), body);
    return size.den === 1n ? over : t.binary('/', over, t.int(size.den));
  }

  /** A term of a sum; the axes along which it is only repeated have the length one. */
  private reaching(term: Node): Term {
    const present = ownAxes(term);
    if (term.kind !== 'contract' || present.length === term.axes.length) return this.term(term);
    const small = this.product(term, present);
    return present.length === 0 ? small : this.spread(small, present, term.axes.length);
  }

  /** The product over these of the result's indices. */
  private product(node: Contract, out: readonly number[]): Term {
    const { t } = this;
    const { language, dim } = this.scope;
    const kept = out.filter((i) => node.operands.some((o) => o.indices.includes(i)));
    const plan = node.operands.some((o) => o.indices.length > 0) ? planLoops(node) : undefined;
    const core = plan && this.planned(plan);
    let made = core ? this.ordered(core, kept) : null;
    for (const o of node.operands) {
      if (o.indices.length > 0) continue;
      const up = signR(o.exponent) > 0;
      const factor = raised(this.scope, this.term(o.node), absR(o.exponent), 0);
      if (made) made = t.binary(up ? '*' : '/', made, factor);
      else made = up ? factor : t.binary('/', t.int(1), factor);
    }
    made ??= t.int(1);
    if (kept.length === out.length) return made;
    const wide =
      kept.length === 0
        ? made
        : this.spread(
            made,
            kept.map((i) => out.indexOf(i)),
            out.length,
          );
    const sides = out.map((i) => dim(node.extents[i] as Dim));
    return t.binary('.*', wide, language.filled(1, sides, t, this.scope.like));
  }

  /** Two factors at a time; null for what is only repetition. */
  private planned(plan: Plan): { readonly term: Term; readonly indices: readonly number[] } | null {
    switch (plan.kind) {
      case 'ones':
        return null;
      case 'operand': {
        const { operand, indices, summed } = plan;
        const term = this.power(operand);
        const isPlain = summed.length === 0 && indices.length === operand.indices.length;
        if (isPlain) return { term, indices: operand.indices };
        return { term: this.alone(term, operand, indices), indices };
      }
      case 'pair': {
        const [left, right] = [this.planned(plan.left), this.planned(plan.right)];
        if (!left || !right) return left ?? right;
        const indices = plan.indices.filter((i) => [...left.indices, ...right.indices].includes(i));
        return { term: this.contracted(left, right, indices), indices };
      }
    }
  }

  /** A factor by itself: the diagonal along indices that it has twice, and sums along those that end here. */
  private alone(term: Term, { node, indices }: Operand, out: readonly number[]): Term {
    const { language, dim } = this.scope;
    let made = { term, indices: [...indices] };
    indices.forEach((ix, k) => {
      if (indices.indexOf(ix) === k) return;
      // a second index of its own, tied to the first by an identity
      const fresh = Math.max(...made.indices, ...out) + 1;
      made.indices[k] = fresh;
      const eye = language.identity(dim(node.axes[k] as Dim), this.t, this.scope.like);
      const kept = made.indices.filter((i) => i !== fresh);
      made = {
        term: this.contracted(made, { term: eye, indices: [ix, fresh] }, kept),
        indices: kept,
      };
    });
    return this.ordered(made, out);
  }

  /** With its axes in this order, summed over others. */
  private ordered(
    a: { readonly term: Term; readonly indices: readonly number[] },
    out: readonly number[],
  ): Term {
    if (a.indices.join() === out.join()) return a.term;
    return this.contracted(a, { term: this.t.int(1), indices: [] }, out);
  }

  private contracted(
    a: { readonly term: Term; readonly indices: readonly number[] },
    b: { readonly term: Term; readonly indices: readonly number[] },
    out: readonly number[],
  ): Term {
    const { list } = this.scope.language;
    const all = [...new Set([...out, ...a.indices, ...b.indices])];
    const labels = (indices: readonly number[]): string =>
      list(indices.map((i) => all.indexOf(i) + 1));
    return this.t.call(
      `contracted($0, ${labels(a.indices)}, $1, ${labels(b.indices)}, ${out.length})`,
      a.term,
      b.term,
    );
  }

  private spread(a: Term, axes: readonly number[], rank: number): Term {
    const places = this.scope.language.list(axes.map((i) => i + 1));
    return this.t.call(`spread($0, ${places}, ${rank})`, a);
  }

  /** A factor with its exponent. */
  private power({ node, exponent }: Operand): Term {
    const rank = node.axes.length;
    const up = raised(this.scope, this.term(node), absR(exponent), rank);
    return signR(exponent) > 0 ? up : this.t.binary(rank === 0 ? '/' : './', this.t.int(1), up);
  }
}

const noFunction = ({ op }: Apply, { title }: Language): MatgradError =>
  new MatgradError({
    severity: 'error',
    code: 'no-function',
    message: `${op.name} has no spelling in ${title}`,
    labels: [],
    notes: ['numpy has'],
  });
