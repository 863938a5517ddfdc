import type { Range } from '../elaborate/problem.ts';
import type { Sym } from '../expr/node.ts';
import type { Expr } from '../syntax/tree.ts';

/** What it takes to compute a value and its derivatives, as data. */
export interface CostReport {
  readonly rows: readonly CostRow[];
  /** How lengths were taken where the cheapest order depends on them. */
  readonly assumption: string;
}

export interface CostRow {
  readonly what:
    | { readonly kind: 'value' | 'together' | 'forward' | 'backward' }
    /** A result, by its place in the report. */
    | { readonly kind: 'result'; readonly place: number }
    /** An equation of a family, by its left side: of the backward pass where it is no member of a family. */
    | { readonly kind: 'equation'; readonly left: Sym; readonly isDerivative: boolean };
  /** Of an equation: for which steps; `flops` is that of one of them. */
  readonly range: Range | null;
  readonly flops: Amount;
  /** The largest intermediates, results aside, in entries: several where names leave it open which is larger. */
  readonly largest: readonly Amount[];
}

/** A formula in the dimensions, and the number where all their lengths are known. */
export interface Amount {
  readonly size: Expr;
  readonly number: number | null;
}
