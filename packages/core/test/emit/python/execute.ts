import { runPython } from '../../../../../test/support/python.ts';
import { deriveGradients } from '../../../src/derive/derive.ts';
import { TARGETS } from '../../../src/emit/targets.ts';
import { isSymmetric } from '../../../src/expr/build.ts';
import type { Node, Sym } from '../../../src/expr/node.ts';
import type { Tensor } from '../../../src/expr/tensor.ts';
import { substitute } from '../../../src/expr/walk.ts';
import type { Shape } from '../../../src/shape/shape.ts';
import { compile } from '../../../src/verify/evaluate.ts';
import { draw } from '../../../src/verify/inputs.ts';
import { random } from '../../../src/verify/random.ts';
import { dimensionNames } from '../../../src/verify/sizes.ts';

/** A scalar to be exported, with its arguments in order and the variables to derive with respect to. */
export interface Problem {
  readonly title?: string;
  readonly value: Node;
  readonly inputs: readonly Sym[];
  readonly wrt: readonly Sym[];
}

/** The module that matgrad writes for a problem. */
export function moduleOf({ title = 'J', value, inputs, wrt }: Problem): string {
  const derivation = deriveGradients({ value, variables: wrt });
  return TARGETS.numpy.formula({
    kind: 'formula',
    title,
    value,
    valueShape: [],
    inputs: inputs.map((symbol) => ({ symbol, shape: symbol.shape })),
    derivatives: derivation.gradients.map((g) => ({
      variable: g.variable,
      shape: g.variable.shape,
      node: g.shown,
      left: '…',
      text: '…',
    })),
    parts: derivation.parts,
  });
}

/** One module to run in Python. */
interface Case {
  readonly source: string;
  readonly args: readonly { readonly dims: readonly number[]; readonly data: Float64Array }[];
  /** Which arguments the derivatives belong to. */
  readonly wrt: readonly number[];
  /** Arguments that stay symmetric where they are moved. */
  readonly symmetric: readonly number[];
  readonly keywords: Readonly<Record<string, number>>;
}

export interface Ran {
  readonly value: number;
  readonly derivative: readonly (readonly number[])[];
  readonly shapes: readonly (readonly number[])[];
  /** Differences of `value` along a random direction in each variable, beside what `derivative` says. */
  readonly slopes: readonly {
    readonly numeric: number;
    readonly analytic: number;
    readonly scale: number;
  }[];
  /** With every argument in float32. */
  readonly single: {
    readonly value: number;
    readonly types: readonly string[];
    readonly finite: boolean;
  };
  /** Longest line. */
  readonly columns: number;
}

const DRIVER = `
import numpy as np

def run(case):
    source = case["source"]
    module = {"__name__": "exported"}
    exec(compile(source, "<exported>", "exec"), module)
    value, derivative = module["value"], module["derivative"]
    args = [np.array(a["data"]).reshape(a["dims"]) for a in case["args"]]
    before = [a.copy() for a in args]
    options = case["keywords"]
    several = len(case["wrt"]) > 1
    tuple_of = lambda d: d if several else (d,)
    found = tuple_of(derivative(*args, **options))
    rng = np.random.default_rng(1)
    slopes = []
    for k, g in zip(case["wrt"], found):
        u = rng.standard_normal(args[k].shape) * (np.sqrt(np.mean(args[k] ** 2)) + 1e-3)
        if k in case["symmetric"]:
            u = (u + u.T) / 2
        def f(t):
            moved = list(args)
            moved[k] = args[k] + t * u
            return float(value(*moved, **options))
        # Richardson on central differences
        h = 1e-3
        d = lambda s: (f(s) - f(-s)) / (2 * s)
        numeric = (4 * d(h / 2) - d(h)) / 3
        scale = float(np.linalg.norm(g) * np.linalg.norm(u) + abs(f(0)) * 1e-3)
        slopes.append({"numeric": numeric, "analytic": float(np.sum(g * u)), "scale": scale})
    assert all((a == b).all() for a, b in zip(args, before)), "arguments were written to"
    for g in found:
        if isinstance(g, np.ndarray):
            assert not any(np.shares_memory(g, a) for a in args), "a result is a view of an argument"
            g += 1
            g -= 1
    small = [a.astype(np.float32) for a in args]
    v32 = value(*small, **options)
    d32 = tuple_of(derivative(*small, **options))
    return {
        "value": float(value(*args, **options)),
        "derivative": [np.ravel(g) for g in found],
        "shapes": [list(np.shape(g)) for g in found],
        "slopes": slopes,
        "single": {
            "value": float(v32),
            "types": [str(getattr(v, "dtype", type(v).__name__)) for v in (v32, *d32)],
            "finite": bool(all(np.all(np.isfinite(v)) for v in (v32, *d32))),
        },
        "columns": max(len(line) for line in source.splitlines()),
    }

output = []
for case in input:
    try:
        output.append(run(case))
    except Exception as problem:
        problem.add_note(case["source"])
        raise
`;

