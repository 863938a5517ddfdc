import { GREEK } from '../diagnostic/greek.ts';
import { greekLetter } from './letters.ts';
import type { Sign } from './token.ts';

/** Every way to type a sign. The lexer takes the longest that fits. */
const SPELLINGS: readonly (readonly [string, Sign])[] = [
  ['+', '+'],
  ['-', '-'],
  ['−', '-'],
  ['–', '-'],
  ['.+', '.+'],
  ['.-', '.-'],
  ['.−', '.-'],
  ['*', '*'],
  ['@', '*'],
  ['·', '*'],
  ['⋅', '*'],
  ['∙', '*'],
  ['•', '*'],
  ['∗', '*'],
  ['×', '×'],
  ['⊙', '⊙'],
  ['∘', '⊙'],
  ['.*', '⊙'],
  ['⊘', '⊘'],
  ['⊗', '⊗'],
  ['./', '⊘'],
  ['/', '/'],
  ['∕', '/'],
  ['⁄', '/'],
  ['÷', '/'],
  ['^', '^'],
  ['.^', '.^'],
  ['**', '.^'],
  ['√', '√'],
  ["'", "'"],
  ['′', "'"],
  ['’', "'"],
  [".'", "'"],
  ['ᵀ', '^T'],
  ['⊤', '^T'],
  ['⊺', '^T'],
  ['.T', '^T'],
  ['⁻ᵀ', '^-T'],
  ['⁻⊤', '^-T'],
  ['(', '('],
  [')', ')'],
  ['[', '['],
  [']', ']'],
  ['{', '{'],
  ['}', '}'],
  ['⟨', '⟨'],
  ['⟩', '⟩'],
  ['〈', '⟨'],
  ['〉', '⟩'],
  ['|', '|'],
  ['∣', '|'],
  ['‖', '‖'],
  ['∥', '‖'],
  ['||', '‖'],
  [',', ','],
  [':', ':'],
  ['=', '='],
  [':=', '='],
  ['≔', '='],
  ['∈', '∈'],
  ['..', '..'],
  ['...', '..'],
  ['…', '..'],
  ['→', '→'],
  ['->', '→'],
  ['ℝ', 'ℝ'],
  ['∂', '∂'],
  [';', ';'],
];

const LONGEST = Math.max(...SPELLINGS.map(([text]) => text.length));
const SIGNS: ReadonlyMap<string, Sign> = new Map(SPELLINGS);

/** The longest sign that stands at a place. */
export function signAt(source: string, at: number): { text: string; sign: Sign } | undefined {
  for (let length = LONGEST; length > 0; length--) {
    const text = source.slice(at, at + length);
    const sign = text.length === length ? SIGNS.get(text) : undefined;
    if (sign) return { text, sign };
  }
  return undefined;
}

const COMMANDS: ReadonlyMap<string, Sign> = new Map([
  ['times', '×'],
  ['cdot', '*'],
  ['odot', '⊙'],
  ['circ', '⊙'],
  ['oslash', '⊘'],
  ['otimes', '⊗'],
  ['in', '∈'],
  ['partial', '∂'],
  ['to', '→'],
  ['rightarrow', '→'],
  ['top', '^T'],
  ['ldots', '..'],
  ['dots', '..'],
  ['langle', '⟨'],
  ['rangle', '⟩'],
  ['Vert', '‖'],
  ['lVert', '‖'],
  ['rVert', '‖'],
  ['vert', '|'],
  ['lvert', '|'],
  ['rvert', '|'],
]);

/** The sign that a command such as `\times` stands for. */
export const commandSign = (command: string): Sign | undefined => COMMANDS.get(command);

/** The letter that a command such as `\theta` stands for. */
export const commandLetter = (command: string): string | undefined => greekLetter(command);

export const commandNames: readonly string[] = [
  ...COMMANDS.keys(),
  ...GREEK.map(([, name]) => name),
  'mathbb',
];

/** Signs of mathematics that are no signs of the language, with what to write instead. */
export const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['∑', 'a sum over all entries is written sum(…)'],
  ['∇', 'the gradient is what the command computes: give the expression alone'],
  ['†', 'the transpose is written Aᵀ, the pseudo-inverse pinv(A)'],
  ['∏', 'a product over an index has no notation here'],
  ['∫', 'integrals have no notation here'],
  ['"', 'text has no place in a formula'],
  ['“', 'text has no place in a formula'],
  ['$', 'leave the dollar signs away'],
]);

export const VULGAR: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['½', [1, 2]],
  ['⅓', [1, 3]],
  ['⅔', [2, 3]],
  ['¼', [1, 4]],
  ['¾', [3, 4]],
  ['⅕', [1, 5]],
  ['⅖', [2, 5]],
  ['⅗', [3, 5]],
  ['⅘', [4, 5]],
  ['⅙', [1, 6]],
  ['⅚', [5, 6]],
  ['⅐', [1, 7]],
  ['⅛', [1, 8]],
  ['⅜', [3, 8]],
  ['⅝', [5, 8]],
  ['⅞', [7, 8]],
  ['⅑', [1, 9]],
  ['⅒', [1, 10]],
]);

const RAISED_SIGNS: readonly (readonly [string, string])[] = [
  ...Array.from('⁰¹²³⁴⁵⁶⁷⁸⁹', (c, i) => [c, `${i}`] as const),
  ['⁺', '+'],
  ['⁻', '-'],
  ['ᵃ', 'a'],
  ['ᵇ', 'b'],
  ['ᶜ', 'c'],
  ['ᵈ', 'd'],
  ['ᵉ', 'e'],
  ['ᶠ', 'f'],
  ['ᵍ', 'g'],
  ['ʰ', 'h'],
  ['ⁱ', 'i'],
  ['ʲ', 'j'],
  ['ᵏ', 'k'],
  ['ˡ', 'l'],
  ['ᵐ', 'm'],
  ['ⁿ', 'n'],
  ['ᵒ', 'o'],
  ['ᵖ', 'p'],
  ['ʳ', 'r'],
  ['ˢ', 's'],
  ['ᵗ', 't'],
  ['ᵘ', 'u'],
  ['ᵛ', 'v'],
  ['ʷ', 'w'],
  ['ˣ', 'x'],
  ['ʸ', 'y'],
  ['ᶻ', 'z'],
];

/** Superscripts but for ᵀ. */
export const RAISED: ReadonlyMap<string, string> = new Map(RAISED_SIGNS);

/** Subscripts. */
export const LOWERED: ReadonlyMap<string, string> = new Map([
  ...Array.from('₀₁₂₃₄₅₆₇₈₉', (c, i) => [c, `${i}`] as const),
  ['ₐ', 'a'],
  ['ₑ', 'e'],
  ['ₕ', 'h'],
  ['ᵢ', 'i'],
  ['ⱼ', 'j'],
  ['ₖ', 'k'],
  ['ₗ', 'l'],
  ['ₘ', 'm'],
  ['ₙ', 'n'],
  ['ₒ', 'o'],
  ['ₚ', 'p'],
  ['ᵣ', 'r'],
  ['ₛ', 's'],
  ['ₜ', 't'],
  ['ᵤ', 'u'],
  ['ᵥ', 'v'],
  ['ₓ', 'x'],
]);
