import { ACCENT_WORD } from '../../diagnostic/ascii.ts';
import { FUNCTION_WORDS } from '../functions.ts';
import { commandNames, commandSign } from '../signs.ts';
import type { Sign } from '../token.ts';

/** The commands of LaTeX, by what they do. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/u);

/** Another face of the same letters. */
const FACES: ReadonlyMap<string, string> = new Map([
  ...words('mathbf boldsymbol bm pmb symbf textbf').map((c) => [c, 'bold'] as const),
  ...words('mathcal mathscr').map((c) => [c, 'script'] as const),
  ...words('mathsf mathtt mathfrak').map((c) => [c, c] as const),
  ...words('mathit mathnormal ensuremath vec').map((c) => [c, ''] as const),
]);
export const faceOf = (command: string): string | undefined => FACES.get(command);

/** Upright words: names and functions. */
export const UPRIGHT: ReadonlySet<string> = new Set(
  words('mathrm text textrm textnormal textit textsf mbox operatorname'),
);

/** Letters with a mark: its combining character. */
const ACCENTS: ReadonlyMap<string, string> = new Map([
  ...[...ACCENT_WORD].reverse().map(([mark, word]) => [word, mark] as const),
  ['widehat', '\u0302'],
  ['overline', '\u0304'],
  ['widetilde', '\u0303'],
  ['mathring', '\u030a'],
]);
export const accentOf = (command: string): string | undefined => ACCENTS.get(command);

/** Functions whose command is not their name in the language. */
const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['arcsin', 'asin'],
  ['arccos', 'acos'],
  ['arctan', 'atan'],
  ['sgn', 'sign'],
  ['arsinh', 'asinh'],
  ['arcosh', 'acosh'],
  ['artanh', 'atanh'],
  ['Tr', 'tr'],
]);

/** The function that a word names, in TeX or upright: `\tanh`, `\operatorname{Tr}`, `\text{ReLU}`. */
export function functionOf(word: string): string | undefined {
  const known = [word, FUNCTIONS.get(word), word.toLowerCase()];
  return word.length > 1 ? known.find((w) => w !== undefined && FUNCTION_WORDS.has(w)) : undefined;
}

/** Signs that TeX has and Unicode input spells otherwise. */
const SIGNS: ReadonlyMap<string, Sign> = new Map([
  ['ast', '*'],
  ['bullet', '*'],
  ['div', '/'],
  ['colon', ':'],
  ['coloneqq', '='],
  ['triangleq', '='],
  ['equiv', '='],
  ['cdots', '..'],
  ['prime', "'"],
  ['intercal', '^T'],
]);
export const signOf = (command: string): Sign | undefined =>
  SIGNS.get(command) ?? commandSign(command);

/** What has no meaning for the language, with what to write instead. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  [
    'sum',
    'sums are written with whole arrays: \\lVert X\\theta - y \\rVert^2, or \\operatorname{sum}(…) of all entries',
  ],
  ['prod', 'a product over an index is not read'],
  ['int', 'integrals are not read'],
  ['nabla', 'the gradient is what is computed: give the expression alone'],
  ['dagger', 'the pseudo-inverse is written \\operatorname{pinv}(A)'],
  ['backslash', 'a solution is written with the inverse, A^{-1} b'],
  ['lim', 'limits are not read'],
  ['sup', 'the largest of two is written \\max(a, b)'],
  ['inf', 'the smallest of two is written \\min(a, b)'],
  ['arg', 'the expression alone is derived'],
  ['argmin', 'the expression alone is derived'],
  ['argmax', 'the expression alone is derived'],
  ...words('oplus ominus pm mp le leq ge geq ne neq approx sim propto mid cup cap subset').map(
    (c) => [c, 'this sign has no meaning in a formula that is derived'] as const,
  ),
]);
export const refusalOf = (command: string): string | undefined => REFUSED.get(command);

/** Fractions; all are read alike. */
export const FRACTIONS: ReadonlySet<string> = new Set(words('frac tfrac dfrac cfrac'));

/** Environments whose lines are statements. */
export const DISPLAYS =
  /^(?:align|aligned|alignat|alignedat|displaymath|eqnarray|equation|flalign|gather|gathered|math|multline|split)\*?$/u;

/** All names, from which the nearest is offered. */
export const latexCommands: readonly string[] = [
  ...commandNames,
  ...FACES.keys(),
  ...UPRIGHT,
  ...ACCENTS.keys(),
  ...FUNCTION_WORDS,
  ...FUNCTIONS.keys(),
  ...SIGNS.keys(),
  ...REFUSED.keys(),
  ...FRACTIONS,
  ...words('sqrt left right big bigl bigr begin end infty quad qquad norm'),
];
