import { type Dialect, takesFrom } from '../dialect.ts';
import { floatPy, print, py } from '../tree.ts';
import { HELPERS } from './helpers.ts';

/** NumPy, in which the records of functions are spelled. Numbers made of sizes are Python's own floats. */
export const NUMPY: Dialect = {
  title: 'NumPy',
  prefix: 'np',
  words: ['np'],
  imports: (blocks) => `${takesFrom(blocks, 'math') ? 'import math\n\n' : ''}import numpy as np`,
  helpers: HELPERS,
  spelling: (numpy) => numpy,
  axis: 'axis',
  einsum: [['optimize', py.name('True')]],
  onDiagonal: { name: 'on_diagonal', writes: true },
  alike: (like) => (like === null ? [] : [['dtype', py.attribute(like, 'dtype')]]),
  numbers: true,
  argument: (e) => e,
  result: (e) => {
    if (e.kind === 'number') return floatPy(Number(e.text));
    return e.kind === 'call' && print(e.fn) === 'float' ? e : py.call('float', [e]);
  },
  // a scalar argument is an array without dimensions; what is computed is a number, which nobody can write to
  own: (view, rank) =>
    rank === 0 ? py.subscript(view, '()') : py.call(py.attribute(view, 'copy'), []),
  shape: (argument) => `{${argument}.shape}`,
};
