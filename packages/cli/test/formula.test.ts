import { expect, test } from 'vitest';
import { matgrad } from './support.ts';

const TRACE = ['tr(A X B)', '--where', 'X: m×n', '--wrt', 'X'] as const;

test.each([
  ['latex', '\\frac{\\partial J}{\\partial X} = A^\\top B^\\top'],
  ['mathml', '<msup><mi>A</mi><mo>⊤</mo></msup><msup><mi>B</mi><mo>⊤</mo></msup>'],
  ['typst', '$ frac(∂ J, ∂ X) = A^(⊤) B^(⊤) $'],
])('%s is printed by derive and by export alike', async (form, formula) => {
  const derived = await matgrad(['derive', ...TRACE, `--${form}`]);
  expect(derived.code).toBe(0);
  expect(derived.out).toContain(formula);
  expect(await matgrad(['export', ...TRACE, '--to', form])).toEqual(derived);
});

test('one form at a time', async () => {
  const { code, err } = await matgrad(['derive', 'xᵀx', '--typst', '--mathml']);
  expect(code).toBe(2);
  expect(err).toContain('cannot be used with');
});
