import { apply, dimScalar, multiply, power } from '../expr/build.ts';
import { rational } from '../shape/rational.ts';
import type { FunctionRecord } from './record.ts';
import { softmaxLeaf } from './softmax.ts';
import type { Value } from './value.ts';
import { colsOf, like, matrixArgument, timesValue, transposeValue } from './value.ts';

/** The attention of Vaswani et al. 2017: rows of V, averaged with weights from the rows of Q and K. */
export const attention: FunctionRecord = {
  name: 'attention',
  aliases: [],
  signature: 'attention(Q, K, V)',
  summary: 'softmax(Q Kᵀ/√d) V, with d columns in Q and K',
  example: {
    expression: 'tr(Aᵀ attention(Q, K, V))',
    where: 'Q: m×d; K: n×d; V: n×k; A: m×k',
    wrt: 'K',
  },
  arity: [3, 3],
  axis: false,
  primitives: [],
  build: (args) => {
    const [q, k, v] = args.map((a, which) => matrixArgument('attention', a, which)) as [
      Value,
      Value,
      Value,
    ];
    const scores = timesValue(q, transposeValue(k));
    const root = power(dimScalar(colsOf(q)), rational(-1, 2));
    return timesValue(like(scores, apply(softmaxLeaf, [multiply([root, scores.node])])), v);
  },
};
