import { add, literal, multiply, ones, power } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { rational } from '../shape/rational.ts';
import type { FunctionRecord, Options } from './record.ts';
import { centred, meanSquare } from './statistics.ts';
import type { Value } from './value.ts';
import { isScalar, isVector, like, OperandError, repeatTo, scalarArgument } from './value.ts';

/** What is added to the mean square where nothing else is said. */
const EPSILON = literal(rational(1, 100_000));

/** x / √(mean(x²) + ε) along an axis. */
function scaledToOne(x: Value, axis: Options['axis'], epsilon: Node): Value {
  const square = meanSquare(x, axis);
  const room = multiply([epsilon, ones(square.node.axes)]);
  const root = like(square, power(add(square.node, room), rational(-1, 2)));
  return like(x, multiply([x.node, repeatTo(root, x.shape).node]));
}

const normalisation = (
  name: string,
  summary: string,
  axis: 'first' | 'last',
  prepare: (v: Value, axis: Options['axis']) => Value,
): FunctionRecord => ({
  name,
  aliases: [],
  signature: `${name}(X, ε)`,
  summary: `${summary}; ε is 1e-5 unless given`,
  example: { expression: `tr(Aᵀ ${name}(X))`, where: 'X: m×n; A: m×n', wrt: 'X' },
  arity: [1, 2],
  axis: false,
  primitives: [],
  build: ([x, e]) => {
    const v = x as Value;
    if (isScalar(v))
      throw new OperandError('vector-wanted', `${name} needs a vector or a matrix`, [
        { which: 0, text: 'scalar' },
      ]);
    // a vector is normalised whole
    const along = isVector(v) ? null : axis === 'first' ? 0 : v.shape.length - 1;
    return scaledToOne(prepare(v, along), along, e ? scalarArgument(name, e, 1) : EPSILON);
  },
});

export const layernorm = normalisation(
  'layernorm',
  'each row less its mean, over √(its variance + ε)',
  'last',
  centred,
);

export const rmsnorm = normalisation(
  'rmsnorm',
  'each row over √(the mean of its squares + ε)',
  'last',
  (v) => v,
);

export const batchnorm = normalisation(
  'batchnorm',
  'each column less its mean, over √(its variance + ε)',
  'first',
  centred,
);
