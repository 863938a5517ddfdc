import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toText } from '../../src/emit/text.ts';
import { parseInput } from '../../src/syntax/parse.ts';
import type { Expr } from '../../src/syntax/tree.ts';
import { namesIn } from '../../src/syntax/used.ts';
import { atoms, grammar, names, textbook } from '../emit/formulas.ts';
import { DECLARED, FAMILIES, meaning, trees } from '../emit/trees.ts';

const reread = (text: string, where: string): Expr => {
  const { expression } = parseInput({ expression: text, where });
  if (!expression) throw new Error('no expression');
  return expression;
};

describe('random trees, printed, read back as they were', () => {
  const where = [
    `${DECLARED.join(', ')}: n×n`,
    ...FAMILIES.map((f) => `${f}[l]: k×k`),
    'σ: elementwise',
  ].join('; ');
  const options = { names: new Set([...DECLARED, ...FAMILIES]) };

  test.each([
    ['text', options],
    ['ASCII', { ...options, ascii: true }],
  ])('%s', (_, how) => {
    fc.assert(
      fc.property(trees, (tree) => {
        const text = toText(tree, how);
        expect([text, meaning(reread(text, where))]).toEqual([text, meaning(tree)]);
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});

describe('the formulas of the printers', () => {
  const families = new Set(['G', 'Z', 'W', 'W_out']);
  const whereOf = (tree: Expr, text: string): string =>
    [
      'σ[l]: elementwise',
      ...[...namesIn(tree)].map((n) =>
        families.has(n) && text.includes(`${n}[`) ? `${n}[l]: k` : `${n}: k`,
      ),
    ].join('; ');

  // subscripts read as x_1, and ASCII spells accents out: x_hat
  const formulas = [...textbook, ...grammar, ...atoms, ...names].filter(
    ({ text }) => !/[\p{M}₁]/u.test(text.normalize('NFD')),
  );

  test.each(formulas)('$text', ({ tree, text, ascii }) => {
    const where = whereOf(tree, text);
    expect(meaning(reread(text, where))).toBe(meaning(tree));
    expect(meaning(reread(ascii, where))).toBe(meaning(tree));
  });
});
