import { describe, expect, test } from 'vitest';
import {
  add,
  apply,
  delta,
  dimScalar,
  divide,
  einsum,
  literal,
  multiply,
  ones,
  power,
  scale,
  subtract,
  symbol,
  total,
} from '../../src/expr/build.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import { tensor } from '../../src/expr/tensor.ts';
import { exp, relu, tanh } from '../../src/ops/elementwise.ts';
import { invLeaf } from '../../src/ops/matrix.ts';
import { softmaxLeaf } from '../../src/ops/softmax.ts';
import { addDim, DIM_ONE, dimName } from '../../src/shape/dim.ts';
import { HALF, rational } from '../../src/shape/rational.ts';
import { compile, evaluateAt, execute } from '../../src/verify/evaluate.ts';

const [m, n] = [dimName('m'), dimName('n')];
const A = symbol('A', [m, n]);
const x = symbol('x', [n]);
const sizes = new Map([
  ['m', 2],
  ['n', 3],
]);
const values = new Map<Sym, ReturnType<typeof tensor>>([
  [A, tensor([2, 3], Float64Array.of(1, 2, 3, 4, 5, 6))],
  [x, tensor([3], Float64Array.of(1, -1, 2))],
]);
const at = (node: Node): number[] => [...(evaluateAt([node], sizes, values)[0]?.data ?? [])];

describe('a program', () => {
  test('evaluates every kind of node', () => {
    expect(at(literal(rational(3, 4)))).toEqual([0.75]);
    expect(at(delta(n))).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(at(ones([m, n]))).toEqual([1, 1, 1, 1, 1, 1]);
    expect(at(A)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(at(einsum('ij,j->i', [A, x]))).toEqual([5, 11]);
    expect(at(einsum('ij->ji', [A]))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(at(subtract(scale(HALF, x), ones([n])))).toEqual([-0.5, -1.5, 0]);
    expect(at(add(x, power(x, rational(2)), ones([n])))).toEqual([3, 1, 7]);
    expect(at(apply(relu.leaf, [x]))).toEqual([1, 0, 2]);
    expect(at(apply(softmaxLeaf, [A]))).toHaveLength(6);
    expect(at(total(apply(softmaxLeaf, [A])))[0]).toBeCloseTo(2, 14);
  });

  test('takes dimensions and constants for numbers', () => {
    expect(at(dimScalar(addDim(n, DIM_ONE)))).toEqual([4]);
    expect(at(divide(total(A), multiply([dimScalar(m), dimScalar(n)])))).toEqual([3.5]);
    expect(at(symbol('π', [], { role: 'constant' }))).toEqual([Math.PI]);
  });

  test('raises to exact powers', () => {
    const two = tensor([3], Float64Array.of(4, 9, 0.25));
    const raised = (p: number, q = 1): number[] => {
      const out = evaluateAt([power(x, rational(p, q))], sizes, new Map([[x, two]]))[0];
      return [...(out?.data ?? [])];
    };
    expect(raised(2)).toEqual([16, 81, 0.0625]);
    expect(raised(3)).toEqual([64, 729, 0.015625]);
    expect(raised(-1)).toEqual([0.25, 1 / 9, 4]);
    expect(raised(1, 2)).toEqual([2, 3, 0.5]);
    expect(raised(-1, 2)).toEqual([0.5, 1 / 3, 2]);
    expect(at(power(x, HALF))[1]).toBeNaN();
  });

  test('inverts', () => {
    const B = symbol('B', [n, n]);
    const b = tensor([3, 3], Float64Array.of(2, 1, 0, 0, 1, 0, 0, 0, 4));
    const [out] = evaluateAt([apply(invLeaf, [B])], sizes, new Map([[B, b]]));
    expect([...(out?.data ?? [])]).toEqual([0.5, -0.5, 0, 0, 1, 0, 0, 0, 0.25]);
  });

  test('gives copies, so that a later run does not change an earlier result', () => {
    const program = compile([scale(rational(2), x)], sizes);
    const first = program.run(values)[0];
    program.run(new Map([[x, tensor([3], Float64Array.of(7, 7, 7))]]));
    expect([...(first?.data ?? [])]).toEqual([2, -2, 4]);
    expect([...(values.get(x)?.data ?? [])]).toEqual([1, -1, 2]);
  });

  test('computes again only what a symbol moves', () => {
    const y = symbol('y', [m]);
    const residual = subtract(einsum('ij,j->i', [A, x]), y);
    const value = einsum('i,i->', [residual, residual]);
    const program = compile([value], sizes);
    program.load(new Map(values).set(y, tensor([2], Float64Array.of(1, 1))));
    expect(program.buffer(value)[0]).toBe(116);
    const cone = program.cone([y], [value]);
    expect(cone.has(residual)).toBe(true);
    expect(cone.has(A)).toBe(false);
    program.buffer(y).fill(5);
    execute(cone.steps);
    expect(program.buffer(value)[0]).toBe(36);
    const elsewhere = symbol('elsewhere', [n]);
    expect(program.cone([elsewhere], [value])).toMatchObject({ steps: [] });
    expect(program.cone([elsewhere], [value]).has(value)).toBe(false);
  });

  test('says what is missing', () => {
    expect(() => evaluateAt([x], new Map(), values)).toThrow('no size for n');
    expect(() => evaluateAt([x], sizes, new Map())).toThrow('no value for x');
    expect(() => evaluateAt([x], sizes, new Map([[x, tensor([2])]]))).toThrow(
      'x needs 3 numbers and has 2',
    );
    expect(() => evaluateAt([x], new Map([['n', 0]]), values)).toThrow('n = 0');
  });

  test('is refused where it would not fit', () => {
    const huge = new Map([
      ['m', 1e5],
      ['n', 1e5],
    ]);
    expect(() => compile([A], huge)).toThrow(RangeError);
    expect(() => compile([A], huge)).toThrow('more than');
    // An intermediate counts, too: (a bᵀ ⊙ A) is large where its sum is not.
    const [a, b] = [symbol('a', [m]), symbol('b', [n])];
    const outer = apply(exp.leaf, [einsum('i,j->ij', [a, b])]);
    expect(() => compile([total(outer)], huge)).toThrow(RangeError);
  });

  test('may be 10,000 nodes deep', () => {
    let node: Node = x;
    for (let k = 0; k < 10_000; k++) node = apply(tanh.leaf, [add(node, x)]);
    const program = compile([node], sizes);
    expect(program.nodes.length).toBeGreaterThan(20_000);
    expect(program.run(values)[0]?.data.every(Number.isFinite)).toBe(true);
    expect(program.cone([x], [node]).steps.length).toBeGreaterThan(20_000 - 2);
  });

  test('evaluates a shared node once', () => {
    let calls = 0;
    const counted = {
      ...exp.leaf,
      value: (args: readonly number[]): number => {
        calls++;
        return Math.exp(args[0] ?? 0);
      },
    };
    const e = apply(counted, [x]);
    const twice = add(einsum('i,i->', [e, x]), total(power(e, rational(2))));
    compile([twice, e], sizes).run(values);
    expect(calls).toBe(3);
  });
});
