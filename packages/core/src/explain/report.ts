import type { Source } from '../diagnostic/source.ts';
import type { Declared, Repetition } from '../elaborate/problem.ts';
import type { Sym } from '../expr/node.ts';
import type { IndexExpr } from '../shape/dim.ts';
import type { Shape } from '../shape/shape.ts';
import type { Expr } from '../syntax/tree.ts';
import type { TrickVerdict } from '../trick/trick.ts';

/**
 * An answer as data: formulas are surface trees, prose is plain text. Every printer (text, LaTeX, Markdown, JSON) reads this
 * and nothing else, so that none of them can say more than was derived and checked.
 */
export interface Report {
  readonly source: Source;
  readonly expression: Expr;
  /** `J`, where the expression was defined by name. */
  readonly name: string | null;
  readonly declarations: readonly Declared[];
  readonly repetitions: readonly Repetition[];
  readonly results: readonly Result[];
}

export interface Result {
  readonly variable: Sym;
  readonly shape: Shape;
  /** `zero`: the variable does not occur, and its gradient is a true zero. */
  readonly kind: 'gradient' | 'recursion' | 'zero';
  /** The gradient; for a recursion ∂J/∂W[l] of one member, or the sum over the steps. */
  readonly formula: Formula;
  /** Named parts that `formula` uses, in order of definition. */
  readonly where: readonly Equation[];
  /** For a recursion: how the cotangents start and step back, in order (`G[L] = …`, `G[l−1] = …`). */
  readonly recursion: readonly Equation[];
  /** The same with shared parts named: each computed once (`D[l] = …`, `G[l−1] = D[l] W[l]ᵀ`, `∂J/∂W[l] = …`). */
  readonly shared: readonly Equation[];
  readonly trick: TrickReport | null;
  readonly steps: readonly Step[];
  readonly cache: readonly CacheItem[];
  /** null where the user asked for none. */
  readonly check: CheckSummary | null;
  /** Sentences that belong to the result: a saving through σ′, a fact that was used. */
  readonly notes: readonly string[];
}

/** A formula in matrix notation, or, where none exists, in index notation with einsum. */
export type Formula =
  | { readonly form: 'matrix'; readonly expr: Expr }
  | { readonly form: 'einsum'; readonly text: string; readonly latex: string };

/** `P = softmax(X Θ)`, `G[l−1] = …  for l = L..1`. */
export interface Equation {
  /** `G`, `P`, `∂J/∂W`. */
  readonly name: string;
  readonly index: IndexExpr | null;
  readonly formula: Formula;
  readonly shape: Shape;
  /** `for l = L..1`, or null. */
  readonly range: {
    readonly letter: string;
    readonly from: IndexExpr;
    readonly to: IndexExpr;
  } | null;
}

export interface TrickReport {
  readonly verdict: TrickVerdict;
  readonly paths: readonly TrickPathReport[];
  readonly reason: string;
}

export interface TrickPathReport {
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
  readonly omitted: number;
}

/** One line of the rigorous derivation. */
export interface Step {
  /** The rule by name: `product`, `chain: tanh`, `like terms`. */
  readonly rule: string;
  /** The rule as a law, in one line. */
  readonly because: string;
  readonly left: string;
  readonly formula: Formula;
}

/** What the backward pass needs of the forward pass. */
export interface CacheItem {
  /** `Z[l−1] W[l]`, with its range where it is a family. */
  readonly expr: Expr;
  readonly range: {
    readonly letter: string;
    readonly from: IndexExpr;
    readonly to: IndexExpr;
  } | null;
  /** How many numbers: `m (n[1] + … + n[L])`. */
  readonly size: Expr | string;
  /** The number for given sizes, where they were given. */
  readonly numbers: number | null;
  readonly because: string;
}

export interface CheckSummary {
  readonly verdict: 'passed' | 'failed' | 'inconclusive';
  readonly reason?: string;
  readonly points: number;
  readonly maxRelativeError: number;
  readonly taylorOrder: number | null;
  readonly dimensions: readonly Readonly<Record<string, number>>[];
  readonly seed: number;
}
