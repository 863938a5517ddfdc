import { apply, contract, ones } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { unitLeaf } from '../ops/unit.ts';
import type { Value } from '../ops/value.ts';
import { colsOf, isScalar, rowsOf, shapeOf } from '../ops/value.ts';
import type { Dim } from '../shape/dim.ts';
import { DIM_ONE } from '../shape/dim.ts';
import { isIntegerR, signR } from '../shape/rational.ts';
import { formatShape } from '../shape/shape.ts';
import type { Expr, PartExpr } from '../syntax/tree.ts';
import { at, fail } from './errors.ts';
import type { Context } from './names.ts';

/**
 * `x[i]`, `A[i,j]`, `A[:,j]`, `A[i,:]`: products with unit vectors, `A[i,j] = eᵢᵀ A eⱼ`. Places count from one.
 */
export function partOf(e: PartExpr, { go }: Context): Value {
  const whole = go(e.of);
  const rank = whole.shape.length;
  if (rank === 0 || rank > 2 || e.parts.length !== (whole.node.axes.length === 1 ? 1 : rank)) {
    const two = whole.node.axes.length === 1 && e.parts.length === 2;
    if (!two) {
      return fail(
        'bad-part',
        `${formatShape(whole.shape)} has ${rank === 0 ? 'no parts' : `parts with ${rank === 1 ? 'one place' : `${rank} places`}`}`,
        [at(e.span, formatShape(whole.shape))],
      );
    }
  }
  const sides: readonly Dim[] =
    e.parts.length === 1 ? whole.node.axes : [rowsOf(whole), colsOf(whole)];
  const places = e.parts.map((p, k) => (p ? place(p, sides[k] ?? DIM_ONE, go) : null));
  // only sides that are not one have an axis
  const axes = sides.flatMap((d, k) => (d === DIM_ONE ? [] : [k]));
  const factors = places.flatMap((unit, k) =>
    unit && axes.includes(k) ? [{ node: unit, indices: [axes.indexOf(k)] }] : [],
  );
  const out = axes.flatMap((k, ix) => (places[k] ? [] : [ix]));
  const node = contract([{ node: whole.node, indices: axes.map((_, ix) => ix) }, ...factors], out);
  if (e.parts.length === 1) return { node, shape: places[0] ? [] : whole.shape };
  const [row, column] = places;
  return { node, shape: shapeOf(row ? DIM_ONE : rowsOf(whole), column ? DIM_ONE : colsOf(whole)) };
}

/** The unit vector of a place along a side. */
function place(e: Expr, side: Dim, go: (e: Expr) => Value): Node {
  const i = go(e);
  if (!isScalar(i))
    return fail('scalar-wanted', 'a place is a whole number', [at(e.span, formatShape(i.shape))]);
  if (i.node.kind === 'literal' && (!isIntegerR(i.node.value) || signR(i.node.value) <= 0))
    return fail('bad-index', 'places count from 1', [at(e.span)]);
  return side === DIM_ONE ? ones([]) : apply(unitLeaf, [i.node, ones([side])]);
}
