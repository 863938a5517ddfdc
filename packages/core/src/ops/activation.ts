import { add, apply, literal, multiply, ones, power, scale, subtract } from '../expr/build.ts';
import type { Elementwise, Node } from '../expr/node.ts';
import { HALF, ONE, rational } from '../shape/rational.ts';
import { elementwise, exp, family, relu, sigmoid, softplus, tanh } from './elementwise.ts';
import { clipNode, minLeaf } from './extremum.ts';
import type { FunctionRecord } from './record.ts';
import { erf } from './special.ts';
import { inLoops } from './spelling.ts';
import type { Value } from './value.ts';
import { like, scalarArgument } from './value.ts';

/** The functions that stand between the layers of networks. Those that are products or sums of others are written so. */

/** a f(x) + (1 − a) relu(x): a f(x) below 0 and x above, for an f that is x above. */
const bent = (f: Node, x: Node, a: Node): Node =>
  add(multiply([a, f]), multiply([subtract(literal(ONE), a), apply(relu.leaf, [x])]));

interface Composite {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly signature?: string;
  readonly summary: string;
  readonly primitives?: readonly Elementwise[];
  /** The function of the entries; `a` is the second argument, or what stands for it. */
  readonly of: (x: Node, a: Node) => Node;
  /** What a second argument is, where it is not given. */
  readonly otherwise?: Node;
}

/** A record of a function of one array, and of a number that shapes it. */
const composite = (c: Composite): FunctionRecord => ({
  name: c.name,
  aliases: c.aliases ?? [],
  signature: c.signature ?? `${c.name}(x)`,
  summary: c.summary,
  example: { expression: `aᵀ ${c.name}(X b)`, where: 'X: m×n; a: m; b: n', wrt: 'X' },
  arity: [1, c.otherwise ? 2 : 1],
  axis: false,
  primitives: c.primitives ?? [],
  build: ([x, a]) => {
    const v = x as Value;
    return like(v, c.of(v.node, a ? scalarArgument(c.name, a, 1) : (c.otherwise ?? literal(ONE))));
  },
});

export const leakyRelu = composite({
  name: 'leaky_relu',
  signature: 'leaky_relu(x, a)',
  summary: 'x where x > 0, else a x, entry by entry; a is 0.01 unless given',
  otherwise: literal(rational(1, 100)),
  of: (x, a) => bent(x, x, a),
});

/** With a = 1, whose derivative exp(min(x, 0)) has no jump. */
const eluLeaf = elementwise({
  name: 'elu',
  summary: '',
  law: 'd elu(x) = exp(min(x, 0)) dx',
  latex: '\\operatorname{elu}($0)',
  numpy: 'elu($0)',
  matlab: 'elu($0)',
  julia: 'elu.($0)',
  ...inLoops('elu($0)'),
  onnx: 'Where(Greater($0, 0), $0, expm1(Min($0, 0)))',
  kinks: [0],
  atZero: 0,
  value: (x) => (x > 0 ? x : Math.expm1(x)),
  derivative: (x) => apply(exp.leaf, [apply(minLeaf, [x, literal(rational(0))])]),
}).leaf;

export const elu = composite({
  name: 'elu',
  signature: 'elu(x, a)',
  summary: 'x where x > 0, else a (exp(x) − 1), entry by entry; a is 1 unless given',
  primitives: [eluLeaf],
  otherwise: literal(ONE),
  of: (x, a) => bent(apply(eluLeaf, [x]), x, a),
});

/** λ and α of Klambauer et al. 2017, "Self-normalizing neural networks". */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

const below = (x: number): number => SELU_SCALE * SELU_ALPHA * x;

/** λ x, and λ α (exp(x) − 1) below 0; its derivatives have no name but selu′, selu″ … */
const seluOnnx = (order: number): string => {
  const above = order === 0 ? `Mul($0, ${SELU_SCALE})` : order === 1 ? SELU_SCALE : 0;
  const curve = order === 0 ? 'expm1(Min($0, 0))' : 'Exp(Min($0, 0))';
  return `Where(Greater($0, 0), ${above}, Mul(${curve}, ${below(1)}))`;
};

export const selu = family('selu', (order) => ({
  summary: 'the self-normalising elu: λ x where x > 0, else λ α (exp(x) − 1), entry by entry',
  law: `d selu${'′'.repeat(order)}(x) = selu${'′'.repeat(order + 1)}(x) dx`,
  latex: '\\operatorname{selu}($0)',
  numpy: order === 0 ? 'selu($0)' : `selu($0, ${order})`,
  ...inLoops(`selu($0, ${order})`),
  matlab: `selu($0, ${order})`,
  julia: `selu.($0, ${order})`,
  onnx: seluOnnx(order),
  kinks: [0],
  value: (x) =>
    x > 0
      ? SELU_SCALE * (order === 0 ? x : order === 1 ? 1 : 0)
      : below(order === 0 ? Math.expm1(x) : Math.exp(x)),
}));

export const gelu = composite({
  name: 'gelu',
  summary: 'x Φ(x) = ½ x (1 + erf(x/√2)), entry by entry',
  of: (x) => {
    const inner = multiply([power(literal(rational(2)), rational(-1, 2)), x]);
    return scale(HALF, multiply([x, add(ones(x.axes), apply(erf.leaf, [inner]))]));
  },
});

export const silu = composite({
  name: 'silu',
  aliases: ['swish'],
  summary: 'x sigmoid(x), entry by entry',
  of: (x) => multiply([x, apply(sigmoid.leaf, [x])]),
});

export const mish = composite({
  name: 'mish',
  summary: 'x tanh(softplus(x)), entry by entry',
  of: (x) => multiply([x, apply(tanh.leaf, [apply(softplus.leaf, [x])])]),
});

export const hardtanh = composite({
  name: 'hardtanh',
  summary: 'x between −1 and 1, and the nearer of these beyond, entry by entry',
  of: (x) => clipNode(x, literal(rational(-1)), literal(ONE)),
});
