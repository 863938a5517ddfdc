import type { FamilyEquation, FamilySystem, Range } from '../../src/elaborate/problem.ts';
import { toText } from '../../src/emit/text.ts';
import { apply, literal, power, scale, symbol } from '../../src/expr/build.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import type {
  BackwardEquation,
  BackwardEquations,
  FamilyGradient,
} from '../../src/family/derivation.ts';
import { toSurface } from '../../src/notation/surface.ts';
import { functionNamed } from '../../src/ops/index.ts';
import { unknownElementwise, unknownScalar } from '../../src/ops/unknown.ts';
import type { Value } from '../../src/ops/value.ts';
import { addValues, hadamardValues, timesValue, transposeValue } from '../../src/ops/value.ts';
import { atomText, DIM_ONE, dimName, type IndexExpr, indexText } from '../../src/shape/dim.ts';
import { HALF, type Rational, rational } from '../../src/shape/rational.ts';
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

// ---------------------------------------------------------------- the models of the field

export const applied = (name: string, x: Value): Value => {
  const f = functionNamed(name);
  if (!f) throw new Error(`no function ${name}`);
  return f.build([x], { axis: null });
};

export const scaled = (c: Rational, x: Value): Value => ({
  node: scale(c, x.node),
  shape: x.shape,
});

/** ‖x‖² */
export const squared = (x: Value): Value => ({
  node: power(applied('norm', x).node, rational(2)),
  shape: [],
});

/** ½‖x‖² */
export const halfSquared = (x: Value): Value => scaled(HALF, squared(x));

/** `ℓ: function(…) -> scalar`. */
export const unknownLoss = (x: Value): Value => ({
  node: apply(unknownScalar, [x.node], { name: 'ℓ', index: null, order: 0 }),
  shape: [],
});

const [m, k, p] = [dim('m'), dim('n'), dim('p')];

/** An objective with its equations and its variables. */
export interface Model {
  readonly objective: Node;
  readonly system: FamilySystem;
  readonly wanted: readonly Sym[];
}

export const model = (objective: Value, s: FamilySystem, ...wanted: readonly Value[]): Model => ({
  objective: objective.node,
  system: s,
  wanted: wanted.map(symbolOf),
});

/** Layers of their own sizes. */
export const layers = {
  Z: family('Z', (i) => [m, n(i(0))]),
  W: family('W', (i) => [n(i(-1)), n(i(0))]),
  b: family('b', (i) => [one, n(i(0))]),
  X: variable('X', m, n(at('0'))),
  Y: variable('Y', m, n(at('L'))),
};

/** `Z[l] = f(Z[l−1] W[l])`. */
export function perceptron(f: (x: Value) => Value, loss?: (z: Value) => Value): Model {
  const { Z, W, X, Y } = layers;
  const step = equation(Z('l'), f(times(Z('l-1'), W('l'))), range('l', '1', 'L'));
  const j = loss ? loss(Z('L')) : halfSquared(minus(Z('L'), Y));
  return model(j, system([equation(Z('0'), X)], [step]), W('l'));
}

/** With a bias row. */
export function biased(f: (x: Value) => Value): Model {
  const { Z, W, b, X, Y } = layers;
  const inside = plus(times(Z('l-1'), W('l')), b('l'));
  const step = equation(Z('l'), f(inside), range('l', '1', 'L'));
  const j = halfSquared(minus(Z('L'), Y));
  return model(j, system([equation(Z('0'), X)], [step]), W('l'), b('l'));
}

/** States of one size. */
export const states = {
  Z: family('Z', () => [m, k]),
  H: family('H', () => [m, k]),
  W: family('W', () => [k, k]),
  V: family('V', () => [k, k]),
  x: family('X', () => [m, p]),
  X: variable('X', m, k),
  X1: variable('X1', m, k),
  Y: variable('Y', m, k),
  y: family('Y', () => [m, k]),
  A: variable('A', k, k),
  U: variable('U', p, k),
  H0: variable('H0', m, k),
};

