import type { CodeCounterexample, CodeFinding } from '../../examine/code.ts';
import type { GradientReport } from '../../gradcheck/report.ts';
import { formatShape } from '../../shape/shape.ts';
import type { CodeQuestion } from '../code.ts';
import { NO_STYLE, type Style, wrap } from './layout.ts';
import { proseAscii, scientific, sizesText } from './words.ts';

/** How the check of a program's gradients is written for a terminal. */
export interface CodeTextOptions {
  /** What the user calls the program: `gradients.py:grad`. */
  readonly code: string;
  /** Of differences: the function that was differenced. */
  readonly value?: string;
  readonly ascii?: boolean;
  readonly style?: Style;
  readonly width?: number;
}

const MARGIN = 14;

/** The verdict on each gradient that a program gave, held against what was derived. */
export function codeText(
  question: CodeQuestion,
  findings: readonly CodeFinding[],
  options: CodeTextOptions,
): string {
  const page = new Page(options);
  findings.forEach((f, k) => {
    const formula = question.wanted[k]?.formula ?? null;
    if (k > 0) page.lines.push('');
    page.head(f.verdict);
    page.prose('code', `${options.code}, for ∂J/∂${f.variable.name}`);
    if (f.condition !== null)
      page.prose(f.verdict === 'wrong-shape' ? 'shapes' : 'reason', f.condition);
    page.prose('note', ...f.notes);
    f.diagnoses.forEach((d, i) => page.prose(i === 0 ? 'mistake' : 'or', d.text));
    if (f.counterexample) page.prose('for example', exampleText(f.variable.name, f.counterexample));
    if (formula !== null) page.prose('gradient', `∂J/∂${f.variable.name} = ${formula}`);
    const sizes = [...new Set(question.points.map((p) => sizesText(p.sizes)))].filter(Boolean);
    const shown = sizes.slice(0, 2).join('; ') + (sizes.length > 2 ? '; …' : '');
    const precision = f.single ? ', in single precision' : '';
    page.prose(
      'checked',
      f.verdict === 'wrong-shape'
        ? `shaped like ${f.variable.name} it would be ${formatShape(f.variable.shape)}`
        : `at ${question.points.length} points${shown ? ` (${shown})` : ''} against what was derived: largest relative error ${scientific(f.error)}${precision}, seed ${question.seed}`,
    );
  });
  return page.text();
}

function exampleText(name: string, { sizes, entry, claimed, correct }: CodeCounterexample): string {
  const where = sizesText(sizes);
  const what = entry.length === 0 ? `∂J/∂${name}` : `entry ${entry.join(', ')} of ∂J/∂${name}`;
  return `${where ? `with ${where}: ` : ''}${what} is ${numberText(correct)}, and the code gives ${numberText(claimed)}`;
}

const numberText = (x: number): string => `${Number(x.toPrecision(6))}`.replace('-', '−');

/** The verdict on a program's gradient that was held against differences of the program's value, at so many points. */
export function differencesText(
  report: GradientReport,
  points: number,
  options: CodeTextOptions,
): string {
  const page = new Page(options);
  const { worst, verdict, problem, blocks, kinks } = report;
  page.head(verdict === 'inconclusive' ? 'cannot-tell' : verdict);
  page.prose('code', options.code);
  if (problem) page.prose('reason', problem.text);
  const factor = blocks.find((b) => b.worst === worst)?.factor;
  if (worst && factor) page.prose('mistake', `it is ${numberText(factor)} times what it should be`);
  if (worst)
    page.prose(
      'for example',
      `at ${worst.path} differences give ${numberText(worst.measured)} ± ${scientific(worst.bound)}, and the code ${numberText(worst.claimed)}`,
    );
  const order =
    report.taylorOrder === null ? '' : `, Taylor order ${report.taylorOrder.toFixed(1)}`;
  page.prose(
    'checked',
    `against differences of ${options.value ?? 'the value'} at ${points === 1 ? 'one point' : `${points} points`}: largest relative error ${scientific(report.error)}${order}, ${report.evaluations} calls, seed ${report.seed}`,
    ...(report.precision === 'single'
      ? [
          `in single precision: an error in one entry would show from ${scientific(report.finds)} of a typical entry on`,
        ]
      : []),
    ...(kinks > 0 ? ['the point was moved by 1 % away from a kink'] : []),
  );
  return page.text();
}

const MARKS = {
  right: '✓ right',
  wrong: '✗ wrong',
  'wrong-shape': '✗ wrong shape',
  'cannot-tell': '? cannot tell',
};

class Page {
  readonly lines: string[] = [];
  private readonly style: Style;
  private readonly ascii: boolean;
  private readonly width: number;

  constructor({ style = NO_STYLE, ascii = false, width = 80 }: CodeTextOptions) {
    this.style = style;
    this.ascii = ascii;
    this.width = Math.max(40, width) - MARGIN;
  }

  head(verdict: keyof typeof MARKS): void {
    const paint =
      verdict === 'right'
        ? this.style.green
        : verdict === 'cannot-tell'
          ? this.style.bold
          : this.style.red;
    this.lines.push(paint(this.ascii ? MARKS[verdict].slice(2) : MARKS[verdict]), '');
  }

  prose(label: string, ...sentences: readonly string[]): void {
    sentences
      .flatMap((s) => wrap(this.ascii ? proseAscii(s) : s, this.width))
      .forEach((line, i) => {
        const head =
          i === 0 ? this.style.dim(label) + ' '.repeat(MARGIN - label.length) : ' '.repeat(MARGIN);
        this.lines.push(head + line);
      });
  }

  text(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

/** The same as data. The fields of the first gradient stand at the top too. */
export function codeJson(
  question: CodeQuestion,
  findings: readonly CodeFinding[],
  code: string,
): CodeJson {
  const results = findings.map((f, k) => ({
    verdict: f.verdict,
    name: `∂J/∂${f.variable.name}`,
    condition: f.condition,
    notes: f.notes,
    diagnosis: f.diagnoses,
    counterexample: f.counterexample,
    gradient: question.wanted[k]?.formula ?? null,
    check: {
      points: question.points.length,
      maxRelativeError: f.error,
      precision: f.single ? ('single' as const) : ('double' as const),
      seed: question.seed,
      dimensions: question.points.map((p) => p.sizes),
    },
  }));
  const [first] = results;
  if (!first) throw new RangeError('no gradient was asked for');
  return { schema: 1, code, ...first, ...(results.length > 1 ? { claims: results } : {}) };
}

export interface CodeJson extends CodeResultJson {
  readonly schema: 1;
  readonly code: string;
  /** Where there are several gradients, all of them. */
  readonly claims?: readonly CodeResultJson[];
}

export interface CodeResultJson {
  readonly verdict: CodeFinding['verdict'];
  readonly name: string;
  readonly condition: string | null;
  readonly notes: readonly string[];
  readonly diagnosis: CodeFinding['diagnoses'];
  readonly counterexample: CodeCounterexample | null;
  /** As derived. */
  readonly gradient: string | null;
  readonly check: {
    readonly points: number;
    readonly maxRelativeError: number;
    readonly precision: 'double' | 'single';
    readonly seed: number;
    readonly dimensions: readonly Readonly<Record<string, number>>[];
  };
}
