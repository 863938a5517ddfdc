import { apply, multiply, power, scale, symbol } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { MINUS_ONE, rational } from '../shape/rational.ts';
import { elementwise, exp, family } from './elementwise.ts';
import { inLoops } from './spelling.ts';

/** 2/√π exp(−x²), the derivative of erf. */
const bell = (x: Node): Node =>
  scale(
    rational(2),
    multiply([
      power(symbol('π', [], { role: 'constant' }), rational(-1, 2)),
      apply(exp.leaf, [scale(MINUS_ONE, power(x, rational(2)))]),
    ]),
  );

/** erf x = 2/√π exp(−x²) Σ 2ᵏ x²ᵏ⁺¹ / (2k+1)!!, terms of one sign (Abramowitz and Stegun 7.1.6). */
function erfSeries(x: number): number {
  let term = x;
  let total = x;
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(total); k++) {
    term *= (2 * x * x) / (2 * k + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

/** erfc x for x ≥ 0.6 by its continued fraction (Abramowitz and Stegun 7.1.14), exp(−x²) with x² split so that it is exact. */
function erfcFraction(x: number): number {
  let f = 0;
  for (let k = Math.ceil(20 + 160 / (x * x)); k > 0; k--) f = k / 2 / (x + f);
  const head = Math.fround(x);
  const tail = Math.exp((head - x) * (head + x));
  return (Math.exp(-head * head) * tail) / (Math.sqrt(Math.PI) * (x + f));
}

const erfcOf = (x: number): number =>
  x < -1 ? 2 - erfcFraction(-x) : x < 0.6 ? 1 - erfSeries(x) : erfcFraction(x);

const erfOf = (x: number): number =>
  Math.abs(x) < 1 || Number.isNaN(x)
    ? erfSeries(x)
    : Math.sign(x) * (1 - erfcFraction(Math.abs(x)));

export const erf = elementwise({
  name: 'erf',
  summary: 'the error function 2/√π ∫ exp(−t²) from 0 to x, entry by entry',
  law: 'd erf(x) = 2/√π exp(−x²) dx',
  latex: '\\operatorname{erf}($0)',
  numpy: 'erf($0)',
  matlab: 'erf($0)',
  julia: 'erf.($0)',
  ...inLoops('erf($0)'),
  onnx: 'erf($0)',
  parity: 'odd',
  atZero: 0,
  value: erfOf,
  derivative: bell,
});

export const erfc = elementwise({
  name: 'erfc',
  summary: '1 − erf(x) without loss for large x, entry by entry',
  law: 'd erfc(x) = −2/√π exp(−x²) dx',
  latex: '\\operatorname{erfc}($0)',
  numpy: 'erfc($0)',
  matlab: 'erfc($0)',
  julia: 'erfc.($0)',
  ...inLoops('erfc($0)'),
  onnx: 'erfc($0)',
  range: 'positive',
  atZero: 1,
  value: erfcOf,
  derivative: (x) => scale(MINUS_ONE, bell(x)),
});

/** B₂, B₄, … B₁₆: the numbers of Stirling's series. */
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];

/** Where Stirling's series has full precision. */
const FAR = 12;

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** log Γ(x) for x > 0 by Stirling's series (Abramowitz and Stegun 6.1.40), below `FAR` after Γ(x) = Γ(x+1)/x. */
function lgammaOf(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let product = 1;
  let z = x;
  for (; z < FAR; z++) product *= z;
  const series = BERNOULLI.reduce(
    (s, b, k) => s + b / ((2 * k + 2) * (2 * k + 1) * z ** (2 * k + 1)),
    0,
  );
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

/** The derivative of order n of digamma for x > 0 (Abramowitz and Stegun 6.3.18, 6.4.11), after the recurrence 6.4.6. */
function polygamma(n: number, x: number): number {
  if (!(x > 0)) return Number.NaN;
  const sign = n % 2 === 0 ? -1 : 1;
  let sum = 0;
  let z = x;
  for (; z < FAR + n; z++) sum += sign * factorial(n) * z ** (-n - 1);
  sum += n === 0 ? Math.log(z) : sign * factorial(n - 1) * z ** -n;
  sum += (sign * factorial(n)) / (2 * z ** (n + 1));
  return BERNOULLI.reduce(
    (s, b, k) =>
      s + (sign * b * factorial(2 * k + 1 + n)) / (factorial(2 * k + 2) * z ** (2 * k + 2 + n)),
    sum,
  );
}

export const lgamma = elementwise({
  name: 'lgamma',
  summary: 'log Γ(x) for x > 0, entry by entry',
  law: 'd lgamma(x) = digamma(x) dx',
  latex: '\\log\\Gamma($0)',
  numpy: 'lgamma($0)',
  matlab: 'gammaln($0)',
  julia: 'lgamma.($0)',
  ...inLoops('log_gamma($0)'),
  onnx: 'lgamma($0)',
  domain: 'positive',
  value: lgammaOf,
  derivative: (x) => apply(digamma.leaf, [x]),
});

/** digamma and its derivatives, the polygamma functions; one leaf for each order. */
export const digamma = family('digamma', (order) => ({
  summary: 'the derivative of lgamma for x > 0, entry by entry',
  law: `d digamma${'′'.repeat(order)}(x) = digamma${'′'.repeat(order + 1)}(x) dx`,
  latex: '\\psi($0)',
  numpy: order === 0 ? 'digamma($0)' : `digamma($0, ${order})`,
  matlab: `psi(${order}, $0)`,
  julia: `polygamma.(${order}, $0)`,
  ...inLoops(`polygamma($0, ${order})`),
  onnx: 'polygamma($0)',
  domain: 'positive',
  value: (x) => polygamma(order, x),
}));
