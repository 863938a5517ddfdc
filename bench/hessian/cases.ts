import type { Input } from '../../packages/core/src/index.ts';

/** A function whose Hessian is measured: the same formula for matgrad and, in `run.py` under the same name, for the others. */
export interface Case {
  readonly name: string;
  readonly title: string;
  readonly input: Input;
}

const LAYERS = 10;

/**
 * The functions of Laue, Mitterreiter and Giesen, "Computing higher order derivatives of matrix and tensor expressions" (NeurIPS 2018)
 * and "A simple and efficient tensor calculus" (AAAI 2020), and logsumexp. Sizes are those of the data in `run.py`.
 */
export const CASES: readonly Case[] = [
  {
    name: 'quadratic',
    title: 'quadratic form, n = 2048',
    input: { expression: 'xᵀ A x', where: 'A: n×n; x: n', wrt: ['x'] },
  },
  {
    name: 'logistic',
    title: 'logistic regression, 2048×256, by w',
    input: {
      expression: 'sum(log(1 + exp(−y ⊙ (X w))))',
      where: 'X: m×n; y: m; w: n',
      wrt: ['w'],
    },
  },
  {
    name: 'factorisation',
    title: 'matrix factorisation, 200×150 of rank 5, by U',
    input: { expression: '‖U Vᵀ − T‖²', where: 'T: m×n; U: m×k; V: n×k', wrt: ['U'] },
  },
  {
    name: 'logsumexp',
    title: 'logsumexp, n = 2048',
    input: { expression: 'logsumexp(x)', where: 'x: n', wrt: ['x'] },
  },
  {
    name: 'perceptron',
    title: `${LAYERS}-layer ReLU perceptron, 64 rows, width 32, by W1`,
    input: { expression: `softmax_cross_entropy(${output()}, Y)`, where: network(), wrt: ['W1'] },
  },
];

/** The last layer has no ReLU. */
function output(): string {
  return `Z${LAYERS - 1} W${LAYERS}`;
}

function network(): string {
  const weights = Array.from({ length: LAYERS }, (_, l) => `W${l + 1}`);
  const hidden = weights
    .slice(0, -1)
    .map((w, l) => `Z${l + 1} = relu(${l === 0 ? 'X' : `Z${l}`} ${w})`);
  return [`X: m×n; Y: m×n simplex`, `${weights.join(', ')}: n×n`, ...hidden].join('; ');
}
