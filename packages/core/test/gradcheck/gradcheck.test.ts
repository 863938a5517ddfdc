import { describe, expect, expectTypeOf, test } from 'vitest';
import { expectGradient, GradientError, gradcheck } from '../../src/check.ts';
import { random } from '../../src/verify/random.ts';
import { gaussians, MISTAKES, SCENARIOS, SMOOTH } from './functions.ts';

const cases = SMOOTH.flatMap((coded) =>
  SCENARIOS.map((s) => ({ name: `${coded.name}, ${s.name}`, coded: s.of(coded) })),
);

describe('a gradient', () => {
  test.each(cases)('of $name is right', ({ coded }) => {
    for (const seed of [1, 2, 3]) {
      const report = gradcheck(coded.f, coded.grad, coded.draw(), { seed });
      expect(report.message).toMatch(/^the gradient is right/);
      expect(report).toMatchObject({
        verdict: 'right',
        problem: null,
        worst: null,
        kinks: 0,
        precision: 'double',
      });
      expect(report.error).toBeLessThan(1e-6);
    }
  });

  test.each(cases)('of $name is wrong with any mistake', ({ coded }) => {
    const at = coded.draw();
    for (const { name, of } of MISTAKES)
      expect([name, gradcheck(coded.f, (x) => of(coded.grad(x)), at, { seed: 4 }).verdict]).toEqual(
        [name, 'wrong'],
      );
  });
});

describe('the report', () => {
  const f = ({ W, b }: { W: number[][]; b: Float64Array }): number =>
    W.reduce((t, row, i) => t + Math.tanh(row.reduce((s, w, j) => s + w * (j + 1), b[i] ?? 0)), 0);
  const grad = ({ W, b }: { W: number[][]; b: Float64Array }) => {
    const slopes = W.map(
      (row, i) => 1 - Math.tanh(row.reduce((s, w, j) => s + w * (j + 1), b[i] ?? 0)) ** 2,
    );
    return {
      W: W.map((row, i) => row.map((_, j) => (slopes[i] ?? 0) * (j + 1))),
      b: Float64Array.from(slopes),
    };
  };
  const at = {
    W: [
      [0.1, -0.2],
      [0.3, 0.4],
      [-0.5, 0.2],
    ],
    b: Float64Array.of(0.1, 0.2, -0.3),
  };

  test('names the entry that is wrong', () => {
    const wrong = (x: typeof at) => {
      const g = grad(x);
      (g.W[2] as number[])[1] = 5;
      return g;
    };
    const report = gradcheck(f, wrong, at, { seed: 1 });
    expect(report.worst).toMatchObject({ path: 'W[2][1]', claimed: 5 });
    expect(report.worst?.measured).toBeCloseTo(grad(at).W[2]?.[1] ?? 0, 10);
    expect(report.message).toContain('wrong at W[2][1]');
    expect(report.message).toContain('1 of 6 entries of W are wrong');
    expect(report.blocks.map((b) => [b.path, b.verdict, b.wrong])).toEqual([
      ['W', 'wrong', 1],
      ['b', 'right', 0],
    ]);
  });

  test('says where all is a factor away', () => {
    const twice = (x: typeof at) => ({ ...grad(x), b: grad(x).b.map((v) => 2 * v) });
    const report = gradcheck(f, twice, at, { seed: 1 });
    expect(report.blocks[1]?.factor).toBeCloseTo(2, 9);
    expect(report.message).toContain('2 times what it should be');
    expect(report.blocks[0]?.factor).toBeNull();
  });

  test('has the numbers that a reader wants', () => {
    const report = gradcheck(f, grad, at, { seed: 9 });
    expect(report).toMatchObject({ verdict: 'right', seed: 9, kinks: 0, problem: null });
    expect(report.taylorOrder).toBeGreaterThan(1.9);
    expect(report.error).toBeLessThan(1e-11);
    expect(report.bound).toBeLessThan(1e-10);
    expect(report.finds).toBeLessThan(1e-8);
    expect(report.noise).toBeLessThan(1e-14);
    expect(report.evaluations).toBeLessThan(400);
  });

  test('is the same for a seed', () => {
    const run = (seed: number) => gradcheck(f, grad, at, { seed });
    expect(run(5)).toEqual(run(5));
  });

  test('checks only what is asked for', () => {
    const half = (x: typeof at) => ({ b: grad(x).b });
    expect(gradcheck(f, half, at, { wrt: ['b'] })).toMatchObject({
      verdict: 'right',
      blocks: [{ path: 'b' }],
    });
    expect(gradcheck(f, half, at)).toMatchObject({ verdict: 'wrong', problem: { kind: 'shape' } });
    expect(() => gradcheck(f, grad, at, { wrt: ['c'] })).toThrow('there is W, b');
  });
});

