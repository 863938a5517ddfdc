import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest, slips } from '../../src/syntax/nearest.ts';

test.each([
  ['sofmax', ['softmax', 'sum', 'max'], 'softmax'],
  ['thetta', ['theta', 'beta'], 'theta'],
  ['symetric', ['symmetric', 'skew'], 'symmetric'],
  ['lgo', ['log', 'exp'], 'log'],
  ['x', ['X', 'y'], 'X'],
  ['x', ['y', 'z'], undefined],
  ['loss', ['theta', 'tr'], undefined],
  ['sum', ['sum'], undefined],
])('%s among %j is %s', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});

test('slips are a distance', () => {
  const words = fc.string({ unit: fc.constantFrom('a', 'b', 'A'), maxLength: 5 });
  fc.assert(
    fc.property(words, words, (a, b) => {
      expect(slips(a, a)).toBe(0);
      expect(slips(a, b)).toBe(slips(b, a));
      expect(slips(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(slips(a, b) > 0).toBe(a !== b);
    }),
    { seed: 5 },
  );
});
