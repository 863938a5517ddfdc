import type { Rule } from '../derive/rules.ts';
import { delta, multiply, negate, ones, total } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { diag } from '../ops/matrix.ts';
import {
  divideValue,
  hadamardDivide,
  hadamardValues,
  isScalar,
  like,
  onesValue,
  scalar,
  timesValue,
  transposeValue,
  type Value,
} from '../ops/value.ts';
import { call, times } from '../syntax/make.ts';
import type { Expr } from '../syntax/tree.ts';

/**
 * The moves by which a factor leaves the right side of an inner product A : B = tr(AᵀB), until only the differential stands there
 * (Magnus and Neudecker 2019, chapters 2 and 9).
 */
export const MOVES = {
  left: { name: 'move a left factor', law: 'A : BC = BᵀA : C' },
  right: { name: 'move a right factor', law: 'A : BC = ACᵀ : B' },
  entrywise: { name: 'move an entrywise factor', law: 'A : B ⊙ C = A ⊙ B : C' },
  quotient: { name: 'move an entrywise divisor', law: 'A : C ⊘ B = A ⊘ B : C' },
  transpose: { name: 'transpose both', law: 'A : Bᵀ = Aᵀ : B' },
  dot: { name: 'inner product', law: 'aᵀb = a : b' },
  cyclic: { name: 'cyclic trace', law: 'tr(ABC) = tr(CAB)' },
  trace: { name: 'trace as inner product', law: 'tr(AᵀB) = A : B' },
  traceTurned: { name: 'trace as inner product', law: 'tr(ABᵀ) = A : B' },
  identity: { name: 'trace as inner product', law: 'tr(A) = I : A' },
  total: { name: 'sum as inner product', law: 'sum(A) = 1 : A, with ones in every entry' },
  products: { name: 'sum as inner product', law: 'sum(A ⊙ B) = A : B' },
  rows: { name: 'sums along rows', law: 'a : sum(B, axis=1) = a1ᵀ : B' },
  columns: { name: 'sums down columns', law: 'a : sum(B, axis=0) = 1a : B' },
  diagonal: { name: 'diagonal of a matrix', law: 'a : diag(B) = diag(a) : B' },
  diagonalMatrix: { name: 'diagonal matrix', law: 'A : diag(b) = diag(A) : b' },
  scalar: { name: 'take a number out', law: 'A : (c B) = c (A : B)' },
  factor: { name: 'scalar factor', law: 'c (A : B) = cA : B' },
  distribute: { name: 'distribute', law: 'A : (B + C) = A : B + A : C' },
  adjoint: {
    name: 'adjoint',
    law: 'A : f(B) = f*(A) : B, with f* the transpose of the linear map f',
  },
  symmetric: {
    name: 'adjoint',
    law: 'A : f(B) = f(A) : B for a symmetric linear map f, as diag(s) − ssᵀ is one',
  },
  collect: { name: 'collect', law: 'A : C + B : C = (A + B) : C' },
} as const satisfies Readonly<Record<string, Rule>>;

/** ⟨weight, e⟩: a share of the differential. Both have one shape; where that is a scalar it is their product. */
export interface Term {
  readonly weight: Value;
  readonly e: Expr;
  /** What `e` stands for, where that may not be read from it. */
  readonly node?: Node;
  /** What all of `e` but the differential makes of a weight, where a function of an array knows. */
  readonly pull?: { readonly by: (weight: Node) => Node; readonly rule: Rule };
}

/** What moves need to know of expressions. */
export interface Reader {
  /** What an expression stands for. */
  readonly valueOf: (e: Expr) => Value;
  /** Whether a differential stands in it. */
  readonly holds: (e: Expr) => boolean;
}

export interface Moved {
  readonly terms: readonly Term[];
  readonly rule: Rule;
}

