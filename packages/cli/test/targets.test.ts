import { TARGETS } from 'matgrad';
import { expect, test } from 'vitest';
import { TARGET_NAMES } from '../src/program.ts';

test('the command offers every language of the library', () => {
  expect(TARGET_NAMES).toEqual(Object.keys(TARGETS));
});
