import { describe, expect, test } from 'vitest';
import { EXAMPLE_PROGRAMS, PROGRAMS, randomPrograms } from '../programs.ts';
import { complaintsOfOctave, isInstalled } from './execute.ts';

describe.skipIf(!isInstalled('octave-cli'))('programs in Octave, at two sizes', () => {
  test('for the example of every function', () => {
    expect(complaintsOfOctave(EXAMPLE_PROGRAMS, 1e-9)).toEqual([]);
  });

  test('for formulas, Jacobians and networks', () => {
    expect(complaintsOfOctave(PROGRAMS, 1e-10)).toEqual([]);
  });

  test('for random expressions with all their gradients', () => {
    expect(complaintsOfOctave(randomPrograms(30, 9), 1e-8)).toEqual([]);
  });
});
