import { runPython } from '../../../../test/support/python.ts';
import type { Property } from './names.ts';
import type { Side } from './tree.ts';

/** One formula with the module that was exported for it. */
export interface Case {
  readonly seed: number;
  /** The module of `exportCode`. */
  readonly module: string;
  /** The formula as `numpyOf` writes it. */
  readonly formula: string;
  /** In the order of the module's arguments. */
  readonly variables: readonly {
    readonly name: string;
    readonly rows: Side;
    readonly cols: Side;
    readonly property: Property | null;
  }[];
  /** The variables of the module's results, in their order. */
  readonly wanted: readonly string[];
  /** Lengths of the named sides: once different, once equal. */
  readonly sizes: readonly Readonly<Record<string, number>>[];
}

export interface Ran {
  /** What is wrong, or nothing. */
  readonly complaints: readonly string[];
  /** How many slopes were compared, and how many could not be measured. */
  readonly compared: number;
  readonly unclear: number;
}

/** Every value is a two-dimensional array. The formula's own value and its differences judge the module's. */
const DRIVER = `
import re
import numpy as np

sizes = {}

def side(text):
    total = 0
    for term in text.split("+"):
        number, name = re.fullmatch(r"(\\d*)(\\w*)", term).groups()
        total += int(number or 1) * (sizes[name] if name else 1)
    return total

scalar = lambda x: np.array([[float(x)]])
total = lambda x, axis: x.sum(axis=axis, keepdims=True) if axis is not None else scalar(x.sum())
unit = lambda i, n: np.eye(n)[:, i - 1 : i]
inverse = np.linalg.inv

def part(a, *places):
    if len(places) == 1:
        return scalar(a.reshape(-1)[places[0] - 1])
    for axis, place in enumerate(places):
        if place is not None:
            a = np.take(a, [place - 1], axis=axis)
    return a

def f_sum(a, axis=None): return total(a, axis)
def f_mean(a, axis=None): return total(a, axis) / total(np.ones_like(a), axis)
def f_norm(a, axis=None): return np.sqrt(total(a * a, axis))
f_normF = f_norm
def f_norm1(a): return total(np.abs(a), None)
def f_logsumexp(a, axis=None): return np.log(total(np.exp(a), axis))
def f_softmax(a, axis=None):
    if axis is None:
        axis = 0 if a.shape[1] == 1 else 1
    return np.exp(a) / total(np.exp(a), axis)
def f_log_softmax(a, axis=None): return np.log(f_softmax(a, axis))
def f_tr(a): return scalar(np.trace(a))
f_trace = f_tr
def f_det(a): return scalar(np.linalg.det(a))
def f_logdet(a): return scalar(np.log(np.linalg.det(a)))
def f_dot(a, b): return scalar((a * b).sum())
def f_mse(a, b): return scalar(((a - b) ** 2).mean())
def f_cross_entropy(y, p): return scalar(-(y * np.log(p)).sum())
def f_softmax_cross_entropy(z, y): return f_cross_entropy(y, f_softmax(z))
def f_diag(a): return np.diag(a.reshape(-1)) if 1 in a.shape else np.diag(a).reshape(-1, 1)
def f_power(a, k): return np.linalg.matrix_power(a, int(k.item()))
def f_sigmoid(a): return np.exp(-np.logaddexp(-a, 0))
def f_relu(a): return np.where(a > 0, a, 0)
def f_softplus(a): return np.logaddexp(a, 0)
def f_square(a): return a * a
def f_max(a, b): return np.maximum(a, b)
def f_min(a, b): return np.minimum(a, b)
def f_sin(a):
    # beyond this, rounding in the argument is seen in the value
    if np.abs(a).max() > 1e3: raise FloatingPointError
    return np.sin(a)
def f_cos(a): return f_sin(a + np.pi / 2)
f_exp, f_log, f_sqrt, f_tanh, f_abs = np.exp, np.log, np.sqrt, np.tanh, np.abs

def draw(rng, rows, cols, property):
    a = 0.7 * rng.standard_normal((rows, cols))
    if property == "symmetric": return (a + a.T) / 2
    if property == "skew": return (a - a.T) / 2
    if property == "diagonal": return np.diag(np.diag(a) + np.sign(np.diag(a)))
    if property == "posdef": return a @ a.T / rows + np.eye(rows)
    if property == "orthogonal": return np.linalg.qr(a)[0]
    if property == "invertible": return np.linalg.qr(a)[0] + 0.3 * a
    if property in ("positive", "nonnegative"): return np.exp(a)
    if property == "simplex":
        a = np.exp(a)
        return a / (a.sum() if cols == 1 else a.sum(axis=1, keepdims=True))
    return a

def along(rng, x, property):
    """A direction in which the value may move."""
    u = rng.standard_normal(x.shape) * (np.sqrt(np.mean(x * x)) + 1e-2)
    if property in ("symmetric", "posdef"): return (u + u.T) / 2
    if property == "skew": return (u - u.T) / 2
    if property == "diagonal": return np.diag(np.diag(u))
    if property in ("positive", "nonnegative"): return 0.3 * u / np.abs(u).max() * x
    if property == "simplex": return 0.3 * (u - (u.mean() if x.shape[1] == 1 else u.mean(axis=1, keepdims=True))) * x.min() / np.abs(u).max()
    return u

def slope(f):
    """Extrapolated central differences of f at 0, with a bound of the error (Ridders)."""
    best, bound, before, h = 0.0, np.inf, [], 0.05
    for i in range(7):
        row = [(f(h) - f(-h)) / (2 * h)]
        for j, old in enumerate(before):
            row.append((4 ** (j + 1) * row[j] - old) / (4 ** (j + 1) - 1))
            e = max(abs(row[j + 1] - row[j]), abs(row[j + 1] - old))
            if e < bound: best, bound = row[j + 1], e
        before, h = row, h / 2
    return best, bound

def given(x):
    return float(x.item()) if x.shape == (1, 1) else x.reshape(-1) if x.shape[1] == 1 else x.copy()

def run(case, which, found):
    global sizes
    sizes = case["sizes"][which]
    rng = np.random.default_rng([case["seed"], which])
    module = {"__name__": "exported"}
    exec(compile(case["module"], "<exported>", "exec"), module)
    value, derivative = module["value"], module["derivative"]
    code = compile(case["formula"], "<formula>", "eval")
    names = [x["name"] for x in case["variables"]]
    v = {x["name"]: draw(rng, side(x["rows"]), side(x["cols"]), x["property"]) for x in case["variables"]}
    own = lambda v: eval(code, {**globals(), "v": v}).item()
    here = own(v)
    if not abs(here) < 1e8:
        found["unclear"] += 1
        return
    c = value.__code__
    keywords = {k: sizes[k] for k in c.co_varnames[c.co_argcount : c.co_argcount + c.co_kwonlyargcount]}
    args = [given(v[n]) for n in names]
    theirs = float(value(*args, **keywords))
    if not abs(theirs - here) < 1e-7 * (1 + abs(here)):
        found["complaints"].append(f"value {theirs} instead of {here} at {sizes}")
        return
    wanted = [x for n in case["wanted"] for x in case["variables"] if x["name"] == n]
    results = derivative(*args, **keywords)
    if len(wanted) == 1:
        results = (results,)
    for x, g in zip(wanted, results):
        at = v[x["name"]]
        if np.shape(g) != np.shape(given(at)):
            found["complaints"].append(f"derivative by {x['name']} has shape {np.shape(g)}, not {np.shape(given(at))}")
            continue
        for _ in range(2):
            u = along(rng, at, x["property"])
            numeric, bound = slope(lambda t: own({**v, x["name"]: at + t * u}))
            analytic = float(np.sum(np.asarray(g) * given(u)))
            scale = max(abs(numeric), 1e-3 * float(np.linalg.norm(g) * np.linalg.norm(u)), 1e-6 * abs(here))
            # what is not smooth here (the norm of a column of zeros) has no slope to compare
            if not np.isfinite(analytic) or not bound < 1e-4 * scale + 1e-10:
                found["unclear"] += 1
            elif not abs(numeric - analytic) <= 20 * bound + 1e-5 * scale + 1e-10:
                found["complaints"].append(f"derivative by {x['name']} gives {analytic} instead of {numeric} (±{bound}) at {sizes}")
            else:
                found["compared"] += 1

output = []
for case in input:
    found = {"complaints": [], "compared": 0, "unclear": 0}
    for which in range(len(case["sizes"])):
        try:
            run(case, which, found)
        except (np.linalg.LinAlgError, FloatingPointError):
            found["unclear"] += 1
        except Exception as problem:
            found["complaints"].append(f"{type(problem).__name__}: {problem}")
    output.append(found)
`;

export const runCases = async (cases: readonly Case[]): Promise<readonly Ran[]> =>
  (await runPython(DRIVER, cases, 10_000 + 1000 * cases.length)) as Ran[];
