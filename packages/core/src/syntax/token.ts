import type { MatgradError } from '../diagnostic/diagnostic.ts';
import type { Rational } from '../shape/rational.ts';
import type { Span } from './tree.ts';

/** Signs after reading: every way to type one of them gives the same. */
export type Sign =
  | '+'
  | '-'
  | '.+'
  | '.-'
  /** `*`, `@`, `·`. `×` stands for itself, since it also separates the sides of a shape. */
  | '*'
  | '×'
  | '⊙'
  | '/'
  | '⊘'
  /** The Kronecker product. */
  | '⊗'
  | '√'
  | '^'
  | '.^'
  | '^T'
  | '^-T'
  /** The pseudo-inverse, in LaTeX. */
  | '^+'
  | "'"
  | '('
  | ')'
  | '['
  | ']'
  | '{'
  | '}'
  | '⟨'
  | '⟩'
  | '|'
  | '‖'
  | ','
  | ':'
  | '='
  | '∈'
  | '..'
  | '→'
  | 'ℝ'
  /** Only left of the equals sign of a claim. */
  | '∂'
  | ';'
  | 'newline'
  | 'end';

interface Common extends Span {
  /** What stands in the source. */
  readonly text: string;
  /** White space before it. */
  readonly spaced: boolean;
}

export interface SignToken extends Common {
  readonly kind: 'sign';
  readonly sign: Sign;
}

export interface NumberToken extends Common {
  readonly kind: 'number';
  readonly value: Rational;
}

/** A letter with its marks, a digit, or a whole subscript: a word can be taken apart between two of them. */
export interface Cluster extends Span {
  readonly text: string;
}

/** A run of letters, digits and subscripts; whether it is one name or several is decided by `words.ts`. */
export interface WordToken extends Common {
  readonly kind: 'word';
  /** As a name: `theta_1` is `θ_1`. */
  readonly name: string;
  readonly clusters: readonly Cluster[];
  /** Of LaTeX: what waits for the names of the document; `latex/names.ts` takes it away. */
  readonly latex?: Scripted;
}

/** One thing in a subscript, between commas. */
export interface ScriptItem {
  readonly tokens: readonly Token[];
  /** As a part of a name: `out`, `1`, `ij`; null where it can be none, as in `l-1`. */
  readonly name: string | null;
}

/** A subscript; its cluster among those of the word is `_` and the names of its items. */
export interface Subscript extends Span {
  readonly cluster: number;
  readonly items: readonly ScriptItem[];
}

/** `^{(l)}`, `^{[l]}`, also with a transpose: `^{(l)\top}`. */
export interface Raised extends Span {
  /** The bracket and what it holds. */
  readonly bracket: '(' | '[';
  readonly inside: readonly Token[];
  /** What follows the bracket in the exponent. */
  readonly rest: readonly Token[];
}

/**
 * What a word of LaTeX has besides its letters. Whether `W_l` is a name, the member `W[l]` or the part `x[i]` is decided when
 * all names of the document are known.
 */
export interface Scripted {
  /** The way the letter is set, `mathbf`; empty for plain ones. */
  readonly font: string;
  /** A function as TeX sets it, which stands before its argument without brackets: `\log x`. */
  readonly bare: boolean;
  readonly subscripts: readonly Subscript[];
  readonly raised: Raised | null;
}

export const PLAIN: Scripted = { font: '', bare: false, subscripts: [], raised: null };

/** `_1` after a norm. */
export interface SubToken extends Common {
  readonly kind: 'sub';
  readonly sub: string;
}

/** `'ij,jk->ik'`: the axes of a product, in quotes. */
export interface TextToken extends Common {
  readonly kind: 'text';
  /** What stands between the quotes, without white space. */
  readonly quoted: string;
}

/** What could not be read, up to the end of its line. */
export interface BadToken extends Common {
  readonly kind: 'bad';
  readonly error: MatgradError;
}

export type Token = SignToken | NumberToken | WordToken | SubToken | TextToken;

export const isSign = (token: Token | BadToken | undefined, ...signs: readonly Sign[]): boolean =>
  token?.kind === 'sign' && signs.includes(token.sign);

export const isWord = (token: Token | undefined, name?: string): token is WordToken =>
  token?.kind === 'word' && (name === undefined || token.name === name);

/** Whether a word is one letter, with its digits and subscript. */
export const isLetter = (word: WordToken): boolean => {
  const [only, second] = word.clusters.filter((c) => /^\p{L}/u.test(c.text));
  return only !== undefined && !second && !/^\p{L}\p{M}*\p{L}/u.test(only.text);
};
