import { describe, expect, test } from 'vitest';
import { python, runPython } from '../../../../../../test/support/python.ts';
import { reverse } from '../../../../src/derive/reverse.ts';
import type { Problem } from '../../../../src/elaborate/problem.ts';
import { codeOf } from '../../../../src/emit/targets.ts';
import { isSymmetric } from '../../../../src/expr/build.ts';
import type { Node, Sym } from '../../../../src/expr/node.ts';
import type { Tensor } from '../../../../src/expr/tensor.ts';
import { atPlace, symbolAt } from '../../../../src/family/rename.ts';
import { unroll } from '../../../../src/family/unroll.ts';
import { evalDim } from '../../../../src/shape/dim.ts';
import { compile } from '../../../../src/verify/evaluate.ts';
import { draw } from '../../../../src/verify/inputs.ts';
import { random } from '../../../../src/verify/random.ts';
import { dimensionNames } from '../../../../src/verify/sizes.ts';
import { problemOf } from '../../../support/ask.ts';
import { distance } from '../execute.ts';

/** Systems by what they are: expression, declarations and equations, variables, names of the number of steps. */
interface System {
  readonly expression: string;
  readonly where: string;
  readonly wrt: readonly string[];
  /** Numbers of steps, by the ends of ranges. */
  readonly steps: readonly Readonly<Record<string, number>>[];
  /** Ends that are no list's length. */
  readonly told?: readonly string[];
}

const moduleFor = (expression: string, where: string, ...wrt: string[]): string =>
  codeOf('numpy', problemOf(expression, where, ...wrt));

