import { FUNCTION_LETTERS, FUNCTION_WORDS, RESERVED } from '../functions.ts';
import { canonicalName } from '../letters.ts';
import type { Line } from '../lines.ts';
import type { ScriptItem, Subscript, Token, WordToken } from '../token.ts';
import { isSign } from '../token.ts';

/** What the names of a document are, as far as subscripts and exponents need it. */
export interface DocumentNames {
  /** Names with places: `W` where the document has `W[l]`, `W^{(l)}`, or `W_l` with a range for l. */
  readonly families: ReadonlySet<string>;
  /** What is declared or defined: names of variables, with their subscripts. */
  readonly declared: ReadonlySet<string>;
  /** Names of functions, and letters that stand for one where nobody declared them. */
  readonly functions: ReadonlySet<string>;
}

/** The letters of a word that a script stands on: the last one, as in TeX, or the whole word where it is one name. */
export function baseOf(
  word: WordToken,
  end: number,
): { readonly from: number; readonly name: string } {
  let from = end - 1;
  while (from > 0 && !/^\p{L}/u.test(word.clusters[from]?.text ?? '')) from -= 1;
  return { from, name: nameBetween(word, from, end) };
}

export const nameBetween = (word: WordToken, from: number, to: number): string =>
  canonicalName(
    word.clusters
      .slice(from, to)
      .map((c) => c.text)
      .join(''),
  );

/** `x1` and `x_1` are printed alike in LaTeX. */
export const printedName = (name: string): string =>
  name.replace(/^([^_]*[^_\d])(\d+)(?=_|$)/u, '$1_$2');

/** `l`, `l-1`, `0`: what can be a place in a family. */
export const isPlace = (tokens: readonly Token[]): boolean => letterOf(tokens) !== undefined;

/** The letter of a place, empty for a number; undefined for what is none. */
export function letterOf(tokens: readonly Token[]): string | undefined {
  const [first, sign, by, ...more] = tokens;
  if (isSign(first, '-')) return sign?.kind === 'number' && !by ? '' : undefined;
  if (first?.kind === 'number') return sign ? undefined : '';
  if (first?.kind !== 'word' || first.latex?.subscripts.length) return undefined;
  if (!sign) return first.name;
  return isSign(sign, '+', '-') && by?.kind === 'number' && more.length === 0
    ? first.name
    : undefined;
}

/** Reads the heads of all lines and the letters of all ranges. */
export function namesOf(lines: readonly Line[]): DocumentNames {
  const families = new Set<string>();
  const declared = new Set<string>();
  const letters = new Set<string>();
  const heads = lines.flatMap((line) => (line.error ? [] : headsOf(line.tokens)));
  for (const { word, place } of heads) {
    for (const inside of [place, word.latex?.raised?.inside]) {
      const letter = inside ? letterOf(inside) : undefined;
      if (letter) letters.add(letter);
      if (inside && inside === place ? letter !== undefined : letter)
        families.add(inside === place ? word.name : bareName(word));
    }
  }
  for (const { tokens } of lines)
    for (const [i, t] of tokens.entries()) {
      const letter = t.kind === 'word' && t.name === 'for' ? afterFor(tokens, i + 1) : undefined;
      if (letter) letters.add(letter);
    }
  for (const { tokens } of lines) for (const t of tokens) addFamilies(t, letters, families);
  for (const { word, place } of heads) {
    const script = word.latex?.subscripts.at(-1);
    const last = script?.items.at(-1);
    const member =
      place ??
      (script &&
        last &&
        letterOf(last.tokens) !== undefined &&
        families.has(familyOf(word, script, script.items.slice(0, -1))));
    if (!member) declared.add(numbered(word) ?? word.name);
  }
  const functions = new Set(lines.flatMap(({ tokens }) => functionAt(tokens) ?? []));
  for (const letter of FUNCTION_LETTERS) if (!declared.has(letter)) functions.add(letter);
  return { families, declared, functions };
}

