import {
  BOUNDS,
  checkDirectional,
  DROWNED,
  type Judgement,
  judge,
  type Measure,
} from './differences.ts';
import { type Claim, examine, type Finding, type Scene } from './finding.ts';
import { drawDirection } from './inputs.ts';
import { lineThrough } from './line.ts';
import { dot } from './linear.ts';

/**
 * The gradients of many variables, measured in few directional derivatives: a group of variables moves at once, and the measured
 * derivative is held against the sum of their ⟨gradient, direction⟩.
 *
 * Directions are scaled so that all shares of a group have about one size, with random signs, and the verdict is relative to the
 * least of them: no small block drowns, and each is judged as strictly as if it had moved alone. A group that disagrees, or that
 * cannot be measured so well, is halved, down to single variables. Cost: a few evaluations of the value for each place, and a
 * number that grows with the logarithm of the number of variables for each wrong one.
 */
export function examineTogether(scene: Scene, claims: readonly Claim[]): Map<Claim, Finding> {
  const found = new Map<Claim, Finding>();
  const blocks = claims.map((c) => blockOf(scene, c));
  const variables = claims.map((c) => c.variable);
  const { center } = lineThrough(scene.value, variables, scene.place);
  const vanishes = (b: Block): boolean => b.natural <= VANISHES * Math.abs(center);
  const open = [...inOrders(blocks.filter((b) => !vanishes(b))), blocks.filter(vanishes)].reverse();
  // What could not be measured well is halved so often and not more.
  let halvings = Math.ceil(Math.log2(blocks.length));
  let failures = 0;
  while (open.length > 0) {
    const group = open.pop() ?? [];
    const [only, ...others] = group;
    if (!only) continue;
    if (others.length === 0) {
      const finding = examine(scene, only.claim);
      if (finding.verdict === 'wrong') failures++;
      found.set(only.claim, finding);
      continue;
    }
    const sum = measure(scene, group, vanishes(only));
    const disagrees = sum.judgement.verdict === 'wrong';
    const halves = disagrees ? failures < NAMED : sum.halving && halvings-- > 0;
    if (halves) {
      const half = group.length >> 1;
      open.push(group.slice(half), group.slice(0, half));
    } else for (const [claim, finding] of findings(scene, group, sum)) found.set(claim, finding);
  }
  return found;
}

/** A share below this, relative to the value, is lost in its rounding. */
const VANISHES = 1e-14;

/** Shares of one group differ by less than this before they are made equal. */
const ORDERS = 1e4;

/** Bounds below this, relative to a block's share, leave no mistake of one in a million unseen. */
const SHARP = 1e-6 / BOUNDS;

/** Halving a group whose shares differ by less gains little: its least share stays as small as it is. */
const WORTHWHILE = 10;

/** So many wrong gradients at one place are tracked down. */
const NAMED = 8;

/** One variable, its claimed gradient, and the directions in which it moves. */
interface Block {
  readonly claim: Claim;
  readonly directions: readonly Float64Array[];
  /** ⟨gradient, direction⟩ for each. */
  readonly shares: readonly number[];
  /** The size of its share when it moves by its own size. */
  readonly natural: number;
}

/** Directions are drawn again where they are nearly level by accident: the least share sets the measure for all. */
const LEVEL = 0.3;
const DRAWS = 4;

function blockOf(scene: Scene, claim: Claim): Block {
  const { variable } = claim;
  const gradient = scene.gradient(claim);
  const start = scene.start(variable);
  const size = Math.sqrt(dot(gradient, gradient));
  const directions = Array.from({ length: scene.trial.directions }, () => {
    for (let k = 1; ; k++) {
      const u = drawDirection(variable, start, scene.source);
      const typical = size * Math.sqrt(dot(u, u) / u.length);
      if (k === DRAWS || Math.abs(dot(gradient, u)) >= LEVEL * typical) return u;
    }
  });
  const shares = directions.map((u) => dot(gradient, u));
  return { claim, directions, shares, natural: Math.min(...shares.map(Math.abs)) };
}

/** The blocks sorted by natural size, cut where the sizes of a group would differ too much. */
function inOrders(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  let largest = 0;
  for (const b of [...blocks].sort((p, q) => q.natural - p.natural)) {
    if (groups.length === 0 || b.natural * ORDERS < largest) {
      groups.push([]);
      largest = b.natural;
    }
    groups.at(-1)?.push(b);
  }
  return groups;
}

