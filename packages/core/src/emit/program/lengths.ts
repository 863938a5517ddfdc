import type { Node, Sym } from '../../expr/node.ts';
import { NOMINAL, type Sizes } from '../../expr/plan.ts';
import { atomText, type Dim, dimAtom, evalDim } from '../../shape/dim.ts';
import { type FormulaProgram, resultsOf } from './request.ts';

/** What lengths are taken to be where the cheapest order of a product depends on them, and that in words. */
export interface Lengths {
  readonly sizes: Sizes;
  readonly assumption: string;
}

/** Between what is longer and what is not. */
const RATIO = 2;
/** Chains of names, each taken longer than the next, count no further. */
const LONGEST = 6;

/**
 * Lengths as given; where names have none, all alike and large, but that matrices are taken as tall: an m×n input says m ≥ n, unless
 * others say otherwise. No intermediate shall be larger than the largest of inputs and results.
 */
export function lengthsOf(
  inputs: readonly { readonly symbol: Sym }[],
  results: readonly Node[],
  given: ReadonlyMap<string, number> | null,
): Lengths {
  const over = tallness(inputs);
  const level = levels(over);
  const assumed = (name: string): number =>
    given?.get(name) ?? NOMINAL * RATIO ** (level.get(name) ?? 0);
  const length = (d: Dim): number =>
    evalDim(
      d,
      new Map(
        d.terms.flatMap((t) =>
          t.atoms.map((a) => {
            const name = atomText(a.name, a.index);
            return [name, assumed(name)] as const;
          }),
        ),
      ),
    );
  const arrays = [...inputs.map((i) => i.symbol.axes), ...results.map((r) => r.axes)];
  const most = Math.max(1, ...arrays.map((axes) => axes.reduce((n, d) => n * length(d), 1)));
  const taken = [...over].filter(
    ([a, b]) => !given?.has(a) && !given?.has(b) && (level.get(a) ?? 0) > (level.get(b) ?? 0),
  );
  return { sizes: { length, most }, assumption: assumptionOf(taken, given) };
}

/** What the lengths of a program's dimensions are taken to be. */
export const programSizes = (program: FormulaProgram): Sizes =>
  lengthsOf(program.inputs, resultsOf(program), program.lengths ?? null).sizes;

function assumptionOf(
  over: readonly (readonly [string, string])[],
  given: ReadonlyMap<string, number> | null,
): string {
  const lead = 'products in the cheapest order';
  const pairs = over.map(([a, b]) => `${a} ≥ ${b}`).join(', ');
  if (given && given.size > 0)
    return `${lead} for the sizes given${pairs ? `, with ${pairs}` : ''}`;
  return `${lead} for large dimensions${pairs ? `, with ${pairs}` : ''}`;
}

/** Pairs of names that are the rows and the columns of an input, and never the other way round. */
function tallness(
  inputs: readonly { readonly symbol: Sym }[],
): readonly (readonly [string, string])[] {
  const found = new Map<string, readonly [string, string]>();
  for (const { symbol } of inputs) {
    const [rows, columns] = symbol.axes.map(dimAtom);
    if (symbol.axes.length !== 2 || !rows || !columns) continue;
    const pair = [atomText(rows.name, rows.index), atomText(columns.name, columns.index)] as const;
    if (pair[0] !== pair[1]) found.set(pair.join('>'), pair);
  }
  return [...found.values()].filter(([a, b]) => !found.has(`${b}>${a}`));
}

/** For each name how many stand below it, one after the other; names that go round in a circle stay alike. */
function levels(over: readonly (readonly [string, string])[]): ReadonlyMap<string, number> {
  const level = new Map<string, number>();
  for (let round = 0; round <= LONGEST; round++) {
    let changed = false;
    for (const [a, b] of over) {
      const least = (level.get(b) ?? 0) + 1;
      if ((level.get(a) ?? 0) >= least) continue;
      changed = true;
      level.set(a, least);
    }
    if (!changed) return level;
  }
  return new Map();
}
