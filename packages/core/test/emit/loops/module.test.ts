import { describe, expect, test } from 'vitest';
import { codeOf } from '../../../src/emit/targets.ts';
import { problemOf } from '../../support/ask.ts';
import { type Case, caseOf, caseOfFamily, caseWithUnknown } from './cases.ts';
import { complaints } from './judge.ts';
import { compiler, runC, runScripts, scriptsOf, typeErrors, unlikeScripts } from './run.ts';

/** Shapes, orders and forms that the examples of functions do not have. */
const CASES: readonly Case[] = [
  ['1/(2m) (Xθ − y)ᵀ(Xθ − y)', 'X: m×n; y: m; θ: n', 'θ,X'],
  ['sum((tanh(X U) V - Y).^2)', 'X: m×n; U: n×h; V: h×k; Y: m×k', 'U,V,X'],
  ['cross_entropy(Y, P)', 'Y: m×k simplex; X: m×n; Θ: n×k; b: 1×k; P = softmax(XΘ + b)', 'Θ,b'],
  ['aᵀ A B C d', 'A: p×q; B: q×r; C: r×s; a: p; d: s', 'a,d,B'],
  ['logdet(A) + xᵀ A⁻¹ y', 'A: n×n posdef; x, y: n', 'A,x'],
  ['tr(A⁻¹ B) + tr(B A⁻ᵀ)', 'A, B: n×n invertible', 'A,B'],
  ['λ θᵀx + λ²/k', 'λ, k: scalar; θ, x: n', 'λ,θ'],
  ['2λ', 'λ: scalar', 'λ'],
  ['sum(X)', 'X: m×n; y: n', 'X,y'],
  ['tr(X)', 'X: n×n', 'X'],
  ['‖X + diag(x) + I‖²', 'X: n×n; x: n', 'X,x'],
  ['sum(tanh(W))/N + sum(B)/k', 'W: (n+1)×2k; B: 2k; N: scalar', 'W,B'],
  ['sum(exp(x aᵀ + b))', 'x: m; a: n; b: 1×n', 'x,a,b'],
  ['xᵀAx/(xᵀx)', 'A: n×n symmetric; x: n', 'x,A'],
  ["sum(sin(einsum('bij,bjk->bik', A, X)))", 'A: b×m×n; X: b×n×k', 'A,X'],
  ['A X B', 'A: m×n; X: n×k; B: k×p', 'X,A'],
  ['softmax(A x)', 'A: m×n; x: n', 'x,A'],
  ['tanh(X W)', 'X: m×n; W: n×k', 'W'],
  ['X⁻¹', 'X: n×n invertible', 'X'],
  ['x', 'x: n', 'x'],
  ['vec(X) + kron(a, b)', 'X: m×n; a: n; b: m', 'X,a'],
  ['norm(x)', 'x: n', 'x'],
].map(([expression = '', where = '', wrt = '']) => caseOf(expression, where, wrt));

const SECOND: readonly Case[] = [
  ['½ xᵀAx', 'A: n×n symmetric; x: n', 'x'],
  ['logsumexp(A x)', 'A: m×n; x: n', 'x'],
  ['sum(softplus(A x)) + λ/2 ‖x‖²', 'A: m×n; x: n; λ: scalar', 'x'],
  ['½ ‖U Vᵀ − Y‖²', 'U: m×r; V: n×r; Y: m×n', 'U'],
  ['logdet(X)', 'X: n×n posdef', 'X'],
].map(([expression = '', where = '', wrt = '']) => caseOf(expression, where, wrt, { order: 2 }));

const UNKNOWN: readonly Case[] = [
  caseWithUnknown('sum(σ(A x))', 'A: m×n; x: n', 'x,A'),
  caseWithUnknown('ℓ(σ(X W))', 'X: m×k; W: k×n', 'W'),
  caseWithUnknown('sum(σ(A x))', 'A: m×n; x: n', 'x', 2),
];

const FAMILIES: readonly Case[] = [
  caseOfFamily(
    '½ ‖Z[L] − Y‖²',
    'X: m×n[0]; Y: m×n[L]; W[l]: n[l-1]×n[l] for l = 1..L; Z[0] = X; Z[l] = tanh(Z[l-1] W[l]) for l = 1..L',
    'W[l]',
    { L: 3 },
  ),
  caseOfFamily(
    'sum(h[T])',
    'x[t]: n for t = 1..T; W: k×k; U: k×n; h0: k; h[0] = h0; h[t] = tanh(W h[t-1] + U x[t]) for t = 1..T',
    'W,U',
    { T: 3 },
  ),
];

const ALL = [...CASES, ...SECOND, ...UNKNOWN, ...FAMILIES];

