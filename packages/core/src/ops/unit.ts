import { apply, ones, zeros } from '../expr/build.ts';
import type { Structured } from '../expr/node.ts';
import { tensor } from '../expr/tensor.ts';
import { DIM_ONE } from '../shape/dim.ts';
import type { FunctionRecord } from './record.ts';
import { inLoops } from './spelling.ts';
import { dimValue, OperandError } from './value.ts';

/**
 * The unit vector eᵢ: 1 at the place of its first argument (counted from one), 0 elsewhere, as long as its second argument, a
 * vector of ones. Places run round, so that a check at small sizes still has a place for i = 5.
 */
export const unitLeaf: Structured = {
  mode: 'structured',
  name: 'unit',
  law: 'a unit vector is constant',
  domain: 'real',
  range: 'nonnegative',
  spelling: {
    latex: 'e_{$0}',
    numpy: 'unit($0, $1)',
    matlab: 'unit($0, $1)',
    julia: 'unit($0, $1)',
    ...inLoops('unit($0[0], $out.length, $out)'),
    onnx: 'unit($0, $1)',
  },
  axes: ([, along]) => along?.axes ?? [],
  adjoint: (node, _cotangent, which) => zeros(node.args[which]?.axes ?? []),
  value: ([place, along]) => {
    const out = tensor(along?.dims ?? []);
    const n = out.data.length;
    const i = Math.round(place?.data[0] ?? 1) - 1;
    out.data[((i % n) + n) % n] = 1;
    return out;
  },
};

export const unit: FunctionRecord = {
  name: 'unit',
  aliases: [],
  signature: 'unit(i, n)',
  summary: 'the i-th unit vector of length n: 1 at i, counted from one, and 0 elsewhere',
  example: { expression: 'unit(2, n)ᵀ sin(x)', where: 'x: n', wrt: 'x' },
  arity: [2, 2],
  axis: false,
  primitives: [unitLeaf],
  dimensions: ([i = DIM_ONE, n = DIM_ONE]) =>
    n === DIM_ONE
      ? { node: ones([]), shape: [] }
      : { node: apply(unitLeaf, [dimValue(i).node, ones([n])]), shape: [n] },
  build: () => {
    throw new OperandError('dimension-wanted', 'unit takes a place and a dimension', []);
  },
};
