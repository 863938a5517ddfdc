import { describe, expect, test } from 'vitest';
import { check, examinationJson, examinationText, type Input } from '../../../src/index.ts';

const REGRESSION = {
  expression: '1/(2m) ‖Xθ − y‖²',
  where: 'X: m×n; y: m; θ: n',
  wrt: ['θ'],
} as const;

const textOf = (input: Input, ascii = false): string => examinationText(check(input), { ascii });

describe('as text: the verdict, then all that belongs to it', () => {
  test.each([
    ['right', { ...REGRESSION, claims: ['1/m Xᵀ(X θ − y)'] }],
    ['right, with a part', { ...REGRESSION, claims: ['∂J/∂θ = 1/m Xᵀr where r = Xθ − y'] }],
    ['away from kinks', { expression: 'sum(relu(x))', where: 'x: n', claims: ['step(x)'] }],
    [
      'a convention',
      { expression: 'tr(A X)', where: 'A: n×n; X: n×n symmetric', wrt: ['X'], claims: ['A'] },
    ],
    [
      'under a condition',
      { expression: 'xᵀA x', where: 'A: n×n; x: n', wrt: ['x'], claims: ['2A x'] },
    ],
    ['wrong', { ...REGRESSION, claims: ['Xᵀ(Xθ − y)'] }],
    ['wrong shape', { ...REGRESSION, claims: ['1/m X(Xθ − y)'] }],
    ['cannot tell', { expression: 'sum(log(−x ⊙ x))', where: 'x: n', claims: ['2 ./ x'] }],
    ['several', { expression: 'aᵀx', where: 'a, x: n', claims: ['∂J/∂a = x', '∂J/∂x = −a'] }],
  ] as const)('%s', (_, input) => expect(textOf(input)).toMatchSnapshot());

  test('no line is wider than asked for', () => {
    for (const width of [60, 80, 100]) {
      const report = check({ ...REGRESSION, claims: ['Xᵀ(Xθ − y)', '1/m X(Xθ − y)'] });
      for (const line of examinationText(report, { width }).split('\n'))
        expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  test('in ASCII it is 7-bit', () => {
    for (const claim of ['Xᵀ(Xθ − y)', '1/m X(Xθ − y)', '1/m Xᵀ(Xθ − y)', '−1/m Xᵀ(X θ)'])
      expect(textOf({ ...REGRESSION, claims: [claim] }, true)).toMatch(/^[\n -~]*$/u);
  });
});

describe('as JSON', () => {
  test('one claim', () => {
    expect(examinationJson(check({ ...REGRESSION, claims: ['Xᵀ(Xθ − y)'] }))).toMatchObject({
      schema: 1,
      verdict: 'wrong',
      condition: null,
      name: '∂J/∂θ',
      claim: 'Xᵀ(Xθ − y)',
      shape: ['n'],
      wanted: ['n'],
      counterexample: { sizes: { m: 2, n: 1 } },
      check: { verdict: 'failed', seed: 1 },
    });
  });

  test('diagnoses with their repairs, the likeliest first', () => {
    const { diagnosis } = examinationJson(check({ ...REGRESSION, claims: ['Xᵀ(Xθ − y)'] }));
    expect(diagnosis[0]).toEqual({
      class: 'sum-for-mean',
      text: 'a sum stands where the value takes a mean: the factor 1/m is missing',
      repair: '1/m Xᵀ(Xθ − y)',
    });
  });

  test('several claims: the first at the top, too', () => {
    const json = examinationJson(
      check({ expression: 'aᵀx', where: 'a, x: n', claims: ['∂J/∂a = x', '∂J/∂x = −a'] }),
    );
    expect(json.verdict).toBe('right');
    expect(json.claims?.map((c) => c.verdict)).toEqual(['right', 'wrong']);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });
});

test('errors stand in the piece that was typed, with a fix that was tried', () => {
  const at = (claim: string): unknown => {
    try {
      check({ ...REGRESSION, where: `${REGRESSION.where}; gain: scalar`, claims: [claim] });
    } catch (error) {
      return error;
    }
    return null;
  };
  expect(at('gian Xᵀ(Xθ − y)')).toMatchObject({
    diagnostics: [{ code: 'unknown-name', fix: 'gain Xᵀ(Xθ − y)' }],
  });
});
