/** Plain text on a terminal: styles, widths, wrapped lines and aligned columns. */

/** How parts of a text are set off. Each function gets plain text and gives it back with or without control codes. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly red: Paint;
  readonly cyan: Paint;
}

export type Paint = (text: string) => string;

const plain: Paint = (text) => text;

export const NO_STYLE: Style = {
  bold: plain,
  dim: plain,
  green: plain,
  red: plain,
  cyan: plain,
};

/** A cell of a table: text that stays whole, styled already, or prose in one style, which may be wrapped. */
export type Cell = string | Prose;

export interface Prose {
  readonly text: string;
  readonly paint: Paint;
}

/** What terminals read as a change of style. */
const CODES = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'gu');

/** How many columns a text takes: codes of styles and combining marks take none. */
export const widthOf = (text: string): number =>
  text.replaceAll(CODES, '').match(/\P{M}/gu)?.length ?? 0;

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);

/** A cell with its style. */
export const painted = (cell: Cell): string =>
  typeof cell === 'string' || cell.text === '' ? textOf(cell) : cell.paint(cell.text);

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Breaks prose at spaces so that no line is wider, where words allow it. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Narrower than this, prose in a column goes below the other cells instead. */
const NARROWEST = 32;

const GAP = '   ';

/**
 * Rows as lines: the columns aligned, and the last of a row, which is prose, wrapped under itself or put on lines of its own
 * where no room is left beside the others. No line has spaces at its end.
 */
export function table(rows: readonly (readonly Cell[])[], width: number): string[] {
  const widths: number[] = [];
  const columns = Math.max(0, ...rows.map((r) => r.length));
  for (const row of rows)
    row.forEach((cell, i) => {
      if (i < columns - 1) widths[i] = Math.max(widths[i] ?? 0, widthOf(textOf(cell)));
    });
  const used = widths.filter((w) => w > 0);
  const indent = used.reduce((total, w) => total + w + GAP.length, 0);
  const widest = Math.max(0, ...rows.map((r) => widthOf(textOf(r[columns - 1] ?? ''))));
  const below = indent + widest > width && width - indent < NARROWEST;
  return rows.flatMap((row) => {
    const head = row
      .slice(0, columns - 1)
      .map((cell, i) => (widths[i] ? padEnd(painted(cell), widths[i]) + GAP : ''))
      .join('');
    const last = row[columns - 1] ?? '';
    if (below) return [head.trimEnd(), ...hanging('  ', last, width)];
    const lines = hanging(' '.repeat(indent), last, width);
    return [(head + (lines[0] ?? '').slice(indent)).trimEnd(), ...lines.slice(1)];
  });
}

/** Prose is wrapped behind the indent; anything else stays whole. */
function hanging(indent: string, cell: Cell, width: number): string[] {
  if (textOf(cell) === '') return [];
  if (typeof cell === 'string') return [indent + cell];
  const lines = wrap(cell.text, Math.max(16, width - indent.length));
  return lines.map((line) => indent + cell.paint(line));
}

/** Cells side by side in as many columns as the width allows, filled along the rows. */
export function grid(cells: readonly Cell[], width: number): string[] {
  const widest = Math.max(1, ...cells.map((c) => widthOf(textOf(c))));
  const columns = Math.max(1, Math.floor((width + GAP.length) / (widest + GAP.length)));
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += columns) {
    const row = cells.slice(i, i + columns).map((cell) => padEnd(painted(cell), widest));
    lines.push(row.join(GAP).trimEnd());
  }
  return lines;
}
