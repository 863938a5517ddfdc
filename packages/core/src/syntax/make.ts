import type { IndexExpr } from '../shape/dim.ts';
import { type Rational, rational } from '../shape/rational.ts';
import type { CallOption, Expr, NormExpr, ProductOp } from './tree.ts';
import { NO_SPAN } from './tree.ts';

/** Constructors of surface trees that were not typed by anyone: for `notation/`, for printers, for tests. */

const span = NO_SPAN;

/** A number: a whole number, or an exact rational. */
export const num = (value: number | Rational): Expr => ({
  kind: 'number',
  span,
  value: typeof value === 'number' ? rational(value) : value,
});

/** `X`, or a member of a family: `W[l-1]` is `name('W', place('l', -1))`. */
export const name = (text: string, index: IndexExpr | null = null): Expr => ({
  kind: 'name',
  span,
  name: text,
  index,
});

/** The place `l-1` is `place('l', -1)`; the place `0` is `place(0)`. */
export const place = (variable: string | number, offset = 0): IndexExpr =>
  typeof variable === 'number' ? { variable: null, offset: variable } : { variable, offset };

export const transposed = (of: Expr): Expr => ({ kind: 'transpose', span, of });

export const inverse = (of: Expr): Expr => ({ kind: 'inverse', span, of });

/** `a^k` of a scalar or of a square matrix. */
export const power = (base: Expr, exponent: Expr): Expr => ({
  kind: 'power',
  span,
  base,
  exponent,
  elementwise: false,
});

/** `A.^k`, entry by entry. */
export const entryPower = (base: Expr, exponent: Expr): Expr => ({
  kind: 'power',
  span,
  base,
  exponent,
  elementwise: true,
});

export const negate = (of: Expr): Expr => ({ kind: 'negate', span, of });

/** Any product or division of two things. */
export const product = (op: ProductOp, left: Expr, right: Expr): Expr => ({
  kind: 'product',
  span,
  op,
  left,
  right,
});

/** `A B C`, read from the left. */
export const times = (first: Expr, ...rest: readonly Expr[]): Expr =>
  rest.reduce((left, right) => product('times', left, right), first);

/** `2m`, which binds tighter than `/`. */
export const tight = (number: number | Rational, of: Expr): Expr => ({
  kind: 'product',
  span,
  op: 'times',
  left: num(number),
  right: of,
  tight: true,
});

/** `A ⊙ B`, read from the left. */
export const hadamard = (first: Expr, ...rest: readonly Expr[]): Expr =>
  rest.reduce((left, right) => product('hadamard', left, right), first);

/** `A/c`. */
export const over = (left: Expr, right: Expr): Expr => product('divide', left, right);

/** `A ⊘ B`. */
export const hadamardOver = (left: Expr, right: Expr): Expr =>
  product('hadamard-divide', left, right);

const sum = (op: '+' | '-', left: Expr, right: Expr): Expr => ({
  kind: 'sum',
  span,
  op,
  left,
  right,
});

/** `A + B + C`, read from the left. */
export const plus = (first: Expr, ...rest: readonly Expr[]): Expr =>
  rest.reduce((left, right) => sum('+', left, right), first);

/** `A − B − C`, read from the left. */
export const minus = (first: Expr, ...rest: readonly Expr[]): Expr =>
  rest.reduce((left, right) => sum('-', left, right), first);

/** What a call may have besides its arguments. */
export interface CallParts {
  readonly index?: IndexExpr | null;
  /** Primes of `σ′(…)`. */
  readonly primes?: number;
  /** Of `einsum('ij,jk->ik', A, B)`. */
  readonly axes?: string;
  /** `{ axis: num(0) }`. */
  readonly options?: Readonly<Record<string, Expr>>;
}

/** `f(a, b, axis=0)`, `σ′(Z)`, `σ[l](Z)`. */
export const call = (text: string, args: readonly Expr[], parts: CallParts = {}): Expr => ({
  kind: 'call',
  span,
  name: text,
  nameSpan: span,
  index: parts.index ?? null,
  primes: parts.primes ?? 0,
  ...(parts.axes === undefined ? {} : { axes: parts.axes }),
  args,
  options: Object.entries(parts.options ?? {}).map(
    ([key, value]): CallOption => ({ span, name: key, value }),
  ),
});

/** `‖x‖`, `‖x‖_1`. */
export const norm = (of: Expr, order: NormExpr['order'] = '2'): Expr => ({
  kind: 'norm',
  span,
  of,
  order,
});

/** `|A|`. */
export const bars = (of: Expr): Expr => ({ kind: 'bars', span, of });

/** `⟨A, B⟩`. */
export const inner = (left: Expr, right: Expr): Expr => ({ kind: 'inner', span, left, right });

/** `A : B`, the inner product as derivations write it. */
export const frobenius = (left: Expr, right: Expr): Expr => ({
  kind: 'inner',
  span,
  left,
  right,
  colon: true,
});

/** `A[i,j]`; null for a whole side, `:`. */
export const part = (of: Expr, ...parts: readonly (Expr | null)[]): Expr => ({
  kind: 'part',
  span,
  of,
  parts,
});
