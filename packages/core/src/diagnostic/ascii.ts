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

/** Combining marks: the word that follows the letter, `x_hat`. */
export const ACCENT_WORD: ReadonlyMap<string, string> = new Map([
  ['\u0302', 'hat'],
  ['\u0304', 'bar'],
  ['\u0305', 'bar'],
  ['\u0303', 'tilde'],
  ['\u0307', 'dot'],
  ['\u0308', 'ddot'],
  ['\u0301', 'acute'],
  ['\u0300', 'grave'],
  ['\u030c', 'check'],
  ['\u0306', 'breve'],
  ['\u030a', 'ring'],
  ['\u20d7', 'arrow'],
]);

const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const lowered = '₀₁₂₃₄₅₆₇₈₉';

const SPELLING: ReadonlyMap<string, string> = new Map([
  ...GREEK_WORD,
  ...SIGNS,
  ...Array.from(raised, (c, i) => [c, `^${i}`] as const),
  ...Array.from(lowered, (c, i) => [c, `_${i}`] as const),
  ...Array.from('ᵢⱼₖₗₘₙₚᵣₛₜ', (c, i) => [c, `_${'ijklmnprst'.charAt(i)}`] as const),
  ['ᵏ', '^k'],
]);

/** The spelling of one character; `?` for what has none. */
function asciiCharacter(character: string): string {
  if (/^[\x20-\x7e]$/.test(character)) return character;
  const known = SPELLING.get(character);
  if (known !== undefined) return known;
  const [base = '', ...marks] = character.normalize('NFD');
  const accents = [base, ...marks].flatMap((c) => {
    const word = ACCENT_WORD.get(c);
    return word === undefined ? [] : [`_${word}`];
  });
  const letter = /\p{M}/u.test(base) ? '' : (SPELLING.get(base) ?? base);
  return /^[\x20-\x7e]*$/.test(letter) ? letter + accents.join('') : '?';
}

const RAISED = new Set('ᵏ⁻⁰¹²³⁴⁵⁶⁷⁸⁹');
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
