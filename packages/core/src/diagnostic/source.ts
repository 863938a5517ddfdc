/**
 * The text that a user gave, in pieces: an expression, `--where`, `--wrt`, a file. The pieces stand behind one another in one
 * text, so that a span is a pair of offsets whatever piece it lies in, and a message can point at several pieces at once.
 */
export interface Piece {
  /** What the user knows it by: `expression`, `--where`, `--wrt`, `--claim`, or a file's name. */
  readonly name: string;
  readonly role: Role;
  readonly text: string;
  /** Where its text begins in the whole. */
  readonly start: number;
}

export interface Source {
  /** All pieces, a line break between two. */
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** What a piece is for. */
export type Role = 'expression' | 'file' | 'where' | 'wrt' | 'claim';

/** A piece before it has its place. Without a role the name tells it; other names are those of files. */
export interface LoosePiece {
  readonly name: string;
  readonly role?: Role;
  readonly text: string;
}

const ROLES: ReadonlyMap<string, Role> = new Map([
  ['expression', 'expression'],
  ['--where', 'where'],
  ['--wrt', 'wrt'],
  ['--claim', 'claim'],
]);

/** Puts pieces together. */
export function sourceOf(pieces: readonly LoosePiece[]): Source {
  const placed: Piece[] = [];
  let start = 0;
  for (const { name, role = ROLES.get(name) ?? 'file', text } of pieces) {
    placed.push({ name, role, text, start });
    start += text.length + 1;
  }
  return { text: placed.map((p) => p.text).join('\n'), pieces: placed };
}

/** A place for people: lines and columns count from one, columns in UTF-16 units. */
export interface Location {
  readonly piece: Piece;
  readonly line: number;
  readonly column: number;
  /** The whole line, without its end. */
  readonly text: string;
}

/** Where an offset lies. An offset beyond the text lies at its end. */
export function locate(source: Source, offset: number): Location {
  const piece = source.pieces.findLast((p) => p.start <= offset) ?? {
    name: '',
    role: 'expression',
    text: source.text,
    start: 0,
  };
  const at = Math.min(Math.max(0, offset - piece.start), piece.text.length);
  const before = piece.text.slice(0, at);
  const begin = before.lastIndexOf('\n') + 1;
  const end = piece.text.indexOf('\n', at);
  return {
    piece,
    line: before.split('\n').length,
    column: at - begin + 1,
    text: piece.text.slice(begin, end < 0 ? undefined : end).replace(/\r$/u, ''),
  };
}
