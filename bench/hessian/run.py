"""Times Hessians: modules that matgrad wrote, in a folder, beside jax.hessian and torch.func.hessian.

Double precision, best of several calls, each result held against that of jax.hessian.
"""

import importlib
import json
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

try:
    import torch
except ImportError:
    torch = None  # its column is left empty

jax.config.update("jax_enable_x64", True)


LAYERS = 10
SECONDS = 4.0
"""A contestant is called until it has run for so long, at least twice and at most fifty times."""


def data(name, rng):
    """The arguments in the order of declaration, and the place of the variable among them."""
    normal = rng.standard_normal
    if name == "quadratic":
        return [normal((2048, 2048)), normal(2048)], 1
    if name == "logistic":
        return [normal((2048, 256)), rng.choice([-1.0, 1.0], 2048), normal(256) / 16], 2
    if name == "factorisation":
        return [normal((200, 150)), normal((200, 5)), normal((150, 5))], 1
    if name == "logsumexp":
        return [normal(2048)], 0
    if name == "perceptron":
        m, n = 64, 32
        weights = [normal((n, n)) * np.sqrt(2 / n) for _ in range(LAYERS)]
        labels = np.eye(n)[rng.integers(0, n, m)]
        return [normal((m, n)), labels, *weights], 2
    raise ValueError(name)


def losses(np_, relu, log_softmax, logsumexp):
    """The functions, in the words of a library with NumPy's names."""

    def perceptron(X, Y, *W):
        Z = X
        for w in W[:-1]:
            Z = relu(Z @ w)
        return -(Y * log_softmax(Z @ W[-1])).sum()

    return {
        "quadratic": lambda A, x: x @ A @ x,
        "logistic": lambda X, y, w: np_.log(1 + np_.exp(-y * (X @ w))).sum(),
        "factorisation": lambda T, U, V: ((U @ V.T - T) ** 2).sum(),
        "logsumexp": logsumexp,
        "perceptron": perceptron,
    }


IN_JAX = losses(
    jnp, jax.nn.relu, lambda z: jax.nn.log_softmax(z, axis=-1), jax.scipy.special.logsumexp
)
IN_TORCH = (
    losses(
        torch,
        torch.relu,
        lambda z: torch.log_softmax(z, dim=-1),
        lambda x: torch.logsumexp(x, dim=0),
    )
    if torch
    else {}
)


def best(call):
    """The shortest time of a call in milliseconds, after one that does not count, and the result."""
    result = call()
    times = []
    while len(times) < 2 or (sum(times) < SECONDS and len(times) < 50):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times), np.asarray(result)


def contestants(name, arguments, place):
    mine = importlib.import_module(f"{name}_numpy")
    compiled = importlib.import_module(f"{name}_jax")
    on_jax = [jnp.asarray(a) for a in arguments]
    ours = jax.jit(compiled.derivative)
    theirs = jax.jit(jax.hessian(IN_JAX[name], argnums=place))
    yield "numpy", lambda: mine.derivative(*arguments)
    yield "jax", lambda: ours(*on_jax).block_until_ready()
    yield "jax.hessian", lambda: theirs(*on_jax).block_until_ready()
    if torch:
        on_torch = [torch.from_numpy(a) for a in arguments]
        torchs = torch.func.hessian(IN_TORCH[name], argnums=place)
        yield "torch.func.hessian", lambda: torchs(*on_torch)


def main(folder, titles):
    sys.path.insert(0, folder)
    rng = np.random.default_rng(1)
    print(f"NumPy {np.__version__}, JAX {jax.__version__}, PyTorch {torch.__version__ if torch else "not there"}, on CPU, f64, best of several, ms")
    print("| Hessian | matgrad, NumPy | matgrad, JAX | jax.hessian, compiled | torch.func.hessian | NumPy : JAX's | JAX : JAX's | NumPy : PyTorch's |")
    print("| --- | --: | --: | --: | --: | --: | --: | --: |")
    worst = 0.0
    for name, title in titles.items():
        arguments, place = data(name, rng)
        times, results = {}, {}
        for who, call in contestants(name, arguments, place):
            times[who], results[who] = best(call)
        truth = results["jax.hessian"]
        scale = np.abs(truth).max()
        for who, found in results.items():
            assert found.shape == truth.shape, (name, who, found.shape, truth.shape)
            worst = max(worst, np.abs(found - truth).max() / scale)
        ratio = lambda a, b: f"{times[b] / times[a]:.1f}×" if b in times else "–"
        everyone = ("numpy", "jax", "jax.hessian", "torch.func.hessian")
        cells = [f"{times[w]:.2f}" if w in times else "–" for w in everyone]
        cells += [ratio("numpy", "jax.hessian"), ratio("jax", "jax.hessian"), ratio("numpy", "torch.func.hessian")]
        print(f"| {title} | {' | '.join(cells)} |", flush=True)
    print(f"largest difference of any result from jax.hessian, relative to its largest entry: {worst:.1e}")
    if worst > 1e-9:
        sys.exit("the results differ")


main(sys.argv[1], json.loads(sys.argv[2]))
