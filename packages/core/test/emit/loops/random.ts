import fc from 'fast-check';
import { deriveGradients } from '../../../src/derive/derive.ts';
import { elaborateProblem } from '../../../src/elaborate/elaborate.ts';
import { programOf } from '../../../src/emit/program/request.ts';
import { symbolsOf } from '../../../src/expr/walk.ts';
import { parseInput } from '../../../src/syntax/parse.ts';
import { compile } from '../../../src/verify/evaluate.ts';
import { draw } from '../../../src/verify/inputs.ts';
import { random } from '../../../src/verify/random.ts';
import { dimensionNames } from '../../../src/verify/sizes.ts';
import { wide } from '../../fuzz/wide.ts';
import { Generator, VARIABLES } from '../python/nodes.ts';
import { type Case, caseAt, caseOfProgram } from './cases.ts';

const PRIMES = [3, 2, 5, 4, 7] as const;

/** Programs for random expressions with all their gradients. */
export function randomCases(count: number, seed: number): Case[] {
  return fc.sample(fc.integer({ min: 1, max: 1e9 }), { numRuns: count, seed }).flatMap((s) => {
    const source = random(s);
    const value = new Generator(source).scalar(2 + source.below(4));
    const used = symbolsOf([value]);
    const wrt = VARIABLES.filter((v) => used.includes(v));
    if (wrt.length === 0) return [];
    const { gradients, parts } = deriveGradients({ value, variables: wrt });
    const sizes = new Map(
      dimensionNames([value, ...VARIABLES]).map((n, k) => [n, PRIMES[k % PRIMES.length] as number]),
    );
    const stream = random(s);
    const program = compile(VARIABLES, sizes);
    const inputs = new Map(VARIABLES.map((v) => [v, draw(v, program.dims(v), stream)]));
    const drawn = caseAt(
      `seed ${s}`,
      {
        kind: 'formula',
        title: 'J',
        value,
        valueShape: [],
        inputs: VARIABLES.map((symbol) => ({ symbol, shape: symbol.shape })),
        derivatives: gradients.map((g) => ({
          variable: g.variable,
          shape: g.variable.shape,
          node: g.shown,
          left: '…',
          text: '…',
        })),
        parts,
      },
      sizes,
      inputs,
    );
    return [drawn.value, ...drawn.derivatives].flat().every(Number.isFinite) ? [drawn] : [];
  });
}

/** Programs of random texts with every function of the language, tensors and declared facts. */
export const wideCases = (count: number, seed: number): Case[] =>
  Array.from({ length: count }, (_, k) => {
    const { input } = wide(seed + k, 3 + (k % 8));
    const program = programOf(elaborateProblem(parseInput(input)));
    if (program.kind !== 'formula') throw new Error('a family');
    return caseOfProgram(`${input.expression} where ${input.where}`, program);
  }).filter((c) => [c.value, ...c.derivatives].flat().every(Number.isFinite));
