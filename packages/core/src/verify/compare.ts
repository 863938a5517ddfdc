import type { Node } from '../expr/node.ts';
import { Places } from './place.ts';
import { random } from './random.ts';
import type { SizesMode } from './sizes.ts';

export interface CompareOptions {
  readonly seed?: number;
  readonly points?: number;
  /** `both`: the points take turns. */
  readonly mode?: SizesMode | 'both';
  /** Sizes to use in place of drawn ones. */
  readonly sizes?: ReadonlyMap<string, number>;
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
  { seed = 1, points = 2, mode = 'different', sizes: fixed }: CompareOptions,
): Sameness[] | undefined {
  const places = new Places([reference, ...candidates]);
  const agreed = candidates.map(() => 0);
  const differs = candidates.map(() => false);
  let seen = 0;
  for (let attempt = 0; seen < points && attempt < 3 * points; attempt++) {
    const sizes = mode === 'both' ? (seen % 2 === 1 ? 'equal' : 'different') : mode;
    const place = places.draw(sizes, random(seed, attempt), attempt - seen, fixed);
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

/**
 * Groups formulas by value: for each the position of the first that has its value. All are evaluated together at one point; those
 * that agree there are evaluated again at another. Formulas of different axes are different. Nothing where no point suits all.
 */
export function groupsByValue(
  nodes: readonly Node[],
  { seed = 1, points = 2, mode = 'different' }: CompareOptions = {},
): number[] | undefined {
  const places = new Map<Node, number>();
  nodes.forEach((n, k) => {
    if (!places.has(n)) places.set(n, k);
  });
  const settled: Node[][] = [];
  let open: Node[][] = [[...places.keys()]];
  for (let point = 0; point < points && open.length > 0; point++) {
    const sizes = mode === 'both' ? (point % 2 === 1 ? 'equal' : 'different') : mode;
    const split = splitAt(open, sizes, seed + point);
    if (!split && point === 0 && places.size > 1) return undefined;
    if (!split) break;
    settled.push(...split.filter((g) => g.length === 1));
    open = split.filter((g) => g.length > 1);
  }
  const leads = new Map([...settled, ...open].flatMap((g) => g.map((n) => [n, g[0]] as const)));
  return nodes.map((n, k) => places.get(leads.get(n) ?? n) ?? k);
}

/** Divides groups into those of equal value at one point, or nothing where there is no point. */
function splitAt(
  groups: readonly (readonly Node[])[],
  sizes: SizesMode,
  seed: number,
): Node[][] | undefined {
  const drawn = new Places(groups.flat());
  for (let attempt = 0; attempt < 3; attempt++) {
    const place = drawn.draw(sizes, random(seed, attempt), attempt);
    if ('reason' in place) continue;
    const { program, largest } = place;
    return groups.flatMap((group) => {
      const parts: { readonly value: Float64Array; readonly members: Node[] }[] = [];
      for (const node of group) {
        const value = program.buffer(node);
        const same = parts.find(
          (p) =>
            p.members[0]?.axes.length === node.axes.length &&
            p.value.length === value.length &&
            closeness(p.value, value, RESIDUE * largest) === 'equal',
        );
        if (same) same.members.push(node);
        else parts.push({ value, members: [node] });
      }
      return parts.map((p) => p.members);
    });
  }
  return undefined;
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
