import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { python } from '../../../../../test/support/python.ts';
import { symbolsOf } from '../../../src/expr/walk.ts';
import { random } from '../../../src/verify/random.ts';
import { type Drawn, distance, drawProblem, evaluated, type Ran, runCases } from './execute.ts';
import { Generator, VARIABLES } from './nodes.ts';

/** Modules for random expressions with all their gradients. */
function drawMany(count: number, seed: number): Drawn[] {
  return fc.sample(fc.integer({ min: 1, max: 1e9 }), { numRuns: count, seed }).flatMap((s) => {
    const source = random(s);
    const value = new Generator(source).scalar(2 + source.below(4));
    const used = symbolsOf([value]);
    const wrt = VARIABLES.filter((v) => used.includes(v));
    return wrt.length === 0 ? [] : [drawProblem({ value, inputs: VARIABLES, wrt }, s)];
  });
}

/** What is wrong with a module, if anything. */
function complaint(d: Drawn, ran: Ran, own: ReturnType<typeof evaluated>): string | undefined {
  if (!(distance([ran.value], [own.value]) < 1e-9)) return 'value';
  // where a derivative is zero, both are rounding errors of what cancels
  const least = 1e-6 * (1 + Math.abs(own.value));
  if (!ran.derivative.every((g, i) => distance(g, own.derivative[i] ?? [], least) < 1e-8))
    return 'derivative';
  if (!ran.slopes.every((s) => Math.abs(s.numeric - s.analytic) < 1e-5 * s.scale + 1e-9))
    return 'differences';
  const fits = ran.shapes.every((s, i) => s.length === d.problem.wrt[i]?.shape.length);
  if (!fits) return 'shape';
  // what is made of sizes alone is a number of Python's own
  return ran.single.types.every((t) => t === 'float32' || t === 'float') ? undefined : 'float32';
}

describe.skipIf(!python())('modules for random expressions', () => {
  test('agree with the evaluator and with differences of their own value', async () => {
    const drawn = drawMany(160, 2);
    const ran = await runCases(drawn.map((d) => d.case));
    let compared = 0;
    const complaints = drawn.flatMap((d, k) => {
      const own = evaluated(d);
      const here = ran[k];
      if (!here || ![own.value, ...own.derivative.flat()].every(Number.isFinite)) return [];
      compared++;
      const what = complaint(d, here, own);
      return what === undefined ? [] : [`${what}\n${d.source}`];
    });
    expect(complaints).toEqual([]);
    expect(compared).toBeGreaterThan(100);
    const lines = drawn.flatMap((d) => d.source.split('\n'));
    expect(lines.filter((l) => l.length > 100).length).toBeLessThan(lines.length / 500);
  }, 60_000);
});
