import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { python, runPython } from '../../../../../test/support/python.ts';
import { deriveGradients } from '../../../src/derive/derive.ts';
import { MatgradError } from '../../../src/diagnostic/diagnostic.ts';
import type { Problem } from '../../../src/elaborate/problem.ts';
import { modelOf } from '../../../src/emit/onnx/export.ts';
import { toOnnx } from '../../../src/emit/onnx/model.ts';
import { type FormulaProgram, programOf } from '../../../src/emit/program/request.ts';
import { unrolledProgram } from '../../../src/emit/program/unrolled.ts';
import { symbolsOf } from '../../../src/expr/walk.ts';
import { random } from '../../../src/verify/random.ts';
import { problemOf } from '../../support/ask.ts';
import { Generator, VARIABLES } from '../python/nodes.ts';
import { distance, drawn, placesOf, runModels } from './execute.ts';

function programFor(problem: Problem, order = 1): FormulaProgram {
  const program = programOf(problem, { order });
  if (program.kind !== 'formula') throw new Error('no formula');
  return program;
}

const asked = (expression: string, where: string, wrt: string, order = 1): FormulaProgram =>
  programFor(problemOf(expression, where, wrt), order);

/** A layered network of a given depth. */
function network(depth: number): FormulaProgram {
  const problem = problemOf(
    'softmax_cross_entropy(Z[L] V, Y)',
    'X: m×n[0]; Y: m×k simplex; V: n[L]×k; W[l]: n[l-1]×n[l] for l = 1..L; b[l]: 1×n[l] for l = 1..L; Z[0] = X; Z[l] = relu(Z[l-1] W[l] + b[l]) for l = 1..L',
    'W[l],b[l],V',
  );
  if (!problem.family) throw new Error('no family');
  return unrolledProgram(problem, problem.family, new Map([['L', depth]]));
}

/** What is wrong with the models of some programs, each run at two sizes. */
async function complaints(
  programs: readonly FormulaProgram[],
  dtype: 'f32' | 'f64',
  tolerance: number,
): Promise<string[]> {
  const all = programs.map((p) => ({ title: p.title, ...drawn(p, { dtype }, placesOf(p, 2)) }));
  const ran = await runModels(all.map((p) => p.case));
  return all.flatMap(({ title, wanted }, k) => {
    const mine = ran[k];
    if (typeof mine === 'string' || !mine) return [`${title}: ${mine}`];
    return wanted.flatMap((place, at) => {
      // where a derivative is zero, both are rounding errors of what cancels
      const least = 1e-6 * (1 + Math.abs(place[0]?.data[0] ?? 0));
      return place.flatMap((w, out) => {
        const d = distance(mine[at]?.[out], w, least);
        return d < tolerance ? [] : [`${title}: output ${out} at place ${at}: ${d}`];
      });
    });
  });
}

const PROGRAMS: readonly FormulaProgram[] = [
  asked('1/(2m) (Xθ − y)ᵀ(Xθ − y)', 'X: m×n; y: m; θ: n', 'θ,X,y'),
  asked('aᵀ A B C d', 'A: p×q; B: q×r; C: r×s; a: p; d: s', 'a,A,B,C,d'),
  asked('logdet(A) + xᵀ A⁻¹ y', 'A: n×n posdef; x, y: n', 'A,x,y'),
  asked('tr(B A⁻¹ Bᵀ)', 'A: n×n invertible; B: m×n', 'A,B'),
  asked('sum(tanh(X + b + c))', 'X: m×n; b: 1×n; c: m', 'X,b,c'),
  asked('tr(X) + sum(diag(X)) + xᵀ diag(y) X x', 'X: n×n; x, y: n', 'X,y'),
  asked('‖x‖² sum(ones(N)) + π', 'x: n', 'x'),
  asked('sum(tanh(W))/n + sum(B)/k', 'W: (n+1)×2k; B: 2k', 'W,B'),
  asked('2λ', 'λ: scalar; x: n', 'λ,x'),
  asked('sum(X) + 0 sum(Y)', 'X: m×n; Y: m×1', 'X,Y'),
  // results that are no gradients of scalars
  asked('tanh(A x)', 'A: m×n; x: n', 'x,A'),
  asked('A X B', 'A: m×n; X: n×k; B: k×p', 'X,A'),
  asked('logsumexp(A x)', 'A: m×n; x: n', 'x', 2),
  asked('sum(log(1 + exp(X θ)))', 'X: m×n; θ: n', 'θ', 2),
  asked('‖A − U Vᵀ‖²', 'A: m×n; U: m×k; V: n×k', 'U,V', 2),
  asked('sum(x ⊙ x ⊙ x)', 'x: n', 'x', 3),
  // names that are taken
  asked('value + sum(d_x) + x + sum(t1)', 'value: scalar; d_x: n; x: scalar; t1: 1×n', 'x,t1,d_x'),
  network(1),
  network(3),
];

