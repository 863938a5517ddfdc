import type { Node } from '../../expr/node.ts';
import { children } from '../../expr/walk.ts';
import { NoMatrixForm } from '../../notation/matrix.ts';
import { toSurface } from '../../notation/surface.ts';
import { DIM_ONE } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';
import { toText } from '../text.ts';

/** Formulas with more parts than this, written out, stand in no docstring. */
const LONGEST = 120;

/** A formula as plain text for a docstring; a remark where it has no matrix form, or is too long to be read. */
export function docFormula(node: Node, shape: Shape, names?: ReadonlySet<string>): string {
  if (writtenSize(node) > LONGEST) return '… (long: see the code)';
  try {
    const turn = shape.length === 2 && shape[0] === DIM_ONE ? 'turned' : 'plain';
    return toText(toSurface(node, turn), names ? { names } : {});
  } catch (e) {
    if (e instanceof NoMatrixForm) return '… (a product over indices: see the code)';
    throw e;
  }
}

const sizes = new WeakMap<Node, number>();

/** Number of nodes when what is shared is written out each time. */
function writtenSize(root: Node): number {
  const stack = [root];
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const open = children(node).filter((c) => !sizes.has(c));
    if (open.length > 0 && !sizes.has(node)) {
      stack.push(...open);
      continue;
    }
    stack.pop();
    const below = children(node).reduce((n, c) => n + (sizes.get(c) ?? 1), 1);
    sizes.set(node, Math.min(below, Number.MAX_SAFE_INTEGER));
  }
  return sizes.get(root) ?? 1;
}

/** At most so many formulas stand in one docstring. */
const MOST = 40;

/** The first of some formulas, a line each, and how many more there are. */
export const docLines = <T>(items: readonly T[], line: (item: T) => string): string[] => [
  ...items.slice(0, MOST).map(line),
  ...(items.length > MOST ? [`and ${items.length - MOST} more`] : []),
];
