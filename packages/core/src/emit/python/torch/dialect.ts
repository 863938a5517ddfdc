import type { Dialect } from '../dialect.ts';
import { mentions, takesFrom } from '../dialect.ts';
import { type Py, py } from '../tree.ts';
import { HELPERS } from './helpers.ts';

/** Spellings that are more than another name before the dot. */
const SPELLINGS: Readonly<Record<string, string>> = {
  'np.cbrt($0)': 'cbrt($0)',
  'np.clip($0, $1, $2)': 'torch.clamp($0, $1, $2)',
  'np.heaviside($0, 0.5)': 'step($0)',
  // beyond the threshold log(1 + exp(x)) is x to the last digit of a double
  'np.logaddexp($0, 0)': 'torch.nn.functional.softplus($0, threshold=40)',
  'np.max($0, axis=-1)': 'torch.amax($0, dim=-1)',
  'np.maximum($0, 0)': 'torch.relu($0)',
  'np.reshape($0, $shape)': '$0.reshape($shape)',
  'elu($0)': 'torch.nn.functional.elu($0)',
  'erf($0)': 'torch.erf($0)',
  'erfc($0)': 'torch.erfc($0)',
  'lgamma($0)': 'torch.lgamma($0)',
  'logsumexp($0)': 'torch.logsumexp($0, dim=-1)',
  'sigmoid($0)': 'torch.sigmoid($0)',
  'softmax($0)': 'torch.softmax($0, dim=-1)',
};

/** `digamma($0, 2)`, the second derivative of digamma. */
const POLYGAMMA = /^digamma\(\$0(?:, (\d+))?\)$/u;

const alike = (like: Py | null): readonly (readonly [string, Py])[] =>
  like === null
    ? [['dtype', py.name('torch.float64')]]
    : ['dtype', 'device'].map((name) => [name, py.attribute(like, name)] as const);

/** A number as a tensor without dimensions. */
const scalar = (e: Py, like: Py | null): Py =>
  like === null
    ? py.call('torch.tensor', [e], alike(like))
    : py.call(py.attribute(like, 'new_full'), [py.tuple([]), e]);

/** PyTorch. New tensors have the type and the device of the arguments; functions take tensors only. */
export const TORCH: Dialect = {
  title: 'PyTorch',
  prefix: 'torch',
  words: [
    'torch',
    'math',
    'Value',
    'differentiable',
    'arguments',
    'ctx',
    'static',
    'arrays',
    'counts',
    'rest',
    'free',
  ],
  imports: (blocks) =>
    `${takesFrom(blocks, 'math') ? 'import math\n\n' : ''}import torch${
      blocks.some((b) => mentions(b, 'once_differentiable'))
        ? '\nfrom torch.autograd.function import once_differentiable'
        : ''
    }`,
  helpers: HELPERS,
  spelling: (numpy) => {
    const order = POLYGAMMA.exec(numpy);
    if (order) return `torch.polygamma(${order[1] ?? 0}, $0)`;
    return (
      SPELLINGS[numpy] ?? numpy.replaceAll('np.copy(', 'torch.clone(').replaceAll('np.', 'torch.')
    );
  },
  axis: 'dim',
  einsum: [],
  onDiagonal: null,
  alike,
  numbers: false,
  argument: scalar,
  result: scalar,
  own: (view) => py.call(py.attribute(view, 'clone'), []),
  shape: (argument) => `{tuple(${argument}.shape)}`,
};
