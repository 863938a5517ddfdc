import { treeSizes } from '../derive/size.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import { isZero } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import type { Turn } from '../notation/algebra.ts';
import { toSurface } from '../notation/surface.ts';
import { DIM_ONE } from '../shape/dim.ts';
import type { Shape } from '../shape/shape.ts';
import { num } from '../syntax/make.ts';
import type { Expr } from '../syntax/tree.ts';
import type { Formula } from './report.ts';

/** How a vector stands: a row of shape `1×n` is turned. */
export const turnOf = (shape: Shape): Turn =>
  shape.length === 2 && shape[0] === DIM_ONE ? 'turned' : 'plain';

/** Formulas with more parts than this, written out, are written nowhere: shared parts may make them exponentially long. */
const MAX_WRITTEN = 50_000;

/** A whole formula: nothing but zeros is 0, as people write it. @throws MatgradError `answer-too-long` */
function whole(node: Node, turn: Turn): Expr {
  if (isZero(node)) return num(0);
  if ((treeSizes([], [node]).get(node) ?? 0) > MAX_WRITTEN) {
    throw new MatgradError({
      severity: 'error',
      code: 'answer-too-long',
      message: `a formula of this answer would have more than ${MAX_WRITTEN} parts`,
      labels: [],
      notes: ['the export to NumPy computes each part once, however often it is used'],
    });
  }
  return toSurface(node, turn);
}

/** A node as a formula of the given shape: in matrix notation where it has one, else with indices. */
export function formulaOf(node: Node, shape: Shape = node.axes): Formula {
  const expr = whole(node, turnOf(shape));
  return { form: holdsAxes(expr) ? 'einsum' : 'matrix', expr };
}

const known = new WeakMap<Expr, boolean>();

/** Whether a formula names axes somewhere. */
function holdsAxes(e: Expr): boolean {
  const had = known.get(e);
  if (had !== undefined) return had;
  const found = (e.kind === 'call' && e.axes !== undefined) || below(e).some(holdsAxes);
  known.set(e, found);
  return found;
}

function below(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'number':
    case 'name':
      return [];
    case 'transpose':
    case 'inverse':
    case 'negate':
    case 'norm':
    case 'bars':
    case 'part':
    case 'series':
      return [e.of];
    case 'power':
      return [e.base, e.exponent];
    case 'product':
    case 'sum':
    case 'inner':
      return [e.left, e.right];
    case 'call':
      return e.args;
  }
}

/** A node as a surface tree. */
export const exprOf = (node: Node, turn: Turn = 'plain'): Expr => whole(node, turn);
