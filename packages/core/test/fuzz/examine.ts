import { withoutParts } from '../../src/derive/derive.ts';
import { elaborateProblem } from '../../src/elaborate/elaborate.ts';
import type { Problem } from '../../src/elaborate/problem.ts';
import { formulaText, namesOf } from '../../src/emit/report/formula.ts';
import { codeOf } from '../../src/emit/targets.ts';
import { toText } from '../../src/emit/text.ts';
import { takenNames } from '../../src/explain/common.ts';
import { exprOf, turnOf } from '../../src/explain/formula.ts';
import { derivationOf } from '../../src/explain/gradient.ts';
import type { Report } from '../../src/explain/report.ts';
import { isZero } from '../../src/expr/build.ts';
import type { Node } from '../../src/expr/node.ts';
import { derive, reportJson, reportLatex, reportMarkdown, reportText } from '../../src/index.ts';
import { formatDim, formatShape, type Shape } from '../../src/shape/shape.ts';
import { parseInput } from '../../src/syntax/parse.ts';
import { sameValue } from '../../src/verify/compare.ts';
import { dimensionNames } from '../../src/verify/sizes.ts';
import type { Case } from './driver.ts';
import { numpyOf } from './numpy.ts';
import type { Question } from './question.ts';

/** What matgrad made of a question. */
export interface Examined {
  readonly complaints: readonly string[];
  /** Reasons of checks that could not decide. */
  readonly inconclusive: readonly string[];
  /** Milliseconds of processor time for the answer without its check. */
  readonly time: number;
  readonly case: Case | null;
}

const SIZES: Case['sizes'] = [
  { m: 4, n: 3, k: 5 },
  { m: 3, n: 3, k: 3 },
];

