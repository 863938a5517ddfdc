import { FUNCTION_HELPERS } from './functions.ts';

/** Functions that NumPy lacks or that overflow when written out. A module gets those that it uses. */

const FLOATS = `
def floats(*arguments):
    """The arguments as arrays of one floating-point type; scalars and integers do not decide it."""
    arrays = [np.asarray(a) for a in arguments]
    types = [a.dtype for a in arrays if a.ndim > 0 and a.dtype.kind in "fc"]
    dtype = np.result_type(*types) if types else np.float64
    return [a.astype(dtype, copy=False) for a in arrays]
`;

const SIGMOID = `
def sigmoid(x):
    """1 / (1 + exp(-x)) without overflow."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, e.dtype.type(1), e) / (1 + e)
`;

const SOFTMAX = `
def softmax(z):
    """exp(z) over its sum along the last axis, without overflow."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)
`;

const LOGSUMEXP = `
def logsumexp(z):
    """log(sum(exp(z))) along the last axis, without overflow."""
    top = np.max(z, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(z - top), axis=-1)) + top[..., 0]
`;

const UNIT = `
def unit(place, along):
    """A vector as long as along: 1 at a place, counted from one, and 0 elsewhere."""
    assert 1 <= place <= len(along), f"no place {place} among {len(along)}"
    e = np.zeros_like(along)
    e[int(place) - 1] = 1
    return e
`;

const ON_DIAGONAL = `
def on_diagonal(i, j, n, a, into=None):
    """Zeros, or an array that is written to, plus a where the axes i < j, of length n, are equal; a has the axis i alone."""
    shape = list(np.shape(a))
    shape[i] = n
    shape.insert(j, n)
    made = np.zeros(shape, dtype=a.dtype) if into is None else into
    axes = list(range(len(shape)))
    below = axes[:j] + [i] + axes[j + 1 :]
    np.einsum(made, below, axes[:j] + axes[j + 1 :])[...] += a
    return made
`;

export const HELPERS: ReadonlyMap<string, string> = new Map([
  ['floats', FLOATS],
  ['sigmoid', SIGMOID],
  ['softmax', SOFTMAX],
  ['logsumexp', LOGSUMEXP],
  ['unit', UNIT],
  ['on_diagonal', ON_DIAGONAL],
  ...FUNCTION_HELPERS,
]);
