import type { IndexExpr } from '../shape/dim.ts';
import { isIntegerR, toNumber } from '../shape/rational.ts';
import { fail } from './problem.ts';
import type { Reader } from './reader.ts';
import type { Span } from './tree.ts';

/** Places further off than this are refused. */
const FARTHEST = 1_000_000_000;

/** `[l-1]` after the name of a family; the bracket is the next token. */
export function readPlace(r: Reader): { readonly index: IndexExpr; readonly end: number } {
  const token = r.next();
  const open = r.open('[', token);
  const index = readIndex(r);
  if (!r.is(']') && !r.atEnd) badPlace(r.peek());
  return { index, end: r.close(open).end };
}

/** A place in a family: `l`, `l-1`, `0`. */
export function readIndex(r: Reader): IndexExpr {
  const token = r.peek();
  if (token.kind === 'name') {
    r.next();
    const sign = r.accept('+', '-');
    if (!sign) return { variable: token.name, offset: 0 };
    const by = readWhole(r);
    return { variable: token.name, offset: sign.sign === '-' ? -by : by };
  }
  const sign = r.accept('-');
  const whole = readWhole(r);
  return { variable: null, offset: sign ? -whole : whole };
}

/** Whether a place, and nothing else, stands in the bracket that is the next token. */
export function isPlace(r: Reader): boolean {
  let ahead = 1;
  const sign = (at: number): string => {
    const t = r.peek(at);
    return t.kind === 'sign' ? t.sign : '';
  };
  if (r.peek(ahead).kind === 'name') {
    ahead += 1;
    if (sign(ahead) === '+' || sign(ahead) === '-') {
      if (r.peek(ahead + 1).kind !== 'number') return false;
      ahead += 2;
    }
  } else {
    if (sign(ahead) === '-') ahead += 1;
    if (r.peek(ahead).kind !== 'number') return false;
    ahead += 1;
  }
  return sign(ahead) === ']';
}

function readWhole(r: Reader): number {
  const token = r.peek();
  if (token.kind !== 'number' || !isIntegerR(token.value)) return badPlace(token);
  const n = toNumber(token.value);
  if (n > FARTHEST) return badPlace(token);
  r.next();
  return n;
}

const badPlace = (at: Span): never =>
  fail(
    'bad-index',
    { start: at.start, end: at.end },
    'a place in a family is a letter, a whole number, or a letter plus or minus a whole number',
    'this is none of them',
    { notes: ['as in `W[l]`, `Z[l-1]`, `Z[0]`, `Z[L]`'] },
  );
