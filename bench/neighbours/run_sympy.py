"""Asks SymPy for derivatives. Reads a list of questions (see main.ts), writes a line of JSON for each."""

import itertools
import json
import math
import signal
import statistics
import sys
import time

import numpy as np
from sympy import (
    Abs, Derivative, Determinant, DiagMatrix, DiagonalMatrix, Dummy, HadamardPower, HadamardProduct, Identity, ImmutableDenseMatrix,
    Integer, Inverse, KroneckerProduct, MatrixSymbol, Max, OneMatrix, Rational, Symbol, Trace, cos, exp, log, pi, sign, sin, sqrt,
    tanh,
)
from sympy.tensor.array.array_derivatives import ArrayDerivative
from sympy.core.cache import clear_cache
from sympy.matrices.expressions.matexpr import MatrixExpr
from sympy.tensor.array.expressions.array_expressions import _ArrayExpr

RUNS = 3
SECONDS = 30
TOLERANCE = 1e-4


def late(*_):
    raise TimeoutError(f"no answer in {SECONDS} s")


def derive(task, text, names):
    """The derivative, and the median time to make it; what SymPy remembers of the last time is cleared before each."""
    times = []
    for _ in range(RUNS):
        clear_cache()
        begin = time.perf_counter()
        by = names["v_" + task["by"]]
        found = eval(text, globals() | names)
        for _ in range(task["order"]):
            found = found.diff(by)
        times.append(1e3 * (time.perf_counter() - begin))
    return found, statistics.median(times)


def numbers(found, task):
    """The entries of a result at the point, as an array: what SymPy's own words mean, in NumPy."""
    sizes = {Symbol("dim_" + k, integer=True, positive=True): v for k, v in task["sizes"].items()}
    side = lambda s: int(eval(s.replace("^", "**"), {}, dict(task["sizes"])))
    values = {
        "v_" + i["name"]: np.array(i["values"]).reshape([side(s) for s in i["shape"]]) for i in task["inputs"]
    }
    return np.asarray(Evaluation(values, sizes).of(found))


class Evaluation:
    def __init__(self, values, sizes):
        self.values, self.sizes = values, sizes

    def size(self, d):
        return int(d.subs(self.sizes))

    def of(self, e):
        name = type(e).__name__
        args = e.args
        sides = lambda: tuple(self.size(d) for d in e.shape)
        match name:
            case "MatrixSymbol":
                return self.values[e.name]
            case "Symbol":
                return float(self.sizes[e]) if e in self.sizes else self.values[e.name]
            case "MatMul":
                out = 1.0
                for x in map(self.of, args):
                    out = out @ x if np.ndim(out) == 2 and np.ndim(x) == 2 else out * x
                return out
            case "MatAdd" | "ArrayAdd" | "Add":
                return sum(map(self.of, args))
            case "Transpose" | "Adjoint":
                return self.of(args[0]).T
            case "Inverse":
                return np.linalg.inv(self.of(args[0]))
            case "MatPow":
                return np.linalg.matrix_power(self.of(args[0]), int(self.of(args[1])))
            case "HadamardProduct":
                return math.prod(map(self.of, args))
            case "HadamardPower":
                return self.of(args[0]) ** self.of(args[1])
            case "ElementwiseApplyFunction":
                return self.apply(e.function, self.of(e.expr))
            case "ArrayElementwiseApplyFunc":
                return self.apply(e.function, self.of(e.expr))
            case "Trace":
                return np.trace(self.of(args[0]))
            case "Determinant":
                return np.linalg.det(self.of(args[0]))
            case "Identity":
                return np.eye(*sides())
            case "OneMatrix" | "OneArray":
                return np.ones(sides())
            case "ZeroMatrix" | "ZeroArray":
                return np.zeros(sides())
            case "DiagMatrix":
                return np.diag(self.of(args[0]).ravel())
            case "DiagonalMatrix":
                return np.diag(np.diag(self.of(args[0])))
            case "KroneckerProduct":
                out = np.ones((1, 1))
                for x in map(self.of, args):
                    out = np.kron(out, x)
                return out
            case "ArrayTensorProduct" | "TensorProduct":
                out = np.array(1.0)
                for x in map(self.of, args):
                    out = np.multiply.outer(out, x)
                return out
            case "PermuteDims":
                return np.transpose(self.of(e.expr), e.permutation.array_form)
            case "ArrayContraction" | "ArrayDiagonal":
                x = self.of(e.expr)
                groups = e.contraction_indices if name == "ArrayContraction" else e.diagonal_indices
                labels = list(range(x.ndim))
                for g in groups:
                    for k in g:
                        labels[k] = 100 + g[0]
                free = [l for l in labels if l < 100]
                if name == "ArrayDiagonal":
                    free += [100 + g[0] for g in groups]
                short = {l: k for k, l in enumerate(dict.fromkeys(labels))}
                return np.einsum(x, [short[l] for l in labels], [short[l] for l in free])
            case "Mul":
                return math.prod(map(self.of, args))
            case "Pow":
                return self.of(args[0]) ** self.of(args[1])
            case "Abs":
                return np.abs(self.of(args[0]))
            case "sign" | "exp" | "log" | "sin" | "cos" | "tanh":
                return getattr(np, name)(self.of(args[0]))
            case "Heaviside":
                return np.heaviside(self.of(args[0]), 0.5)
            case "Max":
                return np.maximum(*map(self.of, args))
        if e.is_number:
            return float(e)
        if hasattr(e, "tomatrix") or isinstance(e, ImmutableDenseMatrix):
            return np.array(e.tolist(), dtype=float)
        raise NotImplementedError(name)

    def apply(self, function, x):
        d = Dummy("entry")
        inner = Evaluation(self.values | {d.name: x}, self.sizes)
        return inner.of(function(d).replace(lambda s: s == d, lambda s: Symbol(d.name))) * np.ones_like(x)


