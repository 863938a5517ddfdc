import { GREEK, LATIN_LIKE, VARIANTS } from '../diagnostic/greek.ts';

/**
 * Which spellings are one name. `theta`, `\theta`, `θ`, `ϑ` and `𝜃` are one letter, and names are kept in NFC.
 *
 * Greek capitals that look like a Latin letter (Α, Β, Ε …) and omicron are kept as words, `Alpha`: nobody could tell the
 * printed Α from an A.
 */

/** What stands for a letter in names, where that is not the letter itself. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ...VARIANTS.map(([letter, , plain]) => [letter, plain] as const),
  ...LATIN_LIKE.map(([letter, word]) => [letter, word] as const),
  ['µ', 'μ'],
  ['∆', 'Δ'],
]);

const LATIN_LOOKING = new Set(LATIN_LIKE.map(([, word]) => word));

const BY_NAME: ReadonlyMap<string, string> = new Map([
  ...GREEK.map(([letter, word]) => [word, letter] as const),
  ...VARIANTS.map(([, word, plain]) => [word, plain] as const),
]);

/** The letter that a word names: `theta` → θ; `Alpha` stays itself. undefined for other words. */
export const greekLetter = (word: string): string | undefined =>
  BY_NAME.get(word) ?? (LATIN_LOOKING.has(word) ? word : undefined);

/** One letter with its marks, as it stands in names. Mathematical bold, italic and script letters are the plain ones. */
export function canonicalLetter(raw: string): string {
  const composed = raw.normalize('NFC');
  const plain = /[\u{1d400}-\u{1d7ff}]/u.test(composed) ? composed.normalize('NFKC') : composed;
  return INSTEAD.get(plain) ?? plain;
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
