import { toAscii } from './ascii.ts';
import type { Diagnostic, Label, MatgradError } from './diagnostic.ts';
import { excerpts, type Mark } from './excerpt.ts';
import { type Palette, PLAIN } from './palette.ts';
import { type Location, locate, type Piece, type Source } from './source.ts';

export interface MessageOptions {
  /** For a place that cannot show more than ASCII. */
  readonly ascii?: boolean;
  /** Colours; none unless given. */
  readonly style?: Palette;
  /** Columns of source that are shown at the most; 100 unless given. */
  readonly width?: number;
}

const WIDTH = 100;

/**
 * What is wrong, for people to read: each diagnostic with its places in the source, its notes, and what to type instead.
 *
 * ```
 * error[shape-mismatch]: cannot multiply m×n by m: n columns against m rows
 *  --> expression:1:1
 *   |
 * 1 | Xy
 *   | ^- m
 *   | m×n
 *   = help: did you mean `Xᵀy`?
 * ```
 */
export function diagnosticsText(
  error: MatgradError | readonly Diagnostic[],
  source: Source,
  options: MessageOptions = {},
): string {
  const diagnostics = 'diagnostics' in error ? error.diagnostics : error;
  const blocks = diagnostics.map((d) => diagnosticText(d, source, options));
  return blocks.map((b) => `${b}\n`).join('\n');
}

function diagnosticText(d: Diagnostic, source: Source, options: MessageOptions): string {
  const palette = options.style ?? PLAIN;
  const say = (text: string): string => (options.ascii ? toAscii(text) : text);
  const places = d.labels.map((label, i) => placeOf(label, source, i === 0));
  const gutter = String(Math.max(0, ...places.map((p) => p.location.line))).length;
  const bar = palette.cyan(`${' '.repeat(gutter)} |`);
  const severity = d.severity === 'error' ? palette.red : palette.cyan;
  const lines = [palette.bold(`${severity(`${d.severity}[${d.code}]`)}: ${say(d.message)}`)];
  for (const [k, group] of byPiece(places).entries()) {
    const [first] = group;
    if (!first) continue;
    const { piece, line, column } = first.location;
    const arrow = `${' '.repeat(gutter)}${k === 0 ? '-->' : ':::'}`;
    lines.push(`${palette.cyan(arrow)} ${say(piece.name)}:${line}:${column}`, bar);
    let before: number | undefined;
    for (const [number, marks] of byLine(group)) {
      if (before !== undefined && number > before + 1) lines.push(palette.cyan('...'));
      before = number;
      const text = group.find((p) => p.location.line === number)?.location.text ?? '';
      const width = options.width ?? WIDTH;
      const shown = excerpts(
        text,
        marks.map((m) => ({ ...m, text: say(m.text) })),
        {
          ascii: options.ascii ?? false,
          palette,
          width,
        },
      );
      for (const { source: line, below } of shown) {
        lines.push(`${palette.cyan(`${String(number).padStart(gutter)} |`)} ${line}`.trimEnd());
        lines.push(...below.map((row) => `${bar} ${row}`.trimEnd()));
      }
    }
  }
  const tail = palette.cyan(`${' '.repeat(gutter)} =`);
  for (const note of d.notes) lines.push(`${tail} ${palette.bold('note')}: ${say(note)}`);
  if (d.fix !== undefined)
    lines.push(
      `${tail} ${palette.bold(palette.green('help'))}: did you mean \`${say(shortened(d.fix, places[0], options))}\`?`,
    );
  return lines.join('\n');
}

/** Of a long line the part around what was changed. */
function shortened(fix: string, at: Place | undefined, { width = WIDTH }: MessageOptions): string {
  if (fix.length <= width) return fix;
  const before = at?.location.text.trim() ?? '';
  let same = 0;
  while (same < fix.length && fix[same] === before[same]) same += 1;
  const from = Math.max(0, Math.min(same - Math.floor(width / 3), fix.length - width));
  const to = from + width;
  return `${from > 0 ? '…' : ''}${fix.slice(from, to)}${to < fix.length ? '…' : ''}`;
}

interface Place {
  readonly location: Location;
  readonly mark: Mark;
}

/** Where a label lies, as far as its first line goes. */
function placeOf(label: Label, source: Source, primary: boolean): Place {
  const location = locate(source, label.start);
  const start = location.column - 1;
  const length = Math.max(0, label.end - label.start);
  const end = Math.min(start + length, location.text.length);
  return { location, mark: { start, end: Math.max(start, end), text: label.text, primary } };
}

/** Places of one piece together, the piece of the first place first. */
function byPiece(places: readonly Place[]): Place[][] {
  const groups = new Map<Piece, Place[]>();
  for (const p of places)
    groups.set(p.location.piece, [...(groups.get(p.location.piece) ?? []), p]);
  return [...groups.values()];
}

/** Marks by line number, in the order of the text; the first mark of a line is the primary one, where it is there. */
function byLine(places: readonly Place[]): [number, Mark[]][] {
  const lines = new Map<number, Mark[]>();
  for (const { location, mark } of places)
    lines.set(location.line, [...(lines.get(location.line) ?? []), mark]);
  return [...lines].sort(([a], [b]) => a - b);
}
