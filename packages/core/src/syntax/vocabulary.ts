import { CONSTANTS, FUNCTION_WORDS } from './functions.ts';

/** What the names of a text are, as far as reading needs to know it. Found before any formula is read. */
export interface Vocabulary {
  /** Declared, defined, dimensions, letters of ranges: names without a place. */
  readonly plain: ReadonlySet<string>;
  /** `W` of `W[l]`, `n` of `n[l-1]`. */
  readonly families: ReadonlySet<string>;
  /** Declared functions, and other names for functions (`σ = sigmoid`). */
  readonly functions: ReadonlySet<string>;
  /** Undeclared names of one letter that stand by themselves somewhere, as variables. */
  readonly alone: ReadonlySet<string>;
}

export const NO_NAMES: Vocabulary = {
  plain: new Set(),
  families: new Set(),
  functions: new Set(),
  alone: new Set(),
};

/** What a name is: `open` is what nobody declared. */
export type Role = 'plain' | 'family' | 'function' | 'open';

/** The role of a name; what a text declares comes before the words of the language. */
export function roleOf(name: string, v: Vocabulary): Role {
  if (v.functions.has(name)) return 'function';
  if (v.families.has(name)) return 'family';
  if (v.plain.has(name)) return 'plain';
  if (FUNCTION_WORDS.has(name)) return 'function';
  return CONSTANTS.has(name) ? 'plain' : 'open';
}

/** Whether a text introduces a name. */
export const isDeclared = (name: string, v: Vocabulary): boolean =>
  v.plain.has(name) || v.families.has(name) || v.functions.has(name);

/** Whether a name was declared or is a constant: what runs of letters may be split into. */
export const isKnown = (name: string, v: Vocabulary): boolean =>
  isDeclared(name, v) || CONSTANTS.has(name);
