import type { Spelling } from '../expr/node.ts';

/** The same in C and JavaScript: a function of numbers, or a routine for whole arrays. */
export const inLoops = (template: string): Pick<Spelling, 'c' | 'js'> => ({
  c: template,
  js: template,
});

/** A function that both C's library and `Math` have. */
export const ofMath = (name: string): Pick<Spelling, 'c' | 'js'> => ({
  c: `${name}($0)`,
  js: `Math.${name}($0)`,
});
