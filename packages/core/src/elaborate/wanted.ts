import { symbol } from '../expr/build.ts';
import type { Sym } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import type { IndexExpr } from '../shape/dim.ts';
import { atomText, indexText, substituteDimIndex } from '../shape/dim.ts';
import { nearest } from '../syntax/nearest.ts';
import type { Parsed } from '../syntax/parse.ts';
import type { NameSyntax } from '../syntax/tree.ts';
import type { Attempt } from './attempt.ts';
import { at, fail } from './errors.ts';
import type { Problem, Range } from './problem.ts';
import type { Scope } from './scope.ts';

/** What a problem has of `--wrt`. */
type Asked = 'wrt' | 'sequence';

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

/** The variables asked for by `--wrt`, as often as they were; without it all that are not declared `constant`. */
export function wantedVariables(
  parsed: Parsed,
  scope: Scope,
  problem: Omit<Problem, Asked>,
): readonly Sym[] {
  if (parsed.wrt === null || parsed.wrt === 'all') {
    const inside = new Set(symbolsOf([problem.value.node]));
    const assumed = new Set(symbolsOf(problem.facts.flatMap((f) => [f.left, f.right])));
    const free = problem.variables.filter(
      (v) =>
        !v.properties.includes('constant') &&
        !v.properties.includes('integer') &&
        // what stands in an assumption alone
        (inside.has(v) || !assumed.has(v)),
    );
    if (free.length > 0) return free;
    return fail('no-variable', 'there is no variable to derive with respect to', [
      at(problem.expression.span),
    ]);
  }
  return parsed.wrt.map((n) => wantedVariable(n, scope, problem));
}

/** The variable that a name stands for. @throws MatgradError where nothing is derived with respect to it */
export function wantedVariable(n: NameSyntax, scope: Scope, problem: Omit<Problem, Asked>): Sym {
  const known = problem.variables.find((v) => v.name === n.name);
  if (known) return placed(known, n, rangeOf(n.name, problem));
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

/** The declared range of a family; of one that is not declared, that of the first step that uses it. */
function rangeOf(name: string, { declarations, family }: Omit<Problem, Asked>): Range | null {
  const declared = declarations.find((d) => d.name === name)?.range;
  const step = family?.steps.find((e) => symbolsOf([e.node]).some((s) => s.name === name));
  return declared ?? step?.range ?? null;
}

/** `W[l]` (in whichever letter) or `W` for all members, `W[2]` or `W[L]` for one. */
function placed(known: Sym, n: NameSyntax, range: Range | null): Sym {
  const place = n.index;
  if (!place) return known;
  if (!known.index) {
    return fail('bad-index', `${n.name} is no family: it has no members`, [at(n.span)]);
  }
  const letter = known.index.variable ?? '';
  const all = atomText(n.name, known.index);
  if (place.variable !== null && place.variable !== range?.to.variable) {
    if (place.offset === 0) return known;
    return fail('bad-index', `${all} stands for all members already`, [at(n.span)], {
      edits: [[{ start: n.span.start, end: n.span.end, text: all }]],
    });
  }
  if (range && (isBefore(place, range.from) || isBefore(range.to, place))) {
    const members = `${indexText(range.from)}..${indexText(range.to)}`;
    return fail('index-out-of-range', `${atomText(n.name, place)} is not defined`, [at(n.span)], {
      notes: [`${n.name} has members ${members}`],
    });
  }
  return symbol(
    known.name,
    known.shape.map((d) => substituteDimIndex(d, letter, place)),
    { index: place, properties: known.properties },
  );
}

/** Whether one place comes before another for every number of steps. */
const isBefore = (a: IndexExpr, b: IndexExpr): boolean =>
  a.variable === b.variable && a.offset < b.offset;
