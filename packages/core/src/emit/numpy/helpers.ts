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

const SOURCES: ReadonlyMap<string, string> = new Map([
  ['floats', FLOATS],
  ['sigmoid', SIGMOID],
  ['softmax', SOFTMAX],
  ['logsumexp', LOGSUMEXP],
  ['unit', UNIT],
  ...FUNCTION_HELPERS,
]);

export const HELPER_NAMES: readonly string[] = [...SOURCES.keys()];

/** Whether a source mentions a helper. */
const mentions = (source: string, name: string): boolean =>
  new RegExp(`\\b${name}\\b`, 'u').test(source);

/** The source of the helpers and of those that they need, in a fixed order in which each comes after what it needs. */
export function helperSources(used: ReadonlySet<string>): string[] {
  const found = new Map<string, string>();
  for (const [name, source] of [...SOURCES].reverse())
    if (used.has(name) || [...found.values()].some((s) => mentions(s, name)))
      found.set(name, source.trim());
  return [...found.values()].reverse();
}

/** The lines that import what the blocks of a module use. */
export const importsOf = (blocks: readonly string[]): string =>
  `${blocks.some((b) => mentions(b, 'math')) ? 'import math\n\n' : ''}import numpy as np`;
