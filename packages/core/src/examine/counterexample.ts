import { symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { type Tensor, tensor } from '../expr/tensor.ts';
import { postorder } from '../expr/walk.ts';
import { atomText } from '../shape/dim.ts';
import { constraintsOf, violation } from '../verify/domain.ts';
import { compile, type Program } from '../verify/evaluate.ts';
import { type Random, random } from '../verify/random.ts';
import { dimensionNames } from '../verify/sizes.ts';
import type { Counterexample, NestedNumbers } from './examination.ts';
import { type Apart, type Held, inSpace, lookAt } from './held.ts';

/** Sizes up to this are tried, and so many draws at each. */
const LARGEST = 3;
const DRAWS = 12;
const MAX_SIZES = 60;
/** Where no small numbers do, these multiples of them at a few sizes. */
const FACTORS = [1, 10, 50];
const FEW_SIZES = 4;
/** A difference is shown where it is seen in a few digits. */
const PLAIN = 1e-3;

/**
 * The smallest point at which a claim is seen to be wrong: sizes of 1, then 2, then 3, and small whole numbers that respect what was
 * declared and where functions are defined.
 * @param otherwise a point at which they are known to differ
 * @param fixed sizes, where they cannot be chosen
 */
export function counterexampleTo(
  held: Held,
  seed: number,
  otherwise: Apart | null,
  fixed?: ReadonlyMap<string, number>,
): Counterexample | null {
  // small whole numbers satisfy no equation but by luck
  if (held.facts?.some((f) => f.source.kind === 'assumed'))
    return otherwise && shown(otherwise, []);
  const [claim, gradient] = inSpace(held.variable, held);
  const roots = [held.value, claim, gradient, held.variable];
  const names = dimensionNames(roots);
  const unknown = unknownFunctions(roots);
  const small = fixed ? [fixed] : smallSizes(names);
  const tries = FACTORS.flatMap((factor) =>
    (factor === 1 ? small : small.slice(0, FEW_SIZES)).map((sizes) => ({ sizes, factor })),
  );
  for (const { sizes, factor } of tries) {
    const program = compiled(() => compile(roots, sizes));
    if (!program) continue;
    const constraints = constraintsOf(program);
    for (let k = 0; k < DRAWS; k++) {
      const source = random(seed, k);
      const inputs = new Map(
        program.symbols.map((s) => [
          s,
          enlarged(s, wholeNumbers(s, program.dims(s), source, k), factor),
        ]),
      );
      program.load(inputs);
      if (constraints.some((c) => violation(c, program) > 0)) continue;
      if (program.nodes.some((n) => program.buffer(n).some((v) => !Number.isFinite(v)))) continue;
      const { apart } = lookAt({ program, inputs }, claim, gradient, held.variable);
      if (apart && isPlain(apart)) return shown(apart, unknown);
    }
  }
  return otherwise && shown(otherwise, unknown);
}

/** The smallest point at which two formulas of one shape have different values. */
export function valuesApart(right: Node, said: Node): Counterexample | null {
  if (right.axes.length !== said.axes.length || right.axes.some((d, k) => d !== said.axes[k]))
    return null;
  // what the two are of does not matter: a variable that neither has
  const variable = symbol('·', []);
  const held = { value: right, variable, gradient: right, claim: said };
  const found = counterexampleTo(held, 1, null);
  if (!found) return null;
  const { '·': _, ...inputs } = found.inputs;
  return { ...found, inputs };
}

const isPlain = ({ claimed, correct }: Apart): boolean =>
  Math.abs(claimed - correct) > PLAIN * Math.max(Math.abs(claimed), Math.abs(correct));

function compiled(make: () => Program): Program | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** All sizes up to three, the smaller in sum first, and of these those that differ. */
function smallSizes(names: readonly string[]): ReadonlyMap<string, number>[] {
  let all: number[][] = [[]];
  for (const _ of names) {
    all = all.flatMap((s) => Array.from({ length: LARGEST }, (__, k) => [...s, k + 1]));
    if (all.length > 3 ** 6)
      all = all.filter((s) => s.every((n) => n === s[0] || n < LARGEST)).slice(0, 3 ** 6);
  }
  const sum = (s: readonly number[]): number => s.reduce((a, b) => a + b, 0);
  return all
    .sort((a, b) => sum(a) - sum(b))
    .slice(0, MAX_SIZES)
    .map((s) => new Map(names.map((n, k) => [n, s[k] ?? 1])));
}

/** Small whole numbers with the properties that were declared; larger ones as more draws were in vain. */
function wholeNumbers(s: Sym, dims: readonly number[], source: Random, tried: number): Tensor {
  const has = (...p: readonly Sym['properties'][number][]): boolean =>
    p.some((x) => s.properties.includes(x));
  const most = 2 + Math.floor(tried / 4);
  const out = tensor(dims);
  const positive = has('positive', 'nonnegative') || tried % 3 === 2;
  for (let k = 0; k < out.data.length; k++) {
    const size = 1 + source.below(most);
    out.data[k] = positive ? size : size * source.sign();
  }
  const [rows, cols] = dims.slice(-2);
  if (has('sign')) return tensor(dims, out.data.map(Math.sign));
  if (has('binary'))
    return tensor(
      dims,
      out.data.map((v) => (v > 0 && v % 2 === 1 ? 1 : 0)),
    );
  if (has('simplex')) return oneHot(out, dims.at(-1) ?? 1, source);
  if (rows === undefined || cols !== rows || dims.length !== 2) return out;
  if (has('orthogonal')) return signedPermutation(rows, source);
  if (has('idempotent'))
    return tensor(
      dims,
      out.data.map((v, k) => (k % (rows + 1) === 0 && v > 0 ? 1 : 0)),
    );
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < rows; j++) {
      const [p, q] = [i * rows + j, j * rows + i];
      if (has('diagonal') && i !== j) out.data[p] = 0;
      if ((has('upper') && j < i) || (has('lower') && j > i)) out.data[p] = 0;
      if (has('symmetric', 'posdef') && j < i) out.data[p] = out.data[q] ?? 0;
      if (has('skew')) out.data[p] = i === j ? 0 : j < i ? -(out.data[q] ?? 0) : (out.data[p] ?? 0);
      if (has('posdef') && i === j) out.data[p] = most * rows + 1;
    }
  return out;
}

