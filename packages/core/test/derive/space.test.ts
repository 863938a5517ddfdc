import { describe, expect, test } from 'vitest';
import { dualOfEntries, inSpaceOf } from '../../src/derive/space.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import { type Tensor, tensor } from '../../src/expr/tensor.ts';
import { compile } from '../../src/verify/evaluate.ts';
import { draw, intoSpace } from '../../src/verify/inputs.ts';
import { random } from '../../src/verify/random.ts';
import { gradientsOf, problemOf } from '../support/ask.ts';
import { exportText } from '../support/program.ts';
import { type Asked, reportOf, shown } from '../support/report.ts';

const N = 4;
const SIZES = new Map([['n', N]]);

/** J = tr(A X X) + … at random inputs; the derivative by one entry, with the entries that move along. */
function setting(property: string) {
  const problem = problemOf('tr(A X X B) + tr(X C)', `X: n×n ${property}; A, B, C: n×n`, 'X');
  const [X] = problem.wrt;
  const free = gradientsOf(problem.value.node, problem.wrt).gradients[0]?.free;
  if (!X || !free) throw new Error('no gradient');
  const source = random(5, 1);
  const inputs = new Map<Sym, Tensor>(problem.variables.map((s) => [s, draw(s, [N, N], source)]));
  const value = (node: Node, at: ReadonlyMap<Sym, Tensor> = inputs): Float64Array =>
    compile([node, ...problem.variables], SIZES).run(at)[0]?.data ?? new Float64Array();
  const along = (direction: Float64Array): number => {
    const h = 1e-4;
    const [plus, minus] = [h, -h].map((t) => {
      const start = inputs.get(X)?.data ?? new Float64Array();
      const moved = start.map((v, k) => v + t * (direction[k] ?? 0));
      return value(problem.value.node, new Map(inputs).set(X, tensor([N, N], moved)))[0] ?? 0;
    });
    return ((plus ?? 0) - (minus ?? 0)) / (2 * h);
  };
  return { X, free, value, along };
}

/** Moves entry i, j by one, and what the structure moves along with it. */
function entryOf(X: Sym, i: number, j: number): Float64Array {
  const d = new Float64Array(N * N);
  d[i * N + j] = 1;
  const inside = intoSpace(X, [N, N], d);
  // the projection halves a pair of entries of which one moves
  return inside.map((v) => (v === 0.5 ? 1 : v === -0.5 ? -1 : v));
}

describe.each(['symmetric', 'posdef', 'skew', 'diagonal', 'lower', 'upper'])(
  'by a %s matrix',
  (p) => {
    const { X, free, value, along } = setting(p);

    test('independent entries: each is the derivative by that entry, its equal moving along', () => {
      const derivative = value(inSpaceOf(X, free, true).node);
      for (let i = 0; i < N; i++)
        for (let j = 0; j < N; j++)
          expect(derivative[i * N + j]).toBeCloseTo(along(entryOf(X, i, j)), 6);
    });

    test('the gradient lies in the space, and its inner product with a direction is the derivative', () => {
      const gradient = value(inSpaceOf(X, free).node);
      intoSpace(X, [N, N], gradient.slice()).forEach((v, k) =>
        expect(v).toBeCloseTo(gradient[k] ?? Number.NaN, 12),
      );
      const source = random(9, 2);
      for (let k = 0; k < 3; k++) {
        const direction = intoSpace(
          X,
          [N, N],
          Float64Array.from({ length: N * N }, () => source.gaussian()),
        );
        const inner = (g: Float64Array): number =>
          g.reduce((t, v, e) => t + v * (direction[e] ?? 0), 0);
        expect(inner(gradient)).toBeCloseTo(along(direction), 6);
        const entries = inSpaceOf(X, free, true).node;
        expect(inner(value(dualOfEntries(X, entries)))).toBeCloseTo(along(direction), 6);
      }
    });
  },
);

/** Petersen and Pedersen 2012, section 2.8; Srinivasan and Panda 2023. */
const published: readonly (readonly [string, Asked, string, RegExp])[] = [
  ['logdet(X)', { where: 'X: n×n posdef' }, 'X⁻¹', /gradient among symmetric matrices/],
  [
    'logdet(X)',
    { where: 'X: n×n posdef', independentEntries: true },
    '2X⁻¹ − diag(diag(X⁻¹))',
    /independent entries, G \+ Gᵀ − diag\(G\)/,
  ],
  ['tr(A X)', { where: 'A: n×n; X: n×n symmetric', wrt: 'X' }, '1/2 (A + Aᵀ)', /½\(G \+ Gᵀ\)/],
  [
    'tr(A X)',
    { where: 'A: n×n; X: n×n symmetric', wrt: 'X', independentEntries: true },
    'A + Aᵀ − diag(diag(A))',
    /independent entries/,
  ],
  [
    'tr(A X)',
    { where: 'A: n×n; X: n×n skew', wrt: 'X', independentEntries: true },
    'Aᵀ − A',
    /independent entries, G − Gᵀ/,
  ],
  [
    'tr(A X)',
    { where: 'A: n×n; X: n×n diagonal', wrt: 'X', independentEntries: true },
    'diag(diag(A))',
    /its diagonal is left/,
  ],
  ['tr(A X)', { where: 'A: n×n; X: n×n lower', wrt: 'X' }, 'triu(A)ᵀ', /its side of the diagonal/],
];

describe('the convention', () => {
  test.each(published)('of %s, %o', (expression, asked, formula, note) => {
    const [result] = reportOf(expression, asked).results;
    expect(result && shown(result)).toBe(formula);
    expect(result?.notes.join()).toMatch(note);
    expect(result?.check?.verdict).toBe('passed');
  });

  test('is named in exported code', () => {
    const where = 'A: n×n; X: n×n symmetric';
    expect(exportText('tr(A X)', { where, wrt: 'X' })).toContain('gradient among symmetric');
    expect(exportText('tr(A X)', { where, wrt: 'X', independentEntries: true })).toContain(
      'derivative by its independent',
    );
  });

  test('holds for Jacobians and second derivatives', () => {
    for (const independentEntries of [false, true])
      for (const asked of [
        { where: 'X: n×n symmetric; a: n', wrt: 'X' },
        { where: 'X: n×n lower; a: n', wrt: 'X' },
      ]) {
        const [result] = reportOf('X X a', { ...asked, independentEntries }).results;
        expect(result?.check?.verdict).toBe('passed');
        expect(result?.notes.length).toBe(1);
        const [second] = reportOf('aᵀX X a', { ...asked, independentEntries, order: 2 }).results;
        expect(second?.check?.verdict).toBe('passed');
      }
  });
});
