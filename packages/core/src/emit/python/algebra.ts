import type { Node } from '../../expr/node.ts';
import type { Algebra, ScalarFactor, ScaledParts, SumPart, Turn } from '../../notation/algebra.ts';
import type { Dim } from '../../shape/dim.ts';
import type { Rational } from '../../shape/rational.ts';
import {
  absR,
  eqR,
  HALF,
  isIntegerR,
  isOneR,
  rational,
  signR,
  toNumber,
} from '../../shape/rational.ts';
import { type Dialect, named } from './dialect.ts';
import { floatPy, type Py, py, weighPy } from './tree.ts';

/** Code for an array. Columns and rows are both one-dimensional; only matrices are transposed. */
export interface Code {
  readonly py: Py;
  /** Number of the array's dimensions. */
  readonly rank: number;
  /** A number of Python's own, which takes the floating-point type of whatever it meets. */
  readonly number: boolean;
  /** Where this is the inverse of a matrix that nothing else needs: that matrix. */
  readonly inverseOf?: Py;
}

export const array = (code: Py, rank: number): Code => ({ py: code, rank, number: false });
export const number = (code: Py): Code => ({ py: code, rank: 0, number: true });

/** What the algebra needs to know of the module that is written. */
export interface ArrayMakers {
  readonly dialect: Dialect;
  readonly leaf: (node: Node, turn: Turn) => Code;
  readonly dim: (d: Dim) => Py;
  /** `dtype=…`, so that ones and identities do not turn float32 into float64; none where there is no array to take it from. */
  readonly alike: () => readonly (readonly [string, Py])[];
}

const TWO = rational(2);
/** Whole numbers beyond this are no longer exact as doubles. */
const MAX_EXACT = 2n ** 53n;

/** A literal ≥ 0 as Python writes it: exact decimals, else a fraction. */
export function literalPy(value: Rational): Py {
  if (value.num > MAX_EXACT || value.den > MAX_EXACT) return floatPy(toNumber(value));
  if (isIntegerR(value)) return py.int(value.num);
  if (isDecimal(value.den)) return py.number(String(toNumber(value)));
  return py.binary('/', py.int(value.num), py.int(value.den));
}

/** Whether 1/n ends within a few decimals. */
function isDecimal(n: bigint): boolean {
  let rest = n;
  while (rest % 2n === 0n) rest /= 2n;
  while (rest % 5n === 0n) rest /= 5n;
  return rest === 1n && n <= 10_000n;
}

export function transposePy(e: Py): Py {
  return e.kind === 'attribute' && e.name === 'T' ? e.of : py.attribute(e, 'T');
}

const transposeCode = (c: Code): Code => {
  if (c.rank < 2) return c;
  const turned = array(transposePy(c.py), c.rank);
  return c.inverseOf ? { ...turned, inverseOf: transposePy(c.inverseOf) } : turned;
};

/** base^k for k > 0. */
export function powerPy(base: Code, k: Rational, dialect: Dialect): Py {
  if (isOneR(k)) return base.py;
  if (eqR(k, HALF) && !base.number) return py.call(named(dialect, 'sqrt'), [base.py]);
  return py.binary('**', base.py, literalPy(k));
}

const product = (factors: readonly Py[]): Py | null =>
  factors.reduce<Py | null>((made, f) => (made === null ? f : py.binary('*', made, f)), null);

/** coefficient · Π numerators / Π denominators · array; scalars first, so that the array is gone over once. */
function scaled(p: ScaledParts<Code>): Code {
  const isNumber = [...p.numerators, ...p.denominators].every((f) => f.value.number);
  const negative = signR(p.coefficient) < 0;
  const size = absR(p.coefficient);
  const whole = p.denominators.length > 0 && size.num <= MAX_EXACT && size.den <= MAX_EXACT;
  const alone = p.denominators.length === 0 && size.num === 1n && !isDecimal(size.den);
  const split = !isIntegerR(size) && (whole || alone);
  const up: Py[] = numbersFirst(p.numerators);
  const upper = split ? rational(size.num) : size;
  if (!isOneR(upper)) up.unshift(literalPy(upper));
  const down: Py[] = numbersFirst(p.denominators);
  if (split) down.unshift(py.int(size.den));
  const under = product(down);
  const over = product(up);
  const divide = (e: Py): Py => (under ? py.binary('/', e, under) : e);
  const sign = (e: Py): Py => (negative ? py.negative(e) : e);
  if (p.array === null) {
    const e = divide(sign(over ?? py.int(1)));
    return isNumber ? number(e) : array(e, 0);
  }
  const code = over ? py.binary('*', divide(sign(over)), p.array.py) : divide(sign(p.array.py));
  return { py: code, rank: p.array.rank, number: isNumber && p.array.number };
}

