import { elaborateProblem } from '../../src/elaborate/elaborate.ts';
import type { Problem } from '../../src/elaborate/problem.ts';
import { toText } from '../../src/emit/text.ts';
import type { Examination } from '../../src/examine/examination.ts';
import { type ExamineOptions, examineClaim } from '../../src/examine/examine.ts';
import { exprOf, turnOf } from '../../src/explain/formula.ts';
import type { Node } from '../../src/expr/node.ts';
import type { Shape } from '../../src/shape/shape.ts';
import { parseInput } from '../../src/syntax/parse.ts';

/** Short ways to examine claims. */

export const text = (node: Node, shape: Shape = node.axes): string | null => {
  const e = exprOf(node, turnOf(shape));
  return e ? toText(e) : null;
};

export const OPTIONS: ExamineOptions = { seed: 1, points: 5, text };

/** A formula with a claim about one of its variables. */
export interface Question {
  readonly expression: string;
  readonly where?: string;
  readonly wrt?: string;
}

export const problemWith = (q: Question, claim: string): Problem =>
  elaborateProblem(
    parseInput({
      expression: q.expression,
      claims: [claim],
      ...(q.where === undefined ? {} : { where: q.where }),
      ...(q.wrt === undefined ? {} : { wrt: [q.wrt] }),
    }),
  );

export function examined(q: Question, claim: string, seed = 1): Examination {
  const problem = problemWith(q, claim);
  const [first] = problem.claims;
  if (!first) throw new Error('no claim');
  return examineClaim(problem, first, { ...OPTIONS, seed });
}

/** All claims of a file. */
export function examinedFile(program: string): Examination[] {
  const problem = elaborateProblem(parseInput({ file: { name: 'a.mg', text: program } }));
  return problem.claims.map((c) => examineClaim(problem, c, OPTIONS));
}

/** `wrong: factor`, `right-under-condition (only if A is symmetric): missing-symmetrisation`. */
export function summary(x: Examination): string {
  const condition = x.condition === null ? '' : ` (${x.condition})`;
  const classes = [...new Set(x.diagnoses.map((d) => d.class))].slice(0, 2).join(', ');
  return `${x.verdict}${condition}${classes && `: ${classes}`}`;
}

/** The first repair. */
export const repairOf = (x: Examination): string | null => {
  const node = x.diagnoses.find((d) => d.repair)?.repair;
  return node ? text(node, x.wanted) : null;
};
