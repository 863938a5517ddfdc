import { describe, expect, test } from 'vitest';
import { examined, type Question, repairOf } from './ask.ts';

/**
 * Equation 92 of the Matrix Cookbook (Petersen and Pedersen, version of 15 November 2012):
 * ∂/∂X aᵀ(Xⁿ)ᵀXⁿb = Σᵣ Xⁿ⁻¹⁻ʳabᵀ(Xⁿ)ᵀXʳ + (Xʳ)ᵀXⁿabᵀ(Xⁿ⁻¹⁻ʳ)ᵀ for r = 0 … n−1. Its first term is printed transposed.
 */
const question = (n: number): Question => ({
  expression: `aᵀ(X^${n})ᵀX^${n} b`,
  where: 'X: n×n; a, b: n',
  wrt: 'X',
});

const power = (k: number): string => (k === 0 ? 'I' : `X^${k}`);
const range = (n: number): number[] => Array.from({ length: n }, (_, r) => r);
const first = (n: number): string =>
  range(n)
    .map((r) => `${power(n - 1 - r)} a bᵀ (X^${n})ᵀ ${power(r)}`)
    .join(' + ');
const second = (n: number): string =>
  range(n)
    .map((r) => `(${power(r)})ᵀ X^${n} a bᵀ (${power(n - 1 - r)})ᵀ`)
    .join(' + ');

describe.each([2, 3])('the Matrix Cookbook, (92), for n = %i', (n) => {
  test('as printed it is wrong: its first term is transposed', () => {
    const x = examined(question(n), `${first(n)} + ${second(n)}`);
    expect(x.verdict).toBe('wrong');
    expect(x.diagnoses[0]?.class).toBe('transposed');
    expect(x.diagnoses[0]?.text).toMatch(new RegExp(`^${n} of its ${2 * n} terms are transposed`));
    expect(repairOf(x)).not.toBeNull();
    expect(x.counterexample).toMatchObject({ sizes: { n: 2 } });
    const { claimed, correct } = x.counterexample ?? { claimed: 0.5, correct: 0.5 };
    expect([claimed, correct].every(Number.isInteger)).toBe(true);
  }, 20_000);

  test('with its first term transposed it is right', () => {
    expect(examined(question(n), `(${first(n)})ᵀ + ${second(n)}`).verdict).toBe('right');
  });
});
