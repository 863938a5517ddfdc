/** Functions of numbers. */
export const NUMBERS = `
/** 1 / (1 + exp(-x)) without overflow. */
function sigmoid(x: real): real {
  const e: real = @exp(-@abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

/** log(1 + exp(x)) without overflow. */
function softplus(x: real): real {
  return (x > 0 ? x : 0) + @log1p(@exp(-@abs(x)));
}

/** 1 where x > 0, 0 where x < 0, 1/2 at 0. */
function step(x: real): real {
  return x > 0 ? 1 : x < 0 ? 0 : x === 0 ? 0.5 : x;
}

/** -1, 0 or 1. */
function sign(x: real): real {
  return x > 0 ? 1 : x < 0 ? -1 : x;
}

function relu(x: real): real {
  return x > 0 ? x : x <= 0 ? 0 : x;
}

/** The larger of two numbers; not a number where one of them is none. */
function larger(a: real, b: real): real {
  return a > b || a !== a ? a : b;
}

/** The smaller of two numbers; not a number where one of them is none. */
function smaller(a: real, b: real): real {
  return a < b || a !== a ? a : b;
}

/** a to the power b; not a number where b is none, or |a| is 1 and b is infinite. */
function power(a: real, b: real): real {
  return b !== b || (@abs(a) === 1 && b - b !== 0) ? @nan : @pow(a, b);
}

/** x between a and b. */
function clip(x: real, a: real, b: real): real {
  return smaller(larger(x, a), b);
}

/** x where x > 0, else exp(x) - 1. */
function elu(x: real): real {
  return x > 0 ? x : @expm1(x);
}

/** lambda x where x > 0, else lambda alpha (exp(x) - 1), or its n-th derivative. */
function selu(x: real, n: int): real {
  const above: real = n === 0 ? x : n === 1 ? 1 : 0;
  const below: real = 1.6732632423543772 * (n === 0 ? @expm1(x) : @exp(x));
  return 1.0507009873554805 * (x > 0 ? above : below);
}

/** r*r / 2 where |r| <= delta, else delta |r| - delta*delta / 2. */
function huber(r: real, delta: real): real {
  const near: real = smaller(@abs(r), delta);
  return near * (@abs(r) - near / 2);
}

/** 2/sqrt(pi) exp(-x x) sum 2^k x^(2k+1) / (2k+1)!! (Abramowitz and Stegun 7.1.6). */
function erf_series(x: real): real {
  let term: real = x;
  let total: real = x;
  for (let k: int = 1; @abs(term) > 1e-17 * @abs(total); k++) {
    term = (term * (2 * x * x)) / (2 * k + 1);
    total += term;
  }
  return (2 / @sqrt(@pi)) * @exp(-x * x) * total;
}

/** erfc(x) for x >= 0.6 by its continued fraction (Abramowitz and Stegun 7.1.14). */
function erfc_fraction(x: real): real {
  let f: real = 0;
  for (let k: int = @ceil(20 + 160 / (x * x)); k > 0; k--) f = (0.5 * k) / (x + f);
  const head: real = @fround(x);
  return (@exp(-head * head) * @exp((head - x) * (head + x))) / (@sqrt(@pi) * (x + f));
}

function erf(x: real): real {
  if (@abs(x) < 1 || x !== x) return erf_series(x);
  return x > 0 ? 1 - erfc_fraction(x) : erfc_fraction(-x) - 1;
}

function erfc(x: real): real {
  return x < -1 ? 2 - erfc_fraction(-x) : x < 0.6 ? 1 - erf_series(x) : erfc_fraction(x);
}

/** Bernoulli's numbers of even index, from the second. */
table BERNOULLI = [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510];

/** log(gamma(x)) for x > 0: Stirling's series, after gamma(x) = gamma(x + 1) / x below 12. */
function log_gamma(x: real): real {
  if (!(x > 0)) return @nan;
  let product: real = 1;
  let z: real = x;
  for (; z < 12; z += 1) product *= z;
  let series: real = 0;
  for (let k: int = 0; k < 8; k++)
    series += BERNOULLI[k] / ((2 * k + 2) * (2 * k + 1) * @pow(z, 2 * k + 1));
  return (z - 0.5) * @log(z) - z + 0.5 * @log(2 * @pi) + series - @log(product);
}

/** The derivative of order n of digamma for x > 0, from its asymptotic series. */
function polygamma(x: real, n: int): real {
  if (!(x > 0)) return @nan;
  let factor: real = n % 2 === 0 ? -1 : 1;
  for (let k: int = 2; k < n; k++) factor *= k;
  const full: real = n > 1 ? factor * n : factor;
  let sum: real = 0;
  let z: real = x;
  for (; z < 12 + n; z += 1) sum += full * @pow(z, -n - 1);
  sum += n === 0 ? @log(z) : factor * @pow(z, -n);
  sum += full / (2 * @pow(z, n + 1));
  let ratio: real = 0.5 * full * (n + 1);
  for (let k: int = 0; k < 8; k++) {
    sum += (BERNOULLI[k] * ratio) / @pow(z, 2 * k + 2 + n);
    ratio *= ((2 * k + 2 + n) * 1.0 * (2 * k + 3 + n)) / ((2 * k + 3) * (2 * k + 4));
  }
  return sum;
}
`;
