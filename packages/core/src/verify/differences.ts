/**
 * Derivatives of functions of one real number from their values alone, with bounds on the error.
 *
 * The functions are φ(t) = f(x + t·u), with u of the size of x, so that t is a relative change. A φ that is not defined
 * (or not smooth, where the caller knows) at some t says so with NaN; steps then become smaller.
 */
export type Phi = (t: number) => number;

export interface Estimate {
  readonly derivative: number;
  /** The error is below this, in more than 99 of 100 cases; verdicts allow `BOUNDS` times as much. */
  readonly bound: number;
  /** Rounding noise of φ, an absolute number. */
  readonly noise: number;
  /** The smallest step of the estimate. */
  readonly step: number;
}

/** Unit roundoff of doubles. */
const EPSILON = 2 ** -53;

/** Steps of a tableau shrink by this factor (Ridders 1982 takes √2 … 2; 1.6 did best). */
const SHRINK = 1.6;
const LEVELS = 9;

/** An estimate this good, relative to the scale, needs no better one. */
const ENOUGH = 1e-12;

/** Where the noise is measured, in units of a spacing: unevenly, since even steps can fall in step with the grid of doubles. */
const NEAR = [-3.17, -2.04, -1.13, 0, 0.87, 1.93, 3.31];

/** Spacings over which φ is straight but for noise: the finest unless φ stands still there, as coarsely rounded values do. */
const SPACINGS = [30, 25, 20, 15, 10].map((k) => 2 ** -k);

/** Unit weights by which each four successive values of a parabola over `NEAR` add up to 0. */
const RESIDUES = [0, 1, 2, 3].map((first) => {
  const at = NEAR.slice(first, first + 4);
  const weights = at.map((t) => 1 / at.reduce((p, s) => (s === t ? p : p * (t - s)), 1));
  const length = Math.hypot(...weights);
  return weights.map((w) => w / length);
});

/**
 * Rounding noise of φ near 0: what third divided differences leave over steps so small that φ is straight but for noise.
 * After ECnoise (Moré and Wild, "Estimating computational noise", SIAM J. Sci. Comput. 33, 2011). Values in single
 * precision do not move at all over the steps that suit doubles: then the steps are widened until they do.
 * @param spacings the widths to try, the finest first
 */
export function noiseOf(phi: Phi, center: number, spacings = SPACINGS): number {
  const floor = EPSILON * Math.abs(center);
  for (const spacing of spacings) {
    const rise = NEAR.map((k) => (k === 0 ? 0 : phi(k * spacing) - center));
    if (rise.filter((r) => r === 0).length > 4) continue;
    let square = 0;
    RESIDUES.forEach((weights, first) => {
      square += weights.reduce((r, w, k) => r + w * (rise[first + k] as number), 0) ** 2;
    });
    const measured = 2 * Math.sqrt(square / RESIDUES.length);
    return Number.isFinite(measured) ? Math.max(floor, measured) : floor;
  }
  return floor;
}

/**
 * One tableau of extrapolated central differences (Ridders, "Accurate computation of F′(x) and F′(x)F″(x)", 1982): the
 * entry that differs least from its neighbours, with that difference and the noise as its bound.
 * @returns nothing where φ is not finite within the step
 */
function tableau(
  phi: Phi,
  start: number,
  noise: number,
  isEnough: (e: Estimate, share: number) => boolean,
): Estimate | undefined {
  let before: number[] = [];
  let best: Estimate = {
    derivative: Number.NaN,
    bound: Number.POSITIVE_INFINITY,
    noise,
    step: start,
  };
  let step = start;
  for (let i = 0; i < LEVELS; i++, step /= SHRINK) {
    const central = (phi(step) - phi(-step)) / (2 * step);
    if (!Number.isFinite(central)) return undefined;
    const row = [central];
    // Arguments are rounded as well, which moves the value by its slope.
    const rounding = (4 * Math.max(noise, 2 * EPSILON * Math.abs(central))) / step;
    let factor = 1;
    for (let j = 1; j <= i; j++) {
      factor *= SHRINK * SHRINK;
      const left = row[j - 1] as number;
      const above = before[j - 1] as number;
      const derivative = (factor * left - above) / (factor - 1);
      const bound = Math.max(Math.abs(derivative - left), Math.abs(derivative - above)) + rounding;
      row.push(derivative);
      if (bound < best.bound) best = { derivative, bound, noise, step };
    }
    if (isEnough(best, ENOUGH)) return best;
    before = row;
  }
  return best;
}

