import * as graph from '../ops/series.ts';
import type { Value } from '../ops/value.ts';
import { addValues } from '../ops/value.ts';
import { dimAtoms, indexText } from '../shape/dim.ts';
import { formatShape } from '../shape/shape.ts';
import type { SeriesExpr } from '../syntax/tree.ts';
import { at, fail } from './errors.ts';
import { type Context, hasMeaning } from './names.ts';

/** Sums over more whole numbers are refused. */
const MOST_TERMS = 100;

/**
 * `Σ[r=0..2] X^r`: between whole numbers written out, term by term. `Σ[t=1..T] H[t-1]ᵀ D[t]`, over the steps of a family, stands only
 * in claims, which are held against the derivative for several numbers of steps.
 */
export function seriesOf(e: SeriesExpr, context: Context): Value {
  const { variable: letter, from, to, span } = e.range;
  const { names, go, guard } = context;
  const taken = (): never =>
    fail('bad-range', `${letter} has a meaning already: a sum needs a letter of its own`, [
      at(span),
    ]);
  if (from.variable === null && to.variable === null && names.scope.families.size === 0) {
    const count = to.offset - from.offset + 1;
    if (count < 1 || count > MOST_TERMS)
      fail('bad-range', `a sum has 1 to ${MOST_TERMS} terms, and this one ${Math.max(0, count)}`, [
        at(span),
      ]);
    const terms = Array.from(
      { length: count },
      (_, k) => names.step(letter, from.offset + k, () => go(e.of)) ?? taken(),
    );
    return terms.reduce((sum, term) => guard([e.of], () => addValues(sum, term)));
  }
  if (names.scope.families.size === 0)
    fail(
      'bad-range',
      `a sum over ${letter} needs numbers for its ends, or a family with steps`,
      [at(span)],
      {
        notes: ['sums over the entries of an array are written with whole arrays: Xᵀy, sum(x)'],
      },
    );
  const value = names.step(letter, null, () => go(e.of));
  if (!value)
    return hasMeaning(letter, names)
      ? taken()
      : fail('bad-range', 'a sum over the steps of a family stands only in claims', [at(span)], {
          notes: [
            `give it an equation: S[0] = …, S[${letter}] = S[${letter}-1] + … for ${letter} = 1..${indexText(to)}`,
          ],
        });
  if (value.shape.some((d) => dimAtoms(d).some((a) => a.index?.variable === letter)))
    fail(
      'shape-mismatch',
      `the terms of a sum have one shape, and these are ${formatShape(value.shape)}`,
      [at(e.of.span, formatShape(value.shape))],
    );
  return { ...value, node: graph.seriesOf(value.node, { letter, from, to }) };
}
