import { describe, expect, test } from 'vitest';
import {
  checkDirectional,
  differentiate,
  hasKink,
  judge,
  type Measure,
  noiseOf,
  taylorOrder,
} from '../../src/verify/differences.ts';
import { random } from '../../src/verify/random.ts';

interface Known {
  readonly name: string;
  readonly f: (x: number) => number;
  readonly d: (x: number) => number;
  readonly from: number;
  readonly to: number;
}

const known = (name: string, f: Known['f'], d: Known['d'], from: number, to: number): Known => ({
  name,
  f,
  d,
  from,
  to,
});

const squireTrapp = (x: number): number => Math.exp(x) / (Math.cos(x) ** 3 + Math.sin(x) ** 3);
const squireTrappSlope = (x: number): number => {
  const [c, s] = [Math.cos(x), Math.sin(x)];
  const below = c ** 3 + s ** 3;
  return (Math.exp(x) * (below + 3 * c * c * s - 3 * s * s * c)) / (below * below);
};

const KNOWN: readonly Known[] = [
  known('Squire and Trapp', squireTrapp, squireTrappSlope, 0.2, 2),
  known('sin', Math.sin, Math.cos, 0.2, 1.4),
  known('exp', Math.exp, Math.exp, -3, 3),
  known('log', Math.log, (x) => 1 / x, 0.01, 10),
  known('sqrt', Math.sqrt, (x) => 0.5 / Math.sqrt(x), 0.01, 10),
  known(
    '1/x',
    (x) => 1 / x,
    (x) => -1 / (x * x),
    0.01,
    3,
  ),
  known('tanh', Math.tanh, (x) => 1 - Math.tanh(x) ** 2, -2, 2),
  known(
    'x⁵',
    (x) => x ** 5,
    (x) => 5 * x ** 4,
    -3,
    3,
  ),
  known(
    'Runge',
    (x) => 1 / (1 + 25 * x * x),
    (x) => (-50 * x) / (1 + 25 * x * x) ** 2,
    0.1,
    2,
  ),
  known('atan', Math.atan, (x) => 1 / (1 + x * x), -3, 3),
  known(
    '1e-6 sin',
    (x) => 1e-6 * Math.sin(x),
    (x) => 1e-6 * Math.cos(x),
    0.2,
    1.4,
  ),
  known(
    '1e6 sin',
    (x) => 1e6 * Math.sin(x),
    (x) => 1e6 * Math.cos(x),
    0.2,
    1.4,
  ),
];
/** These are harder: fast, or noisy. Their bounds must hold all the same. */
const HARD: readonly Known[] = [
  known(
    'sin 100x',
    (x) => Math.sin(100 * x),
    (x) => 100 * Math.cos(100 * x),
    0.5,
    2,
  ),
  known('sin + 1e6', (x) => Math.sin(x) + 1e6, Math.cos, 0.2, 6),
  known(
    'cancelling',
    (x) => (1 - Math.cos(x)) / (x * x),
    (x) => (x * Math.sin(x) - 2 * (1 - Math.cos(x))) / x ** 3,
    0.001,
    0.01,
  ),
];

function errors(k: Known, count: number): { error: number; size: number; bound: number }[] {
  const source = random(17);
  return Array.from({ length: count }, () => {
    const x = k.from + (k.to - k.from) * source.uniform();
    const estimate = differentiate((t) => k.f(x + t * x));
    const truth = k.d(x) * x;
    const error = Math.abs((estimate?.derivative ?? Number.NaN) - truth);
    return { error, size: Math.abs(truth), bound: estimate?.bound ?? 0 };
  });
}