/** What one measurement of a group said. */
interface Sum {
  readonly judgement: Judgement;
  readonly measures: readonly Measure[];
  /** For each direction the factor by which each block's own was scaled. */
  readonly factors: readonly (readonly number[])[];
  /** It was not measured well, and parts of it would be measured better. */
  readonly halving: boolean;
}

function measure(scene: Scene, group: readonly Block[], vanishing: boolean): Sum {
  const { trial, source } = scene;
  const variables = group.map((b) => b.claim.variable);
  const line = lineThrough(scene.value, variables, scene.place);
  // Moves add up like the steps of a random walk: with a first step that much shorter, the whole moves as far as one block alone.
  const start = 0.1 / Math.sqrt(group.length);
  const factors: number[][] = [];
  const measures: Measure[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < trial.directions; k++) {
    const share = (b: Block): number => b.shares[k] as number;
    const common = Math.min(...group.map((b) => Math.abs(share(b))));
    // Shares of exactly one size could cancel exactly.
    const scaled = group.map((b) =>
      vanishing ? 1 : (common * (0.5 + 0.5 * source.uniform())) / Math.abs(share(b)),
    );
    const analytic = group.reduce((s, b, i) => s + share(b) * (scaled[i] as number), 0);
    const directions = group.map((b, i) =>
      (b.directions[k] as Float64Array).map((v) => v * (scaled[i] as number)),
    );
    factors.push(scaled);
    least = Math.min(least, common / 2);
    measures.push(
      checkDirectional(line.phi(directions), analytic, {
        scale: least,
        enough: (least * trial.tolerance) / BOUNDS,
        order: k === 0,
        start,
      }),
    );
  }
  line.restore();
  const { tolerance } = trial;
  const judgement = vanishing
    ? judge(measures, scene.floor(...variables), tolerance)
    : judge(measures, 0, tolerance, least);
  const halving = vanishing
    ? judgement.verdict !== 'zero'
    : judgement.precision > SHARP && rangeOf(group) > WORTHWHILE;
  return { judgement, measures, factors, halving };
}

/** The largest natural share over the least. */
const rangeOf = (group: readonly Block[]): number => {
  const natural = group.map((b) => b.natural);
  return Math.max(...natural) / Math.min(...natural);
};

/** What the measurement of a group says of each of its variables. */
function findings(scene: Scene, group: readonly Block[], sum: Sum): (readonly [Claim, Finding])[] {
  const { judgement, measures, factors } = sum;
  const genuine =
    judgement.verdict === 'zero' ? scene.genuine(group.map((b) => b.claim)) : new Set<Claim>();
  return group.map((b, i) => {
    const shares = measures.map((_, k) => (b.shares[k] as number) * (factors[k]?.[i] as number));
    const size = Math.max(...shares.map(Math.abs));
    const relative = (x: number): number => (x === 0 ? 0 : x / size);
    const bound = Math.max(...measures.map((x) => x.bound));
    const m = measures[judgement.worst] as Measure;
    const share = shares[judgement.worst] as number;
    const scale = factors[judgement.worst]?.[i] as number;
    const evidence = scene.evidence(
      b.claim.variable,
      b.directions[judgement.worst] as Float64Array,
      { analytic: share, numeric: share + (m.numeric - m.analytic), bound: m.bound },
      scale,
    );
    return [
      b.claim,
      {
        ...verdictIn(judgement, genuine.has(b.claim), relative(bound)),
        error: relative(Math.max(...measures.map((x) => Math.abs(x.analytic - x.numeric)))),
        precision: relative(bound),
        worst: judgement.worst,
        sharp: judgement.verdict === 'right' && relative(bound) <= SHARP,
        order: measures[0]?.order ?? null,
        sizes: scene.sizes,
        evidence,
      },
    ];
  });
}

/** The verdict on a group for one of its members, whose share was measured with the given relative bound. */
function verdictIn(
  { verdict, reason }: Judgement,
  isGenuine: boolean,
  precision: number,
): Pick<Judgement, 'verdict' | 'reason'> {
  switch (verdict) {
    case 'right':
      return precision <= 0.01 ? { verdict } : { verdict: 'unclear', reason: DROWNED };
    case 'zero':
      return isGenuine ? { verdict: 'unclear', reason: DROWNED } : { verdict };
    case 'unclear':
      return { verdict, reason: reason ?? DROWNED };
    case 'wrong':
      return { verdict: 'unclear', reason: 'too many other gradients are wrong to tell' };
  }
}
