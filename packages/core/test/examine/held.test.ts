import { describe, expect, test } from 'vitest';
import { elaborateWithin } from '../../src/elaborate/within.ts';
import { compareHeld, type Held } from '../../src/examine/held.ts';
import { gradientOf } from '../../src/examine/plain.ts';
import { scale } from '../../src/expr/build.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import { rational } from '../../src/shape/rational.ts';
import { problemOf } from '../support/ask.ts';
import { problemWith } from './ask.ts';

/** A claim in the language, or made of the gradient. */
function heldOf(expression: string, where: string, claim: string | ((g: Node) => Node)): Held {
  const text = typeof claim === 'string' ? claim : '0';
  const problem = problemWith({ expression, where, wrt: 'x' }, text);
  const variable = problem.wrt[0] as Sym;
  const value = problem.value.node;
  const gradient = gradientOf(value, variable);
  const [first] = problem.claims;
  const written = first && elaborateWithin(problem, first.value, first.parts).node;
  return {
    value,
    variable,
    gradient,
    claim: typeof claim === 'string' ? (written ?? gradient) : claim(gradient),
  };
}

const compared = (held: Held, seed = 1): string => compareHeld(held, { seed, points: 4 }).verdict;
const times =
  (num: number, den: number) =>
  (g: Node): Node =>
    scale(rational(num, den), g);
const SEEDS = Array.from({ length: 12 }, (_, k) => k);
const TANH = ['sum(tanh(X x))', 'x: n; X: m×n'] as const;

describe('a difference', () => {
  test.each([3, 5, 7, 8])('of 10^−%i of the size is seen', (k) => {
    expect(compared(heldOf(...TANH, times(10 ** k + 1, 10 ** k)))).toBe('different');
  });

  test.each(['1e-6', '1e6'])('is seen whatever the scale: %s', (size) => {
    const [expression, where] = [`${size} sum(tanh(X x))`, TANH[1]];
    expect(compared(heldOf(expression, where, times(1e6 + 1, 1e6)))).toBe('different');
    for (const seed of SEEDS)
      expect(compared(heldOf(expression, where, `${size} Xᵀ(1 − tanh(X x).^2)`), seed)).toBe(
        'equal',
      );
  });

  test('is seen in a term of little weight, beside a large constant', () => {
    const expression = '‖X x‖² + 1e-6 sum(exp(x)) + 1e6';
    expect(compared(heldOf(expression, TANH[1], '2XᵀX x'))).toBe('different');
    expect(compared(heldOf(expression, TANH[1], '2XᵀX x + 1e-6 exp(x)'))).toBe('equal');
  });

  test('of one entry is seen', () => {
    expect(compared(heldOf('sum(tanh(x))', 'x: n', '1 − tanh(x).^2 + 1e-7 unit(1, n)'))).toBe(
      'different',
    );
  });
});

describe('rounding is none', () => {
  test.each([
    ['where large terms cancel', 'sum(exp(x))', 'x: n', '(1e8 + exp(x)) − 1e8'],
    ['where all cancels', 'sum(softmax(x))', 'x: n', '0'],
    [
      'where matrices are badly conditioned',
      'xᵀ inv(A A A A A A) x',
      'x: n; A: n×n invertible',
      'B(B(B(B(B(B x))))) + Bᵀ(Bᵀ(Bᵀ(Bᵀ(Bᵀ(Bᵀx))))) where B = inv(A)',
    ],
    ['where a sum is taken in another way', 'log(sum(exp(x)))', 'x: n', 'exp(x)/sum(exp(x))'],
  ])('%s', (_, expression, where, claim) => {
    for (const seed of SEEDS)
      expect(compared(heldOf(expression, where, claim), seed)).toBe('equal');
  });
});

test('both are zero, or not', () => {
  const zero = (h: Held): boolean => compareHeld(h, { seed: 1, points: 3 }).zero;
  expect(zero(heldOf('sum(x) − sum(x) + 1', 'x: n', '0'))).toBe(true);
  expect(zero(heldOf('sum(x)', 'x: n', 'ones(n)'))).toBe(false);
  expect(problemOf('sum(x)', 'x: n').wrt.length).toBe(1);
});
