import { contract, isZero } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { vecJacobian } from '../notation/kron.ts';
import { DIM_ONE } from '../shape/dim.ts';
import type { Shape } from '../shape/shape.ts';
import { call, transposed } from '../syntax/make.ts';
import type { Expr } from '../syntax/tree.ts';
import { exprOf, turnOf } from './formula.ts';
import type { Equation, Formula, Left, Result } from './report.ts';

/**
 * How a derivative is laid out on paper. `denominator`: shaped like the variable, the transpose of `numerator`: rows like the value,
 * columns like the variable. `vec`: ∂vec(F)/∂vec(X)ᵀ with Kronecker products. `differential`: dF in terms of dX. `index`: one entry.
 */
export const LAYOUTS = ['denominator', 'numerator', 'vec', 'differential', 'index'] as const;
export type LayoutName = (typeof LAYOUTS)[number];

/** A derivative to be laid out. */
export interface Derivative {
  /** Axes: those of the value, then those of the variables. */
  readonly node: Node;
  /** The shape of the value, and how many axes it has. */
  readonly value: Shape;
  readonly rank: number;
  readonly variable: Sym;
  /** Of an order above two there is no form as one matrix. */
  readonly order: number;
  /** The value and the derivative as left sides. */
  readonly of: Left;
  readonly left: Left;
}

/** A formula in a layout. */
export interface LaidOut {
  readonly name: LayoutName;
  readonly formula: Formula;
  /** What stands left of the equals sign. */
  readonly left: Left;
  /** In words, how the formula is laid out. */
  readonly words: string;
}

/** What vec'd derivatives are, in words. */
const VEC = 'vec layout: ∂vec(value)/∂vec(variable)ᵀ, columns stacked; K turns vec(X) into vec(Xᵀ)';

const matrix = (expr: Expr): Formula => ({ form: 'matrix', expr });

/** The derivative in matrix notation in the layout asked for, or nothing where it has no such form. */
export function laidOut(
  d: Derivative,
  layout: 'denominator' | 'numerator' | 'vec',
): LaidOut | null {
  const { node, rank, variable, order, left } = d;
  if (isZero(node) || order > 2) return null;
  const axes = node.axes.length;
  const scalarValue = rank === 0;
  const plain = (name: LayoutName, words: string, formula: Formula): LaidOut => ({
    name,
    formula,
    left,
    words: `${name} layout: ${words}`,
  });
  if (layout === 'vec') {
    const vec = vecOf(d);
    if (!vec) return null;
    const whole: Left = { kind: 'vec', of: d.of, by: variable, turned: false };
    return { name: 'vec', formula: matrix(vec), left: whole, words: VEC };
  }
  if (scalarValue) {
    const turned = layout === 'numerator';
    if (axes > 2) return null;
    const e = turned ? flipped(node, variable.shape) : exprOf(node, turnOf(variable.shape));
    const words = turned ? `shaped like ${variable.name}ᵀ` : `shaped like ${variable.name}`;
    return plain(layout, words, matrix(e));
  }
  if (axes === rank && axes <= 2) {
    // of an array by a number
    const e = layout === 'numerator' ? exprOf(node, turnOf(d.value)) : flipped(node, d.value);
    return plain(
      layout,
      layout === 'numerator' ? 'shaped like the value' : 'shaped like the transposed value',
      matrix(e),
    );
  }
  if (axes === 2) {
    const words =
      layout === 'numerator'
        ? 'rows like the value, columns like the variable'
        : 'rows like the variable, columns like the value';
    const e = layout === 'numerator' ? exprOf(node) : exprOf(node, 'turned');
    return plain(layout, words, matrix(e));
  }
  // matrices by matrices have these layouts only as vectors
  const vec = vecOf(layout === 'numerator' ? d : swapped(d));
  if (!vec) return null;
  const turned = layout === 'denominator';
  return {
    name: layout,
    formula: matrix(vec),
    left: { kind: 'vec', of: d.of, by: variable, turned },
    words: `${layout} layout of ${turned ? '∂vec(value)ᵀ/∂vec(variable)' : '∂vec(value)/∂vec(variable)ᵀ'}, columns stacked; K turns vec(X) into vec(Xᵀ)`,
  };
}

/** ∂vec(F)/∂vec(X)ᵀ as a matrix. */
function vecOf({ node, rank, variable, value }: Derivative): Expr | undefined {
  const axes = node.axes.length;
  if (axes === 0) return exprOf(node);
  if (rank === 0)
    return axes === 2 ? transposed(call('vec', [exprOf(node)])) : transposed(exprOf(node));
  if (variable.axes.length === 0)
    return axes === 2
      ? call('vec', [exprOf(node)])
      : exprOf(node, turnOf(value.filter((s) => s !== DIM_ONE)));
  if (axes === 2) return exprOf(node);
  return axes <= 4 ? vecJacobian(node, rank) : undefined;
}

/** The derivative with the axes of the variable first. */
function swapped(d: Derivative): Derivative {
  const { node, rank } = d;
  const n = node.axes.length - rank;
  const all = node.axes.map((_, k) => k);
  const order = all.map((k) => (k < rank ? n + k : k - rank));
  return { ...d, node: contract([{ node, indices: order }], all), rank: n };
}

/** The transpose, of vectors too. */
const flipped = (node: Node, shape: Shape): Expr =>
  exprOf(node, turnOf(shape) === 'turned' ? 'plain' : 'turned');

/** A derivative that has no form in the layout that was asked for, in index notation. */
export const inEntries = (entries: Equation, asked: LayoutName | null): LaidOut => ({
  name: 'index',
  formula: entries.formula,
  left: entries.left,
  words:
    asked === 'index'
      ? 'index layout: one entry'
      : asked === null
        ? 'index layout: one entry, since it has no form as one matrix'
        : `index layout: one entry, since it has no form as one matrix in the ${asked} layout`,
});

/** `dF = A dX B`. */
export const asDifferential = (e: Equation): LaidOut => ({
  name: 'differential',
  formula: e.formula,
  left: e.left,
  words: 'differential layout: the derivative as a linear map of the differential of the variable',
});

/** The layout that a result is printed in. */
export function layoutNameOf({ laidOut: asked, layout, formula }: Result): LayoutName {
  if (asked) return asked.name;
  if (formula.form === 'einsum' || formula.form === 'index') return 'index';
  if (layout === null) return 'denominator';
  return layout.includes('vec(') ? 'vec' : 'numerator';
}
