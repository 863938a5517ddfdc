import { toAscii } from '../../diagnostic/ascii.ts';
import type { Declared } from '../../elaborate/problem.ts';
import type { CacheItem, CheckSummary, Equation, Report, Result } from '../../explain/report.ts';
import { formatShape, type Shape } from '../../shape/shape.ts';
import { namesIn } from '../../syntax/used.ts';
import { asciiName } from '../letters.ts';
import { equationLine, leftOf, leftText } from './formula.ts';

/** The sentences that every printer of a report says the same way, in Unicode. */

/** Prose in ASCII: names with accents as formulas spell them, `m x n` for `m×n`, `X theta` for `Xθ`. */
export const proseAscii = (text: string): string =>
  toAscii(
    text
      .normalize('NFC')
      .replaceAll(/(?<=\p{L})(?=\p{Script=Greek})|(?<=\p{Script=Greek}|ᵀ)(?=\p{Lu}|\p{Ll})/gu, ' ')
      .replaceAll(/Σ(?=[ᵢⱼₖₗₘₙₚᵣₛₜ])/gu, 'sum')
      .replaceAll(/\p{L}\p{M}+/gu, (name) => asciiName(name))
      .replaceAll(/\s*×\s*/gu, ' x ')
      .replaceAll('✓', 'ok')
      .replaceAll('✗', 'no')
      .replaceAll('±', '+-'),
  );

/** `m×n`, `scalar`, `elementwise`, `function of m×n`. */
export function declaredShape(d: Declared): string {
  switch (d.kind) {
    case 'dimension':
      return 'dimension';
    case 'function':
      return d.shape.length === 0 ? 'elementwise' : `function of ${formatShape(d.shape)}`;
    case 'variable':
    case 'definition':
      return formatShape(d.shape);
  }
}

/** `positive, inferred`. What an equation defines is not called inferred. */
export const declaredFacts = (d: Declared): string =>
  [...d.properties, ...(d.inferred && d.kind !== 'definition' ? ['inferred'] : [])].join(', ');

/** What the user typed for a thing that was repeated, on one line. */
export const typedText = (report: Report, span: { start: number; end: number }): string =>
  report.source.text.slice(span.start, span.end).replaceAll(/\s+/gu, ' ').trim();

/** `shaped like θ: n`. */
export const layoutSentence = (name: string, shape: Shape): string =>
  `shaped like ${name}: ${formatShape(shape)}`;

/** How a result is laid out, by name: `denominator layout: shaped like θ: n`. */
export const layoutLine = (result: Result, name: string): string =>
  result.laidOut?.words ??
  result.layout ??
  `${layoutSentence(name, result.shape)} (denominator layout)`;

/** Of a gradient the differential says no more than the gradient; of anything else it is printed beside it. */
export const showsDifferential = (
  result: Result,
): result is Result & { readonly differential: Equation } =>
  result.differential !== null &&
  result.laidOut?.name !== 'differential' &&
  result.kind !== 'gradient';

/** What has no gradient but zero, whether it occurs (`sum(softmax(x))` is 1) or not. */
export function zeroSentence(report: Report, name: string, shape: Shape): string {
  const formulas = report.definitions.flatMap(({ formula }) =>
    formula.form === 'matrix' ? formula.expr : [],
  );
  const occurs = [report.expression, ...formulas].some((e) => namesIn(e).has(name));
  const why = occurs
    ? `${report.name} does not depend on ${name}`
    : `${name} does not occur in ${report.name}`;
  return `${why}: a true zero, ${layoutSentence(name, shape)}`;
}

/** What many arrangements leave open. */
export function countSentence(total: number, wrong: number): string {
  if (wrong === 0) return `${total} arrangements fit, and all are right`;
  if (wrong === total) return `${total} arrangements fit, and the check crosses out all of them`;
  return `${total} arrangements fit; the check crosses out ${wrong}`;
}

