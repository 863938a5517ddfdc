import { withoutParts } from '../../src/derive/derive.ts';
import { inlineParts, reverse } from '../../src/derive/reverse.ts';
import type { Problem } from '../../src/elaborate/problem.ts';
import { derivationOf } from '../../src/explain/gradient.ts';
import { multiply, symbol, total } from '../../src/expr/build.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import { FUNCTIONS } from '../../src/ops/index.ts';
import type { FunctionRecord } from '../../src/ops/record.ts';
import { type Place, Places } from '../../src/verify/place.ts';
import { random } from '../../src/verify/random.ts';
import { problemOf } from '../support/ask.ts';

/** The examples of the records, elaborated and derived. */

export interface Example {
  readonly record: FunctionRecord;
  readonly problem: Problem;
  readonly value: Node;
  readonly variable: Sym;
  /** As it is shown, its named parts put back. */
  readonly gradient: Node;
}

export function exampleOf(record: FunctionRecord): Example {
  const { expression, where, wrt } = record.example;
  const problem = problemOf(expression, where, wrt);
  const { gradients, parts } = derivationOf(problem);
  const [only] = gradients;
  const [gradient] = only ? withoutParts([only.shown], parts) : [];
  if (!only || !gradient) throw new Error(`${record.name}: no gradient`);
  return { record, problem, value: problem.value.node, variable: only.variable, gradient };
}

export const EXAMPLES: readonly (readonly [name: string, record: FunctionRecord])[] = FUNCTIONS.map(
  (f) => [f.name, f],
);

/** The gradient of a scalar among free entries, as one node. */
export const gradientOf = (value: Node, variable: Sym): Node =>
  inlineParts(reverse(value, [variable]), () => false).gradients[0] as Node;

/** ⟨∂J/∂X, Δ⟩ for a further symbol Δ: its gradient with respect to X is the second derivative, applied to Δ. */
export const alongDirection = ({ gradient, variable }: Example): Node =>
  total(multiply([gradient, symbol('Δ', variable.shape)]));

/** Sizes and values at which some formulas are defined and smooth. */
export function placeOf(roots: readonly Node[], seed = 1): Place {
  const place = new Places(roots).draw('different', random(seed), 0);
  if ('reason' in place) throw new Error(place.reason);
  return place;
}
