import { add, apply, multiply, negate, ones, power, reciprocal } from '../expr/build.ts';
import type { Elementwise } from '../expr/node.ts';
import { rational } from '../shape/rational.ts';
import { elementwise } from './elementwise.ts';
import { inverseSquare } from './exponential.ts';
import type { FunctionRecord } from './record.ts';
import { ofMath } from './spelling.ts';
import type { Value } from './value.ts';
import { alignValues, like } from './value.ts';

const TWO = rational(2);

/** The poles next to zero are declared, so that checks stay between them. */
export const tan = elementwise({
  name: 'tan',
  summary: 'the tangent, entry by entry',
  law: 'd tan(x) = (1 + tan(x)²) dx',
  latex: '\\tan($0)',
  numpy: 'np.tan($0)',
  matlab: 'tan($0)',
  julia: 'tan.($0)',
  ...ofMath('tan'),
  onnx: 'Div(Sin($0), Cos($0))',
  kinks: [-Math.PI / 2, Math.PI / 2],
  parity: 'odd',
  atZero: 0,
  value: Math.tan,
  derivative: (_x, out) => add(ones(out.axes), power(out, TWO)),
});

export const asin = elementwise({
  name: 'asin',
  aliases: ['arcsin'],
  summary: 'the inverse sine, entry by entry',
  law: 'd asin(x) = dx / √(1 − x²)',
  latex: '\\arcsin($0)',
  numpy: 'np.arcsin($0)',
  matlab: 'asin($0)',
  julia: 'asin.($0)',
  ...ofMath('asin'),
  onnx: 'asin($0)',
  domain: { above: -1, below: 1 },
  parity: 'odd',
  atZero: 0,
  value: Math.asin,
  derivative: (x) => inverseSquare(x, 1, -1, [-1, 2]),
});

export const acos = elementwise({
  name: 'acos',
  aliases: ['arccos'],
  summary: 'the inverse cosine, entry by entry',
  law: 'd acos(x) = −dx / √(1 − x²)',
  latex: '\\arccos($0)',
  numpy: 'np.arccos($0)',
  matlab: 'acos($0)',
  julia: 'acos.($0)',
  ...ofMath('acos'),
  onnx: 'acos($0)',
  domain: { above: -1, below: 1 },
  value: Math.acos,
  derivative: (x) => negate(inverseSquare(x, 1, -1, [-1, 2])),
});

export const atan = elementwise({
  name: 'atan',
  aliases: ['arctan'],
  summary: 'the inverse tangent, entry by entry',
  law: 'd atan(x) = dx / (1 + x²)',
  latex: '\\arctan($0)',
  numpy: 'np.arctan($0)',
  matlab: 'atan($0)',
  julia: 'atan.($0)',
  ...ofMath('atan'),
  onnx: 'atan($0)',
  parity: 'odd',
  atZero: 0,
  value: Math.atan,
  derivative: (x) => inverseSquare(x, 1, 1, [-1, 1]),
});

export const sinh = elementwise({
  name: 'sinh',
  summary: 'the hyperbolic sine, entry by entry',
  law: 'd sinh(x) = cosh(x) dx',
  latex: '\\sinh($0)',
  numpy: 'np.sinh($0)',
  matlab: 'sinh($0)',
  julia: 'sinh.($0)',
  ...ofMath('sinh'),
  onnx: 'sinh($0)',
  parity: 'odd',
  atZero: 0,
  value: Math.sinh,
  derivative: (x) => apply(cosh.leaf, [x]),
});

export const cosh: ReturnType<typeof elementwise> = elementwise({
  name: 'cosh',
  summary: 'the hyperbolic cosine, entry by entry',
  law: 'd cosh(x) = sinh(x) dx',
  latex: '\\cosh($0)',
  numpy: 'np.cosh($0)',
  matlab: 'cosh($0)',
  julia: 'cosh.($0)',
  ...ofMath('cosh'),
  onnx: 'cosh($0)',
  parity: 'even',
  atZero: 1,
  range: 'positive',
  value: Math.cosh,
  derivative: (x) => apply(sinh.leaf, [x]),
});

export const asinh = elementwise({
  name: 'asinh',
  aliases: ['arcsinh'],
  summary: 'the inverse hyperbolic sine, entry by entry',
  law: 'd asinh(x) = dx / √(1 + x²)',
  latex: '\\operatorname{arsinh}($0)',
  numpy: 'np.arcsinh($0)',
  matlab: 'asinh($0)',
  julia: 'asinh.($0)',
  ...ofMath('asinh'),
  onnx: 'asinh($0)',
  parity: 'odd',
  atZero: 0,
  value: Math.asinh,
  derivative: (x) => inverseSquare(x, 1, 1, [-1, 2]),
});

export const acosh = elementwise({
  name: 'acosh',
  aliases: ['arccosh'],
  summary: 'the inverse hyperbolic cosine, entry by entry',
  law: 'd acosh(x) = dx / √(x² − 1)',
  latex: '\\operatorname{arcosh}($0)',
  numpy: 'np.arccosh($0)',
  matlab: 'acosh($0)',
  julia: 'acosh.($0)',
  ...ofMath('acosh'),
  onnx: 'acosh($0)',
  domain: { above: 1 },
  range: 'nonnegative',
  value: Math.acosh,
  derivative: (x) => inverseSquare(x, -1, 1, [-1, 2]),
});

export const atanh = elementwise({
  name: 'atanh',
  aliases: ['arctanh'],
  summary: 'the inverse hyperbolic tangent, entry by entry',
  law: 'd atanh(x) = dx / (1 − x²)',
  latex: '\\operatorname{artanh}($0)',
  numpy: 'np.arctanh($0)',
  matlab: 'atanh($0)',
  julia: 'atanh.($0)',
  ...ofMath('atanh'),
  onnx: 'atanh($0)',
  domain: { above: -1, below: 1 },
  parity: 'odd',
  atZero: 0,
  value: Math.atanh,
  derivative: (x) => inverseSquare(x, 1, -1, [-1, 1]),
});

/** The angle of the point (x, y): smooth but where y = 0, which for x < 0 is its cut. */
const atan2Leaf: Elementwise = {
  mode: 'elementwise',
  name: 'atan2',
  law: 'd atan2(y, x) = (x dy − y dx) / (x² + y²)',
  domain: 'real',
  kinks: [0],
  spelling: {
    latex: '\\operatorname{atan2}($0, $1)',
    numpy: 'np.arctan2($0, $1)',
    matlab: 'atan2($0, $1)',
    julia: 'atan.($0, $1)',
    c: 'atan2($0, $1)',
    js: 'Math.atan2($0, $1)',
    onnx: 'atan2($0, $1)',
  },
  partial: ({ args: [y, x] }, which) => {
    if (!y || !x) return undefined;
    const square = reciprocal(add(power(x, TWO), power(y, TWO)));
    return which === 0 ? multiply([x, square]) : negate(multiply([y, square]));
  },
  value: ([y = Number.NaN, x = Number.NaN]) => Math.atan2(y, x),
};

export const atan2: FunctionRecord = {
  name: 'atan2',
  aliases: ['arctan2'],
  signature: 'atan2(y, x)',
  summary: 'the angle of the point (x, y), between −π and π, entry by entry',
  example: { expression: 'sum(atan2(A x, B x))', where: 'A: m×n; B: m×n; x: n', wrt: 'x' },
  arity: [2, 2],
  axis: false,
  primitives: [atan2Leaf],
  build: ([y, x]) => {
    const both = alignValues('take the angle of', y as Value, x as Value);
    return like(both.a, apply(atan2Leaf, [both.a.node, both.b.node]));
  },
};
