import type { ClaimVerdict, Counterexample, NestedNumbers } from '../../examine/examination.ts';
import type { ClaimReport, ExaminationReport } from '../../examine/report.ts';
import { formatShape } from '../../shape/shape.ts';
import { nameText, type TextOptions, toText } from '../text.ts';
import { formulaText, leftText, namesOf, rangeText } from './formula.ts';
import { NO_STYLE, type Style, wrap } from './layout.ts';
import { checkSentence, inconclusiveSentence, proseAscii, scientific, sizesText } from './words.ts';

/** How an examination is written for a terminal. */
export interface ExaminationTextOptions {
  /** Nothing but 7-bit characters. */
  readonly ascii?: boolean;
  readonly style?: Style;
  /** Columns; 80 where nothing is said. */
  readonly width?: number;
}

const MARGIN = 14;

/** What came of each claim: the verdict first, then what is wrong, what was meant, where it is seen, and how it was checked. */
export function examinationText(
  report: ExaminationReport,
  options: ExaminationTextOptions = {},
): string {
  const page = new Page(report, options);
  report.claims.forEach((claim, k) => {
    if (k > 0) page.lines.push('');
    claimOf(page, claim);
  });
  return `${page.lines.join('\n')}\n`;
}

class Page {
  readonly lines: string[] = [];
  readonly report: ExaminationReport;
  readonly style: Style;
  readonly text: TextOptions;
  readonly width: number;

  constructor(report: ExaminationReport, options: ExaminationTextOptions) {
    this.report = report;
    this.style = options.style ?? NO_STYLE;
    this.text = { ascii: options.ascii ?? false, names: namesOf(report) };
    this.width = Math.max(40, options.width ?? 80) - MARGIN;
  }

  /** Prose in the alphabet of the page. */
  say(prose: string): string {
    return this.text.ascii ? proseAscii(prose) : prose;
  }

  /** Lines beside a label. */
  block(label: string, lines: readonly string[]): void {
    lines.forEach((line, i) => {
      const head =
        i === 0 ? this.style.dim(label) + ' '.repeat(MARGIN - label.length) : ' '.repeat(MARGIN);
      this.lines.push(line === '' ? '' : head + line);
    });
  }

  prose(label: string, ...sentences: readonly string[]): void {
    this.block(
      label,
      sentences.flatMap((s) => wrap(this.say(s), this.width)),
    );
  }
}

const MARKS: Readonly<Record<ClaimVerdict, string>> = {
  right: '✓',
  'right-under-condition': '✗',
  'wrong-shape': '✗',
  wrong: '✗',
  'cannot-tell': '?',
};

/** `✗ wrong shape`, `✓ right, away from the kinks of relu`. */
function headOf({ verdict, condition }: ClaimReport, ascii: boolean): string {
  const words = verdict.replace('under-condition', 'under a condition').replace('-', ' ');
  const said = verdict === 'right' && condition ? `${words}, ${condition}` : words;
  return ascii ? said : `${MARKS[verdict]} ${said}`;
}

function claimOf(page: Page, claim: ClaimReport): void {
  const { style, text } = page;
  const { verdict, condition, diagnoses, counterexample } = claim;
  const paint =
    verdict === 'right' ? style.green : verdict === 'cannot-tell' ? style.bold : style.red;
  page.lines.push(paint(page.say(headOf(claim, text.ascii ?? false))), '');
  const left = leftText(claim.left, text);
  const range = rangeText(claim.range, text);
  page.block('claim', [
    style.bold(`${left} = ${formulaText(claim.formula, text)}`) +
      (range && `   ${style.dim(range)}`),
    ...claim.where.map(
      ({ name, expr }, k) =>
        `${k === 0 ? 'where' : '     '} ${nameText(name, null, text)} = ${toText(expr, text)}`,
    ),
  ]);
  if (verdict === 'right-under-condition' && condition) page.prose('condition', condition);
  if (verdict === 'cannot-tell' && condition) page.prose('reason', condition);
  if (verdict === 'wrong-shape') {
    if (condition) page.prose('shapes', condition);
    const of = nameText(claim.variable.name, claim.variable.index, text);
    page.prose('wanted', `${formatShape(claim.wanted)}, the shape of ${of}`);
  }
  page.prose('note', ...claim.notes);
  mistakesOf(claim).forEach((said, k) => page.prose(k === 0 ? 'mistake' : 'or', said));
  const repairs = new Set(
    diagnoses.flatMap((d) => (d.repair ? `${left} = ${formulaText(d.repair, text)}` : [])),
  );
  page.block(
    'did you mean',
    [...repairs].map((r) => style.green(r)),
  );
  if (counterexample) seenAt(page, claim, counterexample);
  checked(page, claim);
}

/** Each mistake once: two that were made together stand in either order. */
function mistakesOf({ diagnoses }: ClaimReport): string[] {
  const parts = (text: string): string[] => text.split(', and ');
  const all = diagnoses.map((d) => d.text);
  return all.filter(
    (text, k) => !all.slice(0, k).some((before) => parts(text).every((p) => before.includes(p))),
  );
}

/** The point at which the claim is seen to be wrong. */
function seenAt(page: Page, claim: ClaimReport, c: Counterexample): void {
  const place = c.place === undefined ? null : { variable: null, offset: c.place };
  const left = leftText(
    place && (claim.left.kind === 'name' || claim.left.kind === 'derivative')
      ? { ...claim.left, index: place }
      : claim.left,
    page.text,
  );
  const entry = c.entry.length === 0 ? left : `entry ${c.entry.join(', ')} of ${left}`;
  page.prose(
    'for example',
    `with ${pointText(c)}:`,
    `${entry} is ${numberText(c.correct)}, and the claim says ${numberText(c.claimed)}`,
  );
}

/** `m=1, X = [−2], some smooth function for σ`. */
export function pointText(c: Counterexample): string {
  const sizes = sizesText(c.sizes);
  const inputs = Object.entries(c.inputs).map(([name, x]) => `${name} = ${arrayText(x)}`);
  const unknown = (c.unknown ?? []).map((f) => `some smooth function for ${f}`);
  return [...(sizes ? [sizes] : []), ...inputs, ...unknown].join(', ');
}

/** `[1, −2]`, `[1, 2; 3, 4]`: rows are separated by semicolons. */
function arrayText(x: NestedNumbers): string {
  if (typeof x === 'number') return numberText(x);
  const rows = x.every((row) => typeof row !== 'number' && row.every((v) => typeof v === 'number'));
  const join = (list: readonly NestedNumbers[]): string =>
    list
      .map((v) => (rows && typeof v !== 'number' ? v.map(arrayText).join(', ') : arrayText(v)))
      .join(rows ? '; ' : ', ');
  return `[${join(x)}]`;
}

export const numberText = (x: number): string => `${Number(x.toPrecision(6))}`.replace('-', '−');

function checked(page: Page, { check, verdict }: ClaimReport): void {
  if (!check) return;
  const { failure } = check;
  if (check.verdict === 'inconclusive') page.prose('checked', inconclusiveSentence(check));
  else if (failure && verdict !== 'right') {
    const sizes = sizesText(failure.dimensions);
    page.prose(
      'checked',
      `${sizes ? `at ${sizes} ` : ''}differences of ${page.report.name} along a random direction give ${numberText(failure.numeric)} ± ${scientific(failure.bound)}, and the claim ${numberText(failure.analytic)} (seed ${check.seed})`,
    );
  } else page.prose('checked', checkSentence(check));
}
