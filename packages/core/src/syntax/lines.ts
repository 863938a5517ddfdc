import type { MatgradError } from '../diagnostic/diagnostic.ts';
import { isInfix } from './formula.ts';
import type { BadToken, Sign, SignToken, Token } from './token.ts';
import { isSign, isWord } from './token.ts';

/** The tokens of one statement, without what ends it. */
export interface Line {
  readonly tokens: readonly Token[];
  readonly end: SignToken;
  /** Of what could not be read in it. */
  readonly error: MatgradError | null;
}

const OPENS: ReadonlySet<Sign> = new Set(['(', '[', '{', '⟨']);
const CLOSES: ReadonlySet<Sign> = new Set([')', ']', '}', '⟩']);
const GOES_ON: ReadonlySet<Sign> = new Set([',', ':', '=', '∈', '→', '..', '√']);

/**
 * Takes a text apart into statements, at `;` and at line ends. A line goes on where a bracket is open, after an operator, and
 * where the next one begins with an operator, `where` or `for`.
 */
export function linesOf(tokens: readonly (Token | BadToken)[]): Line[] {
  const lines: Line[] = [];
  let line: Token[] = [];
  let error: MatgradError | null = null;
  for (const [i, t] of tokens.entries()) {
    if (t.kind === 'bad') {
      error ??= t.error;
      continue;
    }
    if (t.kind !== 'sign' || !['newline', ';', 'end'].includes(t.sign)) {
      line.push(t);
      continue;
    }
    if (t.sign === 'newline' && goesOn(line.at(-1), tokens[i + 1])) continue;
    if (line.length > 0 || error) lines.push({ tokens: line, end: endAfter(line, t), error });
    [line, error] = [[], null];
  }
  return lines;
}

function goesOn(before: Token | undefined, after: Token | BadToken | undefined): boolean {
  if (!before) return false;
  if (before.kind === 'sign' && (isInfix(before.sign) || GOES_ON.has(before.sign))) return true;
  if (after?.kind === 'sign' && isInfix(after.sign)) return true;
  if (after?.kind === 'bad') return false;
  return isWord(after, 'where') || isWord(after, 'for') || isWord(before, 'where');
}

/** A line ends right after its last token. */
function endAfter(line: readonly Token[], end: SignToken): SignToken {
  const at = line.at(-1)?.end ?? end.start;
  return { kind: 'sign', sign: 'end', text: end.text, spaced: false, start: at, end: at };
}

/** The places of tokens that stand in no bracket and fit. */
export function outside(
  tokens: readonly Token[],
  fits: (t: Token, next: Token | undefined, previous: Token | undefined) => boolean,
): number[] {
  const found: number[] = [];
  let open = 0;
  for (const [i, t] of tokens.entries()) {
    if (t.kind === 'sign' && OPENS.has(t.sign)) open += 1;
    else if (t.kind === 'sign' && CLOSES.has(t.sign)) open -= 1;
    else if (open === 0 && fits(t, tokens[i + 1], tokens[i - 1])) found.push(i);
  }
  return found;
}

/** What a line is, by its first tokens. */
export type LineKind = 'declaration' | 'definition' | 'formula';

/** `X, Y: …`, `W[l] ∈ …` declare; `J = …`, `Z[l] = …` define; all else is a formula. */
export function kindOf({ tokens }: Line): LineKind {
  for (let i = 0, several = false; ; several = true) {
    if (tokens[i]?.kind !== 'word') return 'formula';
    i = afterPlace(tokens, i + 1);
    const t = tokens[i];
    if (isSign(t, ':', '∈') || isWord(t, 'in')) return 'declaration';
    if (isSign(t, '=') && !several) return 'definition';
    if (!isSign(t, ',')) return 'formula';
    i += 1;
  }
}

/** Where to go on after `[l-1]`, if that stands here. */
function afterPlace(tokens: readonly Token[], at: number): number {
  if (!isSign(tokens[at], '[')) return at;
  const length = tokens.slice(at + 1).findIndex((t) => isSign(t, '[', ']', '('));
  const closing = at + 1 + length;
  return length >= 0 && isSign(tokens[closing], ']') ? closing + 1 : at;
}
