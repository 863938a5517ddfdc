import { BOUNDS } from '../verify/differences.ts';
import { type Line, noiseOfClaim, type Setting } from './line.ts';
import type { BlockReport } from './report.ts';

/** What lines within one block say together. All but the verdict are absolute numbers along the lines. */
export interface Judged {
  readonly verdict: 'right' | 'wrong' | 'inconclusive';
  readonly reason: BlockReport['reason'];
  readonly error: number;
  readonly bound: number;
  /** What would have passed. */
  readonly allowed: number;
  /** Of a wrong gradient the line that is most wrong. */
  readonly worst: Line | null;
  /** How many lines are wrong. */
  readonly wrong: number;
}

/** Bounds larger than this, relative to the largest directional derivative, allow no verdict. */
const DROWNED = 1e-2;

const missOf = (l: Line): number => Math.abs(l.analytic - l.numeric);

export const largest = (lines: readonly Line[], of: (l: Line) => number): number =>
  lines.reduce((m, l) => Math.max(m, of(l) || 0), 0);

/**
 * The verdict on lines, relative to `size`, the largest directional derivative. A disagreement counts unless f has a kink there,
 * or the claimed gradient itself carries rounding of that size (badly conditioned, or in single precision).
 */
export function judge(s: Setting, lines: readonly Line[], size: number): Judged {
  const passes = (l: Line): number => s.allowed(l.bound, size, s.tolerance, s.x.length);
  const finite = lines.filter((l) => Number.isFinite(l.numeric));
  const bound = largest(finite, (l) => l.bound);
  let allowed = largest(finite, passes);
  const base = { error: largest(finite, missOf), bound, worst: null, wrong: 0 };

  const vanishes = finite.every((l) => Math.abs(l.numeric) <= BOUNDS * l.bound);
  let flagged = finite.filter((l) => missOf(l) > passes(l));
  if (flagged.length > 0 && (vanishes || largest(flagged, missOf) < 0.1 * size)) {
    const noisiest = flagged.toSorted((a, b) => missOf(b) - missOf(a)).slice(0, 2);
    const noise = BOUNDS * Math.max(...noisiest.map((l) => noiseOfClaim(s, l)));
    flagged = flagged.filter((l) => missOf(l) > noise);
    allowed = Math.max(allowed, noise);
  }
  const real = flagged.filter((l) => !l.kink);
  if (real.length > 0) {
    const worst = real.reduce((w, l) => (missOf(l) > missOf(w) ? l : w));
    return { ...base, verdict: 'wrong', reason: null, allowed, worst, wrong: real.length };
  }
  const open = (reason: Judged['reason']): Judged => ({
    ...base,
    verdict: 'inconclusive',
    reason,
    allowed,
  });
  if (flagged.length > 0) return open('kinks');
  if (finite.length < lines.length) return open('value-not-finite');
  if (vanishes) {
    // Whatever is claimed within the bounds agrees: then only a claim of 0, to its own rounding, is believed.
    const told = finite.filter((l) => l.analytic !== 0);
    return told.every((l) => Math.abs(l.analytic) <= BOUNDS * noiseOfClaim(s, l))
      ? { ...base, verdict: 'right', reason: null, allowed }
      : open('noise');
  }
  return Math.max(bound, allowed / BOUNDS) > DROWNED * size
    ? open('noise')
    : { ...base, verdict: 'right', reason: null, allowed };
}
