import type { Node, Sym } from '../expr/node.ts';
import type { Tensor } from '../expr/tensor.ts';
import { toNumber } from '../shape/rational.ts';
import type { Phi } from './differences.ts';
import { watchPieces } from './domain.ts';
import { execute } from './evaluate.ts';
import type { Place } from './place.ts';

/** A value as a function of some variables that move along straight lines from where they are. */
export interface Line {
  /** The value now. */
  readonly center: number;
  /** φ(t), every variable at its start + t·direction; NaN where the line crosses a kink or leaves the domain. */
  readonly phi: (directions: readonly Float64Array[]) => Phi;
  /** Puts everything back to where it was. */
  readonly restore: () => void;
}

/**
 * The value as a function of the variables along a line. Terms of the value in which none of them occurs are left out, so that a
 * large constant does not drown the rest.
 */
export function lineThrough(value: Node, variables: readonly Sym[], place: Place): Line {
  const { program } = place;
  const terms = value.kind === 'sum' ? value.terms : [];
  const whole = program.cone(variables, [value]);
  const moving = terms.filter((t) => whole.has(t.node));
  const parts =
    moving.length > 0
      ? moving.map((t) => ({ c: toNumber(t.coefficient), at: program.buffer(t.node) }))
      : [{ c: 1, at: program.buffer(value) }];
  const { steps } =
    moving.length > 0
      ? program.cone(
          variables,
          moving.map((t) => t.node),
        )
      : whole;
  const smooth = watchPieces(
    place.constraints.filter((c) => whole.has(c.owner)),
    program,
  );
  const moved = variables.map((v) => ({
    x: program.buffer(v),
    start: (place.inputs.get(v) as Tensor).data,
  }));
  const total = (): number => {
    let sum = 0;
    for (const { c, at } of parts) sum += c * (at[0] as number);
    return sum;
  };
  const isConstant = steps.length === 0 && !whole.has(value);
  return {
    center: isConstant ? 0 : total(),
    phi:
      (directions) =>
      (t): number => {
        if (isConstant) return 0;
        for (let k = 0; k < moved.length; k++) {
          const { x, start } = moved[k] as (typeof moved)[number];
          const direction = directions[k] as Float64Array;
          for (let i = 0; i < x.length; i++)
            x[i] = (start[i] as number) + t * (direction[i] as number);
        }
        execute(steps);
        return smooth() ? total() : Number.NaN;
      },
    restore: () => {
      for (const { x, start } of moved) x.set(start);
      execute(whole.steps);
    },
  };
}
