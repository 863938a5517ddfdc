import { runPython } from '../../../../../test/support/python.ts';
import type { Problem } from '../../../src/elaborate/problem.ts';
import { programOf } from '../../../src/emit/program/request.ts';
import { TARGETS } from '../../../src/emit/targets.ts';
import type { Question } from '../../../src/explain/question.ts';
import type { Property } from '../../../src/expr/node.ts';
import { evalDim } from '../../../src/shape/dim.ts';
import { Places } from '../../../src/verify/place.ts';
import { random } from '../../../src/verify/random.ts';

/** A problem exported to frameworks that differentiate by themselves, with a place at which it is defined. */
export interface Case {
  readonly name: string;
  readonly torch: string;
  readonly jax: string;
  readonly args: readonly { readonly dims: readonly number[]; readonly data: Float64Array }[];
  readonly wrt: readonly number[];
  /** What was declared of each variable. */
  readonly facts: readonly (readonly Property[])[];
  readonly sizes: Readonly<Record<string, number>>;
  /** Whether JAX compiles the custom_vjp as well. */
  readonly whole: boolean;
}

export function caseOf(
  name: string,
  problem: Problem,
  { whole = true, ...question }: Question & { readonly whole?: boolean } = {},
): Case {
  const program = programOf(problem, question);
  if (program.kind !== 'formula') throw new Error(`${name} is a family`);
  const symbols = program.inputs.map((i) => i.symbol);
  const places = new Places([program.value, ...symbols]);
  const source = random(3);
  for (let k = 0; ; k++) {
    const place = places.draw('different', source, k);
    if ('reason' in place) {
      if (k > 20) throw new Error(`${name}: ${place.reason}`);
      continue;
    }
    const sizes = place.program.sizes;
    return {
      name,
      torch: TARGETS.torch.formula(program),
      jax: TARGETS.jax.formula(program),
      args: program.inputs.map(({ symbol, shape }) => ({
        dims: shape.map((d) => evalDim(d, sizes)),
        data: place.inputs.get(symbol)?.data ?? new Float64Array(),
      })),
      wrt: program.derivatives.map((d) => symbols.indexOf(d.variable)),
      facts: program.derivatives.map((d) => d.variable.properties),
      sizes: Object.fromEntries(sizes),
      whole,
    };
  }
}

/**
 * Runs modules beside the frameworks' own differentiation of `value`. What a derivative of declared arguments leaves open is
 * compared in the space of such arguments.
 */
