import {
  add,
  apply,
  content,
  isZero,
  literal,
  multiply,
  negate,
  ones,
  power,
  reciprocal,
  scale,
  subtract,
  transpose,
} from '../expr/build.ts';
import type { Apply, Domain, Elementwise, Node, Property, Spelling } from '../expr/node.ts';
import type { Rational } from '../shape/rational.ts';
import { isOneR, MINUS_ONE, ONE, rational, signR, ZERO } from '../shape/rational.ts';
import type { FunctionRecord } from './record.ts';
import { inLoops, ofMath } from './spelling.ts';
import type { Value } from './value.ts';
import { like } from './value.ts';

/** A helper for the many functions of one real number: their record and their leaf are made from a few facts. */
interface Facts extends Omit<Spelling, 'text'> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly law: string;
  readonly domain?: Domain;
  readonly kinks?: readonly number[];
  readonly oscillates?: boolean;
  readonly range?: 'positive' | 'nonnegative';
  /** f(−x) = f(x), or −f(x). */
  readonly parity?: 'even' | 'odd';
  /** |f(x)| = |x|. */
  readonly keepsMagnitude?: boolean;
  /** See `Elementwise`. */
  readonly magnitude?: (x: Node) => Node;
  /** The value at zero, where exact. */
  readonly atZero?: 0 | 1;
  /** See `Elementwise`. */
  readonly primes?: number;
  readonly value: (x: number) => number;
  readonly derivative: (x: Node, out: Apply) => Node | undefined;
  readonly slopeOfOutput?: (out: Node) => Node;
  readonly reduce?: (x: Node) => Node | undefined;
}

/** −1 where the first term of a sum is negative, or the one term a negative multiple. */
const isNegative = (x: Node): boolean =>
  (x.kind === 'sum' && signR(content(x).coefficient) < 0) ||
  (x.kind === 'literal' && signR(x.value) < 0);

export function elementwise(f: Facts): FunctionRecord & { readonly leaf: Elementwise } {
  const leaf: Elementwise = {
    mode: 'elementwise',
    name: f.name,
    law: f.law,
    domain: f.domain ?? 'real',
    spelling: f,
    ...(f.kinks ? { kinks: f.kinks } : {}),
    ...(f.oscillates ? { oscillates: true } : {}),
    ...(f.range ? { range: f.range } : {}),
    ...(f.keepsMagnitude ? { keepsMagnitude: true } : {}),
    ...(f.magnitude ? { magnitude: f.magnitude } : {}),
    ...(f.primes ? { primes: f.primes } : {}),
    ...(f.slopeOfOutput ? { slopeOfOutput: f.slopeOfOutput } : {}),
    reduce: (args) => {
      const x = args[0];
      if (!x) return undefined;
      if (f.atZero !== undefined && isZero(x)) return scale(rational(f.atZero), ones(x.axes));
      const turned = f.parity && isNegative(x) ? negate(x) : undefined;
      // of a skew matrix −A is Aᵀ
      if (turned && transpose(turned) !== x) {
        const inner = apply(leaf, [turned]);
        return f.parity === 'even' ? inner : negate(inner);
      }
      return f.reduce?.(x);
    },
    partial: (node) => (node.args[0] ? f.derivative(node.args[0], node) : undefined),
    value: ([x = Number.NaN]) => f.value(x),
  };
  const positive = isPositive(f.domain ?? 'real') ? ' positive' : '';
  return {
    name: f.name,
    aliases: f.aliases ?? [],
    signature: `${f.name}(x)`,
    summary: f.summary,
    example: {
      expression: `aᵀ ${f.name}(X b)`,
      where: `X: m×n${positive}; a: m; b: n${positive}`,
      wrt: 'X',
    },
    arity: [1, 1],
    axis: false,
    primitives: [leaf],
    leaf,
    build: ([x]) => like(x as Value, apply(leaf, [(x as Value).node])),
  };
}

/** Whether a function has no value at negative numbers. */
const isPositive = (d: Domain): boolean =>
  typeof d === 'string' ? d !== 'real' : d.above !== undefined && d.above >= 0;

