import { rms } from '../verify/linear.ts';
import { type Judged, judge, largest } from './judge.ts';
import { type Block, entryPath } from './layout.ts';
import { entryDirection, type Line, measure, type Setting, signedDirection } from './line.ts';
import { locate } from './locate.ts';
import type { BlockReport, Worst } from './report.ts';

/** Random directions over a range of entries, and entries that are drawn from a block besides. */
const DIRECTIONS = 3;
const SAMPLES = 6;

/** A single error of this size, relative to a typical entry, is to be found: else a range is divided. */
const TARGET = 1e-4;
/** Differences along directions need to be no better than this, relative to a typical entry. */
const PRECISE = 1e-7;
const PARTS = 4;
const SMALL = 64;

/** How far an entry is moved at t = 1. */
export const unitOf = (x: Float64Array, { start, length }: Block): number =>
  rms(x.subarray(start, start + length)) || rms(x) || 1;

const ratio = (x: number, to: number): number => (x === 0 ? 0 : x / to);

/** Every entry by itself. */
export function checkEntries(s: Setting, block: Block): BlockReport {
  const unit = unitOf(s.x, block);
  const lines: Line[] = [];
  let size = 0;
  for (let k = 0; k < block.length; k++) {
    const line = measure(s, entryDirection(block.start + k, unit), size);
    size = Math.max(size, sizeOf(line) || 0);
    lines.push(line);
  }
  const judged = judge(s, lines, size);
  return {
    ...reportOf(block, 'entries', judged, size),
    finds: ratio(judged.allowed, rms(Float64Array.from(lines, (l) => l.numeric))),
    worst: judged.worst && worstOf(block, judged.worst, unit, size),
    wrong: judged.wrong,
    factor: judged.verdict === 'wrong' ? commonFactor(lines, size) : null,
  };
}

/** Some entries drawn at random, then random directions over ranges. */
export function checkDirections(s: Setting, block: Block): BlockReport {
  const unit = unitOf(s.x, block);
  const end = block.start + block.length;
  const typical = rms(s.gradient.subarray(block.start, end)) * unit;
  const samples = Array.from({ length: SAMPLES }, () =>
    measure(
      s,
      entryDirection(block.start + s.source.below(block.length), unit),
      typical,
      PRECISE * typical,
    ),
  );
  const size = Math.max(
    typical,
    largest(samples, (l) => Math.abs(l.numeric)),
  );
  const drawn = judge(s, samples, size);
  if (drawn.worst)
    return {
      ...reportOf(block, 'directions', drawn, size),
      worst: worstOf(block, drawn.worst, unit, size),
      factor: commonFactor(samples, size),
    };

  let total = reportOf(block, 'directions', { ...NOTHING, verdict: 'right' }, size);
  const queue: Range[] = [{ from: block.start, to: end, before: Number.POSITIVE_INFINITY }];
  for (let range = queue.shift(); range; range = queue.shift()) {
    const swept = sweep(s, range, unit, size);
    const found = reportOf(block, 'directions', swept.judged, swept.size);
    if (swept.entry)
      return { ...found, verdict: 'wrong', worst: worstOf(block, swept.entry, unit, size) };
    if (swept.judged.worst)
      return {
        ...found,
        worst: worstOf({ ...block, dims: [] }, swept.judged.worst, 1, swept.size),
      };
    if (
      isCoarse(swept, typical) &&
      swept.seen < 0.7 * range.before &&
      divide(range, swept.seen, queue, s)
    )
      continue;
    total = {
      ...total,
      verdict: found.verdict === 'right' ? total.verdict : found.verdict,
      reason: total.reason ?? found.reason,
      error: Math.max(total.error, found.error),
      bound: Math.max(total.bound, found.bound),
      finds: Math.max(total.finds, ratio(swept.seen, typical)),
    };
  }
  return total;
}

