import type { Equation, Explanation, Report, Result } from '../../explain/report.ts';
import { nameLatex } from '../latex.ts';
import { checkedSentence, explanationRows, rulesOf } from './explanation.ts';
import {
  chainLatex,
  equationSidesLatex,
  exprLatex,
  formulaLatex,
  leftLatex,
  leftOf,
  rangeLatex,
  shownFormula,
  shownLeft,
} from './formula.ts';
import {
  checkSentence,
  failureLines,
  fresh,
  freshNotes,
  inconclusiveSentence,
  layoutLine,
  proseAscii,
  showsDifferential,
  zeroSentence,
} from './words.ts';

/** How a report is written in LaTeX. */
export interface ReportLatexOptions {
  /** With the scalar chain and the steps of the derivation. */
  readonly explain?: boolean;
}

/** How rows of equations and remarks that are no mathematics stand on a page. */
export interface Page {
  readonly display: (rows: readonly Row[]) => string[];
  readonly comment: (text: string) => string;
  /** Remarks as the page can hold them. */
  readonly prose: (text: string) => string;
}

/** One line of an alignment: left side, right side, a remark in mathematics. */
export type Row = readonly [left: string, right: string, remark: string];

/**
 * The answer as a fragment for a document that uses amsmath: one display for what was read and one for each variable.
 * Remarks that are no mathematics stand in comments.
 */
export function reportLatex(
  report: Report,
  options: ReportLatexOptions = {},
  page: Page = LATEX,
): string {
  const { display } = page;
  const comments = commentsOn(page);
  const lines = display(definitionRows(report));
  lines.push(...comments(report.assumptions.map((text) => `assumed: ${text}`)));
  for (const result of report.results)
    lines.push('', ...resultLatex(report, result, options, page));
  return `${lines.join('\n')}\n`;
}

function resultLatex(
  report: Report,
  result: Result,
  options: ReportLatexOptions,
  page: Page,
): string[] {
  const { display } = page;
  const comments = commentsOn(page);
  const failed = failureLines(report, result);
  if (failed.length > 0) return failed.flatMap((l) => l.split('\n')).map(page.comment);
  const lines: string[] = [];
  if (options.explain) {
    const chains = chainRows(report, result);
    if (chains.length > 0) lines.push(...comments(['as scalars']), ...display(chains));
    if (result.steps.length > 0)
      lines.push(...comments(['derivation']), ...display(stepRows(result)));
  }
  if (result.explanation) lines.push(...explanationLatex(result.explanation, page));
  lines.push(...display(answerRows(report, result)));
  const shared = fresh(report, result, 'shared').equations;
  if (shared.length > 0)
    lines.push(...comments(['with shared parts']), ...display(shared.map(equationRow)));
  const { name } = result.variable;
  const zero = result.kind === 'zero' ? [zeroSentence(report, name, result.shape)] : [];
  const layout = result.kind === 'zero' ? [] : [layoutLine(result, name)];
  lines.push(...comments([...zero, ...layout, ...freshNotes(report, result), checkRemark(result)]));
  return lines;
}

/** The derivation aligned, with the name of a rule at each line and the laws in comments. */
function explanationLatex(e: Explanation, page: Page): string[] {
  const comments = commentsOn(page);
  const laws = rulesOf(e).map((r) => `${r.name}: ${r.law}`);
  return e.lines.length === 0
    ? comments(e.notes)
    : [...page.display(explanationRows(e)), ...comments([...laws, ...e.notes, checkedSentence(e)])];
}

const checkRemark = ({ check }: Result): string => {
  if (!check) return 'not checked';
  return check.verdict === 'inconclusive'
    ? inconclusiveSentence(check)
    : `checked ${checkSentence(check)}`;
};

/** `P = …`, `Z_l = …`, `J = …`. */
export const definitionRows = (report: Report): Row[] => [
  ...report.definitions.map(equationRow),
  [nameLatex(report.name), exprLatex(report.expression), ''],
];

/** The recursion as far as it is new, the gradient, its named parts. */
export function answerRows(report: Report, result: Result): Row[] {
  return [
    ...fresh(report, result, 'recursion').equations.map(equationRow),
    [
      leftLatex(shownLeft(report, result)),
      formulaLatex(shownFormula(result)),
      rangeLatex(result.range),
    ],
    ...result.where.map(equationRow),
    ...(showsDifferential(result) ? [equationRow(result.differential)] : []),
  ];
}

export const stepRows = (result: Result): Row[] =>
  result.steps.map((s) => [leftLatex(s.left), formulaLatex(s.formula), '']);

/** One row for each path: the product of its scalar factors. */
export function chainRows(report: Report, result: Result): Row[] {
  const left = leftLatex(leftOf(report, result));
  const paths = (result.trick?.paths ?? []).filter((p) => p.chain.length > 0);
  return paths.map((p, i) => [
    i === 0 ? left : '',
    (i === 0 ? '' : '+ ') + chainLatex(p.chain.map((f) => f.expr)),
    '',
  ]);
}

export function equationRow(e: Equation): Row {
  const [left, right] = equationSidesLatex(e);
  return [left, right, rangeLatex(e.range)];
}

/** One row as it is; several below each other. What begins with a plus goes on with the row before. */
export function alignedRows(rows: readonly Row[]): string[] {
  const [only] = rows;
  if (rows.length === 1 && only) {
    const [left, right, remark] = only;
    return [`${left} = ${right}${remark && ` \\qquad ${remark}`}`];
  }
  return [
    '\\begin{aligned}',
    ...rows.map(([left, right, remark], i) => {
      const sign = right.startsWith('+ ') ? '&\\quad ' : '&= ';
      const end = i < rows.length - 1 ? ' \\\\' : '';
      return `${left ? `${left} ` : ''}${sign}${right}${remark && ` && ${remark}`}${end}`;
    }),
    '\\end{aligned}',
  ];
}

const LATEX: Page = {
  display: (rows) => ['\\[', ...alignedRows(rows), '\\]'],
  comment: (text) => `% ${text}`,
  prose: proseAscii,
};

const commentsOn =
  ({ comment, prose }: Page) =>
  (texts: readonly string[]): string[] =>
    texts.map((t) => comment(prose(t)));
