import { treeSizes } from '../derive/size.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import { isZero, power } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import type { Turn } from '../notation/algebra.ts';
import { NoMatrixForm } from '../notation/matrix.ts';
import { dimExpr, toSurface } from '../notation/surface.ts';
import { DIM_ONE } from '../shape/dim.ts';
import { isOneR, ONE } from '../shape/rational.ts';
import type { Shape } from '../shape/shape.ts';
import { call, num, times } from '../syntax/make.ts';
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
  try {
    return { form: 'matrix', expr: whole(node, turnOf(shape)) };
  } catch (error) {
    if (!(error instanceof NoMatrixForm)) throw error;
    return indexed(node);
  }
}

/** A node as a surface tree, or nothing where it has no matrix form. */
export function exprOf(node: Node, turn: Turn = 'plain'): Expr | undefined {
  try {
    return whole(node, turn);
  } catch (error) {
    if (error instanceof NoMatrixForm) return undefined;
    throw error;
  }
}

const LETTERS = 'ijklmnpqrstuvwxyzabcdefgho';

/** A product over indices by their names. Its factors have matrix forms: `derive/naming.ts` sees to that. */
function indexed(node: Node): Formula {
  const [term] = node.kind === 'sum' ? node.terms : [];
  const product = term?.node ?? node;
  const coefficient = term?.coefficient ?? ONE;
  if (product.kind !== 'contract') throw new NoMatrixForm(node);
  if (product.operands.length === 0) {
    const ones = call('ones', node.axes.map(dimExpr));
    return {
      form: 'matrix',
      expr: isOneR(coefficient) ? ones : times(num(coefficient), ones),
    };
  }
  const letter = (ix: number): string => LETTERS.charAt(ix % LETTERS.length);
  const inputs = product.operands.map((o) => o.indices.map(letter).join(''));
  const out = product.axes.map((_, ix) => letter(ix)).join('');
  return {
    form: 'einsum',
    coefficient,
    spec: `${inputs.join(',')}->${out}`,
    operands: product.operands.map((o) => toSurface(power(o.node, o.exponent))),
  };
}
