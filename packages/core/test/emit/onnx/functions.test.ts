import { describe, expect, test } from 'vitest';
import { python } from '../../../../../test/support/python.ts';
import { EXAMPLE_PROGRAMS } from '../programs.ts';
import { complaints } from './execute.ts';

describe.skipIf(!python())('the example of every function, at two sizes of one model', () => {
  test.each([
    ['f64', 1e-10],
    ['f32', 1e-4],
  ] as const)('in %s', async (dtype, tolerance) => {
    expect(await complaints(EXAMPLE_PROGRAMS, dtype, tolerance)).toEqual([]);
  });
});
