import type { Node } from '../../expr/node.ts';
import type { Algebra, ScaledParts, SumPart, Turn } from '../../notation/algebra.ts';
import type { Dim } from '../../shape/dim.ts';
import { absR, eqR, HALF, isOneR, type Rational, rational, signR } from '../../shape/rational.ts';
import type { Language, Like } from './language.ts';
import type { Term, Terms } from './term.ts';

/** An array. One of one axis is always held as a column: where it stands as a row, that is only noted. */
export interface Code {
  readonly term: Term;
  readonly rank: number;
  readonly row?: boolean;
  /** Where this is the inverse of a matrix that nothing else needs: that matrix. */
  readonly inverseOf?: Term;
}

export interface ArrayMakers {
  readonly terms: Terms;
  readonly language: Language;
  readonly leaf: (node: Node, turn: Turn) => Code;
  readonly dim: (d: Dim) => Term;
  readonly like: Like;
}

const TWO = rational(2);

/** base^k for k > 0. */
export function raised(
  { terms, language, like }: Pick<ArrayMakers, 'terms' | 'language' | 'like'>,
  of: Term,
  k: Rational,
  rank: number,
): Term {
  if (isOneR(k)) return of;
  const isWhole = of.kind === 'number' || of.text === '//';
  const base = isWhole ? language.typed(of, terms, like) : of;
  if (eqR(k, HALF)) return terms.call(rank === 0 ? 'sqrt($0)' : language.functions.sqrt, base);
  return terms.binary(rank === 0 ? '^' : '.^', base, language.literal(k, terms));
}

