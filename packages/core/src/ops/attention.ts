import { apply, contract, dimScalar, multiply, power } from '../expr/build.ts';
import { DIM_ONE } from '../shape/dim.ts';
import { rational } from '../shape/rational.ts';
import { formatShape } from '../shape/shape.ts';
import type { FunctionRecord } from './record.ts';
import { softmaxLeaf } from './softmax.ts';
import type { Value } from './value.ts';
import { normalShape, OperandError, sideOf } from './value.ts';

/** The attention of Vaswani et al. 2017: rows of V, averaged with weights from the rows of Q and K; of tensors matrix by matrix. */
export const attention: FunctionRecord = {
  name: 'attention',
  aliases: [],
  signature: 'attention(Q, K, V)',
  summary: 'softmax(Q Kᵀ/√d) V, with d columns in Q and K; of tensors on their last two axes',
  example: {
    expression: 'tr(Aᵀ attention(Q, K, V))',
    where: 'Q: m×d; K: n×d; V: n×k; A: m×k',
    wrt: 'K',
  },
  arity: [3, 3],
  axis: false,
  primitives: [],
  build: (args) => {
    const [q, k, v] = args as [Value, Value, Value];
    args.forEach((a, which) => {
      if (a.shape.length < 2 || a.shape.includes(DIM_ONE))
        throw new OperandError('matrix-wanted', 'attention is for matrices', [
          { which, text: formatShape(a.shape) },
        ]);
    });
    const rank = q.shape.length;
    const [m, d, n] = [rank - 2, rank - 1, rank];
    const wanted = [...q.shape.slice(0, m), sideOf(k, m), sideOf(q, d)];
    const values = [...q.shape.slice(0, m), sideOf(k, m), sideOf(v, d)];
    for (const [which, given, asked] of [
      [1, k, wanted],
      [2, v, values],
    ] as const) {
      const differ = asked.flatMap((side, i) =>
        side === sideOf(given, i) ? [] : [[side, sideOf(given, i)] as const],
      );
      if (differ.length > 0 || given.shape.length !== rank)
        throw new OperandError(
          'shape-mismatch',
          `attention of ${formatShape(q.shape)} wants ${formatShape(asked)} here`,
          [{ which, text: formatShape(given.shape) }],
          { equate: differ },
        );
    }
    const lead = Array.from({ length: m }, (_, i) => i);
    const scores = contract(
      [
        { node: q.node, indices: [...lead, m, d] },
        { node: k.node, indices: [...lead, n, d] },
      ],
      [...lead, m, n],
    );
    const root = power(dimScalar(sideOf(q, d)), rational(-1, 2));
    const weights = apply(softmaxLeaf, [multiply([root, scores])]);
    const node = contract(
      [
        { node: weights, indices: [...lead, m, n] },
        { node: v.node, indices: [...lead, n, d] },
      ],
      [...lead, m, d],
    );
    return { node, shape: normalShape([...q.shape.slice(0, d), sideOf(v, d)]) };
  },
};
