"""The gradient checks of torch, jax and scipy, on functions that live in another process.

A line on standard input names a point; f and its gradient are asked for by lines on standard output, so that every checker sees the
very same numbers. The answer is the verdict of each: true (passes), false (fails). Arguments name libraries that are not asked.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")
channel = sys.stdout
sys.stdout = sys.stderr


def say(message):
    channel.write(json.dumps(message) + "\n")
    channel.flush()


def ask(what, x):
    say({what: [float(v) for v in x]})
    return json.loads(sys.stdin.readline())


def value(x):
    return float(ask("f", x))


def gradient(x):
    return [float(v) for v in ask("g", x)]


def missing(name):
    if name in sys.argv[1:]:
        return True
    try:
        __import__(name)
        return False
    except Exception:
        return True


checkers = {}

if not missing("torch"):
    import torch

    class Coded(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return torch.tensor(value(x.tolist()), dtype=torch.float64)

        @staticmethod
        def backward(ctx, upstream):
            (x,) = ctx.saved_tensors
            return upstream * torch.tensor(gradient(x.tolist()), dtype=torch.float64)

    def with_torch(x, fast):
        at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        return bool(torch.autograd.gradcheck(Coded.apply, (at,), raise_exception=False, fast_mode=fast))

    checkers["torch"] = lambda x: with_torch(x, False)
    checkers["torch, fast"] = lambda x: with_torch(x, True)

if not missing("jax"):
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    import numpy as np
    from jax.test_util import check_grads

    def with_jax(x):
        n = len(x)

        def ask_value(v):
            return np.float64(value(np.asarray(v)))

        def ask_gradient(v):
            return np.array(gradient(np.asarray(v)), dtype=np.float64)

        @jax.custom_vjp
        def f(v):
            return jax.pure_callback(ask_value, jax.ShapeDtypeStruct((), jnp.float64), v)

        def forward(v):
            return f(v), v

        def backward(v, upstream):
            g = jax.pure_callback(ask_gradient, jax.ShapeDtypeStruct((n,), jnp.float64), v)
            return (upstream * g,)

        f.defvjp(forward, backward)
        try:
            check_grads(f, (jnp.array(x),), order=1, modes=["rev"])
            return True
        except AssertionError:
            return False

    checkers["jax"] = with_jax

if not missing("scipy"):
    import numpy
    from scipy.optimize import approx_fprime, check_grad

    # What `check_grad` returns has no threshold of its own; its documentation shows errors near 1e-8.
    checkers["scipy"] = lambda x: bool(
        check_grad(lambda v: value(v), lambda v: numpy.array(gradient(v)), numpy.array(x)) <= 1e-5
    )


def with_scipy_numeric(x):
    return approx_fprime(numpy.array(x), lambda v: value(v)).tolist()


def with_torch_numeric(x):
    from torch.autograd.gradcheck import get_numerical_jacobian

    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    jacobian = get_numerical_jacobian(lambda v: Coded.apply(v[0]), (at,), eps=1e-6)
    return jacobian[0].reshape(-1).tolist()


def with_jax_numeric(x):
    from jax._src.public_test_util import numerical_jvp

    def along(e):
        return float(numerical_jvp(lambda v: np.float64(value(v)), (np.array(x),), (e,), eps=1e-6))

    return [along(e) for e in np.eye(len(x))]


def numeric(x):
    """Numerical gradients, to see how good the references are."""
    found = {}
    for name, run in (("torch", with_torch_numeric), ("jax", with_jax_numeric), ("scipy", with_scipy_numeric)):
        if name in checkers:
            try:
                found[name] = run(x)
            except Exception as problem:  # a private function that has moved
                found[name] = str(problem)[:200]
    return found


say({"checkers": sorted(checkers)})
for line in sys.stdin:
    task = json.loads(line)
    if task["do"] == "check":
        verdicts = {}
        for name, check in checkers.items():
            try:
                verdicts[name] = check(task["x"])
            except Exception as problem:
                verdicts[name] = str(problem)[:200]
        say({"done": verdicts})
    else:
        say({"done": numeric(task["x"])})
