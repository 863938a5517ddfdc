import type { Node, Sym } from '../expr/node.ts';
import type { Tensor } from '../expr/tensor.ts';
import { atomText } from '../shape/dim.ts';
import { toNumber } from '../shape/rational.ts';
import { checkDirectional, type Judgement, judge, type Measure, TOLERANCE } from './differences.ts';
import { watchPieces } from './domain.ts';
import { execute } from './evaluate.ts';
import { drawDirection } from './inputs.ts';
import { dot } from './linear.ts';
import { type Place, Places } from './place.ts';
import type { Inputs } from './point.ts';
import { type Random, random } from './random.ts';
import type { SizesMode } from './sizes.ts';

/** A gradient to be checked: a node with the axes of the variable, or something that computes one. */
export interface Claim {
  readonly variable: Sym;
  readonly gradient: Node | ((inputs: Inputs, sizes: ReadonlyMap<string, number>) => Tensor);
}

export interface CheckOptions {
  /** Reproduces a check exactly. */
  readonly seed?: number;
  /** Points, of which three in five have all dimensions different and the others all equal. */
  readonly points?: number;
  /** Random directions for each variable at each point. */
  readonly directions?: number;
  /** Disagreement below this, relative to the largest directional derivative, is no mistake. */
  readonly tolerance?: number;
  /** Sizes to use in place of drawn ones, one after the other. */
  readonly sizes?: readonly ReadonlyMap<string, number>[];
}

/** Everything that is needed to see one comparison again. */
export interface Evidence {
  readonly point: number;
  readonly sizes: Readonly<Record<string, number>>;
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** The variable was moved along this. */
  readonly direction: Tensor;
  /** ⟨gradient, direction⟩ */
  readonly analytic: number;
  /** The same by differences of the value, and the bound of its error. */
  readonly numeric: number;
  readonly bound: number;
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
}

/** How often a point is drawn again where it says little. */
const TRIES = 5;

/** Differences worse than this, relative to the derivative, call for another point. */
const PRECISE = 1e-10;

/** Rounding may leave this much, relative to the largest number in the computation, of terms that cancel. */
const RESIDUE = 1e-13;

/** What one point said of one variable. */
interface Finding extends Judgement {
  readonly evidence: Evidence;
  readonly order: number | null;
}

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
  const { seed = 1, points = 5 } = options;
  const records: Progress[] = claims.map((claim) => ({ claim, accepted: [] }));
  const places = new Places([
    value,
    ...claims.flatMap((c) => (typeof c.gradient === 'function' ? [] : c.gradient)),
    ...claims.map((c) => c.variable),
  ]);
  for (let point = 0; point < points; point++) {
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
        continue;
      }
      for (const r of pending) {
        const found = examine(value, r.claim, { ...place, point }, source, options);
        const had = best.get(r);
        if (found.verdict === 'unclear') r.reason = found.reason ?? 'unclear';
        else if (found.verdict === 'wrong') r.failed = found;
        else if (!had || rank(found) < rank(had)) best.set(r, found);
        if (r.failed || (found.verdict === 'right' && found.precision <= PRECISE))
          pending.delete(r);
        else if (found.verdict === 'zero' && attempt > 0) pending.delete(r);
      }
    }
    for (const [r, finding] of best) r.accepted.push(finding);
  }
  return records.map((r) => report(r, seed, points));
}

/** The lower the more a finding tells. */
const rank = (f: Finding): number => (f.verdict === 'zero' ? 1 : f.precision);

function report(r: Progress, seed: number, points: number): CheckReport {
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
    dimensions: told.map((f) => f.evidence.sizes),
    seed,
    ...(worst ? { worst: worst.evidence } : {}),
  };
}

/** Compares one claimed gradient with differences at one place. */
function examine(
  value: Node,
  claim: Claim,
  place: Place & { readonly point: number },
  source: Random,
  options: CheckOptions,
): Finding {
  const { program, inputs } = place;
  const { variable } = claim;
  const start = inputs.get(variable) as Tensor;
  const gradient =
    typeof claim.gradient === 'function'
      ? claim.gradient(inputs, program.sizes).data
      : program.buffer(claim.gradient).slice();
  if (gradient.length !== start.data.length)
    throw new RangeError(
      `the gradient of ${variable.name} has ${gradient.length} entries, not ${start.data.length}`,
    );

  const measures: Measure[] = [];
  const directions: Float64Array[] = [];
  const along = lineThrough(value, variable, place, start);
  let scale = 0;
  for (let k = 0; k < (options.directions ?? 2); k++) {
    const direction = drawDirection(variable, start, source);
    const measure = checkDirectional(along.phi(direction), dot(gradient, direction), {
      scale,
      order: k === 0,
    });
    scale = Math.max(scale, Math.abs(measure.numeric) || 0);
    measures.push(measure);
    directions.push(direction);
  }
  along.restore();

  const length = Math.sqrt(dot(start.data, start.data)) || 1;
  const judgement = judge(
    measures,
    RESIDUE * place.largest * length,
    options.tolerance ?? TOLERANCE,
  );
  const worst = measures[judgement.worst] as Measure;
  return {
    ...judgement,
    order: measures[0]?.order ?? null,
    evidence: {
      point: place.point,
      sizes: Object.fromEntries(program.sizes),
      inputs: Object.fromEntries([...inputs].map(([s, t]) => [atomText(s.name, s.index), t])),
      direction: { dims: start.dims, data: directions[judgement.worst] as Float64Array },
      analytic: worst.analytic,
      numeric: worst.numeric,
      bound: worst.bound,
    },
  };
}

/**
 * The value as a function of one variable along a line. Terms of the value in which the variable does not occur are left
 * out, so that a large constant does not drown the rest. NaN where the line crosses a kink or leaves the domain.
 */
function lineThrough(value: Node, variable: Sym, place: Place, start: Tensor) {
  const { program } = place;
  const terms = value.kind === 'sum' ? value.terms : [];
  const whole = program.cone(variable, [value]);
  const moving = terms.filter((t) => whole.nodes.has(t.node));
  const parts =
    moving.length > 0
      ? moving.map((t) => ({ c: toNumber(t.coefficient), at: program.buffer(t.node) }))
      : [{ c: 1, at: program.buffer(value) }];
  const { steps } =
    moving.length > 0
      ? program.cone(
          variable,
          moving.map((t) => t.node),
        )
      : whole;
  const smooth = watchPieces(
    place.constraints.filter((c) => whole.nodes.has(c.owner)),
    program,
  );
  const x = program.buffer(variable);
  const total = (): number => {
    let sum = 0;
    for (const { c, at } of parts) sum += c * (at[0] as number);
    return sum;
  };
  return {
    phi:
      (direction: Float64Array) =>
      (t: number): number => {
        if (steps.length === 0 && !whole.nodes.has(value)) return 0;
        for (let i = 0; i < x.length; i++)
          x[i] = (start.data[i] as number) + t * (direction[i] as number);
        execute(steps);
        return smooth() ? total() : Number.NaN;
      },
    restore: (): void => {
      x.set(start.data);
      execute(whole.steps);
    },
  };
}
