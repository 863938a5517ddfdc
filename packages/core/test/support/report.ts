import { elaborateProblem } from '../../src/elaborate/elaborate.ts';
import type { Problem } from '../../src/elaborate/problem.ts';
import { toText } from '../../src/emit/text.ts';
import { withDirections } from '../../src/explain/along.ts';
import { buildReport } from '../../src/explain/build.ts';
import type { ProductKind, Question } from '../../src/explain/question.ts';
import type { Formula, Report, Result } from '../../src/explain/report.ts';
import type { Input } from '../../src/syntax/input.ts';
import { parseInput } from '../../src/syntax/parse.ts';

/** What a test asks, in short. */
export interface Asked extends Pick<Input, 'syntax'> {
  readonly where?: string;
  readonly wrt?: string;
  readonly order?: number;
  /** `hvp v`, `vjp u`. */
  readonly product?: string;
  readonly independentEntries?: boolean;
}

/** A problem with what is asked of it. */
export function askedOf(
  expression: string,
  { where, wrt, order, product, independentEntries = false, syntax }: Asked = {},
): { readonly problem: Problem; readonly question: Question } {
  const problem = elaborateProblem(
    parseInput({
      expression,
      ...(where === undefined ? {} : { where }),
      ...(wrt === undefined ? {} : { wrt: [wrt] }),
      ...(syntax === undefined ? {} : { syntax }),
    }),
  );
  const question = { order: order ?? 1, independentEntries };
  if (product === undefined) return { problem, question };
  const [kind = '', ...names] = product.split(' ');
  const directed = withDirections(problem, {
    kind: kind as ProductKind,
    names: [names.join(' ')],
  });
  return { problem: directed.problem, question: { ...question, product: directed.product } };
}

export function reportOf(expression: string, asked: Asked = {}): Report {
  const { problem, question } = askedOf(expression, asked);
  return buildReport(problem, {
    ...question,
    seed: 1,
    points: 3,
    check: true,
    trick: false,
    explain: false,
    sizes: null,
    text: toText,
  });
}

const formulaOf = (f: Formula): string => (f.form === 'matrix' ? toText(f.expr) : f.form);

/** A result as it is printed, named parts behind it. */
export function shown({ formula, where }: Result): string {
  const parts = where.map((e) => {
    const name = e.left.kind === 'name' ? e.left.name : '';
    return `${name} = ${formulaOf(e.formula)}`;
  });
  return formulaOf(formula) + (parts.length === 0 ? '' : ` where ${parts.join(', ')}`);
}