describe('in a test runner', () => {
  test('a right gradient passes and a wrong one throws what is to be read', () => {
    const square = (x: number): number => x * x;
    expect(expectGradient(square, (x) => 2 * x, 3).verdict).toBe('right');
    const failing = (): unknown => expectGradient(square, (x) => x, 3, { seed: 1 });
    expect(failing).toThrow(GradientError);
    expect(failing).toThrow(/claimed 3, differences give 6 ± /);
    expectTypeOf(expectGradient<number>)
      .parameter(0)
      .toEqualTypeOf<(at: number) => number>();
  });
});

describe('blocks', () => {
  test('are checked apart: a small one does not drown', () => {
    const f = ([w, b]: [Float64Array, number]): number =>
      1e6 * w.reduce((s, v) => s + Math.sin(v), 0) + 1e-3 * b * b;
    const grad =
      (share: number) =>
      ([w, b]: [Float64Array, number]) => [w.map((v) => 1e6 * Math.cos(v)), share * 2e-3 * b];
    const at: [Float64Array, number] = [gaussians(20), 0.7];
    expect(gradcheck(f, grad(1), at).verdict).toBe('right');
    expect(gradcheck(f, grad(1.01), at)).toMatchObject({
      verdict: 'wrong',
      worst: { path: '[1]' },
    });
  });
});

describe('a derivative that vanishes', () => {
  test('is right where nothing but rounding is claimed', () => {
    const softmax = (x: Float64Array): Float64Array => {
      const e = x.map(Math.exp);
      const total = e.reduce((a, b) => a + b, 0);
      return e.map((v) => v / total);
    };
    const one = (x: Float64Array): number => softmax(x).reduce((a, b) => a + b, 0);
    const claimed = (x: Float64Array): Float64Array => {
      const p = softmax(x);
      const total = p.reduce((a, b) => a + b, 0);
      return p.map((v) => v - v * total);
    };
    expect(gradcheck(one, claimed, gaussians(7)).verdict).toBe('right');
    expect(gradcheck(one, softmax, gaussians(7)).verdict).toBe('wrong');
    expect(
      gradcheck(
        () => 0,
        () => 0,
        2,
      ).verdict,
    ).toBe('right');
    expect(
      gradcheck(
        () => 0,
        () => 1e-9,
        2,
      ).verdict,
    ).toBe('wrong');
  });

  test('is not believed where rounding hides what is claimed', () => {
    const report = gradcheck(
      (x: number) => 1e17 + x,
      () => 1,
      2,
    );
    expect(report).toMatchObject({ verdict: 'inconclusive', problem: { kind: 'noise' } });
  });
});

