/** Functions of the language that NumPy lacks. Each works in the floating-point type of its arguments. */

const ERF = `
def erf(x):
    """The error function, entry by entry."""
    return np.vectorize(math.erf, otypes=[float])(x).astype(getattr(x, "dtype", float))
`;

const ERFC = `
def erfc(x):
    """1 - erf(x) without loss for large x, entry by entry."""
    return np.vectorize(math.erfc, otypes=[float])(x).astype(getattr(x, "dtype", float))
`;

const LGAMMA = `
def lgamma(x):
    """log(gamma(x)) for x > 0, entry by entry: Stirling's series, after gamma(x) = gamma(x + 1) / x below 12."""
    product = np.ones_like(x)
    for _ in range(12):
        low = x < 12
        product = np.where(low, product * x, product)
        x = np.where(low, x + 1, x)
    series = sum(b / ((2 * k + 2) * (2 * k + 1) * x ** (2 * k + 1)) for k, b in enumerate(_BERNOULLI))
    return (x - 0.5) * np.log(x) - x + 0.5 * math.log(2 * math.pi) + series - np.log(product)
`;

const DIGAMMA = `
def digamma(x, n=0):
    """The derivative of lgamma for x > 0, entry by entry, or the n-th derivative of that, from its asymptotic series."""
    sign = -1 if n % 2 == 0 else 1
    total = np.zeros_like(x)
    for _ in range(12 + n):
        low = x < 12 + n
        total = np.where(low, total + sign * math.factorial(n) / x ** (n + 1), total)
        x = np.where(low, x + 1, x)
    total = total + (np.log(x) if n == 0 else sign * math.factorial(n - 1) / x**n)
    total = total + sign * math.factorial(n) / (2 * x ** (n + 1))
    for k, b in enumerate(_BERNOULLI):
        ratio = math.factorial(2 * k + 1 + n) / math.factorial(2 * k + 2)
        total = total + sign * b * ratio / x ** (2 * k + 2 + n)
    return total
`;

const BERNOULLI = `
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
`;

const ELU = `
def elu(x):
    """x where x > 0, else exp(x) - 1."""
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
`;

const SELU = `
def selu(x, n=0):
    """lambda x where x > 0, else lambda alpha (exp(x) - 1), or its n-th derivative."""
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    above = x if n == 0 else np.full_like(x, 1 if n == 1 else 0)
    low = np.minimum(x, 0)
    return scale * np.where(x > 0, above, alpha * (np.expm1(low) if n == 0 else np.exp(low)))
`;

const HUBER = `
def huber(r, delta):
    """r**2 / 2 where |r| <= delta, else delta |r| - delta**2 / 2."""
    near = np.minimum(np.abs(r), delta)
    return near * (np.abs(r) - near / 2)
`;

const HARDMAX = `
def hardmax(z):
    """1 at the first largest entry along the last axis, 0 elsewhere."""
    return (np.arange(z.shape[-1]) == np.argmax(z, axis=-1)[..., None]).astype(z.dtype)
`;

const HCAT = `
def hcat(pieces, rank):
    """Arrays side by side: matrices and columns (rank 2), or vectors and numbers (rank 1)."""
    return np.column_stack(pieces) if rank == 2 else np.hstack(pieces)
`;

const VECH = `
def vech(a):
    """The entries of square matrices on and below the diagonal, column by column."""
    i, j = np.triu_indices(a.shape[-1])
    return a[..., j, i]
`;

const UNVECH = `
def unvech(x, n):
    """The lower triangular matrix with these entries, column by column."""
    out = np.zeros((n, n), dtype=x.dtype)
    out.T[np.triu_indices(n)] = x
    return out
`;

const POLAR = `
def polar(a):
    """The factor u v of the singular value decomposition of a."""
    u, _, v = np.linalg.svd(a, full_matrices=False)
    return u @ v
`;

const ALONG = `
def _along(f, a, directions):
    """f of a matrix, or its derivative along directions: the corner of f of a block matrix."""
    n, size = len(a), 1
    for e in directions:
        length = np.linalg.norm(e)
        if length > 0:
            e = e / length
            size = size * length
        e = np.kron(np.eye(len(a) // n, dtype=a.dtype), e)
        a = np.block([[a, e], [np.zeros_like(a), a]])
    return size * f(a)[:n, -n:] if directions else f(a)
`;

const EXPM = `
def expm(a, *directions):
    """The exponential of a matrix by scaling and squaring, or its derivative along directions."""

    def f(a):
        doublings = max(0, int(np.frexp(np.linalg.norm(a))[1]) + 1)
        a = a / 2**doublings
        one = np.eye(len(a), dtype=a.dtype)
        total = one
        for k in range(14, 0, -1):
            total = one + a @ total / k
        for _ in range(doublings):
            total = total @ total
        return total

    return _along(f, a, directions)
`;

const ROOT = `
def _root(a):
    """The principal square root of a matrix (Denman and Beavers)."""
    y, z, before = a, np.eye(len(a), dtype=a.dtype), np.inf
    eps = np.finfo(a.dtype).eps
    for _ in range(100):
        following = (y + np.linalg.inv(z)) / 2
        z = (z + np.linalg.inv(y)) / 2
        change = np.linalg.norm(following - y) / np.linalg.norm(following)
        y = following
        if change < 4 * eps or (change < eps**0.5 and change >= before):
            return y
        before = change
    raise ValueError("a matrix without a principal square root, or too close to one")
`;

const SQRTM = `
def sqrtm(a, *directions):
    """The principal square root of a matrix, or its derivative along directions."""
    return _along(_root, a, directions)
`;

const LOGM = `
def logm(a, *directions):
    """The principal logarithm of a matrix by inverse scaling and squaring, or its derivative along directions."""

    def f(a):
        one, size = np.eye(len(a), dtype=a.dtype), 2
        while np.linalg.norm(a - one) > 0.3:
            a, size = _root(a), 2 * size
        z = np.linalg.solve((a + one).T, (a - one).T).T
        total = np.zeros_like(a)
        for k in range(23, 0, -2):
            total = one / k + z @ z @ total
        return size * z @ total

    return _along(f, a, directions)
`;

/** In an order in which each comes after what it needs. */
export const FUNCTION_HELPERS: readonly (readonly [name: string, source: string])[] = [
  ['erf', ERF],
  ['erfc', ERFC],
  ['_BERNOULLI', BERNOULLI],
  ['lgamma', LGAMMA],
  ['digamma', DIGAMMA],
  ['elu', ELU],
  ['selu', SELU],
  ['huber', HUBER],
  ['hardmax', HARDMAX],
  ['hcat', HCAT],
  ['vech', VECH],
  ['unvech', UNVECH],
  ['polar', POLAR],
  ['_along', ALONG],
  ['_root', ROOT],
  ['expm', EXPM],
  ['sqrtm', SQRTM],
  ['logm', LOGM],
];
