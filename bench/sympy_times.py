"""Times SymPy's matrix derivatives. Reads [{"name", "sympy", "by"}] and writes {name: milliseconds, or null where a derivative is left unevaluated}."""

import json
import statistics
import sys
import time

from sympy import Derivative, Determinant, MatrixSymbol, Symbol, Trace
from sympy.core.cache import clear_cache

RUNS = 3

m, n, k, r = (Symbol(s, integer=True, positive=True) for s in "mnkr")
NAMES = {
    "m": m,
    "n": n,
    "k": k,
    "lam": Symbol("lam"),
    "X": MatrixSymbol("X", m, n),
    "A": MatrixSymbol("A", n, n),
    "B": MatrixSymbol("B", n, n),
    "M": MatrixSymbol("M", m, m),
    "L": MatrixSymbol("L", k, m),
    "R": MatrixSymbol("R", n, k),
    "Q": MatrixSymbol("Q", k, n),
    "U": MatrixSymbol("U", m, r),
    "V": MatrixSymbol("V", n, r),
    "C": MatrixSymbol("C", m, k),
    "t": MatrixSymbol("t", n, 1),
    "x": MatrixSymbol("x", n, 1),
    "y": MatrixSymbol("y", m, 1),
    "Trace": Trace,
    "Determinant": Determinant,
}


def milliseconds(text, by):
    """Median time to make the expression and its derivative; what SymPy remembers of the last time is cleared before each."""
    times = []
    for _ in range(RUNS):
        clear_cache()
        begin = time.perf_counter()
        found = eval(text, dict(NAMES)).diff(NAMES[by])
        times.append(1e3 * (time.perf_counter() - begin))
    return None if found.has(Derivative) else statistics.median(times)


def main():
    out = {}
    for case in json.load(sys.stdin):
        try:
            out[case["name"]] = milliseconds(case["sympy"], case["by"])
        except Exception:  # SymPy refuses some shapes
            out[case["name"]] = None
    json.dump(out, sys.stdout)


main()
