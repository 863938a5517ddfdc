import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { readSizes } from '../../src/syntax/sizes.ts';

test.each([
  ['m=7', { m: 7 }],
  [
    'L=3, m=128, n=[784,512,256,10]',
    { L: 3, m: 128, 'n[0]': 784, 'n[1]': 512, 'n[2]': 256, 'n[3]': 10 },
  ],
  [' m = 7 ; n[2] = 4\nn[0]=1,', { m: 7, 'n[2]': 4, 'n[0]': 1 }],
  ['theta=2, n_out=3, d1=4, \\mu=5', { θ: 2, n_out: 3, d1: 4, μ: 5 }],
  ['n=[5]', { 'n[0]': 5 }],
])('%s', (text, sizes) => {
  expect(Object.fromEntries(readSizes(text))).toEqual(sizes);
});

test.each([
  ['', 'no size is given'],
  ['m', '`m` gives no size: write a name, `=` and a whole number, or a list'],
  ['7=m', '`7=m` gives no size: write a name, `=` and a whole number, or a list'],
  ['m=', '`m=` gives no size: write a name, `=` and a whole number, or a list'],
  ['m=0', 'the size of m is a whole number from 1 on, not `0`'],
  ['m=-3', 'the size of m is a whole number from 1 on, not `-3`'],
  ['m=1e3', 'the size of m is a whole number from 1 on, not `1e3`'],
  ['m=9999999999999999', 'the size of m is larger than 1000000000000'],
  ['n=[3,x]', 'the size of n[1] is a whole number from 1 on, not `x`'],
  ['n=[3,,4]', 'the size of n[1] is a whole number from 1 on, not ``'],
  ['n=[]', 'the list of n is empty'],
  ['n=[3', 'a bracket is not closed'],
  ['n=3]', 'the brackets do not match'],
  ['n=[[3]]', 'the brackets do not match'],
  ['n[1]=[3]', 'n[1] is one size, and `[3]` is a list'],
  ['m=3, m=4', 'm is given twice'],
  ['n=[3,4], n[1]=4', 'n[1] is given twice'],
])('%s: %s', (text, message) => {
  const read = (): unknown => readSizes(text);
  expect(read).toThrow(MatgradError);
  expect(read).toThrow(message);
});

test('whatever is typed, it is read or refused', () => {
  const outcome = (typed: string): string => {
    try {
      const sizes = [...readSizes(typed)];
      return sizes.every(([key, n]) => /^\p{L}[\p{L}\d]*(\[\d+\])?$/u.test(key) && n >= 1)
        ? 'read'
        : 'misread';
    } catch (error) {
      return error instanceof MatgradError ? 'refused' : 'broken';
    }
  };
  const text = fc.string({ unit: fc.constantFrom(...Array.from('mnθ12=,;[] \n\\-x')) });
  fc.assert(
    fc.property(text, (typed) => {
      expect(['read', 'refused']).toContain(outcome(typed));
    }),
    { seed: 1, numRuns: 500 },
  );
});
