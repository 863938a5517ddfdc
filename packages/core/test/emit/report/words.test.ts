import { describe, expect, test } from 'vitest';
import { grid, NO_STYLE, table, widthOf, wrap } from '../../../src/emit/report/layout.ts';
import {
  amountText,
  checkSentence,
  dimensionsText,
  proseAscii,
  sizesText,
} from '../../../src/emit/report/words.ts';
import { passed } from './samples.ts';

describe('numbers', () => {
  test.each([
    [{}, ''],
    [{ m: 7, n: 3 }, 'm=7, n=3'],
    [{ m: 4, n: 4 }, 'm=n=4'],
    [{ m: 4 }, 'm=4'],
    [{ L: 2, 'n[1]': 5, 'n[0]': 3, 'n[2]': 2 }, 'L=2, n=[3,5,2]'],
    [{ 'n[1]': 5, 'n[2]': 2 }, 'n[1]=5, n[2]=2'],
    [{ 'n[L]': 5 }, 'n[L]=5'],
  ])('%j', (sizes, text) => {
    expect(sizesText(sizes)).toBe(text);
  });

  test('some of different sizes', () => {
    expect(dimensionsText(passed)).toBe('m=7, n=3; m=n=4; …');
    expect(dimensionsText({ ...passed, dimensions: [{ m: 2 }, { m: 2 }, { m: 3 }] })).toBe(
      'm=2; m=3',
    );
    const layers = [
      { L: 1, 'n[0]': 2 },
      { L: 1, 'n[0]': 3 },
      { L: 2, 'n[0]': 5 },
    ];
    expect(dimensionsText({ ...passed, dimensions: layers })).toBe('L=1, n=[2]; …; L=2, n=[5]');
    expect(checkSentence({ ...passed, dimensions: [{}], points: 1, taylorOrder: null })).toBe(
      'at 1 point: largest relative error 2.1e-11, seed 1',
    );
    expect(checkSentence({ ...passed, maxRelativeError: 0 })).toContain('error 0, Taylor');
  });

  test('bytes', () => {
    expect(amountText(100)).toBe('100 numbers, 400 B in f32, 800 B in f64');
    expect(amountText(298_240)).toBe('298,240 numbers, 1.2 MB in f32, 2.4 MB in f64');
    expect(amountText(25e6)).toBe('25,000,000 numbers, 100 MB in f32, 200 MB in f64');
    expect(amountText(null)).toBe('not every size that it takes is given');
  });
});

test.each([
  ['m×n stays, so Xθ', 'm x n stays, so X theta'],
  ['∂J/∂θ', 'dJ/dtheta'],
  ['rᵀr', 'r^T r'],
  ['x̂ ± σ′(Z)²', "x_hat +- sigma'(Z)^2"],
])('%s in ASCII', (text, ascii) => {
  expect(proseAscii(text)).toBe(ascii);
});

describe('layout', () => {
  const prose = (text: string) => ({ text, paint: NO_STYLE.dim });

  test('marks and codes take no column', () => {
    expect(widthOf('x\u0302 \u001b[1mθ\u001b[22m')).toBe(3);
  });

  test('prose is broken at spaces, words never', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('extraordinary', 7)).toEqual(['extraordinary']);
  });

  test('the last column is wrapped under itself', () => {
    expect(table([['a', prose('one two three four five six seven eight')]], 40)).toEqual([
      'a   one two three four five six seven',
      '    eight',
    ]);
  });

  test('or goes below where no room is left', () => {
    expect(table([['a long formula', prose('one two three four five six')]], 40)).toEqual([
      'a long formula',
      '  one two three four five six',
    ]);
  });

  test('a column that is empty takes no room', () => {
    expect(
      table(
        [
          ['a', '', 'x'],
          ['b', '', ''],
        ],
        40,
      ),
    ).toEqual(['a   x', 'b']);
  });

  test('a grid fills its rows', () => {
    expect(grid(['a', 'bb', 'c', 'd'], 11)).toEqual(['a    bb', 'c    d']);
  });
});
