import { expect, test } from 'vitest';
import { MatgradError } from '../../../src/diagnostic/diagnostic.ts';
import { elaborateProblem } from '../../../src/elaborate/elaborate.ts';
import type { Problem } from '../../../src/elaborate/problem.ts';
import { codeOf } from '../../../src/emit/targets.ts';
import { FUNCTIONS } from '../../../src/ops/index.ts';
import { parseInput } from '../../../src/syntax/parse.ts';
import { compile, evaluateAt } from '../../../src/verify/evaluate.ts';
import { draw } from '../../../src/verify/inputs.ts';
import { random } from '../../../src/verify/random.ts';
import { problemOf } from '../../support/ask.ts';

/** What is written for `value` is read back: the whole function, with its shapes said by assertions. */

/** The function `value` of an exported module. */
function valueOf(code: string): string {
  const from = code.indexOf('def value(');
  return code.slice(from, code.indexOf('\n\n\ndef ', from));
}

const or = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof MatgradError) return null;
    throw error;
  }
};

const SIZES = new Map(
  ['m', 'n', 'k', 'p', 'd', 'q'].map((name, i) => [name, [3, 2, 4, 5, 3, 2][i] ?? 2]),
);

/** Largest difference of two values at one point, relative to the larger. */
function distance(a: Problem, b: Problem): number {
  const stream = random(5);
  const program = compile(a.variables, SIZES);
  const bindings = new Map(a.variables.map((v) => [v, draw(v, program.dims(v), stream)]));
  const byName = new Map([...bindings].map(([v, t]) => [v.name, t]));
  const others = new Map(
    b.variables.flatMap((v) => {
      const t = byName.get(v.name);
      return t ? [[v, t] as const] : [];
    }),
  );
  const [x = Number.NaN] = evaluateAt([a.value.node], SIZES, bindings)[0]?.data ?? [];
  const [y = Number.NaN] = evaluateAt([b.value.node], SIZES, others)[0]?.data ?? [];
  if (Number.isNaN(x) && Number.isNaN(y)) return 0;
  return Math.abs(x - y) / Math.max(1, Math.abs(x));
}

test('value(…) of the example of every function', () => {
  const results = FUNCTIONS.map(({ name, example }) => {
    const problem = problemOf(example.expression, example.where);
    const text = or(() => valueOf(codeOf('numpy', problem)));
    const again =
      text &&
      or(() =>
        elaborateProblem(
          parseInput({ file: { name: 'value.py', text }, where: example.where, syntax: 'numpy' }),
        ),
      );
    const far = again && !(distance(problem, again) < 1e-9);
    return { name, read: again !== null, wrong: far ? text : null };
  });
  expect(results.filter((r) => r.wrong !== null)).toEqual([]);
  // helpers that stack, cut or reorder arrays are not read
  expect(results.filter((r) => !r.read).length).toBeLessThan(results.length / 5);
});
