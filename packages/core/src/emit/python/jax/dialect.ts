import type { Dialect } from '../dialect.ts';
import { mentions, takesFrom } from '../dialect.ts';
import { type Py, py } from '../tree.ts';
import { HELPERS } from './helpers.ts';

/** What the library has where NumPy needs a helper. */
const SPELLINGS: Readonly<Record<string, string>> = {
  'elu($0)': 'jax.nn.elu($0)',
  'erf($0)': 'jax.scipy.special.erf($0)',
  'erfc($0)': 'jax.scipy.special.erfc($0)',
  'lgamma($0)': 'jax.scipy.special.gammaln($0)',
  'logsumexp($0)': 'jax.nn.logsumexp($0, axis=-1)',
  'sigmoid($0)': 'jax.nn.sigmoid($0)',
  'softmax($0)': 'jax.nn.softmax($0, axis=-1)',
};

/** `digamma($0, 2)`, the second derivative of digamma. */
const POLYGAMMA = /^digamma\(\$0(?:, (\d+))?\)$/u;

const typed = (like: Py | null): readonly (readonly [string, Py])[] =>
  like === null ? [] : [['dtype', py.attribute(like, 'dtype')]];

/** JAX. Sizes are static, arrays are never written to. */
export const JAX: Dialect = {
  title: 'JAX',
  prefix: 'jnp',
  words: [
    'jax',
    'jnp',
    'partial',
    'forward',
    'backward',
    'static',
    'saved',
    'inputs',
    'differentiable',
  ],
  imports: (blocks) => {
    const math = takesFrom(blocks, 'math');
    const partial = blocks.some((b) => mentions(b, 'partial'));
    return [
      ...(math ? ['import math'] : []),
      ...(partial ? ['from functools import partial'] : []),
      ...(math || partial ? [''] : []),
      ...(takesFrom(blocks, 'jax') ? ['import jax'] : []),
      'import jax.numpy as jnp',
    ].join('\n');
  },
  helpers: HELPERS,
  spelling: (numpy) => {
    const order = POLYGAMMA.exec(numpy);
    if (order)
      return order[1] === undefined
        ? 'jax.scipy.special.digamma($0)'
        : `jax.scipy.special.polygamma(${order[1]}, $0)`;
    return SPELLINGS[numpy] ?? numpy.replaceAll('np.', 'jnp.');
  },
  axis: 'axis',
  einsum: [],
  onDiagonal: { name: 'on_diagonal', writes: false },
  alike: typed,
  numbers: false,
  argument: (e) => e,
  result: (e, like) => py.call('jnp.asarray', [e], typed(like)),
  own: (view) => view,
  shape: (argument) => `{${argument}.shape}`,
};
