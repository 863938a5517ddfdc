import type { Apply } from '../../expr/node.ts';

/**
 * Functions of whole arrays are statements: templates in the records of `ops/`, the same in all languages with loops but for the
 * functions that the user left unknown. `$0`, `$1` are the arguments in memory, `$out` the result, `$room` room to work in;
 * `$here` is the result where argument 0 has been written to it, `$copy` argument 0 as an array that may be overwritten.
 * `$0.rows` is the product of all axes but the last, `$0.columns` the last, `$0.rest` that of all but the first, `$0.length` that of
 * all; `$out.rows` … alike.
 * `$list` are the arguments from the second on, `$widths` their last axes, `$count` how many there are; `$all` are all arguments and
 * how many there are.
 */
export type ArgumentUse = 'read' | 'here' | 'copy';

/** What becomes of argument 0. */
export function argumentUse(node: Apply): ArgumentUse {
  const { c } = node.op.spelling;
  return c.includes('$here') ? 'here' : c.includes('$copy') ? 'copy' : 'read';
}

/** Whether a routine looks at the entries of an argument, and not at its axes alone. */
export function looksAt(node: Apply, k: number): boolean {
  const { c } = node.op.spelling;
  if (k === 0 && argumentUse(node) !== 'read') return true;
  return (
    c.includes('$all') ||
    (k > 0 && c.includes('$list')) ||
    new RegExp(`\\$${k}(?![\\d.])`, 'u').test(c)
  );
}

/** The template of a solution A⁻¹ B in the place of B. */
export const SOLVE = 'solve($0, $out, $0.columns, $out.rest)';
