import { describe, expect, test } from 'vitest';
import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { examined, examinedFile, repairOf, summary, text } from './ask.ts';

const recurrent = (claim: string): string =>
  [
    'X[t]: m×k constant for t = 1..T; B, Y: m×n constant; W: n×n; U: k×n',
    'H[0] = B; H[t] = tanh(H[t-1] W + X[t] U) for t = 1..T',
    'J = ½ ‖H[T] − Y‖²',
    `check ${claim}`,
  ].join('\n');

const one = (claim: string): ReturnType<typeof examinedFile>[number] => {
  const [first] = examinedFile(recurrent(claim));
  if (!first) throw new Error('no claim');
  return first;
};

describe('sums over the steps of a family', () => {
  test.each([
    '∂J/∂W = Σ[t=1..T] H[t-1]ᵀ D[t]',
    '∂J/∂W = sum[s=T..1] H[s-1]ᵀ (G[s] ⊙ (1 − H[s].^2))',
    '∂J/∂W = (Σ[t=1..T] D[t]ᵀ H[t-1])ᵀ',
    '∂J/∂W = Σ_{t=1}^T H[t-1]ᵀ D[t]',
    '∂J/∂W = BᵀD[1] + ∑_{s = 2}^{T} H[s-1]ᵀ D[s]',
    '\\frac{\\partial J}{\\partial W} = \\sum_{t=1}^{T} H_{t-1}^\\top D_t',
    '\\frac{\\partial J}{\\partial W} = \\sum\\limits_{t=1}^T H_{t-1}^\\top D_t',
    '∂J/∂W = BᵀD[1] + Σ[t=2..T] H[t-1]ᵀ D[t]',
    '∂J/∂W = Σ[t=1..T] H[t-1]ᵀ (∂J/∂H[t] ⊙ (1 − H[t].^2))',
  ])('%s is right', (claim) => {
    const x = one(claim);
    expect(x.verdict).toBe('right');
    expect(x.check?.verdict).toBe('passed');
  });

  test.each([
    ['Σ[t=1..T] H[t-1]ᵀ G[t]', 'wrong: missing-derivative'],
    ['−Σ[t=1..T] H[t-1]ᵀ D[t]', 'wrong: sign'],
    ['1/T (Σ[t=1..T] H[t-1]ᵀ D[t])', 'wrong: mean-for-sum'],
    ['Σ[t=1..T] 2H[t-1]ᵀ D[t]', 'wrong: factor'],
    ['Σ[t=1..T] H[t]ᵀ D[t]', 'wrong: wrong-layer'],
    ['Σ[t=1..T] H[t-1] D[t]', 'wrong-shape: transposed'],
    ['Σ[t=2..T] H[t-1]ᵀ D[t]', 'wrong: missing-term'],
    ['H[T-1]ᵀ D[T]', 'wrong: missing-term'],
    ['H[t-1]ᵀ D[t]', 'wrong: missing-term'],
  ])('%s', (claim, said) => {
    const x = one(`∂J/∂W = ${claim}`);
    expect(summary({ ...x, condition: null }).split(',')[0]).toBe(said);
    const right = /^Σ\[t=1..T\] H\[t−1\]ᵀ (D\[t\]|\(G\[t\] ⊙ \(1 − H\[t\]\.\^2\)\))$/u;
    expect(repairOf(x)).toMatch(right);
  });

  test('has a letter of its own', () => {
    expect(() => one('∂J/∂X[t] = Σ[t=1..T] D[t] Uᵀ')).toThrow(/a letter of its own/);
    expect(() => one('∂J/∂W = Σ[m=1..T] H[m-1]ᵀ D[m]')).toThrow(/a letter of its own/);
  });
});

test('between whole numbers a sum is written out, wherever it stands', () => {
  const power = { expression: 'Σ[r=1..3] tr(X^r)', where: 'X: n×n', wrt: 'X' };
  expect(examined(power, '(Σ[r=0..2] (r+1) X^r)ᵀ').verdict).toBe('right');
  expect(examined(power, 'Σ[r=0..2] (r+1) X^r').verdict).toBe('right-under-condition');
  const refused = (claim: string): string => {
    try {
      return examined(power, claim).verdict;
    } catch (error) {
      return error instanceof MatgradError ? (error.diagnostics[0]?.message ?? '') : 'a crash';
    }
  };
  expect(refused('Σ[r=0..n] X^r')).toMatch(/needs numbers for its ends/);
  expect(refused('Σ[r=0..5000] X^r')).toMatch(/a sum has 1 to 100 terms/);
  expect(refused('Σ[n=0..2] X')).toMatch(/a letter of its own/);
});

test('outside claims a sum over steps is an equation of its own', () => {
  const file = recurrent('∂J/∂W = W').replace('½ ‖H[T] − Y‖²', 'Σ[t=1..T] ‖H[t] − Y‖²');
  expect(() => examinedFile(file)).toThrow(/stands only in claims/);
});

test('named parts after a semicolon belong to the claim', () => {
  const q = { expression: 'sum(softmax(X W) ⊙ Y)', where: 'X: m×n; W: n×k; Y: m×k', wrt: 'W' };
  const claim = 'Xᵀ(P ⊙ (Y − s)) where P = softmax(X W); s = sum(P ⊙ Y, axis=1)';
  expect(examined(q, claim).verdict).toBe('right');
});

test('a sum is printed as it is read', () => {
  const x = one('∂J/∂W = −2 (Σ[t=1..T] H[t-1]ᵀ D[t])');
  const repair = x.diagnoses[0]?.repair;
  expect(repair && text(repair, x.wanted)).toMatch(/^Σ\[t=1\.\.T\]/u);
});
