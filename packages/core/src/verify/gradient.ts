import type { Node, Sym } from '../expr/node.ts';
import type { Fact } from '../simplify/facts.ts';
import { Branches, type Side } from './branches.ts';
import { DROWNED, TOLERANCE } from './differences.ts';
import { type Claim, type Evidence, examine, type Finding, Scene } from './finding.ts';
import { Places } from './place.ts';
import { NOT_SETTLED } from './point.ts';
import { random } from './random.ts';
import type { SizesMode } from './sizes.ts';
import { examineTogether } from './together.ts';

export interface CheckOptions {
  /** Reproduces a check exactly. */
  readonly seed?: number;
  /** Points, of which three in five have all dimensions different and the others all equal. */
  readonly points?: number;
  /** Random directions for each variable at each point. */
  readonly directions?: number;
  /** Disagreement below this, relative to the largest directional derivative, is no mistake. */
  readonly tolerance?: number;
  /** More variables than this are moved at once, in groups; 32 unless given. */
  readonly apart?: number;
  /** Equations that hold at every point: inputs are moved to where they do. */
  readonly facts?: readonly Fact[];
  /** Sizes to use in place of drawn ones, one after the other. */
  readonly sizes?: readonly ReadonlyMap<string, number>[];
}

export interface CheckReport {
  readonly variable: Sym;
  readonly verdict: 'passed' | 'failed' | 'inconclusive';
  /** Why it is inconclusive. */
  readonly reason?: string;
  /** How many points were conclusive. */
  readonly points: number;
  /** The largest disagreement, relative to the largest directional derivative at its point. */
  readonly maxRelativeError: number;
  /** Median over the points; see `taylorOrder`. */
  readonly taylorOrder: number | null;
  /** The gradient vanished at every point. */
  readonly zero: boolean;
  /** Sizes at each conclusive point. */
  readonly dimensions: readonly Readonly<Record<string, number>>[];
  readonly seed: number;
  /** The comparison with the largest disagreement; for a failed check the one that failed. */
  readonly worst?: Evidence;
  /** Branches of relu, abs, max that no point took: nothing was checked there. */
  readonly unseen?: readonly Side[];
}

/** How often a point is drawn again where it says little. */
const TRIES = 5;

/** Points beyond those that were asked for, at branches that none of them took. */
const FURTHER = 4;

/** What is known of one variable so far. */
interface Progress {
  readonly claim: Claim;
  readonly accepted: Finding[];
  failed?: Finding;
  reason?: string;
}

/**
 * Checks gradients of a scalar value against differences of the value itself: one report for each variable, in order.
 *
 * At each point sizes and inputs are drawn that lie in the domain and away from kinks, each variable is moved along
 * random directions of its own, and the differences are compared with ⟨gradient, direction⟩. Points at which nothing can
 * be measured are drawn again; what stays so is inconclusive, never passed.
 */
export function checkGradient(
  value: Node,
  claims: readonly Claim[],
  options: CheckOptions = {},
): CheckReport[] {
  if (value.axes.length > 0) throw new RangeError('only the gradient of a scalar can be checked');
  const { seed = 1, points = 5, apart = 32, directions = 2, tolerance = TOLERANCE } = options;
  const trial = { directions, tolerance, settled: (options.facts ?? []).length > 0 };
  const many = claims.length > apart;
  const records: Progress[] = claims.map((claim) => ({ claim, accepted: [] }));
  const places = new Places(
    [
      value,
      ...claims.flatMap((c) => (typeof c.gradient === 'function' ? [] : c.gradient)),
      ...claims.map((c) => c.variable),
    ],
    options.facts,
  );
  const branches = new Branches();
  let unsettled = 0;
  for (let point = 0; point < points; point++) {
    // what is assumed holds nowhere, as far as that can be seen
    if (unsettled >= TRIES && records.every((r) => r.accepted.length === 0)) break;
    const mode: SizesMode = point % 5 === 1 || point % 5 === 3 ? 'equal' : 'different';
    const pending = new Set(records.filter((r) => !r.failed));
    const best = new Map<Progress, Finding>();
    for (let attempt = 0; attempt < TRIES && pending.size > 0; attempt++) {
      const source = random(seed, point * TRIES + attempt);
      const place = places.draw(
        mode,
        source,
        attempt,
        options.sizes?.[point % options.sizes.length],
      );
      if ('reason' in place) {
        for (const r of pending) r.reason ??= place.reason;
        if (place.reason === NOT_SETTLED) unsettled += 1;
        continue;
      }
      branches.visit(place);
      const scene = new Scene(value, place, point, source, trial);
      const together = many
        ? examineTogether(
            scene,
            [...pending].map((r) => r.claim),
          )
        : undefined;
      for (const r of pending) {
        const found = together?.get(r.claim) ?? examine(scene, r.claim);
        const had = best.get(r);
        if (found.verdict === 'unclear') r.reason = found.reason ?? 'unclear';
        else if (found.verdict === 'wrong') r.failed = found;
        else if (!had || rank(found) < rank(had)) best.set(r, found);
        if (r.failed || found.sharp) pending.delete(r);
        else if (attempt > 0 && (found.verdict === 'zero' || (many && found.verdict === 'right')))
          pending.delete(r);
      }
      // Through many layers most inputs leave nothing of the first one's gradient.
      if (many && [...pending].some((r) => r.reason === DROWNED))
        places.prefer(attempt % 2 === 0 ? 'orthonormal' : 'gaussian');
    }
    for (const [r, finding] of best) r.accepted.push(finding);
  }
  if (!many)
    for (let k = 0; k < FURTHER && branches.open.length > 0; k++) {
      const source = random(seed, points * TRIES + k);
      const place = places.draw('different', source, 0, options.sizes?.[0]);
      const there =
        'reason' in place ? undefined : places.seek(place, (p) => branches.gap(p), source);
      if (!there || !branches.visit(there)) break;
      const scene = new Scene(value, there, points + k, source, trial);
      for (const r of records) {
        const found = r.failed ? undefined : examine(scene, r.claim);
        if (found?.verdict === 'wrong') r.failed = found;
      }
    }
  return records.map((r) => report(r, seed, points, branches.open));
}

/** The lower the more a finding tells. */
const rank = (f: Finding): number => (f.verdict === 'zero' ? 1 : f.precision);

function report(r: Progress, seed: number, points: number, unseen: readonly Side[]): CheckReport {
  const { claim, accepted, failed } = r;
  const told = failed ? [...accepted, failed] : accepted;
  const worst =
    failed ??
    told.reduce<Finding | undefined>((w, f) => (w && w.error >= f.error ? w : f), undefined);
  const zero = told.length > 0 && told.every((f) => f.verdict === 'zero');
  const orders = told.flatMap((f) => f.order ?? []).sort((a, b) => a - b);
  const enough = accepted.length > 0 && 2 * accepted.length >= points;
  const verdict = failed ? 'failed' : enough ? 'passed' : 'inconclusive';
  return {
    variable: claim.variable,
    verdict,
    ...(verdict === 'inconclusive' ? { reason: r.reason ?? 'no point was tried' } : {}),
    points: told.length,
    maxRelativeError: zero
      ? 0
      : told.reduce((e, f) => (f.verdict === 'zero' ? e : Math.max(e, f.error)), 0),
    taylorOrder: orders[Math.floor(orders.length / 2)] ?? null,
    zero,
    dimensions: told.map((f) => f.sizes),
    seed,
    ...(worst ? { worst: worst.evidence() } : {}),
    ...(unseen.length > 0 ? { unseen } : {}),
  };
}
