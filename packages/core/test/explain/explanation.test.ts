import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explanationLines } from '../../src/emit/report/explanation.ts';
import {
  derive,
  type Explanation,
  type ExplanationLine,
  type Report,
  reportJson,
  reportText,
} from '../../src/index.ts';
import { widestSum } from '../../src/notation/entry-walk.ts';
import { PUBLISHED } from './published.ts';

type How = 'differential' | 'index';

const report = (expression: string, where: string, wrt: string, how: How, order = 1): Report =>
  derive(
    { expression, where, wrt: wrt.split(',') },
    { explain: how, order, check: false, points: 1 },
  );

function explained(expression: string, where: string, wrt: string, how: How): Explanation {
  const [result] = report(expression, where, wrt, how).results;
  if (!result?.explanation) throw new Error('no explanation');
  return result.explanation;
}

/** `dJ = A dX B` lines without their reasons. */
const linesOf = (e: Explanation): string[] =>
  explanationLines(e, {}).map((l) => `${l.left} = ${l.right}`.trim());

const rulesOf = (e: Explanation): string[] =>
  e.lines.map((l) => l.rules.map((r) => r.name).join(', '));

describe('of published derivatives', () => {
  test.each(PUBLISHED)('%s: %s', (_, expression, where, wrt, order) => {
    for (const how of ['differential', 'index'] as const) {
      const [result] = report(expression, where, wrt, how, order).results;
      const e = result?.explanation;
      expect(e?.notes).toEqual([]);
      expect(e?.lines.length).toBeGreaterThan(1);
      expect(e?.lines.filter((l) => !l.checked || l.rules.length === 0)).toEqual([]);
      // what is read off is the answer
      expect(e?.lines.at(-1)?.formula).toEqual(result?.formula);
    }
  });
});

describe('by differentials', () => {
  test('least squares, as on paper', () => {
    const e = explained('½ ‖Xθ − y‖²', 'X: m×n; θ: n; y: m', 'θ', 'differential');
    expect(linesOf(e)).toEqual([
      'J = 1/2 ‖Xθ − y‖²',
      'dJ = (Xθ − y) : d(Xθ − y)',
      '= (Xθ − y) : X dθ',
      '= Xᵀ(Xθ − y) : dθ',
      '∂J/∂θ = Xᵀ(Xθ − y)',
    ]);
    expect(rulesOf(e)).toEqual([
      'given',
      'constant factor, square',
      'sum, constant, linear',
      'move a left factor',
      'read off',
    ]);
  });

  test('a trace is turned until the differential stands last', () => {
    const e = explained('tr(A X B)', 'A: p×m; X: m×n; B: n×p', 'X', 'differential');
    expect(linesOf(e).slice(1)).toEqual([
      'dJ = tr(A dX B)',
      '= tr(BA dX)',
      '= AᵀBᵀ : dX',
      '∂J/∂X = AᵀBᵀ',
    ]);
    expect(e.lines.flatMap((l) => l.rules.map((r) => r.law))).toContain('tr(ABC) = tr(CAB)');
  });

  test('cross entropy goes through the named softmax', () => {
    const e = explained(
      'softmax_cross_entropy(X Θ, Y)',
      'X: m×n; Θ: n×k; Y: m×k simplex',
      'Θ',
      'differential',
    );
    expect(linesOf(e)).toContain('= (P − Y) : d(XΘ)');
    expect(linesOf(e).at(-1)).toBe('∂J/∂Θ = Xᵀ(P − Y)');
  });

  test('the symmetric part is taken at last, by name', () => {
    const e = explained('logdet(X) + tr(A X)', 'X: n×n posdef; A: n×n', 'X', 'differential');
    expect(e.lines.at(-1)?.rules.map((r) => r.name)).toEqual(['projection', 'read off']);
    expect(e.lines.every((l) => l.checked)).toBe(true);
  });

  test('a Jacobian is read off where nothing but dX is left', () => {
    const e = explained('tanh(W x + b)', 'W: m×n; x: n; b: m', 'x', 'differential');
    expect(linesOf(e)).toEqual([
      'J = tanh(Wx + b)',
      'dJ = (1 − tanh(Wx + b).^2) ⊙ d(Wx + b)',
      '= (1 − tanh(Wx + b).^2) ⊙ (W dx)',
      '∂J/∂x = diag(1 − tanh(Wx + b).^2) W',
    ]);
  });
});