export function residual(f: (x: Value) => Value): Model {
  const { Z, W, X, Y } = states;
  const step = equation(Z('l'), plus(Z('l-1'), f(times(Z('l-1'), W('l')))), range('l', '1', 'L'));
  return model(halfSquared(minus(Z('L'), Y)), system([equation(Z('0'), X)], [step]), W('l'), X);
}

const recurrentStep = (): FamilyEquation => {
  const { H, A, x, U } = states;
  const inside = plus(times(H('t-1'), A), times(x('t'), U));
  return equation(H('t'), applied('tanh', inside), range('t', '1', 'T'));
};

export function recurrent(): Model {
  const { H, A, U, H0, Y, x } = states;
  const s = system([equation(H('0'), H0)], [recurrentStep()]);
  return model(halfSquared(minus(H('T'), Y)), s, A, U, H0, x('t'));
}

/** `S[t] = S[t−1] + ‖H[t] − Y[t]‖²`, J = S[T]. */
export function accumulated(): Model {
  const { H, A, H0, y } = states;
  const S = family('S', () => []);
  const sum = equation(
    S('t'),
    plus(S('t-1'), squared(minus(H('t'), y('t')))),
    range('t', '1', 'T'),
  );
  const start = equation(S('0'), { node: literal(rational(0)), shape: [] });
  return model(
    S('T'),
    system([equation(H('0'), H0), start], [recurrentStep(), sum]),
    A,
    H0,
    y('t'),
  );
}

/** Two bases, and steps that look back two places. */
export function lookBack(...wanted: readonly Value[]): Model {
  const { Z, W, V, X, X1, Y } = states;
  const inside = plus(times(Z('l-1'), W('l')), times(Z('l-2'), V('l')));
  const step = equation(Z('l'), unknown('σ', inside), range('l', '2', 'L'));
  const s = system([equation(Z('0'), X), equation(Z('1'), X1)], [step]);
  return model(halfSquared(minus(Z('L'), Y)), s, ...wanted);
}

const gate = (name: string, f: string): FamilyEquation => {
  const inside = plus(
    times(states.x('t'), variable(`W_${name}`, p, k)),
    times(family('h', () => [m, k])('t-1'), variable(`U_${name}`, k, k)),
    variable(`b_${name}`, one, k),
  );
  return equation(family(name, () => [m, k])('t'), applied(f, inside), range('t', '1', 'T'));
};

export function lstm(): Model {
  const [h, c, i, f, o, g] = ['h', 'c', 'i', 'f', 'o', 'g'].map((x) => family(x, () => [m, k]));
  if (!h || !c || !i || !f || !o || !g) throw new Error('six families');
  const over = range('t', '1', 'T');
  const s = system(
    [equation(h('0'), states.H0), equation(c('0'), variable('C0', m, k))],
    [
      gate('i', 'sigmoid'),
      gate('f', 'sigmoid'),
      gate('o', 'sigmoid'),
      gate('g', 'tanh'),
      equation(c('t'), plus(hadamard(f('t'), c('t-1')), hadamard(i('t'), g('t'))), over),
      equation(h('t'), hadamard(o('t'), applied('tanh', c('t'))), over),
    ],
  );
  const j = halfSquared(minus(h('T'), states.Y));
  return model(j, s, variable('W_i', p, k), variable('U_f', k, k), variable('b_o', one, k));
}

/** An encoder over l, and then a decoder over t that begins with its result and uses it at every step. */
export function encoderDecoder(): Model {
  const { Z, H, W, A, X, Y } = states;
  const C = variable('C', k, k);
  const inside = plus(times(H('t-1'), A), times(Z('L'), C));
  const s = system(
    [equation(Z('0'), X), equation(H('0'), Z('L'))],
    [
      equation(Z('l'), unknown('σ', times(Z('l-1'), W('l'))), range('l', '1', 'L')),
      equation(H('t'), applied('tanh', inside), range('t', '1', 'T')),
    ],
  );
  return model(halfSquared(minus(H('T'), Y)), s, W('l'), A, C);
}
