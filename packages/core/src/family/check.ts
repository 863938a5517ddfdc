import { inlineParts, reverse } from '../derive/reverse.ts';
import type { Node, Sym } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import { atomText } from '../shape/dim.ts';
import { type CheckReport, checkGradient } from '../verify/gradient.ts';
import { Places } from '../verify/place.ts';
import { random } from '../verify/random.ts';
import { dimensionNames, drawSizes, type SizesMode } from '../verify/sizes.ts';
import type { BackwardEquations, FamilyDerivation } from './derivation.ts';
import { numberOf, type Steps } from './instances.ts';
import { isOnePlace } from './system.ts';
import { type MemberGradient, unroll, unrollGradient } from './unroll.ts';

/** What checks of a recursion found for one wanted variable, all its members and all numbers of steps together. */
export interface FamilyCheck {
  readonly variable: Sym;
  readonly verdict: 'passed' | 'failed' | 'inconclusive';
  /** Why it failed other than by a number, or why it is inconclusive. */
  readonly reason?: string;
  /** Conclusive comparisons with differences: members × points, over all numbers of steps. */
  readonly points: number;
  /** Against differences of the objective, relative to the largest directional derivative. */
  readonly maxRelativeError: number;
  /** Median; see `taylorOrder` of verify. */
  readonly taylorOrder: number | null;
  /** Sizes at each place that was tried, the numbers of steps among them. */
  readonly dimensions: readonly Readonly<Record<string, number>>[];
  readonly seed: number;
  /** Of a failed check: the comparison that failed. */
  readonly failure?: {
    readonly dimensions: Readonly<Record<string, number>>;
    readonly analytic: number;
    readonly numeric: number;
    readonly bound: number;
  };
  /** The numbers of steps for which it was unrolled. */
  readonly steps: readonly Steps[];
  /** The largest difference to reverse mode on the unrolled graph, relative to the largest entry; over all forms of the recursion. */
  readonly againstReverse: number;
}

export interface FamilyCheckOptions {
  readonly seed?: number;
  /** Points for each number of steps: of two, one has all sizes different and one all equal. */
  readonly points?: number;
  /** Numbers of steps, in place of the four least for which the recursion holds. */
  readonly steps?: readonly Steps[];
}

/** Formulas that differ by more than this are not the same formula. */
const SAME = 1e-9;
/** Rounding may leave this much, relative to the largest number in the computation. */
const RESIDUE = 1e-14;
const COUNTS = 4;

/**
 * Unrolls the recursion for several numbers of steps, and holds its formulas against differences of the unrolled objective, and
 * against plain reverse mode on the unrolled graph: with all sizes different and with all equal.
 */
export function checkFamily(
  derivation: FamilyDerivation,
  options: FamilyCheckOptions = {},
): FamilyCheck[] {
  const seed = options.seed ?? 1;
  const steps = options.steps ?? stepsToTry(derivation);
  const runs = steps.map((s) => runOf(derivation, s, seed, options.points ?? 2));
  return derivation.wanted.map((variable) => summary(variable, derivation, runs, steps, seed));
}

/** The least numbers of steps for which the equations hold; where there are several ends, they differ. */
export function stepsToTry(derivation: FamilyDerivation): Steps[] {
  const { bases, steps } = derivation.system;
  const ends = [
    ...[...bases, ...steps].flatMap((e) => (e.range ? [e.range.from, e.range.to] : [])),
    ...symbolsOf([derivation.objective, ...bases.map((e) => e.node)]).map((s) => s.index),
  ];
  const bounds = [...new Set(ends.flatMap((p) => p?.variable ?? []))];
  const count = bounds.length === 0 ? 1 : COUNTS;
  return Array.from({ length: count }, (_, k) =>
    Object.fromEntries(
      bounds.map((b, i) => {
        const low = Math.max(1, derivation.least.get(b) ?? 1);
        return [b, low + (i % 2 === 0 ? k : (k + 2) % COUNTS)];
      }),
    ),
  );
}