const SYSTEMS: Readonly<Record<string, System>> = {
  perceptron: {
    expression: '½ ‖Z[L] − Y‖²/m',
    where:
      'X: m×n[0]; Y: m×n[L]; W[l]: n[l-1]×n[l] for l = 1..L; Z[0] = X; Z[l] = tanh(Z[l-1] W[l]) for l = 1..L',
    wrt: ['W[l]', 'X'],
    steps: [{ L: 1 }, { L: 2 }, { L: 4 }],
  },
  'perceptron with biases and weight decay': {
    expression: 'softmax_cross_entropy(Z[L], Y) + λ/2 ‖W[L]‖²',
    where:
      'X: m×n[0]; Y: m×n[L] simplex; λ: scalar; W[l]: n[l-1]×n[l] for l = 1..L; b[l]: 1×n[l] for l = 1..L; Z[0] = X; Z[l] = sigmoid(Z[l-1] W[l] + b[l]) for l = 1..L',
    wrt: ['W[l]', 'b[l]', 'λ'],
    steps: [{ L: 1 }, { L: 3 }],
  },
  'residual network': {
    expression: 'sum(sin(Z[L]))',
    where:
      'X: m×n; W[l]: n×n for l = 1..L; V[l]: n×n for l = 1..L; Z[0] = X; Z[l] = Z[l-1] + tanh(Z[l-1] W[l]) V[l] for l = 1..L',
    wrt: ['W[l]', 'V[l]', 'X'],
    steps: [{ L: 1 }, { L: 2 }, { L: 5 }],
  },
  'recurrent network': {
    expression: '½ ‖H[T] − Y‖²',
    where:
      'X[t]: m×n for t = 1..T; Y: m×k; W: k×k; U: n×k; B: m×k; H[0] = B; H[t] = tanh(H[t-1] W + X[t] U) for t = 1..T',
    wrt: ['W', 'U', 'B', 'X[t]'],
    steps: [{ T: 1 }, { T: 2 }, { T: 4 }],
  },
  'loss at every step': {
    expression: 'S[T]',
    where:
      'x[t]: n for t = 1..T; y[t]: k for t = 1..T; b: k; W: k×n; U: k×k; h[0] = b; h[t] = tanh(W x[t] + U h[t-1]) for t = 1..T; S[0] = 0; S[t] = S[t-1] + ½ ‖h[t] − y[t]‖² for t = 1..T',
    wrt: ['W', 'U', 'b', 'x[t]', 'y[t]'],
    steps: [{ T: 1 }, { T: 3 }],
  },
  'two steps back': {
    expression: '½ ‖x[T] − y‖²',
    where:
      'A, B: n×n; a, b, y: n; x[0] = a; x[1] = b; x[t] = tanh(A x[t-1] + B x[t-2]) for t = 2..T',
    wrt: ['A', 'B', 'a', 'b'],
    steps: [{ T: 3 }, { T: 4 }, { T: 6 }],
    told: ['T'],
  },
  'two families with ends of their own': {
    expression: '½ ‖Z[S] − Y‖² + sum(H[T])/T',
    where: `X[t]: m×n for t = 1..T; Y: m×k; W: k×k; U: n×k; B: m×k; V[s]: k×k for s = 0..S
H[0] = B; H[t] = tanh(H[t-1] W + X[t] U) for t = 1..T
Z[0] = H[T] V[0]; Z[s] = tanh(Z[s-1] V[s] + H[T] W) for s = 1..S`,
    wrt: ['W', 'U', 'V[s]', 'B'],
    steps: [
      { T: 2, S: 3 },
      { T: 3, S: 1 },
    ],
  },
  'members at ends of their own': {
    expression: 'sum(sin(Z[L])) + ‖W[1]‖² + sum(Z[L-1] Z[L-1]ᵀ)',
    where: 'X: m×n; W[l]: n×n for l = 1..L; Z[0] = X; Z[l] = tanh(Z[l-1] W[l])/l for l = 1..L',
    wrt: ['W[l]', 'X'],
    steps: [{ L: 2 }, { L: 3 }, { L: 5 }],
  },
  'gated recurrent unit': {
    expression: 'sum(h[T] ⊙ y)',
    where: `x[t]: n for t = 1..T; y, p: k; W_z, W_r, W_h: k×n; U_z, U_r, U_h: k×k
h[0] = p
z[t] = sigmoid(W_z x[t] + U_z h[t-1]) for t = 1..T
r[t] = sigmoid(W_r x[t] + U_r h[t-1]) for t = 1..T
q[t] = tanh(W_h x[t] + U_h (r[t] ⊙ h[t-1])) for t = 1..T
h[t] = (1 − z[t]) ⊙ h[t-1] + z[t] ⊙ q[t] for t = 1..T`,
    wrt: ['W_z', 'W_r', 'W_h', 'U_z', 'U_r', 'U_h', 'p'],
    steps: [{ T: 1 }, { T: 3 }],
  },
  'long short-term memory': {
    expression: '½ ‖h[T] − y‖²',
    where: `x[t]: n for t = 1..T; y, p, q: k; W_i, W_f, W_o, W_g: k×n; U_i, U_f, U_o, U_g: k×k
h[0] = p; c[0] = q
i[t] = sigmoid(W_i x[t] + U_i h[t-1]) for t = 1..T
f[t] = sigmoid(W_f x[t] + U_f h[t-1]) for t = 1..T
o[t] = sigmoid(W_o x[t] + U_o h[t-1]) for t = 1..T
g[t] = tanh(W_g x[t] + U_g h[t-1]) for t = 1..T
c[t] = f[t] ⊙ c[t-1] + i[t] ⊙ g[t] for t = 1..T
h[t] = o[t] ⊙ tanh(c[t]) for t = 1..T`,
    wrt: ['W_i', 'W_f', 'W_o', 'U_g', 'U_f', 'p', 'q', 'x[t]'],
    steps: [{ T: 1 }, { T: 2 }, { T: 4 }],
  },
};

interface Given {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}
type Argument = Given | readonly Given[];

/** The members that an input stands for with so many steps; itself where it is one array. */
function membersOf(problem: Problem, s: Sym, steps: Readonly<Record<string, number>>): Sym[] {
  const letter = s.index?.variable ?? null;
  const range = problem.declarations.find((d) => d.name === s.name)?.range;
  if (letter === null || !range) return [s];
  const { from, to } = range;
  const last = to.offset + (to.variable === null ? 0 : (steps[to.variable] ?? 0));
  return Array.from({ length: last - from.offset + 1 }, (_, k) =>
    symbolAt(s, letter, { variable: null, offset: from.offset + k }),
  );
}