/** Matrix notation in operators. */
export function columnAlgebra(make: ArrayMakers): Algebra<Code> {
  const { terms: t, language } = make;
  const { functions } = language;
  const code = (term: Term, rank: number): Code => ({ term, rank });
  /** As it stands: rows are turned. */
  const standing = (c: Code): Term => (c.row ? t.transposed(c.term) : c.term);
  const entrywise = (op: string, a: Code, b: Code): Code => {
    const rank = Math.max(a.rank, b.rank);
    const term = t.binary(rank === 0 ? op : `.${op}`, a.term, b.term);
    return { term, rank, row: Boolean(a.row) && Boolean(b.row) };
  };
  const sign = (negative: boolean, term: Term): Term => (negative ? t.negative(term) : term);

  const scaled = (p: ScaledParts<Code>): Code => {
    const size = absR(p.coefficient);
    const product = (list: readonly Term[]): Term | null =>
      list.reduce<Term | null>((made, f) => (made ? t.binary('*', made, f) : f), null);
    const up = p.numerators.map((f) => f.value.term);
    const down = p.denominators.map((f) => f.value.term);
    if (size.num !== 1n) up.unshift(t.int(size.num));
    if (size.den !== 1n) down.unshift(t.int(size.den));
    const over = product(up);
    const under = product(
      p.array && !over ? down.map((n) => language.untyped(n, make.like)) : down,
    );
    const divided = (e: Term): Term => (under ? t.binary('/', e, under) : e);
    const negative = signR(p.coefficient) < 0;
    if (!p.array) return code(divided(sign(negative, over ?? t.int(1))), 0);
    const { term } = p.array;
    const whole = over
      ? t.binary('*', divided(sign(negative, over)), term)
      : divided(sign(negative, term));
    return { term: whole, rank: p.array.rank, row: p.array.row ?? false };
  };

  const sum = (parts: readonly SumPart<Code>[]): Code => {
    const isMatrix = parts.some((p) => p.repeats === 'row' || p.repeats === 'column');
    const rank = Math.max(isMatrix ? 2 : 0, ...parts.map((p) => p.value.rank));
    const reaching = (c: Code): Term => (rank > 1 && c.rank === 1 ? standing(c) : c.term);
    const same = parts.every((p) => p.value.rank === rank);
    const [plus, minus] = same ? ['+', '-'] : [language.plus, language.minus];
    const [first, ...rest] = parts;
    if (!first) return code(t.int(0), 0);
    const term = rest.reduce(
      (made, p) => t.binary(p.negative ? minus : plus, made, reaching(p.value)),
      sign(first.negative, reaching(first.value)),
    );
    return { term, rank, row: rank === 1 && parts.some((p) => p.value.row) };
  };

  const transpose = (c: Code): Code => {
    if (c.rank === 1) return { ...c, row: !c.row };
    if (c.rank !== 2) return c;
    const turned = { ...c, term: t.transposed(c.term) };
    return c.inverseOf ? { ...turned, inverseOf: t.transposed(c.inverseOf) } : turned;
  };

  /** A solver in place of an inverse: half the work, and a smaller error (Higham 2002, section 14.1). */
  const times = (a: Term, b: Term, aInverse?: Term, bInverse?: Term): Term => {
    if (aInverse) return t.binary('\\', aInverse, b);
    return bInverse ? t.binary('/', a, bInverse) : t.binary('*', a, b);
  };

  const matmul: Algebra<Code>['matmul'] = (a, b, kind) => {
    switch (kind) {
      case 'matrix':
        return code(times(a.term, b.term, a.inverseOf, b.inverseOf), 2);
      case 'column':
        return code(times(a.term, b.term, a.inverseOf), 1);
      case 'row': {
        // xᵀA is the column Aᵀx, standing as a row
        const turned = transpose(b);
        return { term: times(turned.term, a.term, turned.inverseOf), rank: 1, row: true };
      }
      case 'inner':
        return code(t.binary('*', t.transposed(a.term), b.term), 0);
    }
  };

  return {
    leaf: (node, turn) => make.leaf(node, turn),
    power: (base, k, rank) => ({ ...base, term: raised(make, base.term, k, rank) }),
    hadamard: (a, b) => entrywise('*', a, b),
    hadamardDivide: (a, b) =>
      a
        ? entrywise('/', a, b)
        : { ...b, term: t.binary(b.rank === 0 ? '/' : './', t.int(1), b.term) },
    matmul,
    outer: (u, v) => code(t.binary('*', u.term, t.transposed(v.term)), 2),
    scaleRows: (v, a) => code(t.binary('.*', v.term, a.term), 2),
    scaleColumns: (a, v) => code(t.binary('.*', a.term, t.transposed(v.term)), 2),
    sumRows: (a) => code(t.call(functions.sumRows, a.term), 1),
    sumColumns: (a) => ({ ...code(sumsDown(t, functions.sumColumns, a.term), 1), row: true }),
    total: (a, rank) => code(t.call(functions.total(rank), a.term), 0),
    squaredNorm: (a, rank) => {
      if (rank === 1 && a.term.kind === 'name')
        return code(t.binary('*', t.transposed(a.term), a.term), 0);
      const { squares } = functions;
      if (squares !== null && rank > 0) return code(t.call(squares, a.term), 0);
      const squared = raised(make, a.term, TWO, rank);
      return code(rank === 0 ? squared : t.call(functions.total(rank), squared), 0);
    },
    norm: (a) => code(t.call(functions.norm, a.term), 0),
    traceOfProduct: (a, b) =>
      code(t.call(functions.total(2), t.binary('.*', a.term, t.transposed(b.term))), 0),
    trace: (a) => code(t.call(functions.trace, a.term), 0),
    diagonal: (a, turn) => ({
      ...code(t.call(functions.diagonal, a.term), 1),
      row: turn === 'turned',
    }),
    diagonalMatrix: (v) => code(t.call(functions.diagonalMatrix, v.term), 2),
    ones: (dims, turn) => {
      const sides = (dims.length === 2 && turn === 'turned' ? [...dims].reverse() : dims).map(
        make.dim,
      );
      const term = dims.length === 0 ? t.int(1) : language.filled(1, sides, t, make.like);
      return { term, rank: dims.length, row: dims.length === 1 && turn === 'turned' };
    },
    scaled,
    sum,
    weight: (c) => c.term.weight,
    transpose,
  };
}

/** `sum(A, 1)'`, whose transpose is seen. */
const sumsDown = (t: Terms, text: string, a: Term): Term =>
  text.endsWith("'") ? t.transposed(t.call(text.slice(0, -1), a)) : t.call(text, a);
