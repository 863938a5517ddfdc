import type {
  ArrangingReport,
  Explanation,
  Report,
  Result,
  TrickReport,
} from '../../explain/report.ts';
import { formatShape } from '../../shape/shape.ts';
import { nameLatex } from '../latex.ts';
import { displayMath, escapeMarkdown, inlineCode, inlineMath } from '../markdown.ts';
import { checkedSentence, explanationRows, rulesOf } from './explanation.ts';
import {
  chainLatex,
  exprLatex,
  formulaLatex,
  leftLatex,
  leftOf,
  rangeLatex,
  shapeLatex,
} from './formula.ts';
import { alignedRows, answerRows, definitionRows, equationRow, type Row } from './latex.ts';
import {
  amountText,
  checkSentence,
  countSentence,
  declaredFacts,
  declaredShape,
  failureLines,
  fresh,
  freshNotes,
  inconclusiveSentence,
  layoutLine,
  sameCache,
  sizesText,
  typedText,
  zeroSentence,
} from './words.ts';

/** How a report is written in Markdown. */
export interface ReportMarkdownOptions {
  /** With the steps of the derivation. */
  readonly explain?: boolean;
}

/** The answer in Markdown with mathematics between dollars, as GitHub, Jupyter and KaTeX read it. */
export function reportMarkdown(report: Report, options: ReportMarkdownOptions = {}): string {
  const blocks = [
    math(definitionRows(report)),
    declarations(report),
    assumed(report),
    repetitions(report),
  ];
  for (const result of report.results) blocks.push(...resultMarkdown(report, result, options));
  return `${blocks.filter((b) => b !== '').join('\n\n')}\n`;
}

const math = (rows: readonly Row[]): string =>
  rows.length === 0 ? '' : displayMath(alignedRows(rows).join('\n'));

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function declarations(report: Report): string {
  const rows = report.declarations
    .filter((d) => d.name !== report.name)
    .map((d) => {
      const place = d.letter === null ? null : { variable: d.letter, offset: 0 };
      const range = rangeLatex(d.range);
      const shaped = d.kind === 'variable' || d.kind === 'definition';
      return [
        inlineMath(nameLatex(d.name, place)),
        shaped ? inlineMath(shapeLatex(d.shape)) : declaredShape(d),
        [declaredFacts(d), range && inlineMath(range)].filter((s) => s).join(', '),
      ];
    });
  return tableOf(['name', 'shape', ''], rows);
}

const assumed = (report: Report): string =>
  report.assumptions.map((text) => `- assumed: ${inlineCode(text)}`).join('\n');

const repetitions = (report: Report): string =>
  report.repetitions
    .map(
      (r) =>
        `- ${inlineCode(typedText(report, r.span))} is repeated: ${formatShape(r.from)} to ${formatShape(r.to)}`,
    )
    .join('\n');

function resultMarkdown(
  report: Report,
  result: Result,
  options: ReportMarkdownOptions,
): readonly string[] {
  const { name, index } = result.variable;
  const variable = inlineMath(nameLatex(name, index));
  const title = `## ${inlineMath(leftLatex(leftOf(report, result)))}`;
  const failed = failureLines(report, result);
  if (failed.length > 0) {
    const [first = '', ...rest] = failed;
    return [title, `**${escapeMarkdown(first)}**`, `\`\`\`text\n${rest.join('\n')}\n\`\`\``];
  }
  const { others } = fresh(report, result, 'recursion');
  const shared = fresh(report, result, 'shared').equations;
  return [
    title,
    ...(result.trick ? trickMarkdown(result.trick, variable) : []),
    ...(options.explain ? [steps(result)] : []),
    ...(result.explanation ? explanationMarkdown(result.explanation) : []),
    math(answerRows(report, result)),
    result.kind === 'zero'
      ? `${escapeMarkdown(zeroSentence(report, name, result.shape))}.`
      : result.layout === null && !result.laidOut
        ? `It is ${escapeMarkdown(layoutLine(result, nameOf(result)))}.`
        : `Layout: ${escapeMarkdown(layoutLine(result, nameOf(result)))}.`,
    others
      ? `With the equations that stand at ${inlineMath(nameLatex(others.variable.name, others.variable.index))}.`
      : '',
    shared.length > 0
      ? `With shared parts, each computed once:\n\n${math(shared.map(equationRow))}`
      : '',
    cache(report, result),
    ...freshNotes(report, result).map(escapeMarkdown),
    check(result),
  ];
}