function drawn(system: System, steps: Readonly<Record<string, number>>, seed: number) {
  const problem = problemOf(system.expression, system.where, ...system.wrt);
  if (!problem.family) throw new Error('no family');
  const { value } = unroll(problem.value.node, problem.family, steps);
  const atEnd = (s: Sym): Sym =>
    Object.entries(steps).reduce<Node>(
      (n, [end, offset]) => atPlace(n, end, { variable: null, offset }),
      s,
    ) as Sym;
  const inputs = problem.variables.map((s) => membersOf(problem, s, steps).map(atEnd));
  const wrt = problem.wrt.map((v) => inputs[problem.variables.indexOf(v)] ?? []);
  const { parts, gradients } = reverse(value, wrt.flat());
  const bindings = new Map<Sym, Tensor>();
  const names = dimensionNames([value, ...inputs.flat()]);
  const sizes = new Map(names.map((n, k) => [n, [3, 2, 4, 5, 6][k % 5] as number]));
  const stream = random(seed);
  for (const s of inputs.flat())
    bindings.set(
      s,
      draw(
        s,
        s.axes.map((d) => evalDim(d, sizes)),
        stream,
      ),
    );
  const run = (): number[][] => {
    for (const p of parts) {
      const [made] = compile([p.node], sizes).run(bindings);
      if (made) bindings.set(p.symbol, made);
    }
    return compile([value, ...gradients], sizes)
      .run(bindings)
      .map((t) => [...t.data]);
  };
  const [own = [], ...derivatives] = run();
  const given = (s: Sym): Given => ({
    dims: s.shape.map((d) => evalDim(d, sizes)),
    data: (bindings.get(s) as Tensor).data,
  });
  const args = inputs.map((list, k): Argument => {
    const isList = problem.variables[k]?.index !== null;
    return isList ? list.map(given) : given(list[0] as Sym);
  });
  expect(wrt.flat().some(isSymmetric)).toBe(false);
  return {
    source: codeOf('numpy', problem),
    args,
    wrt: problem.wrt.map((v) => problem.variables.indexOf(v)),
    own,
    derivatives,
  };
}

const DRIVER = `
import numpy as np

def run(case):
    module = {"__name__": "exported"}
    exec(compile(case["source"], "<exported>", "exec"), module)
    value, derivative = module["value"], module["derivative"]
    array = lambda a: np.array(a["data"]).reshape(a["dims"])
    args = [[array(x) for x in a] if isinstance(a, list) else array(a) for a in case["args"]]
    options = case["keywords"]
    found = derivative(*args, **options)
    found = found if len(case["wrt"]) > 1 else (found,)
    rng = np.random.default_rng(1)
    errors, flat, shapes = [], [], True
    for k, g in zip(case["wrt"], found):
        at, gs = (args[k], g) if isinstance(args[k], list) else ([args[k]], [g])
        shapes = shapes and [np.shape(x) for x in gs] == [x.shape for x in at]
        flat += [np.ravel(x) for x in gs]
        u = [rng.standard_normal(x.shape) for x in at]
        def f(t):
            moved = [x + t * d for x, d in zip(at, u)]
            new = list(args)
            new[k] = moved if isinstance(args[k], list) else moved[0]
            return float(value(*new, **options))
        d = lambda s: (f(s) - f(-s)) / (2 * s)
        numeric = (4 * d(5e-4) - d(1e-3)) / 3
        analytic = sum(float(np.sum(a * b)) for a, b in zip(gs, u))
        scale = sum(float(np.linalg.norm(a) * np.linalg.norm(b)) for a, b in zip(gs, u)) + 1e-3
        errors.append(abs(numeric - analytic) / scale)
    single = lambda a: [x.astype(np.float32) for x in a] if isinstance(a, list) else a.astype(np.float32)
    small = derivative(*[single(a) for a in args], **options)
    small = small if len(case["wrt"]) > 1 else (small,)
    types = {str(x.dtype) for g in small for x in (g if isinstance(g, list) else [g])}
    return {
        "value": float(value(*args, **options)),
        "derivative": flat,
        "shapes": bool(shapes),
        "errors": errors,
        "types": sorted(types),
    }

output = [run(case) for case in input]
`;

interface Ran {
  readonly value: number;
  readonly derivative: readonly (readonly number[])[];
  readonly shapes: boolean;
  readonly errors: readonly number[];
  readonly types: readonly string[];
}

