import { canonicalLetter, canonicalName } from './letters.ts';
import { LIMITS } from './limits.ts';
import { fail } from './problem.ts';
import { LOWERED } from './signs.ts';
import type { Cluster } from './token.ts';

/**
 * Reading a run of letters: `Xθ`, `W_out`, `x₁`, `θ̂_{1}`. `x_1`, `x_{1}` and `x₁` are one name, `x_1`.
 */
export interface Word {
  readonly name: string;
  readonly clusters: readonly Cluster[];
  readonly end: number;
}

/** A letter with its marks. Superscript letters are exponents, subscript letters subscripts, ℝ the real numbers. */
const LETTER =
  /(?![\u2c7c\u1d2c-\u1d6a\u1d9b-\u1dbf\u02b0-\u02e4\u2071\u207f\u2090-\u209cℝªº])[\p{L}∆]\p{M}*/uy;
const DIGIT = /\d/uy;
/** `_out`, `_{out}`, `_\theta`; a subscript in braces ends the word. */
const SUB = /_(?:(?=[\p{L}\d])|\{\s*\\?([\p{L}\p{M}\d]+)\s*\}|\\([A-Za-z]+))/uy;
const BRACED = /_\{[^{}]*\}/uy;

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}

/** One letter with its marks. */
export function letterAt(source: string, at: number): Cluster | undefined {
  const found = match(LETTER, source, at);
  return found && { text: canonicalLetter(found[0]), start: at, end: at + found[0].length };
}

/** Nobody reads further than a little beyond what a word may be; the lexer refuses it then. */
const fits = (clusters: readonly Cluster[]): boolean => clusters.length <= LIMITS.word;

/** The letters that begin a word at a place; undefined where none does. */
export function clustersAt(source: string, at: number): readonly Cluster[] | undefined {
  const clusters: Cluster[] = [];
  for (let c = letterAt(source, at); c && fits(clusters); c = letterAt(source, c.end))
    clusters.push(c);
  return clusters.length > 0 ? clusters : undefined;
}

/**
 * The whole word that begins with these letters: digits, more letters and subscripts follow.
 * @param scripts whether `_out` is part of it
 */
export function wordFrom(source: string, letters: readonly Cluster[], scripts = true): Word {
  const clusters = [...letters];
  let end = clusters.at(-1)?.end ?? 0;
  const command = source.startsWith('\\', letters[0]?.start);
  const take = (text: string, length: number): void => {
    clusters.push({ text, start: end, end: end + length });
    end += length;
  };
  while (fits(clusters)) {
    const digit = match(DIGIT, source, end);
    const letter = command && !digit ? undefined : letterAt(source, end);
    if (digit) take(digit[0], 1);
    else if (letter) take(letter.text, letter.end - letter.start);
    else break;
  }
  const script = (): RegExpExecArray | undefined =>
    scripts && fits(clusters) ? match(SUB, source, end) : undefined;
  for (let sub = script(); sub; sub = script()) {
    const whole = sub[1] ?? sub[2];
    if (whole !== undefined) {
      take(
        `_${canonicalName(Array.from(whole.normalize('NFC'), canonicalLetter).join(''))}`,
        sub[0].length,
      );
      return finish(clusters, end);
    }
    take('_', 1);
    for (let c = subAt(source, end); c && fits(clusters); c = subAt(source, end))
      take(c.text, c.end - c.start);
  }
  const braced = scripts && match(BRACED, source, end);
  if (braced)
    badSubscript(
      source,
      letters,
      { start: end, end: end + braced[0].length },
      braced[0].slice(2, -1),
    );
  const lowered = loweredAt(source, end);
  if (lowered) {
    if (/^[₊₋]/u.test(source.slice(end + lowered.length))) {
      badSubscript(source, letters, { start: end, end: end + lowered.length + 1 }, `${lowered}…`);
    }
    take(`_${lowered}`, lowered.length);
  }
  return finish(clusters, end);
}

function subAt(source: string, at: number): Cluster | undefined {
  const digit = match(DIGIT, source, at);
  return digit ? { text: digit[0], start: at, end: at + 1 } : letterAt(source, at);
}

function loweredAt(source: string, at: number): string {
  let text = '';
  for (
    let c = LOWERED.get(source.charAt(at));
    c !== undefined;
    c = LOWERED.get(source.charAt(at + text.length))
  )
    text += c;
  return text;
}

function badSubscript(
  source: string,
  letters: readonly Cluster[],
  at: { start: number; end: number },
  sub: string,
): never {
  const name = source.slice(letters[0]?.start, letters.at(-1)?.end);
  fail(
    'bad-index',
    at,
    `a subscript is part of a name: letters and digits, not “${sub}”`,
    'this subscript',
    {
      notes: [`a member of a family is written with square brackets: ${name}[l-1]`],
      edits: [{ ...at, text: `[${sub.replaceAll('−', '-')}]` }],
    },
  );
}

const finish = (clusters: readonly Cluster[], end: number): Word => ({
  name: canonicalName(clusters.map((c) => c.text).join('')),
  clusters,
  end,
});
