import { checkWith, PARTS, type Parts } from '../../src/gradcheck/gradcheck.ts';
import type { GradientReport } from '../../src/gradcheck/report.ts';
import { dot } from '../../src/verify/linear.ts';
import { gaussians } from './functions.ts';

/**
 * The defects that checkers of gradients are known for, planted into this one. What it promises is stated as properties; each
 * defect must break one, or the tests of the property prove nothing.
 */
type Vector = (x: Float64Array) => Float64Array;
type Check = (
  f: (x: Float64Array) => number,
  grad: Vector,
  at: Float64Array,
  seed?: number,
) => GradientReport;

export const checkOf =
  (parts: Partial<Parts>): Check =>
  (f, grad, at, seed) =>
    checkWith({ ...PARTS, ...parts }, f, grad, at, seed === undefined ? {} : { seed });

const LARGE = 800;
const quartic = (x: Float64Array): number => x.reduce((s, v) => s + v ** 4, 0);
const quarticSlope: Vector = (x) => x.map((v) => 4 * v ** 3);

/** An error of the gradient that no call of f during a check could show: orthogonal to every way in which x was moved. */
function hiddenFrom(check: Check, at: Float64Array): Float64Array {
  const seen: Float64Array[] = [];
  check(
    (x) => {
      seen.push(x.map((v, i) => v - (at[i] ?? 0)));
      return quartic(x);
    },
    quarticSlope,
    at,
  );
  const error = gaussians(at.length);
  const base: Float64Array[] = [];
  const project = (v: Float64Array): void => {
    for (const b of base) {
      const share = dot(v, b);
      for (let i = 0; i < v.length; i++) v[i] = (v[i] as number) - share * (b[i] as number);
    }
  };
  // Long moves first: of short ones rounding has changed the direction.
  for (const move of seen.toSorted((a, b) => dot(b, b) - dot(a, a))) {
    const size = Math.sqrt(dot(move, move));
    if (!(size > 0)) continue;
    const left = move.map((v) => v / size);
    project(left);
    project(left);
    const rest = Math.sqrt(dot(left, left));
    if (rest > 1e-4) base.push(left.map((v) => v / rest));
  }
  project(error);
  project(error);
  return error.map((v) => 0.1 * v);
}

export const PROPERTIES: readonly {
  readonly name: string;
  readonly holds: (check: Check) => boolean;
}[] = [
  {
    name: 'a function that changes its argument is told',
    holds: (check) => {
      const clips: Vector = (x) => x.fill(0.5, 0, 1);
      const report = check((x) => quartic(clips(x)), quarticSlope, Float64Array.of(1, 2, 3), 1);
      return report.problem?.kind === 'changes-argument';
    },
  },
  {
    name: 'the argument of the caller stays as it is',
    holds: (check) => {
      const at = Float64Array.of(1, 2, 3);
      let touched = false;
      const watched = (x: Float64Array): number => {
        touched ||= at.join() !== '1,2,3';
        return quartic(x);
      };
      check(watched, quarticSlope, at, 1);
      return !touched;
    },
  },
  {
    name: 'what one run cannot see the next one sees',
    holds: (check) => {
      const at = gaussians(LARGE);
      const error = hiddenFrom(check, at);
      return (
        check(quartic, (x) => quarticSlope(x).map((v, i) => v + (error[i] ?? 0)), at).verdict ===
        'wrong'
      );
    },
  },
  {
    name: 'a gradient is judged by its own size',
    holds: (check) =>
      [1e-12, 1e-6, 1, 1e6, 1e12].every((scale) =>
        [1, 1.001].every(
          (factor) =>
            check(
              (x) => scale * quartic(x),
              (x) => quarticSlope(x).map((v) => scale * factor * v),
              gaussians(5),
              1,
            ).verdict === (factor === 1 ? 'right' : 'wrong'),
        ),
      ),
  },
  {
    name: 'a large array is judged as strictly as a small one',
    holds: (check) =>
      [5, LARGE].every(
        (n) =>
          check(quartic, (x) => quarticSlope(x).map((v) => v * (1 + 1e-7)), gaussians(n), 1)
            .verdict === 'wrong',
      ),
  },
];

export const DEFECTS: readonly (readonly [string, Partial<Parts>, string])[] = [
  [
    'a copy shared with the functions',
    { rebuild: (_, values) => values },
    'a function that changes its argument is told',
  ],
  [
    'a copy shared with the caller',
    { rebuild: (at, values) => (at instanceof Float64Array ? (at.set(values), at) : at) },
    'the argument of the caller stays as it is',
  ],
  ['a fixed seed', { freshSeed: () => 1 }, 'what one run cannot see the next one sees'],
  [
    'an absolute tolerance',
    { allowed: (bound, size, tolerance) => Math.max(20 * bound, tolerance * size, 1e-7) },
    'a gradient is judged by its own size',
  ],
  [
    'a tolerance that grows with the array',
    {
      allowed: (bound, size, tolerance, entries) =>
        Math.max(20 * bound, tolerance * entries * size),
    },
    'a large array is judged as strictly as a small one',
  ],
];