describe.skipIf(!python())('modules over families', () => {
  test.each(Object.entries(SYSTEMS))('%s', async (_, system) => {
    const cases = system.steps.map((steps, k) => ({
      ...drawn(system, steps, k + 1),
      keywords: Object.fromEntries((system.told ?? []).map((end) => [end, steps[end]])),
    }));
    const ran = (await runPython(DRIVER, cases)) as Ran[];
    cases.forEach(({ own, derivatives }, k) => {
      const here = ran[k] as Ran;
      expect(distance([here.value], own)).toBeLessThan(1e-12);
      expect(here.derivative).toHaveLength(derivatives.length);
      here.derivative.forEach((g, i) => {
        expect(distance(g, derivatives[i] ?? [], 1e-6)).toBeLessThan(1e-10);
      });
      expect(here.shapes).toBe(true);
      expect(Math.max(...here.errors)).toBeLessThan(1e-8);
      expect(here.types).toEqual(['float32']);
    });
  });

  const perceptron = (activation: string, more = ''): string =>
    codeOf(
      'numpy',
      problemOf(
        'ℓ(Z[L])',
        `ℓ: function(m×n[L]) -> scalar; X: m×n[0]; W[l]: n[l-1]×n[l] for l = 1..L; ${more}
Z[0] = X; Z[l] = ${activation}(Z[l-1] W[l]) for l = 1..L`,
        'W[l]',
      ),
    );

  test.each([
    ['σ', 'σ: elementwise', 'sigma=np.tanh, sigma_prime=lambda x: 1 - np.tanh(x) ** 2'],
    [
      'σ[l]',
      'σ[l]: elementwise',
      'sigma=[np.tanh, np.sin], sigma_prime=[lambda x: 1 - np.tanh(x) ** 2, np.cos]',
    ],
  ])('take the unknown function %s', async (name, declared, given) => {
    const out = await runPython(
      `${perceptron(name, `${declared};`)}
rng = np.random.default_rng(0)
X, W = rng.standard_normal((4, 3)), [rng.standard_normal((3, 5)), rng.standard_normal((5, 2))]
U = [rng.standard_normal(w.shape) for w in W]
f = dict(${given}, ell=lambda Z: np.sum(Z**3), grad_ell=lambda Z: 3 * Z**2)
at = lambda h: value(X, [w + h * u for w, u in zip(W, U)], **f)
slope = (at(1e-5) - at(-1e-5)) / 2e-5
output = [slope, sum(np.sum(g * u) for g, u in zip(derivative(X, W, **f), U))]`,
      null,
    );
    const [slope = 0, own] = out as number[];
    expect(own).toBeCloseTo(slope, 6);
  });

  test('say what numbers they have to be told', () => {
    const steps = 'X: m×n; A: n×n; Z[0] = X; Z[l] = tanh(Z[l-1] A) for l = 1..L';
    expect(moduleFor('sum(Z[L])', steps, 'A')).toContain('    L: a whole number\n');
    const widths =
      'a: scalar; Z[0] = a; Z[l] = Z[l-1] + sum(ones(n[l])) sin(a Z[l-1]) for l = 1..L';
    expect(moduleFor('Z[L]', widths, 'a')).toContain('    n: a list of whole numbers by place\n');
  });

  test('keep what the backward pass reads, and compute it once', () => {
    const source = perceptron('σ', 'σ: elementwise;');
    const [, backward = ''] = source.split('def derivative');
    expect(backward).toContain(`        A[l] = Z[l - 1] @ W[l - 1]
        Z[l] = sigma(A[l])`);
    expect(backward).toContain(`    for l in range(L, 0, -1):
        D[l] = G[l] * sigma_prime(A[l])
        if l >= 2:
            G[l - 1] = D[l] @ W[l - 1].T
    dW = [Z[l - 1].T @ D[l] for l in range(1, L + 1)]
    return dW`);
  });

  test.each([
    [
      'np.ones((2, 3)), [np.ones((3, 4)), np.ones((5, 2))]',
      /W\[2\] must be n\[l-1\] x n\[l\] = \(4, 2\), not \(5, 2\)/,
    ],
    ['np.ones((2, 3)), [np.ones((2, 4))]', /W\[1\] must be .* = \(3, 4\), not \(2, 4\)/],
    ['np.ones((2, 3)), [np.ones(3)]', /W\[1\] must be n\[l-1\] x n\[l\], not \(3,\)/],
    ['np.ones(3), [np.ones((3, 4))]', /X must be m x n\[0\], not \(3,\)/],
  ])('refuse %s', async (args, message) => {
    const source = perceptron('tanh');
    await expect(runPython(`${source}\noutput = value(${args}, ell=np.sum)`, null)).rejects.toThrow(
      message,
    );
  });

  test('refuse lists of different lengths', async () => {
    const system = SYSTEMS['residual network'] as System;
    const source = codeOf('numpy', problemOf(system.expression, system.where, ...system.wrt));
    const one = 'np.ones((2, 2))';
    await expect(
      runPython(`${source}\noutput = value(${one}, [${one}], [])`, null),
    ).rejects.toThrow(/V must have 1 members, not 0/);
  });
});
