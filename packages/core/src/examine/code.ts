import { inlineParts, reverse } from '../derive/reverse.ts';
import { inSpaceOf } from '../derive/space.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { Problem } from '../elaborate/problem.ts';
import { requireScalar } from '../explain/common.ts';
import type { Node, Sym } from '../expr/node.ts';
import type { Tensor } from '../expr/tensor.ts';
import { postorder } from '../expr/walk.ts';
import { Branches } from '../verify/branches.ts';
import { checkGradient } from '../verify/gradient.ts';
import { drawDirection } from '../verify/inputs.ts';
import { dot } from '../verify/linear.ts';
import { type Place, Places } from '../verify/place.ts';
import { random } from '../verify/random.ts';
import { factorBetween } from './code-factor.ts';
import type { MistakeClass } from './examination.ts';
import { coefficients } from './mistake/numbers.ts';
import { termsOf } from './mistake/terms.ts';

/**
 * Gradients that a program computes, held against the derived ones at random points. A program can be asked for numbers only,
 * so that a mistake is named by how the numbers change with the sizes.
 */
export interface CodePoint {
  readonly sizes: ReadonlyMap<string, number>;
  /** A value for every variable, in the order of the problem. */
  readonly inputs: ReadonlyMap<Sym, Tensor>;
  /** For each wanted variable what is right. */
  readonly gradients: readonly Tensor[];
  /** For each wanted variable the terms of which the gradient is the sum. */
  readonly terms: readonly (readonly Float64Array[])[];
}

export interface CodeSubject {
  /** The derivatives asked for. */
  readonly wanted: readonly Sym[];
  readonly gradients: readonly Node[];
  /** The terms of each, multiplied out; none where there is only one, or many. */
  readonly terms: readonly (readonly Node[])[];
  readonly points: readonly CodePoint[];
  readonly seed: number;
}

/** What a program gave for one variable at one point. */
export interface CodeAnswer {
  readonly dims: readonly number[];
  readonly data: Float64Array;
  /** It was computed in single precision. */
  readonly single: boolean;
}

export interface CodeFinding {
  readonly variable: Sym;
  readonly verdict: 'right' | 'wrong-shape' | 'wrong' | 'cannot-tell';
  /** Of `cannot-tell` the reason, of `wrong-shape` the shapes. */
  readonly condition: string | null;
  readonly notes: readonly string[];
  readonly diagnoses: readonly { readonly class: MistakeClass; readonly text: string }[];
  readonly counterexample: CodeCounterexample | null;
  /** Largest difference at a point, relative to the largest entry there. */
  readonly error: number;
  readonly single: boolean;
}

export interface CodeCounterexample {
  readonly sizes: Readonly<Record<string, number>>;
  /** Counted from one. */
  readonly entry: readonly number[];
  readonly claimed: number;
  readonly correct: number;
}

/** Gradients of more terms are not taken apart. */
const MAX_TERMS = 8;
/** Points beyond those that were asked for, at branches that none of them took. */
const FURTHER = 4;

/** Differences beyond these, relative to the largest entry, are mistakes; in single precision much is rounding. */
const TOLERANCE = { double: 1e-8, single: 1e-4 };

/**
 * Points at which a program can be asked for the gradients of a problem: sizes all different and all equal in turn.
 * @throws MatgradError where the value is no scalar, has families or unknown functions, or no point is found
 */
export function codeSubject(
  problem: Problem,
  { seed, points }: { readonly seed: number; readonly points: number },
): CodeSubject {
  requireScalar(problem);
  if (problem.family) fail('code is checked for formulas without families; write out the steps');
  const value = problem.value.node;
  if (postorder([value]).some((n) => n.kind === 'apply' && n.fn))
    fail('the formula has an unknown function: say which it is, as in `σ = tanh`');
  const { wrt: wanted, variables } = problem;
  const derived = inlineParts(reverse(value, wanted), () => false).gradients;
  const gradients = wanted.map((v, k) => inSpaceOf(v, derived[k] as Node).node);
  const checks = checkGradient(
    value,
    wanted.map((variable, k) => ({ variable, gradient: gradients[k] as Node })),
    { seed, points },
  );
  const open = checks.find((c) => c.verdict !== 'passed');
  if (open)
    fail(
      `the gradient by ${open.variable.name} could not be checked: ${open.reason ?? open.verdict}`,
    );
  const terms = gradients.map((g) => {
    const list = termsOf(g);
    return list.length > 1 && list.length <= MAX_TERMS ? list : [];
  });
  const places = new Places([value, ...gradients, ...variables, ...terms.flat()], problem.facts);
  const branches = new Branches();
  const found: CodePoint[] = [];
  const put = (place: Place): void => {
    const { program, inputs } = place;
    branches.visit(place);
    found.push({
      sizes: program.sizes,
      inputs: new Map(variables.map((v) => [v, inputs.get(v) as Tensor])),
      gradients: gradients.map((g) => ({ dims: program.dims(g), data: program.buffer(g).slice() })),
      terms: terms.map((list) => list.map((t) => program.buffer(t).slice())),
    });
  };
  for (let attempt = 0; found.length < points && attempt < 4 * points; attempt++) {
    const mode = found.length % 2 === 1 ? 'equal' : 'different';
    const place = places.draw(mode, random(seed, attempt), attempt - found.length);
    if (!('reason' in place)) put(place);
  }
  for (let k = 0; k < FURTHER && branches.open.length > 0; k++) {
    const source = random(seed, 1000 + k);
    const place = places.draw('different', source, 0);
    const there =
      'reason' in place ? undefined : places.seek(place, (p) => branches.gap(p), source);
    if (!there) break;
    put(there);
  }
  if (found.length === 0) fail('no inputs were found at which the formula is defined');
  return { wanted, gradients, terms, points: found, seed };
}

