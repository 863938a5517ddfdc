import type { Source } from '../diagnostic/source.ts';
import type { IndexExpr } from '../shape/dim.ts';
import type { Rational } from '../shape/rational.ts';

/**
 * The surface tree: a formula as a person writes it. The parser makes it from text, with spans; `notation/` makes it from the
 * graph, without; every printer reads it. It knows nothing of shapes.
 */

/** Where a thing was typed: offsets in UTF-16 units into the source, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const NO_SPAN: Span = Object.freeze({ start: 0, end: 0 });

interface Located {
  readonly span: Span;
}

/** Products and divisions are one level, read from the left. */
export type ProductOp =
  /** Matrix product, or a scalar times anything: `A B`. */
  | 'times'
  /** Entry by entry: `A ⊙ B`. */
  | 'hadamard'
  /** By a scalar: `A/c`. */
  | 'divide'
  /** Entry by entry: `A ⊘ B`. */
  | 'hadamard-divide';

export type Expr =
  | NumberExpr
  | NameExpr
  | TransposeExpr
  | InverseExpr
  | PowerExpr
  | NegateExpr
  | ProductExpr
  | SumExpr
  | CallExpr
  | NormExpr
  | BarsExpr
  | InnerExpr
  | PartExpr
  | SeriesExpr;

export interface NumberExpr extends Located {
  readonly kind: 'number';
  readonly value: Rational;
}

/** A variable, a dimension, a constant, or a member of a family: `X`, `n`, `π`, `W[l-1]`. */
export interface NameExpr extends Located {
  readonly kind: 'name';
  readonly name: string;
  /** Only for names that are families: `Z[l-1]`. */
  readonly index: IndexExpr | null;
}

export interface TransposeExpr extends Located {
  readonly kind: 'transpose';
  readonly of: Expr;
}

/** `A⁻¹`. */
export interface InverseExpr extends Located {
  readonly kind: 'inverse';
  readonly of: Expr;
}

/** `a^k` of a scalar or a square matrix, or entry by entry (`A.^k`). */
export interface PowerExpr extends Located {
  readonly kind: 'power';
  readonly base: Expr;
  readonly exponent: Expr;
  readonly elementwise: boolean;
}

export interface NegateExpr extends Located {
  readonly kind: 'negate';
  readonly of: Expr;
}

export interface ProductExpr extends Located {
  readonly kind: 'product';
  readonly op: ProductOp;
  readonly left: Expr;
  readonly right: Expr;
  /** A number right before a name (`2m`): binds tighter than `/`. */
  readonly tight?: boolean;
  /** Keeps its brackets where it stands in another product, so that a reader sees it as one: `(aᵀx) A`. */
  readonly grouped?: boolean;
}

/** `A + B`, `A − B`. `dotted` where typed `.+`, `.-`. */
export interface SumExpr extends Located {
  readonly kind: 'sum';
  readonly op: '+' | '-';
  readonly left: Expr;
  readonly right: Expr;
}

/** `f(a, b, axis=0)`; `primes` counts the primes of `σ′(…)`; `index` is for `σ[l](…)`. */
export interface CallExpr extends Located {
  readonly kind: 'call';
  readonly name: string;
  readonly nameSpan: Span;
  readonly index: IndexExpr | null;
  readonly primes: number;
  /** The axes of `einsum('ij,jk->ik', A, B)`, as typed but for white space. */
  readonly axes?: string;
  readonly args: readonly Expr[];
  readonly options: readonly CallOption[];
}

export interface CallOption extends Located {
  readonly name: string;
  readonly value: Expr;
}

/** `‖x‖`, `‖x‖_1`, `‖x‖_F`. The square is a `PowerExpr` around it. */
export interface NormExpr extends Located {
  readonly kind: 'norm';
  readonly of: Expr;
  readonly order: '2' | '1' | 'F' | 'inf';
  /** The subscript, where one was typed: `‖A‖_2` of a matrix is its largest singular value, `‖A‖` the Frobenius norm. */
  readonly subscript?: Span;
}

/** `|A|`: determinant of a matrix, absolute value of a scalar. */
export interface BarsExpr extends Located {
  readonly kind: 'bars';
  readonly of: Expr;
}

/** `⟨A, B⟩`; printed `A : B` where `colon` is set, as derivations by differentials write it. */
export interface InnerExpr extends Located {
  readonly kind: 'inner';
  readonly left: Expr;
  readonly right: Expr;
  readonly colon?: boolean;
}

/** `A[i,j]`, `x[i]`, `A[:,j]`: a part of a value that is not a family. null is `:`. */
export interface PartExpr extends Located {
  readonly kind: 'part';
  readonly of: Expr;
  readonly parts: readonly (Expr | null)[];
}

/** `Σ[t=1..T] H[t-1]ᵀ D[t]`: a sum over the steps of a family, or over whole numbers. Reaches over a product. */
export interface SeriesExpr extends Located {
  readonly kind: 'series';
  readonly range: RangeSyntax;
  readonly of: Expr;
}

/** `m×n` as typed: each side a sum of products of numbers and names (kept as expressions). */
export interface ShapeSyntax extends Located {
  readonly sides: readonly Expr[];
}

export interface NameSyntax extends Located {
  readonly name: string;
  readonly index: IndexExpr | null;
}

/** `for l = 1..L`. */
export interface RangeSyntax extends Located {
  readonly variable: string;
  readonly from: IndexExpr;
  readonly to: IndexExpr;
}

/** `check ∂J/∂θ = …`: what someone else holds a derivative to be. */
export interface Claim extends Located {
  readonly kind: 'claim';
  /** null: the right side stands alone. */
  readonly target: ClaimTarget | null;
  readonly value: Expr;
  readonly range: RangeSyntax | null;
  /** Named parts after `where`. */
  readonly parts: readonly Definition[];
}

export type ClaimTarget =
  /** `∂J/∂θ`, `∂J/∂W[l]`. */
  | (Located & {
      readonly kind: 'derivative';
      readonly of: NameSyntax;
      readonly name: NameSyntax;
    })
  /** `G[l-1]`. */
  | (Located & { readonly kind: 'name'; readonly name: NameSyntax });

/** `assume AᵀA = I`: an equation that holds of the inputs. */
export interface Assumption extends Located {
  readonly kind: 'assumption';
  readonly left: Expr;
  readonly right: Expr;
}

export type Statement = Declaration | FunctionDeclaration | Definition;

/** `X, Y: m×n positive`; `W[l]: n[l-1]×n[l] for l = 1..L`. `shape` is null for `λ: positive` (properties alone). */
export interface Declaration extends Located {
  readonly kind: 'declaration';
  readonly names: readonly NameSyntax[];
  readonly shape: ShapeSyntax | null;
  readonly properties: readonly NameSyntax[];
  readonly range: RangeSyntax | null;
}

/** `σ: elementwise`, `ℓ: function(m×k) -> scalar`. */
export interface FunctionDeclaration extends Located {
  readonly kind: 'function';
  readonly names: readonly NameSyntax[];
  /** null: elementwise. */
  readonly argument: ShapeSyntax | null;
  readonly range: RangeSyntax | null;
}

/** `J = …`, `Z[l] = … for l = 1..L`, `σ = sigmoid`, `f = Xᵀ(P − Y) where P = softmax(XΘ)`. */
export interface Definition extends Located {
  readonly kind: 'definition';
  readonly name: NameSyntax;
  readonly value: Expr;
  readonly range: RangeSyntax | null;
  /** Named parts after `where`. */
  readonly parts: readonly Definition[];
}

export interface Program {
  readonly source: Source;
  readonly statements: readonly Statement[];
}
