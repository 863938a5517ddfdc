// `npm run bench:neighbours`: published derivatives asked of SymPy and tensorgrad, each answer held against differences.
//
// SymPy gets the formula in its matrix expressions, tensorgrad the same graph on indices that matgrad works on. An answer is right
// where its numbers are those of extrapolated differences, in whatever order its axes stand. Times are medians of the derivation
// alone, simplification included, without a check on either side.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deriveGradients, withoutParts } from '../../packages/core/src/derive/derive.ts';
import { jacobianOf } from '../../packages/core/src/derive/jacobian.ts';
import { elaborateProblem } from '../../packages/core/src/elaborate/elaborate.ts';
import type { Problem } from '../../packages/core/src/elaborate/problem.ts';
import { wantedJacobians } from '../../packages/core/src/explain/jacobian.ts';
import type { Node, Sym } from '../../packages/core/src/expr/node.ts';
import type { Tensor } from '../../packages/core/src/expr/tensor.ts';
import { symbolsOf } from '../../packages/core/src/expr/walk.ts';
import { NoMatrixForm } from '../../packages/core/src/notation/matrix.ts';
import { toSurface } from '../../packages/core/src/notation/surface.ts';
import { evalDim } from '../../packages/core/src/shape/dim.ts';
import { formatDim } from '../../packages/core/src/shape/shape.ts';
import { parseInput } from '../../packages/core/src/syntax/parse.ts';
import { compile, evaluateAt } from '../../packages/core/src/verify/evaluate.ts';
import { draw, STYLES } from '../../packages/core/src/verify/inputs.ts';
import { random } from '../../packages/core/src/verify/random.ts';
import { dimensionNames, drawSizes } from '../../packages/core/src/verify/sizes.ts';
import { type Plain, plainGraph } from './graph.ts';
import { NotSaid, sympyOf } from './sympy.ts';

interface Identity {
  readonly id: string;
  readonly expr: string;
  readonly where: string;
  readonly wrt: string;
  readonly kind: string;
}

/** A question with numbers at one point. */
interface Task {
  readonly id: string;
  readonly kind: string;
  readonly order: 1 | 2;
  readonly by: string;
  /** In the ways in which it can be said; null where it cannot. */
  readonly sympy: readonly string[] | null;
  readonly graph: readonly Plain[];
  readonly sizes: Readonly<Record<string, number>>;
  readonly inputs: readonly {
    readonly name: string;
    /** As SymPy declares it: rows and columns, or none of a scalar. */
    readonly shape: readonly string[];
    /** As the graph has it. */
    readonly axes: readonly string[];
    readonly values: readonly number[];
  }[];
  /** Differences, an entry of the value after the other, by the entries of the variable. */
  readonly reference: readonly number[];
  /** Axes of the value and of the variable (twice for second order) longer than one. */
  readonly dims: readonly number[];
}

type Verdict = 'right' | 'right as an array' | 'wrong' | 'refused' | 'not sayable';

interface Answer {
  readonly verdict: Verdict;
  readonly milliseconds: number | null;
  readonly why?: string;
}

/** Relative to the largest entry: differences of second order are good to seven digits. */
const TOLERANCE = 1e-4;
const SEEDS = [1, 2, 3, 4, 5, 6];

const here = process.env['MATGRAD_BENCH'] ?? import.meta.url;
const beside = (name: string): string => fileURLToPath(new URL(name, here));

function problemOf({ expr, where, wrt }: Identity): Problem {
  return elaborateProblem(parseInput({ expression: expr, where, wrt: [wrt] }));
}

/** The derivative of an array by one symbol: Richardson's extrapolation of central differences. */
function slope(f: (x: Float64Array) => Float64Array, x: Float64Array, h: number): number[] {
  const at = (k: number, s: number): Float64Array => {
    const moved = x.slice();
    moved[k] = (x[k] ?? 0) + s;
    return f(moved);
  };
  const columns = Array.from(x, (_, k) => {
    const central = (s: number): number[] => {
      const [up, down] = [at(k, s), at(k, -s)];
      return Array.from(up, (u, i) => (u - (down[i] ?? 0)) / (2 * s));
    };
    const [wide, narrow] = [central(h), central(h / 2)];
    return narrow.map((n, i) => (4 * n - (wide[i] ?? 0)) / 3);
  });
  const rows = columns[0]?.length ?? 0;
  return Array.from({ length: rows }, (_, i) => columns.map((c) => c[i] ?? 0)).flat();
}

