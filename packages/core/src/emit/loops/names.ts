import type { IndexExpr } from '../../shape/dim.ts';
import { asciiName } from '../letters.ts';

/** Words that C99, JavaScript or TypeScript keep for themselves, so that a name is the same in all of them. */
const KEYWORDS = `
  abstract any arguments as async auto await boolean break case catch char class const continue debugger declare default
  delete do double else enum eval export extends extern false finally float for from function get goto if implements import
  in inline instanceof int interface keyof let long namespace never new null number object of package private protected public
  readonly register require restrict return set short signed sizeof static string struct super switch symbol this throw true
  try type typedef typeof undefined union unknown unsigned var void volatile while with yield
`;

/** What the headers of C define, and what the modules use. */
const OWN = `
  I complex imaginary NULL NAN INFINITY EOF FLT_EPSILON DBL_EPSILON REAL ptrdiff_t size_t Math Number Array Float32Array
  Float64Array RangeError Floats value derivative value_work derivative_work value_and_derivative value_and_derivative_work
  valueAndDerivative work sizes main zeros measure fabs Infinity NaN HUGE_VAL
  exp expm1 log log1p pow sqrt cbrt sin cos tan sinh cosh tanh asin acos atan atan2 asinh acosh atanh
`;

const words = (text: string): string[] => text.trim().split(/\s+/);

/** A name as an identifier in ASCII: Greek letters are spelled out, accents become words. */
export function identifier(text: string): string {
  const plain = asciiName(text).replaceAll(/\W+/g, '_').replace(/^_+/, '');
  if (plain === '') return 'v';
  return /^\d/.test(plain) ? `v${plain}` : plain;
}

/** `W[l-1]` as a word. */
export function atomName(name: string, index: IndexExpr | null): string {
  if (index === null) return name;
  const { variable, offset } = index;
  if (variable === null) return `${name}_${offset < 0 ? 'minus_' : ''}${Math.abs(offset)}`;
  const shift = offset === 0 ? '' : `_${offset < 0 ? 'minus' : 'plus'}_${Math.abs(offset)}`;
  return `${name}_${variable}${shift}`;
}

const LOOPS = 'ijklpqrs';

/** Hands out names: who asks first gets the plainest, so that the order of asking decides alone. */
export class Names {
  private readonly taken: Set<string>;
  private readonly next = new Map<string, number>();

  /** @param reserved further words that are taken */
  constructor(reserved: Iterable<string> = []) {
    this.taken = new Set([...words(KEYWORDS), ...words(OWN), ...reserved]);
  }

  claim(text: string): string {
    let name = identifier(text);
    while (this.taken.has(name)) name += '_';
    this.taken.add(name);
    return name;
  }

  /** The first of `t1`, `t2`, … that is free. */
  numbered(stem: string): string {
    let k = this.next.get(stem) ?? 1;
    while (this.taken.has(`${stem}${k}`)) k++;
    this.next.set(stem, k + 1);
    this.taken.add(`${stem}${k}`);
    return `${stem}${k}`;
  }

  /** A name for the variable of a loop inside of others. */
  loop(around: readonly string[]): string {
    for (let k = 0; ; k++) {
      const letter = LOOPS[k % LOOPS.length] as string;
      const name = k < LOOPS.length ? letter : `${letter}${Math.floor(k / LOOPS.length)}`;
      if (!this.taken.has(name) && !around.includes(name)) return name;
    }
  }

  /** Names within a function: what is claimed there leaves the others alone. */
  inner(): Names {
    const names = new Names(this.taken);
    return names;
  }
}
