import { inSpaceOf } from '../derive/space.ts';
import { symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import type { Tensor } from '../expr/tensor.ts';
import { tensor } from '../expr/tensor.ts';
import { postorder } from '../expr/walk.ts';
import type { Fact } from '../simplify/facts.ts';
import { Branches } from '../verify/branches.ts';
import type { Sameness } from '../verify/compare.ts';
import type { Place } from '../verify/place.ts';
import { Places } from '../verify/place.ts';
import { random } from '../verify/random.ts';
import type { SizesMode } from '../verify/sizes.ts';

/** A claim beside the gradient that it is held against. */
export interface Held {
  /** A scalar. */
  readonly value: Node;
  readonly variable: Sym;
  /** As derived. */
  readonly gradient: Node;
  /** Of the same axes. */
  readonly claim: Node;
  /** Equations that hold wherever the two are compared. */
  readonly facts?: readonly Fact[];
}

/** Where the two differ. */
export interface Apart {
  readonly sizes: ReadonlyMap<string, number>;
  readonly inputs: ReadonlyMap<Sym, Tensor>;
  /** Counted from one. */
  readonly entry: readonly number[];
  readonly claimed: number;
  readonly correct: number;
}

export interface Comparison {
  readonly verdict: Sameness;
  readonly apart: Apart | null;
  /** Both are zero wherever they were looked at. */
  readonly zero: boolean;
}

export interface HeldOptions {
  readonly seed: number;
  readonly points: number;
  readonly mode?: SizesMode | 'both';
  /** Sizes in place of drawn ones. */
  readonly sizes?: ReadonlyMap<string, number>;
  /** Every entry counts, whatever the space of the variable. */
  readonly entrywise?: boolean;
}

/** Points beyond those that were asked for, at branches that none of them took. */
const FURTHER = 4;

/** Differences below this, relative to the largest entry, are rounding whatever the formulas. */
const ROUNDING = 1e-9;
/** The same relative to the largest number in the computation. */
const RESIDUE = 2 ** -48;
/** Inputs are moved by this, relatively, to see whether a difference stays. */
const STIR = 1e-13;
const STIRS = 6;
/** What stays is no rounding: rounding would change by as much as itself. */
const STEADY = 1 / 8;

/**
 * Whether a claim has the gradient's value, at points at which the value is smooth. There is no tolerance for a difference: one that is
 * not tiny counts as rounding only if it changes entirely when the inputs are moved by a hair. Among structured matrices two gradients
 * are the same where their inner products with all allowed directions are.
 */
export function compareHeld(held: Held, options: HeldOptions): Comparison {
  const variable = options.entrywise ? plain(held.variable) : held.variable;
  const [claim, gradient] = inSpace(variable, held);
  const places = new Places([held.value, claim, gradient, held.variable], held.facts);
  const branches = new Branches();
  let [seen, zero] = [0, true];
  const { points, mode = 'both' } = options;
  for (let attempt = 0; seen < points && attempt < 3 * points; attempt++) {
    const sizes = mode === 'both' ? (seen % 2 === 1 ? 'equal' : 'different') : mode;
    const source = random(options.seed, attempt);
    const place = places.draw(sizes, source, attempt - seen, options.sizes);
    if ('reason' in place) continue;
    seen += 1;
    branches.visit(place);
    const looked = lookAt(place, claim, gradient, variable);
    zero &&= looked.zero;
    if (looked.apart) return { verdict: 'different', apart: looked.apart, zero: false };
  }
  for (let k = 0; seen > 0 && k < FURTHER && branches.open.length > 0; k++) {
    const source = random(options.seed, 1000 + k);
    const place = places.draw('different', source, 0, options.sizes);
    const there =
      'reason' in place ? undefined : places.seek(place, (p) => branches.gap(p), source);
    if (!there || !branches.visit(there)) break;
    const looked = lookAt(there, claim, gradient, variable);
    if (looked.apart) return { verdict: 'different', apart: looked.apart, zero: false };
  }
  return { verdict: seen > 0 ? 'equal' : 'unknown', apart: null, zero };
}

/** The claim and the gradient in the space in which the variable lives. */
export function inSpace(
  variable: Sym,
  { claim, gradient }: Pick<Held, 'claim' | 'gradient'>,
): [Node, Node] {
  return [inSpaceOf(variable, claim).node, inSpaceOf(variable, gradient).node];
}

/** The variable with nothing declared of it. */
const plain = (s: Sym): Sym => symbol(s.name, s.shape, { index: s.index, role: s.role });

/** Whether two formulas differ where a program is evaluated. */
export function lookAt(
  { program, inputs }: Pick<Place, 'program' | 'inputs'>,
  claim: Node,
  gradient: Node,
  variable: Sym,
): { readonly apart: Apart | null; readonly zero: boolean } {
  const dims = program.dims(gradient);
  const counts = countedEntries(variable, dims);
  const difference = (): Float64Array =>
    program.buffer(claim).map((c, k) => (counts(k) ? c - (program.buffer(gradient)[k] ?? 0) : 0));
  const first = difference();
  const [claimed, correct] = [program.buffer(claim).slice(), program.buffer(gradient).slice()];
  const size = Math.max(largestOf(claimed), largestOf(correct));
  const at = first.reduce((best, d, k) => (Math.abs(d) > Math.abs(first[best] ?? 0) ? k : best), 0);
  const apart = Math.abs(first[at] ?? 0);
  if (!(apart > ROUNDING * size)) return { apart: null, zero: size === 0 };
  let changed = 0;
  for (let k = 0; k < STIRS; k++) {
    const source = random(k, at);
    program.load(new Map([...inputs].map(([s, t]) => [s, stirred(t, source.uniform)])));
    changed = Math.max(changed, Math.abs((difference()[at] ?? 0) - (first[at] ?? 0)));
  }
  program.load(inputs);
  const below = postorder([claim, gradient]).map((n) => largestOf(program.buffer(n)));
  const largest = Math.max(...below);
  if (apart <= RESIDUE * largest || changed > STEADY * apart) return { apart: null, zero: false };
  const found = {
    sizes: program.sizes,
    inputs,
    entry: entryOf(at, dims),
    claimed: claimed[at] ?? 0,
    correct: correct[at] ?? 0,
  };
  return { apart: found, zero: false };
}

const largestOf = (x: Float64Array): number => x.reduce((m, v) => Math.max(m, Math.abs(v)), 0);

/** All entries made larger or smaller by one factor: what was declared of a matrix still holds. */
const stirred = (t: Tensor, uniform: () => number): Tensor => {
  const factor = 1 + STIR * (2 * uniform() - 1);
  return tensor(
    t.dims,
    t.data.map((v) => v * factor),
  );
};

/** Of a gradient by a triangular matrix only the entries on its side count. */
function countedEntries(variable: Sym, dims: readonly number[]): (k: number) => boolean {
  const [rows, cols = 1] = dims;
  const has = (p: 'lower' | 'upper'): boolean => variable.properties.includes(p);
  if (dims.length !== 2 || rows !== cols || !(has('lower') || has('upper'))) return () => true;
  return (k) => {
    const [i, j] = [Math.floor(k / cols), k % cols];
    return has('lower') ? i >= j : i <= j;
  };
}

/** A place in an array, counted from one along each axis. */
function entryOf(k: number, dims: readonly number[]): number[] {
  let rest = k;
  return [...dims]
    .reverse()
    .map((n) => {
      const i = rest % n;
      rest = Math.floor(rest / n);
      return i + 1;
    })
    .reverse();
}
