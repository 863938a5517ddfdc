import type { Value } from './graph.ts';
import type { Operators } from './operators.ts';

/**
 * Functions entry by entry that ONNX lacks, or for which ONNX Runtime has no kernel in double precision (1.32: none for Tan, Asin,
 * Acos, Atan, Sinh, Cosh, Asinh, Acosh, Atanh, Erf), or that lose digits when written out. Good to a few units in the last place.
 */
export type Helper = (o: Operators, args: readonly Value[]) => Value;

const of =
  (f: (o: Operators, x: Value, y: Value) => Value): Helper =>
  (o, [x, y]) => {
    if (!x) throw new Error('a function has an argument');
    return f(o, x, y ?? x);
  };

/** c₀ xⁿ + c₁ xⁿ⁻¹ + … by Horner. */
const polynomial = (o: Operators, x: Value, [first = 0, ...rest]: readonly number[]): Value =>
  rest.reduce((sum, c) => o.add(o.mul(sum, x), o.real(c)), o.real(first));

const abs = (o: Operators, x: Value): Value => o.call('Abs', x);
const exp = (o: Operators, x: Value): Value => o.call('Exp', x);
const sqrt = (o: Operators, x: Value): Value => o.call('Sqrt', x);
const sign = (o: Operators, x: Value): Value => o.call('Sign', x);
const reciprocal = (o: Operators, x: Value): Value => o.call('Reciprocal', x);
const smaller = (o: Operators, a: Value, b: Value): Value => o.call('Min', a, b);
const square = (o: Operators, x: Value): Value => o.mul(x, x);
const half = (o: Operators, x: Value): Value => o.mul(x, o.real(0.5));

/** An odd function, from what it is for |x|. */
const odd = (o: Operators, x: Value, f: (size: Value) => Value): Value =>
  o.mul(sign(o, x), f(abs(o, x)));

/** exp(x) − 1 = tanh(x/2) (exp(x) + 1), in which nothing cancels. */
const expm1 = (o: Operators, x: Value): Value =>
  o.mul(o.call('Tanh', half(o, x)), o.add(exp(o, x), o.real(1)));

/** log(1 + x) = x log(u)/(u − 1) for u = 1 + x as rounded (Kahan). */
function log1p(o: Operators, x: Value): Value {
  const one = o.real(1);
  const u = o.add(x, one);
  return o.where(o.equal(u, one), x, o.div(o.mul(o.call('Log', u), x), o.sub(u, one)));
}

const softplus = (o: Operators, x: Value): Value =>
  o.add(o.call('Max', x, o.real(0)), log1p(o, exp(o, o.neg(abs(o, x)))));

const cosh = (o: Operators, x: Value): Value => half(o, o.add(exp(o, x), exp(o, o.neg(x))));
const sinh = (o: Operators, x: Value): Value => o.mul(o.call('Tanh', x), cosh(o, x));

/** log(1 + x + x/(1/x + √(1 + 1/x²))) for x > 0 */
const asinh = (o: Operators, x: Value): Value =>
  odd(o, x, (a) => {
    const r = reciprocal(o, a);
    const root = sqrt(o, o.add(square(o, r), o.real(1)));
    return log1p(o, o.add(a, o.div(a, o.add(r, root))));
  });

function acosh(o: Operators, x: Value): Value {
  const low = o.sub(x, o.real(1));
  const high = o.add(x, o.real(1));
  return log1p(o, o.add(low, o.mul(sqrt(o, low), sqrt(o, high))));
}

const atanh = (o: Operators, x: Value): Value =>
  odd(o, x, (a) => half(o, log1p(o, o.div(o.add(a, a), o.sub(o.real(1), a)))));

/** Terms of arctan's series, the last one first: enough for |x| ≤ tan(π/16). */
const ARCTAN = Array.from({ length: 13 }, (_, k) => (k % 2 === 0 ? 1 : -1) / (25 - 2 * k));

/**
 * arctan(1/x) = π/2 − arctan(x), then twice arctan(x) = 2 arctan(x/(1 + √(1 + x²))) (Abramowitz and Stegun 4.4.34), then its series.
 */
const atan = (o: Operators, x: Value): Value =>
  odd(o, x, (a) => {
    const one = o.real(1);
    const halved = (t: Value): Value => o.div(t, o.add(one, sqrt(o, o.add(one, square(o, t)))));
    const t = halved(halved(smaller(o, a, reciprocal(o, a))));
    const angle = o.mul(o.real(4), o.mul(t, polynomial(o, square(o, t), ARCTAN)));
    return o.where(o.less(one, a), o.sub(o.real(Math.PI / 2), angle), angle);
  });

/** √((1 − x)(1 + x)) */
const cosineOf = (o: Operators, x: Value): Value =>
  sqrt(o, o.mul(o.sub(o.real(1), x), o.add(o.real(1), x)));

const asin = (o: Operators, x: Value): Value => atan(o, o.div(x, cosineOf(o, x)));

/** 2 arctan(√((1 − x)/(1 + x))) */
const acos = (o: Operators, x: Value): Value =>
  o.mul(o.real(2), atan(o, sqrt(o, o.div(o.sub(o.real(1), x), o.add(o.real(1), x)))));

function atan2(o: Operators, y: Value, x: Value): Value {
  const zero = o.real(0);
  const up = abs(o, y);
  const angle = atan(o, o.where(o.equal(up, zero), zero, o.div(up, abs(o, x))));
  const whole = o.where(o.less(x, zero), o.sub(o.real(Math.PI), angle), angle);
  return o.where(o.less(y, zero), o.neg(whole), whole);
}

