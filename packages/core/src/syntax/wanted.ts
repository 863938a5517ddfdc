import type { Source } from '../diagnostic/source.ts';
import { plainReader } from './declaration.ts';
import { tokenize } from './lexer.ts';
import { linesOf } from './lines.ts';
import { readNames } from './name.ts';
import { fail } from './problem.ts';
import type { NameSyntax } from './tree.ts';
import { unexpected } from './unexpected.ts';

/** The names after `--wrt`: `θ,X`, `W[l]`, or `all`; null where there is none. */
export function readWanted(source: Source): readonly NameSyntax[] | 'all' | null {
  const pieces = source.pieces.filter((p) => p.role === 'wrt');
  if (pieces.length === 0) return null;
  if (pieces.length === 1 && pieces[0]?.text.trim() === 'all') return 'all';
  return pieces.flatMap((piece) => {
    const end = piece.start + piece.text.length;
    const [line, second] = linesOf(tokenize(source.text.slice(0, end), piece.start));
    if (!line) {
      const at = { start: piece.start, end };
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