const RANDOM = fc
  .sample(fc.integer({ min: 1, max: 1e9 }), { numRuns: 80, seed: 5 })
  .flatMap((seed): FormulaProgram[] => {
    const source = random(seed);
    const value = new Generator(source).scalar(2 + source.below(4));
    const used = symbolsOf([value]);
    const variables = VARIABLES.filter((v) => used.includes(v));
    if (variables.length === 0) return [];
    const { gradients, parts } = deriveGradients({ value, variables });
    return [
      {
        kind: 'formula',
        title: `random ${seed}`,
        value,
        valueShape: [],
        inputs: VARIABLES.map((symbol) => ({ symbol, shape: symbol.shape })),
        derivatives: gradients.map(({ variable, shown }) => ({
          variable,
          shape: variable.shape,
          node: shown,
          text: '…',
        })),
        parts,
      },
    ];
  });

describe.skipIf(!python())('models at two sizes', () => {
  test('say what the evaluator says, in f64', async () => {
    expect(await complaints(PROGRAMS, 'f64', 1e-10)).toEqual([]);
  });

  test('and in f32', async () => {
    expect(await complaints(PROGRAMS, 'f32', 1e-4)).toEqual([]);
  });

  test('for random expressions with all their gradients', async () => {
    expect(await complaints(RANDOM, 'f64', 1e-8)).toEqual([]);
  });
});

describe.skipIf(!python())('functions far out', () => {
  /** x ↦ f(x) entry by entry, at given numbers. */
  async function valuesOf(f: string, numbers: readonly number[], dtype: 'f32' | 'f64') {
    const program = asked(f, 'x: n', 'x');
    const place = { dims: [numbers.length], data: numbers };
    const model = Buffer.from(toOnnx(program, { dtype })).toString('base64');
    const [ran] = await runModels([{ model, places: [[place]] }]);
    if (typeof ran === 'string') throw new Error(ran);
    return ran?.[0]?.[0]?.data ?? [];
  }

  const SIGMOID = '1 / (1 + math.exp(-x)) if x > -700 else math.exp(x)';
  const SOFTPLUS = 'max(x, 0) + math.log1p(math.exp(-abs(x)))';

  test.each([
    ['sigmoid(x)', SIGMOID, [-705, -40, 40, 700]],
    ['softplus(x)', SOFTPLUS, [-700, -40, 700]],
    ['erf(x)', 'math.erf(x)', [-40, -1e-9, 0.4, 0.5, 3.9, 4.1, 40]],
    ['erfc(x)', 'math.erfc(x)', [-3, 0.4, 0.47, 3.9, 5, 26]],
    ['expm1(x)', 'math.expm1(x)', [-50, -1e-12, 1e-12, 20]],
    ['log1p(x)', 'math.log1p(x)', [1e-15, -1e-9, 1e15]],
    ['atan(x)', 'math.atan(x)', [-1e200, -1, 1e-9, 0.5, 3]],
    ['asin(x)', 'math.asin(x)', [-1, -1e-9, 0.5, 0.999]],
    ['acos(x)', 'math.acos(x)', [-0.999, 1e-9, 0.5, 0.9999]],
    ['asinh(x)', 'math.asinh(x)', [-1e200, -1e-9, 2, 1e200]],
    ['acosh(x)', 'math.acosh(x)', [1.0001, 2, 1e9]],
    ['atanh(x)', 'math.atanh(x)', [-0.999, 1e-9, 0.5]],
    ['sinh(x)', 'math.sinh(x)', [-300, -1e-9, 1]],
    ['cbrt(x)', 'math.cbrt(x)', [-27, 1e-12, 1e12]],
    ['lgamma(x)', 'math.lgamma(x)', [1e-5, 0.5, 100, 1e6]],
  ])('%s', async (f, reference, numbers) => {
    const found = await valuesOf(f, numbers, 'f64');
    const own = await runPython(`import math\noutput = [${reference} for x in input]`, numbers);
    (own as number[]).forEach((w, k) => {
      expect(Math.abs((found[k] ?? Number.NaN) - w)).toBeLessThanOrEqual(2e-13 * Math.abs(w));
    });
  });

  test('are finite in f32', async () => {
    const f = 'sigmoid(x) + softplus(x) + logsumexp(x) + softmax(x)';
    const found = await valuesOf(f, [200, -200, 0], 'f32');
    expect(found.every(Number.isFinite)).toBe(true);
  });
});

describe('what cannot be a model', () => {
  const refusal = (expression: string, where: string): string => {
    try {
      modelOf(problemOf(expression, where), {}, {});
      return 'made';
    } catch (error) {
      if (!(error instanceof MatgradError)) throw error;
      return error.diagnostics.map((d) => d.message).join();
    }
  };

  test('a function that is only declared', () => {
    expect(refusal('sum(σ(x))', 'x: n; σ: elementwise')).toBe('σ cannot be written in ONNX');
  });

  test('a network whose depth is open', () => {
    const where = 'W[l]: n×n for l = 1..L; Z[0] = X; Z[l] = tanh(Z[l-1] W[l]) for l = 1..L; X: n×n';
    expect(refusal('sum(Z[L])', where)).toMatch(/L has no number/);
  });
});

test('a network of many layers is written without a deep call stack', () => {
  expect(toOnnx(network(120)).length).toBeGreaterThan(50_000);
});