function numbersFirst(factors: readonly ScalarFactor<Code>[]): Py[] {
  const pick = (wanted: boolean): Py[] =>
    factors.filter((f) => f.value.number === wanted).map((f) => f.value.py);
  return [...pick(true), ...pick(false)];
}

/** Adds a last axis to a vector, so that it is repeated along the rows. */
export const asColumn = (v: Py): Py => py.subscript(v, ':, None');

function sum(parts: readonly SumPart<Code>[]): Code {
  const reach = (p: SumPart<Code>): Py =>
    p.repeats === 'column' ? asColumn(p.value.py) : p.value.py;
  const [first, ...rest] = parts;
  if (!first) return number(py.number('0.0'));
  let code = first.negative ? py.negative(reach(first)) : reach(first);
  for (const p of rest) code = py.binary(p.negative ? '-' : '+', code, reach(p));
  const rank = Math.max(...parts.map((p) => (p.repeats === 'column' ? 2 : p.value.rank)));
  return { py: code, rank, number: parts.every((p) => p.value.number) };
}

/** A solver in place of an inverse: half the work, and a smaller error (Higham 2002, section 14.1). */
function matmul(a: Code, b: Code, rank: number, dialect: Dialect): Code {
  const solve = (m: Py, right: Py): Py => py.call(named(dialect, 'linalg.solve'), [m, right]);
  if (a.inverseOf) return array(solve(a.inverseOf, b.py), rank);
  if (b.inverseOf) {
    const turned = solve(transposePy(b.inverseOf), transposeCode(a).py);
    return array(rank === 2 ? transposePy(turned) : turned, rank);
  }
  return array(py.binary('@', a.py, b.py), rank);
}

const RANK: Readonly<Record<'matrix' | 'column' | 'row' | 'inner', number>> = {
  matrix: 2,
  column: 1,
  row: 1,
  inner: 0,
};

/** Matrix notation as code. */
export function arrayAlgebra(make: ArrayMakers): Algebra<Code> {
  const { dialect } = make;
  const call = (fn: string, args: readonly Py[]): Py => py.call(named(dialect, fn), args);
  const total = (a: Py): Code => array(call('sum', [a]), 0);
  const along = (a: Py, axis: 0 | 1): Code =>
    array(py.call(named(dialect, 'sum'), [a], [[dialect.axis, py.int(axis)]]), 1);
  const filled = (fn: string, dims: readonly Dim[]): Code => {
    const [only, ...others] = dims.map(make.dim);
    if (!only) return number(py.int(1));
    const shape = others.length > 0 ? py.tuple([only, ...others]) : only;
    return array(py.call(named(dialect, fn), [shape], make.alike()), dims.length);
  };
  return {
    leaf: (node, turn) => make.leaf(node, turn),
    power: (base, k, rank) => {
      const code = powerPy(base, k, dialect);
      return { py: code, rank, number: base.number };
    },
    hadamard: (a, b) => array(py.binary('*', a.py, b.py), Math.max(a.rank, b.rank)),
    hadamardDivide: (a, b) => array(py.binary('/', a?.py ?? py.int(1), b.py), b.rank),
    matmul: (a, b, kind) => matmul(a, b, RANK[kind], dialect),
    outer: (column, row) => array(call('outer', [column.py, row.py]), 2),
    scaleRows: (v, a) => array(py.binary('*', asColumn(v.py), a.py), 2),
    scaleColumns: (a, v) => array(py.binary('*', a.py, v.py), 2),
    sumRows: (a) => along(a.py, 1),
    sumColumns: (a) => along(a.py, 0),
    total: (a) => total(a.py),
    squaredNorm: (a, rank) => {
      if (rank === 1 && a.py.kind === 'name') return array(py.binary('@', a.py, a.py), 0);
      const squared = powerPy(a, TWO, dialect);
      return rank === 0 ? array(squared, 0) : total(squared);
    },
    norm: (a) => array(call('linalg.norm', [a.py]), 0),
    traceOfProduct: (a, b) => total(py.binary('*', a.py, transposePy(b.py))),
    trace: (a) => array(call('trace', [a.py]), 0),
    diagonal: (a) => array(call('diagonal', [a.py]), 1),
    diagonalMatrix: (v) => array(call('diag', [v.py]), 2),
    ones: (dims, turn) => filled('ones', turn === 'turned' ? [...dims].reverse() : dims),
    scaled,
    sum,
    weight: (c) => weighPy(c.py),
    transpose: transposeCode,
  };
}
