import type { Node } from '../expr/node.ts';
import { type Constraint, comparedWith, isKink } from './domain.ts';
import type { Place } from './place.ts';

/** A side of a kink: where an argument is below the kink, or above. */
export interface Side {
  /** The function that has the kink. */
  readonly asks: string;
  readonly side: 'below' | 'above';
  /** The kink, or the other argument that it is compared with. */
  readonly from: number | Node;
}

interface Kink {
  readonly constraint: Constraint;
  /** Below, above. */
  readonly seen: [boolean, boolean];
  /** Of the argument's distance from the kink, where it was first met. */
  readonly size: number;
}

/**
 * Which branches of relu, abs, max and their like were looked at. A mistake in a branch shows only where it is taken: a gradient that
 * leaves out the hinge passes wherever the hinge is flat.
 */
export class Branches {
  private readonly kinks = new Map<string, Kink>();

  /** Notes on which sides a place has entries. @returns whether one of them is new */
  visit(place: Place): boolean {
    let isNew = false;
    for (const [key, constraint] of kinksOf(place)) {
      const kink = this.kinks.get(key) ?? {
        constraint,
        seen: [false, false],
        size: sizeOf(constraint, place),
      };
      this.kinks.set(key, kink);
      sides(constraint, place, (over) => {
        const k = Number(over > 0);
        isNew ||= over !== 0 && !kink.seen[k];
        if (over !== 0) kink.seen[k] = true;
      });
    }
    return isNew;
  }

  /** How far a place is from a side that was not seen, relative to the argument: 0 on one. */
  gap(place: Place): number {
    let least = Number.POSITIVE_INFINITY;
    for (const [key, constraint] of kinksOf(place)) {
      const { seen, size } = this.kinks.get(key) ?? { seen: [false, false], size: 1 };
      const [below, above] = seen;
      if (below && above) continue;

      sides(constraint, place, (over) => {
        const wanted = (!above && over > 0) || (!below && over < 0);
        least = Math.min(least, wanted ? 0 : Math.abs(over) / size);
      });
    }
    return least;
  }

  /** The sides on which no entry was seen. */
  get open(): Side[] {
    return [...this.kinks.values()].flatMap(({ constraint: { asks, from }, seen }) =>
      (['below', 'above'] as const).flatMap((side, k) => (seen[k] ? [] : [{ asks, side, from }])),
    );
  }
}

/** The kinks of the functions at a place; what is only not to be zero has no branches. */
function kinksOf({ constraints }: Place): [string, Constraint][] {
  return constraints.filter(isKink).map((c) => {
    const { argument, from } = c;
    return [`${argument.id}:${typeof from === 'number' ? from : `@${from.id}`}`, c];
  });
}

/** Root mean square of the distances from the kink; 1 where all are 0. */
function sizeOf(c: Constraint, place: Place): number {
  let [square, count] = [0, 0];
  sides(c, place, (over) => {
    square += over * over;
    count += 1;
  });
  return Math.sqrt(square / count) || 1;
}

/** By how much each entry of an argument is over the kink. */
function sides(c: Constraint, { program }: Place, see: (over: number) => void): void {
  const x = program.buffer(c.argument);
  const from = comparedWith(c, program);
  for (let i = 0; i < x.length; i++) see((x[i] as number) - (from[i % from.length] as number));
}
