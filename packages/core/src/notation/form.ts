import { symbol } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import type { Algebra } from './algebra.ts';
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