/** `m=7, n=3`; families as lists, `n=[4,2]`; `m=n=4` where all are equal. */
export function sizesText(sizes: Readonly<Record<string, number>>): string {
  const lists = new Map<string, (readonly [place: string, size: number])[]>();
  for (const [key, size] of Object.entries(sizes)) {
    const [, name = key, place = ''] = /^(.*?)(?:\[(.*)\])?$/su.exec(key) ?? [];
    lists.set(name, [...(lists.get(name) ?? []), [place, size]]);
  }
  const entries = [...lists];
  const values = entries.map(([, list]) => list[0]?.[1]);
  const plain = entries.every(([, list]) => list.length === 1 && list[0]?.[0] === '');
  if (plain && entries.length > 1 && values.every((v) => v === values[0]))
    return `${entries.map(([name]) => name).join('=')}=${values[0]}`;
  return entries.map(([name, list]) => listText(name, list)).join(', ');
}

/** `n=[4,2]` for n[0] and n[1]; places that do not count from 0 stay with their numbers. */
function listText(name: string, list: readonly (readonly [string, number])[]): string {
  if (list.length === 1 && list[0]?.[0] === '') return `${name}=${list[0][1]}`;
  const sorted = [...list].sort((a, b) => Number(a[0]) - Number(b[0]));
  if (sorted.every(([place], i) => place === `${i}`))
    return `${name}=[${sorted.map(([, size]) => size).join(',')}]`;
  return sorted.map(([place, size]) => `${name}[${place}]=${size}`).join(', ');
}

/**
 * `m=7, n=3; m=n=4; …`: the first two different sizes among the points. Points of a family come in runs of the same number of
 * steps, which stands first: of these the first and the last.
 */
export function dimensionsText(check: CheckSummary): string {
  const different = [...new Set(check.dimensions.map(sizesText))].filter((t) => t !== '');
  const [first = '', second = '', ...others] = different;
  const last = others.at(-1);
  if (last === undefined) return different.join('; ');
  const head = (text: string): string => text.split(',')[0] ?? '';
  return head(first) === head(second) ? `${first}; …; ${last}` : `${first}; ${second}; …`;
}

/** `at 5 points (m=7, n=3; m=n=4; …): largest relative error 2.1e-11, Taylor order 2.0, seed 1`. */
export function checkSentence(check: CheckSummary): string {
  const sizes = dimensionsText(check);
  const points = `at ${check.points} point${check.points === 1 ? '' : 's'}`;
  const order = check.taylorOrder === null ? '' : `, Taylor order ${check.taylorOrder.toFixed(1)}`;
  const error = `largest relative error ${scientific(check.maxRelativeError)}`;
  return `${points}${sizes && ` (${sizes})`}: ${error}${order}, seed ${check.seed}`;
}

export const inconclusiveSentence = (check: CheckSummary): string =>
  `the check came to no verdict: ${check.reason ?? 'no reason is known'} (seed ${check.seed})`;

/** The whole story of a failed check, one line each: all that is needed to see it again, and not the formula. */
export function failureLines(report: Report, result: Result): string[] {
  const { check } = result;
  if (check?.verdict !== 'failed') return [];
  const name = leftText(leftOf(report, result));
  const { failure } = check;
  return [
    `internal error: ${name} failed its own check and is withheld`,
    ...(failure
      ? [
          `at ${sizesText(failure.dimensions) || 'its point'} the derivation says ${failure.analytic}, ` +
            `differences of ${report.name} say ${failure.numeric} ± ${scientific(failure.bound)}`,
        ]
      : []),
    checkSentence(check),
    'This is a defect of matgrad. Please report it with the input:',
    ...report.source.pieces.map((p) => `${p.name}: ${p.text.trim().replaceAll('\n', '\n  ')}`),
  ];
}

/** `2.1e-11`, `0`. */
export const scientific = (x: number): string => (x === 0 ? '0' : x.toExponential(1));

/** `1,234,567`. */
const grouped = (n: number): string => `${n}`.replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');