function fail(message: string): never {
  throw new MatgradError({
    severity: 'error',
    code: 'not-for-code',
    message,
    labels: [],
    notes: [],
  });
}

/** Points at which a program can be asked where there is no formula: what was declared, with sizes all different. @throws MatgradError */
export function declaredPoints(
  problem: Problem,
  { seed, points }: { readonly seed: number; readonly points: number },
): Omit<CodePoint, 'gradients' | 'terms'>[] {
  const places = new Places(problem.variables, problem.facts);
  return Array.from({ length: points }, (_, k) => {
    const place = places.draw('different', random(seed, k), 0);
    if ('reason' in place) return fail(place.reason);
    return { sizes: place.program.sizes, inputs: place.inputs };
  });
}

/** The verdict on one variable. @param answers what the program gave at each point of the subject */
export function judgeCode(
  subject: CodeSubject,
  which: number,
  answers: readonly CodeAnswer[],
  text: (node: Node) => string | null = () => null,
): CodeFinding {
  const variable = subject.wanted[which] as Sym;
  const single = answers.some((a) => a.single);
  const base: CodeFinding = {
    variable,
    verdict: 'right',
    condition: null,
    notes: [],
    diagnoses: [],
    counterexample: null,
    error: 0,
    single,
  };
  const pairs = subject.points.map((point, k) => ({
    point,
    right: point.gradients[which] as Tensor,
    given: answers[k] as CodeAnswer,
  }));
  const misfit = pairs.find(({ right, given }) => !sameDims(right.dims, given.dims));
  if (misfit) return { ...base, ...shapesApart(pairs, misfit) };
  const notes = pairs.some(({ right, given }) => right.dims.join() !== given.dims.join())
    ? [`it comes as a ${pairs[0]?.given.dims.join('×')} array`]
    : [];

  const tolerance = single ? TOLERANCE.single : TOLERANCE.double;
  const errors = pairs.map(({ point, right, given }, k) =>
    apart(variable, point.inputs.get(variable) as Tensor, right.data, given.data, subject.seed + k),
  );
  const error = Math.max(...errors);
  if (error <= tolerance) return { ...base, notes, error };
  const bad = pairs.find(({ given }) => given.data.some((v) => !Number.isFinite(v)));
  if (bad)
    return {
      ...base,
      verdict: 'wrong',
      error,
      notes,
      condition: 'it is not finite',
      counterexample: exampleOf([bad]),
    };
  return {
    ...base,
    verdict: 'wrong',
    notes,
    error,
    diagnoses: diagnosesOf(pairs, subject, which, tolerance, text),
    counterexample: exampleOf(pairs.filter((_, k) => (errors[k] as number) > tolerance)),
  };
}

interface Pair {
  readonly point: CodePoint;
  readonly right: Tensor;
  readonly given: CodeAnswer;
}

/** Columns and rows of length 1 are as good as vectors, and a number as a list of one. */
const sameDims = (want: readonly number[], have: readonly number[]): boolean =>
  want.join() === have.join() ||
  (want.filter((d) => d !== 1).join() === have.filter((d) => d !== 1).join() &&
    (want.length < 2 || have.length === want.length));

/** How far two gradients are apart, relative to the larger; of a structured variable along directions that it may take. */
function apart(
  variable: Sym,
  at: Tensor,
  right: Float64Array,
  given: Float64Array,
  seed: number,
): number {
  const source = random(seed, 7);
  const structured = variable.properties.some((p) =>
    ['symmetric', 'posdef', 'skew', 'diagonal', 'lower', 'upper'].includes(p),
  );
  const lines = structured
    ? Array.from({ length: 6 }, () => drawDirection(variable, at, source))
    : [];
  const of = (g: Float64Array): Float64Array =>
    structured ? Float64Array.from(lines, (u) => dot(g, u)) : g;
  const [a, b] = [of(right), of(given)];
  const size = Math.max(...a.map(Math.abs), 0);
  const difference = a.reduce((m, v, k) => {
    const d = Math.abs(v - (b[k] as number));
    return Number.isNaN(d) ? Number.POSITIVE_INFINITY : Math.max(m, d);
  }, 0);
  return difference === 0 ? 0 : difference / size;
}

