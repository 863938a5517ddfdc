import { describe, expect, test } from 'vitest';
import { type Diagnostic, MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { elaborateProblem } from '../../src/elaborate/elaborate.ts';
import type { Problem } from '../../src/elaborate/problem.ts';
import { toText } from '../../src/emit/text.ts';
import { checkFamily } from '../../src/family/check.ts';
import { countExpr } from '../../src/family/count.ts';
import type { CacheEntry, FamilyDerivation } from '../../src/family/derivation.ts';
import { deriveFamily } from '../../src/family/derive.ts';
import { toSurface } from '../../src/notation/surface.ts';
import { parseInput } from '../../src/syntax/parse.ts';
import { texts } from './systems.ts';

/** Networks as people write them, all gradients at once. */
function derived(text: string, ...wrt: string[]): FamilyDerivation {
  const file = { name: 'n.mg', text };
  const problem = elaborateProblem(parseInput({ file, wrt: wrt.length > 0 ? wrt : ['all'] }));
  if (!problem.family) throw new Error('no family');
  return deriveFamily(problem.value.node, problem.family, problem.wrt);
}

const passes = (d: FamilyDerivation): void => {
  for (const c of checkFamily(d, { points: 1 })) expect(c).toMatchObject({ verdict: 'passed' });
};

const entry = (e: CacheEntry): string =>
  `${toText(toSurface(e.node))}: ${toText(countExpr(e.count))}`;

describe('networks with all their gradients', () => {
  test('a readout of the last state: what the objective shares is named once', () => {
    const d = derived(`
      X[t]: m×d constant for t = 1..T; Y: m×k constant; H0: m×h constant
      W: h×h; U: d×h; V: h×k
      H[0] = H0
      H[t] = tanh(H[t-1] W + X[t] U) for t = 1..T
      J = ½‖H[T] V − Y‖²`);
    const all = texts(d.atInput.shared);
    expect(all.slice(0, 2)).toEqual(['E = H[T] V − Y', 'G[T] = EVᵀ']);
    expect(all).toContain('∂J/∂V = H[T]ᵀ E');
    passes(d);
  });

  test('softmax behind the last layer, which has no function: a multiple of Y needs no name', () => {
    const d = derived(`
      X: m×n[0] constant; Y: m×n[L] simplex constant
      W[l]: n[l-1]×n[l] for l = 1..L; b[l]: 1×n[l] for l = 1..L
      A[0] = X
      Z[l] = A[l-1] W[l] + b[l] for l = 1..L
      A[l] = relu(Z[l]) for l = 1..L-1
      J = softmax_cross_entropy(Z[L], Y)/m`);
    expect(texts(d.atInput.shared)).toEqual([
      'G_Z[L] = 1/m (softmax(Z[L]) − Y)',
      'G_Z[l] = G_A[l] ⊙ step(Z[l]) for l = L−1..1',
      'G_A[l−1] = G_Z[l] W[l]ᵀ for l = L..2',
      '∂J/∂W[l] = A[l−1]ᵀ G_Z[l] for l = 1..L',
      '∂J/∂b[l] = sum(G_Z[l], axis=0) for l = 1..L',
    ]);
    passes(d);
    // Z[L] is still read by G_Z[L]
    expect(d.savings.map((s) => s.spared.map(entry))).toEqual([['Z[l]: m (n[1] + … + n[L−1])']]);
  });

  test('a base that is a step of its own has its part after what it is made of', () => {
    const d = derived(`
      X: m×d; A, B: d×d
      Z[0] = X
      Z[1] = tanh(X A)
      Z[t] = tanh(Z[t-1] A + Z[t-2] B) for t = 2..T
      J = sum(Z[T])`);
    const lefts = texts(d.atInput.shared).map((t) => t.split(' = ')[0]);
    expect(lefts.indexOf('D[1]')).toBeGreaterThan(lefts.indexOf('G[t−1]'));
    passes(d);
    const [, step] = d.savings;
    expect(step?.spared.map(entry)).toEqual(['Z[t−1] A + Z[t−2] B: (T − 1)dm']);
    // no formula at the input reads Z[T]
    expect(step?.added.map(entry)).toEqual(['Z[T]: dm']);
  });

  test('an objective that looks back asks for as many steps', () => {
    const d = derived(`
      X: m×d; W[l]: d×d for l = 1..L
      Z[0] = X
      Z[l] = tanh(Z[l-1] W[l]) for l = 1..L
      J = sum(Z[L-2]) + ½‖Z[L]‖²`);
    expect([...d.least]).toEqual([['L', 2]]);
    passes(d);
  });

  test('the last weight alone', () => {
    const text = `
      X: m×n[0]; Y: m×n[L]; W[l]: n[l-1]×n[l] for l = 1..L
      Z[0] = X
      Z[l] = sigmoid(Z[l-1] W[l]) for l = 1..L
      J = ½‖Z[L] − Y‖²`;
    const d = derived(text, 'W[L]');
    expect(texts(d.atInput.shared).at(-1)).toBe('∂J/∂W[L] = Z[L−1]ᵀ D[L]');
    passes(d);
    const second = derived(text, 'W[2]');
    expect(second.atInput.cache.map((e) => [entry(e), ...e.readers])).toEqual([
      ['Z[1]: m n[1]', '∂J/∂W[2]'],
      ['Z[L]: m n[L]', 'G[L]'],
      ['Z[l−1] W[l]: m (n[2] + … + n[L])', 'D[l]'],
    ]);
  });
});

test.each([
  ['sum(Z[L]) + sum(Z[L+1])', 'Z[l] = tanh(Z[l-1] A) for l = 1..L', 'Z[L+1]'],
  ['sum(Z[L])', 'Z[l] = tanh(Z[l-1] A + Z[l-2] B) for l = 1..L', 'Z[l-2]'],
])('%s: a place out of range is shown where it was typed', (expression, step, shown) => {
  const where = `X: m×n; A, B: n×n; Z[0] = X; ${step}`;
  const problem = elaborateProblem(parseInput({ expression, where }));
  const [label] = mistakeIn(problem)?.labels ?? [];
  expect(problem.source.text.slice(label?.start, label?.end)).toBe(shown);
});

function mistakeIn({ family, value, wrt, expression }: Problem): Diagnostic | undefined {
  if (!family) return undefined;
  try {
    deriveFamily(value.node, family, wrt, { expression });
  } catch (error) {
    if (error instanceof MatgradError) return error.diagnostics[0];
    throw error;
  }
  return undefined;
}
