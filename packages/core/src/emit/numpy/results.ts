import type { Dim } from '../../shape/dim.ts';
import { axesOf, type Shape } from '../../shape/shape.ts';
import { type Code, floatPy } from './algebra.ts';
import { type Py, print, py } from './python.ts';

/** `e.reshape(m, n)` */
export const reshape = (e: Py, dims: readonly Py[]): Py =>
  py.call(py.attribute(e, 'reshape'), dims.length === 0 ? [py.tuple([])] : dims);

/** Whether an expression may share its memory with an argument. */
export function isView(e: Py, owned: ReadonlySet<string>): boolean {
  switch (e.kind) {
    case 'name':
      return !owned.has(e.text);
    case 'attribute':
    case 'subscript':
      return isView(e.of, owned);
    case 'call':
      return (
        e.fn.kind === 'name' &&
        (e.fn.text === 'np.diagonal' || (e.fn.text === 'np.einsum' && e.args.length === 2))
      );
    default:
      return false;
  }
}

/** A result in its shape, in memory of its own; a number as a float. */
export function finished(
  code: Code,
  shape: Shape,
  owned: ReadonlySet<string>,
  dim: (d: Dim) => Py,
): Py {
  if (code.number) {
    if (code.py.kind === 'number') return floatPy(Number(code.py.text));
    return code.py.kind === 'call' && print(code.py.fn) === 'float'
      ? code.py
      : py.call('float', [code.py]);
  }
  // a scalar argument is an array without dimensions; what is computed is a number, which nobody can write to
  const own = isView(code.py, owned)
    ? code.rank === 0
      ? py.subscript(code.py, '()')
      : py.call(py.attribute(code.py, 'copy'), [])
    : code.py;
  return axesOf(shape).length === shape.length ? own : reshape(own, shape.map(dim));
}
