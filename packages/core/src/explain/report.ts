import type { Rule } from '../derive/rules.ts';
import type { Source } from '../diagnostic/source.ts';
import type { Declared, Range, Repetition } from '../elaborate/problem.ts';
import type { Sym } from '../expr/node.ts';
import type { Entry, Letter } from '../notation/entry.ts';
import type { IndexExpr } from '../shape/dim.ts';
import type { Shape } from '../shape/shape.ts';
import type { Expr } from '../syntax/tree.ts';
import type { TrickVerdict } from '../trick/trick.ts';
import type { CostReport } from './cost.ts';
import type { Product, ProductKind } from './question.ts';

/**
 * An answer as data: formulas are surface trees, prose is plain text. Every printer (text, LaTeX, Markdown, JSON) reads this
 * and nothing else, so that none of them can say more than was derived and checked.
 */
export interface Report {
  readonly source: Source;
  readonly expression: Expr;
  /** What the value is called: the name that it was given; else `J`, or another letter where J is taken. */
  readonly name: string;
  readonly declarations: readonly Declared[];
  /** Equations that the expression uses, as read: `P = softmax(XΘ)`, `Z[0] = X`, `Z[l] = … for l = 1..L`. */
  readonly definitions: readonly Equation[];
  readonly repetitions: readonly Repetition[];
  /** Equations that are assumed of the inputs, as typed: `AᵀA = I`. */
  readonly assumptions: readonly string[];
  /** Numbers for dimensions, where they were given: `L`, `m`, `n[0]`. */
  readonly sizes: Readonly<Record<string, number>> | null;
  readonly results: readonly Result[];
  /** What value and results cost, where that was asked for. */
  readonly cost?: CostReport;
}

export interface Result {
  readonly variable: Sym;
  /** Of a higher derivative: the variables of the ones before, in the order in which they were taken. */
  readonly before: readonly Sym[];
  /** Of a derivative times vectors, which is never built itself: the vectors, and the variables that move along them. */
  readonly product: (Product & { readonly by: readonly Sym[] }) | null;
  /** Of a Jacobian: the value's, then the variable's. */
  readonly shape: Shape;
  /** `zero`: the variable does not occur, and its gradient is a true zero. */
  readonly kind: 'gradient' | 'recursion' | 'jacobian' | 'hessian' | 'higher' | 'product' | 'zero';
  /** The gradient; for a recursion ∂J/∂W[l] of one member, or the sum over the steps. */
  readonly formula: Formula;
  /** How the formula is laid out, in words; null for a gradient, which is shaped like its variable. */
  readonly layout: string | null;
  /** Of a Jacobian: `dF = A dX B`. */
  readonly differential: Equation | null;
  /** Of a member of a family: for which members `formula` holds. */
  readonly range: Range | null;
  /** Named parts that `formula` uses, in order of definition. */
  readonly where: readonly Equation[];
  /** For a recursion: how the cotangents start and step back, in order (`G[L] = …`, `G[l−1] = …`). */
  readonly recursion: readonly Equation[];
  /** The same with shared parts named: each computed once (`D[l] = …`, `G[l−1] = D[l] W[l]ᵀ`, `∂J/∂W[l] = …`). */
  readonly shared: readonly Equation[];
  readonly trick: TrickReport | null;
  /** In which layout `formula` is, where one was asked for. */
  readonly laidOut?: LaidOut;
  /** One entry of it, in index notation: `∂J/∂X[i,j] = Σₖ …`. */
  readonly entries?: Equation;
  /** By differentials or in index notation, where that was asked for. */
  readonly explanation?: Explanation;
  readonly steps: readonly Step[];
  readonly cache: readonly CacheItem[];
  /** All of `cache` together; null where nothing is kept. */
  readonly cacheTotal: { readonly size: Expr; readonly numbers: number | null } | null;
  /** null where the user asked for none. */
  readonly check: CheckSummary | null;
  /** Sentences that belong to the result: a saving through σ′, a fact that was used. */
  readonly notes: readonly string[];
}

