import {
  add,
  contract,
  dimScalar,
  divide,
  einsum,
  multiply,
  ones,
  power,
  scale,
  subtract,
  transpose,
} from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import { DIM_ONE } from '../shape/dim.ts';
import type { Rational } from '../shape/rational.ts';
import type { Shape } from '../shape/shape.ts';
import { axesOf, formatShape, sameShape } from '../shape/shape.ts';

/** A node with the shape that a person sees: the graph has no axis for a side of one, so that `x` and `xᵀ` share their node. */
export interface Value {
  readonly node: Node;
  readonly shape: Shape;
}

/** Operands that do not go together. `elaborate/` knows where they were typed and makes a diagnostic of it. */
export class OperandError extends Error {
  override readonly name = 'OperandError';
  readonly code: string;
  /** Which operands to point at, with what to say of each. */
  readonly operands: readonly { readonly which: number; readonly text: string }[];
  readonly notes: readonly string[];
  /** Pairs of lengths that would have to be equal: inference makes them so where it can. */
  readonly equate: readonly (readonly [Dim, Dim])[];
  constructor(
    code: string,
    message: string,
    operands: readonly { readonly which: number; readonly text: string }[],
    more: {
      readonly notes?: readonly string[];
      readonly equate?: readonly (readonly [Dim, Dim])[];
    } = {},
  ) {
    super(message);
    this.code = code;
    this.operands = operands;
    this.notes = more.notes ?? [];
    this.equate = more.equate ?? [];
  }
}

/** The side of a value at a place; sides that are missing at the end are one, as the second of a column. */
export const sideOf = (v: Value, k: number): Dim => v.shape[k] ?? DIM_ONE;

/** The axis of the node that a side has, of a side that is not one. */
export const axisOf = (v: Value, side: number): number =>
  v.shape.slice(0, side).filter((d) => d !== DIM_ONE).length;

/** A value's shape with one side reduced to one. */
export const withoutSide = (v: Value, side: number): Shape =>
  normalShape(v.shape.map((d, k) => (k === side ? DIM_ONE : d)));

/** The side that `axis` names. @throws OperandError `bad-axis` where there is no such side */
export function axisAsked(v: Value, axis: number): number {
  if (axis < Math.max(2, v.shape.length)) return axis;
  throw new OperandError(
    'bad-axis',
    `${formatShape(v.shape)} has no axis ${axis}: they count from 0`,
    [{ which: 0, text: formatShape(v.shape) }],
  );
}

/** The usual shape of a matrix with these sides: sides of one fall away, but for a row's. */
export function shapeOf(rows: Dim, cols: Dim): Shape {
  if (cols !== DIM_ONE) return [rows, cols];
  return rows === DIM_ONE ? [] : [rows];
}

/** Drops the sides of one that mean nothing, those at the end: `n×1` is `n`, `1×1` a scalar, `a×b×1` is `a×b`. */
export function normalShape(shape: Shape): Shape {
  let rank = shape.length;
  while (rank > 0 && shape[rank - 1] === DIM_ONE) rank--;
  return rank === shape.length ? shape : shape.slice(0, rank);
}

export const rowsOf = (v: Value): Dim => v.shape[0] ?? DIM_ONE;
export const colsOf = (v: Value): Dim => v.shape[1] ?? DIM_ONE;
export const isScalar = (v: Value): boolean => v.shape.length === 0;
export const isVector = (v: Value): boolean => v.node.axes.length === 1 && v.shape.length <= 2;
export const scalar = (node: Node): Value => ({ node, shape: [] });
export const like = (v: Value, node: Node): Value => ({ node, shape: v.shape });
export const dimValue = (d: Dim): Value => scalar(dimScalar(d));
export const onesValue = (shape: Shape): Value => {
  const s = normalShape(shape);
  return { node: ones(s.filter((d) => d !== DIM_ONE)), shape: s };
};

function refuseTensor(op: string, ...values: readonly Value[]): void {
  const which = values.findIndex((v) => v.shape.length > 2);
  const bad = values[which];
  if (bad) {
    throw new OperandError('tensor-operand', `${op} is for matrices, and this is a tensor`, [
      { which, text: formatShape(bad.shape) },
    ]);
  }
}

export function transposeValue(v: Value): Value {
  refuseTensor('a transpose', v);
  return { node: transpose(v.node), shape: shapeOf(colsOf(v), rowsOf(v)) };
}

/** Matrix product, or a scalar times anything. @throws OperandError `shape-mismatch` */
export function timesValue(a: Value, b: Value): Value {
  if (isScalar(a)) return like(b, multiply([a.node, b.node]));
  if (isScalar(b)) return like(a, multiply([a.node, b.node]));
  refuseTensor('a matrix product', a, b);
  const inner = colsOf(a);
  if (inner !== rowsOf(b)) {
    throw new OperandError(
      'shape-mismatch',
      `cannot multiply ${formatShape(a.shape)} by ${formatShape(b.shape)}: ${sideText(a, 1)} against ${sideText(b, 0)}`,
      [
        { which: 0, text: formatShape(a.shape) },
        { which: 1, text: formatShape(b.shape) },
      ],
      { equate: [[inner, rowsOf(b)]] },
    );
  }
  const left = (rowsOf(a) === DIM_ONE ? '' : 'i') + (inner === DIM_ONE ? '' : 'k');
  const right = (inner === DIM_ONE ? '' : 'k') + (colsOf(b) === DIM_ONE ? '' : 'j');
  const out = (rowsOf(a) === DIM_ONE ? '' : 'i') + (colsOf(b) === DIM_ONE ? '' : 'j');
  return {
    node: einsum(`${left},${right}->${out}`, [a.node, b.node]),
    shape: shapeOf(rowsOf(a), colsOf(b)),
  };
}

