import { GREEK_WORD } from './greek.ts';

/**
 * How letters and signs are spelled where only ASCII can be shown. The reader uses the Greek table backwards, so that what is
 * printed in ASCII can be typed in again.
 */

const SIGNS: readonly (readonly [string, string])[] = [
  ['−', '-'],
  ['×', 'x'],
  ['·', '*'],
  ['⊙', '.*'],
  ['∘', '.*'],
  ['⊘', './'],
  ['‖', '||'],
  ['⟨', '<'],
  ['⟩', '>'],
  ['ᵀ', '^T'],
  ['⊤', '^T'],
  ['⁻', '^-'],
  ['′', "'"],
  ['″', "''"],
  ['½', '1/2'],
  ['∈', 'in'],
  ['ℝ', 'R'],
  ['→', '->'],
  ['…', '...'],
  ['∂', 'd'],
  ['√', 'sqrt '],
  ['∞', 'inf'],
  ['≤', '<='],
  ['≥', '>='],
  ['≠', '!='],
  ['≈', '~'],
  ['“', '"'],
  ['”', '"'],
  ['’', "'"],
  ['–', '-'],
  ['—', '-'],
  ['\u00a0', ' '],
];

const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const lowered = '₀₁₂₃₄₅₆₇₈₉';

const SPELLING: ReadonlyMap<string, string> = new Map([
  ...GREEK_WORD,
  ...SIGNS,
  ...Array.from(raised, (c, i) => [c, `^${i}`] as const),
  ...Array.from(lowered, (c, i) => [c, `_${i}`] as const),
]);

/** The spelling of one character; nothing for a mark over a letter, `?` for what has none. */
function asciiCharacter(character: string): string {
  if (/^[\x20-\x7e]$/.test(character)) return character;
  const known = SPELLING.get(character);
  if (known !== undefined) return known;
  const base = character.normalize('NFD').replaceAll(/\p{M}/gu, '');
  return /^[\x20-\x7e]*$/.test(base) ? base : '?';
}

const RAISED = new Set('⁻⁰¹²³⁴⁵⁶⁷⁸⁹');
const LOWERED = new Set(lowered);

/** The spelling of each character of a text. Raised signs and digits side by side are one exponent: `⁻¹` is `^-1`. */
export function asciiPieces(text: string): string[] {
  let before = '';
  return Array.from(text, (c) => {
    const spelled = asciiCharacter(c);
    const goesOn =
      (RAISED.has(before) && RAISED.has(c)) ||
      (before === '⁻' && c === 'ᵀ') ||
      (LOWERED.has(before) && LOWERED.has(c));
    before = c;
    return goesOn ? spelled.slice(1) : spelled;
  });
}

/** A text in ASCII alone; line ends stay. */
export const toAscii = (text: string): string =>
  text
    .split('\n')
    .map((line) => asciiPieces(line).join(''))
    .join('\n');
