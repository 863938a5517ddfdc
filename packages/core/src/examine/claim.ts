import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { Problem } from '../elaborate/problem.ts';
import { wantedVariable } from '../elaborate/wanted.ts';
import { elaborateWithin } from '../elaborate/within.ts';
import { nameOf, takenNames } from '../explain/common.ts';
import type { Left } from '../explain/report.ts';
import { isZero, zeros } from '../expr/build.ts';
import type { Sym } from '../expr/node.ts';
import type { Value } from '../ops/value.ts';
import { axesOf } from '../shape/shape.ts';
import type { Claim, Definition, Expr, Span } from '../syntax/tree.ts';
import type { ClaimGiven } from './subject.ts';
import { visited } from './visit.ts';

/** What did not fit within a claim. */
export interface Misfit {
  readonly message: string;
  readonly span: Span | null;
}

/** The codes of shapes that do not go together. */
const MISFITS: ReadonlySet<string> = new Set([
  'shape-mismatch',
  'square-wanted',
  'scalar-wanted',
  'vector-wanted',
]);

/** The variable that a claim is about. @throws MatgradError */
export function variableOf(claim: Claim, problem: Problem): Sym {
  const { target } = claim;
  const { scope, wrt } = problem;
  if (target?.kind === 'derivative') {
    const value = nameOf(problem);
    const { of } = target;
    const other =
      problem.name !== null || takenNames(problem).has(of.name) || scope.definitions.has(of.name);
    if (of.name !== value && other)
      fail('unknown-name', `what is derived is called ${value} here`, of.span, 'not this');
    return wantedVariable(target.name, scope, problem);
  }
  if (target)
    fail(
      'bad-claim',
      'a claim says what a derivative is: `check ∂J/∂θ = …`',
      target.span,
      'this is none',
    );
  const [only, second] = wrt;
  if (only && !second) return only;
  return fail(
    'bad-claim',
    'there are several variables: say which derivative this is, `∂J/∂θ = …`',
    claim.span,
    'of which one?',
  );
}

export function fail(
  code: string,
  message: string,
  { start, end }: Span,
  text: string,
  notes: readonly string[] = [],
): never {
  throw new MatgradError({
    severity: 'error',
    code,
    message,
    labels: [{ start, end, text }],
    notes,
  });
}

/** The left side of a claim about a variable. */
export const leftOf = (problem: Problem, variable: Sym): Left => ({
  kind: 'derivative',
  of: nameOf(problem),
  name: variable.name,
  index: variable.index,
});

/** `∂J/∂Z[l]` by its name, G[l]. */
function withCotangents(e: Expr, problem: Problem, { cotangents }: ClaimGiven): Expr {
  if (!cotangents) return e;
  return visited(e, {
    call: (c) => {
      const [member] = c.name === `∂${nameOf(problem)}/∂` ? c.args : [];
      const name = member?.kind === 'name' ? cotangents.get(member.name) : undefined;
      return name && member?.kind === 'name' ? { ...member, name } : c;
    },
  });
}

/**
 * What a claim says, in the scope of the problem; where its own shapes do not fit, what does not. A 0 has every shape.
 * @throws MatgradError for anything else that is wrong with it
 */
export function valueOf(
  problem: Problem,
  e: Expr,
  parts: readonly Definition[],
  given: ClaimGiven,
): Value | Misfit {
  try {
    const [whole, ...own] = [{ value: e }, ...parts].map((p) =>
      withCotangents(p.value, problem, given),
    );
    const named = parts.map((p, k) => ({ ...p, value: own[k] ?? p.value }));
    const { node, shape } = elaborateWithin(problem, whole ?? e, named, given);
    return isZero(node) && shape.length === 0
      ? { node: zeros(axesOf(given.shape)), shape: given.shape }
      : { node, shape };
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    const [first] = error.diagnostics;
    if (!first || !MISFITS.has(first.code)) throw error;
    const [label] = first.labels;
    return { message: first.message, span: label ?? null };
  }
}
