import { describe, expect, test } from 'vitest';
import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { examinedFile, repairOf, summary, text } from './ask.ts';

const perceptron = (step: string, ...claims: readonly string[]): string =>
  [
    'σ, τ[l]: elementwise',
    'X: m×n[0] constant; Y: m×n[L] constant',
    'W[l]: n[l-1]×n[l] for l = 1..L',
    'Z[0] = X',
    `Z[l] = ${step} for l = 1..L`,
    'J = ½ ‖Z[L] − Y‖²',
    ...claims.map((c) => `check ${c}`),
  ].join('\n');

const one = (step: string, claim: string): ReturnType<typeof examinedFile>[number] => {
  const [first] = examinedFile(perceptron(step, claim));
  if (!first) throw new Error('no claim');
  return first;
};

const SIGMA = 'σ(Z[l-1] W[l])';

describe('right for every number of steps', () => {
  test.each([
    [SIGMA, 'G[L] = Z[L] − Y'],
    [SIGMA, 'G[l-1] = (G[l] ⊙ σ′(Z[l-1] W[l])) W[l]ᵀ'],
    [SIGMA, 'G[l] = (G[l+1] ⊙ σ′(Z[l] W[l+1])) W[l+1]ᵀ'],
    [SIGMA, 'G[k-1] = (G[k] ⊙ σ′(Z[k-1] W[k])) W[k]ᵀ for k = L..2'],
    [SIGMA, '∂J/∂W[l] = Z[l-1]ᵀ D[l]'],
    [SIGMA, 'dJ/dW[l] = (R Z[l-1])ᵀ where R = (G[l] ⊙ σ′(Z[l-1] W[l]))ᵀ'],
    [SIGMA, '∂J/∂W = Z[l-1]ᵀ(G[l] ⊙ σ′(Z[l-1] W[l]))'],
    [SIGMA, '∂J/∂W[L] = Z[L-1]ᵀ((Z[L] − Y) ⊙ σ′(Z[L-1] W[L]))'],
    [SIGMA, '∂J/∂X = (G[1] ⊙ σ′(X W[1])) W[1]ᵀ'],
    ['tanh(Z[l-1] W[l])', '∂J/∂W[l] = Z[l-1]ᵀ(G[l] ⊙ (1 − Z[l].^2))'],
    ['sigmoid(Z[l-1] W[l])', 'G[l-1] = (G[l] ⊙ Z[l] ⊙ (1 − Z[l])) W[l]ᵀ'],
    ['τ[l](Z[l-1] W[l])', '∂J/∂W[l] = Z[l-1]ᵀ(G[l] ⊙ τ[l]′(Z[l-1] W[l]))'],
    ['relu(Z[l-1] W[l])', '∂J/∂W[l] = Z[l-1]ᵀ(G[l] ⊙ step(Z[l]))'],
  ])('Z[l] = %s: %s', (step, claim) => {
    const x = one(step, claim);
    expect(x.verdict).toBe('right');
    expect(x.check?.verdict).toBe('passed');
    expect(x.check?.points).toBeGreaterThan(3);
  });
});

test('a shared part is held against the derived one', () => {
  const x = one(SIGMA, 'D[l] = G[l] ⊙ σ′(Z[l-1] W[l])');
  expect([x.verdict, x.check]).toEqual(['right', null]);
  expect(x.notes.join()).toMatch(/as derived/);
  expect(one(SIGMA, 'D[l] = 2G[l] ⊙ σ′(Z[l-1] W[l])').verdict).toBe('wrong');
});

test('at a fixed place the order that fits is found, too', () => {
  const x = one(SIGMA, '∂J/∂X = (G[1] ⊙ σ′(X W[1])) W[1]');
  expect(summary({ ...x, condition: null })).toBe('wrong-shape: transposed');
  expect(repairOf(x)).toBe('(G[1] ⊙ σ′(X W[1])) W[1]ᵀ');
});

