import { apply, contract, delta, literal, ones, zeros } from '../expr/build.ts';
import type { Node, Spelling, Structured } from '../expr/node.ts';
import { tensor } from '../expr/tensor.ts';
import type { Dim } from '../shape/dim.ts';
import { addDim, DIM_ONE, dimConstant, dimNumber, subDim } from '../shape/dim.ts';
import { ZERO } from '../shape/rational.ts';
import { formatShape } from '../shape/shape.ts';
import type { FunctionRecord } from './record.ts';
import { inLoops } from './spelling.ts';
import type { Value } from './value.ts';
import { colsOf, OperandError, rowsOf, shapeOf, transposeValue } from './value.ts';

/**
 * Arrays side by side, and their parts. Both leaves work along the last axis, on the rows of matrices or on vectors; what lacks
 * that axis is one entry wide. Lengths are told by arrays of ones, so that they are part of the graph.
 */

const NOTHING = literal(ZERO);
const none = (n: Node): boolean => n === NOTHING;

const last = (n: Node, rank: number): Dim =>
  n.axes.length === rank ? (n.axes[rank - 1] ?? DIM_ONE) : DIM_ONE;

const width = (dims: readonly number[], rank: number): number =>
  dims.length === rank ? (dims[rank - 1] ?? 1) : 1;

/** δ on the shared axes, and an array that maps the last one: axes [shared, from, shared, to]. */
function alongLast(
  shared: readonly Dim[],
  from: readonly Dim[],
  to: readonly Dim[],
  map: Node,
): Node {
  const axes = [...shared, ...from, ...shared, ...to];
  const half = shared.length + from.length;
  const out = axes.map((_, k) => k);
  return contract(
    [
      ...shared.map((d, k) => ({ node: delta(d), indices: [k, half + k] })),
      {
        node: map,
        indices: [
          ...from.map((_, k) => shared.length + k),
          ...to.map((_, k) => half + shared.length + k),
        ],
      },
    ],
    out,
    new Map(axes.map((d, k) => [k, d])),
  );
}

/** Its first argument has the axes that all share: an array of ones. */
export const hcatLeaf: Structured = {
  mode: 'structured',
  name: 'hcat',
  law: 'd hcat(A, B) = hcat(dA, dB)',
  domain: 'real',
  spelling: {
    latex: '\\operatorname{hcat}($0)',
    numpy: 'hcat(($+), $rank)',
    matlab: 'cat($rank, $+)',
    julia: 'cat($+; dims=$rank)',
    ...inLoops('hcat($list, $widths, $count, $0.length, $out)'),
    onnx: 'hcat($*)',
  },
  asCall: ({ args, axes }, turned) => ({
    name: (axes.length === 2) === turned ? 'vcat' : 'hcat',
    args: args.slice(1),
    turned,
  }),
  axes: ([shared, ...pieces]) => {
    const axes = shared?.axes ?? [];
    const total = pieces.map((p) => last(p, axes.length + 1)).reduce(addDim, dimNumber(0));
    return [...axes, total];
  },
  adjoint: ({ args: [shared, ...pieces] }, g, which) => {
    const piece = pieces[which - 1];
    if (!shared || !piece) return zeros(shared?.axes ?? []);
    const before = pieces
      .slice(0, which - 1)
      .map((p) => last(p, g.axes.length))
      .reduce(addDim, dimNumber(0));
    return columnsNode(g, before, piece.axes);
  },
  matrixOf: ({ args: [shared, ...pieces], axes }, which) => {
    const piece = pieces[which - 1];
    if (!shared || !piece) return undefined;
    const rank = axes.length;
    const side = last(piece, rank);
    const widths = pieces.map((p) => last(p, rank));
    const space = (d: Dim): Node => zeros([side, d].filter((x) => x !== DIM_ONE));
    const row = apply(hcatLeaf, [
      ones(side === DIM_ONE ? [] : [side]),
      ...widths.map((w, k) => (k === which - 1 ? (w === DIM_ONE ? ones([]) : delta(w)) : space(w))),
    ]);
    return alongLast(shared.axes, side === DIM_ONE ? [] : [side], axes.slice(-1), row);
  },
  value: ([shared, ...pieces]) => {
    const rank = (shared?.dims.length ?? 0) + 1;
    const rows = shared?.data.length ?? 1;
    const widths = pieces.map((p) => width(p.dims, rank));
    const total = widths.reduce((a, b) => a + b, 0);
    const out = tensor([...(shared?.dims ?? []), total]);
    let at = 0;
    pieces.forEach((p, k) => {
      const w = widths[k] ?? 1;
      for (let r = 0; r < rows; r++)
        out.data.set(p.data.subarray(r * w, (r + 1) * w), r * total + at);
      at += w;
    });
    return out;
  },
};

