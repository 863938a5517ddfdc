"""Asks tensorgrad for derivatives. Reads a list of questions (see main.ts), writes a line of JSON for each."""

import itertools
import json
import math
import signal
import statistics
import sys
import time
from fractions import Fraction

import torch
from sympy import Symbol
import tensorgrad.functions as F
from tensorgrad import Delta, Ones, Product, Sum, Variable
from tensorgrad.extras.evaluate import evaluate

RUNS = 3
SECONDS = 60
TOLERANCE = 2e-3  # its evaluation is in single precision


class NotSaid(Exception):
    pass


def late(*_):
    raise TimeoutError(f"no answer in {SECONDS} s")


def softmax(x):
    return F.softmax(x, [x_last(x)])


def x_last(x):
    return max(x.edges)


def logsumexp(x):
    return F.log(F.sum(F.exp(x), [x_last(x)]))


def inverse(x):
    """Its inverse has its edges the other way round."""
    return F.inverse(x).rename(a0="a1", a1="a0")


FUNCTIONS = {
    "exp": F.exp, "log": F.log, "tanh": F.tanh, "sigmoid": F.sigmoid, "softplus": lambda x: F.log(1 + F.exp(x)), "relu": F.relu, "abs": F.abs, "sign": F.sign,
    "erf": F.erf, "inv": inverse, "det": F.det, "softmax": softmax, "logsumexp": logsumexp,
    "logdet": lambda x: F.log(F.det(x)),
}


class Graph:
    """The graph of a question in tensorgrad's terms: axis k of a node is the edge `a{k}`."""

    def __init__(self, task):
        self.task = task
        self.sizes = {}
        self.variables = {}
        self.nodes = []
        for n in task["graph"]:
            self.nodes.append(self.make(n))
        self.root = self.nodes[-1]

    def size(self, text):
        return self.sizes.setdefault(text, Symbol("d" + str(len(self.sizes))))

    def number(self, text):
        return int(eval(text, {}, dict(self.task["sizes"])))

    def dims(self):
        return {s: self.number(t) for t, s in self.sizes.items()}

    def make(self, n):
        kind = n["kind"]
        if kind == "literal":
            return Product([]) * Fraction(n["value"])
        if kind == "symbol":
            if n["role"] == "dimension":
                raise NotSaid("a size as a number")
            if n["role"] != "variable":
                raise NotSaid(n["name"])
            edges = {f"a{k}": self.size(s) for k, s in enumerate(n["axes"])}
            v = self.variables.setdefault(n["name"], Variable("v_" + n["name"], **edges))
            return v
        if kind == "delta":
            return Delta(self.size(n["axes"][0]), "a0", "a1")
        if kind == "sum":
            if not n["terms"]:
                raise NotSaid("zero")
            return Sum([self.nodes[k] for _, k in n["terms"]], [Fraction(c) for c, _ in n["terms"]])
        if kind == "contract":
            return self.contract(n)
        f = FUNCTIONS.get(n["op"])
        if f is None:
            raise NotSaid(n["op"])
        return f(*(self.nodes[k] for k in n["args"]))

    def contract(self, n):
        """Edges of one index are joined by a copy tensor, which keeps one leg free for an index of the result."""
        factors, legs = [], {}
        for o in n["operands"]:
            base = self.nodes[o["node"]]
            k = Fraction(o["exponent"])
            if k != 1:
                base = F.pow(base, k)
            names = {}
            for axis, index in enumerate(o["indices"]):
                name = f"i{index}_{len(legs.setdefault(index, []))}"
                legs[index].append(name)
                names[f"a{axis}"] = name
            factors.append(base.rename(**names))
        for index, side in enumerate(n["extents"]):
            ends = legs.get(index, [])
            free = [f"a{index}"] if index < n["rank"] else []
            if not ends:
                factors.append(Ones(**{free[0]: self.size(side)}) if free else Delta(self.size(side)))
            else:
                factors.append(Delta(self.size(side), *ends, *free))
        return Product(factors)


def derive(task):
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        graph = Graph(task)
        found = graph.root
        names = []
        for order in range(task["order"]):
            variable = graph.variables[task["by"]]
            new = {e: f"b{order}_{e}" for e in variable.edges}
            names.append(new)
            found = found.grad(variable, new)
        found = found.full_simplify()
        times.append(1e3 * (time.perf_counter() - begin))
    return graph, found, names, statistics.median(times)


def answer(task):
    try:
        graph, found, names, took = derive(task)
    except NotSaid as problem:
        return {"verdict": "not sayable", "milliseconds": None, "why": str(problem)}
    except Exception as problem:
        return {"verdict": "refused", "milliseconds": None, "why": repr(problem)[:100]}
    try:
        values = {}
        for i in task["inputs"]:
            v = graph.variables.get(i["name"])
            if v is not None:
                data = torch.tensor(i["values"]).reshape([graph.number(s) for s in i["axes"]])
                values[v] = data.rename(*(f"a{k}" for k in range(data.ndim))) if data.ndim else data
        got = evaluate(found, values, graph.dims())
        order = [e for e in sorted(graph.root.edges)] + [n[e] for n in names for e in sorted(n)]
        if got.ndim:
            got = got.align_to(*order).rename(None)
        wanted = torch.tensor(task["reference"]).reshape(got.shape)
    except Exception as problem:
        return {"verdict": "refused", "milliseconds": took, "why": "no value: " + repr(problem)[:100]}
    error = (got - wanted).abs().max().item() / max(1e-12, wanted.abs().max().item())
    return {"verdict": "right as an array" if error < TOLERANCE else "wrong", "milliseconds": took}


signal.signal(signal.SIGALRM, late)
for task in json.load(sys.stdin):
    signal.alarm(SECONDS)
    try:
        out = answer(task)
    except TimeoutError as problem:
        out = {"verdict": "refused", "milliseconds": None, "why": str(problem)}
    signal.alarm(0)
    print(json.dumps({"id": task["id"], **out}), flush=True)
