import type { Dim, IndexExpr } from '../shape/dim.ts';
import type { Rational } from '../shape/rational.ts';
import type { Shape } from '../shape/shape.ts';
import type { Tensor } from './tensor.ts';

/**
 * The expression graph: six kinds of nodes on indices, in which everything is derived, simplified, costed and evaluated.
 *
 * Nodes are immutable and interned (equal means `===`). A node has one axis for each side that is not the number one:
 * a column and a row vector are both one axis; which way it stands is a matter of notation.
 * Nodes are made by `expr/build.ts` only, which keeps them in normal form.
 */
export type Node = Literal | Sym | Delta | Sum | Contract | Apply;

interface Common {
  /** Lengths of the axes, in order. */
  readonly axes: readonly Dim[];
  /** Hash of the structure, the same in every run; never depends on the order of creation. */
  readonly hash: number;
  /** A short text of the leaves, for ordering terms as a reader expects. */
  readonly label: string;
  /** Polynomial degree in the leaves, for ordering terms (higher first). */
  readonly degree: number;
  /** Unique number of the node within this process: a map key, never an order. */
  readonly id: number;
}

/** An exact scalar. */
export interface Literal extends Common {
  readonly kind: 'literal';
  readonly value: Rational;
}

/** What is known of a symbol, by declaration. */
export type Property =
  | 'symmetric'
  | 'skew'
  | 'diagonal'
  | 'posdef'
  | 'orthogonal'
  | 'invertible'
  | 'lower'
  | 'upper'
  | 'positive'
  | 'nonnegative'
  | 'simplex'
  | 'binary'
  | 'sign'
  | 'idempotent'
  | 'integer'
  | 'constant';

/**
 * A named quantity. `role` says what it stands for: something the user named, a dimension used as a scalar,
 * a numeric constant such as π, or a part that a derivation named (an adjoint G, a shared P).
 */
export interface Sym extends Common {
  readonly kind: 'symbol';
  readonly name: string;
  /** Place in a family (`W[l-1]`), or null. */
  readonly index: IndexExpr | null;
  readonly role: 'variable' | 'dimension' | 'constant' | 'part';
  /** As declared, with sides of one: `[1, n]` for a row. */
  readonly shape: Shape;
  readonly properties: readonly Property[];
}

/** Kronecker's δᵢⱼ, the identity matrix: axes [n, n]. */
export interface Delta extends Common {
  readonly kind: 'delta';
}

export interface Term {
  readonly coefficient: Rational;
  readonly node: Node;
}

/**
 * Σ coefficient·node over terms of the same axes. No terms: zero. One term: a multiple.
 * Terms are never sums or (but for 1 itself) literals, are distinct, and stand in the order of `compareNodes`.
 */
export interface Sum extends Common {
  readonly kind: 'sum';
  readonly terms: readonly Term[];
}

/** A factor of a product: a power, entry by entry, of a node, placed on indices. The power is taken before any sum. */
export interface Operand {
  readonly node: Node;
  /**
   * Exact and never 0; 1 is the usual case, −1 a division, ½ a square root. It lives here and not in a function `pow`, so that
   * `x·x = x²` and `x²·x⁻¹ = x` are laws of the one product. Symbolic exponents are `Apply`.
   */
  readonly exponent: Rational;
  /** One index for each axis of the node. */
  readonly indices: readonly number[];
}

/**
 * A product over indices, summed over those that are not among the result's:
 * matrix product, transpose, trace, outer and entrywise product, powers and repetition along an axis are all this one.
 * The result's indices are 0 … rank−1, in order; the summed ones follow. An index of the result that no operand has
 * means repetition along that axis (no operands at all: the array of ones).
 */
export interface Contract extends Common {
  readonly kind: 'contract';
  readonly operands: readonly Operand[];
  /** Length of every index; the first `axes.length` are the result's. */
  readonly extents: readonly Dim[];
}

/** Which unknown function an `Apply` stands for, and how often it was differentiated. */
export interface FunctionName {
  readonly name: string;
  readonly index: IndexExpr | null;
  /** 0: σ, 1: σ′, 2: σ″ … */
  readonly order: number;
}

/** A function that is not a sum or a product: an elementary function entry by entry, an inverse, a softmax. */
export interface Apply extends Common {
  readonly kind: 'apply';
  readonly op: Primitive;
  readonly args: readonly Node[];
  /** For the functions that the user declared (`σ: elementwise`, `ℓ: function(m×k) -> scalar`). */
  readonly fn: FunctionName | null;
}

/** Where a function of one real number is defined. */
export type Domain =
  | 'real'
  | 'positive'
  | 'nonnegative'
  | 'nonzero'
  | 'invertible'
  | 'posdef'
  | Interval;

/** Numbers between two bounds, of which each may be missing. */
export interface Interval {
  readonly above?: number;
  readonly below?: number;
}

/**
 * How a function is spelled in each target. `$0`, `$1` stand for its arguments; in code `$*` for all of them and
 * `$+` for all but the first; `$rank`, `$rows` and `$columns` for the rank and sides of the result, `$1.length` for the last side
 * of an argument (0 for a number). Targets are a closed set.
 */
