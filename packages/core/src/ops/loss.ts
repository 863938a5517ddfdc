import { add, apply, literal, multiply, negate, ones, subtract, total } from '../expr/build.ts';
import type { Elementwise, Node } from '../expr/node.ts';
import { ONE, signR } from '../shape/rational.ts';
import { abs, relu, sigmoid, softplus } from './elementwise.ts';
import { clipNode } from './extremum.ts';
import type { FunctionRecord } from './record.ts';
import { logOf } from './softmax.ts';
import { inLoops } from './spelling.ts';
import type { Value } from './value.ts';
import { alignValues, like, OperandError, scalar, scalarArgument } from './value.ts';

/** Losses and divergences: sums over all entries; divide by how many there are for a mean. */

const one = (x: Node): Node => ones(x.axes);

/** Σ f(a, b) over two arrays of one shape. */
const ofPair = (
  name: string,
  [a, b]: readonly [string, string],
  summary: string,
  example: FunctionRecord['example'],
  f: (a: Node, b: Node) => Node,
): FunctionRecord => ({
  name,
  aliases: [],
  signature: `${name}(${a}, ${b})`,
  summary,
  example,
  arity: [2, 2],
  axis: false,
  primitives: [],
  build: ([x, y]) => {
    const both = alignValues('compare', x as Value, y as Value);
    return scalar(total(f(both.a.node, both.b.node)));
  },
});

export const entropy: FunctionRecord = {
  name: 'entropy',
  aliases: [],
  signature: 'entropy(p)',
  summary: '−Σ p ⊙ log p, over all entries',
  example: { expression: 'entropy(softmax(A x))', where: 'A: m×n; x: n', wrt: 'x' },
  arity: [1, 1],
  axis: false,
  primitives: [],
  build: ([p]) => {
    const { node } = p as Value;
    return scalar(negate(total(multiply([node, logOf(node)]))));
  },
};

export const kl = ofPair(
  'kl',
  ['p', 'q'],
  'Σ p ⊙ (log p − log q), over all entries: the divergence of Kullback and Leibler',
  { expression: 'kl(p, softmax(A x))', where: 'p: m simplex; A: m×n; x: n', wrt: 'x' },
  (p, q) => multiply([p, subtract(logOf(p), logOf(q))]),
);

/** Σ softplus(Z) − Y ⊙ Z: cross entropy with sigmoid(Z), without a logarithm of what may round to 0. */
const logistic = (z: Node, y: Node): Node => subtract(apply(softplus.leaf, [z]), multiply([y, z]));

export const bceWithLogits = ofPair(
  'bce_with_logits',
  ['Z', 'Y'],
  'bce(Y, sigmoid(Z)) without overflow: Σ softplus(Z) − Y ⊙ Z',
  { expression: 'bce_with_logits(X W, Y)', where: 'X: m×n; W: n×k; Y: m×k', wrt: 'W' },
  logistic,
);

export const bce = ofPair(
  'bce',
  ['Y', 'P'],
  'binary cross entropy −Σ Y ⊙ log P + (1 − Y) ⊙ log(1 − P), over all entries',
  { expression: 'bce(y, sigmoid(A x))', where: 'A: m×n; x: n; y: m', wrt: 'x' },
  (y, p) => {
    const z = p.kind === 'apply' && p.op === sigmoid.leaf ? p.args[0] : undefined;
    if (z) return logistic(z, y);
    const rest = multiply([subtract(one(y), y), logOf(subtract(one(p), p))]);
    return negate(add(multiply([y, logOf(p)]), rest));
  },
);

export const hinge = ofPair(
  'hinge',
  ['S', 'Y'],
  'Σ max(0, 1 − Y ⊙ S), for labels Y of ±1',
  { expression: 'hinge(A x, y)', where: 'A: m×n; x: n; y: m', wrt: 'x' },
  (s, y) => apply(relu.leaf, [subtract(one(s), multiply([y, s]))]),
);

/** ½ r² up to |r| = δ, and the tangent from there: δ |r| − ½ δ². */
const huberLeaf: Elementwise = {
  mode: 'elementwise',
  name: 'huber',
  law: 'd huber(r, δ) = clip(r, −δ, δ) dr',
  domain: 'real',
  range: 'nonnegative',
  spelling: {
    latex: '\\operatorname{huber}($0, $1)',
    numpy: 'huber($0, $1)',
    matlab: 'huber($0, $1)',
    julia: 'huber.($0, $1)',
    ...inLoops('huber($0, $1)'),
    onnx: 'huber($0, $1)',
  },
  partial: ({ args: [r, d] }, which) => {
    if (!r || !d) return undefined;
    if (which === 0) return clipNode(r, negate(d), d);
    const whole = multiply([d, one(r)]);
    return apply(relu.leaf, [subtract(apply(abs.leaf, [r]), whole)]);
  },
  value: ([r = Number.NaN, d = Number.NaN]) => {
    const near = Math.min(Math.abs(r), d);
    return near * (Math.abs(r) - near / 2);
  },
};

export const huber: FunctionRecord = {
  name: 'huber',
  aliases: [],
  signature: 'huber(R, δ)',
  summary: 'Σ ½ r² where |r| ≤ δ, else δ |r| − ½ δ², over all entries; δ > 0 is 1 unless given',
  example: { expression: 'huber(A x − y, 1/2)', where: 'A: m×n; x: n; y: m', wrt: 'x' },
  arity: [1, 2],
  axis: false,
  primitives: [huberLeaf],
  build: ([r, delta]) => {
    const v = r as Value;
    const d = delta ? scalarArgument('huber', delta, 1) : literal(ONE);
    if (d.kind === 'literal' && signR(d.value) <= 0)
      throw new OperandError('bounds-crossed', 'δ is a positive number', [{ which: 1, text: '' }]);
    return scalar(total(like(v, apply(huberLeaf, [v.node, d])).node));
  },
};
