import { describe, expect, test } from 'vitest';
import { counterexampleTo, nested } from '../../src/examine/counterexample.ts';
import type { NestedNumbers } from '../../src/examine/examination.ts';
import type { Held } from '../../src/examine/held.ts';
import { gradientOf } from '../../src/examine/plain.ts';
import { scale } from '../../src/expr/build.ts';
import type { Sym } from '../../src/expr/node.ts';
import { rational } from '../../src/shape/rational.ts';
import { problemOf } from '../support/ask.ts';
import { examined } from './ask.ts';

function doubled(expression: string, where: string): Held {
  const problem = problemOf(expression, where, 'x');
  const variable = problem.wrt[0] as Sym;
  const value = problem.value.node;
  const gradient = gradientOf(value, variable);
  return { value, variable, gradient, claim: scale(rational(2), gradient) };
}

const flat = (x: NestedNumbers): number[] => (typeof x === 'number' ? [x] : x.flatMap(flat));

describe('the smallest point', () => {
  test('has sizes of one and small whole numbers where that shows it', () => {
    const c = counterexampleTo(doubled('½ ‖X x − y‖²', 'X: m×n; y: m; x: n'), 1, null);
    expect(c?.sizes).toEqual({ m: 1, n: 1 });
    for (const x of Object.values(c?.inputs ?? {}))
      for (const v of flat(x)) expect([1, 2, 3]).toContain(Math.abs(v));
    expect(c?.claimed).toBe(2 * (c?.correct ?? 0));
    expect(c?.entry).toEqual([1]);
  });

  test('has sizes at which the claim is seen to be wrong', () => {
    const q = { expression: 'tr(A X B)', where: 'A, X, B: n×n', wrt: 'X' };
    const c = examined(q, '(B A)').counterexample;
    expect(c?.sizes).toEqual({ n: 2 });
    const [a, b] = [c?.inputs.A, c?.inputs.B] as [number[][], number[][]];
    const [i = 0, j = 0] = (c?.entry ?? []).map((e) => e - 1);
    const ba = (p: number, r: number): number =>
      [0, 1].reduce((s, k) => s + (b[p]?.[k] ?? 0) * (a[k]?.[r] ?? 0), 0);
    expect(c?.claimed).toBe(ba(i, j));
    expect(c?.correct).toBe(ba(j, i));
  });

  test.each([
    [
      'symmetric',
      'S: n×n symmetric',
      (s: number[][]) => s.every((row, i) => row.every((v, j) => v === s[j]?.[i])),
    ],
    [
      'skew',
      'S: n×n skew',
      (s: number[][]) => s.every((row, i) => row.every((v, j) => v === -(s[j]?.[i] ?? 0))),
    ],
    [
      'diagonal',
      'S: n×n diagonal',
      (s: number[][]) => s.every((row, i) => row.every((v, j) => i === j || v === 0)),
    ],
    [
      'upper',
      'S: n×n upper',
      (s: number[][]) => s.every((row, i) => row.every((v, j) => i <= j || v === 0)),
    ],
    [
      'orthogonal',
      'S: n×n orthogonal',
      (s: number[][]) => s.every((row) => row.filter((v) => v !== 0).length === 1),
    ],
    ['positive', 'S: n×n positive', (s: number[][]) => s.flat().every((v) => v > 0)],
    [
      'simplex',
      'S: n×n simplex',
      (s: number[][]) => s.every((row) => row.reduce((a, v) => a + v, 0) === 1),
    ],
    [
      'posdef',
      'S: n×n posdef',
      (s: number[][]) => (s[0]?.[0] ?? 0) * (s[1]?.[1] ?? 0) > (s[0]?.[1] ?? 0) ** 2,
    ],
  ] as const)('has inputs that are %s where declared so', (_, declared, holds) => {
    const held = doubled('xᵀ S x + (S x)ᵀ(S x) + sum(S) aᵀ x', `${declared}; x, a: n`);
    const two = new Map([['n', 2]]);
    const c = counterexampleTo(held, 1, null, two);
    expect(holds(c?.inputs.S as number[][])).toBe(true);
  });

  test('lies in the domain', () => {
    const c = counterexampleTo(doubled('sum(log(x)) + sum(sqrt(x − 1))', 'x: n'), 1, null);
    expect(flat(c?.inputs.x ?? []).every((v) => v > 1)).toBe(true);
  });

  test('is the known one where whole numbers show nothing', () => {
    const problem = doubled('sum(log(1 − x ⊙ x))', 'x: n');
    const known = {
      sizes: new Map([['n', 1]]),
      inputs: new Map(),
      entry: [1],
      claimed: 0.5,
      correct: 0.25,
    };
    expect(counterexampleTo(problem, 1, known)).toMatchObject({ claimed: 0.5, correct: 0.25 });
  });
});

test('arrays as lists', () => {
  const of = (dims: number[], ...data: number[]): NestedNumbers =>
    nested({ dims, data: Float64Array.from(data) });
  expect(of([], 3)).toBe(3);
  expect(of([2], 1, 2)).toEqual([1, 2]);
  expect(of([2, 3], 1, 2, 3, 4, 5, 6)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});
