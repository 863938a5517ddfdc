/** One right side of a derivation, `1/m Xᵀ(Xθ − y)`. */
export interface DerivationStep {
  /** As it stands, without the equals sign and the remark behind it. */
  readonly text: string;
  /** Counted from one. */
  readonly line: number;
  /** What it is said to be: the left side that stands before it, `∂J/∂θ`, `J`; null where none does. */
  readonly left: string | null;
  /** Marked `(cheat)`: taken as if everything were a scalar. */
  readonly cheat: boolean;
}

/** `(cheat)`, as it is typed, or `(as scalars)`, as it is printed; in LaTeX within `\\text`. */
const CHEAT =
  /(?:\\q?quad|\s)*(?:\\(?:text|mathrm|mbox)\s*\{)?\s*[([{]?\s*\b(?:cheat(?:ing)?|as scalars)\b\s*[)\]}]?\s*\}?\s*$/iu;
/** Any other words behind a line of LaTeX, and its number. */
const WORDS =
  /(?:\\q?quad|\s)+\\(?:text|mbox|tag\*?)\s*\{[^{}]*\}\s*$|\\(?:tag\*?\s*\{[^{}]*\}|nonumber|notag)\s*$/u;
const DERIVATIVE =
  /^(?:\\frac\s*\{\s*\\partial|\\partial|∂|d(?=\p{L}\p{M}*(?:\[[^\]]*\])?\s*\/\s*d))/u;
const NAME = /^\\?[\p{L}][\p{L}\p{M}\p{N}_]*(?:\[[^\]]*\])?$/u;

/** More lines than this are not read. */
export const MAX_STEPS = 500;

/**
 * Takes a derivation apart: lines joined by `=`, or one formula on each line. `∂J/∂θ = a = b` and lines that begin with `=` go on
 * with the left side before them. `#` begins a comment; `&`, `\\` and environments of LaTeX are passed over.
 */
export function stepsOfDerivation(text: string): DerivationStep[] {
  const steps: DerivationStep[] = [];
  let left: string | null = null;
  text.split(/\r?\n/u).forEach((raw, k) => {
    const whole = raw
      .replace(/#.*$/u, '')
      .replaceAll(/\\(?:begin|end)\{[^}]*\}/gu, '')
      .replace(/\\\\\s*(?:\[[^\]]*\])?\s*$/u, '')
      .replaceAll('&', ' ')
      .replaceAll(/^\s*(?:\$\$?|\\\[|\\\()|(?:\$\$?|\\\]|\\\))\s*$/gu, '')
      .trim();
    const cheat = CHEAT.test(whole);
    const parts = sides(whole.replace(CHEAT, '').replace(WORDS, ''));
    const [first = '', ...rest] = parts.map((p) => p.trim());
    const isLeft = rest.length > 0 && (first === '' || DERIVATIVE.test(first) || NAME.test(first));
    if (isLeft && first !== '') left = first;
    for (const side of isLeft ? rest : parts.map((p) => p.trim()))
      if (side !== '' && steps.length < MAX_STEPS)
        steps.push({ text: side, line: k + 1, left, cheat });
  });
  return steps;
}

/** The sides of equals signs that stand in no bracket. */
function sides(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let k = 0; k < text.length; k++) {
    const c = text.charAt(k);
    if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth = Math.max(0, depth - 1);
    else if (c === '=' && depth === 0 && !/\bwhere\b/u.test(text.slice(from, k))) {
      found.push(text.slice(from, k));
      from = k + 1;
    }
  }
  return [...found, text.slice(from)];
}
