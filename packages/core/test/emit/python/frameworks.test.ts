import { describe, expect, test } from 'vitest';
import { python } from '../../../../../test/support/python.ts';
import { FUNCTIONS } from '../../../src/ops/index.ts';
import { problemOf } from '../../support/ask.ts';
import { caseOf, complaints, runFrameworks } from './frameworks.ts';

describe.skipIf(!python())('PyTorch and JAX', () => {
  test('agree with their own differentiation on the example of every function', async () => {
    const cases = FUNCTIONS.map(({ name, example }) =>
      caseOf(name, problemOf(example.expression, example.where, example.wrt), { whole: false }),
    );
    const ran = await runFrameworks(cases);
    expect(cases.flatMap((c, k) => complaints(c, ran[k]))).toEqual([]);
  }, 120_000);
});
