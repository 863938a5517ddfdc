import { describe, expect, test } from 'vitest';
import { add, contract, power, symbol, transpose } from '../../src/expr/build.ts';
import type { Sym } from '../../src/expr/node.ts';
import { tensor } from '../../src/expr/tensor.ts';
import { dimName } from '../../src/shape/dim.ts';
import { rational } from '../../src/shape/rational.ts';
import { evaluateAt } from '../../src/verify/evaluate.ts';

const [m, n] = [dimName('m'), dimName('n')];
const A = symbol('A', [m, n]);
const B = symbol('B', [m, n]);
const C = symbol('C', [n, m]);
const b = symbol('b', [m]);
const c = symbol('c', [m]);

const sizes = new Map([
  ['m', 2],
  ['n', 2],
]);
const values = new Map<Sym, ReturnType<typeof tensor>>([
  [A, tensor([2, 2], Float64Array.of(1, 2, 3, 4))],
  [B, tensor([2, 2], Float64Array.of(5, 6, 7, 8))],
  [C, tensor([2, 2], Float64Array.of(0.1, 0.2, 0.3, 0.4))],
  [b, tensor([2], Float64Array.of(1, 2))],
  [c, tensor([2], Float64Array.of(10, 20))],
]);
const at = (node: Parameters<typeof evaluateAt>[0][number]): number[] => [
  ...(evaluateAt([node], sizes, values)[0]?.data ?? []),
];

describe('a sum within a sum', () => {
  test('that is transposed opens up', () => {
    expect(add(transpose(add(A, B)), C)).toBe(add(transpose(A), transpose(B), C));
  });

  test('that is raised to a power and transposed stays whole', () => {
    const squares = transpose(power(add(A, B), rational(2)));
    expect(at(add(squares, C))).toEqual([36.1, 100.2, 64.3, 144.4]);
  });

  test('that is a vector, repeated along the rows, stays a matrix', () => {
    const rows = contract(
      [{ node: add(b, c), indices: [1] }],
      [0, 1],
      new Map([
        [0, n],
        [1, m],
      ]),
    );
    const total = add(rows, C);
    expect(total.axes).toEqual([n, m]);
    expect(at(total)).toEqual([11.1, 22.2, 11.3, 22.4]);
  });
});
