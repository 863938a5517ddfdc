import { dimScalar, literal, multiply, power, scale } from '../../expr/build.ts';
import type { Node } from '../../expr/node.ts';
import { addDim, DIM_ONE, type Dim, dimAtoms, dimName, subDim } from '../../shape/dim.ts';
import { HALF, MINUS_ONE, ONE, type Rational, rational, toNumber } from '../../shape/rational.ts';
import { ROUNDING } from './numbers.ts';

/**
 * Factors by name: a number that was found at one place is told from the sizes and scalars there, and named as an expression in
 * them. Whether the name is right another place decides.
 */

/** Numbers by which people are wrong. */
const NUMBERS: readonly Rational[] = [
  ONE,
  ...[2, 3, 4, 6].flatMap((n) => [rational(n), rational(1, n)]),
  rational(3, 2),
  rational(2, 3),
].flatMap((r) => [r, rational(-r.num, r.den)]);

/** At most so many names of one number are tried elsewhere. */
const MAX_NAMES = 5;

/** Scalars by which a claim may be wrong: dimensions and their neighbours, named scalars, scalar parts. */
export function scalarNames(dims: readonly Dim[], scalars: readonly Node[]): Node[] {
  const names = new Map(
    dims.flatMap((d) => dimAtoms(d).map((a) => dimName(a.name, a.index))).map((d) => [d.key, d]),
  );
  const lengths = [...names.values()];
  const plain = lengths.map(dimScalar);
  const out: Node[] = [literal(ONE)];
  const put = (...nodes: readonly Node[]): void => {
    for (const n of nodes) if (!out.includes(n)) out.push(n);
  };
  for (const d of plain)
    put(d, power(d, MINUS_ONE), power(d, HALF), power(d, rational(-1, 2)), power(d, rational(2)));
  for (const d of lengths) {
    const less = dimScalar(subDim(d, DIM_ONE));
    const more = dimScalar(addDim(d, DIM_ONE));
    const n = dimScalar(d);
    put(less, power(less, MINUS_ONE), more, power(more, MINUS_ONE));
    put(multiply([n, power(less, MINUS_ONE)]), multiply([less, power(n, MINUS_ONE)]));
  }
  for (const a of plain)
    for (const b of plain)
      if (a !== b) {
        const [p, q] = [power(a, MINUS_ONE), power(b, MINUS_ONE)];
        put(multiply([a, b]), multiply([a, q]), multiply([p, q]));
      }
  for (const s of scalars)
    put(
      s,
      power(s, MINUS_ONE),
      power(s, HALF),
      power(s, rational(-1, 2)),
      power(s, rational(2)),
      power(s, rational(-2)),
      ...plain.flatMap((d) => [multiply([s, d]), multiply([s, power(d, MINUS_ONE)])]),
    );
  return out;
}

/**
 * A function that gives the expressions of a value, simplest first: numbers, then names, then their multiples.
 * @param valueOf the value of a name at the place
 */
export function namesAt(
  names: readonly Node[],
  valueOf: (name: Node) => number,
): (value: number) => Node[] {
  const values = names.map(valueOf);
  const known = new Map<number, Node[]>();
  return (value) => {
    const had = known.get(value);
    if (had) return had;
    const found: { readonly r: Rational; readonly name: Node; readonly rank: number }[] = [];
    names.forEach((name, k) => {
      const quotient = value / (values[k] ?? Number.NaN);
      NUMBERS.forEach((r, j) => {
        if (Math.abs(quotient - toNumber(r)) <= ROUNDING * Math.abs(quotient))
          found.push({ r, name, rank: k === 0 ? -1 : k + names.length * (j >> 1) });
      });
    });
    const list = found
      .sort((a, b) => a.rank - b.rank)
      .slice(0, MAX_NAMES)
      .map((f) => scale(f.r, f.name));
    known.set(value, list);
    return list;
  };
}
