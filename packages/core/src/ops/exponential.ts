import { add, apply, ones, power, reciprocal, scale } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { rational } from '../shape/rational.ts';
import { elementwise, exp, pow } from './elementwise.ts';
import type { FunctionRecord } from './record.ts';
import { ofMath } from './spelling.ts';
import type { Value } from './value.ts';
import { alignValues, isScalar, like } from './value.ts';

const one = (x: Node): Node => ones(x.axes);

/** Exact near zero, where log(1 + x) loses all digits. */
export const log1p = elementwise({
  name: 'log1p',
  summary: 'log(1 + x) without loss for small x, entry by entry',
  law: 'd log1p(x) = dx / (1 + x)',
  latex: '\\log(1 + $0)',
  numpy: 'np.log1p($0)',
  matlab: 'log1p($0)',
  julia: 'log1p.($0)',
  ...ofMath('log1p'),
  onnx: 'log1p($0)',
  domain: { above: -1 },
  atZero: 0,
  value: Math.log1p,
  derivative: (x) => reciprocal(add(one(x), x)),
  reduce: (x) => (x.kind === 'apply' && x.op === expm1.leaf ? x.args[0] : undefined),
});

export const expm1: ReturnType<typeof elementwise> = elementwise({
  name: 'expm1',
  summary: 'exp(x) − 1 without loss for small x, entry by entry',
  law: 'd expm1(x) = exp(x) dx',
  latex: '(\\exp($0) - 1)',
  numpy: 'np.expm1($0)',
  matlab: 'expm1($0)',
  julia: 'expm1.($0)',
  ...ofMath('expm1'),
  onnx: 'expm1($0)',
  atZero: 0,
  value: Math.expm1,
  derivative: (x) => apply(exp.leaf, [x]),
  reduce: (x) => (x.kind === 'apply' && x.op === log1p.leaf ? x.args[0] : undefined),
});

export const cbrt = elementwise({
  name: 'cbrt',
  summary: 'the real cube root, of negative numbers too, entry by entry',
  law: 'd cbrt(x) = dx / (3 cbrt(x)²)',
  latex: '\\sqrt[3]{$0}',
  numpy: 'np.cbrt($0)',
  matlab: 'nthroot($0, 3)',
  julia: 'cbrt.($0)',
  ...ofMath('cbrt'),
  onnx: 'Mul(Sign($0), Pow(Abs($0), 0.3333333333333333))',
  domain: 'nonzero',
  parity: 'odd',
  value: Math.cbrt,
  derivative: (_x, out) => scale(rational(1, 3), power(out, rational(-2))),
});

export const powOf: FunctionRecord = {
  name: 'pow',
  aliases: [],
  signature: 'pow(a, b)',
  summary: 'aᵇ entry by entry, `a.^b`',
  example: {
    expression: 'sum(pow(A x, b))',
    where: 'A: m×n positive; x: n positive; b: m',
    wrt: 'x',
  },
  arity: [2, 2],
  axis: false,
  primitives: [pow],
  build: ([a, b]) => {
    const base = a as Value;
    const exponent = b as Value;
    if (exponent.node.kind === 'literal') return like(base, power(base.node, exponent.node.value));
    if (isScalar(exponent)) return like(base, apply(pow, [base.node, exponent.node]));
    const both = alignValues('raise', base, exponent);
    return like(both.a, apply(pow, [isScalar(base) ? base.node : both.a.node, both.b.node]));
  },
};

/** 1 ⊘ (c + s x²), with whole c and s, or its root: the derivatives of the inverse circular and hyperbolic functions. */
export function inverseSquare(x: Node, c: number, s: number, exponent: [number, number]): Node {
  const square = scale(rational(s), power(x, rational(2)));
  return power(add(scale(rational(c), one(x)), square), rational(...exponent));
}
