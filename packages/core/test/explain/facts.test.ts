import { describe, expect, test } from 'vitest';
import { exportText } from '../support/program.ts';
import { type Asked, reportOf, shown } from '../support/report.ts';

/** Results that facts make simpler, each held against differences at points at which the facts hold. */
const published: readonly (readonly [
  source: string,
  expression: string,
  asked: Asked,
  gradient: string,
  fact: string,
])[] = [
  [
    'orthonormal columns: Trefethen and Bau 1997, lecture 6',
    '½ ‖A x − b‖²',
    { where: 'A: m×n; assume AᵀA = I', wrt: 'x' },
    'x − Aᵀb',
    'AᵀA = I',
  ],
  [
    'orthogonal Procrustes problem: Schönemann 1966',
    '½ ‖A Q − B‖²',
    { where: 'A, B: m×n; Q: n×n orthogonal', wrt: 'A' },
    'A − BQᵀ',
    'Q is orthogonal',
  ],
  [
    'Rayleigh quotient on the sphere: Absil, Mahony and Sepulchre 2008, section 4.6',
    'xᵀA x/(xᵀx)',
    { where: 'A: n×n symmetric; assume xᵀx = 1', wrt: 'x' },
    '2(Ax − (xᵀAx)x)',
    'xᵀx = 1',
  ],
  [
    'principal components: Baldi and Hornik 1989',
    '‖X − X W Wᵀ‖²',
    { where: 'X: m×n; W: n×k; assume WᵀW = I', wrt: 'W' },
    '2(XWWᵀ − X)ᵀXW',
    'WᵀW = I',
  ],
  [
    'least-squares support vector machine, labels ±1: Suykens and Vandewalle 1999',
    '½ ‖y ⊙ (X w) − 1‖²',
    { where: 'X: m×n; w: n; y: m sign', wrt: 'w' },
    'Xᵀ(Xw − y)',
    'y is 1 or −1 in each entry',
  ],
  [
    'factors of a matrix with missing entries: Koren, Bell and Volinsky 2009',
    '½ ‖M ⊙ (U Vᵀ − T)‖²',
    { where: 'M: m×n binary; T: m×n; U: m×k; V: n×k', wrt: 'U' },
    '(M ⊙ (UVᵀ − T))V',
    'M is 0 or 1 in each entry',
  ],
  [
    'hat matrix: Hoaglin and Welsch 1978',
    '½ ‖y − H y‖²',
    { where: 'H: n×n symmetric idempotent', wrt: 'y' },
    'y − Hy',
    'H is idempotent',
  ],
  [
    'rows of a Markov chain sum to one: Norris 1997',
    'sum(diag(x) A) + xᵀb',
    { where: 'A: m×n; x, b: m; assume A*1 = 1', wrt: 'x' },
    '1 + b',
    'A*1 = 1',
  ],
  [
    'normal equations of an orthogonal design: Box, Hunter and Hunter 2005',
    '½ ‖X W − Y‖²',
    { where: 'X: m×n; Y: m×k; W: n×k; assume XᵀX = m I', wrt: 'W' },
    'mW − XᵀY',
    'XᵀX = m I',
  ],
  [
    'a skew form vanishes: Magnus and Neudecker 2019, section 1.12',
    'xᵀA x + bᵀx',
    { where: 'A: n×n skew', wrt: 'x' },
    'b',
    'A is skew',
  ],
  ['symmetric by assumption', 'xᵀA x', { where: 'assume A = Aᵀ', wrt: 'x' }, '2Ax', ''],
];

describe('facts in gradients', () => {
  test.each(published)('%s', (_source, expression, asked, gradient, fact) => {
    const [result] = reportOf(expression, asked).results;
    expect(result && shown(result)).toBe(gradient);
    expect(result?.notes).toEqual(fact === '' ? [] : [`simplified by: ${fact}`]);
    expect(result?.check).toMatchObject({ verdict: 'passed', points: 3 });
    expect(result?.check?.maxRelativeError).toBeLessThan(1e-9);
  });

  test('are used after differentiating: what is assumed of the variable leaves its gradient', () => {
    const [result] = reportOf('xᵀx', { where: 'x: n; assume xᵀx = 1' }).results;
    expect(result && shown(result)).toBe('2x');
    const [second] = reportOf('‖A B x‖²', {
      where: 'A, B: n×n; assume AᵀA = I',
      wrt: 'x',
      order: 2,
    }).results;
    expect(second && shown(second)).toBe('2BᵀB');
    expect(second?.notes).toEqual(['simplified by: AᵀA = I']);
  });

  test('reach over the border of what several gradients share', () => {
    const where = 'A: m×n; assume AᵀA = I';
    const { results } = reportOf('½ ‖A x − exp(tanh(b) ⊙ b) ⊙ b‖²', { where, wrt: 'x,b' });
    expect(results[0] && shown(results[0])).toMatch(/^x − Aᵀ\(h ⊙ b\) where/u);
    for (const { check } of results) expect(check?.verdict).toBe('passed');
  });

  test('serve derivatives times vectors', () => {
    const where = 'A, B: n×n; assume AᵀA = I';
    const [hvp] = reportOf('‖A B x‖²', { where, wrt: 'x', product: 'hvp v' }).results;
    expect(hvp && shown(hvp)).toBe('2Bᵀ(Bv)');
    const [jvp] = reportOf('AᵀA B x', { where, wrt: 'x', product: 'jvp v' }).results;
    expect(jvp && shown(jvp)).toBe('Bv');
    for (const r of [hvp, jvp]) expect(r?.check?.verdict).toBe('passed');
  });

  test('that nothing satisfies are told apart from what is checked', () => {
    const [result] = reportOf('½ ‖A x‖²', {
      where: 'A: n×n; assume AᵀA = −I',
      wrt: 'x',
    }).results;
    expect(result && shown(result)).toBe('−x');
    expect(result?.check?.verdict).toBe('passed');
    expect(result?.notes[1]).toMatch(
      /^by assumption, not checked numerically: no inputs were found with AᵀA = −I;/,
    );
  });

  test('stand in exported code', () => {
    const code = exportText('½ ‖A x − b‖²', { where: 'A: m×n; assume AᵀA = I', wrt: 'x' });
    expect(code).toContain('x − Aᵀb (simplified by: AᵀA = I)');
  });

  test.each<[string, Asked]>([
    ['\\frac12 \\|A x - b\\|^2', { where: 'A: m×n; \\text{assume } A^\\top A = I', wrt: 'x' }],
    [
      '0.5 * np.sum((A @ x - b)**2)',
      {
        where: 'A: m×n\nassert np.allclose(A.T @ A, np.eye(n))',
        wrt: 'x',
        syntax: 'numpy',
      },
    ],
  ])('are read in LaTeX and NumPy: %s', (expression, asked) => {
    const [result] = reportOf(expression, asked).results;
    expect(result && shown(result)).toBe('x − Aᵀb');
    expect(result?.check?.verdict).toBe('passed');
  });

  test('alone in an assumption a name is no variable', () => {
    const report = reportOf('sum(A)', { where: 'A: m×n; assume A*1 = b' });
    expect(report.results.map((r) => r.variable.name)).toEqual(['A']);
    expect(report.declarations.map((d) => d.name)).toEqual(['A', 'b', 'm', 'n']);
  });
});
