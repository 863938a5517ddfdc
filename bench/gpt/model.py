"""Sizes, data and measurement of the language model of examples/gpt.mg, for PyTorch and JAX."""

import importlib.util
import time

import numpy as np

T, v, n, h, L = 256, 512, 256, 1024, 3
NAMES = ("S", "Y", "M", "E", "U", "P", "Q", "K", "V", "O", "A", "B")


def load(path):
    spec = importlib.util.spec_from_file_location("exported", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def data():
    """The arguments in the order of the file, in float32; parameters come from the fourth on."""
    rng = np.random.default_rng(0)

    def random(*shape):
        return (rng.standard_normal(shape) / np.sqrt(shape[0])).astype(np.float32)

    tokens = rng.integers(0, v, T + 1)
    one_hot = np.eye(v, dtype=np.float32)
    mask = np.triu(np.full((T, T), -1e9, dtype=np.float32), 1)
    square = [[random(n, n) for _ in range(L)] for _ in range(4)]
    wide, narrow = [random(n, h) for _ in range(L)], [random(h, n) for _ in range(L)]
    return [
        one_hot[tokens[:-1]], one_hot[tokens[1:]], mask,
        10 * random(v, n), random(v, n), random(T, n), *square, wide, narrow,
    ]


def compare(ours, theirs, first, second):
    """Prints the largest difference of results, and the times of two steps."""
    pairs = list(zip(first, second, strict=True))
    far = max(float(np.max(np.abs(a - b)) / np.max(np.abs(b))) for a, b in pairs)
    best = [float("inf")] * 2
    for _ in range(30):
        for k, f in enumerate((ours, theirs)):
            start = time.process_time()
            f()
            best[k] = min(best[k], time.process_time() - start)
    a, b = best
    print(f"  {len(pairs)} results within {far:.1e} of the framework's own differentiation in float32")
    print(f"  a step: {1e3 * a:.1f} ms, the framework's own {1e3 * b:.1f} ms, ratio {a / b:.2f}")
    assert far < 1e-5, far