/** One number of steps. */
interface Run {
  readonly steps: Steps;
  readonly reports: readonly CheckReport[];
  /** Members of wanted variables for which no formula stands. */
  readonly without: readonly Sym[];
  /** For each member: the largest difference to reverse mode, over the forms; undefined where no inputs were found. */
  readonly apart: ReadonlyMap<Sym, number> | undefined;
}

function runOf(derivation: FamilyDerivation, steps: Steps, seed: number, points: number): Run {
  const unrolled = unroll(derivation.objective, derivation.system, steps);
  const found = formsOf(derivation).map((f) => unrollGradient(derivation, f, steps, unrolled));
  const [shown = []] = found;
  const claims = shown.map(({ variable, gradient }) => ({ variable, gradient }));
  const sizes = fixedSizes([unrolled.value, ...claims.map((c) => c.gradient)], steps, seed);
  const reports = checkGradient(unrolled.value, claims, {
    seed,
    points,
    ...(sizes ? { sizes } : {}),
  });
  const claimed = new Set(claims.map((c) => c.variable));
  const without = symbolsOf([unrolled.value]).filter(
    (s) => derivation.wanted.some((w) => isMemberOf(s, w, derivation, steps)) && !claimed.has(s),
  );
  return { steps, reports, without, apart: differences(unrolled.value, found, sizes?.[0], seed) };
}

/**
 * The largest difference between any form of the recursion and reverse mode on the unrolled graph, relative to the largest entry of
 * the gradient, at random inputs. 0 where it is rounding, NaN where no inputs were found at which all is defined.
 */
export function distanceToReverse(derivation: FamilyDerivation, steps: Steps, seed = 1): number {
  const unrolled = unroll(derivation.objective, derivation.system, steps);
  const found = formsOf(derivation).map((f) => unrollGradient(derivation, f, steps, unrolled));
  const nodes = [unrolled.value, ...found.flatMap((f) => f.map((g) => g.gradient))];
  const sizes = fixedSizes(nodes, steps, seed);
  const apart = differences(unrolled.value, found, sizes?.[0], seed);
  return apart ? Math.max(0, ...apart.values()) : Number.NaN;
}

/** The form that is checked against differences first. */
const formsOf = ({ atInput, atOutput }: FamilyDerivation): BackwardEquations[] => [
  ...(atOutput ? [atOutput.shared, atOutput.whole] : []),
  atInput.shared,
  atInput.whole,
];

/** Whether a symbol of the unrolled graph is a wanted variable, or one of the members that it stands for. */
const isMemberOf = (s: Sym, { name, index }: Sym, of: FamilyDerivation, steps: Steps): boolean =>
  name === s.name &&
  (!isOnePlace(index, [...of.system.bases, ...of.system.steps]) ||
    numberOf(index, steps) === s.index?.offset);

/** Sizes for two points, where the number of steps is itself the length of an array; else the check draws its own. */
function fixedSizes(
  nodes: readonly Node[],
  steps: Steps,
  seed: number,
): ReadonlyMap<string, number>[] | undefined {
  const names = dimensionNames(nodes);
  if (names.every((n) => !Object.hasOwn(steps, n))) return undefined;
  return (['different', 'equal'] as const).map((mode: SizesMode, k) => {
    const sizes = drawSizes(names, mode, random(seed, k));
    for (const [name, n] of Object.entries(steps)) sizes.set(name, n);
    return sizes;
  });
}

