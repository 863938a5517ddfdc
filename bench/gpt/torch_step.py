"""The exported step beside torch.autograd, both through torch.compile. Argument: the exported module."""

import sys

import torch
import torch.nn.functional as F
from model import L, compare, data, load, n

torch.set_num_threads(1)
module = load(sys.argv[1])
args = [[torch.tensor(x) for x in a] if isinstance(a, list) else torch.tensor(a) for a in data()]


def model(S, Y, M, E, U, P, Q, K, V, O, A, B):
    z = S @ E + P
    for l in range(L):
        x = F.layer_norm(z, (n,))
        z = z + F.softmax(x @ Q[l] @ (x @ K[l]).T / n**0.5 + M, dim=-1) @ (x @ V[l]) @ O[l]
        z = z + F.gelu(F.layer_norm(z, (n,)) @ A[l]) @ B[l]
    return F.cross_entropy(F.layer_norm(z, (n,)) @ U.T, Y)


def flat(items):
    return [x for i in items for x in (i if isinstance(i, list) else [i])]


parameters = [
    [x.clone().requires_grad_() for x in a] if isinstance(a, list) else a.clone().requires_grad_()
    for a in args[3:]
]
leaves = flat(parameters)
compiled = torch.compile(model)
own = torch.compile(module.value_and_derivative)


def theirs():
    value = compiled(*args[:3], *parameters)
    return [value, *torch.autograd.grad(value, leaves)]


def ours():
    value, derivative = own(*args)
    return [value, *flat(derivative)]


compare(ours, theirs, *([x.detach().numpy() for x in f()] for f in (ours, theirs)))
