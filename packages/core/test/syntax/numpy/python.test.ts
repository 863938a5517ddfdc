import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { python, runPython } from '../../../../../test/support/python.ts';
import { MatgradError } from '../../../src/diagnostic/diagnostic.ts';
import { elaborateProblem } from '../../../src/elaborate/elaborate.ts';
import type { Tensor } from '../../../src/expr/tensor.ts';
import { parseInput } from '../../../src/syntax/parse.ts';
import { compile } from '../../../src/verify/evaluate.ts';

/** What Python with NumPy says of texts is what we say: no other judge knows its precedence and its broadcasting. */

const WHERE = 'X: m×n; A: n×n; W: n×k; x: n; y: m; z: k; c: scalar';
const SIZES = new Map([
  ['m', 3],
  ['n', 2],
  ['k', 4],
]);
const NAMES: readonly (readonly [string, readonly string[]])[] = [
  ['X', ['m', 'n']],
  ['A', ['n', 'n']],
  ['W', ['n', 'k']],
  ['x', ['n']],
  ['y', ['m']],
  ['z', ['k']],
  ['c', []],
];

/** Values between a half and one and a half, so that nothing leaves a domain. */
const VALUES = new Map(
  NAMES.map(([name, sides], s): [string, Tensor] => {
    const dims = sides.map((d) => SIZES.get(d) ?? 1);
    const count = dims.reduce((p, d) => p * d, 1);
    const data = Float64Array.from(
      { length: count },
      (_, i) => 0.5 + ((7 * i + 3 * s + 1) % 11) / 11,
    );
    return [name, { dims, data }];
  }),
);

const DRIVER = `
import numpy as np
import warnings
warnings.simplefilter("ignore")
names = {n: np.array(a["data"]).reshape(a["dims"]) for n, a in input["values"].items()}
names.update(input["sizes"])
def run(text):
    try:
        v = eval(text, {"np": np, **names})
    except Exception:
        return None
    return float(v) if np.size(v) == 1 else None
output = [run(text) for text in input["texts"]]
`;

const numpyValues = async (texts: readonly string[]): Promise<readonly (number | null)[]> =>
  (await runPython(
    DRIVER,
    {
      texts,
      sizes: Object.fromEntries(SIZES),
      values: Object.fromEntries(
        [...VALUES].map(([n, v]) => [n, { dims: v.dims, data: [...v.data] }]),
      ),
    },
    60_000,
  )) as (number | null)[];

/** Our value; null where the text is refused. */
function ownValue(expression: string): number | null {
  try {
    const problem = elaborateProblem(parseInput({ expression, where: WHERE, syntax: 'numpy' }));
    if (problem.value.shape.length > 0) return null;
    const bindings = new Map(
      problem.variables.flatMap((v) => {
        const value = VALUES.get(v.name);
        return value ? [[v, value] as const] : [];
      }),
    );
    return compile([problem.value.node], SIZES).run(bindings)[0]?.data[0] ?? Number.NaN;
  } catch (error) {
    if (error instanceof MatgradError) return null;
    throw error;
  }
}

const near = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b)) ||
  (!Number.isFinite(a) && !Number.isFinite(b));

const EINSUMS = [
  'ij,j->i',
  'ij,jk->ik',
  'ij,ij->',
  'ij,i->ij',
  'i,j->ij',
  'ii->',
  'ij->ji',
  'ij,kj->ki',
  'ij,ij->j',
  'ij,jk',
  'i,i',
  'ij,i->j',
  'ii->i',
  'ij,i->',
];

