import type { Rule } from '../../derive/rules.ts';
import type { Explanation, ExplanationLine } from '../../explain/report.ts';
import type { TextOptions } from '../text.ts';
import { formulaLatex, formulaText, leftLatex, leftText } from './formula.ts';
import { proseAscii } from './words.ts';

/** Derivations by hand: lines with their reasons. */

/** A line as its parts: what stands left and right of the equals sign, and why. */
export interface WrittenLine {
  readonly left: string;
  readonly right: string;
  readonly reason: string;
}

/** The lines in text. A rule states its law where it is used first, and after that is called by its name. */
export function explanationLines(e: Explanation, options: TextOptions): WrittenLine[] {
  const known = new Set<string>();
  return e.lines.map((l) => ({
    left: l.left ? leftText(l.left, options) : '',
    right: formulaText(l.formula, options),
    reason: l.rules.map((r) => reasonOf(r, known)).join('; ') + uncheckedMark(l),
  }));
}

function reasonOf({ name, law }: Rule, known: Set<string>): string {
  const key = `${name}: ${law}`;
  if (known.has(key)) return name;
  known.add(key);
  return key;
}

const uncheckedMark = (l: ExplanationLine): string => (l.checked ? '' : ' (not checked)');

/** Rows of an alignment, each with the names of its rules: left side, right side, remark. */
export const explanationRows = (e: Explanation): (readonly [string, string, string])[] =>
  e.lines.map((l) => [
    l.left ? leftLatex(l.left) : '',
    formulaLatex(l.formula),
    `\\text{${proseAscii(l.rules.map((r) => r.name).join(', '))}${uncheckedMark(l)}}`,
  ]);

/** Every rule of a derivation once, in the order of use. */
export function rulesOf(e: Explanation): Rule[] {
  const found = new Map<string, Rule>();
  for (const r of e.lines.flatMap((l) => l.rules)) found.set(`${r.name}: ${r.law}`, r);
  return [...found.values()];
}

/** How far the lines were checked. */
export function checkedSentence({ how, lines }: Explanation): string {
  const open = lines.filter((l) => !l.checked).length;
  const along = how === 'differential' ? ', for random differentials too' : '';
  const all = `the lines were evaluated at random points${along}: each equals the one before`;
  return open === 0 ? all : `${all}, but for ${open} of which that could not be found out`;
}
