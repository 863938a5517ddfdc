import { expect, test } from 'vitest';
import { type Input, repairInput, sourceOfInput } from '../../src/syntax/input.ts';

const input: Input = {
  expression: 'a b',
  file: { name: 'a.mg', text: 'a: n\nb: m; c: k\n' },
  where: 'c: n; d: m',
  wrt: ['a', 'bb'],
};
const { text } = sourceOfInput(input);

/** Replaces the first place of `what` after `after`. */
const edit = (after: string, what: string, by: string) => {
  const start = text.indexOf(what, text.indexOf(after));
  return { start, end: start + what.length, text: by };
};

test('pieces stand behind one another', () => {
  expect(text).toBe('a b\na: n\nb: m; c: k\n\nc: n; d: m\na\nbb');
});

test.each([
  ['the expression', edit('a b', 'b', 'bᵀ'), { expression: 'a bᵀ' }, 'a bᵀ'],
  [
    'a file',
    edit('b: m', 'm', 'n'),
    { file: { name: 'a.mg', text: 'a: n\nb: n; c: k\n' } },
    'b: n',
  ],
  ['--where', edit('d: m', 'm', 'n'), { where: 'c: n; d: n' }, 'd: n'],
  ['--wrt', edit('bb', 'bb', 'b'), { wrt: ['a', 'b'] }, 'b'],
])('a repair in %s changes that piece alone', (_, change, changed, line) => {
  expect(repairInput(input, [change])).toEqual({ input: { ...input, ...changed }, line });
});

test('what is no repair', () => {
  expect(repairInput(input, [{ start: 0, end: 0, text: '' }])).toBeUndefined();
  expect(repairInput(input, [{ start: 2, end: 5, text: 'x' }])).toBeUndefined();
  const overlapping = [
    { start: 0, end: 2, text: 'x' },
    { start: 1, end: 3, text: 'y' },
  ];
  expect(repairInput(input, overlapping)).toBeUndefined();
  expect(repairInput(input, [{ start: 999, end: 999, text: 'x' }])).toBeUndefined();
});
