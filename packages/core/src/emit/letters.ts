import { ACCENT_WORD } from '../diagnostic/ascii.ts';
import { GREEK_LETTER, GREEK_WORD, LATIN_LIKE } from '../diagnostic/greek.ts';

/** Names in other alphabets: plain ASCII, and LaTeX. */

/** Combining marks as accents of LaTeX. */
export const ACCENTS: ReadonlyMap<string, string> = new Map([
  ['\u0302', 'hat'],
  ['\u0304', 'bar'],
  ['\u0305', 'bar'],
  ['\u0303', 'tilde'],
  ['\u0307', 'dot'],
  ['\u0308', 'ddot'],
  ['\u0301', 'acute'],
  ['\u0300', 'grave'],
  ['\u030c', 'check'],
  ['\u0306', 'breve'],
  ['\u030a', 'mathring'],
  ['\u20d7', 'vec'],
]);

const SUBSCRIPT_DIGITS = '₀₁₂₃₄₅₆₇₈₉';

/** Symbols of a printed equation that ASCII lacks. */
const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['−', '-'],
  ['∂', 'd'],
  ['∇', 'grad '],
  ['′', "'"],
  ['″', "''"],
  ['ᵀ', "'"],
  ['×', 'x'],
  ['·', '*'],
]);

/**
 * A name, or the left side of an equation, in ASCII: `theta`, `x_hat`, `dJ/dW[l]`. Accents follow the letters of the
 * word that they stand on.
 */
export function asciiName(text: string): string {
  let out = '';
  let marks = '';
  for (const c of text.normalize('NFD')) {
    const mark = ACCENT_WORD.get(c);
    if (mark !== undefined) {
      marks += `_${mark}`;
      continue;
    }
    out += marks + asciiLetter(c, out.length > 0);
    marks = '';
  }
  return out + marks;
}

function asciiLetter(c: string, inside: boolean): string {
  if (c.charCodeAt(0) < 128) return c;
  const digit = SUBSCRIPT_DIGITS.indexOf(c);
  if (digit >= 0) return `${digit}`;
  const known = GREEK_WORD.get(c) ?? SYMBOLS.get(c);
  if (known !== undefined) return known;
  const code = (c.codePointAt(0) ?? 0).toString(16);
  return /\p{M}/u.test(c) ? `_u${code}` : `${inside ? '' : 'u'}${code}`;
}

const LATIN: ReadonlyMap<string, string> = new Map(LATIN_LIKE.map(([c, , latin]) => [c, latin]));

/** A name and its subscript in LaTeX: `W_out` is `W` and `\mathrm{out}`. */
export interface LatexName {
  readonly base: string;
  readonly subscript: string | null;
}

/** `theta_0` → `\theta` and `0`; `x1` → `x` and `1`; `loss` → `\mathrm{loss}`. */
export function latexName(name: string): LatexName {
  const plain = name.replaceAll(/[₀-₉]/g, (d) => `${SUBSCRIPT_DIGITS.indexOf(d)}`);
  const [head = '', ...tail] = plain.split('_').filter((s) => s);
  const [, stem = head, digits = ''] = /^(.*?\D)(\d+)$/su.exec(head) ?? [];
  const parts = digits ? [digits, ...tail] : tail;
  return {
    base: latexWord(stem),
    subscript: parts.length > 0 ? parts.map(latexWord).join(',') : null,
  };
}

/** A word without subscript: a letter, a number, or upright. */
function latexWord(word: string): string {
  if (/^\d+$/.test(word)) return word;
  if (word === '…') return '\\dots';
  const [first = '', ...rest] = word.normalize('NFD');
  if (rest.every((c) => /\p{M}/u.test(c)))
    return rest.reduce((of, c) => {
      const accent = ACCENTS.get(c);
      return accent ? `\\${accent}{${of}}` : `${of}${c}`;
    }, latexLetter(first));
  // a differential, dX
  const [, of] = /^d(\p{L}\p{M}*)$/u.exec(word) ?? [];
  if (of !== undefined) return `\\mathrm{d}${latexWord(of)}`;
  const greek = GREEK_LETTER.get(word);
  return greek ? latexLetter(greek) : `\\mathrm{${word.replaceAll('_', '\\_')}}`;
}

function latexLetter(c: string): string {
  const like = LATIN.get(c);
  if (like) return c === 'ο' ? like : `\\mathrm{${like}}`;
  const word = GREEK_WORD.get(c);
  return word ? `\\${word}` : c;
}
