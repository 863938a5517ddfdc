import { plainReader } from './declaration.ts';
import type { PieceLines } from './front.ts';
import { readNames } from './name.ts';
import { fail } from './problem.ts';
import type { NameSyntax } from './tree.ts';
import { unexpected } from './unexpected.ts';

/** The names after `--wrt`: `θ,X`, `W[l]`, or `all`; null where there is none. */
export function readWanted(read: readonly PieceLines[]): readonly NameSyntax[] | 'all' | null {
  const pieces = read.filter((p) => p.piece.role === 'wrt');
  if (pieces.length === 0) return null;
  if (pieces.length === 1 && pieces[0]?.piece.text.trim() === 'all') return 'all';
  return pieces.flatMap(({ piece, lines: [line, second] }) => {
    if (!line) {
      const at = { start: piece.start, end: piece.start + piece.text.length };
      return fail(
        'missing-operand',
        at,
        'the names to derive with respect to are missing',
        'nothing here',
        {
          notes: ['as in `θ`, `θ,X`, `W[l]`, or `all`'],
        },
      );
    }
    if (line.error) throw line.error;
    const r = plainReader(line.tokens, line.end);
    const names = readNames(r);
    if (!r.atEnd) unexpected(r);
    if (second)
      fail(
        'unexpected-token',
        second.tokens[0] ?? second.end,
        'names are separated by commas',
        'here',
      );
    return names;
  });
}
