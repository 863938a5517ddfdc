import type { Declared } from '../../elaborate/problem.ts';
import type {
  ArrangingReport,
  CacheItem,
  Equation,
  Explanation,
  Report,
  Result,
  TrickPathReport,
  TrickReport,
} from '../../explain/report.ts';
import { formatShape } from '../../shape/shape.ts';
import { nameText, type TextOptions, toText } from '../text.ts';
import { COUNTING, costLines } from './cost.ts';
import { checkedSentence, explanationLines } from './explanation.ts';
import {
  chainText,
  equationSides,
  factorText,
  formulaText,
  leftOf,
  leftText,
  namesOf,
  rangeText,
  shownFormula,
  shownLeft,
} from './formula.ts';
import {
  type Cell,
  grid,
  NO_STYLE,
  padEnd,
  painted,
  type Style,
  table,
  widthOf,
  wrap,
} from './layout.ts';
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
  proseAscii,
  sameCache,
  showsDifferential,
  sizesText,
  typedText,
  zeroSentence,
} from './words.ts';

/** How a report is written for a terminal. */
export interface ReportTextOptions {
  /** Nothing but 7-bit characters; formulas can be typed in again. */
  readonly ascii?: boolean;
  /** With the steps of the derivation. */
  readonly explain?: boolean;
  readonly style?: Style;
  /** Columns; 80 where nothing is said. Prose is wrapped, formulas never are. */
  readonly width?: number;
}

/** The labels of the lines stand in a column of their own. */
const MARGIN = 14;

/** The answer as plain text: what was read, then for each variable the trick, the gradient and its check. */
export function reportText(report: Report, options: ReportTextOptions = {}): string {
  const page = new Page(report, options);
  header(page);
  for (const result of report.results) resultOf(page, result);
  cost(page);
  return `${page.lines.join('\n')}\n`;
}

/** Lines in the making, and the ways in which they are written. */
class Page {
  readonly lines: string[] = [];
  readonly report: Report;
  readonly style: Style;
  readonly text: TextOptions;
  readonly explain: boolean;
  /** Columns beside the margin. */
  readonly width: number;

  constructor(report: Report, options: ReportTextOptions) {
    this.report = report;
    this.style = options.style ?? NO_STYLE;
    this.text = { ascii: options.ascii ?? false, names: namesOf(report) };
    this.explain = options.explain ?? false;
    this.width = Math.max(40, options.width ?? 80) - MARGIN;
  }

  /** Prose in the alphabet of the page. */
  say(prose: string): string {
    return this.text.ascii ? proseAscii(prose) : prose;
  }

  gap(): void {
    if (this.lines.length > 0) this.lines.push('');
  }

  /** Lines beside a label. */
  block(label: string, lines: readonly string[]): void {
    lines.forEach((line, i) => {
      const head = i === 0 ? label : '';
      const margin = head ? this.style.dim(head) + ' '.repeat(MARGIN - head.length) : '';
      this.lines.push(line === '' ? margin.trimEnd() : (margin || ' '.repeat(MARGIN)) + line);
    });
  }

  prose(label: string, sentences: readonly string[]): void {
    this.block(
      label,
      sentences.flatMap((s) => wrap(this.say(s), this.width)),
    );
  }

  table(label: string, rows: readonly (readonly Cell[])[]): void {
    this.block(label, table(rows, this.width));
  }

  shape(shape: Parameters<typeof formatShape>[0]): Cell {
    return { text: this.say(formatShape(shape)), paint: this.style.cyan };
  }

  quiet(prose: string): Cell {
    return { text: this.say(prose), paint: this.style.dim };
  }
}

// ---------------------------------------------------------------- what was read

