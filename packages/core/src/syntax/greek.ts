/** Greek letters and their words: `\theta` and `theta` name θ. One table for everything that reads or spells them. */

const LETTERS: readonly (readonly [letter: string, word: string])[] = [
  ['α', 'alpha'],
  ['β', 'beta'],
  ['γ', 'gamma'],
  ['δ', 'delta'],
  ['ε', 'epsilon'],
  ['ζ', 'zeta'],
  ['η', 'eta'],
  ['θ', 'theta'],
  ['ι', 'iota'],
  ['κ', 'kappa'],
  ['λ', 'lambda'],
  ['μ', 'mu'],
  ['ν', 'nu'],
  ['ξ', 'xi'],
  ['ο', 'omicron'],
  ['π', 'pi'],
  ['ρ', 'rho'],
  ['σ', 'sigma'],
  ['τ', 'tau'],
  ['υ', 'upsilon'],
  ['φ', 'phi'],
  ['χ', 'chi'],
  ['ψ', 'psi'],
  ['ω', 'omega'],
  ['ϵ', 'varepsilon'],
  ['ϑ', 'vartheta'],
  ['ϰ', 'varkappa'],
  ['ϖ', 'varpi'],
  ['ϱ', 'varrho'],
  ['ς', 'varsigma'],
  ['ϕ', 'varphi'],
  ['ℓ', 'ell'],
];

const capitalOf = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

const pairs: readonly (readonly [string, string])[] = LETTERS.flatMap(([letter, word]) =>
  word.startsWith('var') || word === 'ell'
    ? [[letter, word] as const]
    : [[letter, word] as const, [letter.toUpperCase(), capitalOf(word)] as const],
);

/** `θ` → `theta`, `Θ` → `Theta`. */
export const GREEK_WORD: ReadonlyMap<string, string> = new Map(pairs);

/** `theta` → `θ`, `Theta` → `Θ`. */
export const GREEK_LETTER: ReadonlyMap<string, string> = new Map(
  pairs.map(([letter, word]) => [word, letter] as const),
);
