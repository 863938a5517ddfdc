import { contract, transpose } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { vecJacobian } from '../notation/kron.ts';
import { DIM_ONE } from '../shape/dim.ts';
import type { Shape } from '../shape/shape.ts';
import { call, transposed } from '../syntax/make.ts';
import type { Expr } from '../syntax/tree.ts';
import { exprOf, formulaOf, turnOf } from './formula.ts';
import { mapNames } from './reading.ts';
import type { Equation, Formula, LaidOut, LayoutName, Left, Result } from './report.ts';

const LAYOUTS: readonly LayoutName[] = ['denominator', 'numerator', 'vec', 'differential', 'index'];

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

/** The derivative in matrix notation in the layout asked for, or nothing where it has no such form. */
export function laidOut(
  d: Derivative,
  layout: 'denominator' | 'numerator' | 'vec',
): LaidOut | null {
  const { node, rank, variable, order } = d;
  const axes = node.axes.length;
  if (order > 2) return null;
  if (layout === 'vec') return stacked(d, 'vec');
  const up = layout === 'denominator';
  if (rank === 0)
    return axes > 2
      ? null
      : made(
          d,
          layout,
          up ? formulaOf(node, variable.shape) : flipped(node, variable.shape),
          up ? `shaped like ${variable.name}` : `shaped like ${variable.name}ᵀ`,
        );
  // of an array by a number
  if (axes === rank && axes <= 2)
    return made(
      d,
      layout,
      up ? flipped(node, d.value) : formulaOf(node, d.value),
      up ? 'shaped like the transposed value' : 'shaped like the value',
    );
  if (axes === 2)
    return made(
      d,
      layout,
      up ? flipped(node, node.axes) : formulaOf(node),
      up
        ? 'rows like the variable, columns like the value'
        : 'rows like the value, columns like the variable',
    );
  // matrices by matrices have these layouts only as vectors
  return stacked(d, layout);
}

function made(d: Derivative, name: LayoutName, formula: Formula, words: string): LaidOut | null {
  return formula.form === 'matrix'
    ? { name, formula, left: d.left, words: `${words} (${name} layout)` }
    : null;
}

/** ∂vec(F)/∂vec(X)ᵀ, or its transpose. */
function stacked(d: Derivative, name: 'denominator' | 'numerator' | 'vec'): LaidOut | null {
  const turned = name === 'denominator';
  const expr = vecOf(turned ? swapped(d) : d);
  if (!expr) return null;
  const what = turned ? 'of vec(variable) by vec(value)' : 'of vec(value) by vec(variable)';
  return {
    name,
    formula: { form: 'matrix', expr },
    left: { kind: 'vec', of: d.of, by: d.variable, turned },
    words: `${what}, columns stacked${usesK(expr) ? '; K turns vec(X) into vec(Xᵀ)' : ''} (${name} layout)`,
  };
}

/** Whether the commutation matrix stands in a formula. */
function usesK(e: Expr): boolean {
  let found = false;
  mapNames(e, (n) => {
    found ||= n.name === 'K';
    return n;
  });
  return found;
}

/** The transpose, of vectors too. */
function flipped(node: Node, shape: Shape): Formula {
  const [n] = node.axes;
  if (node.axes.length === 2) return formulaOf(transpose(node));
  return node.axes.length === 1 && n && turnOf(shape) === 'plain'
    ? formulaOf(node, [DIM_ONE, n])
    : formulaOf(node);
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

/** A derivative that has no form in the layout that was asked for, in index notation. */
export const inEntries = (entries: Equation, asked: LayoutName | null): LaidOut => ({
  name: 'index',
  formula: entries.formula,
  left: entries.left,
  words:
    asked === 'index'
      ? 'one entry (index layout)'
      : `one entry, since it has no form as one matrix${asked === null ? '' : ` in the ${asked} layout`} (index layout)`,
});

/** `dF = A dX B`. */
export const asDifferential = (e: Equation): LaidOut => ({
  name: 'differential',
  formula: e.formula,
  left: e.left,
  words: 'linear in the differential of the variable (differential layout)',
});

/** The layout that a result is printed in. */
export function layoutNameOf({ laidOut: asked, layout, formula }: Result): LayoutName {
  if (asked) return asked.name;
  if (formula.form === 'einsum' || formula.form === 'index') return 'index';
  return LAYOUTS.find((name) => layout?.endsWith(`(${name} layout)`)) ?? 'denominator';
}