function taskOf(identity: Identity, problem: Problem): Task {
  const { value, wrt } = problem;
  const variable = wrt[0] as Sym;
  const order = identity.kind === 'hess' ? 2 : 1;
  const symbols = symbolsOf([value.node]).filter((s) => s.role === 'variable');
  const names = dimensionNames([value.node, ...symbols]);
  // a tall matrix may be needed, or positive entries
  for (const [seed, style] of SEEDS.flatMap((s) => STYLES.map((t) => [s, t] as const))) {
    const source = random(seed);
    const sizes = drawSizes(names, 'different', source);
    const program = compile([value.node], sizes);
    const dimsOf = (s: Sym): number[] => s.axes.map((d) => evalDim(d, sizes));
    const values = new Map<Sym, Tensor>(symbols.map((s) => [s, draw(s, dimsOf(s), source, style)]));
    const f = (x: Float64Array): Float64Array => {
      const moved = new Map(values).set(variable, { dims: dimsOf(variable), data: x });
      return program.run(moved)[0]?.data ?? new Float64Array();
    };
    const at = values.get(variable)?.data ?? new Float64Array();
    const first = (x: Float64Array): Float64Array => Float64Array.from(slope(f, x, 1e-3));
    const reference = order === 1 ? slope(f, at, 1e-3) : slope(first, at, 1e-2);
    if (!reference.every(Number.isFinite)) continue;
    const vdims = value.node.axes.map((d) => evalDim(d, sizes));
    const xdims = dimsOf(variable);
    return {
      id: identity.id,
      kind: identity.kind,
      order,
      by: variable.name,
      sympy: said(problem),
      graph: plainGraph(value.node),
      sizes: Object.fromEntries(sizes),
      inputs: symbols.map((s) => ({
        name: s.name,
        shape: [...s.shape.map((d) => formatDim(d, '-')), ...(s.shape.length === 1 ? ['1'] : [])],
        axes: s.axes.map((d) => formatDim(d, '-')),
        values: [...(values.get(s)?.data ?? [])],
      })),
      reference,
      dims: [...vdims, ...xdims, ...(order === 2 ? xdims : [])],
    };
  }
  throw new Error(`${identity.id} has no value anywhere`);
}

function said(problem: Problem): readonly string[] | null {
  try {
    return sympyOf(problem);
  } catch (e) {
    if (e instanceof NotSaid) return null;
    throw e;
  }
}

function gradientOf(value: Node, variables: readonly Sym[]): Node {
  const { gradients, parts } = deriveGradients({ value, variables });
  const [node] = withoutParts(
    gradients.map((g) => g.shown),
    parts,
  );
  if (!node) throw new Error('nothing was derived');
  return node;
}

/** The derivative as matgrad has it. */
function derived(problem: Problem, order: 1 | 2): Node {
  if (order === 1 && problem.value.shape.length === 0)
    return gradientOf(problem.value.node, problem.wrt);
  const [wanted] = wantedJacobians(problem, { order });
  if (!wanted) throw new Error('nothing is wanted');
  return jacobianOf(wanted.value, wanted.variable).node;
}

function own(identity: Identity, task: Task): Answer {
  const times: number[] = [];
  let node: Node | undefined;
  for (let run = 0; run < 7; run++) {
    const begin = performance.now();
    node = derived(problemOf(identity), task.order);
    times.push(performance.now() - begin);
  }
  if (!node) throw new Error('nothing was derived');
  const bindings = new Map(
    symbolsOf([node])
      .filter((s) => s.role === 'variable')
      .map((s): [Sym, Tensor] => {
        const input = task.inputs.find((i) => i.name === s.name);
        return [s, { dims: [], data: Float64Array.from(input?.values ?? []) }];
      }),
  );
  const sizes = new Map(Object.entries(task.sizes));
  const found = evaluateAt([node], sizes, bindings)[0]?.data ?? new Float64Array();
  const size = Math.max(1e-12, ...task.reference.map(Math.abs));
  const error =
    Math.max(...task.reference.map((r, k) => Math.abs(r - (found[k] ?? Number.NaN)))) / size;
  return {
    verdict: !(error < TOLERANCE) ? 'wrong' : hasMatrixForm(node) ? 'right' : 'right as an array',
    milliseconds: times.sort((a, b) => a - b)[3] ?? 0,
  };
}

