import { describe, expect, test } from 'vitest';
import { random, shuffled } from '../../src/verify/random.ts';

const draws = (seed: number, stream = 0): number[] => {
  const source = random(seed, stream);
  return Array.from({ length: 20 }, () => source.uniform());
};

describe('random', () => {
  test('gives the same numbers for the same seed, others for another seed or stream', () => {
    expect(draws(1)).toEqual(draws(1));
    const all = [draws(0), draws(1), draws(2), draws(1, 1), draws(1, 2), draws(2 ** 33)].flat();
    expect(new Set(all).size).toBe(all.length);
  });

  test('is uniform, Gaussian and fair, to the accuracy of 100,000 draws', () => {
    const source = random(3);
    const n = 1e5;
    const mean = (make: () => number): number => {
      let total = 0;
      for (let i = 0; i < n; i++) total += make();
      return total / n;
    };
    expect(mean(source.uniform)).toBeCloseTo(0.5, 2);
    expect(mean(source.gaussian)).toBeCloseTo(0, 1);
    expect(mean(() => source.gaussian() ** 2)).toBeCloseTo(1, 1);
    expect(mean(() => source.gaussian() ** 4)).toBeCloseTo(3, 0);
    expect(mean(source.sign)).toBeCloseTo(0, 1);
    expect(mean(() => source.below(5))).toBeCloseTo(2, 1);
  });

  test('shuffles without loss', () => {
    const list = [1, 2, 3, 4, 5, 6, 7];
    const other = shuffled(list, random(1));
    expect(other).not.toEqual(list);
    expect(other.toSorted((a, b) => a - b)).toEqual(list);
  });
});
