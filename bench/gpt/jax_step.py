"""The exported step beside jax.value_and_grad, both through jax.jit. Argument: the exported module."""

import os
import sys

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
from model import L, compare, data, load, n

module = load(sys.argv[1])
args = jax.tree.map(jnp.asarray, data())


def model(parameters, S, Y, M):
    E, U, P, Q, K, V, O, A, B = parameters

    def norm(x):
        return jax.nn.standardize(x, axis=-1, epsilon=1e-5)

    z = S @ E + P
    for l in range(L):
        x = norm(z)
        z = z + jax.nn.softmax(x @ Q[l] @ (x @ K[l]).T / n**0.5 + M, axis=-1) @ (x @ V[l]) @ O[l]
        z = z + jax.nn.gelu(norm(z) @ A[l], approximate=False) @ B[l]
    return -jnp.mean(jnp.sum(Y * jax.nn.log_softmax(norm(z) @ U.T), axis=-1))


own = jax.jit(module.value_and_derivative)
compiled = jax.jit(jax.value_and_grad(model))


def ours():
    return jax.block_until_ready(jax.tree.leaves(own(*args)))


def theirs():
    return jax.block_until_ready(jax.tree.leaves(compiled(args[3:], *args[:3])))


compare(ours, theirs, *([np.asarray(x) for x in f()] for f in (ours, theirs)))
