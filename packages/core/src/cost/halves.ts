import { contract, power } from '../expr/build.ts';
import type { Contract, Node, Operand } from '../expr/node.ts';
import { isKnownNonnegative, sigmoid } from '../ops/elementwise.ts';
import { eqR, HALF, isEvenR, isOneR, MINUS_ONE, ONE, signR } from '../shape/rational.ts';

/**
 * Yᵀ diag(w) Y with w ≥ 0 as (√w Y)ᵀ (√w Y): a product of a matrix with its own transpose, which takes half the work
 * (`syrk` of the BLAS; LAPACK Users' Guide, and NumPy's `matmul` calls it for `a.T @ a`).
 */
export interface Halves {
  /** √w Y, on the axes of Y. */
  readonly half: Node;
  readonly placed: readonly [Operand, Operand];
  readonly scalars: readonly Operand[];
}

export function halvesOf(node: Contract): Halves | undefined {
  if (node.axes.length !== 2) return undefined;
  const arrays = node.operands.filter((o) => o.indices.length > 0);
  const [first, second, ...others] = arrays.filter((o) => o.indices.length === 2);
  const weights = arrays.filter((o) => o.indices.length === 1);
  if (!first || !second || others.length > 0 || weights.length === 0) return undefined;
  if (first.node !== second.node || !isOneR(first.exponent) || !isOneR(second.exponent))
    return undefined;
  const at = first.indices.findIndex((ix, k) => ix === second.indices[k]);
  const summed = first.indices[at] ?? -1;
  const open = [first, second].map((o) => o.indices[1 - at] ?? -1);
  if (arrays.length !== weights.length + 2 || summed < 2 || open.some((ix) => ix > 1))
    return undefined;
  if (open[0] === open[1] || weights.some((o) => o.indices[0] !== summed || !isPositive(o)))
    return undefined;
  const weight = contract(
    weights.map((o) => ({ ...o, indices: [0] })),
    [0],
  );
  const half = contract(
    [
      { node: first.node, indices: [0, 1] },
      { node: power(weight, HALF), indices: [at] },
    ],
    [0, 1],
  );
  const place = (o: Operand): Operand => ({ node: half, exponent: ONE, indices: o.indices });
  return {
    half,
    placed: [place(first), place(second)],
    scalars: node.operands.filter((o) => o.indices.length === 0),
  };
}

/** Whether no entry of a factor is below 0. */
const isPositive = ({ node, exponent }: Operand): boolean =>
  isEvenR(exponent) || isNonnegative(node);

function isNonnegative(node: Node): boolean {
  if (isKnownNonnegative(node)) return true;
  switch (node.kind) {
    case 'contract':
      return node.operands.every(isPositive);
    case 'sum':
      return (
        isComplement(node) ||
        node.terms.every((t) => signR(t.coefficient) > 0 && isNonnegative(t.node))
      );
    default:
      return false;
  }
}

/** 1 − σ(x) */
function isComplement(node: Extract<Node, { kind: 'sum' }>): boolean {
  const [one, other, ...more] = node.terms;
  return (
    one !== undefined &&
    other !== undefined &&
    more.length === 0 &&
    one.node.kind === 'contract' &&
    one.node.operands.length === 0 &&
    isOneR(one.coefficient) &&
    eqR(other.coefficient, MINUS_ONE) &&
    other.node.kind === 'apply' &&
    other.node.op === sigmoid.leaf
  );
}
