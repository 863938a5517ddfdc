import type { Node } from '../../../expr/node.ts';
import { postorder } from '../../../expr/walk.ts';
import type {
  BackwardEquation,
  BackwardPass,
  FamilyDerivation,
} from '../../../family/derivation.ts';
import type { Equation } from './schedule.ts';

/** The equations of a derivation as they are computed. */
export interface Passes {
  readonly objective: Node;
  readonly forward: readonly Equation[];
  /** With derivatives through the outputs of functions where they can be: that keeps least. */
  readonly backward: BackwardPass;
  readonly recursion: readonly BackwardEquation[];
  readonly gradients: readonly BackwardEquation[];
  /** All of these. */
  readonly equations: readonly Equation[];
  /** Every node below them. */
  readonly nodes: readonly Node[];
}

export function passesOf({ system, objective, ...derivation }: FamilyDerivation): Passes {
  const forward = [...system.bases, ...system.steps].map((e) => ({
    left: e.member,
    range: e.range,
    terms: [{ over: null, node: e.node }],
  }));
  const backward = derivation.atOutput ?? derivation.atInput;
  const { recursion } = backward.shared;
  const gradients = backward.shared.gradients.flatMap((g) => g.equations);
  const equations = [...forward, ...recursion, ...gradients];
  const nodes = postorder([objective, ...nodesOf(equations)]);
  return { objective, forward, backward, recursion, gradients, equations, nodes };
}

export const nodesOf = (equations: readonly Equation[]): Node[] =>
  equations.flatMap((e) => e.terms.map((t) => t.node));
