import { withoutParts } from '../../../src/derive/derive.ts';
import { type FormulaProgram, programOf } from '../../../src/emit/program/request.ts';
import { unrolledProgram } from '../../../src/emit/program/unrolled.ts';
import type { Question } from '../../../src/explain/question.ts';
import { isSymmetric } from '../../../src/expr/build.ts';
import type { Node, Property, Sym } from '../../../src/expr/node.ts';
import type { Tensor } from '../../../src/expr/tensor.ts';
import { evalDim } from '../../../src/shape/dim.ts';
import { compile } from '../../../src/verify/evaluate.ts';
import { random } from '../../../src/verify/random.ts';
import { placeOf } from '../../ops/examples.ts';
import { problemOf } from '../../support/ask.ts';

/** Programs with values for their arguments, and what matgrad's own evaluator makes of them. */
export interface Case {
  readonly name: string;
  readonly program: FormulaProgram;
  /** In the order of the module's arguments. */
  readonly args: readonly Argument[];
  readonly sizes: ReadonlyMap<string, number>;
  readonly value: readonly number[];
  readonly derivatives: readonly (readonly number[])[];
  /** Derivatives that can be held against differences of the value: which argument, and a direction in it. */
  readonly slopes: readonly {
    readonly which: number;
    readonly argument: number;
    readonly along: Float64Array;
  }[];
}

/** What stands for the functions that a program leaves unknown: by the name of their parameter, in C and in JavaScript. */
export const STANDINS: Readonly<
  Record<string, { readonly c: string; readonly js: (x: never) => unknown }>
> = {
  sigma: { c: 'tanh_of', js: (x: number) => Math.tanh(x) },
  sigma_prime: { c: 'tanh_slope', js: (x: number) => 1 - Math.tanh(x) ** 2 },
  sigma_second: {
    c: 'tanh_bend',
    js: (x: number) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2),
  },
  ell: { c: 'half_square', js: (z: Float64Array) => z.reduce((s, v) => s + (v * v) / 2, 0) },
  grad_ell: { c: 'itself', js: (z: Float64Array) => z.slice() },
};

export const STANDINS_IN_C = `
static inline REAL tanh_of(REAL x) { return tanh(x); }
static inline REAL tanh_slope(REAL x) { return 1 - tanh(x) * tanh(x); }
static inline REAL tanh_bend(REAL x) { return -2 * tanh(x) * (1 - tanh(x) * tanh(x)); }
static inline REAL half_square(ptrdiff_t m, ptrdiff_t n, const REAL *z)
{
  REAL s = 0;
  for (ptrdiff_t i = 0; i < m * n; i++) s += z[i] * z[i] / 2;
  return s;
}
static inline void itself(ptrdiff_t m, ptrdiff_t n, const REAL *z, REAL *out)
{
  for (ptrdiff_t i = 0; i < m * n; i++) out[i] = z[i];
}
`;

export interface Argument {
  readonly isNumber: boolean;
  readonly data: Float64Array;
}

/** Matrices whose entries cannot be moved freely. */
const STRUCTURED: readonly Property[] = ['skew', 'diagonal', 'lower', 'upper', 'orthogonal'];

/** A case at given sizes and inputs. */
export function caseAt(
  name: string,
  program: FormulaProgram,
  sizes: ReadonlyMap<string, number>,
  inputs: ReadonlyMap<Sym, Tensor>,
): Case {
  const roots = rootsOf(program);
  const [value, ...derivatives] = compile(roots, sizes).run(inputs);
  const source = random(7);
  const slopes = program.derivatives.flatMap((d, which) => {
    const argument = program.inputs.findIndex((i) => i.symbol === d.variable);
    const x = STRUCTURED.some((p) => d.variable.properties.includes(p))
      ? undefined
      : inputs.get(d.variable);
    const length = d.shape.reduce((n, side) => n * evalDim(side, sizes), 1);
    if (!x || length !== (value?.data.length ?? 0) * x.data.length) return [];
    const size = Math.sqrt(x.data.reduce((s, v) => s + v * v, 0) / x.data.length) + 1e-3;
    const along = x.data.map(() => size * source.gaussian());
    const n = x.dims[0] ?? 1;
    if (isSymmetric(d.variable))
      for (let k = 0; k < along.length; k++) {
        const turned = (k % n) * n + Math.floor(k / n);
        along[Math.max(k, turned)] = along[Math.min(k, turned)] as number;
      }
    return [{ which, argument, along }];
  });
  return {
    name,
    program,
    args: program.inputs.map(({ symbol }) => ({
      isNumber: symbol.axes.length === 0,
      data:
        inputs.get(symbol)?.data ??
        new Float64Array(symbol.axes.reduce((n, d) => n * evalDim(d, sizes), 1)),
    })),
    sizes,
    value: [...(value?.data ?? [])],
    derivatives: derivatives.map((t) => [...t.data]),
    slopes,
  };
}

/** The value and the derivatives, their parts put back. */
export const rootsOf = (p: FormulaProgram): Node[] => [
  p.value,
  ...withoutParts(
    p.derivatives.map((d) => d.node),
    p.parts,
  ),
];

/** A case of a program, at a point where it is defined and smooth. */
export function caseOfProgram(name: string, program: FormulaProgram): Case {
  const place = placeOf([...rootsOf(program), ...program.inputs.map((i) => i.symbol)]);
  return caseAt(name, program, place.program.sizes, place.inputs);
}

/** A case of a formula. */
export function caseOf(
  expression: string,
  where: string,
  wrt: string,
  question: Question = {},
  name = expression,
): Case {
  const program = programOf(problemOf(expression, where, wrt), question);
  if (program.kind !== 'formula') throw new Error('a family');
  return caseOfProgram(name, program);
}

/** A case of a family, written out for some steps. */
export function caseOfFamily(
  expression: string,
  where: string,
  wrt: string,
  steps: Readonly<Record<string, number>>,
): Case {
  const problem = problemOf(expression, where, wrt);
  if (!problem.family) throw new Error('no family');
  const sizes = new Map(Object.entries(steps));
  return caseOfProgram(expression, unrolledProgram(problem, problem.family, sizes));
}

/** A case of a formula with unknown functions, at the numbers of the formula in which σ is tanh and ℓ is ½ ‖Z‖². */
export function caseWithUnknown(expression: string, where: string, wrt: string, order = 1): Case {
  const unknown = 'σ: elementwise; ℓ: function(m×n) -> scalar';
  const known = expression.replaceAll(/ℓ\(([^()]*\([^()]*\)[^()]*|[^()]*)\)/gu, '(½ ‖$1‖²)');
  const like = caseOf(known, `${where}; σ = tanh`, wrt, { order });
  const program = programOf(problemOf(expression, `${where}; ${unknown}`, wrt), { order });
  if (program.kind !== 'formula') throw new Error('a family');
  return { ...like, name: expression, program };
}