const COLUMNS = 'columns($0, $0.rows, $0.columns, $1.columns, $out, $out.length / $0.rows)';

/** Entries along the last axis: how many are left out before, as ones, and ones in the shape of the result. */
const columnsOf = (spelling: Pick<Spelling, 'numpy' | 'julia' | 'matlab'>): Structured => ({
  mode: 'structured',
  name: 'columns',
  law: 'd columns(A) = columns(dA)',
  domain: 'real',
  linear: true,
  spelling: {
    latex: '\\operatorname{columns}($0)',
    ...spelling,
    ...inLoops(COLUMNS),
    onnx: 'columns($*)',
  },
  asCall: ({ args: [whole, before, like] }, turned) => {
    const rank = whole?.axes.length ?? 1;
    const first = addDim(before?.axes[0] ?? dimNumber(0), DIM_ONE);
    const count = like ? last(like, rank) : DIM_ONE;
    const name = (rank === 2) === turned ? 'rows' : 'columns';
    return { name, args: [...(whole ? [whole] : []), first, count], turned };
  },
  axes: ([, , like]) => like?.axes ?? [],
  reduce: ([whole, before, like]) =>
    whole &&
    before &&
    like &&
    none(before) &&
    whole.axes.length === like.axes.length &&
    whole.axes.every((d, i) => d === like.axes[i])
      ? whole
      : undefined,
  adjoint: ({ args: [whole, before, like] }, g, which) => {
    if (!whole || !before || !like || which > 0) return zeros(like?.axes ?? []);
    const rank = whole.axes.length;
    const shared = whole.axes.slice(0, -1);
    const start = before.axes[0] ?? dimNumber(0);
    const end = addDim(start, last(like, rank));
    const rest = subDim(last(whole, rank), end);
    const space = (d: Dim): Node[] =>
      dimConstant(d) === 0 ? [] : [zeros(d === DIM_ONE ? shared : [...shared, d])];
    return apply(hcatLeaf, [ones(shared), ...space(start), g, ...space(rest)]);
  },
  matrixOf: ({ args: [whole, before], axes }, which) => {
    const n = whole?.axes.at(-1);
    if (!whole || !before || !n || which > 0) return undefined;
    const shared = whole.axes.slice(0, -1);
    const kept = axes.slice(shared.length);
    const start = before.axes[0] ?? dimNumber(0);
    return alongLast(shared, [n], kept, columnsNode(delta(n), start, [n, ...kept]));
  },
  value: ([whole, before, like]) => {
    const out = tensor(like?.dims ?? []);
    if (!whole || !before) return out;
    const n = whole.dims[whole.dims.length - 1] ?? 1;
    const w = width(out.dims, whole.dims.length);
    const start = before.dims[0] ?? 0;
    for (let r = 0; r * n < whole.data.length; r++)
      out.data.set(whole.data.subarray(r * n + start, r * n + start + w), r * w);
    return out;
  },
});

const blockLeaf = columnsOf({
  numpy: 'np.copy($0[..., $1.length:$1.length + $2.length])',
  julia: 'columns($0, $1.length, $2.length)',
  matlab: 'columns($0, $dim, $1.length, $2.length)',
});
const singleLeaf = columnsOf({
  numpy: 'np.copy($0[..., $1.length])',
  julia: 'column($0, $1.length)',
  matlab: 'columns($0, $dim, $1.length, 1)',
});

/** The part of the given axes that has `before` entries before it along the last axis. */
const columnsNode = (whole: Node, before: Dim, axes: readonly Dim[]): Node =>
  apply(axes.length === whole.axes.length ? blockLeaf : singleLeaf, [
    whole,
    dimConstant(before) === 0 ? NOTHING : ones([before]),
    ones(axes),
  ]);

