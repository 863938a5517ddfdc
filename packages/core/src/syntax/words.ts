import type { Repair } from '../diagnostic/repair.ts';
import { FUNCTION_LETTERS, RESERVED } from './functions.ts';
import { fail } from './problem.ts';
import { gluedFunction, splitWord } from './split.ts';
import type { Token, WordToken } from './token.ts';
import { isLetter, isSign } from './token.ts';
import type { Span } from './tree.ts';
import type { Role, Vocabulary } from './vocabulary.ts';
import { isDeclared, roleOf } from './vocabulary.ts';

/** One name, after runs of letters have been taken apart. */
export interface NameToken {
  readonly kind: 'name';
  readonly name: string;
  readonly role: Role;
  /** A bracket after it holds its argument: a function, or what can only be meant as one. */
  readonly called: boolean;
  /** Not the first name of its run of letters. */
  readonly continues: boolean;
  readonly text: string;
  readonly spaced: boolean;
  readonly start: number;
  readonly end: number;
}

export type FormulaToken = Exclude<Token, WordToken> | NameToken;

/** Runs of letters to names; words before `=` (`axis=0`) stay whole. */
export function resolveWords(tokens: readonly Token[], v: Vocabulary): FormulaToken[] {
  return tokens.flatMap((t, i): FormulaToken[] => {
    if (t.kind !== 'word') return [t];
    const next = tokens[i + 1];
    if (isSign(next, '=') || RESERVED.has(t.name)) return [nameToken(t, t, 'open', false, false)];
    const bracket = opensCall(tokens, i + 1);
    const glued = roleOf(t.name, v) === 'open' ? gluedFunction(t.name) : undefined;
    if (glued) {
      const text = `${glued.name}(${glued.rest})`;
      functionWithoutBracket(t, glued.name, [[{ start: t.start, end: t.end, text }]]);
    }
    const pieces = splitWord(t, v, bracket !== undefined);
    return pieces.map((p, k) => {
      const role = roleOf(p.name, v);
      const before = k === pieces.length - 1 ? bracket : undefined;
      const letter = pieces.length > 1 || isLetter(t);
      const called =
        role === 'function' || (before !== undefined && meansFunction(p.name, before, letter, v));
      return nameToken(t, p, role, called, k > 0);
    });
  });
}

/** Every run of letters as one name, as where names are declared. */
export const wholeWords = (tokens: readonly Token[]): FormulaToken[] =>
  tokens.map((t) => (t.kind === 'word' ? nameToken(t, t, 'open', false, false) : t));

/** How an undeclared name stands before a bracket. */
type Bracket = 'near' | 'far' | 'primed';

/** The bracket of a call after a name: at once, after a place (`σ[l](Z)`) or after primes (`σ′(Z)`). */
function opensCall(tokens: readonly Token[], at: number): Bracket | undefined {
  let i = at;
  if (isSign(tokens[i], '[')) {
    while (i < tokens.length && !isSign(tokens[i], ']')) i++;
    i++;
  }
  let primed = false;
  while (isSign(tokens[i], "'")) {
    primed ||= tokens[i]?.text !== "'";
    i++;
  }
  const open = tokens[i];
  if (!isSign(open, '(')) return undefined;
  if (primed) return 'primed';
  return open?.spaced ? 'far' : 'near';
}

/** `σ(Z)`, `foo(X)`, `I(n)` mean a function where nothing is declared, `A(x + y)` and `loss (A + B)` a product. */
function meansFunction(name: string, bracket: Bracket, letter: boolean, v: Vocabulary): boolean {
  if (isDeclared(name, v) || v.alone.has(name)) return false;
  if (bracket === 'primed' || FUNCTION_LETTERS.has(name)) return true;
  return bracket === 'near' && (!letter || name === 'I');
}

function nameToken(
  t: WordToken,
  p: { readonly name: string; readonly start: number; readonly end: number },
  role: Role,
  called: boolean,
  continues: boolean,
): NameToken {
  const text = t.text.slice(p.start - t.start, p.end - t.start);
  const { name, start, end } = p;
  return {
    kind: 'name',
    name,
    role,
    called,
    continues,
    text,
    spaced: !continues && t.spaced,
    start,
    end,
  };
}

/** `log x`: what a function acts on goes in brackets. */
export function functionWithoutBracket(at: Span, name: string, repairs: readonly Repair[]): never {
  return fail(
    'function-without-bracket',
    { start: at.start, end: at.end },
    `${name} is a function: what it acts on goes in brackets`,
    'no bracket follows',
    { repairs },
  );
}
