import { expect, test } from 'vitest';
import { jacobianOf } from '../../src/derive/jacobian.ts';
import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { toText } from '../../src/emit/text.ts';
import { buildReport } from '../../src/explain/build.ts';
import type { BuildOptions } from '../../src/explain/common.ts';
import { formulaOf } from '../../src/explain/formula.ts';
import { derivationOf } from '../../src/explain/gradient.ts';
import type { Report } from '../../src/explain/report.ts';
import type { Sym } from '../../src/expr/node.ts';
import { postorder } from '../../src/expr/walk.ts';
import { toSurface } from '../../src/notation/surface.ts';
import { problemOf } from '../support/ask.ts';

/** Each line uses the one before three times: written out, the last is 3ⁿ long. */
const lines = (n: number): string =>
  [
    'x0: n',
    ...Array.from({ length: n }, (_, k) => `x${k + 1} = sin(x${k}) ⊙ cos(x${k}) + x${k}`),
  ].join('; ');

const plain: BuildOptions = {
  seed: 1,
  points: 1,
  order: 1,
  check: false,
  trick: false,
  explain: true,
  sizes: null,
  text: toText,
};

const answer = (expression: string, n: number): Report =>
  buildReport(problemOf(expression, lines(n), 'x0'), plain);

test('what is kept is written with the names that were typed', () => {
  const [result] = answer('sum(x3)', 3).results;
  const kept = result?.cache.map((c) => toText(c.expr)).sort();
  expect(kept).toEqual(['cos(x0)', 'cos(x1)', 'cos(x2)', 'sin(x0)', 'sin(x1)', 'sin(x2)']);
});

test('lines of a derivation too', () => {
  const [result] = answer('sum(x3)', 3).results;
  const [, second] = result?.steps ?? [];
  expect(second?.left).toMatchObject({ kind: 'adjoint' });
  expect(second?.left.kind === 'adjoint' && toText(second.left.expr)).toBe('cos(x2) ⊙ sin(x2)');
});

test('an answer stays short, however often each line uses the last', () => {
  const [result] = answer('sum(x40)', 40).results;
  const formulas = [result?.formula, ...(result?.where ?? []).map((w) => w.formula)];
  const texts = formulas.map((f) => (f?.form === 'matrix' ? toText(f.expr) : ''));
  expect(texts.join('').length).toBeLessThan(100_000);
});

test('what would be too long even so is refused', () => {
  expect(() => formulaOf(problemOf('x40', lines(40), 'x0').value.node)).toThrow(MatgradError);
});

test('a Jacobian through many products of sums takes no time to find', () => {
  const { value, wrt } = problemOf('x30', lines(30), 'x0');
  const { node } = jacobianOf(value.node, wrt[0] as Sym);
  expect(postorder([node]).length).toBeLessThan(1000);
});

test('ones that fill a tensor are ones', () => {
  const [result] = buildReport(problemOf('2 sum(T)', 'T: a×b×c', 'T'), plain).results;
  expect(result?.formula.form === 'matrix' && toText(result.formula.expr)).toBe('2 ones(a, b, c)');
});

test('what cancels was not left out', () => {
  const { results } = buildReport(problemOf('sum(x − x) + ‖y‖²', 'x, y: n; z: n', 'x', 'z'), plain);
  expect(results.map((r) => r.kind)).toEqual(['gradient', 'zero']);
  expect(results[0]?.notes.join()).toContain('cancels');
});

test('a part has no name that a call uses for a dimension', () => {
  const where = 'λ: scalar positive; H = unit(2, k) / λ';
  const problem = problemOf('sum(cos(H + sigmoid(H.*H)))', where, 'λ');
  const { parts } = derivationOf(problem);
  expect(parts.map((p) => toText(toSurface(p.node)))).toContain('unit(2, k)');
  expect(parts.map((p) => p.symbol.name)).not.toContain('k');
});