/** Matrices, columns and numbers side by side. @throws OperandError `shape-mismatch` */
function beside(name: string, values: readonly Value[]): Value {
  const [first] = values;
  if (!first) throw new OperandError('wrong-arguments', `${name} of nothing`, []);
  const rows = rowsOf(first);
  values.forEach((v, which) => {
    if (v.shape.length <= 2 && rowsOf(v) === rows) return;
    throw new OperandError(
      'shape-mismatch',
      `cannot put ${formatShape(first.shape)} and ${formatShape(v.shape)} ${name === 'hcat' ? 'side by side' : 'on top of each other'}`,
      [
        { which: 0, text: formatShape(first.shape) },
        { which, text: formatShape(v.shape) },
      ],
      { equate: [[rows, rowsOf(v)]] },
    );
  });
  const shared = rows === DIM_ONE ? [] : [rows];
  const node =
    values.length === 1
      ? first.node
      : apply(hcatLeaf, [ones(shared), ...values.map((v) => v.node)]);
  return { node, shape: shapeOf(rows, values.map(colsOf).reduce(addDim)) };
}

const MOST = 16;

const stacked = (
  name: 'hcat' | 'vcat',
  aliases: readonly string[],
  summary: string,
  example: FunctionRecord['example'],
): FunctionRecord => ({
  name,
  aliases,
  signature: `${name}(A, B, …)`,
  summary,
  example,
  arity: [1, MOST],
  axis: false,
  primitives: name === 'hcat' ? [hcatLeaf] : [],
  build: (values) =>
    name === 'hcat'
      ? beside(name, values)
      : transposeValue(beside(name, values.map(transposeValue))),
});

export const hcat = stacked('hcat', ['hstack'], 'arrays side by side', {
  expression: '‖hcat(ones(m), X) b‖²',
  where: 'X: m×n; b: n+1',
  wrt: 'X',
});

export const vcat = stacked('vcat', ['vstack'], 'arrays on top of each other', {
  expression: '‖A vcat(x, b)‖²',
  where: 'A: m×(n+k); x: n; b: k',
  wrt: 'x',
});

export const blockdiag: FunctionRecord = {
  name: 'blockdiag',
  aliases: [],
  signature: 'blockdiag(A, B, …)',
  summary: 'matrices along the diagonal, 0 elsewhere',
  example: {
    expression: 'tr(C blockdiag(A, X))',
    where: 'A: m×n; X: p×q; C: (n+q)×(m+p)',
    wrt: 'X',
  },
  arity: [1, MOST],
  axis: false,
  primitives: [],
  build: (values) => {
    const empty = (rows: Dim, cols: Dim): Value => {
      const shape = shapeOf(rows, cols);
      return { node: zeros(shape.filter((d) => d !== DIM_ONE)), shape };
    };
    const bands = values.map((v, k) =>
      beside(
        'hcat',
        values.map((w, j) => (j === k ? v : empty(rowsOf(v), colsOf(w)))),
      ),
    );
    return transposeValue(beside('vcat', bands.map(transposeValue)));
  },
};

const parts = (
  name: 'columns' | 'rows',
  summary: string,
  example: FunctionRecord['example'],
): FunctionRecord => ({
  name,
  aliases: [],
  signature: `${name}(A, first, count)`,
  summary,
  example,
  arity: [3, 3],
  dimensionsFrom: 1,
  axis: false,
  primitives: name === 'columns' ? [blockLeaf] : [],
  build: ([a], { dims: [first = DIM_ONE, count = DIM_ONE] = [] }) => {
    const v = name === 'columns' ? (a as Value) : transposeValue(a as Value);
    const before = subDim(first, DIM_ONE);
    const rest = subDim(colsOf(v), addDim(before, count));
    if ([before, rest].some((d) => d.terms.some((t) => t.coefficient < 0)))
      throw new OperandError('bad-part', `${formatShape(v.shape)} need not have these ${name}`, [
        { which: 0, text: formatShape((a as Value).shape) },
      ]);
    const shape = shapeOf(rowsOf(v), count);
    const part =
      colsOf(v) === DIM_ONE
        ? v
        : {
            node: columnsNode(
              v.node,
              before,
              shape.filter((d) => d !== DIM_ONE),
            ),
            shape,
          };
    return name === 'columns' ? part : transposeValue(part);
  },
});

export const columns = parts(
  'columns',
  'so many columns, from the first one named, counted from 1',
  {
    expression: '‖columns(X, n+1, k) b‖²',
    where: 'X: m×(n+k); b: k',
    wrt: 'X',
  },
);

export const rows = parts('rows', 'so many rows, from the first one named, counted from 1', {
  expression: 'aᵀ rows(x, n+1, k)',
  where: 'x: n+k; a: k',
  wrt: 'x',
});
