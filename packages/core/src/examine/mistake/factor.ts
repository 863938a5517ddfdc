import { literal, power, scale } from '../../expr/build.ts';
import type { Node } from '../../expr/node.ts';
import { postorder } from '../../expr/walk.ts';
import { eqR, HALF, MINUS_ONE, rational } from '../../shape/rational.ts';
import type { MistakeClass } from '../examination.ts';
import type { Mistake } from './sentence.ts';

/** What a factor that is missing is called, and how likely that is. */
export interface FactorName {
  readonly cost: number;
  readonly mistake: Mistake;
}

/** Names the factor that is missing, on the whole or in a term. */
export type Factors = (factor: Node, term: Node | null) => FactorName[];

/**
 * Names for factors in the gradient of a value. A missing 1/m is a sum for a mean where the value divides by m; a missing m may be
 * a mean for a sum.
 */
export function factorsOf(value: Node): Factors {
  const whole = new Set(dividing(value));
  const anywhere = new Set(
    postorder([value]).flatMap((n) => (n.kind === 'contract' ? lengthsBelow(n) : [])),
  );
  return (factor, term) => {
    const name = (kind: MistakeClass, cost: number): FactorName => ({
      cost: cost + (term ? 0.2 : 0),
      mistake: { class: kind, wrong: null, right: factor, ...(term ? { within: term } : {}) },
    });
    if (factor === literal(MINUS_ONE))
      return [{ cost: term ? 1.1 : 0.8, mistake: { class: 'sign', wrong: term, right: null } }];
    const below = onlyLengths(factor, MINUS_ONE);
    const means = term ? anywhere : whole;
    if (below?.every((d) => means.has(d))) return [name('sum-for-mean', 0.85), name('factor', 0.9)];
    if (below) return [name('factor', 0.9)];
    if (onlyLengths(factor, rational(1))) return [name('factor', 0.9), name('mean-for-sum', 1)];
    // of two equal paths one is missing: a factor 2
    if (factor.kind === 'literal') return [name('factor', term ? 0.75 : 0.9)];
    return [name('factor', isPlain(factor) ? 0.9 : 1.6)];
  };
}

/** Numbers, dimensions and named scalars; no norms, determinants, inner products. */
const isPlain = (factor: Node): boolean =>
  postorder([factor]).every(
    (n) =>
      n.kind === 'literal' ||
      n.kind === 'symbol' ||
      n.kind === 'sum' ||
      (n.kind === 'contract' && n.extents.length === 0),
  );

const isLength = (n: Node): boolean => n.kind === 'symbol' && n.role === 'dimension';

/** The dimensions by which a product divides. */
const lengthsBelow = (n: Node): Node[] =>
  n.kind === 'contract'
    ? n.operands.filter((o) => isLength(o.node) && eqR(o.exponent, MINUS_ONE)).map((o) => o.node)
    : [];

/** The dimensions of a product of nothing but dimensions to one exponent. */
function onlyLengths(n: Node, exponent: ReturnType<typeof rational>): Node[] | undefined {
  if (isLength(n)) return eqR(exponent, rational(1)) ? [n] : undefined;
  if (n.kind !== 'contract' || n.extents.length > 0) return undefined;
  return n.operands.every((o) => isLength(o.node) && eqR(o.exponent, exponent))
    ? n.operands.map((o) => o.node)
    : undefined;
}

/** The dimensions that divide the whole of a value. */
function dividing(value: Node): Node[] {
  if (value.kind === 'contract')
    return [
      ...lengthsBelow(value),
      ...value.operands.flatMap((o) =>
        o.node.axes.length === 0 && eqR(o.exponent, rational(1)) ? dividing(o.node) : [],
      ),
    ];
  if (value.kind !== 'sum') return [];
  const [first = [], ...rest] = value.terms.map((t) => dividing(t.node));
  return first.filter((d) => rest.every((list) => list.includes(d)));
}

/** Functions of the value whose gradients are multiples of its own: what c makes the gradient of c times theirs. */
export const powersOf = (
  value: Node,
): readonly { readonly factor: Node; readonly of: Node | null }[] =>
  value.kind === 'literal'
    ? []
    : [
        { factor: scale(HALF, power(value, MINUS_ONE)), of: power(value, rational(2)) },
        { factor: scale(rational(2), power(value, HALF)), of: power(value, HALF) },
        { factor: value, of: null },
      ];
