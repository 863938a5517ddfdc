import { type Block, flattenGradient, type Layout, placeOf, type rebuild } from './layout.ts';
import type { Problem } from './report.ts';

/** Something that keeps a check from coming to a verdict, or is a verdict by itself. */
export class Obstacle extends Error {
  override readonly name = 'Obstacle';
  readonly problem: Problem;
  /** The gradient is wrong for this reason alone. */
  readonly wrong: boolean;
  constructor(kind: Problem['kind'], text: string, wrong = false) {
    super(text);
    this.problem = { kind, text };
    this.wrong = wrong;
  }
}

export interface Limits {
  /** Calls of f at the most. */
  readonly evaluations: number;
  readonly seconds: number;
}

/** How an argument is made for one call; a seam for tests. */
export type Rebuild = typeof rebuild;

/**
 * The functions under test. Each call gets an argument of its own, so that a function that writes to it spoils nothing, and
 * every answer is looked at before it is believed.
 */
export class Probe {
  calls = 0;
  /** Whether arrays in single precision are given as doubles. */
  widen: boolean;
  /** Whether the gradient's numbers are all of single precision. */
  singleGradient = false;
  /** What f threw away from the point, for messages. */
  thrown: string | undefined;
  private readonly f: (at: never) => unknown;
  private readonly grad: (at: never) => unknown;
  private readonly at: unknown;
  readonly layout: Layout;
  private readonly wanted: readonly Block[];
  private readonly limits: Limits;
  private readonly make: Rebuild;
  private readonly end: number;

  constructor(
    [f, grad]: readonly [(at: never) => unknown, (at: never) => unknown],
    at: unknown,
    [layout, wanted]: readonly [Layout, readonly Block[]],
    limits: Limits,
    make: Rebuild,
  ) {
    this.f = f;
    this.grad = grad;
    this.at = at;
    this.layout = layout;
    this.wanted = wanted;
    this.limits = limits;
    this.make = make;
    this.widen = layout.single;
    this.end = Date.now() + 1000 * limits.seconds;
  }

  /** f, which must be a number. @throws Obstacle */
  value(x: Float64Array, watch = false): number {
    const argument = this.argument(x);
    let y: unknown;
    try {
      y = this.call(() => this.f(argument as never));
    } catch (error) {
      if (error instanceof Obstacle) throw error;
      throw new Obstacle('throws', `f throws ${said(error)}`);
    }
    if (watch) this.unchanged(argument, x, 'f');
    if (typeof y === 'number') return y;
    throw new Obstacle('not-a-number', `f must give one number, and gives ${whatIs(y)}`);
  }

  /** f away from the point: NaN where it gives no number or throws, as outside a domain. @throws Obstacle at a limit */
  valueNear(x: Float64Array): number {
    try {
      return this.value(x);
    } catch (error) {
      if (!(error instanceof Obstacle) || error.problem.kind === 'limit') throw error;
      this.thrown ??= error.message;
      return Number.NaN;
    }
  }

  /** The claimed gradient; what is not to be checked is 0. f is called first, as code that keeps its forward pass expects. @throws Obstacle */
  gradient(x: Float64Array, watch = false): Float64Array {
    this.value(x);
    const argument = this.argument(x);
    let g: unknown;
    try {
      g = this.grad(argument as never);
    } catch (error) {
      throw new Obstacle('throws', `the gradient throws ${said(error)}`);
    }
    if (watch) this.unchanged(argument, x, 'the gradient');
    const flat = flattenGradient(g, this.at, x.length, this.wanted);
    if ('misfit' in flat) throw new Obstacle('shape', flat.misfit, true);
    this.singleGradient =
      flat.single ||
      (flat.values.every((v) => v === Math.fround(v)) && flat.values.some((v) => !isShort(v)));
    return flat.values;
  }

  /** Whether there is time to look closer. */
  canSpend(): boolean {
    return (
      this.calls < this.limits.evaluations / 2 && Date.now() < this.end - 500 * this.limits.seconds
    );
  }

  private call<T>(f: () => T): T {
    if (this.calls >= this.limits.evaluations)
      throw new Obstacle('limit', `f was called ${this.calls} times; \`evaluations\` allows more`);
    if (Date.now() > this.end)
      throw new Obstacle(
        'limit',
        `it takes longer than ${this.limits.seconds} s; \`seconds\` allows more`,
      );
    this.calls++;
    return f();
  }

  private argument(x: Float64Array): unknown {
    return this.make(this.at, x, this.widen);
  }

  /** @throws Obstacle where a call wrote to its argument */
  private unchanged(argument: unknown, x: Float64Array, who: string): void {
    const now = flattenGradient(argument, this.at, x.length, this.layout.blocks);
    if ('misfit' in now)
      throw new Obstacle(
        'changes-argument',
        `${who} changes the build of its argument; it must work on a copy`,
      );
    const want = flattenGradient(
      this.make(this.at, x, this.widen),
      this.at,
      x.length,
      this.layout.blocks,
    );
    if ('misfit' in want) return;
    const k = now.values.findIndex((v, i) => !Object.is(v, want.values[i]));
    if (k >= 0)
      throw new Obstacle(
        'changes-argument',
        `${who} changes its argument: ${placeOf(this.layout, k) || 'it'} was ${want.values[k]} and is ${now.values[k]} after the call; it must work on a copy`,
      );
  }
}

/** Whether a number has no more than a dozen binary digits: 0, 1 and ½ are of any precision. */
const isShort = (v: number): boolean =>
  v === 0 || Number.isInteger(v / 2 ** (Math.floor(Math.log2(Math.abs(v))) - 12));

const said = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

function whatIs(y: unknown): string {
  if (y instanceof Promise) return 'a Promise: await it and give the number';
  if (ArrayBuffer.isView(y) || Array.isArray(y))
    return `${'length' in y ? `${String(y.length)} numbers` : 'an array'}: weigh them and add them up, \`sum(w[i] * y[i])\``;
  return y === null
    ? 'null'
    : y === undefined
      ? 'nothing (is a `return` missing?)'
      : typeof y === 'object'
        ? 'an object'
        : `a ${typeof y}`;
}
