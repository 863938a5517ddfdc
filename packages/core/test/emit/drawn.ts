import { withoutParts } from '../../src/derive/derive.ts';
import type { FormulaProgram } from '../../src/emit/program/request.ts';
import { sizeReadings } from '../../src/emit/program/sizes.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import type { Tensor } from '../../src/expr/tensor.ts';
import { evalDim } from '../../src/shape/dim.ts';
import type { Shape } from '../../src/shape/shape.ts';
import { compile } from '../../src/verify/evaluate.ts';
import { type Place, Places } from '../../src/verify/place.ts';
import { random } from '../../src/verify/random.ts';
import { dimensionNames } from '../../src/verify/sizes.ts';

/** Programs with values for everything, beside what the evaluator says. */

export interface Entries {
  readonly dims: readonly number[];
  /** Row by row. */
  readonly data: readonly number[];
}

export interface Drawn {
  /** The inputs in order. */
  readonly given: readonly Entries[];
  /** Lengths that no input tells, in the order in which programs ask for them. */
  readonly untold: readonly number[];
  /** The value and the derivatives in order. */
  readonly wanted: readonly Entries[];
}

const rootsOf = (program: FormulaProgram): Node[] => [
  program.value,
  ...withoutParts(
    program.derivatives.map((d) => d.node),
    program.parts,
  ),
];

/** Places of a formula's domain, of different sizes. */
export function placesOf(program: FormulaProgram, count: number): Place[] {
  const places = new Places(rootsOf(program));
  const source = random(7);
  return Array.from({ length: count }, () => {
    for (let attempt = 0; attempt < 10; attempt++) {
      const place = places.draw('different', source, attempt);
      if (!('reason' in place)) return place;
    }
    throw new Error('no point of the domain');
  });
}

export function drawnAt(program: FormulaProgram, { program: at, inputs }: Place): Drawn {
  const symbols = program.inputs.map((i) => i.symbol);
  // a length of inputs that nothing uses
  const sizes = new Map([...dimensionNames(symbols).map((n) => [n, 2] as const), ...at.sizes]);
  const sides = (shape: Shape): number[] => shape.map((d) => evalDim(d, sizes));
  const bindings = new Map<Sym, Tensor>(
    symbols.map((symbol) => {
      const dims = symbol.axes.map((d) => evalDim(d, sizes));
      const size = dims.reduce((a, b) => a * b, 1);
      return [symbol, inputs.get(symbol) ?? { dims, data: new Float64Array(size).fill(0.5) }];
    }),
  );
  const shapes = [program.valueShape, ...program.derivatives.map((d) => d.shape)];
  const values = compile(rootsOf(program), sizes).run(bindings);
  const { untold } = sizeReadings(
    program.inputs.map((i) => i.shape),
    [...sizes.keys()].sort(),
  );
  return {
    given: program.inputs.map(({ symbol, shape }) => ({
      dims: sides(shape),
      data: [...(bindings.get(symbol) as Tensor).data],
    })),
    untold: untold.map((name) => sizes.get(name) ?? Number.NaN),
    wanted: values.map((v, k) => ({ dims: sides(shapes[k] ?? []), data: [...v.data] })),
  };
}

/** Largest difference, relative to the largest entry, or to `least`; infinite where shapes differ. */
export function distance(
  ran: Entries | undefined,
  own: Entries | undefined,
  least = 1e-300,
): number {
  if (!ran || !own || ran.dims.join() !== own.dims.join()) return Number.POSITIVE_INFINITY;
  const size = own.data.reduce((most, x) => Math.max(most, Math.abs(x)), least);
  return own.data.reduce((worst, x, i) => {
    const d = Math.abs(x - (ran.data[i] ?? Number.NaN)) / size;
    return Number.isNaN(d) ? Number.POSITIVE_INFINITY : Math.max(worst, d);
  }, 0);
}

/** Where results are not what the evaluator says. */
export function differences(
  title: string,
  { wanted }: Drawn,
  ran: readonly Entries[] | undefined,
  tolerance: number,
): string[] {
  // where a derivative is zero, both are rounding errors of what cancels
  const least = 1e-6 * (1 + Math.abs(wanted[0]?.data[0] ?? 0));
  return wanted.flatMap((w, out) => {
    const d = distance(ran?.[out], w, least);
    return d < tolerance ? [] : [`${title}: output ${out}: ${d}`];
  });
}
