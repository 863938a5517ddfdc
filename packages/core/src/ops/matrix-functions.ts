import {
  add,
  apply,
  content,
  delta,
  einsum,
  literal,
  ones,
  power,
  scale,
  subtract,
  transpose,
} from '../expr/build.ts';
import type { Domain, Node, Structured } from '../expr/node.ts';
import type { Tensor } from '../expr/tensor.ts';
import { tensor } from '../expr/tensor.ts';
import { DIM_ONE, dimNumber, mulDim } from '../shape/dim.ts';
import { HALF, rational } from '../shape/rational.ts';
import { combine, identity, inverse, matmul, sizeOf } from './dense.ts';
import { exp, log } from './elementwise.ts';
import { invLeaf, square } from './matrix.ts';
import type { FunctionRecord } from './record.ts';
import { reshaped } from './reshape.ts';
import { inLoops } from './spelling.ts';
import { unitLeaf } from './unit.ts';
import type { Value } from './value.ts';
import { like, OperandError } from './value.ts';

/**
 * Functions of matrices. Their derivatives are Fréchet's: L(A, E) is the change of f(A) when A moves along E, the upper right
 * corner of f([A E; 0 A]), and so on for several directions (Higham and Relton 2014, "Higher order Fréchet derivatives of
 * matrix functions and the level-2 condition number"). The adjoint of E ↦ L(A, E) is E ↦ L(Aᵀ, E).
 */

interface MatrixFunction {
  readonly name: string;
  readonly summary: string;
  readonly domain: Domain;
  readonly where: string;
  readonly of: (a: Tensor) => Tensor;
  /** The function of a number. */
  readonly scalar: (x: Node) => Node;
  /** The matrix K of E ↦ L(A, E) on entries row by row. */
  readonly derivative: (a: Node) => Node;
  /** L(A, I) = f′(A), of A and f(A). */
  readonly slope: (a: Node, image: Node) => Node;
}

/** f(A), or its derivative along directions. Linear in each, so that they are scaled to the size of one. */
function along(f: (a: Tensor) => Tensor, [a, ...directions]: readonly Tensor[]): Tensor {
  if (!a) return tensor([]);
  const n = a.dims[0] ?? 1;
  let whole = a;
  let size = 1;
  for (const e of directions) {
    const length = sizeOf(e) || 1;
    size *= length;
    const half = whole.dims[0] ?? 1;
    const twice = tensor([2 * half, 2 * half]);
    for (let i = 0; i < half; i++) {
      for (let j = 0; j < half; j++) {
        const v = whole.data[i * half + j] as number;
        twice.data[2 * half * i + j] = v;
        twice.data[2 * half * (i + half) + j + half] = v;
        if (Math.floor(i / n) === Math.floor(j / n))
          twice.data[2 * half * i + j + half] = (e.data[(i % n) * n + (j % n)] as number) / length;
      }
    }
    whole = twice;
  }
  if (directions.length === 0) return f(a);
  const side = whole.dims[0] ?? 1;
  const image = f(whole);
  return tensor(
    a.dims,
    a.data.map(
      (_, k) => size * (image.data[Math.floor(k / n) * side + side - n + (k % n)] as number),
    ),
  );
}