const texts: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => {
  const e = tie('e');
  const unary = [
    (a: string) => `-${a}`,
    (a: string) => `(-${a}**2)`,
    (a: string) => `${a}.T`,
    (a: string) => `np.tanh(${a})`,
    (a: string) => `np.sum(${a}, axis=0)`,
    (a: string) => `${a}.sum(axis=1)`,
    (a: string) => `np.mean(${a}, axis=-1)`,
    (a: string) => `np.sum(${a}, axis=1, keepdims=True)`,
    (a: string) => `np.sum(${a}, axis=0, keepdims=True)`,
    (a: string) => `${a}[:, None]`,
    (a: string) => `${a}[None, :]`,
    (a: string) => `${a}[1]`,
    (a: string) => `${a}[:, 0]`,
    (a: string) => `${a}[1, 0]`,
    (a: string) => `${a}**2`,
    (a: string) => `2**${a}`,
    (a: string) => `np.sqrt(${a})`,
    (a: string) => `np.linalg.norm(${a})`,
    (a: string) => `np.linalg.norm(${a}, axis=0)`,
    (a: string) => `np.trace(${a})`,
    (a: string) => `np.diag(${a})`,
    (a: string) => `${a}.ravel()`,
    (a: string) => `np.linalg.inv(${a})`,
    (a: string) => `np.max(${a}, axis=0)`,
    (a: string) => `np.var(${a})`,
  ];
  const binary = [
    (a: string, b: string) => `(${a} + ${b})`,
    (a: string, b: string) => `(${a} - ${b})`,
    (a: string, b: string) => `(${a} * ${b})`,
    (a: string, b: string) => `(${a} / ${b})`,
    (a: string, b: string) => `(${a} @ ${b})`,
    (a: string, b: string) => `${a} @ ${b} * ${a}`,
    (a: string, b: string) => `${a} * ${b} @ ${b}`,
    (a: string, b: string) => `${a} - ${b} / ${a}`,
    (a: string, b: string) => `np.dot(${a}, ${b})`,
    (a: string, b: string) => `np.inner(${a}, ${b})`,
    (a: string, b: string) => `np.vdot(${a}, ${b})`,
    (a: string, b: string) => `np.outer(${a}, ${b})`,
    (a: string, b: string) => `np.maximum(${a}, ${b})`,
    (a: string, b: string) => `np.kron(${a}, ${b})`,
    (a: string, b: string) => `np.linalg.solve(${a}, ${b})`,
    (a: string, b: string) => `${a}.dot(${b})`,
    (a: string, b: string) => `(${a}) ** (${b})`,
  ];
  const leaf = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...NAMES.map(([n]) => n)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '2',
        '0.5',
        'm',
        'np.ones(n)',
        'np.ones((m, 1))',
        'np.eye(n)',
        'np.ones((1, n))',
      ),
    },
  );
  return {
    e: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'numpy' },
      leaf,
      fc.tuple(fc.constantFrom(...unary), e).map(([f, a]) => f(a)),
      fc.tuple(fc.constantFrom(...binary), e, e).map(([f, a, b]) => f(a, b)),
      fc
        .tuple(fc.constantFrom(...EINSUMS), e, e)
        .map(([s, a, b]) =>
          s.includes(',') ? `np.einsum("${s}", ${a}, ${b})` : `np.einsum("${s}", ${a})`,
        ),
    ),
  };
}).e;

describe.skipIf(!python())('random texts', () => {
  test('what is read has the value that NumPy gives', async () => {
    const sample = [...new Set(fc.sample(texts, { seed: 11, numRuns: 1200 }))].map(
      (t) => `np.sum(${t})`,
    );
    const theirs = await numpyValues(sample);
    const own = sample.map(ownValue);
    const pairs = sample.map((text, k) => ({
      text,
      own: own[k] ?? null,
      numpy: theirs[k] ?? null,
    }));
    const count = (f: (p: (typeof pairs)[number]) => boolean): number => pairs.filter(f).length;
    const both = count((p) => p.own !== null && p.numpy !== null);
    expect(
      pairs.filter((p) => p.own !== null && p.numpy !== null && !near(p.own, p.numpy)),
    ).toEqual([]);
    expect(both).toBeGreaterThan(120);
    // of three dimensions, of diagonals that are not square
    expect(count((p) => p.own === null && p.numpy !== null)).toBeLessThan(both / 2);
    // what Python's own numbers cannot do
    expect(count((p) => p.own !== null && p.numpy === null)).toBeLessThan(both / 20);
  }, 60_000);
});