describe('mistakes have their names, in terms of one step', () => {
  test.each([
    ['∂J/∂W[l] = 2Z[l-1]ᵀ(G[l] ⊙ σ′(Z[l-1] W[l]))', 'wrong: factor'],
    ['∂J/∂W[l] = −Z[l-1]ᵀ(G[l] ⊙ σ′(Z[l-1] W[l]))', 'wrong: sign'],
    ['∂J/∂W[l] = Z[l-1]ᵀG[l]', 'wrong: missing-derivative'],
    ['∂J/∂W[l] = Z[l]ᵀ(G[l] ⊙ σ′(Z[l-1] W[l]))', 'wrong-shape: wrong-layer'],
    ['G[l-1] = (G[l-1] ⊙ σ′(Z[l-1] W[l])) W[l]ᵀ', 'wrong-shape: wrong-layer'],
    ['G[l] = (G[l+1] ⊙ σ′(Z[l-1] W[l])) W[l+1]ᵀ', 'wrong-shape: wrong-layer'],
    ['∂J/∂W[l] = Z[l-1](G[l] ⊙ σ′(Z[l-1] W[l]))', 'wrong-shape: transposed'],
  ])('%s', (claim, said) => {
    const x = one(SIGMA, claim);
    expect(summary({ ...x, condition: null })).toBe(said);
    const right = claim.startsWith('∂J')
      ? 'Z[l−1]ᵀ (G[l] ⊙ σ′(Z[l−1] W[l]))'
      : claim.startsWith('G[l-1]')
        ? '(G[l] ⊙ σ′(Z[l−1] W[l])) W[l]ᵀ'
        : '(G[l+1] ⊙ σ′(Z[l] W[l+1])) W[l+1]ᵀ';
    expect(repairOf(x)).toBe(right);
  });

  test('a wrong layer in square layers, where every shape fits', () => {
    const program = (claim: string): string =>
      [
        'σ: elementwise; X, Y: m×n constant; W[l]: n×n for l = 1..L; Z[0] = X',
        'Z[l] = σ(Z[l-1] W[l]) for l = 1..L; J = ½ ‖Z[L] − Y‖²',
        `check ${claim}`,
      ].join('\n');
    const [x] = examinedFile(program('∂J/∂W[l] = Z[l]ᵀ(G[l] ⊙ σ′(Z[l-1] W[l]))'));
    expect(x && summary(x)).toBe('wrong: wrong-layer');
    expect(x && repairOf(x)).toBe('Z[l−1]ᵀ (G[l] ⊙ σ′(Z[l−1] W[l]))');
    expect(x?.counterexample?.sizes).toMatchObject({ L: 1 });
    const [turned] = examinedFile(program('G[l-1] = (G[l] ⊙ σ′(Z[l-1] W[l])) W[l]'));
    expect(turned && summary(turned)).toMatch(
      /^right-under-condition \(only if W\[l\] is symmetric\)/,
    );
  });

  test('what is right only at the last layer is wrong', () => {
    const x = one(SIGMA, '∂J/∂W[l] = Z[l-1]ᵀ((Z[L] − Y) ⊙ σ′(Z[l-1] W[l]))');
    expect(['wrong', 'wrong-shape']).toContain(x.verdict);
  });
});

test('a recurrent network: the sum over steps has no claim, its steps have', () => {
  const [h] = examinedFile(
    [
      'U: d×h; W: h×h; x[t]: 1×d constant for t = 1..T; h0: 1×h constant',
      'H[0] = h0',
      'H[t] = tanh(x[t] U + H[t-1] W) for t = 1..T',
      'J = ½ ‖H[T]‖²',
      'check G[t-1] = (G[t] ⊙ (1 − H[t].^2)) Wᵀ',
    ].join('\n'),
  );
  expect(h && summary(h)).toBe('right');
});

describe('a published backward pass', () => {
  // ∂J/∂W[l] = Z[l−1]ᵀ (G[l] ⊙ σ[l+1]′(Z[l])), as a blog post has it for Z[l] = σ[l](Z[l−1] W[l])
  const STEP = 'τ[l](Z[l-1] W[l])';

  test('has the function of the wrong layer, and its derivative at the output: both are named', () => {
    const x = one(STEP, '∂J/∂W[l] = Z[l-1]ᵀ(G[l] ⊙ τ[l+1]′(Z[l]))');
    expect(x.verdict).toBe('wrong');
    expect(new Set(x.diagnoses.slice(0, 2).map((d) => d.class))).toEqual(
      new Set(['wrong-layer', 'derivative-at-wrong-place']),
    );
    expect(repairOf(x)).toBe('Z[l−1]ᵀ (G[l] ⊙ τ[l]′(Z[l−1] W[l]))');
    expect(x.notes).toEqual([
      'a mere convention if τ[l+1]′(Z[l]) means the derivative as a function of what τ returns; the rest is wrong all the same',
    ]);
    expect(x.check?.verdict).toBe('failed');
  });

  test('is right but for a convention once the layer is', () => {
    const x = one(STEP, '∂J/∂W[l] = Z[l-1]ᵀ(G[l] ⊙ τ[l]′(Z[l]))');
    expect(summary(x)).toBe(
      'right-under-condition (only if τ[l]′(Z[l]) means the derivative as a function of what τ returns): derivative-at-wrong-place',
    );
  });

  test('is right as it should read', () => {
    expect(one(STEP, '∂J/∂W[l] = Z[l-1]ᵀ(G[l] ⊙ τ[l]′(Z[l-1] W[l]))').verdict).toBe('right');
  });
});

describe('claims without a meaning', () => {
  const codeOf = (claim: string): string => {
    try {
      one(SIGMA, claim);
    } catch (error) {
      if (error instanceof MatgradError) return error.diagnostics[0]?.code ?? '';
      throw error;
    }
    return '';
  };
  test.each([
    ['H[l] = Z[l]', 'bad-claim'],
    ['∂J/∂V[l] = Z[l]', 'unknown-name'],
    ['∂J/∂Z[l] = G[l]', 'defined-as-variable'],
    ['G[l-1] = Q[l]', 'unknown-name'],
    ['∂J/∂X[1] = X', 'bad-index'],
  ])('%s', (claim, code) => expect(codeOf(claim)).toBe(code));
});

test('members that are defined nowhere: cannot tell', () => {
  const x = one(SIGMA, 'G[L] = G[L+1] W[L+1]ᵀ');
  expect(x.verdict).toBe('cannot-tell');
  expect(text(x.variable)).toBe('G[L]');
});