/**
 * A function whose derivatives have no name but f′, f″ …: its record, from the facts of each order but for name and derivative.
 * Each order is made once, so that equal functions are equal nodes.
 */
export function family(
  name: string,
  facts: (order: number) => Omit<Facts, 'name' | 'primes' | 'derivative'>,
): ReturnType<typeof elementwise> {
  const made: ReturnType<typeof elementwise>[] = [];
  const of = (order: number): ReturnType<typeof elementwise> => {
    made[order] ??= elementwise({
      ...facts(order),
      name,
      primes: order,
      derivative: (x) => apply(of(order + 1).leaf, [x]),
    });
    return made[order];
  };
  return of(0);
}

const one = (like_: Node): Node => ones(like_.axes);

export const exp = elementwise({
  name: 'exp',
  summary: 'the exponential, entry by entry',
  law: 'd exp(x) = exp(x) dx',
  latex: '\\exp($0)',
  numpy: 'np.exp($0)',
  matlab: 'exp($0)',
  julia: 'exp.($0)',
  ...ofMath('exp'),
  onnx: 'Exp($0)',
  range: 'positive',
  atZero: 1,
  value: Math.exp,
  derivative: (_x, out) => out,
  reduce: (x) => (x.kind === 'apply' && x.op === log.leaf ? x.args[0] : undefined),
});

/** `log` has further laws that need other functions (softmax, sums of exponentials): they live in `softmax.ts`. */
export const log: ReturnType<typeof elementwise> = elementwise({
  name: 'log',
  aliases: ['ln'],
  summary: 'the natural logarithm, entry by entry',
  law: 'd log(x) = dx / x',
  latex: '\\log($0)',
  numpy: 'np.log($0)',
  matlab: 'log($0)',
  julia: 'log.($0)',
  ...ofMath('log'),
  onnx: 'Log($0)',
  domain: 'positive',
  value: Math.log,
  derivative: (x) => reciprocal(x),
  reduce: (x) => {
    if (x.kind === 'literal' && isOneR(x.value)) return literal(rational(0));
    return x.kind === 'apply' && x.op === exp.leaf ? x.args[0] : undefined;
  },
});

export const sin = elementwise({
  name: 'sin',
  summary: 'the sine, entry by entry',
  law: 'd sin(x) = cos(x) dx',
  latex: '\\sin($0)',
  numpy: 'np.sin($0)',
  matlab: 'sin($0)',
  julia: 'sin.($0)',
  ...ofMath('sin'),
  onnx: 'Sin($0)',
  parity: 'odd',
  atZero: 0,
  oscillates: true,
  value: Math.sin,
  derivative: (x) => apply(cos.leaf, [x]),
});

export const cos: ReturnType<typeof elementwise> = elementwise({
  name: 'cos',
  summary: 'the cosine, entry by entry',
  law: 'd cos(x) = −sin(x) dx',
  latex: '\\cos($0)',
  numpy: 'np.cos($0)',
  matlab: 'cos($0)',
  julia: 'cos.($0)',
  ...ofMath('cos'),
  onnx: 'Cos($0)',
  parity: 'even',
  atZero: 1,
  oscillates: true,
  value: Math.cos,
  derivative: (x) => negate(apply(sin.leaf, [x])),
});

export const tanh = elementwise({
  name: 'tanh',
  summary: 'the hyperbolic tangent, entry by entry',
  law: 'd tanh(x) = (1 − tanh(x)²) dx',
  latex: '\\tanh($0)',
  numpy: 'np.tanh($0)',
  matlab: 'tanh($0)',
  julia: 'tanh.($0)',
  ...ofMath('tanh'),
  onnx: 'Tanh($0)',
  parity: 'odd',
  atZero: 0,
  value: Math.tanh,
  derivative: (_x, out) => subtract(one(out), power(out, rational(2))),
});

