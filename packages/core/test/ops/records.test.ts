import { describe, expect, test } from 'vitest';
import { python } from '../../../../test/support/python.ts';
import { exprLatex } from '../../src/emit/report/formula.ts';
import { codeOf } from '../../src/emit/targets.ts';
import { formulaOf } from '../../src/explain/formula.ts';
import { isSymmetric } from '../../src/expr/build.ts';
import { postorder } from '../../src/expr/walk.ts';
import { FUNCTIONS, functionNamed } from '../../src/ops/index.ts';
import { dimAtoms, evalDim } from '../../src/shape/dim.ts';
import { FUNCTION_WORDS } from '../../src/syntax/functions.ts';
import { sameValue } from '../../src/verify/compare.ts';
import { compile } from '../../src/verify/evaluate.ts';
import { checkGradient } from '../../src/verify/gradient.ts';
import { distance, runCases } from '../emit/python/execute.ts';
import { gradientText, problemOf } from '../support/ask.ts';
import {
  alongDirection,
  EXAMPLES,
  type Example,
  exampleOf,
  gradientOf,
  placeOf,
} from './examples.ts';

/** Constant wherever they are smooth. */
const FLAT: ReadonlySet<string> = new Set(['sign', 'step']);

describe('the records', () => {
  test('have names of their own, which are words of the language', () => {
    const names = FUNCTIONS.flatMap((f) => [f.name, ...f.aliases]);
    expect(new Set(names).size).toBe(names.length);
    // `I` is a constant as well
    expect(names.filter((n) => !FUNCTION_WORDS.has(n))).toEqual(['I']);
    expect([...FUNCTION_WORDS].filter((n) => !functionNamed(n)).sort()).toEqual([]);
  });

  test.each(EXAMPLES)('%s: its example uses it and its leaves', (name, record) => {
    expect(record.example.expression).toContain(`${name}(`);
    const { value } = exampleOf(record);
    const ops = postorder([value]).flatMap((n) => (n.kind === 'apply' ? [n.op] : []));
    for (const leaf of record.primitives) expect(ops).toContain(leaf);
  });
});

describe('the gradient of each example', () => {
  test.each(EXAMPLES)('%s: agrees with differences of the value', (name, record) => {
    const { value, variable, gradient } = exampleOf(record);
    const [report] = checkGradient(value, [{ variable, gradient }]);
    expect(report).toMatchObject({ verdict: 'passed', zero: FLAT.has(name) });
  });

  test.each(EXAMPLES.filter(([name]) => !FLAT.has(name)))(
    '%s: as it is printed, it reads back as the same',
    (_, record) => {
      const { expression, where, wrt } = record.example;
      const [formula = '', parts] = gradientText(expression, where, wrt).split(' where ');
      const lines = (parts ?? '').split(/, (?=\p{L}[\p{L}\d_]* = )/u);
      const again = problemOf(formula, [where, ...lines].join('; '), wrt).value.node;
      expect(sameValue(again, exampleOf(record).gradient)).toBe('equal');
    },
  );

  test.each(EXAMPLES)('%s: LaTeX has its braces, and no place left open', (_, record) => {
    const { value, gradient } = exampleOf(record);
    for (const node of [value, gradient]) {
      const formula = formulaOf(node);
      if (formula.form !== 'matrix') continue;
      const latex = exprLatex(formula.expr);
      expect(latex).not.toMatch(/\$|undefined|NaN/u);
      const bare = latex.replaceAll(/\\[{}]/gu, '');
      expect(bare.split('{').length).toBe(bare.split('}').length);
    }
  });
});

describe('the second derivative of each example', () => {
  const twice = EXAMPLES.map(([name, record]) => [name, exampleOf(record)] as const).filter(
    ([, e]) => postorder([e.gradient]).includes(e.variable),
  );

  test.each(twice)(
    '%s: agrees with differences of the first along a direction',
    (_, example) => {
      const { variable } = example;
      const value = alongDirection(example);
      const [report] = checkGradient(value, [{ variable, gradient: gradientOf(value, variable) }]);
      expect(report).toMatchObject({ verdict: 'passed' });
    },
    20_000,
  );
});

describe.skipIf(!python())('NumPy', () => {
  const cases = EXAMPLES.map(([, record]) => caseOf(exampleOf(record)));

  test('gives the same values and gradients, also in single precision', async () => {
    const ran = await runCases(cases.map((c) => c.case));
    const wrong = ran.flatMap((r, k) => {
      const { name, value, gradient } = cases[k] as (typeof cases)[number];
      const errors = {
        value: distance([r.value], [value], 1e-9),
        gradient: distance(r.derivative[0] ?? [], gradient, 1e-9),
        single: distance([r.single.value], [value], 1),
      };
      const right =
        errors.value < 1e-9 &&
        errors.gradient < 1e-8 &&
        errors.single < 1e-3 &&
        r.single.finite &&
        r.single.types.every((t) => t === 'float32') &&
        r.columns <= 140;
      return right ? [] : [{ name, ...errors, ...r.single, columns: r.columns }];
    });
    expect(wrong).toEqual([]);
  }, 60_000);
});

/** An example as a NumPy module, with values for its arguments and what they should give. */
function caseOf({ record, problem, variable, ...formulas }: Example) {
  const roots = [formulas.value, formulas.gradient];
  const { program, inputs } = placeOf(roots);
  const { sizes } = program;
  const [value, gradient] = compile(roots, sizes).run(inputs);
  const told = new Set(
    problem.variables.flatMap((s) => s.shape.flatMap(dimAtoms).map((a) => a.name)),
  );
  return {
    name: record.name,
    value: value?.data[0] ?? Number.NaN,
    gradient: [...(gradient?.data ?? [])],
    case: {
      source: codeOf('numpy', problem),
      args: problem.variables.map((s) => ({
        dims: s.shape.map((d) => evalDim(d, sizes)),
        data: inputs.get(s)?.data ?? new Float64Array(),
      })),
      wrt: [problem.variables.indexOf(variable)],
      symmetric: isSymmetric(variable) ? [problem.variables.indexOf(variable)] : [],
      keywords: Object.fromEntries([...sizes].filter(([n]) => !told.has(n))),
    },
  };
}
