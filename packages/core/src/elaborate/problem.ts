import type { Source } from '../diagnostic/source.ts';
import type { Node, Property, Sym } from '../expr/node.ts';
import type { Value } from '../ops/value.ts';
import type { IndexExpr } from '../shape/dim.ts';
import type { Shape } from '../shape/shape.ts';
import type { Fact } from '../simplify/facts.ts';
import type { Claim, Expr, Span } from '../syntax/tree.ts';
import type { Scope } from './scope.ts';

/** What elaboration makes of a text: everything that later rooms need to know of what the user wrote. */
export interface Problem {
  readonly source: Source;
  /** What the lines of the text say of each name: in it further expressions are read (see `within.ts`). */
  readonly scope: Scope;
  /** Every name of the text, declared ones in the order of the text, inferred ones in the order of their use. */
  readonly declarations: readonly Declared[];
  /** What is to be derived, as typed. */
  readonly expression: Expr;
  /** Its name, where it was defined (`J = …`). */
  readonly name: string | null;
  /** Its meaning. Members of families that equations define (`Z[L]`) are symbols in it. */
  readonly value: Value;
  /** The variables (not dimensions, not functions), in the order of `declarations`; families at their letter (`W[l]`). */
  readonly variables: readonly Sym[];
  /** Equations of single names that the expression uses (`P = softmax(XΘ)`), in the order of use. */
  readonly definitions: readonly Defined[];
  /** Rows and columns that were repeated to fit beside a matrix. */
  readonly repetitions: readonly Repetition[];
  /** The equations of families that the expression uses; null where there are none. */
  readonly family: FamilySystem | null;
  /** The variables to derive with respect to, in the order asked for; all that are not `constant` where nothing was asked. */
  readonly wrt: readonly Sym[];
  /** The same as they were asked for, where one stands more than once: `x,x,A` for a derivative of order three. */
  readonly sequence: readonly Sym[];
  /** Equations that hold of the inputs: `assume AᵀA = I`. */
  readonly facts: readonly Fact[];
  /** Derivatives that someone else found, as read: their names have no meaning yet (see `within.ts`). */
  readonly claims: readonly Claim[];
}

export interface Declared {
  readonly name: string;
  readonly kind: 'variable' | 'dimension' | 'function' | 'definition';
  /** Of a function: of its argument (empty for one that acts entry by entry). */
  readonly shape: Shape;
  readonly properties: readonly Property[];
  /** The shape was found from use, not declared. */
  readonly inferred: boolean;
  /** The letter of a family (`l` of `W[l]`), or null. */
  readonly letter: string | null;
  readonly range: Range | null;
  readonly symbol: Sym | null;
}

export interface Defined {
  readonly name: string;
  readonly value: Value;
  readonly expr: Expr;
}

/** A repetition that the result mentions: what, and to which shape. */
export interface Repetition {
  readonly span: Span;
  readonly from: Shape;
  readonly to: Shape;
}

/** `l = 1..L`, both ends included. */
export interface Range {
  readonly letter: string;
  readonly from: IndexExpr;
  readonly to: IndexExpr;
}

/** One equation of a family: `Z[0] = X` (a base), `Z[l] = σ(Z[l−1] W[l]) for l = 1..L` (a step). */
export interface FamilyEquation {
  /** The member that it defines, with its shape: the symbol `Z[0]`, `Z[l]`. */
  readonly member: Sym;
  readonly shape: Shape;
  /** Its right side, in which members of families are symbols: `Z[l−1]`, `W[l]`. */
  readonly node: Node;
  readonly expr: Expr;
  /** null for a base. */
  readonly range: Range | null;
}

/** Families of equations. Steps stand in an order in which each uses, at its own place, only members of earlier ones. */
export interface FamilySystem {
  readonly bases: readonly FamilyEquation[];
  readonly steps: readonly FamilyEquation[];
}