/** `σ: elementwise`, `ℓ: function…`, `σ = sigmoid`. */
function functionAt([name, sign, what, more]: readonly Token[]): string | undefined {
  if (name?.kind !== 'word' || what?.kind !== 'word') return undefined;
  const declares = isSign(sign, ':') && (what.name === 'elementwise' || what.name === 'function');
  const alias = isSign(sign, '=') && !more && FUNCTION_WORDS.has(what.name);
  return declares || alias ? name.name : undefined;
}

/** A word without its scripts. */
const bareName = (word: WordToken): string =>
  nameBetween(word, 0, word.latex?.subscripts[0]?.cluster ?? word.clusters.length);

/** `W^{(1)}` of a network with two layers is a name of its own, `W_1`. */
export function numbered(word: WordToken): string | undefined {
  const raised = word.latex?.raised;
  const [number, more] = raised?.inside ?? [];
  if (number?.kind !== 'number' || more || !/^\d+$/u.test(number.text)) return undefined;
  return `${word.name}_${number.text}`;
}

function afterFor(tokens: readonly Token[], at: number): string | undefined {
  const t = tokens[at];
  if (t?.kind !== 'word') return undefined;
  return t.name === 'all' ? afterFor(tokens, at + 1) : t.name;
}

/** A letter of a range in a subscript or in the brackets of an exponent makes its base a family. */
function addFamilies(t: Token, letters: ReadonlySet<string>, families: Set<string>): void {
  if (t.kind !== 'word' || !t.latex) return;
  const { subscripts, raised } = t.latex;
  const lettered = (tokens: readonly Token[]): boolean => letters.has(letterOf(tokens) ?? '');
  for (const s of subscripts) {
    for (const i of s.items) for (const inner of i.tokens) addFamilies(inner, letters, families);
    const last = s.items.at(-1);
    if (last && lettered(last.tokens)) families.add(familyOf(t, s, s.items.slice(0, -1)));
  }
  if (raised && lettered(raised.inside))
    families.add(baseOf(t, subscripts[0]?.cluster ?? t.clusters.length).name);
}

/** The name before the place: `W_out` of `W_{\mathrm{out},l}`. */
export const familyOf = (word: WordToken, s: Subscript, before: readonly ScriptItem[]): string =>
  canonicalName([baseOf(word, s.cluster).name, ...before.map((i) => i.name ?? '')].join('_'));

interface Head {
  readonly word: WordToken;
  /** What stands in square brackets behind it, or in its exponent. */
  readonly place: readonly Token[] | null;
}

/** The names that a line declares or defines. */
function headsOf(tokens: readonly Token[]): Head[] {
  const found: Head[] = [];
  for (let i = 0; ; i++) {
    const word = tokens[i];
    if (word?.kind !== 'word' || RESERVED.has(word.name)) return [];
    const place = bracketAt(tokens, i + 1) ?? exponentAt(tokens, i + 1);
    found.push({ word, place: place?.inside ?? null });
    i = place?.end ?? i + 1;
    const t = tokens[i];
    if (isSign(t, ':', '∈', '=') || (t?.kind === 'word' && t.name === 'in')) return found;
    if (!isSign(t, ',')) return [];
  }
}

/** Tokens in brackets, and where to go on. */
export interface Enclosed {
  readonly inside: readonly Token[];
  readonly end: number;
}

function bracketAt(tokens: readonly Token[], at: number): Enclosed | undefined {
  if (!isSign(tokens[at], '[')) return undefined;
  const close = tokens.findIndex((t, k) => k > at && isSign(t, ']'));
  return close < 0 ? undefined : { inside: tokens.slice(at + 1, close), end: close + 1 };
}

/** `^l`, `^{l-1}`: an exponent that can be a place. */
export function exponentAt(tokens: readonly Token[], at: number): Enclosed | undefined {
  if (!isSign(tokens[at], '^')) return undefined;
  const close = tokens.findIndex((t, k) => k > at && isSign(t, '}'));
  const found = isSign(tokens[at + 1], '{')
    ? { inside: tokens.slice(at + 2, close), end: close + 1 }
    : { inside: tokens.slice(at + 1, at + 2), end: at + 2 };
  return letterOf(found.inside) === undefined ? undefined : found;
}
