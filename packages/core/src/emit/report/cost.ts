import type { Amount, CostReport, CostRow } from '../../explain/cost.ts';
import type { Report } from '../../explain/report.ts';
import { nameText, type TextOptions, toText } from '../text.ts';
import { leftOf, leftText, rangeText } from './formula.ts';

/** A row of the costs in words: what is computed, for which steps, operations, the largest intermediate. */
export interface CostLine {
  readonly what: string;
  readonly range: string;
  readonly flops: string;
  readonly largest: string;
}

export function costLines(
  report: Report,
  cost: CostReport,
  text: TextOptions,
): readonly CostLine[] {
  return cost.rows.map((row) => ({
    what: whatText(report, row.what, text),
    range: rangeText(row.range, text),
    flops: `${amountText(row.flops, text)} operations`,
    largest: largestText(row.largest, text),
  }));
}

/** What a row is about: `J`, `∂J/∂θ`, `∂J/∂W[l]`. */
export function whatText(report: Report, what: CostRow['what'], text: TextOptions): string {
  switch (what.kind) {
    case 'value':
      return nameText(report.name, null, text);
    case 'result': {
      const result = report.results[what.place];
      return result ? leftText(leftOf(report, result), text) : '';
    }
    case 'together':
      return 'together';
    case 'forward':
      return 'forward in all';
    case 'backward':
      return 'backward in all';
    case 'equation': {
      const { name, index } = what.left;
      return what.isDerivative
        ? leftText({ kind: 'derivative', of: report.name, name, index }, text)
        : nameText(name, index, text);
    }
  }
}

/** `4mn + 2m = 1,234`. */
function amountText({ size, number }: Amount, text: TextOptions): string {
  const formula = toText(size, text);
  const value = number === null ? '' : grouped(number);
  return value === '' || value === formula ? formula : `${formula} = ${value}`;
}

/** Thousands apart, as they are in every language of the output. */
const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/gu, ',');

/** Bytes of a double. */
const DOUBLE = 8;

function largestText(largest: readonly Amount[], text: TextOptions): string {
  const [first, ...others] = largest;
  if (!first) return '';
  const bytes = first.number === null ? '' : ` (${grouped(DOUBLE * first.number)} bytes in f64)`;
  const all = [first, ...others].map((a) => amountText(a, text)).join(' or ');
  return `largest intermediate ${all} ${all === '1' ? 'number' : 'numbers'}${bytes}`;
}

/** How operations are counted, in a sentence. */
export const COUNTING =
  'operations: a multiply-add counts 2, a function of an entry 1, softmax and its kind 4 an entry, an inverse 2n³, other functions of a square matrix n³';

/** The same as data. */
export interface CostJson {
  readonly assumption: string;
  readonly counting: string;
  readonly rows: readonly {
    readonly what: CostRow['what']['kind'];
    readonly name: string;
    readonly range: string | null;
    readonly operations: AmountJson;
    readonly largest: readonly AmountJson[];
  }[];
}

interface AmountJson {
  readonly size: string;
  readonly number: number | null;
}

export function costJson(report: Report, cost: CostReport, text: TextOptions): CostJson {
  const amount = ({ size, number }: Amount): AmountJson => ({ size: toText(size, text), number });
  return {
    assumption: cost.assumption,
    counting: COUNTING,
    rows: cost.rows.map((row) => ({
      what: row.what.kind,
      name: whatText(report, row.what, text),
      range: row.range ? rangeText(row.range, text) : null,
      operations: amount(row.flops),
      largest: row.largest.map(amount),
    })),
  };
}
