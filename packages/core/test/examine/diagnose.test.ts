import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/examine/diagnose.ts';
import type { Diagnosis } from '../../src/examine/examination.ts';
import { sameValue } from '../../src/verify/compare.ts';
import { problemOf, textOf } from '../support/ask.ts';
import { isFirst, isWithin, isWrong, subjectOf, trialsOf } from './confusion.ts';
import { functions } from './functions.ts';
import { mutantsOf } from './mutants.ts';

/** What is said of a claim, in the language. */
function said(expression: string, where: string, wrt: string, claim: string): Diagnosis[] {
  const subject = subjectOf(expression, where, wrt);
  const { node } = problemOf(claim, where).value;
  return diagnose({ ...subject, claim: node, seed: 1, text: textOf });
}

const first = (expression: string, where: string, wrt: string, claim: string): string => {
  const [d] = said(expression, where, wrt, claim);
  return d ? `${d.class}: ${d.text} → ${d.repair ? textOf(d.repair) : 'nothing'}` : 'nothing';
};

describe('mistakes that people make', () => {
  const regression = ['1/(2m) (Xθ − y)ᵀ(Xθ − y)', 'X: m×n; y: m; θ: n', 'θ'] as const;
  const ridge = ['½ ‖Xw − y‖² + λ/2 ‖w‖²', 'X: m×n; y: m; w: n; λ: scalar', 'w'] as const;
  const product = ['tr(AXB)', 'A: n×n; X: n×n; B: n×n', 'X'] as const;
  const form = ['xᵀA x', 'x: n; A: n×n', 'x'] as const;
  const layer = ['½ ‖σ(XW) − Y‖²', 'σ: elementwise; X: m×n; W: n×k; Y: m×k', 'W'] as const;
  const classifier = ['−sum(Y ⊙ log(softmax(XΘ)))', 'X: m×n; Θ: n×k; Y: m×k simplex', 'Θ'] as const;

  const cases: readonly (readonly [
    subject: readonly [string, string, string],
    claim: string,
    diagnosis: string,
  ])[] = [
    [
      regression,
      'Xᵀ(Xθ − y)',
      'sum-for-mean: a sum stands where the value takes a mean: the factor 1/m is missing → 1/m Xᵀ(Xθ − y)',
    ],
    [regression, '2/m Xᵀ(Xθ − y)', 'factor: the factor 1/2 is missing → 1/m Xᵀ(Xθ − y)'],
    [regression, '1/m Xᵀ(Xθ + y)', 'sign: the sign of y is wrong → 1/m Xᵀ(Xθ − y)'],
    [regression, '1/m Xᵀ(y − Xθ)', 'sign: the sign is wrong: a factor −1 → 1/m Xᵀ(Xθ − y)'],
    [ridge, 'Xᵀ(Xw − y)', 'missing-term: the term λw is missing → Xᵀ(Xw − y) + λw'],
    [
      ridge,
      'Xᵀ(Xw − y) + 2λw',
      'factor: the factor 1/2 is missing in the term 2λw → Xᵀ(Xw − y) + λw',
    ],
    [ridge, 'Xᵀ(Xw − y) + λw + w', 'extra-term: the term w is too much → Xᵀ(Xw − y) + λw'],
    [product, 'BᵀAᵀ', 'order: factors stand in the wrong order: AᵀBᵀ, not BᵀAᵀ → AᵀBᵀ'],
    [product, 'ABᵀ', 'transposed: a transpose is missing or too much: Aᵀ, not A → AᵀBᵀ'],
    [
      product,
      'Aᵀ ⊙ Bᵀ',
      'hadamard-for-product: ⊙ stands where a matrix product belongs: AᵀBᵀ, not (A ⊙ B)ᵀ → AᵀBᵀ',
    ],
    [
      form,
      '2Ax',
      'missing-symmetrisation: the matrix and its transpose both contribute: A + Aᵀ, not 2A → (A + Aᵀ)x',
    ],
    [
      layer,
      'Xᵀ(σ(XW) − Y)',
      'missing-derivative: the derivative of σ(XW) is missing → Xᵀ(σ′(XW) ⊙ (σ(XW) − Y))',
    ],
    [
      layer,
      'Xᵀ((σ(XW) − Y) ⊙ σ′(σ(XW)))',
      'derivative-at-wrong-place: a derivative is taken at the wrong place: σ′(XW), not σ′(σ(XW)) → Xᵀ(σ′(XW) ⊙ (σ(XW) − Y))',
    ],
    [
      ['1e-6 (½ ‖Xw − y‖² + 1e6 λ ‖w‖²)', 'X: m×n; y: m; w: n; λ: scalar', 'w'],
      '1e-6 Xᵀ(Xw − y)',
      'missing-term: the term 2λw is missing',
    ],
    [
      ['½ ‖Xw − y‖² + 1e-6 ‖w‖² + 1e6', 'X: m×n; y: m; w: n', 'w'],
      'Xᵀ(Xw − y) + 4e-6 w',
      'factor: the factor 1/2 is missing in the term 1/250000 w',
    ],
    [
      ['sum(relu(Xw + b))', 'X: m×n; w: n; b: m', 'w'],
      'Xᵀ step(Xw − b)',
      'sign: the sign of b is wrong',
    ],
    [
      ['½ ‖Xw − y‖²', 'X: m×n; y: m; w: n', 'w'],
      'sum(X, axis=0)ᵀ',
      'other-function: this is the gradient of Xw, not of the value',
    ],
    [
      ['½ ‖Xw − y‖²', 'X: m×n; y: m; w: n', 'w'],
      'sin(w)',
      'other: no single mistake explains the difference; the gradient is Xᵀ(Xw − y)',
    ],
    [classifier, 'Xᵀ(Y ⊙ (softmax(XΘ) − 1))', 'softmax-diagonal'],
  ];
  test.each(cases)('%j: %s', (subject, claim, diagnosis) => {
    expect(first(...subject, claim)).toContain(diagnosis);
  });
});

