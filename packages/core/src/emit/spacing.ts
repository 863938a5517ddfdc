import { GREEK_LETTER } from '../diagnostic/greek.ts';
import { FUNCTION_WORDS } from '../syntax/functions.ts';
import type { Form } from './precedence.ts';

/**
 * What stands between the factors of a product in Unicode text: nothing between single letters (`XᵀX`) and after a
 * number (`2A`), a space beside longer names, places of families, calls and fractions, and a dot before a number (`2 · 3`).
 */
export function between(
  left: Form,
  right: Form,
  texts: { readonly left: string; readonly right: string },
  words: ReadonlySet<string>,
): '' | ' ' | ' · ' {
  const begin = start(right);
  if (begin === 'number') return ' · ';
  switch (end(left)) {
    case 'number':
      // `2e1` is a number
      if (/^[eE]/.test(texts.right)) return ' ';
      return begin === 'word' || begin === 'call' ? ' ' : '';
    case 'letter':
      if (begin === 'letter') return merges(texts.left, texts.right, words) ? ' ' : '';
      return begin === 'group' && !readsAsCall(left) ? '' : ' ';
    case 'group':
      return begin === 'letter' || begin === 'group' ? '' : ' ';
    default:
      return ' ';
  }
}

type Edge = 'number' | 'letter' | 'place' | 'word' | 'call' | 'group' | 'fence' | 'fraction';

/** What a factor begins with. */
function start(f: Form): Edge {
  switch (f.kind) {
    case 'integer':
      return 'number';
    case 'name':
      if (!isLetter(f.name)) return 'word';
      return f.index ? 'place' : 'letter';
    case 'part':
      return f.of.kind === 'name' && isLetter(f.of.name) ? 'place' : 'word';
    case 'call':
      return 'call';
    case 'group':
      return 'group';
    case 'norm':
    case 'bars':
    case 'inner':
      return 'fence';
    case 'transpose':
    case 'inverse':
    case 'inverse-transpose':
      return start(f.of);
    case 'power':
      return start(f.base);
    case 'times':
    case 'hadamard':
      return f.factors[0] ? start(f.factors[0]) : 'word';
    case 'divide':
    case 'hadamard-divide':
      return start(f.over);
    case 'negative':
    case 'sum':
    case 'series':
    case 'colon':
      return 'word';
  }
}

/** What a factor ends with. */
function end(f: Form): Edge {
  switch (f.kind) {
    case 'transpose':
    case 'inverse':
    case 'inverse-transpose':
      return end(f.of) === 'number' ? 'word' : end(f.of);
    case 'power':
      if (f.elementwise || superscript(f.exponent) === undefined) return 'word';
      return end(f.base) === 'number' ? 'word' : end(f.base);
    case 'divide':
    case 'hadamard-divide':
      return 'fraction';
    case 'name':
    case 'part':
    case 'integer':
    case 'call':
    case 'group':
    case 'norm':
    case 'bars':
    case 'inner':
    case 'times':
    case 'hadamard':
    case 'negative':
    case 'sum':
    case 'series':
    case 'colon':
      return start(f);
  }
}

const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A whole exponent in superscript: `²`, `⁻³`. Other exponents are spelled on the line. */
export function superscript(exponent: Form): string | undefined {
  if (exponent.kind === 'negative') {
    const of = exponent.of.kind === 'integer' ? superscript(exponent.of) : undefined;
    return of && `⁻${of}`;
  }
  if (exponent.kind !== 'integer') return undefined;
  return `${exponent.value}`.replaceAll(/\d/g, (d) => DIGITS.charAt(Number(d)));
}

/** One letter, with its accents and subscript digits. */
const isLetter = (name: string): boolean => /^\p{L}\p{M}*[₀-₉]*$/u.test(name);

/** `λ(x + y)` could be λ of x + y; a capital letter is a matrix, but I, and nothing with an exponent is a function. */
function readsAsCall(left: Form): boolean {
  return left.kind === 'name' && (left.name === 'I' || left.name === left.name.toLowerCase());
}

/** Letters as names have them: superscript letters such as ᵀ are none. */
const LETTERS_AT_END = /[\p{Lu}\p{Ll}\p{Lo}\p{M}₀-₉]+$/u;
const LETTERS_AT_START = /^[\p{Lu}\p{Ll}\p{Lo}\p{M}₀-₉]+/u;

/** Words of the language that letters side by side must not spell. */
const KEYWORDS: ReadonlySet<string> = new Set(['by', 'for', 'in', 'inf', 'where']);

/** Whether letters side by side could be read as another name: `p` and `i` as π. */
function merges(left: string, right: string, words: ReadonlySet<string>): boolean {
  const before = LETTERS_AT_END.exec(left)?.[0];
  const after = LETTERS_AT_START.exec(right)?.[0];
  if (!before || !after) return false;
  const letters = (before + after).match(/\p{L}[^\p{L}]*/gu) ?? [];
  for (let i = 0; i < letters.length; i++)
    for (let j = i + 2; j <= letters.length; j++) {
      const word = letters.slice(i, j).join('');
      if ([words, GREEK_LETTER, KEYWORDS, FUNCTION_WORDS].some((known) => known.has(word)))
        return true;
    }
  return false;
}
