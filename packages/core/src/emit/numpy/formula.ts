import type { Node } from '../../expr/node.ts';
import { children, postorder } from '../../expr/walk.ts';
import { NoMatrixForm } from '../../notation/matrix.ts';
import { toSurface } from '../../notation/surface.ts';
import { DIM_ONE } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';
import { toText } from '../text.ts';

/** Formulas with more parts than this, written out, stand in no docstring. */
const LONGEST = 400;

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

/** Number of nodes when what is shared is written out each time. */
function writtenSize(root: Node): number {
  const sizes = new Map<Node, number>();
  for (const node of postorder([root])) {
    const below = children(node).reduce((n, c) => n + (sizes.get(c) ?? 1), 1);
    sizes.set(node, Math.min(below, Number.MAX_SAFE_INTEGER));
  }
  return sizes.get(root) ?? 1;
}