function header(page: Page): void {
  const { report, style, text } = page;
  const value = [nameText(report.name, null, text), toText(report.expression, text)] as const;
  page.table('read', [
    ...equations(page, report.definitions),
    [style.bold(`${value[0]} = ${value[1]}`), ''],
  ]);
  const shown = report.declarations.filter((d) => d.name !== report.name);
  const named = shown.filter((d) => d.kind !== 'dimension');
  page.table('shapes', [...named.map((d) => declaration(page, d)), ...dimensions(page, shown)]);
  page.prose('assumed', report.assumptions);
  for (const r of report.repetitions) {
    const what = page.say(typedText(report, r.span));
    page.table('repeated', [[what, page.shape(r.from), `to ${page.say(formatShape(r.to))}`]]);
  }
}

function declaration(page: Page, d: Declared): Cell[] {
  const place = d.letter === null ? null : { variable: d.letter, offset: 0 };
  const range = rangeText(d.range, page.text);
  return [
    nameText(d.name, place, page.text),
    { text: page.say(declaredShape(d)), paint: page.style.cyan },
    page.quiet([declaredFacts(d), range].filter((s) => s).join(', ')),
  ];
}

/** Dimensions side by side: those of the text, and those that were found. */
function dimensions(page: Page, declared: readonly Declared[]): Cell[][] {
  const all = declared.filter((d) => d.kind === 'dimension');
  return [false, true].flatMap((inferred) => {
    const names = all.filter((d) => d.inferred === inferred).map((d) => familyName(page, d));
    if (names.length === 0) return [];
    const kind = names.length > 1 ? 'dimensions' : 'dimension';
    return [
      [
        names.join(', '),
        { text: kind, paint: page.style.cyan },
        page.quiet(inferred ? 'inferred' : ''),
      ],
    ];
  });
}

const familyName = (page: Page, d: Declared): string =>
  nameText(d.name, d.letter === null ? null : { variable: d.letter, offset: 0 }, page.text);

/** Equations below each other, ranges in a column of their own, the equals signs where asked in one column too. */
function equations(page: Page, list: readonly Equation[], widest = 0): Cell[][] {
  return list.map((e) => {
    const [left, right] = equationSides(e, page.text);
    return [`${padEnd(left, widest)} = ${right}`, page.quiet(rangeText(e.range, page.text))];
  });
}

const widestLeft = (page: Page, list: readonly Equation[]): number =>
  Math.max(0, ...list.map((e) => widthOf(leftText(e.left, page.text))));

// ---------------------------------------------------------------- one variable

function resultOf(page: Page, result: Result): void {
  const { report, style, text } = page;
  const left = leftText(leftOf(report, result), text);
  page.gap();
  if (report.results.length > 1) {
    page.lines.push(style.bold(left));
    page.lines.push('');
  }
  const failed = failureLines(report, result);
  if (failed.length > 0) {
    const [first = '', ...rest] = failed.map((line) => page.say(line));
    page.lines.push(style.red(first), ...rest.flatMap((l) => l.split('\n')).map((l) => `  ${l}`));
    return;
  }
  if (result.trick) {
    trickOf(page, result.trick, result);
    page.gap();
  }
  if (page.explain && result.steps.length > 0) {
    steps(page, result);
    page.gap();
  }
  if (result.explanation) {
    explanation(page, result.explanation);
    page.gap();
  }
  answer(page, result);
  const shared = fresh(report, result, 'shared').equations;
  if (shared.length > 0) {
    page.gap();
    page.table('shared', equations(page, shared, widestLeft(page, shared)));
  }
  if (result.cache.length > 0) {
    page.gap();
    cache(page, result);
  }
  const notes = freshNotes(report, result);
  if (notes.length > 0) {
    page.gap();
    page.prose('note', notes);
  }
  page.gap();
  check(page, result);
}

/** The gradient, or the recursion that leads to it. */
function answer(page: Page, result: Result): void {
  const { report, style, text } = page;
  const left = leftText(shownLeft(report, result), text);
  const name = nameText(result.variable.name, result.variable.index, text);
  const formula = style.bold(`${left} = ${formulaText(shownFormula(result), text)}`);
  switch (result.kind) {
    case 'zero':
      page.table('gradient', [[formula, '']]);
      page.prose('', [zeroSentence(report, name, result.shape)]);
      return;
    case 'gradient':
    case 'jacobian':
    case 'hessian':
    case 'higher':
    case 'product':
      page.table(result.kind === 'higher' ? 'derivative' : result.kind, [
        [formula, page.quiet(rangeText(result.range, text))],
      ]);
      where(page, result);
      break;
    case 'recursion':
      recursion(page, result, left);
      break;
  }
  if (showsDifferential(result)) page.table('differential', equations(page, [result.differential]));
  page.prose('', [layoutLine(result, name)]);
}

