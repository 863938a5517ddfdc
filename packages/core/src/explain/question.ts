import type { Sym } from '../expr/node.ts';

/** Derivatives of an order beyond this are refused: their formulas grow with every order. */
export const MAX_ORDER = 4;

/** `hvp`: Hessian times vector; `jvp`: Jacobian times vector; `vjp`: transposed Jacobian times vector. */
export type ProductKind = 'hvp' | 'jvp' | 'vjp';

/** A derivative times vectors, without the derivative itself. */
export interface Product {
  readonly kind: ProductKind;
  /** `hvp`, `jvp`: one for each variable, of its shape. `vjp`: one, of the value's shape. */
  readonly along: readonly Sym[];
}

/** What is asked of a problem. */
export interface Question {
  /** Of the derivatives; 1 unless given, at most `MAX_ORDER`. */
  readonly order?: number;
  /** A product of the derivative with vectors, in place of the derivative. */
  readonly product?: Product | null;
  /** The entries of a structured matrix count as independent: G + Gᵀ − diag(G), and not ½(G + Gᵀ). */
  readonly independentEntries?: boolean;
}
