import { jacobianOf } from '../../derive/jacobian.ts';
import type { Problem } from '../../elaborate/problem.ts';
import { takenNames } from '../../explain/common.ts';
import { familyDerivationOf, rangesOf } from '../../explain/family.ts';
import { derivationOf } from '../../explain/gradient.ts';
import { wantedJacobians } from '../../explain/jacobian.ts';
import type { Node } from '../../expr/node.ts';
import type { Shape } from '../../shape/shape.ts';
import { toText } from '../text.ts';
import { toNumpyFamily } from './family/module.ts';
import { docFormula } from './formula.ts';
import { toNumpy } from './module.ts';

/**
 * The module of a problem: its value and the derivatives that were asked for. A Jacobian has the value's shape followed by the
 * variable's.
 * @throws MatgradError
 */
export function numpyModule(problem: Problem, order: 1 | 2 = 1): string {
  const names = { names: takenNames(problem) };
  const text = (node: Node, shape: Shape): string => docFormula(node, shape, names.names);
  const title = toText(problem.expression, names);
  if (problem.family) {
    const ranges = rangesOf(problem);
    return toNumpyFamily({
      title,
      derivation: familyDerivationOf(problem, problem.family),
      inputs: problem.variables.map((symbol) => ({
        symbol,
        shape: symbol.shape,
        range: symbol.index === null ? null : (ranges.get(symbol.name) ?? null),
      })),
      text,
    });
  }
  const inputs = problem.variables.map((symbol) => ({ symbol, shape: symbol.shape }));
  const { shape: valueShape } = problem.value;
  if (order === 2 || valueShape.length > 0) {
    return toNumpy({
      title,
      value: problem.value.node,
      valueShape,
      inputs,
      derivatives: wantedJacobians(problem, order).map((w) => {
        const { node } = jacobianOf(w.value, w.variable);
        const shape = [...w.shape, ...w.variable.shape];
        return { variable: w.variable, shape, node, text: text(node, shape) };
      }),
      parts: [],
    });
  }
  const { value, gradients, parts } = derivationOf(problem);
  return toNumpy({
    title,
    value,
    valueShape,
    inputs,
    derivatives: gradients.map((g) => ({
      variable: g.variable,
      shape: g.variable.shape,
      node: g.shown,
      text: text(g.shown, g.variable.shape),
    })),
    parts,
  });
}
