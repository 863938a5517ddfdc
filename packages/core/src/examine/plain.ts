import { deriveGradients, withoutParts } from '../derive/derive.ts';
import type { Problem } from '../elaborate/problem.ts';
import { knownFacts } from '../explain/facts.ts';
import type { Node, Sym } from '../expr/node.ts';
import type { Claim } from '../syntax/tree.ts';
import { leftOf, variableOf } from './claim.ts';
import { atOutputs } from './outputs.ts';
import type { Subject } from './subject.ts';

/** The gradient in its simplest form, with nothing named. */
export function gradientOf(value: Node, variable: Sym): Node {
  const { gradients, parts } = deriveGradients({ value, variables: [variable] });
  const shown = gradients.map((g) => g.shown);
  return withoutParts(shown, parts)[0] ?? variable;
}

/** A claim about the gradient of a formula without families. @throws MatgradError */
export function plainSubject(problem: Problem, claim: Claim): Subject {
  const variable = variableOf(claim, problem);
  const value = problem.value.node;
  const held = {
    value,
    variable,
    gradient: gradientOf(value, variable),
    facts: knownFacts(problem),
  };
  return {
    left: leftOf(problem, variable),
    variable,
    wanted: variable.shape,
    given: { shape: variable.shape },
    cases: (node) => [{ ...held, claim: atOutputs(node), steps: {} }],
    step: (node) => ({ ...held, claim: atOutputs(node) }),
    outputOf: (node) => node,
    written: (node) => node,
    repaired: (node) => node,
    sums: () => [],
    own: () => null,
  };
}