/** Ten times larger and more, where a mistake shows in no smaller numbers: behind a threshold. */
const enlarged = (s: Sym, t: Tensor, factor: number): Tensor =>
  factor === 1 || FIXED.some((p) => s.properties.includes(p))
    ? t
    : tensor(
        t.dims,
        t.data.map((v) => factor * v),
      );

const FIXED = ['simplex', 'orthogonal', 'binary', 'sign', 'idempotent'] as const;

/** One 1 in each row. */
function oneHot(out: Tensor, cols: number, source: Random): Tensor {
  out.data.fill(0);
  for (let row = 0; row < out.data.length; row += cols) out.data[row + source.below(cols)] = 1;
  return out;
}

function signedPermutation(n: number, source: Random): Tensor {
  const out = tensor([n, n]);
  const left = Array.from({ length: n }, (_, k) => k);
  for (let i = 0; i < n; i++) {
    const [j = 0] = left.splice(source.below(left.length), 1);
    out.data[i * n + j] = source.sign();
  }
  return out;
}

/** Functions that were declared without saying what they are. */
const unknownFunctions = (roots: readonly Node[]): string[] => [
  ...new Set(postorder(roots).flatMap((n) => (n.kind === 'apply' && n.fn ? [n.fn.name] : []))),
];

const shown = (
  { sizes, inputs, entry, claimed, correct }: Apart,
  unknown: readonly string[],
): Counterexample => ({
  ...(unknown.length > 0 ? { unknown } : {}),
  sizes: Object.fromEntries(sizes),
  inputs: Object.fromEntries([...inputs].map(([s, t]) => [atomText(s.name, s.index), nested(t)])),
  entry,
  claimed,
  correct,
});

/** An array as lists within lists. */
export function nested({ dims, data }: Tensor): NestedNumbers {
  let list: NestedNumbers[] = [...data];
  for (const n of [...dims].reverse()) {
    const rows: NestedNumbers[] = [];
    for (let k = 0; k < list.length; k += n) rows.push(list.slice(k, k + n));
    list = rows;
  }
  return list[0] ?? [];
}
