import type { Piece, Source } from '../diagnostic/source.ts';
import type { Errors } from './errors.ts';
import type { Syntax } from './input.ts';
import { tokenizeLatex } from './latex/lexer.ts';
import { resolveLines } from './latex/resolve.ts';
import { tokenize } from './lexer.ts';
import { type Line, linesOf } from './lines.ts';

/** The statements of one piece of the input. */
export interface PieceLines {
  readonly piece: Piece;
  readonly lines: readonly Line[];
}

/** Takes all pieces apart into statements; those of LaTeX look at the names of all of them. */
export function linesByPiece(source: Source, syntax: Syntax, errors: Errors): PieceLines[] {
  const read = syntax === 'latex' ? tokenizeLatex : tokenize;
  const pieces = source.pieces.map((piece): PieceLines => {
    const text = source.text.slice(0, piece.start + piece.text.length);
    return { piece, lines: errors.guard(() => linesOf(read(text, piece.start))) ?? [] };
  });
  if (syntax !== 'latex') return pieces;
  const resolved = resolveLines(pieces.flatMap((p) => p.lines));
  return pieces.map(({ piece, lines }) => ({ piece, lines: resolved.splice(0, lines.length) }));
}
