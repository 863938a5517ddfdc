import {
  BOUNDS,
  checkDirectional,
  differentiate,
  type Estimate,
  type Measure,
  noiseOf,
  type Phi,
} from '../verify/differences.ts';
import type { Random } from '../verify/random.ts';
import type { Probe } from './probe.ts';

/** A point at which a gradient is checked, and all that a check needs there. */
export interface Setting {
  readonly probe: Probe;
  readonly x: Float64Array;
  /** f there. */
  readonly value: number;
  /** The claimed gradient at x. */
  readonly gradient: Float64Array;
  readonly source: Random;
  readonly tolerance: number;
  readonly allowed: Allowed;
}

/**
 * How much a claimed derivative may be off: so many bounds of the measurement, or a share of the largest directional
 * derivative. Never an absolute number, and never more for a larger array.
 */
export type Allowed = (bound: number, size: number, tolerance: number, entries: number) => number;

export const allowed: Allowed = (bound, size, tolerance) =>
  Math.max(BOUNDS * bound, tolerance * size);

/** A direction that is 0 but from one place on. */
export interface Direction {
  readonly from: number;
  readonly values: Float64Array;
}

/** A direction with what was measured along it. */
export interface Line extends Direction, Measure {}

/**
 * Random signs with sizes between half a unit and two. No entry is ever small in it, so that a single wrong one always shows;
 * and two wrong ones do not cancel, as they do half of the time with signs alone.
 */
export function signedDirection(
  { source }: Setting,
  from: number,
  to: number,
  unit: number,
): Direction {
  const values = new Float64Array(to - from);
  for (let i = 0; i < values.length; i++)
    values[i] = source.sign() * unit * 2 ** (2 * source.uniform() - 1);
  return { from, values };
}

export const entryDirection = (k: number, unit: number): Direction => ({
  from: k,
  values: Float64Array.of(unit),
});

function moved(x: Float64Array, { from, values }: Direction, t: number): Float64Array {
  const z = x.slice();
  for (let i = 0; i < values.length; i++)
    z[from + i] = (z[from + i] as number) + t * (values[i] as number);
  return z;
}

export const phiAlong =
  ({ probe, x }: Setting, direction: Direction): Phi =>
  (t) =>
    probe.valueNear(moved(x, direction, t));

/** ⟨gradient, direction⟩, with the rounding of a single product (Neumaier's sum): a million terms must not drown one. */
export function claimAlong(gradient: Float64Array, { from, values }: Direction): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const term = (gradient[from + i] as number) * (values[i] as number);
    const next = total + term;
    lost += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total;
    total = next;
  }
  return Number.isFinite(lost) ? total + lost : total;
}

/** Measures along a direction and doubts the measurement where it disagrees. @param enough see `DifferenceOptions` */
export function measure(s: Setting, direction: Direction, scale: number, enough = 0): Line {
  const claim = claimAlong(s.gradient, direction);
  const options = { scale, enough, tolerance: s.tolerance };
  return { ...direction, ...checkDirectional(phiAlong(s, direction), claim, options) };
}

/** Only the difference, good to a fraction of an error that is looked for. */
export const quickly = (
  s: Setting,
  direction: Direction,
  error: number,
  noise: number,
): Estimate | undefined =>
  differentiate(phiAlong(s, direction), { enough: Math.abs(error) / 20, noise });

/** Steps of doubles; a claim in single precision does not move over them. */
const FINE = [2 ** -30];
const COARSE = [2 ** -30, 2 ** -25, 2 ** -20];

/** Rounding noise of the claimed derivative along a direction, as the direction is walked. */
export function noiseOfClaim(s: Setting, direction: Direction): number {
  const along: Phi = (t) => claimAlong(s.probe.gradient(moved(s.x, direction, t)), direction);
  return noiseOf(along, along(0), s.probe.singleGradient ? COARSE : FINE);
}
