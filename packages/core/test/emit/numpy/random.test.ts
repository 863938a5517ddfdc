import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { python } from '../../../../../test/support/python.ts';
import { symbolsOf } from '../../../src/expr/walk.ts';
import { random } from '../../../src/verify/random.ts';
import { type Drawn, distance, drawProblem, evaluated, runCases } from './execute.ts';
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

describe.skipIf(!python())('modules for random expressions', () => {
  test('agree with the evaluator and with differences of their own value', async () => {
    const drawn = drawMany(250, 2);
    expect(drawn.length).toBeGreaterThan(150);
    const ran = await runCases(drawn.map((d) => d.case));
    drawn.forEach((d, at) => {
      const here = ran[at];
      const own = evaluated(d);
      if (!here || ![own.value, ...own.derivative.flat()].every(Number.isFinite)) return;
      expect(distance([here.value], [own.value]), d.source).toBeLessThan(1e-9);
      // where a derivative is zero, both are rounding errors of what cancels
      const floor = 1e-6 * (1 + Math.abs(own.value));
      here.derivative.forEach((g, i) => {
        expect(distance(g, own.derivative[i] ?? [], floor), d.source).toBeLessThan(1e-8);
      });
      for (const s of here.slopes) {
        expect(Math.abs(s.numeric - s.analytic), d.source).toBeLessThan(1e-5 * s.scale + 1e-9);
      }
      here.shapes.forEach((shape, i) => {
        const v = d.problem.wrt[i];
        expect(shape, d.source).toHaveLength(v?.shape.length ?? -1);
      });
    });
  }, 60_000);
});