const DRIVER = `
import inspect
import numpy as np
import torch
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_disable_most_optimizations", True)

def project(g, facts):
    has = lambda *names: any(n in facts for n in names)
    if g.ndim != 2 or g.shape[0] != g.shape[1]:
        return g
    if has("diagonal"): return np.diag(np.diagonal(g))
    if has("symmetric", "posdef"): return (g + g.T) / 2
    if has("skew"): return (g - g.T) / 2
    if has("lower"): return np.tril(g)
    if has("upper"): return np.triu(g)
    return g

def distance(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        return float("inf")
    return float(np.max(np.abs(a - b), initial=0) / (np.max(np.abs(b), initial=0) + 1e-3))

def load(source):
    module = {"__name__": "exported"}
    exec(compile(source, "<exported>", "exec"), module)
    return module

def options(module, sizes):
    names = inspect.signature(module["value"]).parameters.values()
    return {p.name: sizes[p.name] for p in names if p.kind == p.KEYWORD_ONLY}

def weights(shape):
    return np.random.default_rng(1).standard_normal(shape)

def pulled(u, d):
    return np.tensordot(u, np.asarray(d, dtype=float), axes=np.ndim(u))

def many(d, case):
    return d if len(case["wrt"]) > 1 else (d,)

def compare(case, v, own, d, both, through, u):
    """Largest distances: of the gradients from the framework's own, and of the other functions from these."""
    facts = case["facts"]
    ours = [pulled(u, x) for x in many(d, case)]
    value, second = both
    return {
        "own": max(distance(project(a, f), project(b, f)) for a, b, f in zip(ours, own, facts)),
        "value": distance(value, v),
        "both": max(distance(a, b) for a, b in zip(many(second, case), many(d, case))),
        "through": max(distance(project(a, f), project(b, f)) for a, b, f in zip(through, ours, facts)),
    }

def torch_run(case, dtype):
    module = load(case["torch"])
    more = options(module, case["sizes"])
    args = [torch.tensor(np.array(a["data"]).reshape(a["dims"]), dtype=dtype) for a in case["args"]]
    moved = [args[k].requires_grad_() for k in case["wrt"]]
    v = module["value"](*args, **more)
    w = weights(v.shape)
    u = torch.tensor(w, dtype=dtype)
    own = torch.autograd.grad(v, moved, u, allow_unused=True)
    own = [np.zeros(tuple(x.shape)) if g is None else g.numpy() for g, x in zip(own, moved)]
    with torch.no_grad():
        d = module["derivative"](*args, **more)
        both = module["value_and_derivative"](*args, **more)
    z = module["differentiable"](*args, **more)
    through = [g.numpy() for g in torch.autograd.grad(z, moved, u, allow_unused=True)]
    out = compare(case, v.detach(), own, d, both, through, w)
    out["types"] = sorted({str(x.dtype) for x in (v, z, *many(d, case))})
    out["finite"] = bool(all(torch.isfinite(x).all() for x in (v, *many(d, case))))
    return out, own

def jax_function(case, reference):
    """What is to be computed, at what, and with which weights."""
    module = load(case["jax"])
    more = options(module, case["sizes"])
    args = [jnp.asarray(np.array(a["data"]).reshape(a["dims"])) for a in case["args"]]
    def at(f):
        def g(*moved):
            all = list(args)
            for k, x in zip(case["wrt"], moved):
                all[k] = x
            return f(*all, **more)
        return g
    moved = [args[k] for k in case["wrt"]]
    w = weights(jax.eval_shape(at(module["value"]), *moved).shape)
    u = jnp.asarray(w)
    def run(moved):
        both = at(module["value_and_derivative"])(*moved)
        if reference is None:
            v, back = jax.vjp(at(module["value"]), *moved)
            own = back(u)
        else:
            v, own = both[0], reference
        # its lines are those of value_and_derivative: to compile them once is enough
        assert jax.eval_shape(at(module["derivative"]), *moved) == jax.eval_shape(lambda: both[1])
        if not case["whole"]:
            return v, own, both, v, own
        z, through = jax.vjp(at(module["differentiable"]), *moved)
        return v, own, both, z, through(u)
    return run, moved, w

def jax_compare(case, results, w):
    v, own, both, z, through = results
    d = both[1]
    out = compare(case, v, own, d, both, through, w)
    out["types"] = sorted({str(x.dtype) for x in (v, z, *many(d, case))})
    out["finite"] = bool(all(jnp.isfinite(x).all() for x in (v, *many(d, case))))
    return out

output = []
functions = []
for case in input:
    try:
        double, own = torch_run(case, torch.float64)
        single, _ = torch_run(case, torch.float32)
        # through loops JAX compiles its own differentiation for seconds: PyTorch's serves as well
        loops = "fori_loop" in case["jax"] or "expm" in case["jax"]
        functions.append(jax_function(case, own if loops else None))
        output.append({"torch": double, "torch32": single})
    except Exception as problem:
        functions.append(None)
        output.append({"error": f"{type(problem).__name__}: {problem}"[:2000]})

def everything(places):
    results = []
    for k, place in enumerate(places):
        try:
            results.append(functions[k][0](place) if functions[k] else None)
        except Exception as problem:
            output[k]["error"] = f"{type(problem).__name__}: {problem}"[:2000]
            results.append(None)
    return results

# to compile is what takes time: all at once it takes least
results = jax.jit(everything)([f[1] if f else [] for f in functions])
for k, (case, f, r) in enumerate(zip(input, functions, results)):
    if r is not None:
        output[k]["jax"] = jax_compare(case, r, f[2])
`;

export interface Compared {
  readonly own: number;
  readonly value: number;
  readonly both: number;
  readonly through: number;
  readonly types: readonly string[];
  readonly finite: boolean;
}

export interface Ran {
  readonly error?: string;
  readonly torch: Compared;
  readonly torch32: Compared;
  readonly jax: Compared;
}

export const runFrameworks = async (cases: readonly Case[]): Promise<Ran[]> =>
  (await runPython(DRIVER, cases, 300_000)) as Ran[];

/** What is wrong with a run, in words. */
export function complaints(c: Case, ran: Ran | undefined): string[] {
  if (!ran || ran.error !== undefined) return [`${c.name}: ${ran?.error ?? 'did not run'}`];
  const about = (label: string, r: Compared, tolerance: number, type: string): string[] => {
    const far = (['own', 'value', 'both', 'through'] as const).filter((k) => !(r[k] <= tolerance));
    return [
      ...far.map((k) => `${c.name}: ${label}: ${k} is off by ${r[k]}`),
      ...(r.types.join() === type ? [] : [`${c.name}: ${label}: ${r.types.join()}`]),
      ...(r.finite ? [] : [`${c.name}: ${label}: not finite`]),
    ];
  };
  return [
    ...about('torch', ran.torch, 1e-9, 'torch.float64'),
    ...about('torch in float32', ran.torch32, 1e-3, 'torch.float32'),
    ...about('jax', ran.jax, 1e-9, 'float64'),
  ];
}
