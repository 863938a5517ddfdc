import { contract } from '../expr/build.ts';
import type { Dim } from '../shape/dim.ts';
import { DIM_ONE, dimConstant, mulDim } from '../shape/dim.ts';
import { axesOf, formatShape } from '../shape/shape.ts';
import type { FunctionRecord } from './record.ts';
import { reshaped, reshapeLeaf } from './reshape.ts';
import type { Value } from './value.ts';
import { normalShape, OperandError, sideOf } from './value.ts';

/** Products over named axes, and the same entries on other axes. */

const SPEC = /^([A-Za-z]*(?:,[A-Za-z]*)*)(?:->([A-Za-z]*))?$/u;

/** Letters that stand once, in the order of the alphabet: the axes of the result where none are named, as in NumPy. */
const once = (letters: string): string =>
  Array.from(letters)
    .filter((c) => letters.split(c).length === 2)
    .sort()
    .join('');

const badAxes = (message: string, which?: number, text = 'this one'): OperandError =>
  new OperandError('bad-einsum', message, which === undefined ? [] : [{ which, text }], {
    notes: ["as in `einsum('ij,jk->ik', A, B)`: a letter for each axis"],
  });

export const einsumOf: FunctionRecord = {
  name: 'einsum',
  aliases: [],
  signature: "einsum('ij,jk->ik', A, B)",
  summary: 'the product of arrays over named axes, summed over those that the result lacks',
  example: {
    expression: "sum(sin(einsum('bij,bjk->bik', A, X)))",
    where: 'A: b×m×n; X: b×n×k',
    wrt: 'X',
  },
  arity: [1, 16],
  axis: false,
  axes: true,
  primitives: [],
  build: (args, { axes = '' }) => {
    const [, left = '', named] = SPEC.exec(axes) ?? [];
    const inputs = left.split(',');
    const out = named ?? once(left.replaceAll(',', ''));
    if (left === '') throw badAxes('einsum begins with the axes of its arrays, in quotes');
    if (inputs.length !== args.length)
      throw badAxes(`einsum names ${inputs.length} arrays, and there are ${args.length}`);
    const lengths = new Map<string, { readonly side: Dim; readonly which: number }>();
    args.forEach((v, which) => {
      const letters = lettersOf(v, inputs[which] ?? '', which);
      letters.forEach((c, k) => {
        const had = lengths.get(c);
        const side = sideOf(v, k);
        if (!had) lengths.set(c, { side, which });
        else if (had.side !== side)
          throw new OperandError(
            'shape-mismatch',
            `${c} is ${formatShape([had.side])} and ${formatShape([side])}`,
            [
              { which: had.which, text: formatShape(args[had.which]?.shape ?? []) },
              { which, text: formatShape(v.shape) },
            ],
            { equate: [[had.side, side]] },
          );
      });
    });
    if (new Set(out).size < out.length) throw badAxes('an axis stands twice in the result');
    const shape = Array.from(out, (c): Dim => {
      const found = lengths.get(c);
      if (!found) throw badAxes(`the axis ${c} of the result is on no array`);
      return found.side;
    });
    // sides of one have no axis
    const codes = (letters: readonly string[]): number[] =>
      letters.flatMap((c) => (lengths.get(c)?.side === DIM_ONE ? [] : [c.charCodeAt(0)]));
    const node = contract(
      args.map((v, k) => ({ node: v.node, indices: codes(lettersOf(v, inputs[k] ?? '', k)) })),
      codes(Array.from(out)),
    );
    return { node, shape: normalShape(shape) };
  },
};

/** A letter for each side of an array; a row may have one letter, and what lacks sides at the end more. */
function lettersOf(v: Value, text: string, which: number): readonly string[] {
  const letters = Array.from(text);
  const isRow = v.shape.length === 2 && v.shape[0] === DIM_ONE && letters.length === 1;
  if (isRow) return ['', ...letters];
  if (letters.length < v.shape.length)
    throw badAxes(
      `${letters.length} letters for ${formatShape(v.shape)}`,
      which,
      `${v.shape.length} axes`,
    );
  if (letters.length > Math.max(2, v.shape.length))
    throw badAxes(`${letters.length} letters for ${formatShape(v.shape)}`, which);
  return letters;
}

const MOST = 8;

export const reshape: FunctionRecord = {
  name: 'reshape',
  aliases: [],
  signature: 'reshape(A, m, n, …)',
  summary: 'the same entries with other sides, in the order of reading: the last side runs first',
  example: { expression: 'sum(sin(A reshape(x, m, n)))', where: 'x: m*n; A: k×m', wrt: 'x' },
  arity: [2, MOST + 1],
  dimensionsFrom: 1,
  axis: false,
  primitives: [reshapeLeaf],
  build: ([a], { dims = [] }) => {
    const v = a as Value;
    const [have, want] = [v.shape, dims].map((sides) => sides.reduce(mulDim, DIM_ONE));
    if (have !== want)
      throw new OperandError(
        'shape-mismatch',
        `${formatShape(v.shape)} has other entries than ${formatShape(dims)}`,
        [{ which: 0, text: formatShape(v.shape) }],
        { equate: [[have ?? DIM_ONE, want ?? DIM_ONE]] },
      );
    return { node: reshaped(v.node, axesOf(dims)), shape: normalShape(dims) };
  },
};

export const permute: FunctionRecord = {
  name: 'permute',
  aliases: [],
  signature: 'permute(T, 2, 0, 1)',
  summary:
    'the axes of an array in another order, counted from 0: side k of the result is the side named k-th',
  example: { expression: 'sum(sin(permute(T, 2, 0, 1)))', where: 'T: a×b×c', wrt: 'T' },
  arity: [3, MOST + 1],
  dimensionsFrom: 1,
  axis: false,
  primitives: [],
  build: ([a], { dims = [] }) => {
    const v = a as Value;
    const order = dims.map((d) => dimConstant(d) ?? -1);
    const all = [...order].sort((x, y) => x - y);
    if (all.some((k, i) => k !== i) || order.length < v.shape.length)
      throw new OperandError(
        'bad-axis',
        `permute names each of the ${v.shape.length} axes once, counted from 0`,
        [{ which: 0, text: formatShape(v.shape) }],
      );
    const present = (k: number): boolean => sideOf(v, k) !== DIM_ONE;
    const node = contract([{ node: v.node, indices: all.filter(present) }], order.filter(present));
    return { node, shape: normalShape(order.map((k) => sideOf(v, k))) };
  },
};
