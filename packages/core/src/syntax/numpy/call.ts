import type { Expr, Span } from '../tree.ts';
import type { Py } from './tree.ts';
import type { Arr } from './value.ts';

/** A call with its arguments; of a method the array is the first one. */
export interface ArrayCall {
  /** As it was typed: `np.linalg.inv`. */
  readonly path: readonly string[];
  readonly span: Span;
  readonly nameSpan: Span;
  readonly count: number;
  /** The text of an argument, where it is a string. */
  readonly text: (k: number, option?: string) => string | undefined;
  readonly arg: (k: number) => Arr;
  readonly py: (k: number, option?: string) => Py | undefined;
  /** An argument as lengths of a shape. */
  readonly lengths: (k: number) => readonly Expr[];
}
