/** What came of the check of a gradient, as data. */
export interface GradientReport {
  /** `inconclusive`: nothing can be said, for the reason in `problem`. */
  readonly verdict: 'right' | 'wrong' | 'inconclusive';
  /** What else is the matter: why nothing can be said, or in what way a gradient is wrong that has no wrong number. */
  readonly problem: Problem | null;
  /** The verdict with its reasons, to read. */
  readonly message: string;
  /** The entry (of a block that was checked along directions and whose fault could not be traced: the direction) that is most wrong. */
  readonly worst: Worst | null;
  /** The largest disagreement, relative to the largest directional derivative of its block. */
  readonly error: number;
  /** How much of `error` the measurement may be responsible for. */
  readonly bound: number;
  /** A single wrong entry is found from this error on, relative to the root mean square of the gradient's entries. */
  readonly finds: number;
  /** With which power the remainder |f(x + h u) − f(x) − h⟨G, u⟩| falls: 2 for a right gradient; null where f is straight. */
  readonly taylorOrder: number | null;
  /** How often the point was moved by 1 % because f has a kink there. */
  readonly kinks: number;
  /** Rounding noise of f, relative to its value. */
  readonly noise: number;
  /** `single` where f or its gradient is computed in single precision: such a verdict is weaker, see `finds`. */
  readonly precision: 'double' | 'single';
  readonly blocks: readonly BlockReport[];
  /** Gives the same check again: `gradcheck(f, grad, at, { seed })`. */
  readonly seed: number;
  /** Calls of f. */
  readonly evaluations: number;
}

export interface Problem {
  readonly kind:
    | 'shape'
    | 'gradient-not-finite'
    | 'value-not-finite'
    | 'not-a-number'
    | 'throws'
    | 'not-deterministic'
    | 'changes-argument'
    | 'kinks'
    | 'noise'
    | 'limit';
  readonly text: string;
}

export interface Worst {
  /** `params.W[3][1]`; of a direction the path of the block. */
  readonly path: string;
  /** Derivative by this entry, as claimed and as measured; of a direction those along it. */
  readonly claimed: number;
  readonly measured: number;
  /** |claimed − measured| relative to the largest directional derivative of the block. */
  readonly error: number;
  /** Bound of the error of `measured`. */
  readonly bound: number;
}

export interface BlockReport {
  readonly path: string;
  readonly entries: number;
  /** Every entry by itself, or random directions. */
  readonly method: 'entries' | 'directions';
  readonly verdict: 'right' | 'wrong' | 'inconclusive';
  /** Why it is inconclusive. */
  readonly reason: 'kinks' | 'noise' | 'value-not-finite' | null;
  readonly error: number;
  readonly bound: number;
  readonly finds: number;
  readonly worst: Worst | null;
  /** Of a block that was checked by entries: how many are wrong. */
  readonly wrong: number;
  /** claimed / measured where it is the same for all entries and not 1. */
  readonly factor: number | null;
}

/** Thrown by `expectGradient`. */
export class GradientError extends Error {
  override readonly name = 'GradientError';
  readonly report: GradientReport;
  constructor(report: GradientReport) {
    super(report.message);
    this.report = report;
  }
}

const round = (x: number): string =>
  Number.isFinite(x) ? String(Number(x.toPrecision(6))) : String(x);
const rough = (x: number): string => (x === 0 ? '0' : x.toExponential(1));

const share = (x: number): string =>
  x >= 1e-3 ? `${Number((100 * x).toPrecision(3))} %` : rough(x);

/** The verdict with its reasons, in a few lines. */
export function messageOf(r: Omit<GradientReport, 'message'>): string {
  const lines = [headline(r)];
  const { worst } = r;
  if (worst) {
    lines.push(
      `claimed ${round(worst.claimed)}, differences give ${round(worst.measured)} ± ${rough(worst.bound)}: ` +
        `off by ${share(worst.error)} of the largest directional derivative`,
    );
    const block = r.blocks.find((b) => b.worst === worst);
    if (block?.factor) lines.push(`every entry is ${round(block.factor)} times what it should be`);
    else if (block && block.method === 'entries' && block.entries > 1)
      lines.push(
        `${block.wrong} of ${block.entries} entries${block.path === '' ? '' : ` of ${block.path}`} are wrong`,
      );
  }
  const open = r.blocks.filter((b) => b.verdict === 'inconclusive').map((b) => b.path);
  if (r.verdict !== 'right' && open.length > 0 && open[0] !== '')
    lines.push(`no verdict on ${open.slice(0, 5).join(', ')}${open.length > 5 ? ', …' : ''}`);
  if (r.blocks.length > 0) lines.push(...facts(r));
  return lines.join('\n  ');
}

function headline({
  verdict,
  problem,
  worst,
  precision,
  finds,
}: Omit<GradientReport, 'message'>): string {
  const where = worst && worst.path !== '' ? ` at ${worst.path}` : '';
  const why = problem ? `: ${problem.text}` : '';
  switch (verdict) {
    case 'right':
      return precision === 'single'
        ? `the gradient is right as far as single precision shows: errors below ${rough(finds)} of its entries cannot be seen`
        : 'the gradient is right';
    case 'wrong':
      return `the gradient is wrong${where}${why}`;
    case 'inconclusive':
      return `whether the gradient is right cannot be told${why}`;
  }
}

function facts(r: Omit<GradientReport, 'message'>): string[] {
  const count = (method: BlockReport['method']): number =>
    r.blocks.reduce((n, b) => (b.method === method ? n + b.entries : n), 0);
  const [one, many] = [count('entries'), count('directions')];
  const how = [
    ...(one > 0 ? [`${one} entries one by one`] : []),
    ...(many > 0 ? [`${many} entries along random directions`] : []),
  ].join(', ');
  const kinks =
    r.kinks > 0
      ? [`the point was moved by 1 % away from a kink${r.kinks > 1 ? ` ${r.kinks} times` : ''}`]
      : [];
  const order = r.taylorOrder === null ? '' : `, Taylor order ${r.taylorOrder.toFixed(1)}`;
  return [
    `checked ${how}: largest relative error ${rough(r.error)}${order}`,
    ...(Number.isFinite(r.finds)
      ? [`an error in one entry would show from ${rough(r.finds)} of a typical entry on`]
      : []),
    ...kinks,
    `f was called ${r.evaluations} times and has noise of ${rough(r.noise)}; seed ${r.seed}`,
  ];
}
