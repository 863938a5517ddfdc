import { elu, gelu, hardtanh, leakyRelu, mish, selu, silu } from './activation.ts';
import { attention } from './attention.ts';
import { blockdiag, columns, hcat, rows, vcat } from './blocks.ts';
import {
  abs,
  cos,
  exp,
  reciprocalOf,
  relu,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  step,
  tanh,
} from './elementwise.ts';
import { cbrt, expm1, log1p, powOf } from './exponential.ts';
import { clip, hardmax, max, min, norminf } from './extremum.ts';
import { adj, cholesky, cof, nuclearNorm, pinv, polar } from './factorisation.ts';
import { bce, bceWithLogits, entropy, hinge, huber, kl } from './loss.ts';
import { det, diag, inv, logdet, tr, transposeOf } from './matrix.ts';
import { expm, logm, sqrtm } from './matrix-functions.ts';
import { batchnorm, layernorm, rmsnorm } from './normalisation.ts';
import type { FunctionRecord } from './record.ts';
import {
  crossEntropy,
  dot,
  eye,
  logRecord,
  mean,
  mse,
  norm1,
  norm2,
  onesOf,
  softmaxCrossEntropy,
  sumOf,
  zerosOf,
} from './reduce.ts';
import { logSoftmax, logsumexp, softmax } from './softmax.ts';
import { digamma, erf, erfc, lgamma } from './special.ts';
import { std, variance } from './statistics.ts';
import { einsumOf, permute, reshape } from './tensor.ts';
import { skew, sym, tril, triu } from './triangular.ts';
import { acos, acosh, asin, asinh, atan, atan2, atanh, cosh, sinh, tan } from './trigonometric.ts';
import { unit } from './unit.ts';
import { kron, unvec, unvech, vec, vech } from './vectorisation.ts';

/** Every function of the language, in the order of the reference. */
export const FUNCTIONS: readonly FunctionRecord[] = [
  // entry by entry
  exp,
  expm1,
  logRecord,
  log1p,
  sqrt,
  cbrt,
  square,
  powOf,
  reciprocalOf,
  abs,
  sign,
  step,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  atan2,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  sigmoid,
  softplus,
  relu,
  leakyRelu,
  elu,
  selu,
  gelu,
  silu,
  mish,
  hardtanh,
  clip,
  erf,
  erfc,
  lgamma,
  digamma,
  // to a number, or along an axis
  sumOf,
  mean,
  variance,
  std,
  max,
  min,
  logsumexp,
  norm2,
  norm1,
  norminf,
  nuclearNorm,
  dot,
  tr,
  det,
  logdet,
  // losses
  mse,
  huber,
  hinge,
  entropy,
  kl,
  crossEntropy,
  softmaxCrossEntropy,
  bce,
  bceWithLogits,
  // rows and columns
  softmax,
  logSoftmax,
  hardmax,
  layernorm,
  rmsnorm,
  batchnorm,
  attention,
  // matrices
  transposeOf,
  inv,
  pinv,
  adj,
  cof,
  sym,
  skew,
  tril,
  triu,
  diag,
  vec,
  unvec,
  vech,
  unvech,
  kron,
  reshape,
  permute,
  einsumOf,
  hcat,
  vcat,
  blockdiag,
  columns,
  rows,
  expm,
  logm,
  sqrtm,
  cholesky,
  polar,
  // constants
  onesOf,
  zerosOf,
  eye,
  unit,
];

const byName = new Map(
  FUNCTIONS.flatMap((f) => [f.name, ...f.aliases].map((n) => [n, f] as const)),
);

/** The function of a name or alias. */
export const functionNamed = (name: string): FunctionRecord | undefined => byName.get(name);

export const FUNCTION_NAMES: ReadonlySet<string> = new Set(byName.keys());