export interface DifferenceOptions {
  /** Size of the derivatives in question: errors far below it do not matter. */
  readonly scale?: number;
  /** The first step. */
  readonly start?: number;
  /** The noise of φ where it is known: to measure it takes 6 values. */
  readonly noise?: number;
  /** A bound that suffices, an absolute number; without it next to all digits are wanted. */
  readonly enough?: number;
}

/**
 * φ′(0). Several tableaux, from steps that the rounding of φ and its smoothness ask for; the one with the least bound.
 * @returns nothing where φ is finite on no neighbourhood of 0
 */
export function differentiate(phi: Phi, options: DifferenceOptions = {}): Estimate | undefined {
  const { scale = 0, enough = 0 } = options;
  const isEnough = (e: Estimate, share: number): boolean =>
    e.bound <= Math.max(enough, share * Math.max(scale, Math.abs(e.derivative)));
  const center = phi(0);
  if (!Number.isFinite(center)) return undefined;
  const noise = options.noise ?? noiseOf(phi, center);
  let step = options.start ?? 0.1;
  let best = tableau(phi, step, noise, isEnough);
  for (let k = 0; !best && k < 16; k++) {
    step /= 4;
    best = tableau(phi, step, noise, isEnough);
  }
  if (!best) return undefined;
  if (isEnough(best, 10 * ENOUGH)) return best;
  // Drowned in noise: longer steps. Not resolved: shorter ones.
  const noisy = (4 * noise) / best.step > best.bound / 2;
  for (const start of noisy ? [8 * step, 64 * step] : [step / 10, step / 1e3, step / 1e5]) {
    const other = start <= 1 ? tableau(phi, start, noise, isEnough) : undefined;
    if (other && other.bound < best.bound) best = other;
    if (isEnough(best, 10 * ENOUGH)) break;
  }
  return best;
}

/**
 * The exponent with which |φ(h) − φ(0) − h·slope| falls with h: 2 for the right slope (more where φ″ = 0), 1 for a wrong
 * one. A second opinion only. Null where the remainder vanishes to rounding (φ is straight).
 */
export function taylorOrder(phi: Phi, slope: number, noise: number): number | null {
  const center = phi(0);
  const remainder = (h: number): number => Math.abs(phi(h) - center - h * slope);
  let small: number | undefined;
  for (let h = 1e-4; h < 1; h *= 10) {
    const large = remainder(h);
    if (small !== undefined && small > 1e3 * noise && large > 0 && Number.isFinite(large))
      return Math.log10(large / small);
    small = large;
  }
  return null;
}

/**
 * Whether φ has a kink so near that differences with steps from `step` on cannot see past it: |φ(t) − 2φ(0) + φ(−t)|/t, the
 * change of slope, stays where it would fall with t. A bend that is sharp but wider than the steps is none.
 * @param least the smallest change of slope that matters
 */
export function hasKink(phi: Phi, noise: number, least: number, step = 1e-2): boolean {
  const center = phi(0);
  const bend = (t: number): number => Math.abs(phi(t) - 2 * center + phi(-t)) / t;
  return [0.2, 0.02, 2e-3, 2e-4, 2e-5].some((share) => {
    const t = share * step;
    const here = bend(t);
    return here > 0.2 * bend(50 * t) && here > (20 * noise) / t && here > least;
  });
}

/** A claimed directional derivative beside the measured one. */
export interface Measure {
  readonly analytic: number;
  /** NaN where nothing could be measured. */
  readonly numeric: number;
  readonly bound: number;
  readonly noise: number;
  /** φ seems to have a kink here, so that the two may differ and both be right. */
  readonly kink: boolean;
  /** See `taylorOrder`; undefined where it was not asked for. */
  readonly order?: number | null;
}

/** Disagreement beyond this many bounds, and beyond `TOLERANCE`, is a mistake. */
export const BOUNDS = 20;
/** Relative to the largest directional derivative. */
export const TOLERANCE = 1e-7;

export interface DirectionalOptions extends DifferenceOptions {
  /** Whether the Taylor order is wanted too. */
  readonly order?: boolean;
  /** Disagreement beyond this is doubted; `TOLERANCE` unless given. */
  readonly tolerance?: number;
}

