import { describe, expect, test } from 'vitest';
import { EXAMPLE_PROGRAMS, PROGRAMS, randomPrograms, textPrograms } from '../programs.ts';
import { complaintsOfOctave, isInstalled } from './execute.ts';

describe.skipIf(!isInstalled('octave-cli'))('programs in Octave, at two sizes', () => {
  test('for the example of every function', () => {
    expect(complaintsOfOctave(EXAMPLE_PROGRAMS, 1e-9)).toEqual([]);
  });

  test('for formulas, Jacobians and networks', () => {
    expect(complaintsOfOctave(PROGRAMS, 1e-10)).toEqual([]);
  });

  test('for random expressions with all their gradients', () => {
    const programs = [...randomPrograms(25, 11), ...textPrograms(600, 24)];
    expect(complaintsOfOctave(programs, 1e-7)).toEqual([]);
  });
});
