/**
 * How letters and signs are spelled where only ASCII can be shown. The reader uses the Greek table backwards, so that what is
 * printed in ASCII can be typed in again.
 */

/** Greek letters that look like no Latin letter, with their names. */
export const GREEK: readonly (readonly [letter: string, name: string])[] = [
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
  ...GREEK,
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
