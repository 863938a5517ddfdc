import { describe, expect, test } from 'vitest';
import { problemOf, shapesOf } from '../support/ask.ts';

describe('shapes of names that nobody declared', () => {
  const cases: readonly (readonly [
    expression: string,
    where: string | undefined,
    shapes: string,
  ])[] = [
    [
      '1/(2m) (Xθ − y)ᵀ(Xθ − y)',
      undefined,
      'm: scalar (inferred), X: n×p (inferred), θ: p (inferred), y: n (inferred)',
    ],
    ['1/(2m) (Xθ − y)ᵀ(Xθ − y)', 'X: m×n', 'X: m×n, θ: n (inferred), y: m (inferred)'],
    [
      '½ ‖Xθ − y‖² + λ/2 ‖θ‖²',
      undefined,
      'X: m×n (inferred), θ: n (inferred), y: m (inferred), λ: scalar (inferred)',
    ],
    ['xᵀAx', undefined, 'x: m (inferred), A: m×m (inferred)'],
    ['tr(AXB)', undefined, 'A: m×n (inferred), X: n×p (inferred), B: p×m (inferred)'],
    ['logdet(A)', undefined, 'A: m×m (inferred)'],
    // a length that only a function names is another
    ['sum(Ax) sum(eye(m))', undefined, 'A: n×p (inferred), x: p (inferred)'],
    ['λ xᵀx', undefined, 'λ: scalar (inferred), x: m (inferred)'],
    [
      '(1/N) ‖Xw − y‖²',
      undefined,
      'N: scalar (inferred), X: m×n (inferred), w: n (inferred), y: m (inferred)',
    ],
    ['‖λ x‖²', 'λ: positive; x: n', 'λ: scalar (inferred), x: n'],
  ];
  test.each(cases)('%s, given %s', (expression, where, shapes) => {
    expect(shapesOf(problemOf(expression, where))).toBe(shapes);
  });

  test('new lengths take no name that is in use', () => {
    const p = problemOf('sum(A x) + sum(m)', 'm: q');
    expect(shapesOf(p)).toBe('m: q, A: n×p (inferred), x: p (inferred)');
  });

  test('a row or column beside a matrix is repeated, and told', () => {
    const p = problemOf('sum(tanh(X W + b))', 'X: m×n; W: n×k; b: 1×k');
    expect(p.repetitions).toMatchObject([{ from: [{ key: '1' }, { key: 'k' }] }]);
  });
});

describe('what is derived', () => {
  test('the last equation that no other one uses', () => {
    const p = problemOf('r', 'r = X θ − y; X: m×n; y: m; θ: n');
    expect(p.name).toBe('r');
  });

  test('with respect to all variables that are not constant', () => {
    const p = problemOf('‖Xθ − y‖²', 'X: m×n constant; y: m constant; θ: n');
    expect(p.wrt.map((v) => v.name)).toEqual(['θ']);
  });

  test('in the order asked for, each once', () => {
    const p = problemOf('‖Xθ − y‖²', 'X: m×n; y: m; θ: n', 'θ,X', 'θ');
    expect(p.wrt.map((v) => v.name)).toEqual(['θ', 'X']);
  });
});
