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

/** The spelling of one character; `?` for what has none. */
export function asciiCharacter(character: string): string {
  if (/^[\x20-\x7e]$/.test(character)) return character;
  const known = SPELLING.get(character);
  if (known !== undefined) return known;
  const base = character.normalize('NFD').replaceAll(/\p{M}/gu, '');
  return /^[\x20-\x7e]+$/.test(base) ? base : '?';
}

/** A text in ASCII alone; line ends stay. A minus one as a superscript is `^-1`. */
export const toAscii = (text: string): string =>
  text
    .replaceAll('⁻¹', '^-1')
    .replaceAll('⁻ᵀ', '^-T')
    .replaceAll(/[^\n\x20-\x7e]/gu, asciiCharacter);
