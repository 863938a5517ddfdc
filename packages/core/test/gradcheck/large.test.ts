import { describe, expect, test } from 'vitest';
import { gradcheck } from '../../src/check.ts';
import { rms } from '../../src/verify/linear.ts';
import { random } from '../../src/verify/random.ts';
import { gaussians } from './functions.ts';

const source = random(41);
const softplus = (v: number): number => (v > 30 ? v : Math.log1p(Math.exp(v)));

/** Σ wᵢ tanh(xᵢ) with a plain loop, as users write it. */
const layer = (n: number) => {
  const w = gaussians(n);
  return {
    at: gaussians(n),
    f: (x: Float64Array): number => {
      let s = 0;
      for (let i = 0; i < n; i++) s += (w[i] as number) * Math.tanh(x[i] as number);
      return s;
    },
    grad: (x: Float64Array): Float64Array =>
      x.map((v, i) => (w[i] as number) * (1 - Math.tanh(v) ** 2)),
  };
};

/** The gradient with one entry off by a share of a typical one. */
const spoilt = (grad: (x: Float64Array) => Float64Array, k: number, share: number) => {
  const sign = source.sign();
  return (x: Float64Array): Float64Array => {
    const g = grad(x);
    g[k] = (g[k] as number) + sign * share * rms(g);
    return g;
  };
};

describe('one wrong entry among many, off by 10⁻⁴ of a typical one', () => {
  test('is found every time, and named', () => {
    const { at, f, grad } = layer(2000);
    expect(gradcheck(f, grad, at, { seed: 1 })).toMatchObject({
      verdict: 'right',
      blocks: [{ method: 'directions' }],
    });
    for (let seed = 0; seed < 8; seed++) {
      const k = source.below(at.length);
      const report = gradcheck(f, spoilt(grad, k, 1e-4), at, { seed });
      expect(report).toMatchObject({ verdict: 'wrong', worst: { path: `[${k}]` } });
    }
  });

  test('is found among a hundred thousand', () => {
    const n = 1e5;
    const at = gaussians(n);
    const f = (x: Float64Array): number => {
      let s = 0;
      for (let i = 0; i < n; i++) s += (x[i] as number) ** 2;
      return s / n;
    };
    const grad = (x: Float64Array): Float64Array => x.map((v) => (2 * v) / n);
    const k = source.below(n);
    expect(gradcheck(f, spoilt(grad, k, 1e-4), at, { seed: 2 })).toMatchObject({
      verdict: 'wrong',
      worst: { path: `[${k}]` },
    });
  });

  test('is found where f has kinks all over', () => {
    const w = gaussians(3000);
    const f = (x: Float64Array): number =>
      x.reduce((s, v, i) => s + (w[i] as number) * Math.max(0, v), 0);
    const grad = (x: Float64Array): Float64Array => x.map((v, i) => (v > 0 ? (w[i] as number) : 0));
    const at = gaussians(3000);
    for (let seed = 0; seed < 8; seed++) {
      expect(gradcheck(f, grad, at, { seed }).verdict).toBe('right');
      expect(gradcheck(f, spoilt(grad, source.below(3000), 1e-4), at, { seed }).verdict).toBe(
        'wrong',
      );
    }
  });
});

describe('a large gradient', () => {
  test('that is wrong all over is found without a search', () => {
    const { at, f, grad } = layer(5000);
    const report = gradcheck(f, (x) => grad(x).map((v) => 2 * v), at, { seed: 3 });
    expect(report).toMatchObject({ verdict: 'wrong', blocks: [{ verdict: 'wrong' }] });
    expect(report.blocks[0]?.factor).toBeCloseTo(2, 6);
    expect(report.evaluations).toBeLessThan(700);
  });

  test('stays right where entries differ by many orders of magnitude', () => {
    const scales = Float64Array.from({ length: 2000 }, (_, i) => 10 ** (-8 * (i / 2000)));
    const f = (x: Float64Array): number =>
      x.reduce((s, v, i) => s + softplus((scales[i] as number) * v), 0);
    const grad = (x: Float64Array): Float64Array =>
      x.map((v, i) => (scales[i] as number) / (1 + Math.exp(-(scales[i] as number) * v)));
    for (let seed = 0; seed < 5; seed++)
      expect(gradcheck(f, grad, gaussians(2000), { seed }).verdict).toBe('right');
  });

  test('says what it could have missed', () => {
    const { at, f, grad } = layer(2000);
    const clear = gradcheck(f, grad, at, { seed: 4 });
    expect(clear.finds).toBeLessThan(1e-5);
    const noisy = gradcheck((x) => f(x) + 1e9, grad, at, { seed: 4 });
    expect(noisy.verdict).toBe('right');
    expect(noisy.finds).toBeGreaterThan(1e-5);
    expect(noisy.message).toContain('an error in one entry would show from');
  });
});
