import type { Report } from '../../explain/report.ts';
import { readLatex } from '../math/box.ts';
import { boxMathml } from '../math/mathml.ts';
import { boxTypst } from '../math/typst.ts';
import { type Page, type ReportLatexOptions, type Row, reportLatex } from './latex.ts';

/** The pages of a report that are no LaTeX: each row in LaTeX is read and set again. */

/** One `<math>` for each row, remarks as comments: a fragment of a page in HTML. */
const MATHML: Page = {
  display: (rows) =>
    rows.map((row) => {
      const inside = wholeRow(row).map((part) => boxMathml(readLatex(part)));
      return `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mrow>${inside.join('')}</mrow></math>`;
    }),
  // two hyphens would end the comment
  comment: (text) => `<!-- ${text.replaceAll(/-(?=-)/gu, '- ').replaceAll('>', '›')} -->`,
  prose: (text) => text,
};

/** One display for each row, remarks as comments. */
const TYPST: Page = {
  display: (rows) =>
    rows.map(
      (row) =>
        `$ ${wholeRow(row)
          .map((p) => boxTypst(readLatex(p)))
          .join(' ')} $`,
    ),
  comment: (text) => `// ${text.replaceAll('\n', ' ')}`,
  prose: (text) => text,
};

/** The parts of a row, one after the other. What begins with a plus goes on with the row before. */
function wholeRow([left, right, remark]: Row): string[] {
  const equals = right.startsWith('+ ') ? '' : '=';
  return [left, equals, right, remark === '' ? '' : `\\text{  } ${remark}`].filter((p) => p !== '');
}

/** The answer in MathML, for a page in HTML: an element for each equation, remarks in comments. */
export const reportMathml = (report: Report, options: ReportLatexOptions = {}): string =>
  reportLatex(report, options, MATHML);

/** The answer in Typst: a display for each equation, remarks in comments. */
export const reportTypst = (report: Report, options: ReportLatexOptions = {}): string =>
  reportLatex(report, options, TYPST);
