import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { Problem, Range } from '../elaborate/problem.ts';
import { definitionEquations, nameOf } from '../explain/common.ts';
import { formulaOf } from '../explain/formula.ts';
import type { Formula } from '../explain/report.ts';
import type { Node } from '../expr/node.ts';
import { NoMatrixForm } from '../notation/matrix.ts';
import type { Shape } from '../shape/shape.ts';
import type { Definition, Expr, RangeSyntax } from '../syntax/tree.ts';
import type { Examination } from './examination.ts';
import { type ExamineOptions, examineClaim } from './examine.ts';
import type { ClaimReport, ExaminationReport } from './report.ts';

/** Examines every claim of a problem. @throws MatgradError where there is none, and where one has no meaning */
export function buildExamination(problem: Problem, options: ExamineOptions): ExaminationReport {
  const { claims, expression, source, declarations } = problem;
  if (claims.length === 0) {
    const { start, end } = expression.span;
    throw new MatgradError({
      severity: 'error',
      code: 'no-claim',
      message: 'there is no claim to check',
      labels: [{ start, end, text: 'the derivative of this' }],
      notes: ["give one with --claim '∂J/∂θ = …', or with a line `check ∂J/∂θ = …` in the file"],
    });
  }
  return {
    source,
    expression,
    name: nameOf(problem),
    declarations,
    definitions: definitionEquations(problem),
    claims: claims.map((c) => claimReport(examineClaim(problem, c, options))),
  };
}

function claimReport(x: Examination): ClaimReport {
  const { claim, diagnoses } = x;
  return {
    ...x,
    formula: { form: 'matrix', expr: claim.value },
    range: rangeOf(claim.range),
    where: partsOf(claim.parts),
    diagnoses: diagnoses.map((d) => ({ ...d, repair: d.repair && written(d.repair, x.wanted) })),
  };
}

const rangeOf = (r: RangeSyntax | null): Range | null =>
  r && { letter: r.variable, from: r.from, to: r.to };

const partsOf = (parts: readonly Definition[]): { name: string; expr: Expr }[] =>
  parts.flatMap((p) => [{ name: p.name.name, expr: p.value }, ...partsOf(p.parts)]);

/** A formula in notation; nothing where it has none. */
function written(node: Node, shape: Shape): Formula | null {
  try {
    return formulaOf(node, shape);
  } catch (error) {
    if (error instanceof NoMatrixForm) return null;
    throw error;
  }
}
