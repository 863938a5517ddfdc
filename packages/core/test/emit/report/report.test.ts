import { describe, expect, test } from 'vitest';
import { sourceOf } from '../../../src/diagnostic/source.ts';
import { diagnosticsJson, reportJson } from '../../../src/emit/report/json.ts';
import { reportLatex } from '../../../src/emit/report/latex.ts';
import type { Style } from '../../../src/emit/report/layout.ts';
import { reportMarkdown } from '../../../src/emit/report/markdown.ts';
import { reportText } from '../../../src/emit/report/text.ts';
import type { Report } from '../../../src/explain/report.ts';
import * as samples from './samples.ts';

const reports: readonly (readonly [string, Report])[] = [
  ['regression', samples.regression],
  ['several', samples.several],
  ['perceptron', samples.perceptron],
  ['recurrent', samples.recurrent],
  ['failed', samples.failed],
  ['inconclusive', samples.inconclusive],
  ['unchecked', samples.unchecked],
];

const marks: Style = {
  bold: (t) => `\u001b[1m${t}\u001b[22m`,
  dim: (t) => `\u001b[2m${t}\u001b[22m`,
  green: (t) => `\u001b[32m${t}\u001b[39m`,
  red: (t) => `\u001b[31m${t}\u001b[39m`,
  cyan: (t) => `\u001b[36m${t}\u001b[39m`,
};
const unmarked = (text: string): string =>
  text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'gu'), '');

describe.each(reports)('%s', (name, report) => {
  const explain = name === 'regression';

  test('as text', () => {
    expect(reportText(report, { explain })).toMatchSnapshot();
  });

  test('in ASCII', () => {
    const text = reportText(report, { explain, ascii: true });
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text).toMatchSnapshot();
  });

  test('colours change nothing but colours', () => {
    const text = reportText(report, { style: marks });
    expect(text).toContain('\u001b[');
    expect(unmarked(text)).toBe(reportText(report));
  });

  test('fits in 80 columns, without spaces at the ends', () => {
    for (const line of reportText(report, { explain: true }).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(80);
      expect(line).toBe(line.trimEnd());
    }
  });

  test('in Markdown', () => {
    expect(reportMarkdown(report, { explain })).toMatchSnapshot();
  });

  test('in LaTeX, with every environment closed', () => {
    const latex = reportLatex(report, { explain });
    const count = (part: string): number => latex.split(part).length - 1;
    expect(count('\\begin{aligned}')).toBe(count('\\end{aligned}'));
    expect(count('\\[\n')).toBe(count('\\]\n'));
    const code = latex.replaceAll(/^%.*$/gmu, '');
    expect(code).toMatch(/^[\n -~]*$/);
    expect(latex).toMatchSnapshot();
  });

  test('as JSON', () => {
    const json = reportJson(report);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json.results.map((r) => r.wrt)).toHaveLength(report.results.length);
    expect(json.schema).toBe(1);
  });
});

describe('what a check leaves of an answer', () => {
  const formula = '1/m Xᵀ(Xθ − y)';
  const every = (report: Report): string[] => [
    reportText(report, { explain: true }),
    reportText(report, { explain: true, ascii: true }),
    reportMarkdown(report, { explain: true }),
    reportLatex(report, { explain: true }),
    JSON.stringify(reportJson(report)),
  ];

  test('one that failed withholds the formula everywhere, and says how to see it again', () => {
    expect(reportText(samples.regression)).toContain(formula);
    for (const text of every(samples.failed)) {
      expect(text).not.toContain(formula);
      expect(text).not.toContain("1/m*X'*(X*theta - y)");
      expect(text).not.toContain('\\frac{1}{m} X^\\top');
      expect(text).toContain('internal error');
      expect(text).toContain('seed 1');
      expect(text).toContain('--where: X: m');
    }
    const json = reportJson(samples.failed);
    expect(json.results[0]?.text).toBeNull();
    expect(json.diagnostics.map((d) => d.code)).toEqual(['check-failed']);
  });

  test('one without a verdict says so with its reason', () => {
    for (const text of every(samples.inconclusive)) expect(text).toContain('overflows');
    expect(reportText(samples.inconclusive)).not.toMatch(/^checked/mu);
    expect(reportJson(samples.inconclusive).diagnostics).toEqual([]);
  });

  test('none is said to be none', () => {
    expect(reportText(samples.unchecked)).toMatch(/^not checked/mu);
    expect(reportJson(samples.unchecked).results[0]?.check).toBeNull();
  });
});

test('the JSON of linear regression', () => {
  expect(reportJson(samples.regression)).toMatchSnapshot();
});

test('diagnostics keep the form, with places in their own piece', () => {
  const source = sourceOf([
    { name: 'expression', text: 'Xy' },
    { name: '--where', text: 'X: m×n\ny: m' },
  ]);
  const json = diagnosticsJson(
    [
      {
        severity: 'error',
        code: 'shape-mismatch',
        message: 'the shapes do not match',
        labels: [
          { start: 1, end: 2, text: 'm' },
          { start: 10, end: 11, text: 'declared here' },
        ],
        notes: ['two names are two numbers'],
        fix: 'Xᵀy',
      },
    ],
    source,
  );
  expect(json.results).toEqual([]);
  expect(json.diagnostics).toEqual([
    {
      severity: 'error',
      code: 'shape-mismatch',
      message: 'the shapes do not match',
      labels: [
        { source: 'expression', start: 1, end: 2, line: 1, column: 2, text: 'm' },
        { source: '--where', start: 7, end: 8, line: 2, column: 1, text: 'declared here' },
      ],
      notes: ['two names are two numbers'],
      fix: 'Xᵀy',
    },
  ]);
});
