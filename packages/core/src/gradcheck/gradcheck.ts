import { noiseOf, taylorOrder } from '../verify/differences.ts';
import { type Random, random } from '../verify/random.ts';
import { checkDirections, checkEntries, unitOf } from './block.ts';
import { type Block, type Layout, layoutOf, placeOf, rebuild } from './layout.ts';
import {
  type Allowed,
  allowed,
  claimAlong,
  phiAlong,
  type Setting,
  signedDirection,
} from './line.ts';
import { Obstacle, Probe, type Rebuild } from './probe.ts';
import {
  type BlockReport,
  GradientError,
  type GradientReport,
  messageOf,
  type Problem,
} from './report.ts';

export interface GradcheckOptions {
  /** Reproduces a check; another one each time unless given, so that no error stays hidden for ever. */
  readonly seed?: number;
  /** Paths of what is to be checked (`['W', 'layers[0].b']`); everything unless given. The gradient may lack the rest. */
  readonly wrt?: readonly string[];
  /** Disagreement below this, relative to the largest directional derivative, is no mistake; 1e-9 unless given. */
  readonly tolerance?: number;
  /** So many entries at the most are checked one by one, small blocks first; 400 unless given. */
  readonly entries?: number;
  /** So many calls of f at the most; 100,000 unless given. */
  readonly evaluations?: number;
  /** The check ends after so many seconds; 60 unless given. */
  readonly seconds?: number;
}

/** What a check is put together from, so that tests can plant defects in it. */
export interface Parts {
  readonly rebuild: Rebuild;
  readonly freshSeed: () => number;
  readonly allowed: Allowed;
}

export const PARTS: Parts = {
  rebuild,
  freshSeed: () => Math.floor(Math.random() * 2 ** 32),
  allowed,
};

const ENTRIES = 400;
const TOLERANCE = 1e-9;
const EVALUATIONS = 100_000;
const SECONDS = 60;

/** How often the point is moved away from a kink. */
const MOVES = 4;

/** Two calls at one point may differ by this, relative to the value: sums in another order, in single precision. */
const REPEATABLE = 1e-6;

/**
 * Checks a gradient that someone coded against differences of the function itself.
 *
 * The argument is a number, a typed array, or arrays and objects of these; the gradient has the same build. A few hundred
 * entries are checked one by one, larger blocks along random directions, by Ridders' tableaux with bounds of their error.
 * @throws TypeError for an argument without numbers, RangeError for options out of range or paths that lead nowhere
 */
export const gradcheck = <T>(
  f: (at: T) => number,
  grad: (at: T) => unknown,
  at: T,
  options: GradcheckOptions = {},
): GradientReport => checkWith(PARTS, f, grad, at, options);

/**
 * The same for a test: nothing happens where the gradient is right.
 * @throws GradientError where it is wrong or nothing can be said; its message says what and where
 */
export function expectGradient<T>(
  f: (at: T) => number,
  grad: (at: T) => unknown,
  at: T,
  options: GradcheckOptions = {},
): GradientReport {
  const report = gradcheck(f, grad, at, options);
  if (report.verdict !== 'right') throw new GradientError(report);
  return report;
}

/** `gradcheck` of given parts. */
export function checkWith<T>(
  parts: Parts,
  f: (at: T) => unknown,
  grad: (at: T) => unknown,
  at: T,
  options: GradcheckOptions,
): GradientReport {
  const seed = options.seed ?? parts.freshSeed();
  const layout = layoutOf(at);
  const wanted = wantedBlocks(layout, options.wrt);
  const limits = {
    evaluations: positive(options.evaluations ?? EVALUATIONS, 'evaluations'),
    seconds: positive(options.seconds ?? SECONDS, 'seconds'),
  };
  const probe = new Probe([f, grad], at, [layout, wanted], limits, parts.rebuild);
  const state: State = { seed, probe, kinks: 0, noise: 0, order: null, blocks: [] };
  try {
    const value = introduce(probe, layout.values);
    const source = random(seed);
    let x = layout.values;
    for (let move = 0; ; move++) {
      const gradient = finiteGradient(probe, x, layout, move);
      if (gradient) {
        const s: Setting = {
          probe,
          x,
          value: move === 0 ? value : probe.value(x),
          gradient,
          source,
          tolerance: positive(options.tolerance ?? TOLERANCE, 'tolerance'),
          allowed: parts.allowed,
        };
        state.blocks = findings(s, wanted, options.entries ?? ENTRIES);
        overview(s, wanted, state);
      }
      const open = new Set(gradient ? state.blocks.map((b) => b.reason) : ['kinks']);
      if (open.has('kinks')) state.kinks++;
      // Differences that do not settle may have a kink very near; rounding stays what it is.
      if (move === MOVES || !(open.has('kinks') || (open.has('noise') && move === 0))) break;
      x = movedPoint(layout, wanted, probe, source);
    }
    // What is random half of the time may have answered alike so far.
    const doubts = state.blocks.some((b) => b.verdict !== 'right') ? 12 : 1;
    for (let k = 0; k < doubts; k++) repeatable(value, probe.value(layout.values));
    return reportOf(state, problemOf(state));
  } catch (error) {
    if (!(error instanceof Obstacle)) throw error;
    // What was found before a limit stands.
    const found = state.blocks.some((b) => b.verdict === 'wrong');
    return reportOf(state, error.problem, error.wrong || found ? 'wrong' : 'inconclusive');
  }
}