/** Asks, and holds everything that is said against what it was made from. Errors are complaints too. */
export function examine(question: Question, trick = true): Examined {
  const complaints: string[] = [];
  const inconclusive: string[] = [];
  const guard = (what: string, f: () => void): void => {
    try {
      f();
    } catch (error) {
      complaints.push(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  };
  let time = 0;
  let found: Case | null = null;
  guard('derive', () => {
    const start = process.cpuUsage();
    const report = derive(question.input, { check: false, trick });
    const used = process.cpuUsage(start);
    time = (used.user + used.system) / 1000;
    const checked = derive(question.input, { points: 3, trick: false });
    for (const { variable, formula, check } of checked.results) {
      const what = `${variable.name}: ${formulaText(formula)}`;
      if (check?.verdict === 'failed') complaints.push(`failed: ${what}`);
      if (check?.verdict === 'inconclusive') inconclusive.push(`${what}: ${check.reason}`);
    }
    guard('print', () => {
      complaints.push(...misprinted(report), ...misprinted(checked));
    });
    const problem = elaborateProblem(parseInput(question.input));
    guard('read back', () => complaints.push(...misread(problem, report)));
    guard('order', () => {
      const again = derive(question.shuffled, { check: false, trick: false });
      const [one, other] = [gradients(report), gradients(again)];
      for (const [name, text] of one)
        if (other.get(name) !== text)
          complaints.push(`order: ${name}: ${text} becomes ${other.get(name)}`);
    });
    guard('export', () => {
      found = {
        seed: question.seed,
        module: codeOf('numpy', problem),
        formula: numpyOf(question.formula.tree),
        variables: problem.variables.flatMap((v) => {
          const known = question.variables.find((k) => k.name === v.name);
          if (!known) throw new Error(`${v.name} is no variable of the formula`);
          return known;
        }),
        wanted: problem.wrt.map((v) => v.name),
        sizes: SIZES,
      };
    });
  });
  return { complaints, inconclusive, time, case: found };
}

/** Each gradient with its parts, as text. */
export const gradients = (report: Report): ReadonlyMap<string, string> =>
  new Map(
    report.results.map((r) => [
      r.variable.name,
      [
        formulaText(r.formula),
        ...r.where.map(
          (e) => `${e.left.kind === 'name' ? e.left.name : ''} = ${formulaText(e.formula)}`,
        ),
      ].join(' where '),
    ]),
  );

/** Braces of LaTeX in pairs, JSON that is JSON, no nonsense in any text. */
export function misprinted(report: Report): string[] {
  const found: string[] = [];
  const json = JSON.stringify(reportJson(report));
  const latex = reportLatex(report);
  let depth = 0;
  for (const c of latex.replace(/\\[{}]/gu, '')) {
    if (c === '{') depth++;
    if (c === '}') depth--;
    if (depth < 0) break;
  }
  if (depth !== 0) found.push(`braces of LaTeX: ${latex}`);
  const count = (word: RegExp): number => (latex.match(word) ?? []).length;
  if (count(/\\left(?![a-z])/gu) !== count(/\\right(?![a-z])/gu))
    found.push(`\\left and \\right: ${latex}`);
  for (const text of [json, latex, reportText(report), reportMarkdown(report)])
    if (/undefined|NaN|\[object|Infinity/u.test(text)) found.push(`nonsense: ${text}`);
  return found;
}

/** The shape of a whole formula stands beside it: it shows the size of an identity by itself. */
const sized = (text: string, shape: Shape): string =>
  /I/u.test(text) && shape.length === 2
    ? `zeros(${shape.map((d) => formatDim(d)).join(', ')}) + (${text})`
    : text;

/** Every formula that was printed, read again under the same declarations, against the node from which it came. */
export function misread(problem: Problem, report: Report): string[] {
  const found: string[] = [];
  const declarations = report.declarations
    .filter((d) => d.kind === 'variable')
    .map((d) => `${d.name}: ${formatShape(d.shape)} ${d.properties.join(' ')}`);
  const compare = (
    what: string,
    node: Node,
    shape: Shape,
    text: string,
    more: readonly string[] = [],
  ): void => {
    if (isZero(node) && text === '0') return;
    // a length that only the formula names needs a hint
    const lengths = dimensionNames([node]).map((n, k) => `ω_${k}: ${n}`);
    const expression = sized(text, shape);
    try {
      const where = [...declarations, ...lengths, ...more].join('; ');
      const read = elaborateProblem(parseInput({ expression, where })).value;
      if (formatShape(read.shape) !== formatShape(shape))
        found.push(
          `${what} ${text} reads as ${formatShape(read.shape)}, not ${formatShape(shape)}`,
        );
      else if (sameValue(node, read.node) === 'different')
        found.push(`${what} ${text} reads differently`);
    } catch (error) {
      found.push(`${what} ${text} is not read: ${String(error)}`);
    }
  };
  const { gradients: derived, parts } = derivationOf(problem);
  const names = new Set([...namesOf(report), ...takenNames(problem)]);
  const spellings = [{ names }, { names, ascii: true }] as const;
  const whole = withoutParts(
    derived.map((g) => g.shown),
    parts,
  );
  const definitions = problem.definitions.map((d) => `${d.name} = ${toText(d.expr, { names })}`);
  for (const options of spellings) {
    compare('value', problem.value.node, [], toText(problem.expression, options), definitions);
    const own = exprOf(problem.value.node);
    if (own) compare('value as matrices', problem.value.node, [], toText(own, options));
    const known = parts.flatMap((p) => {
      const e = exprOf(p.node, turnOf(p.symbol.shape));
      const name =
        e && toText({ kind: 'name', span: e.span, name: p.symbol.name, index: null }, options);
      return e ? [`${name} = ${sized(toText(e, options), p.symbol.shape)}`] : [];
    });
    derived.forEach((g, k) => {
      const e = exprOf(g.shown, turnOf(g.variable.shape));
      if (e && known.length === parts.length)
        compare(
          `by ${g.variable.name}`,
          whole[k] as Node,
          g.variable.shape,
          toText(e, options),
          known,
        );
    });
  }
  return found;
}