describe('Ridders’ tableau', () => {
  test.each(KNOWN)('differentiates $name to 1e-11 and better', (k) => {
    const list = errors(k, 300)
      .map((e) => e.error / e.size)
      .sort((a, b) => a - b);
    expect(list[150]).toBeLessThan(1e-13);
    expect(list[297]).toBeLessThan(1e-11);
  });

  test('has bounds that hold', () => {
    const list = [...KNOWN, ...HARD].flatMap((k) => errors(k, 300));
    const held = list.filter((e) => e.error <= e.bound + 4e-16 * e.size).length;
    expect(held / list.length).toBeGreaterThanOrEqual(0.99);
    expect(list.every((e) => e.error <= 20 * e.bound + 4e-16 * e.size)).toBe(true);
  });

  test('makes its steps smaller where the function ends', () => {
    // The domain ends 1e-5 away, relative to the point.
    const estimate = differentiate((t) => Math.sqrt(t + 1e-5));
    expect(estimate?.derivative).toBeCloseTo(0.5 / Math.sqrt(1e-5), 6);
    expect(differentiate((t) => (t === 0 ? 1 : Number.NaN))).toBeUndefined();
    expect(differentiate(() => Number.POSITIVE_INFINITY)).toBeUndefined();
  });

  test('takes few values where the function is simple', () => {
    let calls = 0;
    differentiate((t) => {
      calls++;
      return (3 + t) ** 2;
    });
    expect(calls).toBeLessThanOrEqual(13); // 7 for the noise, 6 for three levels
  });

  test('gives exactly 0 for a constant', () => {
    expect(differentiate(() => 0)).toMatchObject({ derivative: 0, bound: 0 });
    expect(differentiate(() => 5)?.derivative).toBe(0);
  });
});

describe('noise', () => {
  test('is about the rounding of the value, and more where something large cancels', () => {
    const smooth = noiseOf((t) => Math.sin(1 + t), Math.sin(1));
    expect(smooth).toBeLessThan(1e-15);
    expect(smooth).toBeGreaterThan(5e-17);
    const cancelling = (t: number): number => 1e6 + Math.sin(1.1 + t) - 1e6;
    const noise = noiseOf(cancelling, cancelling(0));
    expect(noise).toBeGreaterThan(1e-11);
    expect(noise).toBeLessThan(1e-9);
    const source = random(1);
    const random_ = (): number => 1 + 1e-8 * source.gaussian();
    expect(noiseOf(random_, 1)).toBeGreaterThan(3e-9);
  });
});

describe('single precision', () => {
  const source = random(5);
  const rounded = SMOOTH_SINGLE();
  test.each(rounded)('of $name shows in the noise and in the bound', ({ phi, slope }) => {
    for (let k = 0; k < 100; k++) {
      const x = 0.5 + source.uniform();
      const along = (t: number): number => phi(Math.fround(x + t * x));
      const noise = noiseOf(along, along(0));
      expect(noise).toBeGreaterThan(2e-9);
      expect(noise).toBeLessThan(3e-6);
      const estimate = differentiate(along);
      const error = Math.abs((estimate?.derivative ?? Number.NaN) - x * slope(x));
      expect(error).toBeLessThan(20 * (estimate?.bound ?? 0) + 1e-12);
      expect(error).toBeLessThan(1e-4);
    }
  });

  function SMOOTH_SINGLE(): {
    name: string;
    phi: (x: number) => number;
    slope: (x: number) => number;
  }[] {
    const f = Math.fround;
    return [
      { name: 'a sine', phi: (x) => f(Math.sin(x)), slope: Math.cos },
      { name: 'an argument', phi: Math.exp, slope: Math.exp },
      {
        name: 'every step',
        phi: (x) => f(f(x * x) + f(Math.exp(f(-x)))),
        slope: (x) => 2 * x - Math.exp(-x),
      },
    ];
  }
});

describe('a bound that suffices', () => {
  test('saves values', () => {
    let calls = 0;
    const phi = (t: number): number => {
      calls++;
      return Math.exp(1 + t);
    };
    const fine = differentiate(phi);
    const needed = calls;
    calls = 0;
    const rough = differentiate(phi, { enough: 1e-4 });
    expect(calls).toBeLessThan(needed - 3);
    expect(rough?.bound).toBeLessThan(1e-4);
    expect(Math.abs((rough?.derivative ?? 0) - Math.E)).toBeLessThan(rough?.bound ?? 0);
    expect(fine?.bound).toBeLessThan(1e-11);
    calls = 0;
    differentiate(phi, { enough: 1e-4, noise: 1e-16 });
    expect(calls).toBeLessThan(10);
  });
});