function where(page: Page, result: Result): void {
  const { equations: list, others } = fresh(page.report, result, 'where');
  const rows = equations(page, list).map(([equation = '', range = ''], i): Cell[] => [
    `${i === 0 ? 'where' : '     '} ${painted(equation)}`,
    range,
  ]);
  page.table('', rows);
  if (others) standsAt(page, others);
}

/** Where the equations stand that are not said again. */
function standsAt(page: Page, { variable }: Result): void {
  const name = nameText(variable.name, variable.index, page.text);
  page.prose('', [`with the equations that stand at ${name}`]);
}

function recursion(page: Page, result: Result, left: string): void {
  const { report, style, text } = page;
  const { equations: list, others } = fresh(report, result, 'recursion');
  const widest = Math.max(widthOf(left), widestLeft(page, list));
  const last = `${padEnd(left, widest)} = ${formulaText(result.formula, text)}`;
  page.table('recursion', [
    ...equations(page, list, widest),
    [style.bold(last), page.quiet(rangeText(result.range, text))],
  ]);
  where(page, result);
  if (others) standsAt(page, others);
}

// ---------------------------------------------------------------- the trick

function trickOf(page: Page, trick: TrickReport, result: Result): void {
  const { paths } = trick;
  paths.forEach((path, i) => {
    const which = paths.length > 1 ? `path ${i + 1} of ${paths.length}` : '';
    if (i > 0) page.gap();
    pathOf(page, path, trick, which, result);
  });
  if (paths.length > 1) page.gap();
  page.prose('the trick', [trick.reason]);
}

function pathOf(
  page: Page,
  path: TrickPathReport,
  trick: TrickReport,
  which: string,
  result: Result,
): void {
  const { text } = page;
  if (path.chain.length > 0) {
    const chain = chainText(
      path.chain.map((f) => f.expr),
      text,
    );
    page.table('as scalars', [[chain, page.quiet(which)]]);
  }
  const name = nameText(result.variable.name, result.variable.index, text);
  if (path.stages.length === 0) arranging(page, path, trick, name);
  for (const stage of path.stages) {
    page.gap();
    const of = factorText(stage.of, text, 'product');
    if (stage.name === null) arranging(page, stage, trick, name);
    else {
      page.table('stage', [[`${nameText(stage.name, null, text)}${page.say(`, at ${of}`)}`]]);
      arranging(page, stage, trick, of);
    }
  }
}

/** Factors, the shape that they have to give, and the arrangements that give it. */
function arranging(page: Page, path: ArrangingReport, trick: TrickReport, name: string): void {
  const { text } = page;
  if (path.chain.length > 0) {
    page.table(
      'factors',
      path.chain.map((f) => [toText(f.expr, text), page.shape(f.shape), page.quiet(f.because)]),
    );
    page.table('wanted', [[page.shape(path.wanted), page.quiet(`the shape of ${name}`)]]);
  }
  arrangements(page, path, trick);
}

/** With more wrong ones than this, they stand side by side. */
const MANY = 4;

