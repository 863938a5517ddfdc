import type { Contract, Node } from '../expr/node.ts';
import { eqR, isOneR, rational, signR } from '../shape/rational.ts';

/** A rule by which a line of a derivation comes from the one before, as data: a name and the law that it states. */
export interface Rule {
  /** `product`, `chain: tanh`, `trace`. */
  readonly name: string;
  /** As a law, in one line: `d(A B) = dA B + A dB`. */
  readonly law: string;
}

const rule = (name: string, law: string): Rule => ({ name, law });

/** The rules of differentials (Magnus and Neudecker 2019, chapters 8 and 9). */
export const DIFFERENTIAL = {
  leaf: rule('leaf', 'nothing lies below'),
  constant: rule('constant', 'dA = 0 where A is constant'),
  factor: rule('constant factor', 'd(c A) = c dA'),
  linear: rule('linear', 'd(A X B) = A dX B for constant A, B'),
  sum: rule('sum', 'd(A + B) = dA + dB'),
  product: rule('product', 'd(A B) = dA B + A dB'),
  scalars: rule('product', 'd(a b) = da b + a db'),
  entrywise: rule('product, entry by entry', 'd(A ⊙ B) = dA ⊙ B + A ⊙ dB'),
  quotient: rule('quotient', 'd(a/b) = da/b − a db/b²'),
  norm: rule('norm', 'd‖R‖ = R/‖R‖ : dR'),
  square: rule('square', 'd‖R‖² = 2R : dR'),
  power: rule('power', 'd aᵏ = k aᵏ⁻¹ da, entry by entry'),
  scalarPower: rule('power', 'd aᵏ = k aᵏ⁻¹ da'),
  trace: rule('trace', 'd tr(A) = tr(dA)'),
  diagonal: rule('diagonal', 'd diag(A) = diag(dA)'),
  total: rule('sum of entries', 'd sum(A) = sum(dA)'),
  transpose: rule('transpose', 'd(Aᵀ) = (dA)ᵀ'),
} as const satisfies Readonly<Record<string, Rule>>;

const TWO = rational(2);

/** The rule by which the differential of a node comes from those of what it was computed from. */
export function differentialRule(node: Node): Rule {
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      return DIFFERENTIAL.leaf;
    case 'sum':
      return node.terms.length === 1 ? DIFFERENTIAL.factor : DIFFERENTIAL.sum;
    case 'contract':
      return ofProduct(node);
    case 'apply':
      return { name: `chain: ${node.fn?.name ?? node.op.name}`, law: node.op.law };
  }
}

function ofNumbers({ operands }: Contract): Rule {
  const [only, ...more] = operands;
  if (operands.some((o) => signR(o.exponent) < 0)) return DIFFERENTIAL.quotient;
  return only && more.length === 0 && !isOneR(only.exponent)
    ? DIFFERENTIAL.scalarPower
    : DIFFERENTIAL.scalars;
}

function ofProduct(node: Contract): Rule {
  const arrays = node.operands.filter((o) => o.indices.length > 0);
  const [only, ...more] = arrays;
  const summed = node.extents.length > node.axes.length;
  if (!only) return ofNumbers(node);
  if (more.length > 0) return summed ? DIFFERENTIAL.product : DIFFERENTIAL.entrywise;
  if (eqR(only.exponent, TWO) && node.axes.length === 0) return DIFFERENTIAL.square;
  if (!isOneR(only.exponent)) return DIFFERENTIAL.power;
  if (new Set(only.indices).size < only.indices.length)
    return summed ? DIFFERENTIAL.trace : DIFFERENTIAL.diagonal;
  if (summed) return DIFFERENTIAL.total;
  return only.indices.length === 2 && only.indices[0] === 1
    ? DIFFERENTIAL.transpose
    : DIFFERENTIAL.factor;
}
