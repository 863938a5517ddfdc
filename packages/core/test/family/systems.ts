import type { FamilyEquation, FamilySystem, Range } from '../../src/elaborate/problem.ts';
import { toText } from '../../src/emit/text.ts';
import { apply, symbol } from '../../src/expr/build.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import type {
  BackwardEquation,
  BackwardEquations,
  FamilyGradient,
} from '../../src/family/derivation.ts';
import { toSurface } from '../../src/notation/surface.ts';
import { unknownElementwise } from '../../src/ops/unknown.ts';
import type { Value } from '../../src/ops/value.ts';
import { addValues, hadamardValues, timesValue, transposeValue } from '../../src/ops/value.ts';
import { atomText, DIM_ONE, dimName, type IndexExpr, indexText } from '../../src/shape/dim.ts';
import type { Shape } from '../../src/shape/shape.ts';
import { num, place } from '../../src/syntax/make.ts';

/** Systems as the elaborator would make them, from matrices. */

/** `l-1`, `0`, `L`. */
export function at(text: string): IndexExpr {
  const [, variable, offset] = /^([A-Za-z]*)([+-]?\d*)$/.exec(text) ?? [];
  return variable ? place(variable, Number(offset || 0)) : place(Number(text));
}

/** A family of arrays: `family('W', (i) => [n(i-1), n(i)])('l')`. */
export const family =
  (name: string, shape: (index: (shift: number) => IndexExpr) => Shape) =>
  (where: string): Value => {
    const index = at(where);
    const sides = shape((shift) => ({ ...index, offset: index.offset + shift }));
    const s = symbol(name, sides, { index });
    return { node: s, shape: sides };
  };

export const n = (index: IndexExpr): Shape[number] => dimName('n', index);
export const dim = (name: string): Shape[number] => dimName(name);
export const one = DIM_ONE;

export const variable = (name: string, ...shape: Shape): Value => ({
  node: symbol(name, shape),
  shape,
});

export const times = timesValue;
export const plus = (...values: readonly Value[]): Value =>
  values.reduce((a, b) => addValues(a, b));
export const minus = (a: Value, b: Value): Value => addValues(a, b, -1);
export const hadamard = hadamardValues;
export const transposed = transposeValue;
export const unknown = (name: string, x: Value, index: IndexExpr | null = null): Value => ({
  node: apply(unknownElementwise, [x.node], { name, index, order: 0 }),
  shape: x.shape,
});

export const symbolOf = (v: Value): Sym => {
  if (v.node.kind !== 'symbol') throw new Error('no symbol');
  return v.node;
};

/** `Z[l] = … for l = 1..L`; without range a base. */
export function equation(member: Value, value: Value, range: Range | null = null): FamilyEquation {
  return {
    member: symbolOf(member),
    shape: member.shape,
    node: value.node,
    expr: num(0),
    range,
  };
}

export const range = (letter: string, from: string, to: string): Range => ({
  letter,
  from: at(from),
  to: at(to),
});

export const system = (
  bases: readonly FamilyEquation[],
  steps: readonly FamilyEquation[],
): FamilySystem => ({ bases, steps });

const nodeText = (node: Node, shape: Shape): string =>
  toText(toSurface(node, shape[0] === DIM_ONE ? 'turned' : 'plain'));

const rangeText = (r: Range): string =>
  `${r.letter} = ${indexText(r.from)}..${indexText(r.to)}`.replaceAll('-', '−');

/** `G[l−1] = D[l] W[l]ᵀ for l = L..2`. */
export function equationText(e: BackwardEquation): string {
  const terms = e.terms.map(({ over, shown }) => {
    const text = nodeText(shown, e.left.shape);
    return over ? `Σ_{${rangeText(over)}} ${text}` : text;
  });
  const left = atomText(e.left.name, e.left.index).replace('-', '−');
  const name = e.left.role === 'part' ? left : `∂J/∂${left}`;
  return `${name} = ${terms.join(' + ')}${e.range ? ` for ${rangeText(e.range)}` : ''}`;
}

export const gradientTexts = (g: FamilyGradient): string[] =>
  g.zero ? [`∂J/∂${g.variable.name} = 0`] : g.equations.map(equationText);

export const texts = (e: BackwardEquations): string[] => [
  ...e.recursion.map(equationText),
  ...e.gradients.flatMap(gradientTexts),
];
