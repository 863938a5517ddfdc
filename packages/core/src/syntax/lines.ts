import type { MatgradError } from '../diagnostic/diagnostic.ts';
import { isInfix } from './formula.ts';
import { RESERVED } from './functions.ts';
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
const GOES_ON: ReadonlySet<Sign> = new Set([':', '=', '∈', '→', '..', '√']);

/**
 * Takes a text apart into statements, at `;` and at line ends. A line goes on after a comma or an operator, while a bracket is
 * open, and where the next one begins with an operator, `where` or `for`; but not where the next one begins like a statement,
 * so that one bracket too few spoils one line and not all that follow.
 */
export function linesOf(tokens: readonly (Token | BadToken)[]): Line[] {
  const lines: Line[] = [];
  let line: Token[] = [];
  let error: MatgradError | null = null;
  let open = 0;
  for (const [i, t] of tokens.entries()) {
    if (t.kind === 'bad') {
      error ??= t.error;
      continue;
    }
    if (t.kind !== 'sign' || !['newline', ';', 'end'].includes(t.sign)) {
      if (t.kind === 'sign') open += OPENS.has(t.sign) ? 1 : CLOSES.has(t.sign) ? -1 : 0;
      line.push(t);
      continue;
    }
    if (t.sign === 'newline' && !error && goesOn(line.at(-1), open > 0, tokens, i + 1)) continue;
    if (line.length > 0 || error) lines.push({ tokens: line, end: endAfter(line, t), error });
    [line, error, open] = [[], null, 0];
  }
  return lines;
}

function goesOn(
  before: Token | undefined,
  open: boolean,
  tokens: readonly (Token | BadToken)[],
  at: number,
): boolean {
  if (!before) return false;
  if (isSign(before, ',') || isWord(before, 'where')) return true;
  if (headKind(tokens, at) !== 'formula') return false;
  if (open) return true;
  if (before.kind === 'sign' && (isInfix(before.sign) || GOES_ON.has(before.sign))) return true;
  const after = tokens[at];
  if (after?.kind === 'sign') return isInfix(after.sign);
  return after?.kind === 'word' && (after.name === 'where' || after.name === 'for');
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
export type LineKind = 'declaration' | 'definition' | 'claim' | 'assumption' | 'formula';

/**
 * `X, Y: …`, `W[l] ∈ …` declare; `J = …`, `Z[l] = …` define; `check ∂J/∂θ = …` claims; `assume AᵀA = I` assumes; all else is a formula.
 */
export const kindOf = (line: Line): LineKind => headKind(line.tokens, 0);

function headKind(tokens: readonly (Token | BadToken)[], from: number): LineKind {
  const [first, second] = [tokens[from], tokens[from + 1]];
  if (first?.kind === 'word' && first.text === 'check')
    if (isSign(second, '∂', '{') || (second?.kind === 'word' && second.text !== 'in'))
      return 'claim';
  if (first?.kind === 'word' && first.name === 'assume' && beginsOperand(second))
    return 'assumption';
  for (let i = from, several = false; ; several = true) {
    const name = tokens[i];
    if (name?.kind !== 'word' || RESERVED.has(name.name)) return 'formula';
    i = afterPlace(tokens, i + 1);
    const t = tokens[i];
    if (isSign(t, ':', '∈') || (t?.kind === 'word' && t.name === 'in')) return 'declaration';
    if (isSign(t, '=') && !several) return 'definition';
    if (!isSign(t, ',')) return 'formula';
    i += 1;
  }
}

/** What may begin a formula; `in` would declare the name before it. */
const beginsOperand = (t: Token | BadToken | undefined): boolean =>
  t?.kind === 'number' ||
  (t?.kind === 'word' && t.name !== 'in') ||
  (t?.kind === 'sign' && ['(', '‖', '⟨', '|', '√', '-'].includes(t.sign));

/** Where to go on after `[l-1]`, if that stands here. */
function afterPlace(tokens: readonly (Token | BadToken)[], at: number): number {
  if (!isSign(tokens[at], '[')) return at;
  let closing = at + 1;
  while (closing < tokens.length && !isSign(tokens[closing], '[', ']', '(')) closing += 1;
  return isSign(tokens[closing], ']') ? closing + 1 : at;
}
