import { expect, test } from 'vitest';
import {
  alignedMath,
  displayMath,
  escapeMarkdown,
  inlineCode,
  inlineMath,
} from '../../src/emit/markdown.ts';

test('formulas stand between dollars', () => {
  expect(inlineMath('X^\\top y')).toBe('$X^\\top y$');
  expect(displayMath('x')).toBe('$$\nx\n$$');
});

test('rows of equations meet at their equals signs', () => {
  expect(
    alignedMath([
      ['a', 'b'],
      ['c', 'd'],
    ]),
  ).toBe('$$\n\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned}\n$$');
});

test('text and code hold no markup', () => {
  expect(escapeMarkdown('W_out * 2 | `x`')).toBe('W\\_out \\* 2 \\| \\`x\\`');
  expect(inlineCode('m×n')).toBe('`m×n`');
  expect(inlineCode('a`b')).toBe('``a`b``');
  expect(inlineCode('`b')).toBe('`` `b ``');
});
