import type { Dim } from '../shape/dim.ts';
import type { Rational } from '../shape/rational.ts';
import { isIntegerR, isOneR, mulR, rootR, signR } from '../shape/rational.ts';
import { isDiagonal } from './form.ts';
import { literal } from './intern.ts';
import type { Contract, FunctionName, Node, Operand, Primitive, Sum, Term } from './node.ts';

/** A product under construction. */
export interface Work {
  coefficient: Rational;
  zero: boolean;
  operands: Operand[];
  readonly extents: Map<number, Dim>;
  next: number;
}

/** The makers, which the laws need and which need the laws. */
export interface Makers {
  contract(
    factors: readonly Operand[],
    out: readonly number[],
    extents?: ReadonlyMap<number, Dim>,
  ): Node;
  apply(op: Primitive, args: readonly Node[], fn?: FunctionName | null): Node;
  isSymmetric(node: Node): boolean;
  sum(terms: readonly Term[], axes: readonly Dim[]): Node;
  ones(axes: readonly Dim[]): Node;
  /** One of the equal slices along an axis of repetition. */
  dropAxis(node: Node, axis: number): Node;
  /** Adds a factor, opening products and pulling out numbers. */
  place(work: Work, node: Node, indices: readonly number[], exponent: Rational): void;
}

/** Products nest instead of flattening beyond this many factors, so that long chains cost linear time. */
const MAX_FACTORS = 24;

/** 1/(x + 1/100) would be no shorter as 100/(100x + 1). */
export const sharesDenominator = (node: Sum, c: Rational): boolean =>
  node.terms.every((t) => t.coefficient.den === c.den);

/** c^(p/q) of a number: a coefficient where it is rational. */
export function pushRoot(work: Work, value: Rational, exponent: Rational): void {
  const root = rootR(value, exponent);
  if (root) work.coefficient = mulR(work.coefficient, root);
  else work.operands.push({ node: literal(value), exponent, indices: [] });
}

/**
 * Whether a product inside a product opens up. A power of it opens where it is entry by entry, and for fractional
 * exponents never (√(xy) is not √x√y for negative x, y). A scalar that is a sum over indices stays whole.
 */
export function flattens(node: Contract, exponent: Rational, already: number): boolean {
  if (already + node.operands.length > MAX_FACTORS) return false;
  if (node.axes.length === 0 && node.extents.length > 0) return false;
  if (isOneR(exponent)) return true;
  if (node.extents.length > node.axes.length) return false;
  if (node.operands.some((o) => o.node.kind === 'delta')) return false;
  // 1/Aᵢᵢ divides by the diagonal, and not by the zeros that may stand beside it
  if (signR(exponent) < 0 && node.operands.some(isDiagonal)) return false;
  if (isIntegerR(exponent)) return true;
  const [only, ...rest] = node.operands;
  return (
    rest.length === 0 &&
    (!only || isOneR(only.exponent) || !isIntegerR(only.exponent) || only.exponent.num % 2n !== 0n)
  );
}
