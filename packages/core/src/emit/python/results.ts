import { axesOf, type Shape } from '../../shape/shape.ts';
import type { Code } from './algebra.ts';
import type { Scope } from './code.ts';
import { type Py, py } from './tree.ts';

/** `e.reshape(m, n)` */
export const reshape = (e: Py, dims: readonly Py[]): Py =>
  py.call(py.attribute(e, 'reshape'), dims.length === 0 ? [py.tuple([])] : dims);

/** Functions that may give a view of their argument. */
const VIEWS = /\.(diagonal|einsum)$/u;

/** Whether an expression may share its memory with an argument. */
export function isView(e: Py, owned: ReadonlySet<string>): boolean {
  switch (e.kind) {
    case 'name':
      return !owned.has(e.text);
    case 'attribute':
    case 'subscript':
      return isView(e.of, owned);
    case 'call':
      return e.fn.kind === 'name' && VIEWS.test(e.fn.text) && e.args.length <= 2;
    default:
      return false;
  }
}

/** A result in its shape, in memory of its own; a number as what the library has for it. */
export function finished(
  code: Code,
  shape: Shape,
  owned: ReadonlySet<string>,
  { dialect, dim, like }: Pick<Scope, 'dialect' | 'dim' | 'like'>,
): Py {
  if (code.number) return dialect.result(code.py, like);
  const own = isView(code.py, owned) ? dialect.own(code.py, code.rank) : code.py;
  return axesOf(shape).length === shape.length ? own : reshape(own, shape.map(dim));
}