function matrixFunction(m: MatrixFunction): FunctionRecord {
  const shared = {
    mode: 'structured',
    name: m.name,
    law: `d ${m.name}(X) = ${m.name}(X, dX), Fréchet's derivative`,
    domain: m.domain,
    spelling: {
      latex: `\\operatorname{${m.name}}($0)`,
      numpy: `${m.name}($*)`,
      matlab: `along(@${m.name}, $*)`,
      julia: `along(${m.name.slice(0, -1)}, $*)`,
      ...inLoops(`${m.name}($all, $0.columns, $out, $room)`),
      onnx: `${m.name}($*)`,
    },
    axes: ([x]: readonly Node[]) => x?.axes ?? [],
    // five matrices whose sides are doubled for each direction
    room: (args: readonly Node[]) =>
      mulDim(dimNumber(5 * 4 ** (args.length - 1)), (args[0]?.axes ?? []).reduce(mulDim, DIM_ONE)),
    value: (args: readonly Tensor[]) => along(m.of, args),
    adjoint: (
      { args: [x, ...directions] }: { readonly args: readonly Node[] },
      g: Node,
      which: number,
    ) => {
      const rest = directions.filter((_, k) => k !== which - 1).map(transpose);
      return x ? apply(derivative, [transpose(x), ...rest, g]) : g;
    },
  } as const;
  const base: Structured = { ...shared, keepsSymmetry: true };
  const derivative: Structured = {
    ...shared,
    matrixOf: ({ args: [x, ...more], axes: [n = DIM_ONE] }, which) =>
      x && more.length === 1 && which === 1
        ? reshaped(transpose(m.derivative(x)), [n, n, n, n])
        : undefined,
    reduce: ([x, e, ...more]) => {
      if (!x || !e || more.length > 0) return undefined;
      const { coefficient, primitive } =
        e.kind === 'sum' ? content(e) : { coefficient: null, primitive: e };
      if (coefficient && primitive !== e)
        return scale(coefficient, apply(derivative, [x, primitive]));
      return e.kind === 'delta' ? m.slope(x, apply(base, [x])) : undefined;
    },
  };
  return {
    name: m.name,
    aliases: [],
    signature: `${m.name}(A)`,
    summary: `${m.summary}; ${m.name}(A, E): its derivative along E`,
    example: { expression: `tr(B ${m.name}(X))`, where: `X: n×n ${m.where}; B: n×n`, wrt: 'X' },
    arity: [1, 4],
    axis: false,
    primitives: [base],
    build: ([a, ...directions]) => {
      const v = square(m.name, a);
      if (v.shape.length === 0 && directions.length > 0)
        throw new OperandError('square-wanted', `${m.name} along a direction is for matrices`, [
          { which: 0, text: 'scalar' },
        ]);
      for (const [k, e] of directions.entries()) {
        if (e.node.axes.length === v.node.axes.length && e.shape.every((d, i) => d === v.shape[i]))
          continue;
        throw new OperandError(
          'shape-mismatch',
          `a direction of ${m.name} has the shape of its matrix`,
          [{ which: k + 1, text: '' }],
        );
      }
      if (directions.length > 0)
        return like(v, apply(derivative, [v.node, ...directions.map((e: Value) => e.node)]));
      return like(v, v.shape.length === 0 ? m.scalar(v.node) : apply(base, [v.node]));
    },
  };
}

const times = (a: Node, b: Node): Node => einsum('ij,jk->ik', [a, b]);

/** A ⊗ I and I ⊗ B: what E ↦ AE and E ↦ EBᵀ are on entries row by row. */
function onRows(a: Node): { readonly left: Node; readonly right: Node } {
  const [n = DIM_ONE] = a.axes;
  const merged = (spec: string): Node =>
    reshaped(einsum(spec, [a, delta(n)]), [mulDim(n, n), mulDim(n, n)]);
  return { left: merged('ij,kl->ikjl'), right: merged('kl,ij->ikjl') };
}

/** ∫₀¹ exp((1−s)A) E exp(sA) ds: (exp(A) ⊗ I) φ(C) with C = I ⊗ Aᵀ − A ⊗ I and φ(C) a block of the exponential of [C I; 0 0]. */
function expDerivative(a: Node, image: Node): Node {
  const [n = DIM_ONE] = a.axes;
  const nn = mulDim(n, n);
  const c = subtract(onRows(transpose(a)).right, onRows(a).left);
  const whole = reshaped(
    add(einsum('ij,kl->ikjl', [unit2(1, 1), c]), einsum('ij,kl->ikjl', [unit2(1, 2), delta(nn)])),
    [mulDim(dimNumber(2), nn), mulDim(dimNumber(2), nn)],
  );
  const blocks = reshaped(expmOf(whole), [dimNumber(2), nn, dimNumber(2), nn]);
  const phi = einsum('ij,ikjl->kl', [unit2(1, 2), blocks]);
  return times(onRows(image).left, phi);
}

