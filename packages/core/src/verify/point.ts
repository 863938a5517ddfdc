import type { Node, Sym } from '../expr/node.ts';
import { type Tensor, tensor } from '../expr/tensor.ts';
import { type Constraint, SINGULAR, violation, wantOf } from './domain.ts';
import type { Program } from './evaluate.ts';
import { draw, STYLES, type Style } from './inputs.ts';
import { rms } from './linear.ts';
import type { Random } from './random.ts';
import type { Settler } from './settle.ts';

/** Values for all symbols of a program. */
export type Inputs = ReadonlyMap<Sym, Tensor>;

export interface Found {
  readonly inputs: Inputs;
  /** How the inputs were drawn: where to begin with the next point of the same formula. */
  readonly style: Style;
}

/** Draws of each style before the next style, and changes of single symbols after that. */
const DRAWS = 3;
const CHANGES = 300;

/** So often it is tried to make inputs satisfy what is assumed. */
const UNSETTLED = 3;
/** Why a point is no good at which an assumption does not hold. */
export const NOT_SETTLED = 'no inputs were found for which what is assumed holds';

/** Values beyond this are taken as overflow. */
const HUGE_VALUE = 1e100;

/**
 * Random inputs at which a formula is defined and smooth, the program evaluated at them.
 *
 * First whole draws of several styles; then, from the best of them, a search that changes one symbol at a time
 * (another draw, another size, another sign, a shift) and keeps what comes nearer to the domain.
 * @param settler makes inputs satisfy equations that are assumed
 * @returns the inputs, or what was in the way
 */
export function findPoint(
  program: Program,
  constraints: readonly Constraint[],
  source: Random,
  first: Style = 'gaussian',
  settler?: Settler,
): Found | { readonly reason: string } {
  let unsettled = 0;
  /** Inputs moved to where what is assumed holds. */
  const settled = (inputs: Inputs): Inputs | undefined => {
    const found = settler ? settler.settle(inputs) : inputs;
    if (!found) unsettled += 1;
    return found;
  };
  let best: { inputs: Inputs; style: Style; score: number } | undefined;
  const singular = new Set(constraints.filter((c) => c.need === 'regular'));
  for (const style of [first, ...STYLES.filter((s) => s !== first)]) {
    for (let k = 0; k < DRAWS; k++) {
      if (unsettled >= UNSETTLED) return { reason: NOT_SETTLED };
      const inputs = settled(
        new Map(program.symbols.map((s) => [s, draw(s, program.dims(s), source, style)])),
      );
      if (!inputs) continue;
      const score = distance(program, constraints, inputs);
      if (score === 0) return { inputs, style };
      if (!best || score < best.score) best = { inputs, style, score };
      if (program.symbols.length === 0) break;
    }
    // Singular whatever was drawn: these sizes cannot do (the inverse of XᵀX for a wide X).
    for (const c of singular) if (violation(c, program) !== SINGULAR) singular.delete(c);
    if (singular.size > 0 && style !== first) return { reason: obstacle(program, constraints) };
  }
  for (let k = 0; best && k < CHANGES; k++) {
    const symbol = program.symbols[source.below(program.symbols.length)];
    const value = symbol && best.inputs.get(symbol);
    if (!symbol || !value) break;
    if (unsettled >= UNSETTLED) return { reason: NOT_SETTLED };
    const inputs = settled(new Map(best.inputs).set(symbol, changed(symbol, value, source)));
    if (!inputs) continue;
    const score = distance(program, constraints, inputs);
    if (score === 0) return { inputs, style: best.style };
    if (score <= best.score) best = { ...best, inputs, score };
  }
  if (best) program.load(best.inputs);
  return { reason: obstacle(program, constraints) };
}

/** Changes of single symbols on the way to somewhere else. */
const SEEK = 80;

/**
 * From inputs that are good to others that are and for which `gap` is 0, by changes of one symbol at a time that come nearer.
 * @param gap how far the program's present point is from where it shall be
 * @returns nothing where that is not reached; the program is then where it was
 */
