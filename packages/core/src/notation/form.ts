import { symbol } from '../expr/build.ts';
import type { Contract, Node } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import type { Algebra, Turn } from './algebra.ts';
import { NoMatrixForm, read } from './matrix.ts';

/** Whether a product can be read as matrices, given that its factors can. */
export function hasMatrixForm(node: Node): boolean {
  if (node.axes.length > 2) return false;
  if (node.kind !== 'contract') return true;
  const operands = node.operands.map((o) =>
    o.node.kind === 'delta' ? o : { ...o, node: symbol('#', o.node.axes, { role: 'part' }) },
  );
  try {
    read({ ...node, operands }, 'plain', PROBE);
    return true;
  } catch (e) {
    if (e instanceof NoMatrixForm) return false;
    throw e;
  }
}

/** What it takes to work off a product as its matrix notation is read. */
export interface ReadingCost {
  /** Multiplications. */
  readonly cost: number;
  /** Entries of the largest intermediate. */
  readonly most: number;
}

interface Weighed extends ReadingCost {
  readonly rows: number;
  readonly columns: number;
  readonly isMade: boolean;
}

/**
 * The cost of a product in the order in which its matrix notation is read, its factors given.
 * @throws NoMatrixForm where it has none
 */
export function readingCost(node: Contract, length: (d: Dim) => number): ReadingCost {
  const operands = node.operands.map((o) =>
    o.node.kind === 'delta'
      ? o
      : { ...o, node: symbol(o.node.label, o.node.axes, { role: 'part' }) },
  );
  return read({ ...node, operands }, 'plain', weighing(length));
}

function weighing(length: (d: Dim) => number): Algebra<Weighed> {
  const sides = (axes: readonly Dim[], turn: Turn): { rows: number; columns: number } => {
    const [a = 1, b = 1] = axes.map(length);
    return turn === 'plain' ? { rows: a, columns: b } : { rows: b, columns: a };
  };
  const leaf = (axes: readonly Dim[], turn: Turn): Weighed => ({
    ...sides(axes, turn),
    cost: 0,
    most: 0,
    isMade: false,
  });
  const made = (
    rows: number,
    columns: number,
    work: number,
    ...of: readonly Weighed[]
  ): Weighed => ({
    rows,
    columns,
    cost: of.reduce((c, x) => c + x.cost, work),
    most: Math.max(0, ...of.flatMap((x) => [x.most, x.isMade ? x.rows * x.columns : 0])),
    isMade: true,
  });
  const entrywise = (a: Weighed, b: Weighed): Weighed =>
    made(a.rows, a.columns, a.rows * a.columns, a, b);
  const summed = (rows: number, columns: number, a: Weighed): Weighed =>
    made(rows, columns, a.rows * a.columns, a);
  return {
    leaf: (node, turn) => leaf(node.axes, turn),
    power: (base) => base,
    hadamard: entrywise,
    hadamardDivide: (a, b) => (a ? entrywise(a, b) : b),
    matmul: (a, b) => made(a.rows, b.columns, a.rows * a.columns * b.columns, a, b),
    outer: (a, b) => made(a.rows, b.columns, a.rows * b.columns, a, b),
    scaleRows: (v, a) => entrywise(a, v),
    scaleColumns: entrywise,
    sumRows: (a) => summed(a.rows, 1, a),
    sumColumns: (a) => summed(1, a.columns, a),
    total: (a) => summed(1, 1, a),
    squaredNorm: (a) => summed(1, 1, a),
    norm: (a) => summed(1, 1, a),
    traceOfProduct: (a, b) => made(1, 1, a.rows * a.columns, a, b),
    trace: (a) => made(1, 1, a.rows, a),
    diagonal: (a, turn) => (turn === 'plain' ? made(a.rows, 1, 0, a) : made(1, a.columns, 0, a)),
    diagonalMatrix: (v) => made(v.rows, v.rows, 0, v),
    ones: leaf,
    scaled: ({ array }) => array ?? leaf([], 'plain'),
    sum: (parts) => parts[0]?.value ?? leaf([], 'plain'),
    weight: () => 0,
    transpose: (a) => ({ ...a, rows: a.columns, columns: a.rows }),
  };
}

/** An algebra in which everything is nothing: for asking whether a formula exists. */
const PROBE: Algebra<null> = {
  leaf: () => null,
  power: () => null,
  hadamard: () => null,
  hadamardDivide: () => null,
  matmul: () => null,
  outer: () => null,
  scaleRows: () => null,
  scaleColumns: () => null,
  sumRows: () => null,
  sumColumns: () => null,
  total: () => null,
  squaredNorm: () => null,
  norm: () => null,
  traceOfProduct: () => null,
  trace: () => null,
  diagonal: () => null,
  diagonalMatrix: () => null,
  ones: () => null,
  scaled: () => null,
  sum: () => null,
  weight: () => 0,
  transpose: () => null,
};
