import { LIMITS } from '../limits.ts';
import { fail } from '../problem.ts';
import type { Sign, Token } from '../token.ts';
import { isLetter, isSign } from '../token.ts';
import type { DocumentNames } from './names.ts';

/**
 * Brackets around what functions of TeX act on: `\log\det A`, `\operatorname{tr} A^\top`, `\tanh^2(x)`. One factor with its
 * exponents is taken, and only where a sum or the end follows: what else stands behind could belong to it or not, and the missing
 * bracket is told.
 */
export function bracketed(tokens: readonly Token[], names: DocumentNames): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; ) {
    const t = tokens[i];
    if (!t) break;
    if (t.kind === 'word' && t.latex?.bare && !names.declared.has(t.name)) {
      const call = callAt(tokens, i, names);
      out.push(...call.tokens);
      i = call.end;
    } else {
      out.push(withoutLatex(t));
      i += 1;
    }
  }
  return out;
}

const withoutLatex = (t: Token): Token => {
  if (t.kind !== 'word' || !t.latex) return t;
  const { latex: _, ...rest } = t;
  return rest;
};

interface Call {
  readonly tokens: readonly Token[];
  readonly end: number;
}

/** The function at a place with its bracket, and its exponent behind it. */
function callAt(tokens: readonly Token[], at: number, names: DocumentNames): Call {
  const name = tokens.slice(at, at + 1).map(withoutLatex);
  let i = at + 1;
  while (isSign(tokens[i], "'")) i += 1;
  const primes = tokens.slice(at + 1, i);
  const power = isSign(tokens[i], '^') ? exponentEnd(tokens, i) : i;
  const exponent = tokens.slice(i, power);
  if (exponent.some((t) => isSign(t, '-'))) {
    fail(
      'no-notation',
      exponent[0] ?? { start: 0, end: 0 },
      'the inverse of a function is not read',
      'this exponent',
      {
        notes: ['one over it is written with the exponent behind the bracket, \\tanh(x)^{-1}'],
      },
    );
  }
  const head = [...name, ...primes];
  if (isSign(tokens[power], '(')) {
    const end = closingOf(tokens, power);
    const inside = bracketed(tokens.slice(power, end), names);
    return { tokens: [...head, ...inside, ...exponent], end };
  }
  const end = factorEnd(tokens, power, names);
  if (end === undefined || !endsHere(tokens[end]))
    return { tokens: [...head, ...exponent], end: power };
  const start = tokens[power]?.start ?? 0;
  const stop = tokens[end - 1]?.end ?? start;
  const inside = bracketed(tokens.slice(power, end), names);
  return { tokens: [...head, sign('(', start), ...inside, sign(')', stop), ...exponent], end };
}

const sign = (s: Sign, at: number): Token => ({
  kind: 'sign',
  sign: s,
  text: '',
  spaced: false,
  start: at,
  end: at,
});

/** A sum, a closing bracket, or nothing more. */
const endsHere = (t: Token | undefined): boolean =>
  t === undefined ||
  isSign(t, '+', '-', '.+', '.-', ')', ']', '}', '⟩', ',', ';', '=', 'end') ||
  (t.kind === 'word' && (t.name === 'where' || t.name === 'for'));

const isBare = (t: Token | undefined): boolean => t?.kind === 'word' && t.latex?.bare === true;

/** Where one factor ends that begins here, with exponents and places; undefined where none begins, or its end is in doubt. */
function factorEnd(tokens: readonly Token[], at: number, names: DocumentNames): number | undefined {
  let from = at;
  while (isBare(tokens[from]) && from - at < LIMITS.brackets) from += 1;
  const t = tokens[from];
  let i: number | undefined;
  if (t?.kind === 'word' && names.functions.has(t.name) && isSign(tokens[from + 1], '('))
    i = closingOf(tokens, from + 1);
  else if (t?.kind === 'word') i = isLetter(t) || names.declared.has(t.name) ? from + 1 : undefined;
  else if (t?.kind === 'number') i = tokens[from + 1]?.kind === 'word' ? undefined : from + 1;
  else if (isSign(t, '(', '{', '⟨')) i = closingOf(tokens, from);
  else if (isSign(t, '‖', '|') && isSign(tokens[from + 1], '(')) {
    const inner = closingOf(tokens, from + 1);
    i = tokens[inner]?.kind === 'sign' ? inner + 1 : undefined;
  }
  while (i !== undefined && i < tokens.length) {
    const next = tokens[i];
    if (isSign(next, '^T', '^-T', "'") || next?.kind === 'sub') i += 1;
    else if (isSign(next, '^')) i = exponentEnd(tokens, i);
    else if (isSign(next, '[')) i = closingOf(tokens, i);
    else break;
  }
  return i;
}

/** Behind an exponent. */
function exponentEnd(tokens: readonly Token[], at: number): number {
  const next = isSign(tokens[at + 1], '-') ? at + 2 : at + 1;
  return isSign(tokens[next], '(', '{')
    ? closingOf(tokens, next)
    : Math.min(next + 1, tokens.length);
}

/** Behind the bracket that closes the one here; the end of the line where none does. */
function closingOf(tokens: readonly Token[], at: number): number {
  let open = 0;
  for (let i = at; i < tokens.length; i++) {
    if (isSign(tokens[i], '(', '[', '{', '⟨')) open += 1;
    else if (isSign(tokens[i], ')', ']', '}', '⟩') && --open === 0) return i + 1;
  }
  return tokens.length;
}
