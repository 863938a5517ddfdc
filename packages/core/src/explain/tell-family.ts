import { gradientBy } from '../derive/differential.ts';
import type { Rule } from '../derive/rules.ts';
import type { Problem } from '../elaborate/problem.ts';
import { elaborateWithin } from '../elaborate/within.ts';
import type { Node, Sym } from '../expr/node.ts';
import type { FamilyDerivation } from '../family/derivation.ts';
import { type StepQuestion, stepQuestions } from '../family/question.ts';
import { atomText } from '../shape/dim.ts';
import { type BuildOptions, nameOf, takenNames } from './common.ts';
import { explain } from './explain.ts';
import { formulaOf } from './formula.ts';
import type { Explanation, Left } from './report.ts';

/** With more places than this where a variable stands the derivation would be pages. */
const MAX_PLACES = 6;

/**
 * The derivation for a variable of equations with any number of steps: one step at a time, with the cotangent of its left side held fixed,
 * dJ = G[l] : dZ[l].
 */
export function explainFamily(
  problem: Problem,
  derivation: FamilyDerivation,
  variable: Sym,
  options: BuildOptions,
): Explanation {
  const how = options.telling ?? 'differential';
  const questions = stepQuestions(derivation, variable);
  if (questions.length > MAX_PLACES)
    return {
      how,
      lines: [],
      notes: [
        `${variable.name} stands in ${questions.length} places of the equations: ask for the derivation of one of them`,
      ],
    };
  const told = questions.map((q) => explainStep(problem, derivation, q, options));
  const copies = questions.flatMap(({ variable: v, equation }) =>
    v.index === null && equation?.range
      ? [
          `${v.name}[${equation.range.letter}] is ${v.name} as it stands in step ${equation.range.letter}`,
        ]
      : [],
  );
  const share = 'each place where it stands gives a share, and the gradient is their sum';
  return {
    how,
    lines: told.flatMap((e) => e.lines),
    notes: [
      ...new Set([
        ...told.flatMap((e) => e.notes),
        ...copies,
        ...(told.length > 1 || copies.length > 0 ? [share] : []),
      ]),
    ],
  };
}

/** dJ as far as one step goes, or as far as the variable stands in J itself. */
function openingOf(derivation: FamilyDerivation, { equation }: StepQuestion, j: string): Rule {
  const found = derivation.cotangents.find((c) => c.member.name === equation?.member.name);
  if (!equation || !found)
    return { name: 'directly', law: `d${j} as far as the variable stands in ${j} itself` };
  const { member } = equation;
  const z = atomText(member.name, member.index);
  const g = atomText(found.symbol.name, member.index);
  return {
    name: 'one step',
    law: `d${j} = ${g} : d${z} with ${g} = ∂${j}/∂${z}, which holds all that comes behind`.replaceAll(
      '-',
      '−',
    ),
  };
}

function explainStep(
  problem: Problem,
  derivation: FamilyDerivation,
  q: StepQuestion,
  options: BuildOptions,
): Explanation {
  const { seed, text, telling } = options;
  const { value, variable } = q;
  const letter = q.equation?.range?.letter;
  const given = derivation.cotangents.map((c) => c.symbol);
  const objective = nameOf(problem);
  const left: Left = { kind: 'name', name: objective, index: null };
  const gradient = gradientBy(value, variable);
  // of a variable that every step shares, its copy in this one
  const index = variable.index ?? (letter === undefined ? null : { variable: letter, offset: 0 });
  return explain(
    {
      variable,
      shape: [],
      names: new Map<Node, Sym>(),
      elaborate: (e, symbols) =>
        elaborateWithin(problem, e, [], {
          symbols: [...given, ...symbols],
          ...(letter === undefined ? {} : { letter }),
        }),
      seed,
      left,
      differential: { kind: 'change', of: left },
      derivative: { kind: 'derivative', of: objective, name: variable.name, index },
      entry: (at, derived) => ({
        kind: 'entries',
        of: objective,
        at: [],
        by: derived ? [{ name: variable.name, index, places: at }] : [],
      }),
      value,
      typed: null,
      result: gradient,
      formula: formulaOf(gradient, variable.shape),
      opening: openingOf(derivation, q, objective),
      facts: null,
      trusted: false,
      taken: takenNames(problem),
      text,
    },
    telling ?? 'differential',
  );
}
