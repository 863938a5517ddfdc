import type { Operand } from '../expr/node.ts';
import type { Factors } from '../expr/plan.ts';
import { eqR } from '../shape/rational.ts';

/**
 * What a product has twice: sets of factors that hang together by indices of their own and stand in the product a second time on
 * other indices, as the Jacobian J of a Hessian Jᵀ S J. Each set comes with its copy, the copy right after it.
 */
export function twinsOf({ operands, rank }: Factors): readonly (readonly Operand[])[] {
  const taken = new Set<Operand>();
  const found: (readonly Operand[])[] = [];
  for (const first of operands) {
    const alike = operands.filter((o) => o !== first && isAlike(o, first));
    for (const second of alike) {
      if (taken.has(first) || taken.has(second)) continue;
      const pairs = grow(operands, first, second, taken);
      if (!pairs || pairs.length < 2) continue;
      for (const [a, b] of pairs) taken.add(a).add(b);
      found.push(
        pairs.map(([a]) => a),
        pairs.map(([, b]) => b),
      );
    }
  }
  return found.filter((members) => shrinks(members, operands, rank));
}

const isAlike = (a: Operand, b: Operand): boolean =>
  a.node === b.node && eqR(a.exponent, b.exponent) && a.indices.length > 0;

/** Two sets as large as they get from a pair of alike factors, matched factor by factor; an index that both have stays as it is. */
function grow(
  operands: readonly Operand[],
  first: Operand,
  second: Operand,
  taken: ReadonlySet<Operand>,
): (readonly [Operand, Operand])[] | undefined {
  let there = matched(first, second, new Map());
  if (!there) return undefined;
  const pairs: (readonly [Operand, Operand])[] = [[first, second]];
  const inside = new Set<Operand>([first, second]);
  for (let k = 0; k < pairs.length; k++) {
    const [a] = pairs[k] ?? [];
    if (!a) break;
    for (const ix of a.indices) {
      if (there.get(ix) === ix) continue;
      for (const p of operands) {
        if (inside.has(p) || taken.has(p) || !p.indices.includes(ix)) continue;
        for (const q of operands) {
          if (q === p || inside.has(q) || taken.has(q) || !isAlike(p, q)) continue;
          const more = matched(p, q, there);
          if (!more) continue;
          there = more;
          inside.add(p).add(q);
          pairs.push([p, q]);
          break;
        }
      }
    }
  }
  return pairs;
}

/** The indices of one factor as those of the other, in agreement with what is known and one to one. */
function matched(
  a: Operand,
  b: Operand,
  known: ReadonlyMap<number, number>,
): Map<number, number> | undefined {
  const there = new Map(known);
  for (const [k, ix] of a.indices.entries()) {
    const other = b.indices[k] ?? -1;
    const had = there.get(ix);
    if (had === undefined) {
      if ([...there.values()].includes(other)) return undefined;
      there.set(ix, other);
    } else if (had !== other) return undefined;
  }
  return there;
}

/** Whether an index ends within the set: else nothing is gained by taking it together. */
function shrinks(members: readonly Operand[], operands: readonly Operand[], rank: number): boolean {
  const outside = new Set(
    operands.filter((o) => !members.includes(o)).flatMap((o) => [...o.indices]),
  );
  return members.some((o) => o.indices.some((ix) => ix >= rank && !outside.has(ix)));
}
