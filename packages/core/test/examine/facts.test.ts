import { describe, expect, test } from 'vitest';
import { examined, type Question, repairOf, summary } from './ask.ts';

const ISOMETRY: Question = {
  expression: '½ ‖A x − b‖²',
  where: 'A: m×n; x: n; b: m; assume AᵀA = I',
  wrt: 'x',
};
const MASKED: Question = {
  expression: '½ ‖M ⊙ (X − Y)‖²',
  where: 'M: m×n binary; X, Y: m×n',
  wrt: 'X',
};

describe('claims are held where what is known holds', () => {
  test.each([
    [ISOMETRY, 'x − Aᵀb'],
    [ISOMETRY, 'Aᵀ(A x − b)'],
    [MASKED, 'M ⊙ (X − Y)'],
    [MASKED, 'M ⊙ M ⊙ M ⊙ (X − Y)'],
    [
      { expression: 'xᵀA x/(xᵀx)', where: 'A: n×n symmetric; assume xᵀx = 1', wrt: 'x' },
      '2(A x − (xᵀA x)x)',
    ],
  ])('%o %s', (q, claim) => {
    const x = examined(q, claim);
    expect(summary(x)).toBe('right');
    expect(x.check?.verdict).toBe('passed');
  });

  test.each([
    [{ ...ISOMETRY, where: 'A: m×n; x: n; b: m' }, 'x − Aᵀb'],
    [{ ...MASKED, where: 'M, X, Y: m×n' }, 'M ⊙ (X − Y)'],
  ])('without it they are not right: %o %s', (q, claim) => {
    expect(summary(examined(q, claim))).not.toBe('right');
  });

  test('a mistake is seen at a point at which it holds', () => {
    const wrong = examined(ISOMETRY, 'x + Aᵀb');
    expect(wrong.verdict).toBe('wrong');
    const { A } = wrong.counterexample?.inputs ?? {};
    const rows = (A ?? []) as readonly (readonly number[])[];
    const length = rows.reduce((s, row) => s + (row[0] ?? 0) ** 2, 0);
    expect(length).toBeCloseTo(1, 9);
    expect(repairOf(examined(MASKED, 'M ⊙ (X + Y)'))).toBe('M ⊙ (X − Y)');
  });
});
