import { symbol } from '../expr/build.ts';
import type { Sym } from '../expr/node.ts';
import type { IndexExpr } from '../shape/dim.ts';
import { atomText, substituteDimIndex } from '../shape/dim.ts';
import { nearest } from '../syntax/nearest.ts';
import type { Parsed } from '../syntax/parse.ts';
import type { NameSyntax } from '../syntax/tree.ts';
import type { Attempt } from './attempt.ts';
import { at, fail } from './errors.ts';
import type { Problem } from './problem.ts';
import type { Scope } from './scope.ts';

/** The symbol of a variable; of a family its member at the family's letter, `W[l]`. */
export function variableOf(attempt: Attempt, name: string): Sym | undefined {
  const shape = attempt.shapeOf(name, { start: 0, end: 0 });
  if (!shape) return undefined;
  const letter = attempt.letterOf(name);
  return symbol(
    name,
    shape.map((d) => attempt.resolve(d)),
    {
      index: letter ? { variable: letter, offset: 0 } : null,
      properties: attempt.propertiesOf(name),
    },
  );
}

/** The variables asked for by `--wrt`; without it all that are not declared `constant`. */
export function wantedVariables(
  parsed: Parsed,
  scope: Scope,
  problem: Omit<Problem, 'wrt'>,
): readonly Sym[] {
  if (parsed.wrt === null || parsed.wrt === 'all') {
    const free = problem.variables.filter(
      (v) => !v.properties.includes('constant') && !v.properties.includes('integer'),
    );
    if (free.length > 0) return free;
    return fail('no-variable', 'there is no variable to derive with respect to', [
      at(problem.expression.span),
    ]);
  }
  const found: Sym[] = [];
  for (const n of parsed.wrt) {
    const one = wantedVariable(n, scope, problem);
    if (!found.includes(one)) found.push(one);
  }
  return found;
}

/** The variable that a name stands for. @throws MatgradError where nothing is derived with respect to it */
export function wantedVariable(n: NameSyntax, scope: Scope, problem: Omit<Problem, 'wrt'>): Sym {
  const known = problem.variables.find((v) => v.name === n.name);
  if (known) return placed(known, n);
  if (scope.dimensions.has(n.name)) {
    return fail(
      'dimension-as-variable',
      `${n.name} is a dimension, a whole number: nothing is derived with respect to it`,
      [at(n.span)],
    );
  }
  if (scope.definitions.has(n.name) || scope.families.has(n.name)) {
    return fail('defined-as-variable', `${n.name} is defined by an equation`, [at(n.span)], {
      notes: [
        'derive with respect to what it depends on, or declare its shape in place of the equation',
      ],
    });
  }
  if (scope.functions.has(n.name) || scope.aliases.has(n.name)) {
    return fail('function-as-variable', `${n.name} is a function`, [at(n.span)]);
  }
  const close = nearest(
    n.name,
    problem.variables.map((v) => v.name),
  );
  return fail('unknown-name', `${n.name} does not occur, and is not declared`, [at(n.span)], {
    notes:
      problem.variables.length > 0
        ? [
            `the variables are ${problem.variables.map((v) => atomText(v.name, v.index)).join(', ')}`,
          ]
        : [],
    ...(close ? { edits: [[{ start: n.span.start, end: n.span.end, text: close }]] } : {}),
  });
}

/** `W[l]`, `W[2]`, or `W`, which means W[l]. */
function placed(known: Sym, n: NameSyntax): Sym {
  if (!n.index) return known;
  if (!known.index) {
    return fail('bad-index', `${n.name} is no family: it has no members`, [at(n.span)]);
  }
  const letter = known.index.variable ?? '';
  if (n.index.variable !== null) return known;
  const place: IndexExpr = n.index;
  return symbol(
    known.name,
    known.shape.map((d) => substituteDimIndex(d, letter, place)),
    { index: place, properties: known.properties },
  );
}
