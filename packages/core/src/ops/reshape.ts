import { apply, contract, delta, ones, transpose, zeros } from '../expr/build.ts';
import type { Contract, Node, Operand, Structured, WrittenCall } from '../expr/node.ts';
import { blocksOf } from '../expr/reshaped.ts';
import { tensor } from '../expr/tensor.ts';
import type { Dim } from '../shape/dim.ts';
import { inLoops } from './spelling.ts';

/**
 * An array's entries on other axes, in the order of reading: the last axis runs first, as in C and NumPy. Columns one below the
 * other, vec(A), are the rows of Aᵀ one after the other; a Kronecker product is an outer product with its axes merged in pairs.
 */
export const reshapeLeaf: Structured = {
  mode: 'structured',
  name: 'reshape',
  law: 'd reshape(X) = reshape(dX)',
  domain: 'real',
  linear: true,
  reshapes: true,
  spelling: {
    latex: '\\operatorname{reshape}($0)',
    numpy: 'np.reshape($0, $shape)',
    matlab: 'row_major($0, $dim, [$sides])',
    julia: 'row_major($0, ($sides,))',
    ...inLoops('$0'),
    onnx: 'reshape($0)',
  },
  asCall: (node, turned) => writtenAs(node.args[0] ?? node, node.axes, turned),
  reduce: ([x, shape]) => (x && shape ? reduced(x, shape) : undefined),
  axes: ([, shape]) => shape?.axes ?? [],
  adjoint: ({ args: [x] }, g, which) => (which === 0 ? reshaped(g, x?.axes ?? []) : zeros(g.axes)),
  value: ([x, shape]) => tensor(shape?.dims ?? [], x?.data.slice()),
};

/** The node's entries on these axes; they have as many. */
export const reshaped = (node: Node, axes: readonly Dim[]): Node =>
  apply(reshapeLeaf, [node, ones(axes)]);

function reduced(x: Node, shape: Node): Node | undefined {
  if (x.axes.length === shape.axes.length && x.axes.every((d, k) => d === shape.axes[k])) return x;
  if (x.kind === 'apply' && x.op === reshapeLeaf && x.args[0])
    return reshaped(x.args[0], shape.axes);
  if (x.kind !== 'contract') return undefined;
  if (x.operands.length === 0) return shape;
  const scalars = x.operands.filter((o) => o.indices.length === 0);
  if (scalars.length === 0) return identities(x, shape.axes) ?? withinOperands(x, shape.axes);
  const rest = contract(
    x.operands.filter((o) => o.indices.length > 0),
    x.axes.map((_, k) => k),
    new Map(x.extents.map((d, k) => [k, d])),
  );
  const out = shape.axes.map((_, k) => k);
  return contract(
    [
      ...scalars.map((o) => ({ ...o, indices: [] })),
      { node: reshaped(rest, shape.axes), indices: out },
    ],
    out,
  );
}

/** A product of identities whose first sides and whose second sides are merged in the same order is the identity. */
function identities(x: Contract, [a, b, ...more]: readonly Dim[]): Node | undefined {
  const half = x.axes.length / 2;
  if (!a || a !== b || more.length > 0 || x.operands.length !== half) return undefined;
  const twins = x.operands.every(
    ({ node, indices: [i = 0, j = 0] }) => node.kind === 'delta' && Math.abs(i - j) === half,
  );
  return twins ? delta(a) : undefined;
}

