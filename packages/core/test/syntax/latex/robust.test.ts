import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codesOf } from '../robust.ts';

const PIECES = [
  Array.from("+-*/^_.,:;=|()[]{}&%$\\ \n'~#"),
  ['X', 'θ', 'W', 'l', 'ab', '1', '23', 'T', 'where', 'for', 'in'],
  [
    '\\frac',
    '\\frac{1}',
    '\\sqrt',
    '\\sqrt[3]',
    '\\mathbf',
    '\\mathbf{X}',
    '\\mathrm{tr}',
    '\\text{for all }',
  ],
  [
    '\\left(',
    '\\right)',
    '\\left\\|',
    '\\right\\|',
    '\\bigl[',
    '\\bigr]',
    '\\lvert',
    '\\rvert',
    '\\left.',
  ],
  [
    '\\log',
    '\\det',
    '\\hat{x}',
    '\\vec',
    '\\theta',
    '\\top',
    '\\cdot',
    '\\odot',
    '\\in',
    '\\mathbb{R}',
    '\\mathbf{1}_n',
  ],
  [
    '\\begin{align}',
    '\\end{align}',
    '\\begin{bmatrix}',
    '\\end{bmatrix}',
    '\\\\',
    '\\[',
    '\\]',
    '\\(',
    '\\)',
  ],
  [
    '^{(l)}',
    '^{[l-1]}',
    '_{l-1}',
    '_{i,j}',
    '^{-1}',
    '^\\top',
    '^{\\circ 2}',
    'W_l \\in ',
    'l = 1,\\dots,L',
    '\\sum_{i=1}',
  ],
].flat();

describe('no text does anything but be read or be refused', () => {
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 25 }).map((parts) => parts.join('')),
    fc.string({ maxLength: 60 }).map((s) => `\\${s}`),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );

  test('random LaTeX in every piece', () => {
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        codesOf({ expression: a, where: b, wrt: [c], claims: [b], syntax: 'latex' });
        const codes = codesOf({ file: { name: 'a.tex', text: [a, b, c].join('\n') } });
        expect(codes.length).toBeLessThanOrEqual(20);
      }),
      { seed: 5, numRuns: 600 },
    );
  });

  const many = (text: string, n = 200_000): string => text.repeat(Math.floor(n / text.length));
  test.each([
    ['opening braces', many('{'), 'unclosed-bracket'],
    ['groups', `${many('{', 100_000)}x${many('}', 100_000)}`, null],
    ['fractions', `${many('\\frac', 50_000)}`, 'too-deep'],
    ['fractions in braces', `${many('\\frac{', 50_000)}x`, 'unclosed-bracket'],
    ['deep fractions', `${'\\frac{'.repeat(150)}x${'}{2}'.repeat(150)}`, null],
    ['deeper fractions', `${'\\frac{'.repeat(5000)}x${'}{2}'.repeat(5000)}`, 'too-deep'],
    ['roots', many('\\sqrt'), 'too-deep'],
    ['subscripts', `x${many('_1')}`, 'too-long'],
    ['exponents', `x${many('^2', 50_000)}`, 'ambiguous-power'],
    ['deep exponents', `x${'^{x'.repeat(5000)}${'}'.repeat(5000)}`, 'too-deep'],
    ['fences', many('\\left('), 'too-deep'],
    ['norms', many('\\lVert x', 50_000), 'too-deep'],
    ['dollars', many('$'), 'empty-input'],
    ['displays', many('\\['), 'unclosed-bracket'],
    ['environments', many('\\begin{align}', 50_000), 'unclosed-bracket'],
    ['functions', `${many('\\log ', 50_000)}x`, 'function-without-bracket'],
    ['functions of functions', `${'\\log'.repeat(150)} x`, null],
    ['letters', many('x'), 'too-long'],
    ['families', many('W_{l-1} ', 60_000), 'bad-index'],
    ['accents', many('\\hat{x}', 100_000), 'too-deep'],
    ['line breaks', many('\\\\'), 'empty-input'],
    ['spacing', many('\\,'), 'empty-input'],
    ['faces', many('\\mathbf', 50_000), 'too-deep'],
  ])('%s', (_, expression, code) => {
    const before = performance.now();
    const codes = new Set(codesOf({ expression, syntax: 'latex' }));
    expect(code === null ? [code] : [...codes]).toEqual([code]);
    expect(performance.now() - before).toBeLessThan(4000);
  });
});