def agrees(found, task):
    """Whether the numbers are those of the differences, in whatever order the axes stand."""
    dims = [d for d in task["dims"] if d != 1]
    wanted = np.array(task["reference"]).reshape(dims)
    found = np.squeeze(found)
    scale = max(1e-12, np.abs(wanted).max())
    near = lambda a: a.shape == wanted.shape and np.abs(a - wanted).max() <= TOLERANCE * scale
    if any(near(found.transpose(p)) for p in itertools.permutations(range(found.ndim))):
        return True
    # a matrix of size |f| by |x|, with columns stacked
    rank = len(dims)
    for k in range(rank + 1):
        f, x = wanted.shape[:k], wanted.shape[k:]
        flat = wanted.transpose(*reversed(range(k)), *reversed(range(k, rank))).reshape(int(np.prod(f)), int(np.prod(x)))
        for m in (flat, flat.T):
            if found.shape == m.shape and np.abs(found - m).max() <= TOLERANCE * scale:
                return True
    return False


def answer(task):
    if task["sympy"] is None:
        return {"verdict": "not sayable", "milliseconds": None}
    names = {"dim_" + k: Symbol("dim_" + k, integer=True, positive=True) for k in task["sizes"]}
    side = lambda s: eval(s.replace("^", "**"), {}, {k[4:]: v for k, v in names.items()})
    for i in task["inputs"]:
        name = "v_" + i["name"]
        names[name] = MatrixSymbol(name, *map(side, i["shape"])) if i["shape"] else Symbol(name, real=True)
    order = ["right", "right as an array", "refused", "wrong"]
    answers = [one(task, text, names) for text in task["sympy"]]
    return min(answers, key=lambda a: order.index(a["verdict"]))


def one(task, text, names):
    """The answer for one way to write the question."""
    try:
        found, took = derive(task, text, names)
    except TimeoutError:
        raise
    except Exception as problem:
        return {"verdict": "refused", "milliseconds": None, "why": repr(problem)[:100]}
    if found.has(Derivative, ArrayDerivative):
        return {"verdict": "refused", "milliseconds": None, "why": "left unevaluated"}
    try:
        right = agrees(numbers(found, task), task)
    except TimeoutError:
        raise
    except Exception as problem:
        return {"verdict": "refused", "milliseconds": took, "why": "no value: " + repr(problem)[:100] + str(found)[:100]}
    verdict = "wrong" if not right else "right as an array" if isinstance(found, _ArrayExpr) else "right"
    return {"verdict": verdict, "milliseconds": took, "why": "" if right else str(found)[:120]}


signal.signal(signal.SIGALRM, late)
for task in json.load(sys.stdin):
    signal.alarm(SECONDS)
    try:
        out = answer(task)
    except TimeoutError as problem:
        out = {"verdict": "refused", "milliseconds": None, "why": str(problem)}
    signal.alarm(0)
    print(json.dumps({"id": task["id"], **out}), flush=True)
