import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Interval } from '../../src/family/places.ts';
import { covers, cut, difference, intersection, place, union } from '../../src/family/places.ts';
import { at } from './systems.ts';

const interval = (from: string, to: string): Interval => ({ from: at(from), to: at(to) });

/** Places as numbers, where L is one. */
const numbers = (runs: readonly Interval[], L: number): number[] => {
  const value = (p: Interval['from']): number => (p.variable === null ? p.offset : L + p.offset);
  return runs.flatMap(({ from, to }) =>
    Array.from({ length: Math.max(0, value(to) - value(from) + 1) }, (_, k) => value(from) + k),
  );
};

const end = fc
  .tuple(fc.boolean(), fc.integer({ min: -3, max: 3 }))
  .map(([far, offset]) => place(far ? 'L' : null, offset));
const runs = fc.array(fc.record({ from: end, to: end }), { maxLength: 4 });
/** Beyond this all ends that are drawn lie as they do for a large L. */
const LARGE = 12;
const sorted = (xs: readonly number[]): number[] => [...new Set(xs)].sort((a, b) => a - b);

describe('runs of places are the sets that they stand for', () => {
  test('union, intersection, difference', () => {
    fc.assert(
      fc.property(runs, runs, (a, b) => {
        const [x, y] = [sorted(numbers(union(a), LARGE)), sorted(numbers(b, LARGE))];
        expect(numbers(union(a), LARGE)).toEqual(sorted(numbers(a, LARGE)));
        expect(numbers(intersection(a, b), LARGE)).toEqual(x.filter((p) => y.includes(p)));
        expect(numbers(difference(a, b), LARGE)).toEqual(x.filter((p) => !y.includes(p)));
      }),
      { seed: 1 },
    );
  });

  test('pieces partition what they are cut from, and each lies in or out of every cutter', () => {
    fc.assert(
      fc.property(runs, runs, (a, b) => {
        const from = union(a);
        const least = new Map<string, number>();
        const pieces = cut(from, union(b), least);
        expect(sorted(numbers(pieces, LARGE))).toEqual(numbers(from, LARGE));
        for (const p of pieces)
          for (const c of union(b))
            expect(covers([c], p) || intersection([c], [p]).length === 0).toBe(true);
        // the same for the least number for which the order of the cuts holds
        const L = least.get('L') ?? LARGE;
        expect(numbers(pieces, L)).toEqual(sorted(numbers(pieces, L)));
      }),
      { seed: 2 },
    );
  });

  test('a range with its base is one run, and a gap stays', () => {
    expect(union([interval('1', 'L'), interval('0', '0')])).toEqual([interval('0', 'L')]);
    expect(union([interval('2', 'L'), interval('0', '0')])).toHaveLength(2);
    expect(covers([interval('0', 'L')], interval('0', 'L-1'))).toBe(true);
    expect(covers([interval('0', 'L')], interval('1', 'L+1'))).toBe(false);
  });

  test('an order of two ends cannot be told', () => {
    expect(() => union([interval('1', 'L'), interval('1', 'T')])).toThrow(/no order/);
  });
});
