import { asciiPieces } from './ascii.ts';

/**
 * A line of source as it stands on a terminal: which columns each place of it takes. Tabs are spread, combining marks take no
 * column and wide characters two; what a terminal would not show, or would obey, is replaced.
 */
export interface Columns {
  /** What is shown, one entry for each code point of the line. */
  readonly cells: readonly string[];
  /** The column at which each UTF-16 unit of the line begins; one more entry for its end. */
  readonly at: readonly number[];
}

const TAB = 4;

/** Control characters, halves of pairs, and marks that turn the direction of text. */
const HIDDEN = /^[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]$/u;

/** East Asian Wide and Fullwidth (Unicode Annex 11), and pictures. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;

/** How many columns a text takes. */
export const columnsOf = (text: string): number =>
  Array.from(text, widthOf).reduce((total, w) => total + w, 0);

function widthOf(character: string): number {
  if (/^\p{M}$/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Lays a line out. */
export function layOut(line: string, ascii: boolean): Columns {
  const cells: string[] = [];
  const at: number[] = [];
  let column = 0;
  const spelled = ascii ? asciiPieces(line) : Array.from(line);
  for (const [i, character] of Array.from(line).entries()) {
    let shown = spelled[i] ?? '';
    if (character === '\t') shown = ' '.repeat(TAB - (column % TAB));
    else if (HIDDEN.test(character)) shown = ascii ? '?' : '\ufffd';
    for (let k = 0; k < character.length; k++) at.push(column);
    cells.push(shown);
    column += columnsOf(shown);
  }
  at.push(column);
  return { cells, at };
}

/** The part of a line between two columns. */
export function cut(c: Columns, from: number, to: number): string {
  let shown = '';
  let column = 0;
  for (const cell of c.cells) {
    if (column >= from && column < to) shown += cell;
    column += columnsOf(cell);
  }
  return shown;
}
