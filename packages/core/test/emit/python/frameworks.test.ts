import { describe, expect, test } from 'vitest';
import { python, runPython } from '../../../../../test/support/python.ts';
import { codeOf } from '../../../src/emit/targets.ts';
import type { Question } from '../../../src/explain/question.ts';
import { FUNCTIONS } from '../../../src/ops/index.ts';
import { problemOf } from '../../support/ask.ts';
import { caseOf, complaints, runFrameworks } from './frameworks.ts';

/** What is kept, named, reshaped, given as an array, of facts, of functions; expression, declarations, variables. */
const PROBLEMS: readonly (readonly [string, string, string, Question?])[] = [
  ['1/(2m) ‖tanh(Xθ) − y‖² + λ ‖θ‖²', 'X: m×n; y: m; θ: n; λ: scalar', 'θ,λ'],
  [
    'softmax_cross_entropy(tanh(X W + b) V, Y)',
    'X: m×n; W: n×h; b: 1×h; V: h×k; Y: m×k simplex',
    'W,b,V',
  ],
  ['logdet(A) + xᵀ A⁻¹ x', 'A: n×n posdef; x: n', 'A,x'],
  ['tr(L Lᵀ S) − log(sum(L.^2))', 'L: n×n lower; S: n×n symmetric', 'L,S'],
  ['exp(A x) ⊙ x', 'A: n×n; x: n', 'A,x'],
  ['softmax(X) W', 'X: m×n; W: n×k', 'X,W'],
  ['sum(sigmoid(A x)) sum(ones(N))', 'A: m×n; x: n', 'x'],
  ['logsumexp(A x)', 'A: m×n; x: n', 'x', { order: 2 }],
  ['2λ + 3', 'λ: scalar', 'λ'],
];

describe.skipIf(!python())('PyTorch and JAX', () => {
  test('agree with their own differentiation on the example of every function', async () => {
    const cases = FUNCTIONS.map(({ name, example }) =>
      caseOf(name, problemOf(example.expression, example.where, example.wrt), { whole: false }),
    );
    const ran = await runFrameworks(cases);
    expect(cases.flatMap((c, k) => complaints(c, ran[k]))).toEqual([]);
  }, 300_000);

  test('agree with it through the derived backward pass', async () => {
    const cases = PROBLEMS.filter(([, , , question]) => !question).map(([expression, where, wrt]) =>
      caseOf(expression, problemOf(expression, where, ...wrt.split(','))),
    );
    const ran = await runFrameworks(cases);
    expect(cases.flatMap((c, k) => complaints(c, ran[k]))).toEqual([]);
  }, 300_000);

  test('stay finite in float32 where arguments are large, in NumPy as well', async () => {
    const problem = problemOf(
      'log(sum(exp(x))) + aᵀ (exp(x) / sum(exp(x))) + sum(log(1 + exp(x))) + sum(sigmoid(x) ⊙ softplus(x)) + aᵀ log(softmax(x)) + sum(silu(x)) + sum(gelu(x)) + sum(tanh(x))',
      'x, a: n',
      'x',
    );
    const out = await runPython(
      `import numpy as np, torch, jax
x = np.array([200, -200, 0, 150, -80], dtype=np.float32)
output = []
for source in input:
    module = {"__name__": "exported"}
    exec(source, module)
    array = torch.tensor if "import torch" in source else np.asarray
    v, d = module["value_and_derivative"](array(x), array(x / 200))
    d = np.asarray(d)
    output.append([bool(np.isfinite(v)), bool(np.isfinite(d).all()), str(d.dtype)])`,
      (['numpy', 'torch', 'jax'] as const).map((target) => codeOf(target, problem)),
      60_000,
    );
    expect(out).toEqual(['numpy', 'torch', 'jax'].map(() => [true, true, 'float32']));
  }, 60_000);

  test('PyTorch checks itself: every module that is run is its own gradcheck, and says of what it has no derivative', async () => {
    const sources = PROBLEMS.map(([expression, where, wrt, question = {}]) =>
      codeOf('torch', problemOf(expression, where, ...wrt.split(',')), question),
    );
    const out = await runPython(
      `import io, contextlib, torch
output = []
for source in input:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(source, "<exported>", "exec"), {"__name__": "__main__"})
    output.append(said.getvalue().strip())
module = {"__name__": "exported"}
exec(input[0], module)
X, y, theta = (torch.ones(*s, requires_grad=True) for s in ((2, 3), (2,), (3,)))
try:
    module["differentiable"](X, y, theta, 1.0)
except AssertionError as e:
    output.append(str(e))`,
      sources,
      60_000,
    );
    expect(out).toEqual([
      ...sources.map(() => 'the backward pass agrees with differences of the value'),
      'no derivative by X was asked for',
    ]);
  }, 60_000);
});
