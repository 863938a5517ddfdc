import { describe, expect, test } from 'vitest';
import { diagnosticsText } from '../../src/diagnostic/text.ts';
import { sourceOfInput } from '../../src/syntax/input.ts';
import { errorOf, problemOf, shapesOf, textOf } from '../support/ask.ts';

/** Facts as `left = right`, in the direction in which they are used. */
const factsOf = (where: string, expression = 'pᵀp'): string =>
  problemOf(expression, where)
    .facts.map((f) => `${textOf(f.left)} = ${textOf(f.right)}`)
    .join('; ');

describe('assumptions', () => {
  test.each([
    ['assume AᵀA = I; A: m×n', 'AᵀA = I'],
    ['assume I = AᵀA; A: m×n', 'AᵀA = I'],
    ['assume A*1 = b; A: m×n', 'sum(A, axis=1) = b'],
    ['assume 1ᵀA = 1ᵀ; A: m×n', 'sum(A, axis=0)ᵀ = ones(n)'],
    ['assume 1ᵀA*1 = c; A: m×n; c: scalar', 'sum(A) = c'],
    ['assume y ⊙ y = 1; y: n', 'y.^2 = ones(n)'],
    ['assume Y ⊙ Y = 1; Y: n×n', 'Y.^2 = ones(n, n)'],
    ['assume UᵀV = 0; U, V: m×n', 'UᵀV = 0'],
    ['assume 2A B = C; A, B, C: n×n', 'AB = 1/2 C'],
    ['assume A = Aᵀ', ''],
    ['assume A = A; A: m×n', ''],
    ['assume P P = P; P: n×n', 'P² = P'],
    ['assume r = A x − b; A: m×n; x: n', 'Ax − b = r'],
  ])('%s', (where, expected) => {
    expect(factsOf(where)).toBe(expected);
  });

  test('give names their shapes, and matrices their structure', () => {
    expect(shapesOf(problemOf('aᵀb', 'assume A*1 = a; A: m×n'))).toBe(
      'A: m×n, a: m (inferred), b: m (inferred)',
    );
    const skew = problemOf('xᵀA x', 'assume A = −Aᵀ');
    expect(skew.variables.find((v) => v.name === 'A')?.properties).toEqual(['skew']);
  });

  test('use what is defined', () => {
    expect(factsOf('P = A B; assume PᵀP = I; A: m×n; B: n×k')).toBe('BᵀAᵀAB = I');
  });

  test('`assume` is a name like others where it is declared or defined', () => {
    expect(shapesOf(problemOf('assumeᵀassume', 'assume: n'))).toBe('assume: n');
    expect(problemOf('assume', 'assume = xᵀx; x: n').definitions.length).toBe(0);
  });

  test.each<[string, string]>([
    ['shape-mismatch', 'assume A = x; A: m×n; x: n'],
    ['shape-mismatch', 'assume A = B; A: m×n; B: n×m'],
    ['ambiguous-equation', 'assume AᵀA = 1; A: m×n'],
    ['bad-assumption', 'assume 1 = 2'],
    ['bad-assumption', 'assume m = n; A: m×n'],
    ['not-yet', 'W[l]: n×n for l = 1..L; assume W[1] = I'],
    ['bad-assumption', 'assume A'],
  ])('%s: %s', (code, where) => {
    const input = { expression: 'pᵀp', where };
    const error = errorOf(input);
    expect(error.diagnostics[0]?.code).toBe(code);
    expect(diagnosticsText(error, sourceOfInput(input))).toMatchSnapshot();
  });
});
