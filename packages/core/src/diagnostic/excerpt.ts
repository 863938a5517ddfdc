import { columnsOf, cut, layOut } from './columns.ts';
import type { Palette } from './palette.ts';

/** A stretch of one line, with what is said of it. */
export interface Mark {
  /** UTF-16 columns of the line, from zero, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The place that the message is about; others only belong to it. */
  readonly primary: boolean;
}

export interface ExcerptOptions {
  readonly ascii: boolean;
  readonly palette: Palette;
  /** Columns of source that are shown at the most. */
  readonly width: number;
}

/** A source line, below it its marks, below those their texts. */
export interface Excerpt {
  readonly source: string;
  readonly below: readonly string[];
}

/**
 * A line with everything that is said of it:
 *
 * ```
 * Xᵀ(Xθ − y)
 * ^^ ^^   - m
 * |  m
 * n×m
 * ```
 * Of a line that is too wide the stretch around the first mark is shown, and then one around each mark that it left out.
 */
export function excerpts(line: string, marks: readonly Mark[], options: ExcerptOptions): Excerpt[] {
  const found: Excerpt[] = [];
  let rest = marks;
  for (let first = rest[0]; first; first = rest[0]) {
    const part = stretch(line, first, options);
    const inside = rest.filter((m) => m === first || part.shows(m));
    rest = rest.filter((m) => !inside.includes(m));
    found.push({
      source: part.text,
      below: below(
        inside.map((m) => part.place(m)),
        options.palette,
      ),
    });
  }
  return found;
}

interface Placed extends Mark {
  /** Columns of what is shown. */
  readonly from: number;
  readonly to: number;
}

interface Stretch {
  readonly text: string;
  shows(m: Mark): boolean;
  place(m: Mark): Placed;
}

/** So many characters on either side of a mark are looked at: the rest of a line would not be shown anyway. */
const NEAR = 2000;

/** The part of a line around a mark: all of it where it fits, else with a third of the width before the mark. */
function stretch(line: string, mark: Mark, { ascii, width }: ExcerptOptions): Stretch {
  const start = Math.max(0, mark.start - NEAR);
  const end = Math.min(line.length, mark.start + NEAR);
  const columns = layOut(line.slice(start, end), ascii);
  const total = columns.at.at(-1) ?? 0;
  const columnOf = (place: number): number =>
    columns.at[Math.min(Math.max(0, place - start), end - start)] ?? total;
  const fits = total <= width;
  const from = fits
    ? 0
    : Math.max(0, Math.min(columnOf(mark.start) - Math.floor(width / 3), total - width));
  const to = fits ? total : from + width;
  const ellipsis = ascii ? '...' : '…';
  const cutBefore = start > 0 || from > 0;
  const cutAfter = end < line.length || to < total;
  const shift = from - (cutBefore ? columnsOf(ellipsis) : 0);
  return {
    text: `${cutBefore ? ellipsis : ''}${cut(columns, from, to)}${cutAfter ? ellipsis : ''}`.trimEnd(),
    shows: (m) =>
      m.start >= start && m.start <= end && columnOf(m.start) >= from && columnOf(m.start) <= to,
    place: (m) => {
      const first = columnOf(m.start);
      const last = Math.max(first + 1, Math.min(columnOf(m.end), to));
      return { ...m, from: first - shift, to: last - shift };
    },
  };
}

/** The row of marks with the text of the last one, then a row for each other text, from right to left. */
function below(marks: readonly Placed[], palette: Palette): string[] {
  const sorted = [...marks].sort((a, b) => a.from - b.from || b.to - a.to);
  const paint = (m: Placed): ((text: string) => string) => (m.primary ? palette.red : palette.cyan);
  const row = new Row();
  for (const primary of [false, true])
    for (const m of sorted)
      if (m.primary === primary)
        row.put(m.from, (primary ? '^' : '-').repeat(m.to - m.from), paint(m));
  const last = sorted.at(-1);
  const beside = last && sorted.every((m) => m.to <= last.to) ? last : undefined;
  if (beside?.text) row.put(beside.to + 1, beside.text, paint(beside));
  const rows = [row];
  const waiting = sorted.filter((m) => m !== beside && m.text !== '');
  for (let m = waiting.pop(); m; m = waiting.pop()) {
    const next = new Row();
    for (const w of waiting) next.put(w.from, '|', paint(w));
    next.put(m.from, m.text, paint(m));
    rows.push(next);
  }
  return rows.map((r) => r.toString());
}

/** A row of single-width characters and painted stretches. */
class Row {
  readonly #cells: { readonly text: string; readonly paint: (text: string) => string }[] = [];

  put(from: number, text: string, paint: (text: string) => string): void {
    const characters = Array.from(text);
    while (this.#cells.length < from) this.#cells.push({ text: ' ', paint: (t) => t });
    characters.forEach((c, i) => {
      this.#cells[from + i] = { text: c, paint };
    });
  }

  toString(): string {
    let out = '';
    for (let i = 0; i < this.#cells.length; ) {
      const first = this.#cells[i];
      if (!first) break;
      let run = '';
      for (; this.#cells[i]?.paint === first.paint; i++) run += this.#cells[i]?.text ?? '';
      out += first.paint(run);
    }
    return out;
  }
}
