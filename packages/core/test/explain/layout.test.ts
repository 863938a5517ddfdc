import { describe, expect, test } from 'vitest';
import { activeNodes, differentials, freeDerivative } from '../../src/derive/differential.ts';
import { elaborateWithin } from '../../src/elaborate/within.ts';
import { formulaText, leftText, shownFormula, shownLeft } from '../../src/emit/report/formula.ts';
import { mapNames } from '../../src/explain/reading.ts';
import { symbol } from '../../src/expr/build.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import { substitute, symbolsOf } from '../../src/expr/walk.ts';
import { derive, type LayoutName, MatgradError, type Result, reportJson } from '../../src/index.ts';
import { arrayOfEntry } from '../../src/notation/entry-node.ts';
import { dimExpr } from '../../src/notation/surface.ts';
import { call, name, negate, times, transposed } from '../../src/syntax/make.ts';
import type { Expr } from '../../src/syntax/tree.ts';
import { sameValue } from '../../src/verify/compare.ts';
import { problemOf } from '../support/ask.ts';
import { PUBLISHED } from './published.ts';

const LAYOUTS: readonly LayoutName[] = ['denominator', 'numerator', 'vec', 'differential', 'index'];

function laidOut(
  expression: string,
  where: string,
  wrt: string,
  layout: LayoutName,
  order = 1,
): { readonly line: string; readonly words: string; readonly result: Result } {
  const report = derive(
    { expression, where, wrt: wrt.split(',') },
    { layout, order, check: false, trick: false },
  );
  const [result] = report.results;
  if (!result?.laidOut) throw new Error('no layout');
  const line = `${leftText(shownLeft(report, result))} = ${formulaText(shownFormula(result))}`;
  return { line, words: result.laidOut.words, result };
}

/** Formula, declarations, variable, order; then the answer in each layout. */
const cases: readonly (readonly [string, string, string, number, readonly string[]])[] = [
  [
    '½ ‖Xθ − y‖²',
    'X: m×n; θ: n; y: m',
    'θ',
    1,
    [
      '∂J/∂θ = Xᵀ(Xθ − y)',
      '∂J/∂θ = (Xθ − y)ᵀX',
      '∂vec(J)/∂vec(θ)ᵀ = (Xᵀ(Xθ − y))ᵀ',
      'dJ = Xᵀ(Xθ − y) : dθ',
      '∂J/∂θ[i] = Σⱼ X[j,i] (Σₖ X[j,k] θ[k] − y[j])',
    ],
  ],
  [
    'tr(A X)',
    'A: n×m; X: m×n',
    'X',
    1,
    [
      '∂J/∂X = Aᵀ',
      '∂J/∂X = A',
      '∂vec(J)/∂vec(X)ᵀ = vec(Aᵀ)ᵀ',
      'dJ = Aᵀ : dX',
      '∂J/∂X[i,j] = A[j,i]',
    ],
  ],
  [
    'A x',
    'A: m×n; x: n',
    'x',
    1,
    ['∂J/∂x = Aᵀ', '∂J/∂x = A', '∂vec(J)/∂vec(x)ᵀ = A', 'dJ = A dx', '∂J[i]/∂x[j] = A[i,j]'],
  ],
  [
    't A + B',
    'A, B: m×n; t: scalar',
    't',
    1,
    ['∂J/∂t = Aᵀ', '∂J/∂t = A', '∂vec(J)/∂vec(t)ᵀ = vec(A)', 'dJ = dt A', '∂J[i,j]/∂t = A[i,j]'],
  ],
  [
    'A X B',
    'A: p×m; X: m×n; B: n×q',
    'X',
    1,
    [
      '∂vec(J)ᵀ/∂vec(X) = kron(B, Aᵀ)',
      '∂vec(J)/∂vec(X)ᵀ = kron(Bᵀ, A)',
      '∂vec(J)/∂vec(X)ᵀ = kron(Bᵀ, A)',
      'dJ = A dX B',
      '∂J[i,j]/∂X[k,l] = A[i,k] B[l,j]',
    ],
  ],
  [
    'sum(x.^3)',
    'x: n',
    'x',
    3,
    [
      '∂³J/∂x[i]∂x[j]∂x[k] = 6 δ[i,j] δ[i,k]',
      '∂³J/∂x[i]∂x[j]∂x[k] = 6 δ[i,j] δ[i,k]',
      '∂³J/∂x[i]∂x[j]∂x[k] = 6 δ[i,j] δ[i,k]',
    ],
  ],
];

describe.each(cases)('%s, %s, by %s, order %i', (expression, where, wrt, order, lines) => {
  test.each(lines.map((line, k) => [LAYOUTS[k] as LayoutName, line] as const))(
    'in %s layout',
    (layout, line) => {
      const got = laidOut(expression, where, wrt, layout, order);
      expect(got.line).toBe(line);
      expect(got.words).toContain(`(${order > 2 ? 'index' : layout} layout)`);
    },
  );
});

test('the layout stands in JSON, asked for or not', () => {
  const plain = reportJson(derive({ expression: 'xᵀx', where: 'x: n' }, { check: false }));
  expect(plain.results[0]).toMatchObject({ layoutName: 'denominator' });
  const asked = derive({ expression: 'xᵀx', where: 'x: n' }, { layout: 'index', check: false });
  expect(reportJson(asked).results[0]).toMatchObject({
    layoutName: 'index',
    name: '∂J/∂x[i]',
    text: '2 x[i]',
  });
});