export const sigmoid: ReturnType<typeof elementwise> = elementwise({
  name: 'sigmoid',
  aliases: ['logistic'],
  summary: '1/(1 + exp(−x)), entry by entry',
  law: 'd sigmoid(x) = sigmoid(x) (1 − sigmoid(x)) dx',
  latex: '\\operatorname{sigmoid}($0)',
  numpy: 'sigmoid($0)',
  matlab: 'sigmoid($0)',
  julia: 'sigmoid.($0)',
  ...inLoops('sigmoid($0)'),
  onnx: 'Reciprocal(Add(1, Exp(Neg($0))))',
  range: 'positive',
  value: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  derivative: (_x, out) => multiply([out, subtract(one(out), out)]),
});

/**
 * σ(−x) as 1 − σ(x). Equal, but for large x the difference has none of the digits of the small σ(−x): only for sums in which the
 * 1 − σ(x) cancels against its like.
 */
export const complementOf = (node: Node): Node | undefined => {
  const x = node.kind === 'apply' && node.op === sigmoid.leaf ? node.args[0] : undefined;
  return x && isNegative(x) ? subtract(one(x), apply(sigmoid.leaf, [negate(x)])) : undefined;
};

export const step = elementwise({
  name: 'step',
  aliases: ['heaviside'],
  summary: '1 where x > 0, else 0 (½ at 0)',
  law: 'step is constant away from 0',
  latex: '\\operatorname{step}($0)',
  numpy: 'np.heaviside($0, 0.5)',
  matlab: 'unit_step($0)',
  julia: 'unit_step.($0)',
  ...inLoops('step($0)'),
  onnx: 'Mul(Add(Sign($0), 1), 0.5)',
  kinks: [0],
  range: 'nonnegative',
  value: (x) => (x > 0 ? 1 : x < 0 ? 0 : x === 0 ? 0.5 : Number.NaN),
  derivative: () => undefined,
});

export const relu = elementwise({
  name: 'relu',
  summary: 'max(0, x), entry by entry',
  law: 'd relu(x) = step(x) dx',
  latex: '\\operatorname{relu}($0)',
  numpy: 'np.maximum($0, 0)',
  matlab: 'max($0, 0)',
  julia: 'max.($0, 0)',
  c: 'relu($0)',
  js: 'Math.max($0, 0)',
  onnx: 'Relu($0)',
  kinks: [0],
  atZero: 0,
  range: 'nonnegative',
  value: (x) => (x > 0 ? x : x <= 0 ? 0 : Number.NaN),
  derivative: (x) => apply(step.leaf, [x]),
  // 1 where the output is positive, 0 where it is 0
  slopeOfOutput: (out) => apply(sign.leaf, [out]),
  reduce: (x) => {
    if (isKnownNonnegative(x)) return x;
    return x.kind === 'literal' ? literal(ZERO) : undefined;
  },
});

export const softplus = elementwise({
  name: 'softplus',
  summary: 'log(1 + exp(x)), entry by entry',
  law: 'd softplus(x) = sigmoid(x) dx',
  latex: '\\operatorname{softplus}($0)',
  numpy: 'np.logaddexp($0, 0)',
  matlab: 'softplus($0)',
  julia: 'softplus.($0)',
  ...inLoops('softplus($0)'),
  onnx: 'softplus($0)',
  range: 'positive',
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  derivative: (x) => apply(sigmoid.leaf, [x]),
});

export const sign = elementwise({
  name: 'sign',
  summary: '−1, 0 or 1, entry by entry',
  law: 'sign is constant away from 0',
  latex: '\\operatorname{sign}($0)',
  numpy: 'np.sign($0)',
  matlab: 'sign($0)',
  julia: 'sign.($0)',
  ...ofMath('sign'),
  onnx: 'Sign($0)',
  kinks: [0],
  parity: 'odd',
  magnitude: (x) => apply(abs.leaf, [x]),
  value: Math.sign,
  derivative: () => undefined,
});

