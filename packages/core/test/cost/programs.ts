import { readFileSync } from 'node:fs';
import { workOf } from '../../src/cost/count.ts';
import { linesOf } from '../../src/cost/lines.ts';
import { elaborateProblem } from '../../src/elaborate/elaborate.ts';
import { lengthsOf } from '../../src/emit/program/lengths.ts';
import { type FormulaProgram, programOf, resultsOf } from '../../src/emit/program/request.ts';
import type { Question } from '../../src/explain/question.ts';
import { postorder } from '../../src/expr/walk.ts';
import { atomText, dimAtoms, evalDim } from '../../src/shape/dim.ts';
import type { Input } from '../../src/syntax/input.ts';
import { parseInput } from '../../src/syntax/parse.ts';

/** Lengths that are all different: primes, so that no two products of lengths are equal by chance. */
const PRIMES = [7, 5, 11, 3, 13, 17, 19, 23, 29, 31, 37];

export function formulaProgram(input: Input, question: Question = {}): FormulaProgram {
  const program = programOf(elaborateProblem(parseInput(input)), question);
  if (program.kind === 'family') throw new Error('a family');
  return program;
}

/** All lengths of a program, each another prime. */
export function differentLengths(program: FormulaProgram): Map<string, number> {
  const nodes = postorder([...resultsOf(program), ...program.parts.map((p) => p.node)]);
  const names = [...program.inputs.map((i) => i.symbol.axes), ...nodes.map((n) => n.axes)]
    .flat()
    .flatMap(dimAtoms)
    .map((a) => atomText(a.name, a.index));
  return new Map([...new Set(names)].map((n, k) => [n, PRIMES[k % PRIMES.length] ?? 41]));
}

export interface Measured {
  /** Operations. */
  readonly flops: number;
  /** Entries of the largest intermediate, and of the largest input or result. */
  readonly largest: number;
  readonly most: number;
}

/** What a program takes that is made for its lengths. */
export function measured(program: FormulaProgram, lengths = differentLengths(program)): Measured {
  const results = resultsOf(program);
  const { sizes } = lengthsOf(program.inputs, results, lengths);
  const work = workOf(linesOf(results, program.parts, sizes), sizes);
  return {
    flops: evalDim(work.flops, lengths),
    largest: Math.max(0, ...work.intermediates.map((d) => evalDim(d, lengths))),
    most: sizes.most,
  };
}

interface Identity {
  readonly id: string;
  readonly expr: string;
  readonly where: string;
  readonly wrt: string;
  readonly kind: string;
}

/** The published identities. */
export const identities = (): readonly Identity[] =>
  ['identities.json', 'more-identities.json'].flatMap(
    (name) =>
      JSON.parse(
        readFileSync(new URL(`../published/${name}`, import.meta.url), 'utf8'),
      ) as Identity[],
  );