const nameOf = ({ variable }: Result): string =>
  variable.index
    ? `${variable.name}[${variable.index.variable ?? variable.index.offset}]`
    : variable.name;

function trickMarkdown(trick: TrickReport, variable: string): readonly string[] {
  const blocks = trick.paths.flatMap((path, i) => {
    const which = trick.paths.length > 1 ? ` (path ${i + 1} of ${trick.paths.length})` : '';
    const chain = chainLatex(path.chain.map((f) => f.expr));
    return [
      chain ? `As scalars${which}: ${inlineMath(chain)}` : '',
      ...(path.stages.length === 0 ? arranging(path, trick, variable) : []),
      ...path.stages.flatMap((s) => {
        const of = inlineMath(exprLatex(s.of));
        const head = s.name === null ? '' : `Stage ${inlineMath(nameLatex(s.name))}, at ${of}:`;
        return [head, ...arranging(s, trick, s.name === null ? variable : of)];
      }),
    ];
  });
  return [...blocks, escapeMarkdown(trick.reason)];
}

function arranging(a: ArrangingReport, trick: TrickReport, variable: string): readonly string[] {
  const total = a.arrangements.length + a.omitted;
  const right = a.arrangements.filter((x) => x.passes);
  const only = total === 1 ? ' (the only one that fits)' : '';
  const places = trick.verdict === 'wrong' ? [] : (right[0]?.places ?? []);
  return [
    tableOf(
      ['factor', 'shape', 'since'],
      a.chain.map((f) => [
        inlineMath(exprLatex(f.expr)),
        inlineMath(shapeLatex(f.shape)),
        escapeMarkdown(f.because),
      ]),
    ),
    a.chain.length > 0
      ? `Wanted: ${inlineMath(shapeLatex(a.wanted))}, the shape of ${variable}.`
      : '',
    total > 1 ? `${countSentence(total, total - right.length)}:` : '',
    [
      ...a.arrangements.map(
        (x) => `- ${x.passes ? '✓' : '✗'} ${inlineMath(exprLatex(x.expr))}${only}`,
      ),
      ...(a.omitted > 0 ? [`- … and ${a.omitted} more`] : []),
    ].join('\n'),
    places.map((p) => `> ${escapeMarkdown(p)}`).join('\n>\n'),
  ];
}

/** The derivation aligned, with the laws of its rules in a table. */
function explanationMarkdown(e: Explanation): readonly string[] {
  if (e.lines.length === 0) return e.notes.map(escapeMarkdown);
  const laws = rulesOf(e).map((r) => [escapeMarkdown(r.name), inlineCode(r.law)]);
  const notes = [...e.notes, checkedSentence(e)].map((n) => `${escapeMarkdown(n)}.`);
  return [math(explanationRows(e)), tableOf(['rule', 'law'], laws), ...notes];
}

const steps = (result: Result): string =>
  tableOf(
    ['step', 'rule', 'since'],
    result.steps.map((s) => [
      inlineMath(`${leftLatex(s.left)} = ${formulaLatex(s.formula)}`),
      escapeMarkdown(s.rule),
      escapeMarkdown(s.because),
    ]),
  );

function cache(report: Report, result: Result): string {
  if (result.cache.length === 0 || sameCache(report, result)) return '';
  const size = (s: Result['cache'][number]['size']): string => inlineMath(exprLatex(s));
  const table = tableOf(
    ['kept from the forward pass', 'numbers', 'since'],
    result.cache.map((c) => {
      const range = rangeLatex(c.range);
      return [
        inlineMath(exprLatex(c.expr)) + (range && `, ${inlineMath(range)}`),
        size(c.size),
        escapeMarkdown(c.because),
      ];
    }),
  );
  const total = result.cacheTotal;
  if (!total) return table;
  const numbers = report.sizes
    ? `, with ${escapeMarkdown(sizesText(report.sizes))}: ${amountText(total.numbers)}`
    : '';
  return `${table}\n\nIn all ${size(total.size)}${numbers}.`;
}

function check({ check: c }: Result): string {
  if (!c) return 'Not checked.';
  if (c.verdict === 'inconclusive')
    return `**Not confirmed:** ${escapeMarkdown(inconclusiveSentence(c))}.`;
  return `Checked ${escapeMarkdown(checkSentence(c))}.`;
}
