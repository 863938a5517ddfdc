/**
 * Greek letters and their words, once for all who read or spell them: `\theta`, `theta` and `θ` are one letter. It stands in
 * this room since messages in ASCII need it too.
 */

/** Letters that look like no Latin one. */
export const GREEK: readonly (readonly [letter: string, word: string])[] = [
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
  ['π', 'pi'],
  ['ρ', 'rho'],
  ['σ', 'sigma'],
  ['τ', 'tau'],
  ['υ', 'upsilon'],
  ['φ', 'phi'],
  ['χ', 'chi'],
  ['ψ', 'psi'],
  ['ω', 'omega'],
  ['Γ', 'Gamma'],
  ['Δ', 'Delta'],
  ['Θ', 'Theta'],
  ['Λ', 'Lambda'],
  ['Ξ', 'Xi'],
  ['Π', 'Pi'],
  ['Σ', 'Sigma'],
  ['Υ', 'Upsilon'],
  ['Φ', 'Phi'],
  ['Ψ', 'Psi'],
  ['Ω', 'Omega'],
  ['ℓ', 'ell'],
];

/** Letters that nobody could tell from a Latin one: names keep the word, `Alpha`. TeX has no commands for them. */
export const LATIN_LIKE: readonly (readonly [letter: string, word: string, latin: string])[] = [
  ['Α', 'Alpha', 'A'],
  ['Β', 'Beta', 'B'],
  ['Ε', 'Epsilon', 'E'],
  ['Ζ', 'Zeta', 'Z'],
  ['Η', 'Eta', 'H'],
  ['Ι', 'Iota', 'I'],
  ['Κ', 'Kappa', 'K'],
  ['Μ', 'Mu', 'M'],
  ['Ν', 'Nu', 'N'],
  ['Ο', 'Omicron', 'O'],
  ['Ρ', 'Rho', 'P'],
  ['Τ', 'Tau', 'T'],
  ['Χ', 'Chi', 'X'],
  ['ο', 'omicron', 'o'],
];

/** Other shapes of a letter, which name the same thing. */
export const VARIANTS: readonly (readonly [letter: string, word: string, plain: string])[] = [
  ['ϵ', 'varepsilon', 'ε'],
  ['ϑ', 'vartheta', 'θ'],
  ['ϰ', 'varkappa', 'κ'],
  ['ϖ', 'varpi', 'π'],
  ['ϱ', 'varrho', 'ρ'],
  ['ς', 'varsigma', 'σ'],
  ['ϕ', 'varphi', 'φ'],
];

const all = [...GREEK, ...LATIN_LIKE, ...VARIANTS];

/** `θ` → `theta`, `Θ` → `Theta`. */
export const GREEK_WORD: ReadonlyMap<string, string> = new Map(
  all.map(([letter, word]) => [letter, word] as const),
);

/** `theta` → `θ`, `Theta` → `Θ`. */
export const GREEK_LETTER: ReadonlyMap<string, string> = new Map(
  all.map(([letter, word]) => [word, letter] as const),
);