/** Entries from one place to before another. */
interface Range {
  readonly from: number;
  readonly to: number;
  /** What a range that this one is a part of could see. */
  readonly before: number;
}

interface Swept {
  readonly judged: Judged;
  /** The largest derivative along the directions, or along an entry if that is larger. */
  readonly size: number;
  /** A wrong entry, where one was found. */
  readonly entry: Line | null;
  /** An error along one entry that would have shown. */
  readonly seen: number;
}

/** Random directions over one range. What disagrees, or twice disagrees by more than its bounds, is traced to an entry. */
function sweep(s: Setting, { from, to }: Range, unit: number, entrySize: number): Swept {
  const lines: Line[] = [];
  const sizeNow = (): number => Math.max(entrySize, largest(lines, sizeOf));
  const traced = (line: Line): Line | null => {
    const found = locate(s, [from, to], unit, line);
    return found ? judge(s, [found], Math.max(entrySize, sizeOf(found))).worst : null;
  };
  let doubts = 0;
  for (let k = 0; k < DIRECTIONS; k++) {
    const line = measure(s, signedDirection(s, from, to, unit), sizeNow(), PRECISE * entrySize);
    lines.push(line);
    const judged = judge(s, [line], sizeNow());
    if (Math.abs(line.analytic - line.numeric) > 2 * line.bound) doubts++;
    const entry = judged.worst || doubts === 2 ? traced(line) : null;
    if (judged.worst || entry) return { judged, size: sizeNow(), entry, seen: 0 };
  }
  // The smallest entry of a direction is half a unit.
  const size = sizeNow();
  const seen = 2 * Math.min(...lines.map((l) => s.allowed(l.bound, size, s.tolerance, s.x.length)));
  return { judged: judge(s, lines, size), size, entry: null, seen };
}

const sizeOf = (l: Line): number => Math.abs(l.numeric);

/** Whether one wrong entry could hide here, or nothing could be said. */
const isCoarse = ({ judged, seen }: Swept, typical: number): boolean =>
  judged.verdict !== 'right' || seen > TARGET * typical;

/** Differences over fewer entries are better where f bends much or has many kinks, though not where f is noisy. */
function divide({ from, to }: Range, seen: number, queue: Range[], s: Setting): boolean {
  if (to - from <= SMALL || !s.probe.canSpend()) return false;
  const step = Math.ceil((to - from) / PARTS);
  for (let at = from; at < to; at += step)
    queue.push({ from: at, to: Math.min(to, at + step), before: seen });
  return true;
}

const NOTHING = { reason: null, error: 0, bound: 0, allowed: 0, worst: null, wrong: 0 } as const;

const reportOf = (
  block: Block,
  method: BlockReport['method'],
  judged: Judged,
  size: number,
): BlockReport => ({
  path: block.path,
  entries: block.length,
  method,
  verdict: judged.verdict,
  reason: judged.reason,
  error: ratio(judged.error, size),
  bound: ratio(judged.bound, size),
  finds: 0,
  worst: null,
  wrong: judged.wrong,
  factor: null,
});

/** A line as a person asks for it: by what one entry changes f. */
const worstOf = (block: Block, line: Line, unit: number, size: number): Worst => ({
  path: block.dims.length > 0 ? entryPath(block, line.from - block.start) : block.path,
  claimed: line.analytic / unit,
  measured: line.numeric / unit,
  error: ratio(Math.abs(line.analytic - line.numeric), size),
  bound: line.bound / unit,
});

/** claimed / measured, where it is one number for all entries that are not small. */
function commonFactor(lines: readonly Line[], size: number): number | null {
  const telling = lines.filter((l) => Math.abs(l.numeric) > 1e-3 * size);
  const factors = telling.map((l) => l.analytic / l.numeric);
  const [first = 0] = factors;
  return factors.length > 1 &&
    first !== 0 &&
    factors.every((f) => Math.abs(f - first) <= 1e-6 * Math.abs(first))
    ? first
    : null;
}
