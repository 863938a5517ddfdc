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
  | '√'
  | '^'
  | '.^'
  | '^T'
  | '^-T'
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
}

/** `_1` after a norm. */
export interface SubToken extends Common {
  readonly kind: 'sub';
  readonly sub: string;
}

/** What could not be read, up to the end of its line. */
export interface BadToken extends Common {
  readonly kind: 'bad';
  readonly error: MatgradError;
}

export type Token = SignToken | NumberToken | WordToken | SubToken;

export const isSign = (token: Token | BadToken | undefined, ...signs: readonly Sign[]): boolean =>
  token?.kind === 'sign' && signs.includes(token.sign);

export const isWord = (token: Token | undefined, name?: string): token is WordToken =>
  token?.kind === 'word' && (name === undefined || token.name === name);