/** How far each form of the gradients is from reverse mode on the unrolled graph, at a random point. */
function differences(
  value: Node,
  forms: readonly (readonly MemberGradient[])[],
  sizes: ReadonlyMap<string, number> | undefined,
  seed: number,
): ReadonlyMap<Sym, number> | undefined {
  const variables = (forms[0] ?? []).map((g) => g.variable);
  const plain = inlineParts(reverse(value, variables), () => false).gradients;
  const roots = [...plain, ...forms.flatMap((f) => f.map((g) => g.gradient))];
  const places = new Places([value, ...roots, ...variables]);
  for (let attempt = 0; attempt < 3; attempt++) {
    const place = places.draw('different', random(seed, attempt), attempt, sizes);
    if ('reason' in place) continue;
    const { program, largest } = place;
    const apart = new Map<Sym, number>();
    variables.forEach((v, k) => {
      const reference = program.buffer(plain[k] as Node);
      for (const form of forms) {
        const gradient = form[k]?.gradient;
        const error = gradient
          ? distance(program.buffer(gradient), reference, RESIDUE * largest)
          : Number.POSITIVE_INFINITY;
        apart.set(v, Math.max(apart.get(v) ?? 0, error));
      }
    });
    return apart;
  }
  return undefined;
}

/** max |a − b| / max |b|, where that is more than rounding. */
function distance(a: Float64Array, b: Float64Array, residue: number): number {
  let [apart, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    apart = Math.max(apart, Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN)));
    size = Math.max(size, Math.abs(b[i] ?? Number.NaN));
  }
  if (Number.isNaN(apart)) return Number.POSITIVE_INFINITY;
  return apart <= residue ? 0 : apart / size;
}

function summary(
  variable: Sym,
  derivation: FamilyDerivation,
  runs: readonly Run[],
  steps: readonly Steps[],
  seed: number,
): FamilyCheck {
  const mine = (run: Run, s: Sym): boolean => isMemberOf(s, variable, derivation, run.steps);
  const all = runs.flatMap((run) =>
    run.reports.filter((r) => mine(run, r.variable)).map((report) => ({ run, report })),
  );
  const apart = Math.max(
    0,
    ...runs.flatMap((run) =>
      [...(run.apart ?? [])].filter(([s]) => mine(run, s)).map(([, e]) => e),
    ),
  );
  const missing = runs.flatMap((run) => run.without.filter((s) => mine(run, s)));
  const failed = all.find(({ report }) => report.verdict === 'failed');
  const open = all.find(({ report }) => report.verdict === 'inconclusive');
  const orders = all.flatMap(({ report }) => report.taylorOrder ?? []).sort((a, b) => a - b);
  const reason = missing[0]
    ? `no formula for ${atomText(missing[0].name, missing[0].index)}`
    : apart > SAME
      ? `the recursion and reverse mode on the unrolled graph differ by ${apart.toExponential(1)}`
      : failed
        ? undefined
        : open?.report.reason;
  const verdict =
    failed || missing.length > 0 || apart > SAME ? 'failed' : open ? 'inconclusive' : 'passed';
  const worst = failed?.report.worst;
  return {
    variable,
    verdict,
    ...(reason !== undefined ? { reason } : {}),
    points: all.reduce((n, { report }) => n + report.points, 0),
    maxRelativeError: all.reduce((e, { report }) => Math.max(e, report.maxRelativeError), 0),
    taylorOrder: orders[Math.floor(orders.length / 2)] ?? null,
    dimensions: dimensionsOf(all),
    seed,
    ...(worst && failed
      ? {
          failure: {
            dimensions: { ...worst.sizes, ...failed.run.steps },
            analytic: worst.analytic,
            numeric: worst.numeric,
            bound: worst.bound,
          },
        }
      : {}),
    steps,
    againstReverse: apart,
  };
}

/** Each set of sizes once. */
function dimensionsOf(
  all: readonly { readonly run: Run; readonly report: CheckReport }[],
): Readonly<Record<string, number>>[] {
  const found = new Map<string, Readonly<Record<string, number>>>();
  for (const { run, report } of all)
    for (const sizes of report.dimensions) {
      const whole = { ...run.steps, ...sizes };
      found.set(JSON.stringify(whole), whole);
    }
  return [...found.values()];
}
