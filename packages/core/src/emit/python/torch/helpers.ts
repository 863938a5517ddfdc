import { HELPERS as NUMPY } from '../numpy/helpers.ts';

/** Functions of the language that PyTorch lacks. Where only names differ they are NumPy's. */

const FLOATS = `
def floats(*arguments):
    """The arguments as tensors of one floating-point type on one device; scalars and integers do not decide it."""
    tensors = [torch.as_tensor(a) for a in arguments]
    leading = [t for t in tensors if t.ndim > 0] or tensors
    types = [t.dtype for t in leading if t.is_floating_point()]
    types = types or [t.dtype for t in tensors if t.is_floating_point()] or [torch.get_default_dtype()]
    dtype = types[0]
    for other in types:
        dtype = torch.promote_types(dtype, other)
    device = leading[0].device
    return [t.to(device=device, dtype=dtype) for t in tensors]
`;

const CBRT = `
def cbrt(x):
    """The real cube root, entry by entry."""
    return torch.sign(x) * torch.abs(x) ** (1 / 3)
`;

const STEP = `
def step(x):
    """1 where x > 0, 0 where x < 0, 1/2 at 0."""
    return (torch.sign(x) + 1) / 2
`;

const SELU = `
def selu(x, n=0):
    """lambda x where x > 0, else lambda alpha (exp(x) - 1), or its n-th derivative."""
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    above = x if n == 0 else torch.full_like(x, 1 if n == 1 else 0)
    low = torch.clamp(x, max=0)
    return scale * torch.where(x > 0, above, alpha * (torch.expm1(low) if n == 0 else torch.exp(low)))
`;

const HUBER = `
def huber(r, delta):
    """r**2 / 2 where |r| <= delta, else delta |r| - delta**2 / 2."""
    near = torch.minimum(torch.abs(r), delta)
    return near * (torch.abs(r) - near / 2)
`;

const HARDMAX = `
def hardmax(z):
    """1 at the first largest entry along the last axis, 0 elsewhere."""
    place = torch.argmax(z, dim=-1, keepdim=True)
    return (torch.arange(z.shape[-1], device=z.device) == place).to(z.dtype)
`;

const HCAT = `
def hcat(pieces, rank):
    """Tensors side by side: matrices and columns (rank 2), or vectors and numbers (rank 1)."""
    return torch.column_stack(pieces) if rank == 2 else torch.hstack(pieces)
`;

const UNIT = `
def unit(place, along):
    """A vector as long as along: 1 at a place, counted from one, and 0 elsewhere."""
    return (torch.arange(1, len(along) + 1, device=along.device) == place).to(along.dtype)
`;

const VECH = `
def vech(x):
    """The entries of the lower triangle, column by column."""
    i, j = torch.triu_indices(len(x), len(x), device=x.device)
    return x.T[i, j]
`;

const UNVECH = `
def unvech(x, n):
    """The lower triangular matrix with these entries, column by column."""
    i, j = torch.triu_indices(n, n, device=x.device)
    return torch.zeros((n, n), dtype=x.dtype, device=x.device).index_put((j, i), x)
`;

const SPLIT = `
def split(arrays, counts):
    """Arrays that come one after the other, as single ones where the count is None, and as lists."""
    return [next(arrays) if n is None else [next(arrays) for _ in range(n)] for n in counts]
`;

const ALONG = `
def _along(f, a, directions):
    """f of a matrix, or its derivative along directions: the corner of f of a block matrix."""
    n, size = len(a), 1
    for e in directions:
        length = torch.linalg.norm(e)
        length = torch.where(length > 0, length, 1)
        e = e / length
        size = size * length
        e = torch.kron(torch.eye(len(a) // n, dtype=a.dtype, device=a.device), e)
        a = torch.cat((torch.cat((a, e), dim=1), torch.cat((torch.zeros_like(a), a), dim=1)))
    return size * f(a)[:n, -n:] if directions else f(a)
`;

const EXPM = `
def expm(a, *directions):
    """The exponential of a matrix, or its derivative along directions."""
    return _along(torch.linalg.matrix_exp, a, directions)
`;

const OWN: ReadonlyMap<string, string> = new Map([
  ['floats', FLOATS],
  ['unit', UNIT],
  ['selu', SELU],
  ['huber', HUBER],
  ['hardmax', HARDMAX],
  ['hcat', HCAT],
  ['vech', VECH],
  ['unvech', UNVECH],
  ['_along', ALONG],
  ['expm', EXPM],
]);

/** NumPy's text in PyTorch's names. */
const translated = (source: string): string =>
  source
    .replaceAll('dtype=a.dtype)', 'dtype=a.dtype, device=a.device)')
    .replaceAll('.astype(', '.to(')
    .replaceAll('np.inf', 'math.inf')
    .replaceAll('np.', 'torch.');

export const HELPERS: ReadonlyMap<string, string> = new Map([
  ['split', SPLIT],
  ['cbrt', CBRT],
  ['step', STEP],
  ...[...NUMPY].map(([name, source]) => [name, OWN.get(name) ?? translated(source)] as const),
]);
