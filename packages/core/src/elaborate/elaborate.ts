import { type Diagnostic, MatgradError } from '../diagnostic/diagnostic.ts';
import { symbol } from '../expr/build.ts';
import type { Sym } from '../expr/node.ts';
import type { Value } from '../ops/value.ts';
import { dimAtoms } from '../shape/dim.ts';
import type { Fact } from '../simplify/facts.ts';
import type { Parsed } from '../syntax/parse.ts';
import type { Expr, Span } from '../syntax/tree.ts';
import { factsOf, withAssumedProperties } from './assumptions.ts';
import {
  Attempt,
  diagnosticsOf,
  isDegenerate,
  otherRanks,
  type Rank,
  RESERVED,
} from './attempt.ts';
import { Unification } from './inference.ts';
import { Clash } from './names.ts';
import { objectiveOf } from './objective.ts';
import type { Declared, Problem, Range } from './problem.ts';
import { collectScope, type Scope } from './scope.ts';
import { variableOf, wantedVariables } from './wanted.ts';

/** So many readings of undeclared names are tried at the most. */
const MAX_READINGS = 600;

/** So many lengths are made equal in one reading at the most. */
const MAX_EQUATIONS = 500;

/**
 * Surface tree to graph: names, shapes, and every mistake that can be made with them.
 *
 * Names that nobody declared get their shape from use. A reading says which of them are scalars, vectors, matrices; in each,
 * lengths that have to be equal are made equal (unification), and the first reading that fits is taken: the usual ones first
 * (a capital letter is a matrix, a small one a column vector), then those with a scalar among them.
 * @throws MatgradError
 */
export function elaborateProblem(parsed: Parsed): Problem {
  const scope = withAssumedProperties(collectScope(parsed.program), parsed.assumptions);
  const objective = objectiveOf(parsed, scope);
  const { attempt, value, unification, facts } = readingOf(scope, objective.expr, parsed);
  const variables = variablesOf(scope, attempt);
  const family = attempt.families.system();
  const problem = {
    source: parsed.source,
    scope,
    declarations: declarationsOf(scope, attempt, variables),
    expression: objective.expr,
    name: objective.name,
    value: { node: value.node, shape: value.shape.map((d) => unification.resolve(d)) },
    variables,
    definitions: attempt.definitions,
    repetitions: attempt.repetitions,
    family,
    facts,
    claims: parsed.claims,
  };
  const sequence = wantedVariables(parsed, scope, problem);
  return { ...problem, wrt: [...new Set(sequence)], sequence };
}

/** `AᵀA = I` as typed; of `assert np.allclose(A.T @ A, np.eye(n))` the sides with an equals sign. */
function typedEquation(text: string, left: Span, right: Span): string {
  const whole = text.slice(left.start, right.end);
  const sides = [text.slice(left.start, left.end), text.slice(right.start, right.end)];
  return (whole.includes('=') ? whole : sides.join(' = ')).replaceAll(/\s+/gu, ' ');
}

interface Outcome {
  readonly attempt: Attempt;
  readonly value: Value;
  readonly unification: Unification;
  readonly facts: readonly Fact[];
}

/** One pass after another over the text, until no two lengths clash that can be made equal. */
function unify(
  scope: Scope,
  e: Expr,
  ranks: ReadonlyMap<string, Rank>,
  { assumptions, source }: Parsed,
): Outcome {
  const unification = new Unification();
  for (let k = 0; ; k++) {
    const attempt = new Attempt(scope, { ranks, unification });
    try {
      const value = attempt.run(e);
      const facts = factsOf(attempt, assumptions, ({ left, right }) =>
        typedEquation(source.text, left.span, right.span),
      );
      const named = nameLengths(scope, attempt, unification);
      if (!named) return { attempt, value, unification, facts };
    } catch (error) {
      if (!(error instanceof Clash)) throw error;
      const progress = error.equate.map(([a, b]) => unification.equate(a, b)).some(Boolean);
      if (!progress || k > MAX_EQUATIONS) error.report();
    }
  }
}