export interface Spelling {
  /** In the language itself and in plain text: a template, or nothing for `name($0)`. */
  readonly text?: string;
  readonly latex: string;
  readonly numpy: string;
  /** Operators and helpers of `emit/onnx`, see its `template.ts`; nothing where ONNX cannot compute it. */
  readonly onnx?: string;
  /** Calls, with the marks of `emit/columns/code.ts`. */
  readonly julia?: string;
  readonly matlab?: string;
  /** An expression, or for functions of whole arrays a statement: see `emit/loops/routines.ts`. */
  readonly c: string;
  readonly js: string;
}

interface FunctionFacts {
  /** The name in the language. */
  readonly name: string;
  /** The rule, in one line, as a reason in a derivation: `d exp(x) = exp(x) dx`. */
  readonly law: string;
  readonly domain: Domain;
  readonly spelling: Spelling;
  /** Rewrites at construction, for exact laws at special arguments (`exp(0) = 1`). */
  reduce?(args: readonly Node[], fn: FunctionName | null): Node | undefined;
  /** The entries of the result along the last axis sum to one. */
  readonly sumsToOne?: boolean;
  /** The result is > 0, or ≥ 0, wherever it is defined. */
  readonly range?: 'positive' | 'nonnegative';
}

/** A function applied entry by entry. All arguments have the axes of the result, or none. */
export interface Elementwise extends FunctionFacts {
  readonly mode: 'elementwise';
  /** Points where it is continuous but not smooth, or jumps (in its first argument). */
  readonly kinks?: readonly number[];
  /** It turns again and again: where its argument is large, rounding makes noise of its values. */
  readonly oscillates?: boolean;
  /** Pairs of arguments that make a kink where they are equal. */
  readonly meets?: readonly (readonly [number, number])[];
  /** The function is a derivative, of this order, of the function of its name. */
  readonly primes?: number;
  /** Of the sign of x, |x|: their product is x. */
  magnitude?(x: Node): Node;
  /** |f(x)| = |x|: its even powers are those of its argument. */
  readonly keepsMagnitude?: boolean;
  /** ∂out/∂args[i], entry by entry, with the axes of the result; undefined where it is identically zero. */
  partial(node: Apply, which: number): Node | undefined;
  /** The derivative in terms of the value, where `partial` needs the argument and yet the value tells (away from kinks). */
  slopeOfOutput?(out: Node): Node;
  /** The value at numbers. Unknown functions get their name to choose a representative. */
  value(args: readonly number[], fn: FunctionName | null): number;
}

/** A function as it is written: nodes, all turned or none, nodes that are turned by themselves, and dimensions. */
export interface WrittenCall {
  readonly name: string;
  readonly args: readonly (Node | Dim | { readonly row: Node })[];
  /** Whether what is written is the transpose. */
  readonly turned: boolean;
  /** The arguments stand as they are though the result is turned. */
  readonly upright?: boolean;
}

/** A function that mixes entries: inverse, determinant, softmax, logsumexp. */
export interface Structured extends FunctionFacts {
  readonly mode: 'structured';
  axes(args: readonly Node[]): readonly Dim[];
  /** What the result's cotangent contributes to the cotangent of args[which] (a vector-Jacobian product). */
  adjoint(node: Apply, cotangent: Node, which: number): Node;
  value(args: readonly Tensor[], fn: FunctionName | null): Tensor;
  /** The result is symmetric where args[0] is. */
  readonly keepsSymmetry?: boolean;
  /** Its product with its argument is the identity. */
  readonly inverts?: boolean;
  /** The result is linear in its first argument. */
  readonly linear?: boolean;
  /** Its Jacobian is symmetric: the adjoint is the differential. */
  readonly selfAdjoint?: boolean;
  /** Some entries of the one argument are kept, the others are 0: f(X) = f(ones) ⊙ X. */
  readonly masks?: boolean;
  /** Of a function that is linear in args[which]: M with f(… U …) = Σ U[i] M[i, …], its axes those of U and then those of the result. */
  matrixOf?(node: Apply, which: number): Node | undefined;
  /** The entries of its first argument in the order of reading, row by row, on the axes of its second, an array of ones. */
  readonly reshapes?: boolean;
  /** It acts on each row by itself (along the last axis; on a vector whole) and gives a row or a number for each. */
  readonly rowwise?: boolean;
  /** How it is written, where that is not `name(arguments)`. */
  asCall?(node: Apply, turned: boolean): WrittenCall;
  /** How many numbers its routine in C and JavaScript needs as room to work in. */
  room?(args: readonly Node[]): Dim;
  /** Names the smooth piece that the arguments are on: these numbers change where a kink is crossed. */
  piece?(args: readonly Tensor[]): readonly number[];
  /** The derivative that one writes when everything is taken as a scalar, and why that may fail. */
  asScalar?(node: Apply): { readonly derivative: Node | undefined; readonly because: string };
}

/**
 * Everything that the graph knows of one function. A record of `ops/`; nodes point to it, so that no table is looked up.
 */
export type Primitive = Elementwise | Structured;