describe('programs of all shapes and orders', () => {
  test('in JavaScript', async () => {
    expect(complaints(ALL, runScripts(await scriptsOf(ALL), ALL))).toEqual([]);
  });

  test('in TypeScript', async () => {
    expect(unlikeScripts(ALL)).toEqual([]);
    expect(await typeErrors(ALL)).toBe('');
  });

  test.skipIf(!compiler())('in C', async () => {
    expect(complaints(ALL, await runC(ALL))).toEqual([]);
  });
});

/** The statements of a function, without what stands before its loops. */
function bodyOf(
  to: 'c' | 'javascript',
  name: string,
  expression: string,
  where: string,
  wrt: string,
): string[] {
  const code = codeOf(to, problemOf(expression, where, wrt));
  const [, text = ''] = code.split(new RegExp(`^(?:REAL|void|export function) ${name}\\b`, 'mu'));
  const [body = ''] = text.split(/^\}/mu);
  const lines = body.split('\n');
  return lines.slice(lines.lastIndexOf('{') + 1);
}

describe('loops', () => {
  test('run along memory, and have their sums in one pass', () => {
    expect(
      bodyOf('c', 'derivative', '½ ‖Xθ − y‖²', 'X: m×n; y: m; θ: n', 'θ').join('\n'),
    ).toMatchInlineSnapshot(`
      "  /* m */
        REAL *const t1 = work;
        for (ptrdiff_t i = 0; i < m; i++) {
          REAL s1 = 0;
          for (ptrdiff_t j = 0; j < n; j++)
            s1 += X[i * n + j] * theta[j];
          t1[i] = s1 - y[i];
        }
        for (ptrdiff_t i = 0; i < n; i++)
          d_theta[i] = 0;
        for (ptrdiff_t i = 0; i < m; i++) {
          const REAL c1 = t1[i];
          for (ptrdiff_t j = 0; j < n; j++)
            d_theta[j] += c1 * X[i * n + j];
        }
      "
    `);
  });

  test('keep between two products what the second one runs along', () => {
    const body = bodyOf(
      'c',
      'derivative',
      'sum((tanh(X U) V - Y).^2)',
      'X: m×n; U: n×h; V: h×k; Y: m×k',
      'U',
    );
    // the row index of every matrix with two indices stands in an outer loop
    expect(body.join('\n')).toMatchInlineSnapshot(`
      "  /* m×h */
        REAL *const t1 = work;
        for (ptrdiff_t i = 0; i < m; i++) {
          for (ptrdiff_t j = 0; j < h; j++)
            t1[i * h + j] = 0;
          for (ptrdiff_t j = 0; j < n; j++) {
            const REAL c1 = X[i * n + j];
            for (ptrdiff_t l = 0; l < h; l++)
              t1[i * h + l] += c1 * U[j * h + l];
          }
          for (ptrdiff_t j = 0; j < h; j++)
            t1[i * h + j] = tanh(t1[i * h + j]);
        }
        /* m×k */
        REAL *const t2 = t1 + h * m;
        for (ptrdiff_t i = 0; i < m; i++) {
          for (ptrdiff_t j = 0; j < k; j++)
            t2[i * k + j] = -Y[i * k + j];
          for (ptrdiff_t j = 0; j < h; j++) {
            const REAL c2 = t1[i * h + j];
            for (ptrdiff_t l = 0; l < k; l++)
              t2[i * k + l] += c2 * V[j * k + l];
          }
        }
        /* m×h */
        REAL *const t3 = t1;
        for (ptrdiff_t i = 0; i < m; i++) {
          for (ptrdiff_t j = 0; j < h; j++) {
            REAL s1 = 0;
            for (ptrdiff_t l = 0; l < k; l++)
              s1 += t2[i * k + l] * V[j * k + l];
            const REAL c3 = t1[i * h + j];
            t3[i * h + j] = s1 * (1 - c3 * c3);
          }
        }
        for (ptrdiff_t i = 0; i < n; i++) {
          for (ptrdiff_t j = 0; j < h; j++)
            d_U[i * h + j] = 0;
          for (ptrdiff_t j = 0; j < m; j++) {
            const REAL c4 = 2 * X[j * n + i];
            for (ptrdiff_t l = 0; l < h; l++)
              d_U[i * h + l] += c4 * t3[j * h + l];
          }
        }
      "
    `);
  });

  test('solve where an inverse is used once', () => {
    const body = bodyOf('c', 'derivative', 'xᵀ A⁻¹ y', 'A: n×n invertible; x, y: n', 'x').join(
      '\n',
    );
    expect(body).toContain('solve(t1, d_x, n, 1);');
  });

  test('take no identity matrix for granted that is not there', () => {
    const body = bodyOf('javascript', 'derivative', 'tr(A diag(x) B)', 'A: m×n; B: n×m; x: n', 'x');
    expect(body.join('\n')).not.toContain('===');
  });

  test('use memory again whose contents are done with', () => {
    const code = codeOf(
      'c',
      problemOf('sum(tanh(A tanh(B tanh(C x))))', 'A, B, C: n×n; x: n', 'x'),
    );
    expect(code).toContain('return 4 * n;');
  });
});
