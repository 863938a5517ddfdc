import { FUNCTIONS_OF_MATRICES } from './analysis.ts';
import { PLACES, ROWS } from './arrays.ts';
import { MATRICES } from './matrices.ts';
import { NUMBERS } from './numbers.ts';

/**
 * The library of the languages with loops, in a notation of its own that `../translate.ts` turns into C, TypeScript and JavaScript:
 * that of TypeScript with the types `real`, `int`, `reals` (an array that is written to), `values` (one that is read), `lists` (of
 * arrays) and `ints`; `@exp` is the function of the language, `@from(a, n)` an array from its n-th entry on, `@eps(a)` the relative
 * precision of its numbers. A whole number divided by one is rounded in C, so that no division has two of them.
 */

/** Each with its name, in an order in which each comes after what it needs. */
export const KERNELS: ReadonlyMap<string, string> = new Map(
  [NUMBERS, ROWS, PLACES, MATRICES, FUNCTIONS_OF_MATRICES]
    .flatMap((text) => text.trim().split('\n\n'))
    .map((source) => [/^(?:function|table) (\w+)/mu.exec(source)?.[1] ?? '', source]),
);
