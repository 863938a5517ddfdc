/** Formulas in Markdown, as GitHub and KaTeX read it. */

/** A formula within a line: `$…$`. */
export const inlineMath = (latex: string): string => `$${latex}$`;

/** A formula on lines of its own. */
export const displayMath = (latex: string): string => `$$\n${latex}\n$$`;

/** Equations below each other, their equals signs aligned; a row is a left and a right side. */
export function alignedMath(rows: readonly (readonly [left: string, right: string])[]): string {
  const lines = rows.map(([left, right]) => `${left} &= ${right}`);
  return displayMath(`\\begin{aligned}\n${lines.join(' \\\\\n')}\n\\end{aligned}`);
}

/** Text in which Markdown shall see no markup. */
export const escapeMarkdown = (text: string): string =>
  text.replaceAll(/[\\`*_[\]<>#|$~]/g, '\\$&');

/** Text as code within a line, also where it holds backticks. */
export function inlineCode(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((m) => m[0].length));
  const ticks = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${text}${pad}${ticks}`;
}