/** Gives names to the lengths that stayed open; then everything is read once more with them. */
function nameLengths(scope: Scope, attempt: Attempt, unification: Unification): boolean {
  const open = [...attempt.inferred.keys()].flatMap((n) => attempt.inferredShape(n));
  const taken = new Set([
    ...scope.dimensions,
    ...scope.variables.keys(),
    ...scope.definitions.keys(),
    ...attempt.inferred.keys(),
    // lengths that only the formula names, as in eye(n)
    ...(scope.program.source.text.replace(/#.*/gu, '').match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []),
  ]);
  return unification.nameRest([...open, ...attempt.unknowns], taken);
}

/** How well a reading suits: a scalar is wanted, capital letters are matrices, few scalars. Less is better. */
function oddity(o: Outcome): number {
  const names = [...o.attempt.inferred.keys()];
  const shapes = names.map((n) => symbol(n, o.attempt.inferredShape(n)));
  return (
    (o.value.shape.length > 0 ? 1000 : 0) +
    10 * shapes.filter(isDegenerate).length +
    shapes.filter((s) => s.shape.length === 0).length
  );
}

/** The reading that was fixed with the text, or the first that suits best. */
function readingOf(scope: Scope, e: Expr, parsed: Parsed): Outcome {
  const { ranks: fixed, assumptions } = parsed;
  if (fixed) return unify(scope, e, fixed, parsed);
  let best: { outcome: Outcome; odd: number } | undefined;
  let first: readonly Diagnostic[] | undefined;
  const names = new Set<string>();
  const consider = (ranks: ReadonlyMap<string, Rank>): void => {
    try {
      const outcome = unify(scope, e, ranks, parsed);
      for (const n of outcome.attempt.inferred.keys()) names.add(n);
      const odd = oddity(outcome);
      if (!best || odd < best.odd) best = { outcome, odd };
    } catch (error) {
      const found = diagnosticsOf(error);
      first ??= found;
    }
  };
  consider(new Map());
  const texts = [e, ...assumptions.flatMap((a) => [a.left, a.right])];
  for (const n of undeclaredNames(scope, texts)) names.add(n);
  if (!best || best.odd > 0) {
    for (const ranks of readings([...names])) {
      consider(ranks);
      if (best && best.odd <= ranks.size) break;
    }
  }
  if (best) return best.outcome;
  throw new MatgradError(first ?? []);
}

/** Names that use must explain: what a failed first reading would have met. */
function undeclaredNames(scope: Scope, texts: readonly Expr[]): string[] {
  const found = new Set<string>();
  const visited = new Set<string>();
  const isFree = (n: string): boolean => {
    const declared = scope.variables.get(n);
    return declared
      ? declared.shape === null
      : ![scope.definitions, scope.families, scope.functions, scope.aliases, scope.dimensions].some(
          (known) => known.has(n),
        ) && !RESERVED.has(n);
  };
  const stack: Expr[] = [...texts];
  const push = (...more: readonly (Expr | null)[]): void => {
    for (const x of more) if (x) stack.push(x);
  };
  for (let x = stack.pop(); x; x = stack.pop()) {
    switch (x.kind) {
      case 'number':
        break;
      case 'name': {
        const line = scope.definitions.get(x.name);
        if (line && !visited.has(x.name)) push(line.value);
        const family = visited.has(x.name) ? undefined : scope.families.get(x.name);
        if (family) push(...family.map((l) => l.value));
        visited.add(x.name);
        if (!x.index && isFree(x.name)) found.add(x.name);
        break;
      }
      case 'call':
        push(...x.args);
        break;
      case 'transpose':
      case 'inverse':
      case 'negate':
      case 'norm':
      case 'bars':
      case 'series':
        push(x.of);
        break;
      case 'power':
        push(x.base, x.exponent);
        break;
      case 'product':
      case 'sum':
      case 'inner':
        push(x.left, x.right);
        break;
      case 'part':
        push(x.of, ...x.parts);
        break;
    }
  }
  return [...found].reverse();
}

/** Which names are not what they usually are: one of them, then two, and so on. */
function* readings(names: readonly string[]): Generator<ReadonlyMap<string, Rank>> {
  let tried = 0;
  function* choose(
    from: number,
    left: number,
    chosen: readonly (readonly [string, Rank])[],
  ): Generator<ReadonlyMap<string, Rank>> {
    if (left === 0) {
      if (tried++ < MAX_READINGS) yield new Map(chosen);
      return;
    }
    for (let k = from; k + left <= names.length && tried < MAX_READINGS; k++) {
      const name = names[k] ?? '';
      for (const rank of otherRanks(name))
        yield* choose(k + 1, left - 1, [...chosen, [name, rank]]);
    }
  }
  for (let count = 1; count <= names.length; count++) yield* choose(0, count, []);
}

/** All variables: declared ones in the order of the text, then inferred ones in the order of use. */
function variablesOf(scope: Scope, attempt: Attempt): Sym[] {
  const names = new Set([...scope.variables.keys(), ...attempt.inferred.keys()]);
  return [...names]
    .filter((n) => !scope.families.has(n) && !scope.dimensions.has(n))
    .flatMap((n) => variableOf(attempt, n) ?? []);
}

function declarationsOf(scope: Scope, attempt: Attempt, variables: readonly Sym[]): Declared[] {
  const none = { properties: [], inferred: false, letter: null, range: null, symbol: null };
  const found: Declared[] = variables.map((symbol_) => {
    const declared = scope.variables.get(symbol_.name);
    return {
      name: symbol_.name,
      kind: 'variable',
      shape: symbol_.shape,
      properties: symbol_.properties,
      inferred: !declared?.shape,
      letter: declared?.letter ?? null,
      range: rangeOf(declared?.range ?? null),
      symbol: symbol_,
    };
  });
  for (const f of scope.functions.values()) {
    found.push({
      ...none,
      name: f.name,
      kind: 'function',
      shape: f.argument ?? [],
      letter: f.letter,
    });
  }
  const lengths = new Set(scope.dimensions);
  for (const v of variables)
    for (const d of v.shape) for (const a of dimAtoms(d)) lengths.add(a.name);
  for (const name of lengths) found.push({ ...none, name, kind: 'dimension', shape: [] });
  return found;
}

const rangeOf = (
  r: { variable: string; from: Range['from']; to: Range['to'] } | null,
): Range | null => r && { letter: r.variable, from: r.from, to: r.to };
