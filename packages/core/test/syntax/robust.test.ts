import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codesOf } from './robust.ts';

const SIGNS = Array.from('+-*/^_.,:;=\'|‖⟨⟩()[]{}√∈→×⊙⊘ᵀ⁻¹²½ₗ#\\ \n"′ ');
const WORDS = [
  'X',
  'θ',
  'W',
  'Z',
  'l',
  'L',
  'ab',
  'loss',
  'sum',
  'log',
  'where',
  'for',
  'in',
  'x',
  'by',
];
const MORE = [
  '2',
  '0.5',
  '1e3',
  '||',
  '..',
  '.*',
  '.^',
  '^T',
  '^-1',
  ': m×n',
  '[l-1]',
  'σ(',
  'σ: elementwise',
];

describe('no text does anything but be read or be refused', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ maxLength: 60 }),
    fc
      .array(fc.constantFrom(...SIGNS, ...WORDS, ...MORE), { maxLength: 25 })
      .map((parts) => parts.join('')),
  );

  test('random text in every piece', () => {
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        codesOf({ expression: a, where: b, wrt: [c] });
        const codes = codesOf({ file: { name: 'a.mg', text: [a, b, c].join('\n') } });
        expect(codes.length).toBeLessThanOrEqual(20);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  const many = (text: string, n = 1_000_000): string => text.repeat(Math.floor(n / text.length));
  const huge: readonly (readonly [string, string, string])[] = [
    ['opening brackets', many('('), 'too-deep'],
    ['closing brackets', many(')'), 'too-long'],
    ['closing brackets, fewer', many(')', 30_000), 'unexpected-token'],
    ['bars', many('|', 30_000), 'too-deep'],
    ['norms', many('‖', 30_000), 'too-deep'],
    ['minus signs', many('-'), 'too-long'],
    ['minus signs, fewer', `${many('-', 30_000)}x`, 'too-deep'],
    ['roots', `${many('√', 30_000)}x`, 'too-deep'],
    ['terms', `x${many(' + x', 30_000)}`, 'too-deep'],
    ['factors', many('x ', 30_000), 'too-deep'],
    ['quotients', `x${many('/x', 30_000)}`, 'too-deep'],
    ['powers', `x${many('^x', 30_000)}`, 'ambiguous-power'],
    ['signs of powers', `x^${many('-', 30_000)}1`, 'too-deep'],
    ['transposes', `x${many("'", 30_000)}`, 'too-deep'],
    ['calls', many('exp(', 30_000), 'too-deep'],
    ['parts', `A${many('[A', 30_000)}`, 'too-deep'],
    ['letters', many('x'), 'too-long'],
    ['letters with digits', many('x1'), 'too-long'],
    ['digits', many('1'), 'bad-number'],
    ['a large exponent', '1e999999999', 'bad-number'],
    ['superscripts', `x${many('²', 900_000)}`, 'bad-number'],
    ['accents', `x${many('\u0302', 900_000)}`, 'too-long'],
    ['subscripts', `x${many('_1', 900_000)}`, 'too-long'],
    ['spaces', many(' '), 'empty-input'],
    ['lines', many('\n'), 'empty-input'],
    ['comments', many('# a\n'), 'empty-input'],
    ['bad signs', many('!'), 'bad-character'],
    ['bad lines', many('!\n'), 'bad-character'],
    ['more than fits', `${many('x')}yz`, 'too-long'],
    ['nothing', '', 'empty-input'],
    ['a comment', '# nothing', 'empty-input'],
    ['null bytes', 'x\0y', 'binary-input'],
    ['half of a pair', 'x\ud83d', 'binary-input'],
    ['what is left of bytes', 'PK\u0003\u0004\ufffd', 'binary-input'],
  ];

  test.each(huge)('%s', (_, text, code) => {
    const before = performance.now();
    expect(new Set(codesOf({ expression: text }))).toEqual(new Set([code]));
    expect(new Set(codesOf({ file: { name: 'a.mg', text: `J = ${text}` } }))).not.toEqual(
      new Set(),
    );
    expect(performance.now() - before).toBeLessThan(2000);
  });

  test('a thousand declared names that a run of letters could be', () => {
    const names = Array.from(
      { length: 1000 },
      (_, i) => 'a'.repeat(1 + (i % 40)) + (i > 40 ? i : ''),
    );
    expect(codesOf({ expression: 'a'.repeat(150), where: `${names.join(', ')}: n` })).toEqual([
      'ambiguous-split',
    ]);
  });

  test('many errors: the first twenty', () => {
    expect(
      codesOf({ file: { name: 'a.mg', text: 'J = (\n'.repeat(1) + 'x = 1 +;'.repeat(50) } }).length,
    ).toBeLessThanOrEqual(20);
    expect(codesOf({ expression: 'x', where: 'a = ;'.repeat(50) })).toHaveLength(20);
  });
});