describe('mutants', () => {
  test('are wrong, have the shape, and differ', () => {
    const { value, variable, gradient } = subjectOf(
      '½ ‖AXB − C‖²',
      'A: n×n; X: n×n; B: n×n; C: n×n',
      'X',
    );
    const mutants = mutantsOf(value, variable, gradient);
    expect(mutants.length).toBeGreaterThan(30);
    for (const { node } of mutants) {
      expect(node.axes).toEqual(gradient.axes);
      expect(sameValue(gradient, node, { seed: 7, mode: 'both' })).toBe('different');
    }
    expect(new Set(mutants.map((m) => m.node)).size).toBe(mutants.length);
    expect(new Set(mutants.map((m) => m.class)).size).toBeGreaterThan(8);
  });

  test('are named, and the repairs are right', { timeout: 20_000 }, () => {
    const trials = trialsOf(
      functions.filter((_, k) => k % 4 === 1),
      { seed: 5, atMost: 4 },
    );
    const share = (ok: (t: (typeof trials)[number]) => boolean): number =>
      trials.filter(ok).length / trials.length;
    expect(trials.length).toBeGreaterThan(50);
    expect(share(isFirst)).toBeGreaterThanOrEqual(0.9);
    expect(share((t) => isWithin(t, 3))).toBeGreaterThanOrEqual(0.98);
    expect(share(isWrong)).toBeLessThanOrEqual(0.01);
    for (const { diagnoses, gradient } of trials) {
      const repairs = diagnoses.flatMap((d) => d.repair ?? []);
      const verdicts = repairs.map((r) => sameValue(gradient, r, { seed: 11 }));
      expect(verdicts).toEqual(verdicts.map(() => 'equal'));
    }
  });
});