describe('in index notation', () => {
  test('δ picks the entry', () => {
    const e = explained('½ ‖Xθ − y‖²', 'X: m×n; θ: n; y: m', 'θ', 'index');
    expect(linesOf(e)).toEqual([
      'J = 1/2 Σᵢ (Σⱼ X[i,j] θ[j] − y[i])²',
      '∂J/∂θ[p] = Σᵢ (Σⱼ X[i,j] θ[j] − y[i]) ∂(Σⱼ X[i,j] θ[j] − y[i])/∂θ[p]',
      '= Σᵢ (Σⱼ X[i,j] θ[j] − y[i]) Σⱼ X[i,j] ∂θ[j]/∂θ[p]',
      '= Σᵢ (Σⱼ X[i,j] θ[j] − y[i]) Σⱼ X[i,j] δ[j,p]',
      '= Σᵢ (Σⱼ X[i,j] θ[j] − y[i]) X[i,p]',
      '∂J/∂θ = Xᵀ(Xθ − y)',
    ]);
    expect(rulesOf(e).slice(2)).toEqual([
      'linear',
      'Kronecker δ',
      'sum over δ',
      'back to matrices',
    ]);
  });

  test('letters are none of the names', () => {
    const e = explained('iᵀX j', 'i: p; X: p×q; j: q', 'X', 'index');
    const [first = ''] = linesOf(e);
    expect(first).not.toMatch(/\[(?:i|j|p|q)/u);
  });
});

describe('families, one step at a time', () => {
  const where = 'X: m×n; W[l]: n×n for l = 1..L; Z[0] = X; Z[l] = tanh(Z[l-1] W[l]) for l = 1..L';
  test.each(['differential', 'index'] as const)('by %s', (how) => {
    const [result] = derive(
      { expression: 'sum(Z[L])', where, wrt: ['W[l]'] },
      { explain: how, check: false },
    ).results;
    const e = result?.explanation;
    expect(e?.lines.every((l) => l.checked)).toBe(true);
    expect(e && linesOf(e).at(-1)).toBe('∂J/∂W[l] = Z[l−1]ᵀ (G[l] ⊙ (1 − tanh(Z[l−1] W[l]).^2))');
    expect(e?.lines[0]?.rules[0]?.name).toBe('one step');
  });
});

test('the lines in JSON', () => {
  const [r] = reportJson(report('xᵀA x', 'A: n×n; x: n', 'x', 'differential')).results;
  expect(r?.explanation.at(-1)).toMatchObject({
    name: '∂J/∂x',
    formula: '(A + Aᵀ)x',
    rule: 'read off',
    checked: true,
  });
});

test('in ASCII nothing but ASCII', () => {
  for (const how of ['differential', 'index'] as const) {
    const text = reportText(report('sum(softmax(X θ).^3)', 'X: m×n; θ: n', 'θ', how), {
      ascii: true,
    });
    expect(text).toMatch(/^[\n -~]*$/u);
    expect(text).not.toContain('?');
  }
});

const atom = fc.constantFrom('A X B', 'tanh(A X)', 'X⁻¹', 'X + C', 'softmax(X)', 'X ⊙ C', 'Xᵀ');
const whole = fc.constantFrom(
  (m: string) => `tr(A (${m}))`,
  (m: string) => `‖${m}‖²`,
  (m: string) => `aᵀ(${m})b`,
  (m: string) => `log(1 + sum(exp(${m})))`,
  (m: string) => `sum((${m}) ⊙ (B (${m})))`,
);

test('every line of random derivations is true', () => {
  fc.assert(
    fc.property(whole, atom, atom, fc.constantFrom('+', '⊙'), (f, p, q, op) => {
      const expression = f(`(${p}) ${op} (${q})`);
      const where = 'A, B, C: n×n; X: n×n invertible; a, b: n';
      for (const how of ['differential', 'index'] as const) {
        const e = explained(expression, where, 'X', how);
        // sums over more letters at once may take more numbers than the evaluator holds: then the line says that it is not checked
        const wide = (l: ExplanationLine): boolean =>
          l.formula.form === 'index' && widestSum(l.formula.entry) > 5;
        const bad = e.lines.filter((l) => !l.checked && !e.lines.some(wide));
        expect([expression, how, bad.length, e.notes.join()]).toEqual([
          expression,
          how,
          0,
          expect.not.stringContaining('defect'),
        ]);
      }
    }),
    { seed: 7, numRuns: 25 },
  );
});
