import { HELPERS as NUMPY } from '../numpy/helpers.ts';

/** Functions of the language that JAX lacks. Where only names differ they are NumPy's. */

const FLOATS = `
def floats(*arguments):
    """The arguments as arrays of one floating-point type; scalars and integers do not decide it."""
    arrays = [jnp.asarray(a) for a in arguments]
    leading = [a for a in arrays if a.ndim > 0] or arrays
    types = [a.dtype for a in leading if jnp.issubdtype(a.dtype, jnp.inexact)]
    types = types or [a.dtype for a in arrays if jnp.issubdtype(a.dtype, jnp.inexact)]
    dtype = jnp.result_type(*types) if types else jnp.result_type(float)
    return [a.astype(dtype) for a in arrays]
`;

const FIXED = `
@partial(jax.custom_vjp, nondiff_argnums=(1,))
def fixed(x, name):
    """x, by which no derivative was asked for."""
    return x


def _refuse(x, name):
    raise TypeError(f"no derivative by {name} was asked for")


fixed.defvjp(_refuse, _refuse)
`;

const ON_DIAGONAL = `
def on_diagonal(i, j, n, a, into=0):
    """Zeros or another array, plus a where the axes i < j, of length n, are equal; a has the axis i alone."""
    a = jnp.expand_dims(a, j)
    sides = [n if axis in (i, j) else 1 for axis in range(a.ndim)]
    return jnp.where(jnp.eye(n, dtype=bool).reshape(sides), into + a, into)
`;

const UNIT = `
def unit(place, along):
    """A vector as long as along: 1 at a place, counted from one, and 0 elsewhere."""
    return (jnp.arange(1, len(along) + 1) == place).astype(along.dtype)
`;

const UNVECH = `
def unvech(x, n):
    """The lower triangular matrix with these entries, column by column."""
    return jnp.zeros((n, n), dtype=x.dtype).at[jnp.triu_indices(n)[::-1]].set(x)
`;

const ALONG = `
def _along(f, a, directions):
    """f of a matrix, or its derivative along directions: the corner of f of a block matrix."""
    n, size = len(a), 1
    for e in directions:
        length = jnp.linalg.norm(e)
        length = jnp.where(length > 0, length, 1)
        e = e / length
        size = size * length
        e = jnp.kron(jnp.eye(len(a) // n, dtype=a.dtype), e)
        a = jnp.block([[a, e], [jnp.zeros_like(a), a]])
    return size * f(a)[:n, -n:] if directions else f(a)
`;

const EXPM = `
def expm(a, *directions):
    """The exponential of a matrix, or its derivative along directions."""
    return _along(jax.scipy.linalg.expm, a, directions)
`;

const ROOT = `
def _root(a):
    """The principal square root of a matrix (Denman and Beavers)."""

    def step(_, yz):
        y, z = yz
        return (y + jnp.linalg.inv(z)) / 2, (z + jnp.linalg.inv(y)) / 2

    return jax.lax.fori_loop(0, 40, step, (a, jnp.eye(len(a), dtype=a.dtype)))[0]
`;

const LOGM = `
def logm(a, *directions):
    """The principal logarithm of a matrix by inverse scaling and squaring, or its derivative along directions."""

    def f(a):
        one = jnp.eye(len(a), dtype=a.dtype)

        def nearer(_, state):
            a, size = state
            far = jnp.linalg.norm(a - one) > 0.3
            return jnp.where(far, _root(a), a), jnp.where(far, 2 * size, size)

        a, size = jax.lax.fori_loop(0, 16, nearer, (a, jnp.asarray(2, dtype=a.dtype)))
        z = jnp.linalg.solve((a + one).T, (a - one).T).T
        total = jnp.zeros_like(a)
        for k in range(23, 0, -2):
            total = one / k + z @ z @ total
        return size * z @ total

    return _along(f, a, directions)
`;

/** What NumPy's text is not good for: arrays that are written to, and loops that end when values say so. */
const OWN: ReadonlyMap<string, string> = new Map([
  ['floats', FLOATS],
  ['on_diagonal', ON_DIAGONAL],
  ['unit', UNIT],
  ['unvech', UNVECH],
  ['_along', ALONG],
  ['_root', ROOT],
  ['expm', EXPM],
  ['logm', LOGM],
]);

export const HELPERS: ReadonlyMap<string, string> = new Map([
  ['fixed', FIXED],
  ...[...NUMPY].map(
    ([name, source]) => [name, OWN.get(name) ?? source.replaceAll('np.', 'jnp.')] as const,
  ),
]);
