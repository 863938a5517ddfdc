import { describe, expect, test } from 'vitest';
import { zeros } from '../../src/expr/build.ts';
import { checkGradient } from '../../src/verify/gradient.ts';
import { examined } from '../examine/ask.ts';
import { nodeOf, problemOf } from '../support/ask.ts';

/** Branches that random inputs do not take by themselves. */

describe('a check looks for branches that no point took', () => {
  test.each([
    ['relu(sum(x) - 40)', 'x: n'],
    ['sum(leaky_relu(x - 60)) - sum(x)/100', 'x: n'],
    ['max(0, λ - 50) ‖x‖²', 'x: n; λ: scalar'],
    ['sum(max(x, a + 90)) - sum(a)', 'x, a: n'],
    ['sum(clip(x, 70, 80))', 'x: n'],
  ])('∂(%s)/∂x is not 0', (expression, where) => {
    const { value, wrt } = problemOf(expression, where, 'x');
    const [variable] = wrt;
    if (!variable) throw new Error('no variable');
    const [report] = checkGradient(value.node, [{ variable, gradient: zeros(variable.axes) }]);
    expect(report?.verdict).toBe('failed');
  });

  test('and says which it did not find', () => {
    const { value, wrt } = problemOf('sum(x) + sum(relu(-exp(x)))', 'x: n', 'x');
    const [variable] = wrt;
    if (!variable) throw new Error('no variable');
    const [report] = checkGradient(value.node, [
      { variable, gradient: nodeOf('ones(n) + 0*x', 'x: n') },
    ]);
    expect(report?.verdict).toBe('passed');
    expect(report?.unseen).toMatchObject([{ asks: 'relu', side: 'above', from: 0 }]);
  });
});

describe('claims', () => {
  const hinge = { expression: 'sum(x.^2) + relu(sum(x) - 40)', where: 'x: n', wrt: 'x' };

  test('without a branch are wrong, and shown to be by whole numbers', () => {
    const x = examined(hinge, '2x');
    expect([x.verdict, x.diagnoses[0]?.class]).toEqual(['wrong', 'missing-term']);
    const [input] = Object.values(x.counterexample?.inputs ?? {});
    expect(input).toBeInstanceOf(Array);
    expect([input].flat(3).every((v) => Number.isInteger(v))).toBe(true);
    expect(examined(hinge, '2x + step(sum(x) - 40) ones(n)').verdict).toBe('right');
  });

  test('say what was not seen', () => {
    const never = { expression: 'sum(x) + sum(relu(-exp(x)))', where: 'x: n', wrt: 'x' };
    expect(examined(never, 'ones(n)').notes).toEqual([
      'the argument of relu was never positive: nothing was checked there',
    ]);
  });

  test.each([
    ['sum(relu(tril(X)) ⊙ A)', 'X, A: n×n', 'tril(A ⊙ step(tril(X)))'],
    ['sum(relu(X))', 'X: n×n lower', 'step(X)'],
    ['sum(abs(X))', 'X: n×n diagonal', 'sign(X)'],
  ])('%s has zeros that stay at the kink', (expression, where, claim) => {
    expect(examined({ expression, where, wrt: 'X' }, claim).verdict).toBe('right');
  });
});
