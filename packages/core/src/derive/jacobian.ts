import { contract, multiply, sum, symbol, total } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { postorder } from '../expr/walk.ts';
import type { Dim } from '../shape/dim.ts';
import { ONE } from '../shape/rational.ts';
import { factorSums } from '../simplify/factor.ts';
import { coefficientOf } from './linear.ts';
import { gradientsBy, pushForward } from './products.ts';
import { inSpaceOf, linearProperties } from './space.ts';

/** The derivative of an array by an array. */
export interface Jacobian {
  readonly variable: Sym;
  /** Axes: those of the value, then those of the variable. */
  readonly node: Node;
  /** dF, with the symbol `dX` in place of the variable's differential; of the value's axes. */
  readonly differential: Node;
  readonly step: Sym;
  /** What the cotangent `weights` of the value is pulled back to; of the variable's axes. */
  readonly pulled: Node;
  readonly weights: Sym;
  /** In which space or by which convention, where the variable is structured. */
  readonly note: string | null;
}

/** `dX`, the differential of a variable. It has the structure of the variable. */
const stepOf = (variable: Sym): Sym =>
  symbol(`d${variable.name}`, variable.shape, {
    index: variable.index,
    role: 'part',
    properties: linearProperties(variable),
  });

/**
 * Jacobian, differential and pullback of a value of any shape. Reverse mode with a symbol U for the cotangent gives what is linear
 * in U: its coefficients are the Jacobian, and its own transpose, reverse mode once more, is the differential
 * (MIT 18.S096, arXiv 2501.14787, chapters 2 and 4).
 * @param independentEntries the convention for a structured variable, see `inSpaceOf`
 */
export function jacobianOf(value: Node, variable: Sym, independentEntries = false): Jacobian {
  const weights = symbol('U·', value.axes, { role: 'part' });
  const step = stepOf(variable);
  const [free = weights] = gradientsBy(total(multiply([weights, value])), [variable]);
  const { node: pulled, note } = inSpaceOf(variable, free, independentEntries);
  const typed = new Set(postorder([value]));
  const [differential = free] = gradientsBy(total(multiply([free, step])), [weights]);
  // by a number the differential is the shorter way: its coefficient is the derivative
  const node =
    variable.axes.length === 0 && value.axes.length > 0
      ? coefficientOf(differential, step)
      : turnedOver(coefficientOf(pulled, weights), variable.axes.length);
  const [shown = node, moved = differential, back = pulled] = factorSums(
    [node, differential, pulled],
    typed,
  );
  return { variable, node: shown, differential: moved, step, pulled: back, weights, note };
}

/** The first axes of an array behind the others, term by term. */
function turnedOver(node: Node, first: number): Node {
  const all = node.axes.map((_, k) => k);
  const order = [...all.slice(first), ...all.slice(0, first)];
  const terms = node.kind === 'sum' ? node.terms : [{ coefficient: ONE, node }];
  return sum(
    terms.map((t) => ({
      coefficient: t.coefficient,
      node: contract([{ node: t.node, indices: all }], order),
    })),
    order.map((k) => node.axes[k] as Dim),
  );
}

/** The differential of a value as one variable moves along its own differential `dX`, which counts as constant after that. */
export function differentialAlong(value: Node, variable: Sym): Node {
  const { scalar, weights } = pushForward(value, [variable], [stepOf(variable)]);
  const [found = weights] = gradientsBy(scalar, [weights]);
  return factorSums([found], new Set(postorder([value])))[0] ?? found;
}