function arrangements(page: Page, path: ArrangingReport, trick: TrickReport): void {
  const { style, text } = page;
  const total = path.arrangements.length + path.omitted;
  const right = path.arrangements.filter((a) => a.passes);
  const wrong = path.arrangements.filter((a) => !a.passes);
  const only = total === 1 ? `the only one that fits${right[0] ? '' : ', and wrong'}` : '';
  const line = (a: (typeof right)[number]): string => {
    const formula = toText(a.expr, text);
    return a.passes
      ? `${style.green(page.say('✓'))} ${formula}`
      : `${style.red(page.say('✗'))} ${style.dim(formula)}`;
  };
  page.block('arrangements', [
    ...(total > 1 ? wrap(page.say(countSentence(total, total - right.length)), page.width) : []),
    ...table(
      right.map((a) => [line(a), page.quiet(only)]),
      page.width,
    ),
    ...(wrong.length > MANY
      ? grid(wrong.map(line), page.width)
      : table(
          wrong.map((a) => [line(a), page.quiet(only)]),
          page.width,
        )),
    ...(path.omitted > 0 ? [style.dim(page.say(`… and ${path.omitted} more`))] : []),
  ]);
  const places = trick.verdict === 'wrong' ? [] : (right[0]?.places ?? []);
  page.prose('why', places);
}

// ---------------------------------------------------------------- the derivation, what it keeps, its check

function steps(page: Page, result: Result): void {
  const { text } = page;
  page.block(
    'steps',
    result.steps.flatMap((s) => [
      `${leftText(s.left, text)} = ${formulaText(s.formula, text)}`,
      ...table(
        [[page.quiet(`${s.rule}: ${s.because}${s.checked ? '' : ' (not checked)'}`)]],
        page.width - 2,
      ).map((l) => `  ${l}`),
    ]),
  );
}

/** A derivation by hand. */
function explanation(page: Page, e: Explanation): void {
  const lines = explanationLines(e, page.text);
  const widest = Math.max(0, ...lines.map((l) => (widthOf(l.left) > WIDE ? 0 : widthOf(l.left))));
  page.block(
    'derivation',
    lines.flatMap((l) => {
      const head = `${padEnd(l.left, widest)} = ${l.right}`;
      const reason = page.quiet(l.reason);
      return widthOf(head) + 3 + widthOf(page.say(l.reason)) <= page.width
        ? [`${head}   ${painted(reason)}`]
        : [head, ...table([[reason]], page.width - 6).map((x) => `      ${x}`)];
    }),
  );
  page.prose('', e.lines.length > 0 ? [...e.notes, checkedSentence(e)] : e.notes);
}

/** Left sides wider than this do not set the column of the equals signs. */
const WIDE = 16;

function cache(page: Page, result: Result): void {
  const { report, text } = page;
  const before = sameCache(report, result);
  if (before) {
    page.prose('kept', [
      `the same as for ${nameText(before.variable.name, before.variable.index, text)}`,
    ]);
    return;
  }
  const size = (s: CacheItem['size']): string => {
    const count = toText(s, text);
    return count === '1' ? 'one number' : `${count} numbers`;
  };
  const reasons = new Set(result.cache.map((c) => c.because));
  const once = result.cache.length > 1 && reasons.size === 1;
  page.table(
    'kept',
    result.cache.map((c) => [
      toText(c.expr, text),
      page.style.dim(rangeText(c.range, text)),
      page.style.cyan(size(c.size)),
      page.quiet(once ? '' : c.because),
    ]),
  );
  if (once) page.prose('', [...reasons]);
  const total = result.cacheTotal;
  if (!total) return;
  if (result.cache.length > 1) page.prose('', [`in all ${size(total.size)}`]);
  if (!report.sizes) return;
  page.prose('', [`with ${sizesText(report.sizes)}: ${amountText(total.numbers)}`]);
}

function cost(page: Page): void {
  const { report, text, style } = page;
  if (!report.cost) return;
  page.gap();
  page.table(
    'cost',
    costLines(report, report.cost, text).map((c) => [
      c.what,
      page.quiet(c.range),
      style.cyan(page.say(c.flops)),
      page.quiet(c.largest),
    ]),
  );
  page.prose('', [COUNTING, report.cost.assumption]);
}

function check(page: Page, result: Result): void {
  const { style } = page;
  if (!result.check) page.prose('not checked', ['as asked']);
  else if (result.check.verdict === 'inconclusive')
    page.prose('inconclusive', [inconclusiveSentence(result.check)]);
  else
    page.block(
      'checked',
      wrap(page.say(checkSentence(result.check)), page.width).map((l) => style.green(l)),
    );
}
