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
import { det, diag, inv, logdet, tr, transposeOf } from './matrix.ts';
import type { FunctionRecord } from './record.ts';
import {
  crossEntropy,
  dot,
  eye,
  logRecord,
  max,
  mean,
  min,
  mse,
  norm1,
  norm2,
  onesOf,
  softmaxCrossEntropy,
  sumOf,
  zerosOf,
} from './reduce.ts';
import { logSoftmax, logsumexp, softmax } from './softmax.ts';
import { unit } from './unit.ts';

/** Every function of the language, in the order of the reference. */
export const FUNCTIONS: readonly FunctionRecord[] = [
  exp,
  logRecord,
  sqrt,
  square,
  reciprocalOf,
  abs,
  sign,
  sin,
  cos,
  tanh,
  sigmoid,
  relu,
  softplus,
  step,
  max,
  min,
  sumOf,
  mean,
  norm2,
  norm1,
  dot,
  mse,
  crossEntropy,
  softmaxCrossEntropy,
  softmax,
  logSoftmax,
  logsumexp,
  tr,
  det,
  logdet,
  inv,
  transposeOf,
  diag,
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
