import { type Derivation, type NamedPart } from '../../src/derive/derivation.ts';
import { deriveGradients } from '../../src/derive/derive.ts';
import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { elaborateProblem } from '../../src/elaborate/elaborate.ts';
import type { Problem } from '../../src/elaborate/problem.ts';
import { toText } from '../../src/emit/text.ts';
import { exprOf, turnOf } from '../../src/explain/formula.ts';
import { derivationOf } from '../../src/explain/gradient.ts';
import type { Node } from '../../src/expr/node.ts';
import type { Shape } from '../../src/shape/shape.ts';
import { formatShape } from '../../src/shape/shape.ts';
import type { Input } from '../../src/syntax/input.ts';
import { parseInput } from '../../src/syntax/parse.ts';

/** Short ways to ask for what tests look at. */

export const problemOf = (expression: string, where?: string, ...wrt: string[]): Problem =>
  elaborateProblem(
    parseInput({
      expression,
      ...(where === undefined ? {} : { where }),
      ...(wrt.length > 0 ? { wrt } : {}),
    }),
  );

/** The graph of an expression. */
export const nodeOf = (expression: string, where?: string): Node =>
  problemOf(expression, where).value.node;

/** A node in the language. */
export function textOf(node: Node, shape: Shape = node.axes): string {
  const e = exprOf(node, turnOf(shape));
  return e ? toText(e) : 'no matrix form';
}

const withParts = (text: string, parts: readonly NamedPart[]): string =>
  parts.length === 0
    ? text
    : `${text} where ${parts.map((p) => `${p.symbol.name} = ${textOf(p.node, p.symbol.shape)}`).join(', ')}`;

/** The first gradient as it is printed, named parts behind it. */
export function gradientText(expression: string, where?: string, ...wrt: string[]): string {
  const { gradients, parts } = derivationOf(problemOf(expression, where, ...wrt));
  const [g] = gradients;
  return g ? withParts(textOf(g.shown, g.variable.shape), parts) : '';
}

export const gradientsOf = (value: Node, variables: Problem['wrt']): Derivation =>
  deriveGradients({ value, variables });

/** `X: m×n (inferred), θ: n`. */
export const shapesOf = (p: Problem): string =>
  p.declarations
    .filter((d) => d.kind !== 'dimension')
    .map((d) => `${d.name}: ${formatShape(d.shape)}${d.inferred ? ' (inferred)' : ''}`)
    .join(', ');

/** The error that an input ends in. */
export function errorOf(input: Input): MatgradError {
  try {
    elaborateProblem(parseInput(input));
  } catch (error) {
    if (error instanceof MatgradError) return error;
    throw error;
  }
  throw new Error('no error');
}
