import { deriveGradients, withoutParts } from '../../src/derive/derive.ts';
import { diagnose } from '../../src/examine/diagnose.ts';
import type { Diagnosis, MistakeClass } from '../../src/examine/examination.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import { random, shuffled } from '../../src/verify/random.ts';
import { problemOf, textOf } from '../support/ask.ts';
import { type Mutant, mutantsOf } from './mutants.ts';

/** One diagnosed mutant. */
export interface Trial {
  readonly expression: string;
  readonly wrt: string;
  readonly gradient: Node;
  readonly mutant: Mutant;
  readonly diagnoses: readonly Diagnosis[];
  /** Milliseconds. */
  readonly time: number;
}

export interface Subject {
  readonly value: Node;
  readonly variable: Sym;
  readonly gradient: Node;
}

export function subjectOf(expression: string, where: string, wrt: string): Subject {
  const { value, wrt: variables } = problemOf(expression, where, wrt);
  const [variable] = variables;
  const { gradients, parts } = deriveGradients({ value: value.node, variables });
  const [gradient] = withoutParts(
    gradients.map((g) => g.shown),
    parts,
  );
  if (!variable || !gradient) throw new Error(`no gradient of ${expression}`);
  return { value: value.node, variable, gradient };
}

/** Diagnoses mutants of functions. @param atMost of each function, drawn by the seed; all without it */
export function trialsOf(
  functions: readonly (readonly [string, string, string])[],
  { seed = 1, atMost = Number.POSITIVE_INFINITY }: { seed?: number; atMost?: number } = {},
): Trial[] {
  return functions.flatMap(([expression, where, wrt], k) => {
    const subject = subjectOf(expression, where, wrt);
    const all = mutantsOf(subject.value, subject.variable, subject.gradient, seed);
    const chosen = all.length > atMost ? shuffled(all, random(seed, k)).slice(0, atMost) : all;
    return chosen.map((mutant): Trial => {
      const start = performance.now();
      const diagnoses = diagnose({ ...subject, claim: mutant.node, seed, text: textOf });
      const time = performance.now() - start;
      return { expression, wrt, gradient: subject.gradient, mutant, diagnoses, time };
    });
  });
}

export const namesOf = ({ mutant }: Trial): ReadonlySet<MistakeClass> =>
  new Set([mutant.class, ...mutant.also]);

export const isFirst = (t: Trial): boolean => {
  const [first] = t.diagnoses;
  return first !== undefined && namesOf(t).has(first.class);
};

export const isWithin = (t: Trial, n: number): boolean =>
  t.diagnoses.slice(0, n).some((d) => namesOf(t).has(d.class));

/** Named, and the right name is not among those listed. */
export const isWrong = (t: Trial): boolean =>
  t.diagnoses[0]?.class !== 'other' && !t.diagnoses.some((d) => namesOf(t).has(d.class));
