import { toText } from '../../src/emit/text.ts';
import {
  add,
  apply,
  einsum,
  multiply,
  power,
  scale,
  subtract,
  symbol,
  total,
} from '../../src/expr/build.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import type { Turn } from '../../src/notation/algebra.ts';
import { toSurface } from '../../src/notation/surface.ts';
import { tanh } from '../../src/ops/elementwise.ts';
import { DIM_ONE, dimName } from '../../src/shape/dim.ts';
import { HALF, rational } from '../../src/shape/rational.ts';
import { trickFor } from '../../src/trick/ask.ts';
import type { Arranging, Trick } from '../../src/trick/trick.ts';

export const [k, m, n] = [dimName('k'), dimName('m'), dimName('n')];
export const count = symbol('m', [], { role: 'dimension' });

/** Square matrices, vectors of their side, and a rectangular matrix with vectors for both sides. */
export const [A, B, C, W, Y] = ['A', 'B', 'C', 'W', 'Y'].map((name) => symbol(name, [n, n])) as [
  Sym,
  Sym,
  Sym,
  Sym,
  Sym,
];
export const Q = symbol('X', [n, n]);
export const S = symbol('S', [n, n], { properties: ['symmetric'] });
export const [a, b, w, x] = ['a', 'b', 'w', 'x'].map((name) => symbol(name, [n])) as [
  Sym,
  Sym,
  Sym,
  Sym,
];
export const X = symbol('X', [m, n]);
export const θ = symbol('θ', [n]);
export const y = symbol('y', [m]);
export const λ = symbol('λ', []);
export const V = symbol('V', [n, k]);
export const T = symbol('T', [m, k]);
export const row = symbol('b', [DIM_ONE, k]);

export const product = (left: Node, right: Node): Node => einsum('ij,jk->ik', [left, right]);
export const image = (matrix: Node, vector: Node): Node => einsum('ij,j->i', [matrix, vector]);
export const half = (value: Node): Node => scale(HALF, value);
export const squares = (value: Node): Node => total(power(value, rational(2)));
export const bent = (value: Node): Node => apply(tanh.leaf, [value]);

export const residual = subtract(image(X, θ), y);
export const regression = half(multiply([power(count, rational(-1)), squares(residual)]));

/** tanh(X V + 1 b), against T. */
export const layer = half(
  squares(subtract(bent(add(product(X, V), einsum('j->ij', [row], { i: m }))), T)),
);

/** ½‖tanh(… tanh(X W1) … WL) − Y‖² with sides d0 … dL, or with all equal. */
export function network(layers: number, equal = false): { value: Node; weights: Sym[] } {
  const side = (l: number): typeof n => (equal ? n : dimName(`d${l}`));
  let z: Node = symbol('X', [m, side(0)]);
  const weights = Array.from({ length: layers }, (_, l) =>
    symbol(`W${l + 1}`, [side(l), side(l + 1)]),
  );
  for (const weight of weights) z = bent(product(z, weight));
  return { value: half(squares(subtract(z, symbol('Y', [m, side(layers)])))), weights };
}

export const text = (node: Node, turn: Turn = 'plain'): string => toText(toSurface(node, turn));

export const ask = (value: Node, variable: Sym): Trick =>
  trickFor({ value, variable, shape: variable.shape, seed: 1, text });

/** The right arrangements as text, and the wrong ones. */
export const marked = ({ arrangements }: Arranging): { right: string[]; wrong: string[] } => ({
  right: arrangements.filter((r) => r.passes).map((r) => toText(r.expr)),
  wrong: arrangements.filter((r) => !r.passes).map((r) => toText(r.expr)),
});

/** The chain as text. */
export const chainText = ({ chain }: Arranging): string =>
  chain.map((f) => (f.expr ? toText(f.expr) : '?')).join(' · ');