/** `1.5 MB in f32, 3.0 MB in f64`: four and eight bytes a number. */
const bytesText = (numbers: number): string =>
  `${bytes(4 * numbers)} in f32, ${bytes(8 * numbers)} in f64`;

/** `199,168 numbers, 797 kB in f32, …` for given sizes; null where one is missing. */
export const amountText = (numbers: number | null): string =>
  numbers === null
    ? 'not every size that it takes is given'
    : `${grouped(numbers)} numbers, ${bytesText(numbers)}`;

function bytes(n: number): string {
  let size = n;
  let unit = 'B';
  for (const larger of ['kB', 'MB', 'GB', 'TB', 'PB']) {
    if (size < 1000) break;
    size /= 1000;
    unit = larger;
  }
  return unit === 'B' ? `${n} B` : `${size.toFixed(size < 100 ? 1 : 0)} ${unit}`;
}

/** A block of equations as a reader needs it who has read the results before. */
export interface Fresh {
  /** Those that no result before this one has; what a name stands for is said where it first appears. */
  readonly equations: readonly Equation[];
  /** The result in which the others stand. */
  readonly others: Result | null;
}

type Block = 'where' | 'recursion' | 'shared';

const told = new WeakMap<Report, Map<Block, ReadonlyMap<Result, Fresh>>>();

/** What of a block is new in a result. */
export function fresh(report: Report, result: Result, block: Block): Fresh {
  const blocks = told.get(report) ?? new Map<Block, ReadonlyMap<Result, Fresh>>();
  told.set(report, blocks);
  const all = blocks.get(block) ?? freshOf(report, block);
  blocks.set(block, all);
  return all.get(result) ?? { equations: result[block], others: null };
}

/** For all results in one pass: an equation is new where no result before has the same line. */
function freshOf(report: Report, block: Block): ReadonlyMap<Result, Fresh> {
  const lines = new Map<Equation, string>();
  const lineOf = (e: Equation): string => {
    const line = lines.get(e) ?? equationLine(e);
    lines.set(e, line);
    return line;
  };
  const first = new Map<string, Result>();
  const found = new Map<Result, Fresh>();
  for (const result of report.results) {
    const list = result[block];
    const shown = introduced(list);
    const isNew = list.map((e) => !first.has(lineOf(e)));
    const old = list.find((_, k) => !isNew[k]);
    found.set(result, {
      equations: shown.filter((_, k) => isNew[k]),
      others: old ? (first.get(lineOf(old)) ?? null) : null,
    });
    for (const e of list) if (!first.has(lineOf(e))) first.set(lineOf(e), result);
  }
  return found;
}

/** Equations of which each says what its name stands for only where the name is new. */
function introduced(equations: readonly Equation[]): Equation[] {
  const known = new Set<string>();
  return equations.map((e) => {
    if (e.left.kind !== 'name') return e;
    const means = known.has(e.left.name) ? null : e.means;
    known.add(e.left.name);
    return { ...e, means };
  });
}

/** The result before this one that keeps the same of the forward pass, which is then not said again. */
export function sameCache(report: Report, result: Result): Result | null {
  if (result.cache.length === 0) return null;
  const before = report.results.slice(0, report.results.indexOf(result));
  const same = before.find((r) => r.cache === result.cache);
  if (same) return same;
  const key = cacheKey(result.cache);
  return (
    before.find((r) => r.cache.length === result.cache.length && cacheKey(r.cache) === key) ?? null
  );
}

const cacheKey = (items: readonly CacheItem[]): string =>
  JSON.stringify(items, (_, v: unknown) => (typeof v === 'bigint' ? `${v}` : v));

/** Notes that no result before this one has. */
export function freshNotes(report: Report, result: Result): readonly string[] {
  const before = report.results.slice(0, report.results.indexOf(result));
  return result.notes.filter((note) => !before.some((r) => r.notes.includes(note)));
}