/** A formula in matrix notation; a sum over members of families; or, where no matrix form exists, index notation with einsum. */
export type Formula =
  | { readonly form: 'matrix'; readonly expr: Expr }
  /** `Σ_{t=1..T} H[t−1]ᵀ D[t] + λW`: terms with a range are summed over it. */
  | { readonly form: 'series'; readonly terms: readonly SeriesTerm[] }
  /** `Σⱼ A[i,j] x[j]`: one entry. */
  | { readonly form: 'index'; readonly entry: Entry }
  /** With `einsum('ij,jk->i', A, B)` in it: products over indices that no product of matrices is. */
  | { readonly form: 'einsum'; readonly expr: Expr };

export interface SeriesTerm {
  readonly range: Range | null;
  readonly expr: Expr;
}

/** Of a symbol what is printed. */
export type Named = Pick<Sym, 'name' | 'index'>;

/** The left side of an equation. */
export type Left =
  /** `G[l−1]`, `P`. */
  | { readonly kind: 'name'; readonly name: string; readonly index: IndexExpr | null }
  /** `∂J/∂Z[L]`: the derivative of `of` by a name. */
  | {
      readonly kind: 'derivative';
      readonly of: string;
      readonly name: string;
      readonly index: IndexExpr | null;
    }
  /** `∂²J/∂x²`, `∂³J/∂x²∂A`: by one variable after the other. */
  | { readonly kind: 'higher'; readonly of: string; readonly by: readonly Named[] }
  /** `∂²J/∂θ² [v]`, `∂F/∂x [v]`, `(∂F/∂x)ᵀ [u]`: a derivative as a linear map, applied. */
  | {
      readonly kind: 'product';
      readonly of: string;
      readonly map: ProductKind;
      /** Of a Hessian the row, of the transpose of a Jacobian the column; null where all variables move. */
      readonly row: Named | null;
      /** The variables that move. */
      readonly by: readonly Named[];
      readonly along: readonly Named[];
    }
  /** `d³J`. */
  | { readonly kind: 'differential'; readonly of: string; readonly order: number }
  /** `dJ`, `d(∂J/∂x)`. */
  | { readonly kind: 'change'; readonly of: Left }
  /** `∂vec(F)/∂vec(X)ᵀ`; `turned`: `∂vec(F)ᵀ/∂vec(X)`. */
  | { readonly kind: 'vec'; readonly of: Left; readonly by: Named; readonly turned: boolean }
  /** `F[i]`, `∂F[i]/∂X[p,q]`, `∂²J/∂x[i]∂x[j]`: an entry, at letters of the value and of the variables in turn. */
  | {
      readonly kind: 'entries';
      readonly of: string;
      readonly at: readonly Letter[];
      readonly by: readonly (Named & { readonly places: readonly Letter[] })[];
    }
  /** `∂J/∂(Xθ − y)`: the derivative of `of` by a part of it. */
  | { readonly kind: 'adjoint'; readonly of: string; readonly expr: Expr };

/** `P = softmax(X Θ)`, `G[L] = ∂J/∂Z[L] = …`, `G[l−1] = …  for l = L..1`. */
export interface Equation {
  readonly left: Left;
  /** What the left side stands for, where it is a name for a derivative: `∂J/∂Z[L]`. */
  readonly means: Left | null;
  readonly formula: Formula;
  readonly shape: Shape;
  /** `for l = L..1`, in the order in which it is computed. */
  readonly range: Range | null;
}

export interface TrickReport {
  readonly verdict: TrickVerdict;
  readonly paths: readonly TrickPathReport[];
  readonly reason: string;
}

