import { expect, test } from 'vitest';
import { distanceToReverse } from '../../src/family/check.ts';
import { deriveFamily } from '../../src/family/derive.ts';
import { leastDefined, tightened } from '../../src/family/least.ts';
import { HALF } from '../../src/shape/rational.ts';
import {
  at,
  equation,
  halfSquared,
  layers,
  lookBack,
  model,
  perceptron,
  plus,
  range,
  scaled,
  squared,
  states,
  system,
  times,
  unknown,
} from './systems.ts';

const { W, V, X, X1 } = states;
const interval = (from: string, to: string) => ({ from: at(from), to: at(to) });

test('pieces hold down to where two of them would define one place', () => {
  const arrivals = [
    { at: interval('L', 'L'), of: 'direct' },
    { at: interval('1', 'L-1'), of: 'near' },
    { at: interval('0', 'L-2'), of: 'far' },
  ];
  const claims = [
    { at: interval('L', 'L'), from: ['direct'] },
    { at: interval('L-1', 'L-1'), from: ['near'] },
    { at: interval('1', 'L-2'), from: ['near', 'far'] },
    { at: interval('0', '0'), from: ['far'] },
  ];
  const least = tightened(new Map([['L', 9]]), claims, [interval('0', 'L')], arrivals, false);
  expect([...least]).toEqual([['L', 2]]);
});

test('a look-back of two holds from where it has a step', () => {
  const all = lookBack(W('l'), V('l'), X, X1);
  const d = deriveFamily(all.objective, all.system, all.wanted);
  expect([...d.least]).toEqual([['L', 2]]);
  expect(distanceToReverse(d, { L: 2 })).toBeLessThan(1e-12);
});

test('a layer that has two terms only where it is the first and the last', () => {
  const { Z, W: w, X: x } = layers;
  const step = equation(Z('l'), unknown('σ', times(Z('l-1'), w('l'))), range('l', '1', 'L'));
  const penalty = scaled(HALF, plus(squared(w('1')), squared(w('L'))));
  const m = model(
    plus(halfSquared(Z('L')), penalty),
    system([equation(Z('0'), x)], [step]),
    w('l'),
  );
  const d = deriveFamily(m.objective, m.system, m.wanted);
  // for L = 1 the one weight would need both terms, and no piece has them
  expect([...d.least]).toEqual([['L', 2]]);
  expect(distanceToReverse(d, { L: 2 })).toBeLessThan(1e-12);
});

test('a perceptron holds for one layer', () => {
  const m = perceptron((x) => unknown('σ', x));
  expect(deriveFamily(m.objective, m.system, m.wanted).least.get('L')).toBeLessThanOrEqual(1);
});

test.each([
  ['Z[L−2] of Z[0] … Z[L]', interval('L-2', 'L-2'), [interval('0', 'L')], 2],
  ['Z[L] of Z[1] … Z[L]', interval('L', 'L'), [interval('1', 'L')], 1],
  ['Z[3] of Z[0] … Z[L]', interval('3', '3'), [interval('0', 'L')], 3],
  ['Z[1] … Z[L−1], which may be none', interval('1', 'L-1'), [interval('1', 'L')], 0],
  [
    'Z[0] … Z[L] of two runs that meet',
    interval('0', 'L'),
    [interval('0', '1'), interval('2', 'L')],
    0,
  ],
  ['Z[L−40]', interval('L-40', 'L-40'), [interval('0', 'L')], 40],
] as const)('%s is there from some number on', (_, used, defined, least) => {
  const found = leastDefined([{ used, defined }]).get('L');
  expect(found).toBe(least);
  const numbers = (i: typeof used, n: number): number[] => {
    const [from, to] = [i.from, i.to].map((p) => p.offset + (p.variable === null ? 0 : n));
    return Array.from(
      { length: Math.max(0, (to ?? 0) - (from ?? 0) + 1) },
      (_, k) => (from ?? 0) + k,
    );
  };
  const holds = (n: number): boolean =>
    numbers(used, n).every((p) => defined.some((d) => numbers(d, n).includes(p)));
  const wrong = Array.from({ length: 60 }, (_, n) => n).filter((n) => !holds(n));
  expect(wrong.at(-1) ?? -1).toBe(least - 1);
});