/** eᵢeⱼᵀ of two rows and columns. */
const unit2 = (i: number, j: number): Node => {
  const unit = (k: number): Node => apply(unitLeaf, [literal(rational(k)), ones([dimNumber(2)])]);
  return einsum('i,j->ij', [unit(i), unit(j)]);
};

const inverseOf = (a: Node): Node => apply(invLeaf, [a]);
const leafOf = ({ primitives: [leaf] }: FunctionRecord, a: Node): Node =>
  leaf ? apply(leaf, [a]) : a;
const expmOf = (a: Node): Node => leafOf(expm, a);

/** By scaling and squaring: exp(A) = exp(A/2ˢ)^(2ˢ), with Taylor's series for ‖A/2ˢ‖ ≤ ½. */
function expOf(a: Tensor): Tensor {
  const n = a.dims[0] ?? 1;
  const doublings = Math.max(0, Math.ceil(Math.log2(sizeOf(a) || 1)) + 1);
  if (!Number.isFinite(doublings))
    return tensor(
      a.dims,
      a.data.map(() => Number.NaN),
    );
  const one = identity(n);
  let total = one;
  for (let k = 14; k > 0; k--) total = combine(1, one, 1 / (k * 2 ** doublings), matmul(a, total));
  for (let k = 0; k < doublings; k++) total = matmul(total, total);
  return total;
}

const STEPS = 100;

/** The principal square root by the iteration of Denman and Beavers (1976); NaN where it does not converge. */
function sqrtMatrix(a: Tensor): Tensor {
  let y = a;
  let z = identity(a.dims[0] ?? 1);
  let before = Number.POSITIVE_INFINITY;
  for (let k = 0; k < STEPS; k++) {
    const next = combine(0.5, y, 0.5, inverse(z));
    z = combine(0.5, z, 0.5, inverse(y));
    const change = sizeOf(combine(1, next, -1, y)) / sizeOf(next);
    y = next;
    if (change < 1e-15 || (change < 1e-7 && change >= before)) return y;
    before = change;
  }
  return tensor(
    a.dims,
    a.data.map(() => Number.NaN),
  );
}

/** By inverse scaling and squaring: roots until A is near I, then log A = 2 artanh((A − I)(A + I)⁻¹) as a series. */
function logMatrix(a: Tensor): Tensor {
  const one = identity(a.dims[0] ?? 1);
  let root = a;
  let size = 2;
  for (; sizeOf(combine(1, root, -1, one)) > 0.3; size *= 2) {
    root = sqrtMatrix(root);
    if (!root.data.every(Number.isFinite)) return root;
  }
  const z = matmul(combine(1, root, -1, one), inverse(combine(1, root, 1, one)));
  const square_ = matmul(z, z);
  let total = combine(0, z, 0, z);
  for (let k = 23; k > 0; k -= 2) total = combine(1 / k, one, 1, matmul(square_, total));
  return combine(size, matmul(z, total), 0, z);
}

export const expm = matrixFunction({
  name: 'expm',
  summary: 'the exponential of a square matrix, I + A + A²/2! + …',
  domain: 'real',
  where: '',
  of: expOf,
  scalar: (x) => apply(exp.leaf, [x]),
  derivative: (a) => expDerivative(a, expmOf(a)),
  slope: (_a, image) => image,
});

export const sqrtm = matrixFunction({
  name: 'sqrtm',
  summary: 'the principal square root of a square matrix without eigenvalues ≤ 0',
  domain: 'posdef',
  where: 'posdef',
  of: sqrtMatrix,
  scalar: (x) => power(x, HALF),
  // S X + X S = E
  derivative: (a) => {
    const root = leafOf(sqrtm, a);
    return inverseOf(add(onRows(root).left, onRows(transpose(root)).right));
  },
  slope: (_a, image) => scale(HALF, inverseOf(image)),
});

export const logm = matrixFunction({
  name: 'logm',
  summary: 'the principal logarithm of a square matrix without eigenvalues ≤ 0',
  domain: 'posdef',
  where: 'posdef',
  of: logMatrix,
  scalar: (x) => apply(log.leaf, [x]),
  derivative: (a) => inverseOf(expDerivative(leafOf(logm, a), a)),
  slope: (a) => inverseOf(a),
});