describe('the Taylor remainder', () => {
  test('falls with the second power for the right slope, with the first for a wrong one', () => {
    const phi = (t: number): number => Math.exp(1 + t);
    expect(taylorOrder(phi, Math.E, 1e-16)).toBeCloseTo(2, 2);
    expect(taylorOrder(phi, 1.01 * Math.E, 1e-16)).toBeCloseTo(1, 1);
    expect(taylorOrder(Math.sin, 1, 1e-16)).toBeCloseTo(3, 2);
  });
  test('has no order for a straight line, nor for a constant with its rounding', () => {
    expect(taylorOrder((t) => 3 + 2 * t, 2, 4e-16)).toBeNull();
    expect(taylorOrder((t) => (t > 0 && t < 1e-3 ? 1e-16 : 0), 0, 0)).toBeNull();
  });
});

describe('a kink', () => {
  test('is told from a curve', () => {
    expect(hasKink((t) => Math.abs(t), 1e-16, 1)).toBe(true);
    expect(hasKink((t) => Math.abs(t - 1e-7) + t, 1e-16, 1)).toBe(true);
    expect(hasKink((t) => Math.sin(1 + t), 1e-16, 1)).toBe(false);
    expect(hasKink((t) => 1e6 * (1 + t) ** 2, 1e-10, 2e6)).toBe(false);
    expect(hasKink((t) => t ** 4 + t, 1e-16, 1)).toBe(false);
  });
  test('is one only if it is near enough for the steps, and large enough to matter', () => {
    const near = (distance: number) => (t: number) => Math.abs(t - distance) + Math.sin(t);
    expect(hasKink(near(1e-5), 1e-16, 0.1, 1e-2)).toBe(true);
    expect(hasKink(near(1e-5), 1e-16, 0.1, 1e-6)).toBe(false);
    expect(hasKink(near(1e-5), 1e-16, 3, 1e-2)).toBe(false);
    // A bend that is sharp, but wide beside the steps.
    expect(hasKink((t) => Math.sqrt(t * t + 1e-4), 1e-16, 0.1, 1e-3)).toBe(false);
    expect(hasKink((t) => Math.log(t + 1e-3), 1e-16, 0.1, 1e-4)).toBe(false);
  });
});

describe('the verdict', () => {
  const check = (phi: (t: number) => number, ...claimed: readonly number[]): string =>
    judge(claimed.map((c) => checkDirectional(phi, c))).verdict;

  test.each([1, 1e-6, 1e6, 1e-30])('does not depend on the scale %d of the function', (scale) => {
    const phi = (t: number): number => scale * Math.exp(1 + t);
    expect(check(phi, scale * Math.E)).toBe('right');
    expect(check(phi, scale * Math.E * (1 + 1e-6))).toBe('wrong');
    expect(check(phi, 0)).toBe('wrong');
    expect(check(phi, -scale * Math.E)).toBe('wrong');
  });

  test('takes a vanishing derivative for zero, by the rounding of the value', () => {
    expect(check(() => 3, 0)).toBe('zero');
    expect(check(() => 3, 1e-3)).toBe('wrong');
    expect(check((t) => 1 + 1e6 * (0.1 + t) - 1e6 * t, 0)).toBe('zero');
  });

  test('is open where rounding drowns the derivative, and where there is a kink or no value', () => {
    expect(check((t) => 1e16 + t, 1)).not.toBe('wrong');
    expect(check((t) => Math.abs(t), 1)).toBe('unclear');
    expect(check((t) => (t === 0 ? 1 : Number.NaN), 1)).toBe('unclear');
    expect(check((t) => t, Number.NaN)).toBe('unclear');
  });

  test('measures by the largest of the directions', () => {
    const at = (analytic: number, numeric: number): Measure => ({
      analytic,
      numeric,
      bound: 1e-14,
      noise: 1e-16,
      kink: false,
    });
    // An error of 1e-8 in a direction whose derivative happens to be small is rounding of the large one.
    expect(judge([at(1e-4 + 1e-8, 1e-4), at(1, 1)]).verdict).toBe('right');
    expect(judge([at(1e-4 + 1e-8, 1e-4)]).verdict).toBe('wrong');
    expect(judge([at(1.001, 1), at(1, 1)])).toMatchObject({ verdict: 'wrong', worst: 0 });
  });
});