const sideText = (v: Value, side: 0 | 1): string => {
  const d = side === 0 ? rowsOf(v) : colsOf(v);
  const n = formatShape([d]);
  return side === 1 ? `${n} column${n === '1' ? '' : 's'}` : `${n} row${n === '1' ? '' : 's'}`;
};

/**
 * Both values at one shape: equal shapes, or a scalar beside anything, or a 1×n row or m×1 column beside an m×n matrix, or an array
 * with sides of one beside a tensor, repeated along those. Sides that are missing at the end are one.
 * @throws OperandError `shape-mismatch`
 */
export function alignValues(
  what: string,
  a: Value,
  b: Value,
): { a: Value; b: Value; repeated: 0 | 1 | null } {
  if (sameShape(a.shape, b.shape)) return { a, b, repeated: null };
  const fits = (small: Value, big: Value): boolean =>
    isScalar(small) ||
    (big.shape.length >= Math.max(2, small.shape.length) &&
      (big.shape.length > 2 || rowsOf(big) !== DIM_ONE) &&
      big.shape.every((d, k) => sideOf(small, k) === d || sideOf(small, k) === DIM_ONE));
  if (fits(a, b)) return { a: repeatTo(a, b.shape), b, repeated: isScalar(a) ? null : 0 };
  if (fits(b, a)) return { a, b: repeatTo(b, a.shape), repeated: isScalar(b) ? null : 1 };
  throw new OperandError(
    'shape-mismatch',
    `cannot ${what} ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    [
      { which: 0, text: formatShape(a.shape) },
      { which: 1, text: formatShape(b.shape) },
    ],
    { equate: sidesToEquate(a, b) },
  );
}

/** The lengths that differ, side by side; a column or row beside a matrix is compared with the matrix's side. */
function sidesToEquate(a: Value, b: Value): [Dim, Dim][] {
  if (a.shape.length > 2 || b.shape.length > 2) {
    return a.shape.length === b.shape.length
      ? a.shape
          .map((d, i): [Dim, Dim] => [d, b.shape[i] ?? d])
          .filter(([x, y]) => x !== y && x !== DIM_ONE && y !== DIM_ONE)
      : [];
  }
  const rows: [Dim, Dim] = [rowsOf(a), rowsOf(b)];
  const cols: [Dim, Dim] = [colsOf(a), colsOf(b)];
  return [rows, cols].filter(([x, y]) => x !== y && x !== DIM_ONE && y !== DIM_ONE);
}

/** Repeats a scalar, or an array along those of its sides that are one, to a shape. */
export function repeatTo(v: Value, shape: Shape): Value {
  if (sameShape(v.shape, shape)) return v;
  const axes = axesOf(shape);
  const out = axes.map((_, i) => i);
  const places = shape.flatMap((d, k) => (d === DIM_ONE ? [] : [k]));
  const indices = places.flatMap((k, i) => (sideOf(v, k) === DIM_ONE ? [] : [i]));
  return {
    node: contract([{ node: v.node, indices }], out, new Map(axes.map((d, i) => [i, d]))),
    shape,
  };
}

export function addValues(a: Value, b: Value, sign: 1 | -1 = 1): Value {
  const both = alignValues(sign === 1 ? 'add' : 'subtract', a, b);
  return like(
    both.a,
    sign === 1 ? add(both.a.node, both.b.node) : subtract(both.a.node, both.b.node),
  );
}

export function hadamardValues(a: Value, b: Value): Value {
  const both = alignValues('multiply entry by entry', a, b);
  return like(both.a, multiply([both.a.node, both.b.node]));
}

export function hadamardDivide(a: Value, b: Value): Value {
  const both = alignValues('divide entry by entry', a, b);
  return like(both.a, divide(both.a.node, both.b.node));
}

/** A/c for a scalar c. @throws OperandError `scalar-wanted` */
export function divideValue(a: Value, c: Value): Value {
  if (!isScalar(c)) {
    throw new OperandError(
      'scalar-wanted',
      'only a scalar can divide',
      [{ which: 1, text: formatShape(c.shape) }],
      {
        notes: [
          '`./` divides entry by entry; a matrix is divided by multiplying with its inverse, `A⁻¹`',
        ],
      },
    );
  }
  return like(a, divide(a.node, c.node));
}

/** An argument that is to be a matrix. @throws OperandError `matrix-wanted` */
export function matrixArgument(name: string, v: Value, which = 0): Value {
  if (v.node.axes.length === 2) return v;
  throw new OperandError('matrix-wanted', `${name} is for matrices`, [
    { which, text: formatShape(v.shape) },
  ]);
}

/** The node of an argument that is to be a number. @throws OperandError `scalar-wanted` */
export function scalarArgument(name: string, v: Value, which: number): Node {
  if (isScalar(v)) return v.node;
  throw new OperandError('scalar-wanted', `this argument of ${name} is a number`, [
    { which, text: formatShape(v.shape) },
  ]);
}

export const scaleValue = (c: Rational, v: Value): Value => like(v, scale(c, v.node));
export const powerValue = (v: Value, k: Rational): Value => like(v, power(v.node, k));
