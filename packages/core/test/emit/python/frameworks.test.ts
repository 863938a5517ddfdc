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

  test('families agree with it, for any number of steps', async () => {
    const systems = SYSTEMS.map(({ expression, where, wrt, moved }) => {
      const problem = problemOf(expression, where, ...wrt);
      return { torch: codeOf('torch', problem), jax: codeOf('jax', problem), moved };
    });
    const out = await runPython(FAMILIES, systems, 200_000);
    expect(out).toEqual(systems.map(() => []));
  }, 200_000);
});

/** Families: lists, states of two kinds, sums over steps, steps that no list tells, facts, rows. */
const SYSTEMS = [
  {
    expression: 'softmax_cross_entropy(Z[L], Y) + λ/2 ‖W[L]‖²',
    where:
      'X: m×n[0]; Y: m×n[L] simplex; λ: scalar; W[l]: n[l-1]×n[l] for l = 1..L; b[l]: 1×n[l] for l = 1..L; Z[0] = X; Z[l] = sigmoid(Z[l-1] W[l] + b[l]) for l = 1..L',
    wrt: ['W[l]', 'b[l]', 'λ'],
    moved: [3, 4, 2],
  },
  {
    expression: 'S[T]',
    where:
      'x[t]: n for t = 1..T; y[t]: k for t = 1..T; b: k; W: k×n; U: k×k; h[0] = b; h[t] = tanh(W x[t] + U h[t-1]) for t = 1..T; S[0] = 0; S[t] = S[t-1] + ½ ‖h[t] − y[t]‖² for t = 1..T',
    wrt: ['W', 'U', 'b', 'x[t]'],
    moved: [3, 4, 2, 0],
  },
  {
    expression: '½ ‖x[T] − y‖²',
    where:
      'A: n×n symmetric; B: n×n; a, b, y: n; x[0] = a; x[1] = b; x[t] = tanh(A x[t-1] + B x[t-2]) for t = 2..T',
    wrt: ['B', 'a', 'b'],
    moved: [1, 2, 3],
  },
] as const;

/** The gradcheck of the module for PyTorch, and at its arguments that for JAX beside jax.grad and beside PyTorch's. */
const FAMILIES = `
import contextlib, inspect, io
import numpy as np, torch, jax, jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

def leaves(x):
    return [np.asarray(a) for a in jax.tree.leaves(x)]

output = []
for system in input:
    ours, theirs = {"__name__": "__main__"}, {"__name__": "exported"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(system["torch"], "<torch>", "exec"), ours)
    exec(compile(system["jax"], "<jax>", "exec"), theirs)
    more = {
        p.name: ours[p.name]
        for p in inspect.signature(ours["value"]).parameters.values() if p.kind == p.KEYWORD_ONLY
    }
    free = [a.detach() for a in ours["free"]]
    args = ours["arguments"](ours["counts"], free)
    plain = [[jnp.asarray(x.numpy()) for x in a] if isinstance(a, list) else jnp.asarray(a.numpy()) for a in args]
    moved = tuple(system["moved"])
    def run(*plain):
        return (
            jax.value_and_grad(lambda *a: theirs["value"](*a, **more), argnums=moved)(*plain),
            jax.value_and_grad(lambda *a: theirs["differentiable"](*a, **more), argnums=moved)(*plain),
            theirs["value_and_derivative"](*plain, **more),
        )
    own, through, both = jax.jit(run)(*plain)
    named = {
        "torch value": [ours["value"](*args, **more).numpy(), *(
            x.numpy() for d in ours["derivative"](*args, **more) for x in (d if isinstance(d, list) else [d])
        )],
        "torch both": [x.numpy() for x in jax.tree.leaves(ours["value_and_derivative"](*args, **more))],
        "jax through": leaves(through),
        "jax both": leaves(both),
    }
    wanted = leaves(own)
    output.append([
        name for name, found in named.items()
        if len(found) != len(wanted) or not all(a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-12) for a, b in zip(found, wanted))
    ])
`;
