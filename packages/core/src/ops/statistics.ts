import { power } from '../expr/build.ts';
import { HALF, rational } from '../shape/rational.ts';
import type { FunctionRecord, Options } from './record.ts';
import { meanOver } from './reduce.ts';
import type { Value } from './value.ts';
import { addValues, like, repeatTo } from './value.ts';

/** An array less its mean, over everything or along an axis: the mean of what is left is 0. */
export const centred = (v: Value, axis: Options['axis']): Value =>
  addValues(v, repeatTo(meanOver(v, axis), v.shape), -1);

/** The mean of the squares. */
export const meanSquare = (v: Value, axis: Options['axis']): Value =>
  meanOver(like(v, power(v.node, rational(2))), axis);

const spread = (name: string, summary: string, last: (v: Value) => Value): FunctionRecord => ({
  name,
  aliases: [],
  signature: `${name}(A, axis=…)`,
  summary,
  example: { expression: `${name}(A x)`, where: 'A: m×n; x: n', wrt: 'x' },
  arity: [1, 1],
  axis: true,
  primitives: [],
  build: ([a], o) => last(meanSquare(centred(a as Value, o.axis), o.axis)),
});

export const variance = spread(
  'var',
  'the mean of the squared distances from the mean (divided by n, not n − 1), of all entries or along an axis',
  (v) => v,
);

export const std = spread('std', 'the root of var', (v) => like(v, power(v.node, HALF)));
