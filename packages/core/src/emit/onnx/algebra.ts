import type { Node } from '../../expr/node.ts';
import type { Algebra, ScaledParts, SumPart, Turn } from '../../notation/algebra.ts';
import type { Dim } from '../../shape/dim.ts';
import {
  absR,
  eqR,
  HALF,
  isOneR,
  type Rational,
  rational,
  signR,
  toNumber,
} from '../../shape/rational.ts';
import type { Value } from './graph.ts';
import { solve } from './linear.ts';
import type { Operators } from './operators.ts';

/** A value of the graph. Columns and rows both have one axis; only matrices are transposed. */
export interface Code {
  readonly value: Value;
  /** Where this is the inverse of a matrix that nothing else needs: that matrix. */
  readonly inverseOf?: Value;
}

export interface ArrayMakers {
  readonly leaf: (node: Node, turn: Turn) => Code;
  readonly dim: (d: Dim) => Value;
}

const TWO = rational(2);

/** base^k for k > 0. */
export function raised(o: Operators, base: Value, k: Rational): Value {
  if (isOneR(k)) return base;
  if (eqR(k, TWO)) return o.mul(base, base);
  if (eqR(k, HALF)) return o.call('Sqrt', base);
  return o.call('Pow', base, o.real(toNumber(k)));
}

/** An array of one number. */
export function filled(o: Operators, x: number, sides: readonly Value[]): Value {
  return sides.length === 0 ? o.real(x) : o.expand(o.real(x), o.shape(sides), sides.length);
}

function scaled(o: Operators, p: ScaledParts<Code>): Value {
  const negative = signR(p.coefficient) < 0;
  const size = absR(p.coefficient);
  const product = (list: readonly Value[]): Value | null =>
    list.reduce<Value | null>((made, f) => (made ? o.mul(made, f) : f), null);
  const number = isOneR(size) ? [] : [o.real(toNumber(size))];
  const over = product([...number, ...p.numerators.map((f) => f.value.value)]);
  const under = product(p.denominators.map((f) => f.value.value));
  const array = p.array?.value ?? null;
  let made: Value;
  if (over && under) made = o.div(over, under);
  else if (over) made = over;
  else if (under && array) return sign(o, o.div(array, under), negative);
  else made = under ? o.call('Reciprocal', under) : o.real(1);
  if (!array) return sign(o, made, negative);
  return over ? o.mul(sign(o, made, negative), array) : sign(o, array, negative);
}

const sign = (o: Operators, v: Value, negative: boolean): Value => (negative ? o.neg(v) : v);

function sum(o: Operators, parts: readonly SumPart<Code>[]): Value {
  const reaching = (p: SumPart<Code>): Value =>
    p.repeats === 'column' ? o.column(p.value.value) : p.value.value;
  const [first, ...rest] = parts;
  if (!first) return o.real(0);
  return rest.reduce(
    (made, p) => (p.negative ? o.sub(made, reaching(p)) : o.add(made, reaching(p))),
    sign(o, reaching(first), first.negative),
  );
}

/** Matrix notation as operators. */
export function onnxAlgebra(o: Operators, make: ArrayMakers): Algebra<Code> {
  const code = (value: Value): Code => ({ value });
  const transpose = (c: Code): Code => {
    const turned = code(o.transpose(c.value));
    return c.inverseOf ? { ...turned, inverseOf: o.transpose(c.inverseOf) } : turned;
  };
  const matmul = (a: Code, b: Code): Value => {
    if (a.inverseOf) return solve(o, a.inverseOf, b.value);
    if (!b.inverseOf) return o.matmul(a.value, b.value);
    const turned = solve(o, o.transpose(b.inverseOf), o.transpose(a.value));
    return o.transpose(turned);
  };
  return {
    leaf: (node, turn) => make.leaf(node, turn),
    power: (base, k) => code(raised(o, base.value, k)),
    hadamard: (a, b) => code(o.mul(a.value, b.value)),
    hadamardDivide: (a, b) => code(a ? o.div(a.value, b.value) : o.call('Reciprocal', b.value)),
    matmul: (a, b) => code(matmul(a, b)),
    outer: (column, row) => code(o.mul(o.column(column.value), row.value)),
    scaleRows: (v, a) => code(o.mul(o.column(v.value), a.value)),
    scaleColumns: (a, v) => code(o.mul(a.value, v.value)),
    sumRows: (a) => code(o.reduce('ReduceSum', a.value, [1])),
    sumColumns: (a) => code(o.reduce('ReduceSum', a.value, [0])),
    total: (a) => code(o.total(a.value)),
    squaredNorm: (a, rank) =>
      code(rank === 1 ? o.matmul(a.value, a.value) : o.reduce('ReduceSumSquare', a.value)),
    norm: (a) => code(o.reduce('ReduceL2', a.value)),
    traceOfProduct: (a, b) => code(o.total(o.mul(a.value, o.transpose(b.value)))),
    trace: (a) => code(o.einsum('ii->', [a.value])),
    diagonal: (a) => code(o.einsum('ii->i', [a.value])),
    diagonalMatrix: (v) => code(o.where(o.diagonalPlaces(o.side(v.value, 0)), v.value, o.real(0))),
    ones: (dims, turn) =>
      code(filled(o, 1, (turn === 'turned' ? [...dims].reverse() : dims).map(make.dim))),
    scaled: (p) => code(scaled(o, p)),
    sum: (parts) => code(sum(o, parts)),
    weight: (c) => c.value.weight,
    transpose,
  };
}
