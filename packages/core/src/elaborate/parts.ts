import { apply, contract, ones } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { unitLeaf } from '../ops/unit.ts';
import type { Value } from '../ops/value.ts';
import { isScalar, normalShape, sideOf } from '../ops/value.ts';
import type { Dim } from '../shape/dim.ts';
import { DIM_ONE } from '../shape/dim.ts';
import { isIntegerR, signR } from '../shape/rational.ts';
import { formatShape } from '../shape/shape.ts';
import type { Expr, PartExpr } from '../syntax/tree.ts';
import { at, fail } from './errors.ts';
import type { Context } from './names.ts';

/**
 * `x[i]`, `A[i,j]`, `A[:,j]`, `A[i,:]`: products with unit vectors, `A[i,j] = eᵢᵀ A eⱼ`. Places count from one. A row of a matrix is
 * a row; of a tensor the sides with a place fall away: `T[i,:,:]` is a matrix.
 */
export function partOf(e: PartExpr, { go }: Context): Value {
  const whole = go(e.of);
  const rank = whole.shape.length;
  const vector = whole.node.axes.length === 1 && rank <= 2;
  const count = e.parts.length;
  if (rank === 0 || (vector ? count > 2 : count !== rank))
    return fail(
      'bad-part',
      `${formatShape(whole.shape)} has ${rank === 0 ? 'no parts' : `parts with ${vector ? 'one place' : `${rank} places`}`}`,
      [at(e.span, formatShape(whole.shape))],
    );
  const sides: readonly Dim[] =
    count === 1 ? whole.node.axes : e.parts.map((_, k) => sideOf(whole, k));
  const places = e.parts.map((p, k) => (p ? place(p, sides[k] ?? DIM_ONE, go) : null));
  // only sides that are not one have an axis
  const axes = sides.flatMap((d, k) => (d === DIM_ONE ? [] : [k]));
  const factors = places.flatMap((unit, k) =>
    unit && axes.includes(k) ? [{ node: unit, indices: [axes.indexOf(k)] }] : [],
  );
  const out = axes.flatMap((k, ix) => (places[k] ? [] : [ix]));
  const node = contract([{ node: whole.node, indices: axes.map((_, ix) => ix) }, ...factors], out);
  if (count === 1) return { node, shape: places[0] ? [] : whole.shape };
  const left = sides.map((d, k) => (places[k] ? DIM_ONE : d));
  return { node, shape: normalShape(rank > 2 ? left.filter((_, k) => !places[k]) : left) };
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
