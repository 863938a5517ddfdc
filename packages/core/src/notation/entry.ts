import type { Apply, Node, Sym } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import type { Rational } from '../shape/rational.ts';
import type { Expr } from '../syntax/tree.ts';

/**
 * Index notation: one entry of an array, written with the entries of other arrays, sums over indices and Kronecker's δ. Every node of
 * the graph has such a form, whatever its order, since the graph lives on indices (Ricci and Levi-Civita 1900).
 */
export type Entry =
  | { readonly kind: 'number'; readonly value: Rational }
  /** `A[i,j]`, `softmax(Z)[i,j]`; a scalar where there are no letters. */
  | {
      readonly kind: 'entry';
      readonly node: Node;
      readonly expr: Expr;
      readonly letters: readonly Letter[];
    }
  /** 1 where both are equal, else 0. */
  | { readonly kind: 'delta'; readonly letters: readonly [Letter, Letter] }
  /** Σ over letters. */
  | { readonly kind: 'total'; readonly over: readonly Letter[]; readonly of: Entry }
  | { readonly kind: 'product'; readonly factors: readonly Entry[] }
  | { readonly kind: 'sum'; readonly terms: readonly EntryTerm[] }
  | { readonly kind: 'power'; readonly base: Entry; readonly exponent: Rational }
  /** A function of numbers: of entries of `node`'s arguments, at letters for its axes. */
  | {
      readonly kind: 'apply';
      readonly node: Apply;
      readonly args: readonly Entry[];
      readonly letters: readonly Letter[];
    }
  /** `∂(…)/∂X[p,q]`. */
  | {
      readonly kind: 'derivative';
      readonly of: Entry;
      readonly by: Sym;
      readonly at: readonly Letter[];
    };

export interface EntryTerm {
  readonly coefficient: Rational;
  readonly of: Entry;
}

/** An index with its range. Letters are told apart by identity; within the reach of one no other has its name. */
export interface Letter {
  readonly name: string;
  readonly dim: Dim;
}