export const abs = elementwise({
  name: 'abs',
  summary: 'the absolute value, entry by entry',
  law: 'd |x| = sign(x) dx',
  // bars around a matrix would be its determinant
  latex: '\\operatorname{abs}($0)',
  numpy: 'np.abs($0)',
  matlab: 'abs($0)',
  julia: 'abs.($0)',
  c: 'fabs($0)',
  js: 'Math.abs($0)',
  onnx: 'Abs($0)',
  kinks: [0],
  keepsMagnitude: true,
  parity: 'even',
  atZero: 0,
  range: 'nonnegative',
  value: Math.abs,
  derivative: (x) => apply(sign.leaf, [x]),
  reduce: (x) => (isKnownNonnegative(x) ? x : undefined),
});

const NONNEGATIVE: readonly Property[] = ['positive', 'nonnegative', 'simplex', 'binary'];

/** x ≥ 0 by declaration or by the range of its function. */
export function isKnownNonnegative(x: Node): boolean {
  switch (x.kind) {
    case 'literal':
      return signR(x.value) >= 0;
    case 'symbol':
      return x.role === 'dimension' || x.properties.some((p) => NONNEGATIVE.includes(p));
    case 'delta':
      return true;
    case 'sum':
      return x.terms.every((t) => signR(t.coefficient) > 0 && isKnownNonnegative(t.node));
    case 'contract':
      return x.operands.every(
        (o) => (o.exponent.den === 1n && o.exponent.num % 2n === 0n) || isKnownNonnegative(o.node),
      );
    case 'apply':
      return x.op.range !== undefined;
  }
}

/** The number that all entries are, where they are one and the same. */
function uniform(x: Node): Rational | undefined {
  if (x.kind === 'literal') return x.value;
  if (x.kind === 'contract') return x.operands.length === 0 ? ONE : undefined;
  const [term, ...more] = x.kind === 'sum' ? x.terms : [];
  if (x.kind !== 'sum' || more.length > 0) return undefined;
  return term ? uniform(term.node) && term.coefficient : ZERO;
}

/** A power with an exponent that is not a number: `a^b`. Numbers are exponents of the product itself. */
export const pow: Elementwise = {
  mode: 'elementwise',
  name: 'pow',
  law: 'd aᵇ = b aᵇ⁻¹ da + log(a) aᵇ db',
  domain: 'positive',
  spelling: {
    text: '$0^$1',
    latex: '{$0}^{\\circ $1}',
    numpy: '$0 ** $1',
    matlab: '$0 .^ $1',
    julia: '$0 .^ $1',
    c: 'power($0, $1)',
    js: 'Math.pow($0, $1)',
    onnx: 'Pow($0, $1)',
  },
  reduce: ([base, exponent]) => {
    const k = exponent && uniform(exponent);
    const fits = base && exponent && base.axes.length >= exponent.axes.length;
    return k && fits ? power(base, k) : undefined;
  },
  partial: (node, which) => {
    const [base, exponent] = node.args;
    if (!base || !exponent) return undefined;
    if (which === 1) return multiply([apply(log.leaf, [base]), node]);
    const lowered = apply(pow, [base, add(exponent, scale(MINUS_ONE, ones(exponent.axes)))]);
    return multiply([exponent, lowered]);
  },
  value: ([a = Number.NaN, b = Number.NaN]) => a ** b,
};

const simple = (
  name: string,
  aliases: readonly string[],
  summary: string,
  exponent: ReturnType<typeof rational>,
  positive: boolean,
): FunctionRecord => ({
  name,
  aliases,
  signature: `${name}(x)`,
  summary,
  example: {
    expression: `aᵀ ${name}(X b)`,
    where: positive ? 'X: m×n positive; a: m; b: n positive' : 'X: m×n; a: m; b: n',
    wrt: 'X',
  },
  arity: [1, 1],
  axis: false,
  primitives: [],
  build: ([x]) => like(x as Value, power((x as Value).node, exponent)),
});

export const sqrt = simple('sqrt', [], 'the square root, entry by entry', rational(1, 2), true);
export const square = simple('square', [], 'the square, entry by entry', rational(2), false);
export const reciprocalOf = simple('reciprocal', [], '1/x, entry by entry', rational(-1), true);
