import { describe, expect, test } from 'vitest';
import { codeOf } from '../../../src/emit/targets.ts';
import { problemOf } from '../../support/ask.ts';

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
