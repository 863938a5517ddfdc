import {
  claimAlong,
  entryDirection,
  type Line,
  measure,
  quickly,
  type Setting,
  signedDirection,
} from './line.ts';

/**
 * The entry to which a disagreement over a range can be traced: of two halves, time and again, the one that disagrees more.
 * @returns nothing where both halves agree to within their bounds: then the disagreement was the measurement's
 */
export function locate(
  s: Setting,
  [from, to]: readonly [number, number],
  unit: number,
  doubtful: Line | undefined,
): Line | undefined {
  let [low, high] = [from, to];
  const noise = doubtful?.noise ?? 0;
  const error = doubtful ? doubtful.analytic - doubtful.numeric : 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const left = disagreement(s, [low, middle], unit, error, noise);
    const right = disagreement(s, [middle, high], unit, error, noise);
    if (left.error <= left.bound && right.error <= right.bound) return undefined;
    if (left.error >= right.error) high = middle;
    else low = middle;
  }
  return measure(s, entryDirection(low, unit), 0);
}

function disagreement(
  s: Setting,
  [low, high]: readonly [number, number],
  unit: number,
  error: number,
  noise: number,
): { readonly error: number; readonly bound: number } {
  const direction = signedDirection(s, low, high, unit);
  const estimate = quickly(s, direction, error, noise);
  if (!estimate) return { error: 0, bound: 0 };
  return {
    error: Math.abs(claimAlong(s.gradient, direction) - estimate.derivative),
    bound: estimate.bound,
  };
}