function shapesApart(pairs: readonly Pair[], { right, given }: Pair): Partial<CodeFinding> {
  const text = (dims: readonly number[]): string =>
    dims.length === 0 ? 'a number' : dims.join('×');
  const turned = pairs.every(
    (p) => p.given.dims.length === 2 && sameDims(p.right.dims, [...p.given.dims].reverse()),
  );
  const transposed = turned && pairs.every((p) => closeTo(p.right.data, transpose(p.given)));
  return {
    verdict: 'wrong-shape',
    condition: `it is ${text(given.dims)} where the variable is ${text(right.dims)}`,
    diagnoses: transposed ? [{ class: 'transposed', text: 'it is the gradient transposed' }] : [],
  };
}

function diagnosesOf(
  pairs: readonly Pair[],
  subject: CodeSubject,
  which: number,
  tolerance: number,
  text: (node: Node) => string | null,
): CodeFinding['diagnoses'] {
  const found: { class: MistakeClass; text: string }[] = [];
  const factor = factorBetween(pairs, tolerance);
  if (factor) found.push(factor);
  if (!factor) found.push(...wrongTerms(pairs, subject.terms[which] ?? [], which, text));
  const square = pairs.every((p) => p.right.dims.length === 2);
  if (square && pairs.every((p) => closeTo(p.right.data, transpose(p.given))))
    found.push({ class: 'transposed', text: 'it is the gradient transposed' });
  subject.wanted.forEach((other, k) => {
    const same = pairs.every(({ point, given }) => {
      const { dims, data } = point.gradients[k] as Tensor;
      return sameDims(dims, given.dims) && closeTo(data, given.data);
    });
    if (k !== which && same)
      found.push({
        class: 'wrong-symbol',
        text: `it is the gradient by ${other.name}: the results stand in another order`,
      });
  });
  return found;
}

/** Terms that are missing or of a wrong factor: what was given as a combination of the terms of the gradient, the same at all points. */
function wrongTerms(
  pairs: readonly Pair[],
  terms: readonly Node[],
  which: number,
  text: (node: Node) => string | null,
): CodeFinding['diagnoses'] {
  const fits = pairs.map(({ point, given }) => coefficients(point.terms[which] ?? [], given.data));
  const [first] = fits;
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE.single;
  if (!first || terms.length === 0) return [];
  if (!fits.every((f) => f?.every((c, k) => near(c, first[k] ?? Number.NaN)))) return [];
  return terms.flatMap((term, k): CodeFinding['diagnoses'][number][] => {
    const c = first[k] ?? 1;
    const name = `the term ${text(term) ?? ''}`.trim();
    if (near(c, 1)) return [];
    if (near(c, 0)) return [{ class: 'missing-term', text: `${name} is missing` }];
    if (near(c, -1)) return [{ class: 'sign', text: `${name} has the wrong sign` }];
    return [
      { class: 'factor', text: `${name} is ${Number(c.toPrecision(6))} times what it should be` },
    ];
  });
}

const closeTo = (a: Float64Array, b: Float64Array): boolean => {
  const size = a.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return a.every((v, k) => Math.abs(v - (b[k] ?? Number.NaN)) <= TOLERANCE.single * size);
};

function transpose({ dims, data }: CodeAnswer): Float64Array {
  const [rows = 1, cols = 1] = dims;
  return data.map((_, k) => data[(k % rows) * cols + Math.floor(k / rows)] ?? Number.NaN);
}

/** The entry that is most wrong, at the smallest point at which one is. */
function exampleOf(pairs: readonly Pair[]): CodeCounterexample | null {
  const [smallest] = pairs.toSorted((a, b) => a.right.data.length - b.right.data.length);
  if (!smallest) return null;
  const { point, right, given } = smallest;
  const miss = (k: number): number => {
    const d = Math.abs((right.data[k] as number) - (given.data[k] as number));
    return Number.isNaN(d) ? Number.POSITIVE_INFINITY : d;
  };
  const worst = right.data.reduce((w, _, k) => (miss(k) > miss(w) ? k : w), 0);
  let rest = worst;
  const entry = [...right.dims].reverse().map((d) => {
    const place = (rest % d) + 1;
    rest = Math.floor(rest / d);
    return place;
  });
  return {
    sizes: Object.fromEntries(point.sizes),
    entry: entry.reverse(),
    claimed: given.data[worst] as number,
    correct: right.data[worst] as number,
  };
}
