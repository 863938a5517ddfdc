/**
 * Exact rational numbers, the coefficients of the expression graph.
 *
 * Always in lowest terms with a positive denominator, so that equal values have equal text.
 */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

/** Numbers with more digits than this are refused by `parseRational`. */
export const MAX_DIGITS = 400;

function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The rational num/den in lowest terms. @throws RangeError when den is zero */
export function rational(num: bigint | number, den: bigint | number = 1n): Rational {
  const n = BigInt(num);
  const d = BigInt(den);
  if (d === 0n) throw new RangeError('denominator is zero');
  const g = gcd(n, d) || 1n;
  const s = d < 0n ? -1n : 1n;
  return Object.freeze({ num: (s * n) / g, den: (s * d) / g });
}

export const ZERO: Rational = rational(0);
export const ONE: Rational = rational(1);
export const MINUS_ONE: Rational = rational(-1);
export const HALF: Rational = rational(1, 2);

export const addR = (a: Rational, b: Rational): Rational =>
  isZeroR(a) ? b : isZeroR(b) ? a : rational(a.num * b.den + b.num * a.den, a.den * b.den);
export const mulR = (a: Rational, b: Rational): Rational =>
  isOneR(a) ? b : isOneR(b) ? a : rational(a.num * b.num, a.den * b.den);
export const negR = (a: Rational): Rational => rational(-a.num, a.den);
export const invR = (a: Rational): Rational => rational(a.den, a.num);
export const eqR = (a: Rational, b: Rational): boolean => a.num === b.num && a.den === b.den;
export const isZeroR = (a: Rational): boolean => a.num === 0n;
export const isOneR = (a: Rational): boolean => a.num === 1n && a.den === 1n;
export const isEvenR = (a: Rational): boolean => a.den === 1n && a.num % 2n === 0n;
export const isIntegerR = (a: Rational): boolean => a.den === 1n;
export const signR = (a: Rational): -1 | 0 | 1 => (a.num < 0n ? -1 : a.num === 0n ? 0 : 1);
export const absR = (a: Rational): Rational => (a.num < 0n ? negR(a) : a);

/** Total order by value. */
export function compareR(a: Rational, b: Rational): number {
  const d = a.num * b.den - b.num * a.den;
  return d < 0n ? -1 : d > 0n ? 1 : 0;
}

/** base^k for an integer k. @throws RangeError for 0 to a negative power */
export function powR(base: Rational, k: number): Rational {
  if (k < 0) return invR(powR(base, -k));
  return rational(base.num ** BigInt(k), base.den ** BigInt(k));
}

/** Greatest common content of two rationals: gcd of numerators over lcm of denominators. */
export function contentR(a: Rational, b: Rational): Rational {
  return rational(gcd(a.num, b.num), (a.den * b.den) / (gcd(a.den, b.den) || 1n));
}

/** Nearest double (within a unit in the last place, also where both parts overflow). */
export function toNumber(a: Rational): number {
  const excess = Math.max(a.num.toString(16).length, a.den.toString(16).length) - 250;
  if (excess <= 0) return Number(a.num) / Number(a.den);
  const shift = BigInt(4 * excess);
  return Number(a.num >> shift) / Number(a.den >> shift || 1n);
}

/** Reads `2`, `0.5`, `.5`, `1e-6` exactly. Gives undefined for other text and for absurdly long numbers. */
export function parseRational(text: string): Rational | undefined {
  const m = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!m || (!m[1] && !m[2])) return undefined;
  const whole = m[1] ?? '';
  const frac = m[2] ?? '';
  const exp = Number(m[3] ?? '0') - frac.length;
  if (whole.length + frac.length > MAX_DIGITS || Math.abs(exp) > MAX_DIGITS) return undefined;
  const digits = BigInt(whole + frac || '0');
  return exp >= 0 ? rational(digits * 10n ** BigInt(exp)) : rational(digits, 10n ** BigInt(-exp));
}

/** `3`, `-3/2`. */
export const formatR = (a: Rational): string => (a.den === 1n ? `${a.num}` : `${a.num}/${a.den}`);

/** value^exponent for a value ≥ 0, where that is rational. */
export function rootR(value: Rational, exponent: Rational): Rational | undefined {
  const q = Number(exponent.den);
  if (signR(value) < 0 || q >= 64) return undefined;
  const root = (v: bigint): bigint | undefined => {
    const r = BigInt(Math.round(Number(v) ** (1 / q)));
    return r ** BigInt(q) === v ? r : undefined;
  };
  const a = root(value.num);
  const b = root(value.den);
  if (a === undefined || b === undefined || a === 0n) return undefined;
  return powR(rational(a, b), Number(exponent.num));
}
