import { RESERVED } from './functions.ts';
import { fail } from './problem.ts';
import type { Reader } from './reader.ts';

/** What stands here belongs to nothing. */
export function unexpected(r: Reader): never {
  const token = r.peek();
  const at = { start: token.start, end: token.end };
  if (token.kind === 'sub') {
    return fail('bad-index', at, 'a subscript stands only after a name or a norm', 'this one', {
      notes: ['a part of a matrix is written with square brackets: A[i,j]'],
    });
  }
  if (token.kind === 'name' && RESERVED.has(token.name))
    return fail('unexpected-token', at, `“${token.text}” has no place here`, 'this word');
  if (token.kind !== 'sign')
    return fail('unexpected-token', at, `“${token.text}” has no place here`, 'this one');
  switch (token.sign) {
    case ')':
    case ']':
    case '}':
    case '⟩':
      return fail(
        'unexpected-token',
        at,
        `“${token.text}” closes a bracket that was never opened`,
        'this one',
        {
          edits: [{ ...at, text: '' }],
        },
      );
    case '=':
      return fail(
        'bad-definition',
        at,
        'an equals sign stands after a name that begins a line',
        'not here',
        {
          notes: ['a formula is one side alone'],
        },
      );
    case '∂':
      return fail('bad-character', at, '“∂” has a place only in a claim', 'this one', {
        notes: ['the derivative is what the command computes: give the expression alone'],
      });
    case 'end':
      return fail('missing-operand', at, 'the formula ends too early', 'something is missing here');
    default:
      return fail('unexpected-token', at, `“${token.text}” has no place here`, 'this sign');
  }
}
