import { describe, expect, test } from 'vitest';
import { guardExpression, joinOptionalValues } from '../src/arguments.ts';

const options = [
  { long: '--wrt', takesValue: true },
  { short: '-o', long: '--output', takesValue: true },
  { long: '--json', takesValue: false },
  { short: '-h', long: '--help', takesValue: false },
];
const guard = (...words: string[]): readonly string[] => guardExpression(words, options);

describe('a word with a minus is the expression', () => {
  test.each([
    [['-x'], ['--', '-x']],
    [["-y'*log(p)"], ['--', "-y'*log(p)"]],
    [
      ['-sum(tanh(x))', '--wrt', 'x'],
      ['--wrt', 'x', '--', '-sum(tanh(x))'],
    ],
    [
      ['--wrt', 'x', '-x', '--json'],
      ['--wrt', 'x', '--json', '--', '-x'],
    ],
    [['--sum(x)'], ['--', '--sum(x)']],
    [
      ['-(a + b)', '-o', '-'],
      ['-o', '-', '--', '-(a + b)'],
    ],
  ])('%j', (words, guarded) => {
    expect(guard(...words)).toEqual(guarded);
  });
});

describe('unless there is another one, or it is an option', () => {
  test.each([
    [['x', '-q']],
    [['-q', 'x']],
    [['-']],
    [['-', '-q']],
    [['--jsn']],
    [['--whre=3', 'x']],
    [['-h']],
    [['--wrt', '-x']],
    [['--', '-x']],
    [['x', '--', '-x']],
  ])('%j', (words) => {
    expect(guard(...words)).toEqual(words);
  });

  test('the first of two is it, so that the other is too many', () => {
    expect(guard('-x', '-y')).toEqual(['-y', '--', '-x']);
  });
});

describe('an option whose value may be left out', () => {
  const join = (...words: string[]) =>
    joinOptionalValues(words, { '--explain': ['steps', 'trick', 'index'] });

  test.each([
    [
      ['--explain', 'xᵀx'],
      ['--explain=steps', 'xᵀx'],
    ],
    [
      ['--explain', 'index', 'xᵀx'],
      ['--explain=index', 'xᵀx'],
    ],
    [
      ['xᵀx', '--explain'],
      ['xᵀx', '--explain=steps'],
    ],
    [
      ['--explain=trick', 'xᵀx'],
      ['--explain=trick', 'xᵀx'],
    ],
    [
      ['--explain', '--json', 'xᵀx'],
      ['--explain=steps', '--json', 'xᵀx'],
    ],
    [
      ['--', '--explain', 'index'],
      ['--', '--explain', 'index'],
    ],
  ])('%j', (words, joined) => {
    expect(join(...words)).toEqual(joined);
  });
});
