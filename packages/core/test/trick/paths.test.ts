import { expect, test } from 'vitest';
import { add, apply, einsum, multiply, power, scale, total } from '../../src/expr/build.ts';
import type { Node } from '../../src/expr/node.ts';
import { step } from '../../src/ops/elementwise.ts';
import { rational } from '../../src/shape/rational.ts';
import { pathsTo } from '../../src/trick/paths.ts';
import { A, bent, image, squares, x, y } from './samples.ts';

test('one path for each place of the variable', () => {
  expect(pathsTo(einsum('i,ij,j->', [x, A, x]), x, 9)).toMatchObject({ count: 2 });
  expect(pathsTo(squares(x), x, 9).count).toBe(1);
  expect(pathsTo(total(multiply([x, bent(x), bent(scale(rational(2), x))])), x, 9).count).toBe(3);
  expect(pathsTo(squares(y), x, 9)).toEqual({ count: 0, list: [] });
  expect(pathsTo(x, x, 9)).toEqual({ count: 1, list: [[]] });
});

test('a path is a chain of nodes from the value to the variable', () => {
  const value = squares(bent(image(A, x)));
  const [path] = pathsTo(value, x, 9).list;
  expect(path?.map((e) => e.node.kind)).toEqual(['contract', 'apply', 'contract']);
  expect(path?.[0]?.node).toBe(value);
});

test('what is constant almost everywhere leads nowhere', () => {
  expect(pathsTo(total(apply(step.leaf, [x])), x, 9).count).toBe(0);
  expect(pathsTo(total(multiply([x, apply(step.leaf, [x])])), x, 9).count).toBe(1);
});

test('many paths are counted and not listed', () => {
  let z: Node = x;
  for (let l = 0; l < 40; l++) z = add(z, bent(z));
  const { count, list } = pathsTo(total(z), x, 100);
  expect(count).toBe(2 ** 40);
  expect(list).toEqual([]);
  for (let l = 0; l < 60; l++) z = add(z, power(z, rational(2)));
  expect(pathsTo(total(z), x, 100).count).toBe(Number.MAX_SAFE_INTEGER);
});
