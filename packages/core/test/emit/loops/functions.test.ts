import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../ops/examples.ts';
import { type Case, caseOf } from './cases.ts';
import { complaints } from './judge.ts';
import { compiler, runC, runScripts, scriptsOf, typeErrors, unlikeScripts } from './run.ts';

/** The example of each function, in each language with loops. */
const CASES: readonly Case[] = EXAMPLES.map(([name, { example: e }]) =>
  caseOf(e.expression, e.where, e.wrt, {}, name),
);

/** Numbers are 3·10⁵ times coarser than in double precision. */
const SINGLE = 2e-3;

describe('JavaScript', async () => {
  const scripts = await scriptsOf(CASES);

  test('gives the evaluator’s numbers and differences of its own value', () => {
    expect(complaints(CASES, runScripts(scripts, CASES))).toEqual([]);
  });

  test('in single precision', () => {
    expect(complaints(CASES, runScripts(scripts, CASES, true), SINGLE)).toEqual([]);
  });
});

describe('TypeScript', () => {
  test('is the same code with types', () => {
    expect(unlikeScripts(CASES)).toEqual([]);
  });

  test('is checked strictly', async () => {
    expect(await typeErrors(CASES)).toBe('');
  });
});

describe.skipIf(!compiler())('C', () => {
  test('gives the evaluator’s numbers and differences of its own value', async () => {
    expect(complaints(CASES, await runC(CASES))).toEqual([]);
  });

  test('in single precision', async () => {
    expect(complaints(CASES, await runC(CASES, true), SINGLE)).toEqual([]);
  });
});