/** M vec(dX) for a sum of matrices, in which K turns vec(dX) into vec(dXᵀ). */
function applied(e: Expr, step: Expr): Expr {
  if (e.kind === 'sum') return { ...e, left: applied(e.left, step), right: applied(e.right, step) };
  if (e.kind === 'negate') return negate(applied(e.of, step));
  const turned = call('vec', [transposed(step)]);
  if (e.kind === 'name' && e.name === 'K') return turned;
  if (e.kind === 'product' && e.op === 'times' && e.right.kind === 'name' && e.right.name === 'K')
    return times(e.left, turned);
  if (e.kind === 'product' && e.op === 'times' && holdsK(e.right))
    return times(e.left, applied(e.right, step));
  return times(e, call('vec', [step]));
}

const holdsK = (e: Expr): boolean =>
  (e.kind === 'name' && e.name === 'K') ||
  ('left' in e && (holdsK(e.left) || holdsK(e.right))) ||
  ('of' in e && e.kind !== 'part' && holdsK(e.of));

/** The expression with every I given a side, in all ways. */
function withSides(e: Expr, sides: readonly Expr[]): Expr[] {
  let found: Expr[] = [];
  let first = true;
  for (const side of sides) {
    let done = false;
    const one = mapNames(e, (n) => {
      if (n.name !== 'I' || done) return n;
      done = true;
      return call('eye', [side]);
    });
    if (!done) return [e];
    found = first ? withSides(one, sides) : [...found, ...withSides(one, sides)];
    first = false;
  }
  return found;
}

const arrays = PUBLISHED.filter(([, expression, where, wrt]) => {
  const problem = problemOf(expression, where, wrt);
  return problem.value.node.axes.length > 0 && (problem.wrt[0]?.axes.length ?? 0) > 0;
});

describe('what is printed is the derivative', () => {
  test.each(arrays)('%s: %s as ∂vec(F)/∂vec(X)ᵀ', (_, expression, where, wrt) => {
    const { result, words } = laidOut(expression, where, wrt, 'vec');
    if (words.includes('index layout')) return;
    const problem = problemOf(expression, where, wrt);
    const [variable] = problem.wrt;
    const formula = result.laidOut?.formula;
    if (!variable || formula?.form !== 'matrix') throw new Error('no formula');
    const step = symbol('Δ', variable.shape);
    const value = problem.value;
    const parts = result.where.flatMap((w) =>
      w.left.kind === 'name' && w.formula.form === 'matrix'
        ? [
            {
              kind: 'definition',
              span: formula.expr.span,
              name: { name: w.left.name, index: null, span: formula.expr.span },
              value: w.formula.expr,
              range: null,
              parts: [],
            } as const,
          ]
        : [],
    );
    // the side of an I is told by what stands beside it, which no unification of products of lengths finds out
    const [one = name('n'), ...others] = value.node.axes.map(dimExpr);
    const all = times(one, ...others);
    const sides = [...new Set([...value.node.axes, ...variable.axes])].map(dimExpr).concat(all);
    const readings = withSides(applied(formula.expr, name('Δ')), sides).flatMap((e): Node[] => {
      try {
        return [elaborateWithin(problem, e, parts, { symbols: [step] }).node];
      } catch (error) {
        if (error instanceof MatgradError) return [];
        throw error;
      }
    });
    const moved = differentials(activeNodes([value.node], variable), variable, step).get(
      value.node,
    );
    const vec = elaborateWithin(problem, call('vec', [name('Φ')]), [], {
      symbols: [symbol('Φ', value.shape)],
    });
    const wanted = substituteSymbol(vec.node, 'Φ', moved as Node);
    expect(readings.map((r) => sameValue(r, wanted))).toContain('equal');
  });
});

function substituteSymbol(node: Node, of: string, by: Node): Node {
  const found = symbolsOf([node]).filter((s) => s.name === of);
  return substitute([node], new Map(found.map((s) => [s, by])))[0] ?? node;
}

/** The derivative of an order as an array, taken by reverse mode one after the other. */
function higher(node: Node, by: Sym, order: number): Node {
  return Array.from({ length: order }).reduce<Node>((n) => freeDerivative(n, by), node);
}

test.each([
  ['sum(x.^3) + (aᵀx)^4', 'x, a: n', 'x', 4],
  ['sum(exp(X a))', 'X: m×n; a: n', 'X', 2],
  ['sum(softmax(x) ⊙ a)', 'x, a: n', 'x', 3],
] as const)('entries of %s, %s, by %s, order %i', (expression, where, wrt, order) => {
  const { result } = laidOut(expression, where, wrt, 'index', order);
  const formula = result.laidOut?.formula;
  const left = result.laidOut?.left;
  if (formula?.form !== 'index' || left?.kind !== 'entries') throw new Error('no entries');
  expect(left.by.length).toBe(order);
  const array = arrayOfEntry(
    formula.entry,
    [...left.at, ...left.by.flatMap((v) => v.places)],
    (n) => n,
  );
  const { value, wrt: variables } = problemOf(expression, where, wrt);
  expect(sameValue(array, higher(value.node, variables[0] as Sym, order))).toBe('equal');
});