describe('kinks', () => {
  const source = random(3);
  test('are stepped away from', () => {
    const abs = (x: Float64Array): number => x.reduce((s, v) => s + Math.abs(v), 0);
    const signs = (x: Float64Array): Float64Array => x.map((v) => (v < 0 ? -1 : 1));
    const report = gradcheck(abs, signs, Float64Array.of(0, 1, -2), { seed: 1 });
    expect(report).toMatchObject({ verdict: 'right', kinks: 1 });
    expect(report.message).toContain('moved by 1 % away from a kink');
    expect(
      gradcheck(abs, (x) => signs(x).map((v) => 2 * v), Float64Array.of(0, 1, -2)).verdict,
    ).toBe('wrong');
  });

  test('nearby, at any distance, make nothing wrong and nothing right', () => {
    for (let exponent = -14; exponent <= -1; exponent++) {
      for (const sign of [-1, 1]) {
        const at = Float64Array.from(gaussians(5), (v, i) => (i === 2 ? sign * 10 ** exponent : v));
        const relu = (x: Float64Array): number =>
          x.reduce((s, v) => s + Math.max(0, v) + 0.1 * v * v, 0);
        const slope = (x: Float64Array): Float64Array => x.map((v) => (v > 0 ? 1 : 0) + 0.2 * v);
        const seed = Math.floor(1e6 * source.uniform());
        expect([exponent, gradcheck(relu, slope, at, { seed }).verdict]).toEqual([
          exponent,
          'right',
        ]);
        const wrong = (x: Float64Array): Float64Array => slope(x).map((v) => 1.001 * v);
        expect([exponent, gradcheck(relu, wrong, at, { seed }).verdict]).toEqual([
          exponent,
          'wrong',
        ]);
      }
    }
  });

  test('everywhere leave no verdict', () => {
    // Weierstrass' function has no derivative anywhere.
    const weierstrass = (x: number): number => {
      let s = 0;
      for (let n = 0; n < 40; n++) s += 0.5 ** n * Math.cos(3 ** n * Math.PI * x);
      return s;
    };
    expect(gradcheck(weierstrass, () => 1, 0.3).verdict).toBe('inconclusive');
  });
});

describe('single precision', () => {
  const { fround } = Math;
  // Each operation rounded, as on hardware of 32 bits.
  const loss = (x: Float32Array | Float64Array): number => {
    let s = 0;
    for (const v of x) s = fround(s + fround(Math.tanh(fround(v))));
    return s;
  };
  const slope = (x: Float32Array | Float64Array): Float32Array =>
    Float32Array.from(x, (v) => fround(1 - fround(Math.tanh(v)) ** 2));
  const at = Float32Array.from(gaussians(8));

  test('is told from a mistake, and the verdict says that it is weaker', () => {
    for (let seed = 0; seed < 30; seed++) {
      const report = gradcheck(loss, slope, Float32Array.from(gaussians(8)), { seed });
      expect(report).toMatchObject({ verdict: 'right', precision: 'single' });
      expect(report.message).toContain('as far as single precision shows');
      expect(report.finds).toBeGreaterThan(1e-7);
      expect(report.finds).toBeLessThan(2e-2);
    }
  });

  test('hides no mistake of 3 %', () => {
    for (let seed = 0; seed < 30; seed++)
      expect(gradcheck(loss, (x) => slope(x).map((v) => 1.03 * v), at, { seed }).verdict).toBe(
        'wrong',
      );
  });

  test('of the arrays alone is avoided: the functions are called with doubles', () => {
    const f = (x: Float32Array): number => x.reduce((s, v) => s + Math.sin(v), 0);
    const grad = (x: Float32Array): number[] => Array.from(x, Math.cos);
    expect(gradcheck(f, grad, at)).toMatchObject({ verdict: 'right', precision: 'double' });
    expect(gradcheck(f, (x) => grad(x).map((v) => v * (1 + 1e-7)), at).verdict).toBe('wrong');
    const strict = (x: Float32Array): number => {
      if (!(x instanceof Float32Array)) throw new TypeError('32 bits only');
      return f(x);
    };
    expect(gradcheck(strict, grad, at)).toMatchObject({ verdict: 'right', precision: 'single' });
  });

  test('of the gradient alone is no mistake', () => {
    const f = (x: Float64Array): number => x.reduce((s, v) => s + Math.sin(v), 0);
    const grad = (x: Float64Array): Float32Array => Float32Array.from(x, Math.cos);
    expect(gradcheck(f, grad, gaussians(9))).toMatchObject({
      verdict: 'right',
      precision: 'single',
    });
    expect(gradcheck(f, (x) => grad(x).map((v) => 1.0001 * v), gaussians(9)).verdict).toBe('wrong');
  });
});

test.each([
  ['a kink', (x: number) => Math.abs(x), (x: number) => Math.sign(x), 0],
  ['a constant', () => 5, () => 0, 1],
  ['a half', (x: number) => x / 2, () => 0.5, 1.7],
] as const)('gradients of whole numbers are of no single precision: %s', (_, f, grad, at) => {
  const report = gradcheck<number>(f, grad, at, { seed: 1 });
  expect([report.verdict, report.precision]).toEqual(['right', 'double']);
  expect(report.message).not.toMatch(/Infinity|single precision/u);
});