/** The scalar factors, what they have to give, and what can be made of them. */
export interface ArrangingReport {
  readonly chain: readonly {
    readonly expr: Expr;
    readonly shape: Shape;
    readonly because: string;
  }[];
  readonly wanted: Shape;
  readonly arrangements: readonly {
    readonly expr: Expr;
    readonly passes: boolean;
    readonly places: readonly string[];
  }[];
  /** How many more were left out, at most. */
  readonly omitted: number;
}

export interface TrickPathReport extends ArrangingReport {
  /** Of a long chain, which goes stage by stage (see trick/trick.ts); empty where all factors were arranged at once. */
  readonly stages: readonly TrickStageReport[];
}

export interface TrickStageReport extends ArrangingReport {
  /** The name under which the next stage takes the result; null for the last. */
  readonly name: string | null;
  /** What this is the gradient by: `XW` of `∂J/∂(XW)`. */
  readonly of: Expr;
}

/** One line of the rigorous derivation. */
export interface Step {
  /** The rule by name: `product`, `chain: tanh`, `like terms`. */
  readonly rule: string;
  /** The rule as a law, in one line. */
  readonly because: string;
  readonly left: Left;
  readonly formula: Formula;
  /** It was held against differences, and is right. */
  readonly checked: boolean;
}

/** What the backward pass needs of the forward pass. */
export interface CacheItem {
  /** `Z[l−1] W[l]`, with its range where it is a family. */
  readonly expr: Expr;
  readonly range: Range | null;
  /** How many numbers: `m (n[1] + … + n[L])`. */
  readonly size: Expr;
  /** The number for given sizes, where they were given. */
  readonly numbers: number | null;
  readonly because: string;
}

export interface CheckSummary {
  readonly verdict: 'passed' | 'failed' | 'inconclusive';
  /** Why it is inconclusive. */
  readonly reason?: string;
  readonly points: number;
  readonly maxRelativeError: number;
  readonly taylorOrder: number | null;
  /** At each point, by name: `m`, `n[0]`. */
  readonly dimensions: readonly Readonly<Record<string, number>>[];
  readonly seed: number;
  /** Branches that no point took, in words: `the argument of relu was never positive`. */
  readonly unseen?: readonly string[];
  /** Of a failed check: the comparison that failed, ⟨gradient, direction⟩ against differences of the value. */
  readonly failure?: {
    readonly dimensions: Readonly<Record<string, number>>;
    readonly analytic: number;
    readonly numeric: number;
    readonly bound: number;
  };
}

/**
 * How a derivative is laid out on paper. `denominator`: shaped like the variable, the transpose of `numerator`: rows like the value,
 * columns like the variable. `vec`: ∂vec(F)/∂vec(X)ᵀ with Kronecker products. `differential`: dF in terms of dX. `index`: one entry.
 */
export type LayoutName = 'denominator' | 'numerator' | 'vec' | 'differential' | 'index';

/** A formula in a layout. */
export interface LaidOut {
  readonly name: LayoutName;
  readonly formula: Formula;
  /** What stands left of the equals sign. */
  readonly left: Left;
  /** In words, how the formula is laid out. */
  readonly words: string;
}

/** How a derivation is told: by differentials and inner products, or by entries and sums over indices. */
export type Telling = 'differential' | 'index';

/** A derivation line by line. Each line is equal to the one before wherever both are defined, and was found so. */
export interface Explanation {
  readonly how: Telling;
  readonly lines: readonly ExplanationLine[];
  /** What there is to say besides: why there is no derivation, or what a step of a family stands for. */
  readonly notes: readonly string[];
}

export interface ExplanationLine {
  /** null: it goes on with the left side of the line before. */
  readonly left: Left | null;
  readonly formula: Formula;
  /** By which rules it comes from the line before. */
  readonly rules: readonly Rule[];
  /**
   * Its value was held against that of the line before at random points, a line of differentials for random differentials too, and is
   * the same; a line that begins a new left side, against what it defines.
   */
  readonly checked: boolean;
}
