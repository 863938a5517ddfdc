import type { Node } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import type { Rational } from '../shape/rational.ts';

/** How an array stands: a column or a matrix as its axes are, or turned. Scalars ignore it. */
export type Turn = 'plain' | 'turned';

/**
 * The operations of matrix notation, as a target sees them. Reading the graph (`matrix.ts`) decides *what* is written; an algebra
 * decides *how*: surface trees for people, code for machines. Vectors are columns where plain and rows where turned.
 */
export interface Algebra<T> {
  /** A symbol, a literal, an identity, or a function applied. */
  leaf(node: Node, turn: Turn, sizeIsOpen: boolean): T;
  /** base^k entry by entry; of a scalar where rank is 0. k is not 1. */
  power(base: T, exponent: Rational, rank: number): T;
  /** Entry by entry; both have the same shape. */
  hadamard(a: T, b: T): T;
  /** a divided by b, entry by entry; null is 1. */
  hadamardDivide(a: T | null, b: T): T;
  /** Matrix product of what stands side by side: matrix·matrix, matrix·column, row·matrix, row·column. */
  matmul(a: T, b: T, kind: 'matrix' | 'column' | 'row' | 'inner'): T;
  /** column · row */
  outer(column: T, row: T): T;
  /** diag(v) A, from a column v; A diag(v) for the other side. */
  scaleRows(v: T, a: T): T;
  scaleColumns(a: T, v: T): T;
  /** Sums along the rows (a column results) or down the columns (a row results). */
  sumRows(a: T): T;
  sumColumns(a: T): T;
  /** The mean of what a sum adds up; undefined where the sum has another form. */
  mean?(sum: T): T | undefined;
  /** Sum of all entries, of an array of that rank. */
  total(a: T, rank: number): T;
  /** Σ aᵢ² = ‖a‖², and its root. */
  squaredNorm(a: T, rank: number): T;
  norm(a: T, rank: number): T;
  /** tr(A B); tr(A). */
  traceOfProduct(a: T, b: T): T;
  trace(a: T): T;
  /** The diagonal of a product as a column or row, for a notation that says so rather than sum entries. */
  diagonalOfProduct?(a: T, b: T, turn: Turn): T;
  /** The diagonal of a matrix as a column or row; a vector as a diagonal matrix (plain and turned are the same). */
  diagonal(a: T, turn: Turn): T;
  diagonalMatrix(v: T): T;
  ones(dims: readonly Dim[], turn: Turn): T;
  /** coefficient · Π numerators · array / Π denominators. */
  scaled(parts: ScaledParts<T>): T;
  /** Σ; signs are the terms' own. At least two terms. */
  sum(terms: readonly SumPart<T>[]): T;
  /** Fewer is better: used where the same can be written in two ways. */
  weight(t: T): number;
  transpose(t: T): T;
  /** For what has no matrix form; without it such formulas are refused. */
  readonly general?: GeneralAlgebra<T>;
}

export interface ScaledParts<T> {
  readonly coefficient: Rational;
  readonly numerators: readonly ScalarFactor<T>[];
  readonly denominators: readonly ScalarFactor<T>[];
  /** null for a scalar that has no further part. */
  readonly array: T | null;
}

/** `simple`: a dimension or a name, which joins the leading fraction. */
export interface ScalarFactor<T> {
  readonly value: T;
  readonly simple: 'dimension' | 'name' | null;
}

export interface SumPart<T> {
  readonly negative: boolean;
  /** The term without its sign. */
  readonly value: T;
  /** How the term reaches the sum's shape. */
  readonly repeats: 'no' | 'scalar' | 'row' | 'column';
}

/**
 * What has no form as a product of matrices: arrays of more than two axes, and products over indices that no order of matrices
 * makes. Entry by entry it is written as people write it, else as einsum; each part that has a form of its own keeps it.
 */
export interface GeneralAlgebra<T> {
  /** `einsum('ij,jk->ik', A, B)`: axes as letters. */
  einsum(spec: string, arrays: readonly T[]): T;
  /** The same entries on other axes. */
  reshape(a: T, dims: readonly Dim[]): T;
  /** The axes in another order: axis k of the result is axis order[k] of the array. */
  permute(a: T, order: readonly number[]): T;
  /** Sum along the last of an array's axes. */
  sumLast(a: T, axis: number): T;
}
