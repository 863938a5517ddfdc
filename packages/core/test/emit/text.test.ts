import { describe, expect, test } from 'vitest';
import { equationText, nameText, toText } from '../../src/emit/text.ts';
import { name, place, times } from '../../src/syntax/make.ts';
import { atoms, grammar, names, textbook } from './formulas.ts';

const tables = { textbook, grammar, atoms, names };

describe.each(Object.entries(tables))('%s', (_, formulas) => {
  test.each(formulas)('$text', ({ tree, text }) => {
    expect(toText(tree)).toBe(text);
  });

  test.each(formulas)('$ascii', ({ tree, ascii }) => {
    expect(toText(tree, { ascii: true })).toBe(ascii);
    expect(ascii).toMatch(/^[ -~]*$/);
  });
});

test('letters side by side never spell a declared name', () => {
  const ab = times(name('a'), name('b'));
  expect(toText(ab)).toBe('ab');
  expect(toText(ab, { names: new Set(['a', 'b', 'ab']) })).toBe('a b');
});

test('equations', () => {
  const right = times(name('Z', place('l', -1)), name('W', place('l')));
  expect(equationText('∂J/∂W[l]', right)).toBe('∂J/∂W[l] = Z[l−1] W[l]');
  expect(equationText('G[l−1]', right, { ascii: true })).toBe('G[l-1] = Z[l-1]*W[l]');
  expect(equationText('∂J/∂θ', right, { ascii: true })).toBe('dJ/dtheta = Z[l-1]*W[l]');
  expect(nameText('W', place('l', -1))).toBe('W[l−1]');
});
