import { describe, expect, test } from 'vitest';
import { python, runPython } from '../../../../../test/support/python.ts';
import { MatgradError } from '../../../src/diagnostic/diagnostic.ts';
import { modelOf } from '../../../src/emit/onnx/export.ts';
import { toOnnx } from '../../../src/emit/onnx/model.ts';
import { problemOf } from '../../support/ask.ts';
import { asked, network, PROGRAMS, randomPrograms, textPrograms } from '../programs.ts';
import { complaints, runModels } from './execute.ts';

describe.skipIf(!python())('models at two sizes', () => {
  test('say what the evaluator says, in f64', async () => {
    expect(await complaints(PROGRAMS, 'f64', 1e-10)).toEqual([]);
  });

  test('and in f32', async () => {
    expect(await complaints(PROGRAMS, 'f32', 1e-4)).toEqual([]);
  });

  test('for random expressions with all their gradients', async () => {
    const programs = [...randomPrograms(30, 5), ...textPrograms(500, 36)];
    expect(await complaints(programs, 'f64', 1e-7)).toEqual([]);
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