export const runCases = async (cases: readonly Case[]): Promise<Ran[]> =>
  (await runPython(DRIVER, cases, 60_000)) as Ran[];

/** A problem with values for everything. */
export interface Drawn {
  readonly problem: Problem;
  readonly source: string;
  readonly case: Case;
  readonly sizes: ReadonlyMap<string, number>;
  readonly bindings: ReadonlyMap<Sym, Tensor>;
}

const PRIMES = [3, 2, 5, 4, 7] as const;

export function drawProblem(problem: Problem, seed: number): Drawn {
  const source = moduleOf(problem);
  const names = dimensionNames([problem.value, ...problem.inputs]);
  const sizes = new Map(names.map((n, k) => [n, PRIMES[k % PRIMES.length] as number]));
  const stream = random(seed);
  const program = compile(problem.inputs, sizes);
  const bindings = new Map(problem.inputs.map((s) => [s, draw(s, program.dims(s), stream)]));
  const args = problem.inputs.map((s) => ({
    dims: lengths(s.shape, sizes),
    data: (bindings.get(s) as Tensor).data,
  }));
  const told = new Set(problem.inputs.flatMap((s) => s.shape.map((d) => d.key)));
  const keywords = Object.fromEntries(
    [...sizes].filter(([n]) => ![...told].some((k) => k.includes(n))),
  );
  const wrt = problem.wrt.map((v) => problem.inputs.indexOf(v));
  const symmetric = wrt.filter((_, i) => isSymmetric(problem.wrt[i] as Sym));
  return { problem, source, case: { source, args, wrt, symmetric, keywords }, sizes, bindings };
}

function lengths(shape: Shape, sizes: ReadonlyMap<string, number>): number[] {
  return shape.map((d) =>
    d.terms.reduce(
      (n, t) => n + t.atoms.reduce((p, a) => p * (sizes.get(a.name) ?? Number.NaN), t.coefficient),
      0,
    ),
  );
}

/** What matgrad's own evaluator says of the value and the derivatives. */
export function evaluated({ problem, sizes, bindings }: Drawn): {
  readonly value: number;
  readonly derivative: readonly (readonly number[])[];
} {
  const { gradients, parts } = deriveGradients({
    value: problem.value,
    variables: problem.wrt,
  });
  const whole = new Map<Node, Node>();
  for (const p of parts) whole.set(p.symbol, substitute([p.node], whole)[0] as Node);
  const roots = substitute(
    gradients.map((g) => g.shown),
    whole,
  );
  const [value, ...rest] = compile([problem.value, ...roots], sizes).run(bindings);
  return { value: value?.data[0] ?? Number.NaN, derivative: rest.map((t) => [...t.data]) };
}

/** Largest difference, relative to the largest entry, or to `least` where all entries are smaller. */
export function distance(a: readonly number[], b: readonly number[], least = 1e-300): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const size = Math.max(least, ...b.map(Math.abs));
  const worst = a.map((x, i) => Math.abs(x - (b[i] as number)) / size);
  return worst.some(Number.isNaN) ? Number.NaN : Math.max(0, ...worst);
}
