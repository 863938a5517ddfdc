import type { Node } from '../expr/node.ts';
import { Places } from './place.ts';
import { random } from './random.ts';
import type { SizesMode } from './sizes.ts';

export interface CompareOptions {
  readonly seed?: number;
  readonly points?: number;
  /** `both`: the points take turns. */
  readonly mode?: SizesMode | 'both';
}

/** Whether two formulas have the same value wherever both are defined, as far as random points tell. */
export type Sameness = 'equal' | 'different' | 'unknown';

/** Relative differences below this are rounding, above that they are real; between them another point decides. */
const ROUNDING = 1e-9;
const REAL = 1e-6;

/** What rounding may leave, relative to the largest number in the computation, where everything cancels. */
const RESIDUE = 1e-13;

/** Whether two nodes of equal axes have the same value. */
export const sameValue = (a: Node, b: Node, options: CompareOptions = {}): Sameness =>
  sameAs(a, [b], options)[0] ?? 'unknown';

/** Which of the candidates have the value of the reference; all are evaluated together at the same points. */
export function sameAs(
  reference: Node,
  candidates: readonly Node[],
  options: CompareOptions = {},
): Sameness[] {
  const fits = (n: Node): boolean =>
    n.axes.length === reference.axes.length && n.axes.every((d, i) => d === reference.axes[i]);
  const verdicts: Sameness[] = candidates.map((c) =>
    c === reference ? 'equal' : fits(c) ? 'unknown' : 'different',
  );
  const open = candidates.map((_, k) => k).filter((k) => verdicts[k] === 'unknown');
  if (open.length === 0) return verdicts;
  const found = compareOpen(
    reference,
    open.map((k) => candidates[k] as Node),
    options,
  );
  open.forEach((k, i) => {
    verdicts[k] =
      found?.[i] ??
      (open.length > 1 ? sameValue(reference, candidates[k] as Node, options) : 'unknown');
  });
  return verdicts;
}

/** The verdicts, or nothing where no point suits all candidates at once. */
function compareOpen(
  reference: Node,
  candidates: readonly Node[],
  { seed = 1, points = 2, mode = 'different' }: CompareOptions,
): Sameness[] | undefined {
  const places = new Places([reference, ...candidates]);
  const agreed = candidates.map(() => 0);
  const differs = candidates.map(() => false);
  let seen = 0;
  for (let attempt = 0; seen < points && attempt < 3 * points; attempt++) {
    const sizes = mode === 'both' ? (seen % 2 === 1 ? 'equal' : 'different') : mode;
    const place = places.draw(sizes, random(seed, attempt), attempt - seen);
    if ('reason' in place) continue;
    const { program, largest } = place;
    const a = program.buffer(reference);
    let clear = true;
    candidates.forEach((candidate, k) => {
      const verdict = closeness(a, program.buffer(candidate), RESIDUE * largest);
      if (verdict === 'different') differs[k] = true;
      if (verdict === 'equal') agreed[k] = (agreed[k] ?? 0) + 1;
      if (verdict === 'unknown') clear = false;
    });
    if (clear || attempt >= points) seen++;
  }
  if (seen === 0) return undefined;
  return candidates.map((_, k) =>
    differs[k] ? 'different' : (agreed[k] ?? 0) >= seen ? 'equal' : 'unknown',
  );
}

function closeness(a: Float64Array, b: Float64Array, residue: number): Sameness {
  let [size, apart] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    size = Math.max(size, Math.abs(a[i] as number), Math.abs(b[i] as number));
    apart = Math.max(apart, Math.abs((a[i] as number) - (b[i] as number)));
  }
  if (apart <= Math.max(residue, ROUNDING * size)) return 'equal';
  return apart > REAL * size ? 'different' : 'unknown';
}
