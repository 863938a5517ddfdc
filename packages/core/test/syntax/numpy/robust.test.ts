import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codesOf } from '../robust.ts';

const PIECES = [
  Array.from('+-*/@.,:;=()[]{}\n \'"#\\'),
  [
    'X',
    'x',
    'theta',
    'np',
    'm',
    'n',
    'r',
    '1',
    '2.5',
    'None',
    'True',
    ' ** ',
    ' @ ',
    '.T',
    '.shape',
  ],
  [
    'np.sum(',
    'np.linalg.inv(',
    'np.linalg.slogdet(A)[1]',
    'np.einsum("ij,j->i", X, x)',
    'np.einsum("',
    'axis=0',
    'keepdims=True',
  ],
  [
    '[:, None]',
    '[0]',
    '[:, ',
    '.sum()',
    '.sum(axis=1)',
    'import numpy as np\n',
    'def f(x):\n',
    'return ',
    'm, n = X.shape\n',
  ],
  [
    'assert x.shape == (n,)\n',
    'r = ',
    'J = ',
    'X: m×n\n',
    'lambda',
    'for ',
    'if ',
    '"""',
    'check dJ/dx = ',
    'len(x)',
  ],
].flat();

describe('no text does anything but be read or be refused', () => {
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 25 }).map((parts) => parts.join('')),
    fc.string({ maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );

  test('random Python in every piece', () => {
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        codesOf({ expression: a, where: b, wrt: [c], claims: [b], syntax: 'numpy' });
        const codes = codesOf({
          file: { name: 'a.py', text: [a, b, c].join('\n') },
          syntax: 'numpy',
        });
        expect(codes.length).toBeLessThanOrEqual(20);
      }),
      { seed: 5, numRuns: 600 },
    );
  });

  const many = (text: string, n = 200_000): string => text.repeat(Math.floor(n / text.length));
  test.each([
    ['opening brackets', many('('), 'too-deep'],
    ['closing brackets', many(')', 50_000), 'missing-operand'],
    ['terms', `x${many(' + x', 30_000)}`, 'too-deep'],
    ['powers', `x${many(' ** x', 30_000)}`, 'too-deep'],
    ['minus signs', `${many('-', 30_000)}x`, 'too-deep'],
    ['attributes', `x${many('.T', 30_000)}`, 'too-deep'],
    ['subscripts', `x${many('[:, None]', 30_000)}`, 'too-deep'],
    ['calls', many('np.sum(', 30_000), 'too-deep'],
    [
      'products that nobody declared',
      `np.sum(${'a b c d e f g h i j k l'.split(' ').join(' @ ')})`,
      null,
    ],
    [
      'many undeclared names',
      Array.from({ length: 300 }, (_, i) => `a${i} @ 2`).join(' + '),
      'array-rank',
    ],
    [
      'definitions that wait',
      `${Array.from({ length: 5000 }, (_, i) => `a${i} = a${i + 1}`).join('\n')}\na0`,
      null,
    ],
    [
      'definitions in order',
      `${Array.from({ length: 3000 }, (_, i) => `a${i + 1} = a${i} + 1`).join('\n')}\na3000`,
      null,
    ],
    [
      'mistakes that others rest on',
      `${Array.from({ length: 3000 }, (_, i) => `a${i} = a${i + 1} + 1`).join('\n')}\na3000 = 2 @ x\na0`,
      'array-rank',
    ],
    ['digits', many('1'), 'bad-number'],
    ['names', many('x '), 'unexpected-token'],
    ['strings', many('"a" '), null],
    ['open strings', many('"'), null],
    ['lines', many('\n'), 'empty-input'],
    ['comments', many('# a\n'), 'empty-input'],
    ['more than fits', many('x', 1_100_000), 'too-long'],
    ['null bytes', 'x\0y', 'binary-input'],
  ])('%s', (_, expression, code) => {
    const before = performance.now();
    const codes = new Set(codesOf({ expression, syntax: 'numpy' }));
    expect(code === null ? [code] : [...codes]).toEqual([code]);
    expect(performance.now() - before).toBeLessThan(4000);
  });
});