function hasMatrixForm(node: Node): boolean {
  if (node.axes.length > 2) return true; // printed by vec, kron and the differential
  try {
    toSurface(node, 'plain');
    return true;
  } catch (e) {
    if (e instanceof NoMatrixForm) return false;
    throw e;
  }
}

function ask(script: string, tasks: readonly Task[]): Map<string, Answer> {
  const python =
    process.env['MATGRAD_NEIGHBOURS'] ??
    `${process.env['MATGRAD_ROOT'] ?? ''}.venv-neighbours/bin/python`;
  const { stdout, stderr, status } = spawnSync(python, [beside(script)], {
    input: JSON.stringify(tasks),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${script} failed\n${stderr}`);
  const lines = stdout.trim().split('\n');
  return new Map(
    lines.map((l) => JSON.parse(l) as Answer & { readonly id: string }).map((a) => [a.id, a]),
  );
}

const VERDICTS = ['right', 'right as an array', 'wrong', 'refused', 'not sayable'] as const;

function row(name: string, answers: readonly Answer[]): string {
  const counts = VERDICTS.map((v) => answers.filter((a) => a.verdict === v).length);
  const times = answers.flatMap((a) => (a.milliseconds === null ? [] : [a.milliseconds]));
  const median = times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
  return `| ${name} | ${counts.join(' | ')} | ${median.toFixed(1)} ms |`;
}

/** Differences by single entries say nothing of a variable whose entries depend on each other. */
const isFree = ({ wrt }: Problem): boolean =>
  !wrt.some((v) =>
    ['symmetric', 'posdef', 'skew', 'diagonal'].some((p) => v.properties.some((q) => q === p)),
  );

function main(): void {
  const file = process.argv[2];
  if (file === undefined) throw new Error('usage: npm run bench:neighbours -- IDENTITIES.json');
  const identities = JSON.parse(readFileSync(file, 'utf8')) as Identity[];
  const asked = identities.filter(
    (i) => ['grad', 'jac', 'hess', 'matscalar'].includes(i.kind) && isFree(problemOf(i)),
  );
  const tasks = asked.map((i) => taskOf(i, problemOf(i)));
  const tools: readonly (readonly [string, ReadonlyMap<string, Answer>])[] = [
    ['matgrad', new Map(asked.map((i, k) => [i.id, own(i, tasks[k] as Task)]))],
    ['SymPy', ask('run_sympy.py', tasks)],
    ['tensorgrad', ask('run_tensorgrad.py', tasks)],
  ];
  for (const [title, has] of [
    ['gradients', (t: Task) => t.kind === 'grad'],
    [
      'Jacobians and derivatives by scalars',
      (t: Task) => t.kind === 'jac' || t.kind === 'matscalar',
    ],
    ['Hessians', (t: Task) => t.kind === 'hess'],
  ] as const) {
    const some = tasks.filter(has);
    process.stdout.write(
      `\n${some.length} ${title}\n\n| | ${VERDICTS.join(' | ')} | median |\n|---|---|---|---|---|---|---|\n`,
    );
    for (const [name, answers] of tools)
      process.stdout.write(
        `${row(
          name,
          some.flatMap((t) => answers.get(t.id) ?? []),
        )}\n`,
      );
  }
  if (process.env['VERBOSE'])
    for (const [name, answers] of tools)
      for (const [id, a] of answers)
        if (a.verdict !== 'right')
          process.stdout.write(`${name} ${id}: ${a.verdict} ${a.why ?? ''}\n`);
}

main();