export function seekPoint(
  program: Program,
  constraints: readonly Constraint[],
  start: Inputs,
  gap: () => number,
  source: Random,
): Inputs | undefined {
  let best = { inputs: start, gap: gap() };
  for (let k = 0; k < SEEK && best.gap > 0 && Number.isFinite(best.gap); k++) {
    const symbol = program.symbols[source.below(program.symbols.length)];
    const value = symbol && best.inputs.get(symbol);
    if (!symbol || !value) break;
    const inputs = new Map(best.inputs).set(symbol, changed(symbol, value, source));
    if (distance(program, constraints, inputs) > 0) continue;
    const now = gap();
    if (now <= best.gap) best = { inputs, gap: now };
  }
  if (best.gap > 0) {
    program.load(start);
    return undefined;
  }
  // the nearest such point on the way: a narrow branch lies before a wide one
  for (let k = 1; k < WAY; k++) {
    const inputs = between(start, best.inputs, k / WAY);
    if (distance(program, constraints, inputs) === 0 && gap() === 0) return inputs;
  }
  program.load(best.inputs);
  return best.inputs;
}

/** Points on the way that are looked at. */
const WAY = 32;

/** A point between two; what has no values between is as at the end. */
const between = (from: Inputs, to: Inputs, share: number): Inputs =>
  new Map(
    [...to].map(([s, end]): [Sym, Tensor] => {
      const begin = from.get(s);
      if (!begin || begin === end || UNDIVIDED.some((p) => s.properties.includes(p)))
        return [s, end];
      const data = end.data.map((v, i) => (1 - share) * (begin.data[i] as number) + share * v);
      return [s, tensor(end.dims, data)];
    }),
  );

/** How far inputs are from being good: 0 where they are. */
function distance(program: Program, constraints: readonly Constraint[], inputs: Inputs): number {
  program.load(inputs);
  let total = 0;
  for (const c of constraints) total += violation(c, program);
  for (const node of program.nodes) if (isWild(program, node)) total += 1;
  return total;
}

function isWild(program: Program, node: Node): boolean {
  if (node.kind === 'symbol') return false;
  const x = program.buffer(node);
  for (let i = 0; i < x.length; i++) if (!(Math.abs(x[i] as number) < HUGE_VALUE)) return true;
  return false;
}

/** Properties that a multiple of an array, or what is between two, has not. */
const UNDIVIDED = ['simplex', 'orthogonal', 'integer', 'binary', 'sign', 'idempotent'] as const;

/** Another value for one symbol. Declared properties are kept: such symbols are only drawn again or made larger or smaller. */
function changed(symbol: Sym, value: Tensor, source: Random): Tensor {
  const fresh = (): Tensor => draw(symbol, value.dims, source, STYLES[source.below(STYLES.length)]);
  if (UNDIVIDED.some((p) => symbol.properties.includes(p))) return fresh();
  const f = 2 ** (4 * source.uniform() - 2);
  switch (source.below(symbol.properties.length > 0 ? 2 : 4)) {
    case 0:
      return fresh();
    case 1:
      return tensor(
        value.dims,
        value.data.map((v) => f * v),
      );
    case 2:
      return tensor(
        value.dims,
        value.data.map((v) => -f * v),
      );
    default: {
      const shift = (rms(value.data) + 0.1) * 2 * source.gaussian();
      return tensor(
        value.dims,
        value.data.map((v) => v + shift),
      );
    }
  }
}

/** What keeps the program's present point from being a good one. */
function obstacle(program: Program, constraints: readonly Constraint[]): string {
  const worst = constraints
    .map((c) => ({ c, depth: violation(c, program) }))
    .sort((a, b) => b.depth - a.depth)[0];
  return worst && worst.depth > 0
    ? `no inputs were found for which the argument of ${worst.c.asks} is ${wantOf(worst.c)}`
    : 'no inputs were found for which the value is finite';
}
