import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toLatex } from '../../../src/emit/latex.ts';
import { exprLatex } from '../../../src/emit/report/formula.ts';
import { FUNCTIONS } from '../../../src/ops/index.ts';
import { parseInput } from '../../../src/syntax/parse.ts';
import type { Expr } from '../../../src/syntax/tree.ts';
import { namesIn } from '../../../src/syntax/used.ts';
import { atoms, grammar, names, textbook } from '../../emit/formulas.ts';
import { DECLARED, FAMILIES, meaning, trees } from '../../emit/trees.ts';
import { problemOf } from '../../support/ask.ts';

const reread = (expression: string, where: string): Expr => {
  const read = parseInput({ expression, where, syntax: 'latex' }).expression;
  if (!read) throw new Error('no expression');
  return read;
};

test('random trees, printed as LaTeX, are read back as they were', () => {
  const where = [
    `${DECLARED.join(', ')}: n×n`,
    ...FAMILIES.map((f) => `${f}[l]: k×k`),
    'σ: elementwise',
  ].join('; ');
  fc.assert(
    fc.property(trees, (tree) => {
      const text = toLatex(tree);
      expect([text, meaning(reread(text, where))]).toEqual([text, meaning(tree)]);
    }),
    { seed: 7, numRuns: 400 },
  );
});

describe('the formulas of the printers', () => {
  const families = new Set(['G', 'Z', 'W', 'W_out']);
  const whereOf = (tree: Expr, text: string): string =>
    [
      'σ[l]: elementwise',
      ...[...namesIn(tree)].map((n) =>
        families.has(n) && text.includes(`${n}[`) ? `${n}[l]: k` : `${n}: k`,
      ),
    ].join('; ');

  test.each([...textbook, ...grammar, ...atoms, ...names].filter(({ text }) => !/₁/u.test(text)))(
    '$latex',
    ({ tree, text, latex }) => {
      expect(meaning(reread(latex, whereOf(tree, text)))).toBe(meaning(tree));
    },
  );
});

describe('functions as their records spell them', () => {
  /** Spelled by means of other functions, or like something else that can be typed. */
  const otherwise = new Set(['expm1', 'log1p', 'digamma']);
  test.each(
    FUNCTIONS.filter((f) => !otherwise.has(f.name)).map((f) => [f.name, f.example] as const),
  )('%s', (_, { expression, where }) => {
    const problem = problemOf(expression, where);
    const latex = `\\displaystyle ${exprLatex(problem.expression)}`;
    expect([latex, problemOf(latex, where).value.node]).toEqual([latex, problem.value.node]);
  });
});
