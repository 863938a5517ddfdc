import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../ops/examples.ts';
import { type Case, caseOf } from './cases.ts';
import { complaints } from './judge.ts';
import { randomCases, wideCases } from './random.ts';
import { compiler, runC, runScripts, scriptsOf, typeErrors, unlikeScripts } from './run.ts';
import { SHAPES } from './shapes.ts';

/** The example of each function, programs of all shapes and orders, and random expressions, in each language with loops. */
const FUNCTIONS: readonly Case[] = EXAMPLES.map(([name, { example: e }]) =>
  caseOf(e.expression, e.where, e.wrt, {}, name),
);
const RANDOM = [...randomCases(60, 2), ...wideCases(30, 1)];
const ALL = [...FUNCTIONS, ...SHAPES, ...RANDOM];

/** Compiled while the others run. */
const C = compiler() ? { double: runC(ALL), single: runC(FUNCTIONS, true) } : null;
for (const ran of C ? [C.double, C.single] : []) ran.catch(() => undefined);

const TOLERANCE = 1e-8;
/** Numbers are 5·10⁸ times coarser than in double precision. */
const SINGLE = 2e-3;

test('random expressions are many', () => {
  expect(RANDOM.length).toBeGreaterThan(50);
});

describe('JavaScript', async () => {
  const scripts = await scriptsOf(ALL);

  test('gives the evaluator’s numbers and differences of its own value', () => {
    expect(complaints(ALL, runScripts(scripts, ALL), TOLERANCE)).toEqual([]);
  });

  test('in single precision', () => {
    const some = scripts.slice(0, FUNCTIONS.length);
    expect(complaints(FUNCTIONS, runScripts(some, FUNCTIONS, true), SINGLE)).toEqual([]);
  });
});

describe('TypeScript', () => {
  test('is the same code with types', () => {
    expect(unlikeScripts([...FUNCTIONS, ...SHAPES])).toEqual([]);
  });

  test('is checked strictly', async () => {
    expect(await typeErrors([...FUNCTIONS, ...SHAPES])).toBe('');
  });
});

describe.skipIf(!C)('C', () => {
  test('gives the evaluator’s numbers and differences of its own value', async () => {
    expect(complaints(ALL, (await C?.double) ?? [], TOLERANCE)).toEqual([]);
  });

  test('in single precision', async () => {
    expect(complaints(FUNCTIONS, (await C?.single) ?? [], SINGLE)).toEqual([]);
  });
});
