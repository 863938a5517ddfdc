import { scale, sum, transpose } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { ONE } from '../shape/rational.ts';
import type { Diagnosis } from './examination.ts';
import type { Held } from './held.ts';
import { coefficients, spotsFor, valuesAt } from './mistake/numbers.ts';

/** More terms than this are not taken apart. */
const MAX_TERMS = 16;
/** So many are named. */
const MAX_NAMED = 4;
/** Coefficients this near to 0 or 1 are. */
const NEAR = 1e-5;

/**
 * Several terms of a claim transposed at once, as where one factor was pulled to the wrong side throughout: the gradient is written as a
 * combination of the claim's terms and their transposes, which has to take one of each pair. null where it does not, for a single term
 * and for all of them, which are smaller mistakes.
 */
export function transposedTerms(
  { value, variable, gradient, claim }: Held,
  seed: number,
  text: (node: Node) => string | null = () => null,
): Diagnosis | null {
  const [rows, cols] = claim.axes;
  if (rows !== cols || claim.axes.length !== 2) return null;
  const terms = termsOf(claim) ?? termsOf(transpose(claim))?.map(transpose);
  if (!terms || terms.length > MAX_TERMS) return null;
  const turned = terms.map(transpose);
  const pool = [gradient, ...terms, ...turned];
  const stacked = pool.map((): number[] => []);
  for (const spot of spotsFor(gradient, [value, claim, variable], seed)) {
    const at = valuesAt(pool, spot);
    for (const [k, node] of pool.entries()) stacked[k]?.push(...(at(node) ?? [Number.NaN]));
  }
  const [target, ...basis] = stacked.map((x) => Float64Array.from(x));
  const found = target && coefficients(basis, target);
  if (!found) return null;
  const isTurned = terms.map((_, k) => near(found[k], 0) && near(found[k + terms.length], 1));
  const isKept = terms.map((_, k) => near(found[k], 1) && near(found[k + terms.length], 0));
  const count = isTurned.filter(Boolean).length;
  const all = count === terms.length;
  if (count < 2 || all || terms.some((_, k) => !isTurned[k] && !isKept[k])) return null;
  const repair: Node = sum(
    terms.map((node, k) => ({ coefficient: ONE, node: isTurned[k] ? (turned[k] ?? node) : node })),
    claim.axes,
  );
  const named = terms.flatMap((t, k) => (isTurned[k] ? (text(t) ?? []) : []));
  const which = named.length === count && count <= MAX_NAMED ? `: ${named.join(', ')}` : '';
  const said = `${count} of its ${terms.length} terms are transposed${which}`;
  return { class: 'transposed', text: said, repair };
}

const near = (x: number | undefined, to: number): boolean =>
  Math.abs((x ?? Number.NaN) - to) < NEAR;

const termsOf = (node: Node): Node[] | undefined =>
  node.kind === 'sum' ? node.terms.map((t) => scale(t.coefficient, t.node)) : undefined;