/** One move on a term, or undefined where the differential stands alone or nothing is known of what stands around it. */
export function move({ weight, e }: Term, reader: Reader): Moved | undefined {
  const { valueOf, holds } = reader;
  const to = (rule: Rule, w: Value, inner: Expr): Moved => ({
    rule,
    terms: [{ weight: w, e: inner }],
  });
  switch (e.kind) {
    case 'negate':
      return to(MOVES.factor, like(weight, negate(weight.node)), e.of);
    case 'transpose':
      return to(MOVES.transpose, transposeValue(weight), e.of);
    case 'sum': {
      const sides = [
        { e: e.left, sign: 1 },
        { e: e.right, sign: e.op === '+' ? 1 : -1 },
      ] as const;
      const shape = weight.shape.length;
      if (sides.some((s) => valueOf(s.e).shape.length !== shape)) return undefined;
      return {
        rule: MOVES.distribute,
        terms: sides
          .filter((s) => holds(s.e))
          .map((s) => ({
            weight: s.sign === 1 ? weight : like(weight, negate(weight.node)),
            e: s.e,
          })),
      };
    }
    case 'product': {
      if (holds(e.left) && holds(e.right)) return undefined;
      const inRight = holds(e.right);
      const inner = inRight ? e.right : e.left;
      const other = valueOf(inRight ? e.left : e.right);
      const v = valueOf(inner);
      switch (e.op) {
        case 'times':
          if (isScalar(other)) return to(MOVES.factor, timesValue(other, weight), inner);
          if (isScalar(v))
            return to(MOVES.scalar, scalar(innerProduct(weight.node, other.node)), inner);
          return inRight
            ? to(
                isScalar(weight) && v.node.axes.length === 1 ? MOVES.dot : MOVES.left,
                timesValue(transposeValue(other), weight),
                inner,
              )
            : to(MOVES.right, timesValue(weight, transposeValue(other)), inner);
        case 'hadamard':
          return v.shape.length === weight.shape.length && other.shape.length === v.shape.length
            ? to(MOVES.entrywise, hadamardValues(weight, other), inner)
            : undefined;
        case 'divide':
          return inRight ? undefined : to(MOVES.factor, divideValue(weight, other), inner);
        case 'hadamard-divide':
          return inRight ? undefined : to(MOVES.quotient, hadamardDivide(weight, other), inner);
      }
      return undefined;
    }
    case 'call':
      return moveCall(weight, e, reader);
    default:
      return undefined;
  }
}

const innerProduct = (a: Node, b: Node): Node => total(multiply([a, b]));

function moveCall(
  weight: Value,
  e: Extract<Expr, { kind: 'call' }>,
  { valueOf, holds }: Reader,
): Moved | undefined {
  const [x, ...more] = e.args;
  if (!x || more.length > 0) return undefined;
  const v = valueOf(x);
  const to = (rule: Rule, w: Value, inner: Expr): Moved => ({
    rule,
    terms: [{ weight: w, e: inner }],
  });
  switch (e.name) {
    case 'tr': {
      const factors = factorsOf(x);
      const scalars = factors.filter((f) => isScalar(valueOf(f)));
      if (scalars.some(holds)) return undefined;
      const w = scalars.reduce((a, f) => timesValue(valueOf(f), a), weight);
      const matrices = factors.filter((f) => !scalars.includes(f));
      const at = matrices.findIndex(holds);
      const here = matrices[at];
      if (!here) return undefined;
      const [first, ...rest] = [...matrices.slice(at + 1), ...matrices.slice(0, at)];
      if (!first) {
        const [n] = v.node.axes;
        return n && to(MOVES.identity, timesValue(w, { node: delta(n), shape: v.shape }), here);
      }
      const before = times(first, ...rest);
      if (here.kind === 'transpose' && at === matrices.length - 1)
        return to(MOVES.traceTurned, timesValue(w, valueOf(before)), here.of);
      if (at < matrices.length - 1)
        return to(MOVES.cyclic, w, call('tr', [times(first, ...rest, here)]));
      return to(MOVES.trace, timesValue(w, transposeValue(valueOf(before))), here);
    }
    case 'sum': {
      const [axis] = e.options;
      if (!axis) {
        if (x.kind === 'product' && x.op === 'hadamard' && holds(x.left) !== holds(x.right)) {
          const [inner, other] = holds(x.right) ? [x.right, x.left] : [x.left, x.right];
          return to(MOVES.products, timesValue(weight, valueOf(other)), inner);
        }
        return to(MOVES.total, timesValue(weight, like(v, ones(v.node.axes))), x);
      }
      const along = axis.value.kind === 'number' && axis.value.value.num === 1n;
      const [rows, columns] = v.shape;
      if (!rows || !columns) return undefined;
      return along
        ? to(MOVES.rows, timesValue(weight, transposeValue(onesValue([columns]))), x)
        : to(MOVES.columns, timesValue(onesValue([rows]), weight), x);
    }
    case 'diag':
      return to(
        v.node.axes.length === 2 ? MOVES.diagonal : MOVES.diagonalMatrix,
        diag.build([weight], { axis: null }),
        x,
      );
    default:
      return undefined;
  }
}

/** The factors of a product of matrices, from the left. */
export function factorsOf(e: Expr): Expr[] {
  return e.kind === 'product' && e.op === 'times'
    ? [...factorsOf(e.left), ...factorsOf(e.right)]
    : [e];
}
