import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../ops/examples.ts';
import { type Case, caseOf } from './cases.ts';
import { complaints } from './judge.ts';
import { compiler, runC, runJavaScript, runTypeScript, typeErrors } from './run.ts';

/** The example of each function, in each language with loops. */
const CASES: readonly Case[] = EXAMPLES.map(([name, { example: e }]) =>
  caseOf(e.expression, e.where, e.wrt, {}, name),
);

/** Numbers are 3·10⁵ times coarser than in double precision. */
const SINGLE = 2e-3;

describe('scripts', () => {
  test('JavaScript gives the evaluator’s numbers and differences of its own value', async () => {
    expect(complaints(CASES, await runJavaScript(CASES))).toEqual([]);
  });

  test('JavaScript in single precision', async () => {
    expect(complaints(CASES, await runJavaScript(CASES, true), SINGLE)).toEqual([]);
  });

  test('TypeScript', async () => {
    expect(complaints(CASES, await runTypeScript(CASES))).toEqual([]);
  });

  test('TypeScript is checked strictly', async () => {
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