/** What a check has come to so far. */
interface State {
  readonly seed: number;
  readonly probe: Probe;
  kinks: number;
  noise: number;
  order: number | null;
  blocks: readonly BlockReport[];
}

const positive = (x: number, what: string): number => {
  if (!(x > 0)) throw new RangeError(`${what} must be a positive number, not ${x}`);
  return x;
};

/** @throws RangeError for a path that leads to no block */
function wantedBlocks(layout: Layout, paths: readonly string[] | undefined): readonly Block[] {
  if (!paths) return layout.blocks;
  const below = (b: Block, path: string): boolean =>
    b.path === path || (b.path.startsWith(path) && /^[.[]/u.test(b.path.slice(path.length)));
  for (const path of paths)
    if (!layout.blocks.some((b) => below(b, path)))
      throw new RangeError(
        `there is nothing to check at ${path}; there is ${layout.blocks
          .slice(0, 10)
          .map((b) => b.path || 'the argument itself')
          .join(', ')}`,
      );
  return layout.blocks.filter((b) => paths.some((path) => below(b, path)));
}

/** Meets the functions: they give numbers, the same ones twice, and leave their arguments alone. */
function introduce(probe: Probe, x: Float64Array): number {
  const at = x.findIndex((v) => !Number.isFinite(v));
  if (at >= 0)
    throw new Obstacle(
      'value-not-finite',
      `the argument is ${x[at]} at ${placeOf(probe.layout, at) || 'the point'}`,
    );
  choosePrecision(probe, x);
  const value = probe.value(x, true);
  if (!Number.isFinite(value)) throw new Obstacle('value-not-finite', `f is ${value} at the point`);
  repeatable(value, probe.value(x));
  const once = probe.gradient(x, true);
  const twice = probe.gradient(x);
  const size = once.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const k = once.findIndex((v, i) => Math.abs(v - (twice[i] as number)) > REPEATABLE * size);
  if (k >= 0)
    throw new Obstacle(
      'not-deterministic',
      `the gradient is not deterministic: twice at one point it gives ${once[k]} and ${twice[k]} at ${placeOf(probe.layout, k) || 'the point'}`,
    );
  repeatable(value, probe.value(x));
  return value;
}

/** Arrays in single precision are given as doubles where the functions take them and say the same. */
function choosePrecision(probe: Probe, x: Float64Array): void {
  if (!probe.widen) return;
  probe.widen = false;
  const narrow = probe.value(x);
  probe.widen = true;
  try {
    const wide = probe.value(x);
    probe.gradient(x);
    if (Math.abs(wide - narrow) <= 1e-3 * Math.abs(narrow) || wide === narrow) return;
  } catch (error) {
    if (!(error instanceof Obstacle)) throw error;
  }
  probe.widen = false;
}

function repeatable(a: number, b: number): void {
  if (Math.abs(a - b) <= REPEATABLE * Math.max(Math.abs(a), Math.abs(b)) || Object.is(a, b)) return;
  throw new Obstacle(
    'not-deterministic',
    `f is not deterministic: at one point it gave ${a} and then ${b} (something random, or kept from call to call?)`,
  );
}

/** The claimed gradient; nothing where it is not finite but may be so beside a kink. @throws Obstacle */
function finiteGradient(
  probe: Probe,
  x: Float64Array,
  layout: Layout,
  move: number,
): Float64Array | undefined {
  const gradient = probe.gradient(x);
  const bad = gradient.findIndex((v) => !Number.isFinite(v));
  if (bad < 0) return gradient;
  if (move === 0) return undefined;
  throw new Obstacle(
    'gradient-not-finite',
    `it is ${gradient[bad]}${placeOf(layout, bad) === '' ? '' : ` at ${placeOf(layout, bad)}`}`,
    true,
  );
}

/** Every block, small ones entry by entry as long as entries are allowed. */
function findings(s: Setting, wanted: readonly Block[], entries: number): BlockReport[] {
  let left = entries;
  const found = new Map<Block, BlockReport>();
  for (const block of wanted.toSorted((a, b) => a.length - b.length)) {
    const single = block.length <= left;
    if (single) left -= block.length;
    found.set(block, (single ? checkEntries : checkDirections)(s, block));
  }
  return wanted.flatMap((b) => found.get(b) ?? []);
}

/** Noise and Taylor order, along one direction through everything. */
function overview(s: Setting, wanted: readonly Block[], state: State): void {
  const values = new Float64Array(s.x.length);
  for (const b of wanted)
    values.set(signedDirection(s, b.start, b.start + b.length, unitOf(s.x, b)).values, b.start);
  const direction = { from: 0, values };
  const phi = phiAlong(s, direction);
  const noise = noiseOf(phi, s.value);
  state.noise = s.value === 0 ? 0 : noise / Math.abs(s.value);
  state.order = taylorOrder(phi, claimAlong(s.gradient, direction), noise);
}

/** A point nearby, where f is finite: every entry moved by 1 % of its block's size, or of its own where the domain ends. */
function movedPoint(
  layout: Layout,
  wanted: readonly Block[],
  probe: Probe,
  source: Random,
): Float64Array {
  for (const own of [false, true]) {
    const x = layout.values.slice();
    for (const b of wanted) {
      const unit = unitOf(layout.values, b);
      for (let i = b.start; i < b.start + b.length; i++) {
        const v = x[i] as number;
        x[i] = v + 0.01 * (own ? v : unit) * source.sign() * (0.5 + source.uniform());
      }
    }
    if (Number.isFinite(probe.valueNear(x))) return x;
  }
  return layout.values;
}

function problemOf({ blocks, probe }: State): Problem | null {
  if (blocks.some((b) => b.verdict === 'wrong')) return null;
  const open = blocks.find((b) => b.reason !== null);
  const where = open && open.path !== '' ? ` (moving ${open.path})` : '';
  switch (open?.reason) {
    case 'kinks':
      return { kind: 'kinks', text: `f has a kink here and wherever it was moved${where}` };
    case 'noise':
      return { kind: 'noise', text: `rounding of f drowns its derivative${where}` };
    case 'value-not-finite':
      return {
        kind: 'value-not-finite',
        text: `f is not finite around the point${where}${probe.thrown === undefined ? '' : `: ${probe.thrown}`}`,
      };
    case null:
    case undefined:
      return null;
  }
}

/** f of more noise than this, relative to it, computes in single precision. */
const SINGLE = 1e-10;

function reportOf(
  { seed, probe, kinks, noise, order, blocks }: State,
  problem: Problem | null,
  verdict: GradientReport['verdict'] = blocks.some((b) => b.verdict === 'wrong')
    ? 'wrong'
    : problem || blocks.some((b) => b.verdict !== 'right')
      ? 'inconclusive'
      : 'right',
): GradientReport {
  const over = (of: (b: BlockReport) => number): number =>
    blocks.reduce((m, b) => Math.max(m, of(b)), 0);
  const worst = blocks.reduce<GradientReport['worst']>(
    (w, b) => (b.worst && (!w || b.worst.error > w.error) ? b.worst : w),
    null,
  );
  const report = {
    verdict,
    problem,
    worst,
    error: over((b) => b.error),
    bound: over((b) => b.bound),
    finds: over((b) => b.finds),
    taylorOrder: order,
    kinks,
    noise,
    precision: noise > SINGLE || probe.singleGradient ? ('single' as const) : ('double' as const),
    blocks,
    seed,
    evaluations: probe.calls,
  };
  return { ...report, message: messageOf(report) };
}