/** Axes that are merged and stand side by side on one factor, itself a reshaped array, are merged on that factor. */
function withinOperands(x: Contract, axes: readonly Dim[]): Node | undefined {
  const blocks = blocksOf(x.axes, axes);
  const merges = blocks?.filter((b) => b.from.length > 1) ?? [];
  if (!blocks || merges.length === 0 || blocks.some((b) => b.to.length !== 1)) return undefined;
  let operands = x.operands;
  for (const { from, to } of merges) {
    const [first = -1] = from;
    const owners = operands.filter((o) => o.indices.some((ix) => from.includes(ix)));
    const [owner, ...others] = owners;
    const at = owner?.indices.indexOf(first) ?? -1;
    if (
      !owner ||
      others.length > 0 ||
      owner.node.kind !== 'apply' ||
      owner.node.op !== reshapeLeaf ||
      owner.indices.filter((ix) => from.includes(ix)).length !== from.length ||
      from.some((ix, k) => owner.indices[at + k] !== ix)
    )
      return undefined;
    const merged = axes[to[0] ?? 0] as Dim;
    const node = reshaped(owner.node, owner.node.axes.toSpliced(at, from.length, merged));
    const whole = { ...owner, node, indices: owner.indices.toSpliced(at, from.length, first) };
    operands = operands.map((o) => (o === owner ? whole : o));
  }
  const extents = new Map<number, Dim>(x.extents.map((d, ix) => [ix, d]));
  for (const { from, to } of merges) extents.set(from[0] ?? -1, axes[to[0] ?? 0] as Dim);
  return contract(
    operands,
    blocks.map((b) => b.from[0] ?? -1),
    extents,
  );
}

/** How a reshaped array is written: as a Kronecker product, as vec or unvec, or plainly. */
function writtenAs(x: Node, axes: readonly Dim[], turned: boolean): WrittenCall {
  const kron = x.kind === 'contract' ? kronOf(x, axes) : undefined;
  if (kron) return { name: 'kron', args: kron, turned: false };
  if (axes.length === 1 && x.axes.length === 2)
    return { name: 'vec', args: [transpose(x)], turned: false };
  if (axes.length === 2 && x.axes.length === 1 && turned)
    return { name: 'unvec', args: [x, ...[...axes].reverse()], turned: true, upright: true };
  return { name: 'reshape', args: [x, ...axes], turned: false };
}

/**
 * The two factors of a product whose rows, whose columns, or both are merged in pairs: what has the first of each pair, and what has
 * the second. A side that is not merged belongs to either; without it a factor is a column or a row.
 */
function kronOf(x: Contract, axes: readonly Dim[]): WrittenCall['args'] | undefined {
  const [rows, columns, ...more] = blocksOf(x.axes, axes) ?? [];
  if (!rows || !columns || more.length > 0 || x.operands.some((o) => o.indices.length === 0))
    return undefined;
  if ([rows, columns].some((b) => b.to.length > 1 || b.from.length > 2)) return undefined;
  const [i = -1, k] = rows.from;
  const [j = -1, l] = columns.from;
  const groups = groupsOf(x);
  for (const alone of [0, 1]) {
    const sides = [
      [
        k === undefined && alone === 1 ? undefined : i,
        l === undefined && alone === 1 ? undefined : j,
      ],
      [k ?? (alone === 1 ? i : undefined), l ?? (alone === 1 ? j : undefined)],
    ] as const;
    if (groups.every((g) => sides.some((s) => g.out.every((ix) => s.includes(ix)))))
      return sides.map((s) => factorOf(x, groups, s));
  }
  return undefined;
}

function factorOf(
  x: Contract,
  groups: readonly Group[],
  [row, column]: readonly [number | undefined, number | undefined],
): Node | { readonly row: Node } {
  const out = [row, column].filter((ix) => ix !== undefined);
  const own = groups.filter((g) => g.out.every((ix) => out.includes(ix)));
  const node = contract(
    own.flatMap((g) => g.operands),
    out,
    new Map(x.extents.map((d, ix) => [ix, d] as const)),
  );
  return row === undefined ? { row: node } : node;
}

/** Factors that hang together by an index, and the result's indices among theirs. */
interface Group {
  readonly operands: readonly Operand[];
  readonly out: readonly number[];
}

function groupsOf(x: Contract): Group[] {
  let groups: { operands: Operand[]; indices: Set<number> }[] = [];
  for (const o of x.operands) {
    const touching = groups.filter((g) => o.indices.some((ix) => g.indices.has(ix)));
    const merged = {
      operands: [...touching.flatMap((g) => g.operands), o],
      indices: new Set([...touching.flatMap((g) => [...g.indices]), ...o.indices]),
    };
    groups = [...groups.filter((g) => !touching.includes(g)), merged];
  }
  return groups.map((g) => ({
    operands: g.operands,
    out: [...g.indices].filter((ix) => ix < x.axes.length),
  }));
}
