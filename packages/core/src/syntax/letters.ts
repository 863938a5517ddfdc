import { GREEK } from '../diagnostic/ascii.ts';

/**
 * Which spellings are one name. `theta`, `\theta`, `θ`, `ϑ` and `𝜃` are one letter, and names are kept in NFC.
 *
 * Greek capitals that look like a Latin letter (Α, Β, Ε …) and omicron are kept as words, `Alpha`: nobody could tell the
 * printed Α from an A.
 */

/** Variants, of one letter with the plain one: what keyboards and LaTeX give for the same thing. */
const VARIANTS: ReadonlyMap<string, string> = new Map([
  ['ϵ', 'ε'],
  ['ϑ', 'θ'],
  ['ϰ', 'κ'],
  ['ϖ', 'π'],
  ['ϱ', 'ρ'],
  ['ς', 'σ'],
  ['ϕ', 'φ'],
  ['µ', 'μ'],
  ['∆', 'Δ'],
  ['Α', 'Alpha'],
  ['Β', 'Beta'],
  ['Ε', 'Epsilon'],
  ['Ζ', 'Zeta'],
  ['Η', 'Eta'],
  ['Ι', 'Iota'],
  ['Κ', 'Kappa'],
  ['Μ', 'Mu'],
  ['Ν', 'Nu'],
  ['Ο', 'Omicron'],
  ['Ρ', 'Rho'],
  ['Τ', 'Tau'],
  ['Χ', 'Chi'],
  ['ο', 'omicron'],
]);

const LATIN_LOOKING = new Set([...VARIANTS.values()].filter((v) => v.length > 1));

const BY_NAME: ReadonlyMap<string, string> = new Map([
  ...GREEK.map(([letter, name]) => [name, letter] as const),
  ['varepsilon', 'ε'],
  ['vartheta', 'θ'],
  ['varkappa', 'κ'],
  ['varpi', 'π'],
  ['varrho', 'ρ'],
  ['varsigma', 'σ'],
  ['varphi', 'φ'],
]);

/** All names of Greek letters, for suggestions. */
export const greekNames: readonly string[] = [...BY_NAME.keys(), ...LATIN_LOOKING];

/** The letter that a word names: `theta` → θ; `Alpha` stays itself. undefined for other words. */
export const greekLetter = (word: string): string | undefined =>
  BY_NAME.get(word) ?? (LATIN_LOOKING.has(word) ? word : undefined);

/** One letter with its marks, as it stands in names. Mathematical bold, italic and script letters are the plain ones. */
export function canonicalLetter(raw: string): string {
  const composed = raw.normalize('NFC');
  const plain = /[\u{1d400}-\u{1d7ff}]/u.test(composed) ? composed.normalize('NFKC') : composed;
  return VARIANTS.get(plain) ?? plain;
}

/** The name as it is known: each part between underscores that names a Greek letter is that letter, `theta_1` → `θ_1`. */
export function canonicalName(word: string): string {
  return word
    .split('_')
    .map((part) => {
      const [, base = '', digits = ''] = /^(.*?)(\d*)$/su.exec(part) ?? [];
      const letter = greekLetter(base);
      return letter === undefined ? part : letter + digits;
    })
    .join('_');
}

export const isGreek = (letter: string): boolean =>
  /^\p{Script=Greek}/u.test(letter) || LATIN_LOOKING.has(letter);
export const isCapital = (letter: string): boolean => /^\p{Lu}/u.test(letter);