/**
 * Measures one directional derivative and holds a claimed one against it. Where they disagree, doubts the measurement
 * first: a kink is looked for, and a tableau with other steps must agree with the first within their bounds.
 */
export function checkDirectional(
  phi: Phi,
  analytic: number,
  options: DirectionalOptions = {},
): Measure {
  const estimate = differentiate(phi, options);
  if (!estimate) {
    return { analytic, numeric: Number.NaN, bound: Infinity, noise: Number.NaN, kink: false };
  }
  const { derivative: numeric, noise } = estimate;
  const size = Math.max(options.scale ?? 0, Math.abs(numeric));
  let { bound } = estimate;
  let kink = false;
  const allowed = Math.max(BOUNDS * bound, (options.tolerance ?? TOLERANCE) * size);
  if (!(Math.abs(analytic - numeric) <= allowed)) {
    // Differences are off by the change of slope at the most: a smaller kink explains nothing.
    kink = hasKink(phi, noise, Math.abs(analytic - numeric) / 4, estimate.step);
    for (const shorter of [2.7, 23]) {
      const other = differentiate(phi, {
        ...options,
        noise,
        start: (options.start ?? 0.1) / shorter,
      });
      if (!other) continue;
      const apart = Math.abs(other.derivative - numeric);
      if (apart > 10 * (other.bound + bound)) bound = Math.max(bound, apart);
    }
  }
  const order = options.order ? { order: taylorOrder(phi, analytic, noise) } : {};
  return { analytic, numeric, bound, noise, kink, ...order };
}

/** What the directions at one point say together. */
export interface Judgement {
  /** `zero`: the derivative vanishes to rounding, and so does the claimed one. */
  readonly verdict: 'right' | 'zero' | 'wrong' | 'unclear';
  readonly reason?: string;
  /** Largest |claimed − measured| over the largest measured directional derivative. */
  readonly error: number;
  /** Largest bound, on the same scale: how much of the error is the measurement's. */
  readonly precision: number;
  /** The direction with the largest error. */
  readonly worst: number;
}

/** The reason where a derivative is there and too small to be measured. */
export const DROWNED = 'rounding drowns the derivative';

/**
 * The verdict over the directions at one point. There is no absolute tolerance: a gradient is judged by its own size,
 * and where it is zero by the rounding of the value.
 * @param floor what rounding may leave of a claimed derivative whose terms cancel
 * @param share what disagreement is relative to, where several gradients are measured in one: the least claimed derivative among
 *   them, greater than 0; without it the largest measured derivative
 */
export function judge(
  measures: readonly Measure[],
  floor = 0,
  tolerance = TOLERANCE,
  share?: number,
): Judgement {
  const size = share ?? measures.reduce((s, m) => Math.max(s, Math.abs(m.numeric)), 0);
  const miss = (m: Measure): number => Math.abs(m.analytic - m.numeric);
  const worst = measures.reduce((w, m, k) => (miss(m) > miss(measures[w] as Measure) ? k : w), 0);
  const bound = measures.reduce((b, m) => Math.max(b, m.bound), 0);
  const largest = measures.reduce((e, m) => Math.max(e, miss(m)), 0);
  const relative = (x: number): number => (x === 0 ? 0 : x / size);
  const base = { error: relative(largest), precision: relative(bound), worst };
  if (measures.some((m) => !Number.isFinite(m.numeric)))
    return { ...base, verdict: 'unclear', reason: 'the value is not finite around the point' };
  const bad = measures.findIndex((m) => !Number.isFinite(m.analytic));
  if (bad >= 0)
    return { ...base, worst: bad, verdict: 'unclear', reason: 'the gradient is not finite' };

  const vanishes =
    share === undefined && measures.every((m) => Math.abs(m.numeric) <= BOUNDS * m.bound);
  if (vanishes && measures.every((m) => miss(m) <= Math.max(BOUNDS * m.bound, floor)))
    return { ...base, verdict: 'zero' };
  const allowed = vanishes ? floor : tolerance * size;
  const wrong = measures.findIndex((m) => miss(m) > Math.max(BOUNDS * m.bound, allowed));
  if (wrong >= 0 && !(measures[wrong] as Measure).kink) return { ...base, verdict: 'wrong' };
  if (wrong >= 0)
    return { ...base, verdict: 'unclear', reason: 'the value has a kink at the point' };
  if (bound > 0.01 * size) return { ...base, verdict: 'unclear', reason: DROWNED };
  return { ...base, verdict: 'right' };
}
