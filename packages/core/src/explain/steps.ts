import { adjointSteps } from '../derive/steps.ts';
import type { Node, Sym } from '../expr/node.ts';
import { exprOf, formulaOf } from './formula.ts';
import type { Left, Step } from './report.ts';

/** Reverse mode as lines to read: `∂J/∂(Xθ − y) = 1/m (Xθ − y)`, each with its rule. */
export function stepsFor(name: string, value: Node, variable: Sym): Step[] {
  return adjointSteps(value, variable).flatMap(({ of, adjoint, rule, because }): Step[] => {
    const left = leftOf(name, of);
    const formula = formulaOf(adjoint, of === variable ? variable.shape : of.axes);
    return left ? [{ rule, because, left, formula }] : [];
  });
}

function leftOf(of: string, node: Node): Left | undefined {
  if (node.kind === 'symbol') return { kind: 'derivative', of, name: node.name, index: node.index };
  const expr = exprOf(node);
  return expr && { kind: 'adjoint', of, expr };
}