/** Rational approximations of the error function, highest power first (Cody 1969, Math. Comp. 23, "Rational Chebyshev approximations for the error function"). */
const NEAR = [
  [
    0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302,
    3209.3775891384694,
  ],
  [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
] as const;
const MIDDLE = [
  [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163,
    298.6351381974001, 881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903,
    3290.7992357334597, 4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
] as const;
const FAR = [
  [
    0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926,
    0.016083785148742275, 0.0006587491615298378,
  ],
  [
    1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132,
    0.0023352049762686918,
  ],
] as const;

const ratio = (
  o: Operators,
  x: Value,
  [over, under]: readonly [readonly number[], readonly number[]],
): Value => o.div(polynomial(o, x, over), polynomial(o, x, under));

/** erf near zero, and erfc(|x|) away from it; `isNear` says which holds. */
function errorFunction(o: Operators, x: Value): { isNear: Value; near: Value; far: Value } {
  // beyond 30 erfc is zero in doubles
  const a = smaller(o, abs(o, x), o.real(30));
  const near = o.mul(x, ratio(o, square(o, x), NEAR));
  // exp(−x²) with a head of few digits, whose square is exact
  const head = o.div(o.call('Floor', o.mul(a, o.real(16))), o.real(16));
  const tail = o.mul(o.sub(a, head), o.add(a, head));
  const bell = o.mul(exp(o, o.neg(square(o, head))), exp(o, o.neg(tail)));
  const z = reciprocal(o, square(o, o.call('Max', a, o.real(1))));
  const farther = o.sub(o.real(1 / Math.sqrt(Math.PI)), o.mul(z, ratio(o, z, FAR)));
  const isMiddle = o.less(a, o.real(4));
  const middle = ratio(o, smaller(o, a, o.real(4)), MIDDLE);
  const scaled = o.where(isMiddle, middle, o.div(farther, o.call('Max', a, o.real(1))));
  return { isNear: o.less(a, o.real(0.46875)), near, far: o.mul(bell, scaled) };
}

function erf(o: Operators, x: Value): Value {
  const { isNear, near, far } = errorFunction(o, x);
  return o.where(isNear, near, o.mul(sign(o, x), o.sub(o.real(1), far)));
}

function erfc(o: Operators, x: Value): Value {
  const { isNear, near, far } = errorFunction(o, x);
  const away = o.where(o.less(x, o.real(0)), o.sub(o.real(2), far), far);
  return o.where(isNear, o.sub(o.real(1), near), away);
}

/** B₂, B₄, … B₁₆ */
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** x moved up by a number of steps where it is below it, and f of the places passed. */
function moved(o: Operators, x: Value, steps: number): { z: Value; low: Value; passed: Value[] } {
  const low = o.less(x, o.real(steps));
  const z = o.where(low, o.add(x, o.real(steps)), x);
  const start = smaller(o, x, o.real(steps));
  const passed = Array.from({ length: steps }, (_, k) =>
    k === 0 ? start : o.add(start, o.real(k)),
  );
  return { z, low, passed };
}

/** Stirling's series (Abramowitz and Stegun 6.1.40), after Γ(x) = Γ(x + 1)/x. */
function lgamma(o: Operators, x: Value): Value {
  const { z, low, passed } = moved(o, x, 12);
  const product = passed.reduce((a, b) => o.mul(a, b));
  const r = reciprocal(o, z);
  const series = BERNOULLI.map((b, k) => b / ((2 * k + 2) * (2 * k + 1))).reverse();
  const tail = o.mul(r, polynomial(o, square(o, r), series));
  const main = o.sub(o.mul(o.sub(z, o.real(0.5)), o.call('Log', z)), z);
  const whole = o.add(o.add(main, o.real(Math.log(2 * Math.PI) / 2)), tail);
  return o.sub(whole, o.where(low, o.call('Log', product), o.real(0)));
}

/** The derivative of order n of digamma (Abramowitz and Stegun 6.3.18, 6.4.11), after the recurrence 6.4.6. */
export function polygamma(o: Operators, x: Value, n: number): Value {
  const sign_ = n % 2 === 0 ? -1 : 1;
  const { z, low, passed } = moved(o, x, 12 + n);
  const power = (r: Value, k: number): Value =>
    Array.from({ length: k - 1 }).reduce<Value>((p) => o.mul(p, r), r);
  const steps = passed.map((p) => power(reciprocal(o, p), n + 1)).reduce((a, b) => o.add(a, b));
  const sum = o.where(low, o.mul(o.real(sign_ * factorial(n)), steps), o.real(0));
  const r = reciprocal(o, z);
  const head = n === 0 ? o.call('Log', z) : o.mul(o.real(sign_ * factorial(n - 1)), power(r, n));
  const next = o.mul(o.real((sign_ * factorial(n)) / 2), power(r, n + 1));
  const series = BERNOULLI.map(
    (b, k) => (sign_ * b * factorial(2 * k + 1 + n)) / factorial(2 * k + 2),
  ).reverse();
  const tail = o.mul(power(r, n + 2), polynomial(o, square(o, r), series));
  return o.add(o.add(sum, head), o.add(next, tail));
}

/** ½ r² up to |r| = δ, and the tangent from there. */
function huber(o: Operators, r: Value, delta: Value): Value {
  const size = abs(o, r);
  const near = smaller(o, size, delta);
  return o.mul(near, o.sub(size, half(o, near)));
}

export const FUNCTIONS: Readonly<Record<string, Helper>> = {
  expm1: of(expm1),
  log1p: of(log1p),
  softplus: of(softplus),
  sinh: of(sinh),
  cosh: of(cosh),
  asinh: of(asinh),
  acosh: of(acosh),
  atanh: of(atanh),
  atan: of(atan),
  asin: of(asin),
  acos: of(acos),
  atan2: of(atan2),
  erf: of(erf),
  erfc: of(erfc),
  lgamma: of(lgamma),
  huber: of(huber),
};
