import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { Problem } from '../elaborate/problem.ts';
import type { Question } from '../explain/question.ts';
import { JULIA } from './columns/julia.ts';
import { MATLAB } from './columns/matlab.ts';
import { toColumns } from './columns/program.ts';
import { toC } from './loops/c.ts';
import { toJavaScript, toTypeScript } from './loops/script.ts';
import { type FamilyProgram, type FormulaProgram, programOf } from './program/request.ts';
import { unrolledProgram } from './program/unrolled.ts';
import { toPythonFamily } from './python/family/module.ts';
import { JAX } from './python/jax/dialect.ts';
import { jaxFamily } from './python/jax/family.ts';
import { jaxFunction } from './python/jax/vjp.ts';
import { toPython } from './python/module.ts';
import { NUMPY } from './python/numpy/dialect.ts';
import { TORCH } from './python/torch/dialect.ts';
import { torchFamily } from './python/torch/family.ts';
import { torchFunction } from './python/torch/function.ts';

/** A language into which value and derivatives are exported as text. A new one is one record in `TARGETS`. */
export interface Target {
  readonly summary: string;
  /** Of a file, with its dot. */
  readonly extension: string;
  /** What begins a line of comment. */
  readonly comment: string;
  /** @throws MatgradError, RangeError for what the language cannot hold */
  readonly formula: (program: FormulaProgram) => string;
  /** Null where the language has no code for families of equations with any number of steps. */
  readonly family: ((program: FamilyProgram) => string) | null;
}

export const TARGETS = {
  numpy: {
    summary: 'Python with NumPy alone',
    extension: '.py',
    comment: '#',
    formula: (program) => toPython(program, NUMPY),
    family: (program) => toPythonFamily(program, NUMPY),
  },
  torch: {
    summary: 'Python with PyTorch, and a torch.autograd.Function',
    extension: '.py',
    comment: '#',
    formula: (program) => toPython(program, TORCH, torchFunction),
    family: (program) => toPythonFamily(program, TORCH, torchFamily),
  },
  jax: {
    summary: 'Python with JAX, and a jax.custom_vjp',
    extension: '.py',
    comment: '#',
    formula: (program) => toPython(program, JAX, jaxFunction),
    family: (program) => toPythonFamily(program, JAX, jaxFamily),
  },
  julia: {
    summary: 'Julia with its standard library',
    extension: '.jl',
    comment: '#',
    formula: (program) => toColumns(program, JULIA),
    family: null,
  },
  matlab: {
    summary: 'MATLAB and Octave, one function of file value_and_derivative.m',
    extension: '.m',
    comment: '%',
    formula: (program) => toColumns(program, MATLAB),
    family: null,
  },
  c: {
    summary: 'C99 without allocation, float or double',
    extension: '.c',
    comment: '//',
    formula: toC,
    family: null,
  },
  typescript: {
    summary: 'TypeScript over typed arrays',
    extension: '.ts',
    comment: '//',
    formula: toTypeScript,
    family: null,
  },
  javascript: {
    summary: 'JavaScript over typed arrays, an ES module',
    extension: '.js',
    comment: '//',
    formula: toJavaScript,
    family: null,
  },
} as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof TARGETS;

/**
 * The value of a problem and its derivatives as code of a language.
 * @param sizes numbers of steps, for which families are written out; other lengths are those for which the code shall be quickest
 * @throws MatgradError where the language has no code for it
 */
export function codeOf(
  name: TargetName,
  problem: Problem,
  question: Question = {},
  sizes: ReadonlyMap<string, number> | null = null,
): string {
  const target: Target = TARGETS[name];
  if (sizes && problem.family)
    return target.formula(unrolledProgram(problem, problem.family, sizes));
  const program = programOf(problem, question);
  if (program.kind === 'formula') return target.formula({ ...program, lengths: sizes });
  if (target.family) return target.family(program);
  throw new MatgradError({
    severity: 'error',
    code: 'no-family-code',
    message: `${name} has no code for families of equations with any number of steps`,
    labels: [],
    notes: [
      'for a given number of steps they are written out: `--set L=3`',
      `${familyTargets().join(', ')} have it for any number`,
    ],
  });
}

/** The languages that have code for families. */
const familyTargets = (): string[] =>
  Object.entries<Target>(TARGETS).flatMap(([name, t]) => (t.family ? [name] : []));
