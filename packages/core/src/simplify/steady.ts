import {
  add,
  apply,
  contract,
  multiply,
  negate,
  ones,
  subtract,
  transpose,
} from '../expr/build.ts';
import type { Contract, Node, Operand } from '../expr/node.ts';
import { rewriter } from '../expr/walk.ts';
import { exp, log, sigmoid, softplus } from '../ops/elementwise.ts';
import { logsumexpLeaf, softmaxLeaf } from '../ops/softmax.ts';
import { addR, eqR, isOneR, MINUS_ONE, negR, ONE, signR, ZERO } from '../shape/rational.ts';

/**
 * The same formulas, computed without overflow: ratios of exponentials are softmax and sigmoid, whose values are between 0 and 1,
 * and the logarithm of a sum of two exponentials is a softplus (Higham 2002, section 1.9; Blanchard, Higham and Higham 2021).
 */
export function steady(roots: readonly Node[]): Node[] {
  return rewriter((node) => {
    if (node.kind === 'contract') return ratios(node);
    return node.kind === 'apply' && node.op === log.leaf ? logarithm(node) : node;
  })(roots);
}

/** The z of exp(z). */
const exponent = (n: Node): Node | undefined =>
  n.kind === 'apply' && n.op === exp.leaf ? n.args[0] : undefined;

/** u and w of exp(u) + exp(w), where 1 is exp(0): then u is null. */
function twoExponents(n: Node): readonly [u: Node | null, w: Node] | undefined {
  if (n.kind !== 'sum' || n.terms.length !== 2) return undefined;
  if (!n.terms.every((t) => isOneR(t.coefficient))) return undefined;
  const [a, b] = n.terms.map((t) => (t.node === ones(n.axes) ? null : exponent(t.node)));
  if (a === undefined || b === undefined) return undefined;
  return b ? [a, b] : a ? [null, a] : undefined;
}

/** log(exp(u) + exp(w)) = u + softplus(w − u). */
function logarithm(node: Extract<Node, { kind: 'apply' }>): Node {
  const [u, w] = (node.args[0] && twoExponents(node.args[0])) ?? [null, null];
  return u && w ? add(u, apply(softplus.leaf, [subtract(w, u)])) : node;
}

function ratios(node: Contract): Node {
  if (!node.operands.some((o) => signR(o.exponent) < 0)) return node;
  const operands = [...node.operands];
  let changed = false;
  for (const [k, below] of [...operands].entries()) {
    if (signR(below.exponent) >= 0) continue;
    const found = logistic(operands, below, k) ?? normalised(operands, below, k);
    if (!found) continue;
    for (const [place, o] of found) operands[place] = o;
    changed = true;
  }
  if (!changed) return node;
  return contract(
    operands.filter((o) => o.exponent.num !== 0n),
    node.axes.map((_, i) => i),
    new Map(node.extents.map((d, i) => [i, d])),
  );
}

type Replaced = (readonly [place: number, operand: Operand])[];

const sameIndices = (a: Operand, b: Operand): boolean =>
  a.indices.length === b.indices.length && a.indices.every((i, k) => i === b.indices[k]);

/** exp(u)/(exp(u) + exp(w)) = σ(u − w), and 1/(1 + exp(w)) = σ(−w). */
function logistic(operands: readonly Operand[], below: Operand, k: number): Replaced | undefined {
  const [u, w] = twoExponents(below.node) ?? [];
  if (u === undefined || !w) return undefined;
  for (const [place, above] of operands.entries()) {
    const z = exponent(above.node);
    if (!z || signR(above.exponent) <= 0 || !sameIndices(above, below)) continue;
    if ((z !== u && z !== w) || !isOneR(above.exponent) || !isOneR(negR(below.exponent))) continue;
    const other = z === w ? u : w;
    const ratio = apply(sigmoid.leaf, [other ? subtract(z, other) : z]);
    return [
      [place, { ...above, exponent: addR(above.exponent, MINUS_ONE) }],
      [k, { ...below, node: ratio, exponent: ONE }],
    ];
  }
  if (u) return undefined;
  return [
    [k, { ...below, node: apply(sigmoid.leaf, [negate(w)]), exponent: negR(below.exponent) }],
  ];
}

/** exp(z)/Σ exp(z) is a softmax; where the sum is a number, exp(z) may stand within another product. */
function normalised(operands: readonly Operand[], below: Operand, k: number): Replaced | undefined {
  const sum = below.node;
  const times = negR(below.exponent);
  if (sum.kind !== 'contract') return undefined;
  const [summed, ...others] = sum.operands;
  const z = summed && exponent(summed.node);
  if (!z || others.length > 0 || !isOneR(summed.exponent)) return undefined;
  if (new Set(summed.indices).size !== summed.indices.length) return undefined;
  const isOver = (p: number): boolean => (summed.indices[p] ?? -1) >= sum.axes.length;
  const over = z.axes.flatMap((_, p) => (isOver(p) ? [p] : []));
  const share = over.length === sum.extents.length - sum.axes.length && shareOf(z, over);
  if (!share) return undefined;
  const fits = (o: Operand): boolean =>
    o.node === summed.node &&
    eqR(o.exponent, times) &&
    o.indices.every((i, p) => isOver(p) || i === below.indices[summed.indices[p] ?? -1]);
  for (const [place, above] of operands.entries()) {
    if (fits(above))
      return [
        [place, { ...above, node: share }],
        [k, { ...below, exponent: ZERO }],
      ];
    const { node } = above;
    if (node.kind !== 'contract' || !isOneR(above.exponent) || sum.axes.length > 0) continue;
    const at = node.operands.findIndex(fits);
    if (at < 0) continue;
    const inner = node.operands.map((o, j) => (j === at ? { ...o, node: share } : o));
    const made = contract(
      inner,
      node.axes.map((_, i) => i),
      new Map(node.extents.map((d, i) => [i, d])),
    );
    return [
      [place, { ...above, node: made }],
      [k, { ...below, exponent: ZERO }],
    ];
  }
  return undefined;
}

/** exp(z) over its sum along some axes; undefined where no function does that. */
function shareOf(z: Node, over: readonly number[]): Node | undefined {
  const rank = z.axes.length;
  if (over.length === 1 && over[0] === rank - 1) return apply(softmaxLeaf, [z]);
  if (rank === 2 && over.length === 1) return transpose(apply(softmaxLeaf, [transpose(z)]));
  if (rank !== 2 || over.length !== 2) return undefined;
  const all = apply(logsumexpLeaf, [apply(logsumexpLeaf, [z])]);
  return apply(exp.leaf, [subtract(z, multiply([all, ones(z.axes)]))]);
}
