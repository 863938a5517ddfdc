import { describe, expect, test } from 'vitest';
import { python } from '../../../../../test/support/python.ts';
import { programOf } from '../../../src/emit/program/request.ts';
import { FUNCTIONS } from '../../../src/ops/index.ts';
import { problemOf } from '../../support/ask.ts';
import { distance, drawn, placesOf, runModels } from './execute.ts';

const PROGRAMS = FUNCTIONS.map(({ name, example: { expression, where, wrt } }) => {
  const program = programOf(problemOf(expression, where, wrt));
  if (program.kind !== 'formula') throw new Error('an example is a formula');
  return { name, program, places: placesOf(program, 2) };
});

describe.skipIf(!python())('the example of every function, at two sizes of one model', () => {
  test.each([
    ['f64', 1e-10],
    ['f32', 1e-4],
  ] as const)('in %s', async (dtype, tolerance) => {
    const all = PROGRAMS.map((p) => ({ ...p, ...drawn(p.program, { dtype }, p.places) }));
    const ran = await runModels(all.map((p) => p.case));
    const complaints = all.flatMap(({ name, wanted }, k) => {
      const mine = ran[k];
      if (typeof mine === 'string' || !mine) return [`${name}: ${mine}`];
      return wanted.flatMap((place, at) =>
        place.flatMap((w, out) => {
          const d = distance(mine[at]?.[out], w);
          return d < tolerance ? [] : [`${name}: output ${out} at place ${at}: ${d}`];
        }),
      );
    });
    expect(complaints).toEqual([]);
  });
});
