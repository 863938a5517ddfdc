import type { Primitive } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import type { Value } from './value.ts';

/** What stands behind `axis=`: 0 down the rows (gives 1×n), 1 along the rows (gives m×1), 2 … of tensors, null over everything. */
export interface Options {
  readonly axis: number | null;
  /** What stands in quotes before the arguments: `'ij,jk->ik'`. */
  readonly axes?: string;
  /** The arguments that are dimensions, for functions that take some after their values. */
  readonly dims?: readonly Dim[];
}

/**
 * Everything that matgrad knows of one function of the language. Parser names, the reference page, completions and a
 * finite-difference test for each function are made from these records; a new function is one new record.
 */
export interface FunctionRecord {
  readonly name: string;
  readonly aliases: readonly string[];
  /** `softmax(x, axis=1)` */
  readonly signature: string;
  readonly summary: string;
  /** A scalar expression that uses it, for the reference and for its test. */
  readonly example: { readonly expression: string; readonly where: string; readonly wrt: string };
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number];
  /** Whether `axis=` is understood. */
  readonly axis: boolean;
  /** The leaves that it brings to the graph; none for what is written in terms of others. */
  readonly primitives: readonly Primitive[];
  /** For `ones(m, n)` and the like, whose arguments are dimensions: used in place of `build`. */
  readonly dimensions?: (dims: readonly Dim[]) => Value;
  /** The axes of its arguments stand in quotes before them. */
  readonly axes?: boolean;
  /** Arguments from this one on are dimensions, which `build` gets as `options.dims`. */
  readonly dimensionsFrom?: number;
  /** @throws OperandError where the shapes do not suit */
  build(args: readonly Value[], options: Options): Value;
}
