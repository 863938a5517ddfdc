import { describe, expect, test } from 'vitest';
import { elaborateProblem } from '../../src/elaborate/elaborate.ts';
import type { Problem } from '../../src/elaborate/problem.ts';
import type { Sym } from '../../src/expr/node.ts';
import type { Tensor } from '../../src/expr/tensor.ts';
import { symbolsOf } from '../../src/expr/walk.ts';
import { evalDim } from '../../src/shape/dim.ts';
import { parseInput } from '../../src/syntax/parse.ts';
import { compile } from '../../src/verify/evaluate.ts';
import { draw } from '../../src/verify/inputs.ts';
import { Places } from '../../src/verify/place.ts';
import { NOT_SETTLED } from '../../src/verify/point.ts';
import { random } from '../../src/verify/random.ts';
import { Settler } from '../../src/verify/settle.ts';

const SIZES = new Map(Object.entries({ m: 7, n: 5, k: 3 }));

const assuming = (where: string): Problem =>
  elaborateProblem(parseInput({ expression: 'pᵀp', where }));

/** Random inputs moved to where the facts hold, and how far their sides are apart there. */
function settled(where: string, seed: number) {
  const { facts } = assuming(where);
  const symbols = symbolsOf(facts.flatMap((f) => [f.left, f.right])).filter(
    (s) => s.role === 'variable',
  );
  const source = random(seed, 1);
  const dims = (s: Sym): number[] => s.axes.map((d) => evalDim(d, SIZES));
  const inputs = new Map(symbols.map((s): [Sym, Tensor] => [s, draw(s, dims(s), source)]));
  const found = new Settler(facts, SIZES).settle(inputs);
  if (!found) return undefined;
  const sides = facts.flatMap((f) => [f.left, f.right]);
  const values = compile(sides, SIZES).run(found);
  const apart = facts.map((_, k) => {
    const [a, b] = [values[2 * k], values[2 * k + 1]];
    return Math.max(...(a?.data ?? []).map((v, i) => Math.abs(v - (b?.data[i] ?? 0))));
  });
  return { found, apart: Math.max(...apart), value: (name: string) => valueOf(found, name) };
}

const valueOf = (found: ReadonlyMap<Sym, Tensor>, name: string): readonly number[] => [
  ...([...found].find(([s]) => s.name === name)?.[1].data ?? []),
];

describe('inputs are moved to where equations hold', () => {
  test.each([
    'assume A*1 = b; A: m×n',
    'assume A*1 = 1; A: m×n positive',
    'assume 1ᵀA = 1ᵀ; A: m×n nonnegative',
    'assume AᵀA = I; A: m×n',
    'assume AAᵀ = I; A: n×m',
    'assume AᵀA = I; A: n×n',
    'assume xᵀx = 1; x: n',
    'assume ‖x‖ = c; x: n; c: scalar positive',
    'assume Y ⊙ Y = 1; Y: m×n',
    'assume y ⊙ y = y; y: n',
    'assume S S = I; S: n×n symmetric',
    'assume tr(S) = 0; S: n×n symmetric',
    'assume L Lᵀ = A; L: n×n lower; A: n×n',
    'assume A x = b; A: m×n; x: n; b: m constant',
    'assume AB = BA; A, B: n×n',
    'assume UᵀV = 0; U: m×k; V: m×k; assume UᵀU = I',
  ])('%s', (where) => {
    for (const seed of [1, 2, 3]) {
      const got = settled(where, seed);
      expect(got).toBeDefined();
      expect(got?.apart).toBeLessThan(1e-11);
    }
  });

  test('entries that square to one are 1 and −1, both', () => {
    const values = [1, 2, 3].flatMap(
      (seed) => settled('assume y ⊙ y = 1; y: n', seed)?.value('y') ?? [],
    );
    expect(values.every((v) => Math.abs(Math.abs(v) - 1) < 1e-12)).toBe(true);
    expect(new Set(values.map(Math.sign))).toEqual(new Set([1, -1]));
  });

  test('positive entries stay positive, a symmetric matrix symmetric', () => {
    const rows = settled('assume A*1 = 1; A: m×n positive', 1)?.value('A') ?? [];
    expect(rows.length).toBe(35);
    expect(rows.every((v) => v > 0)).toBe(true);
    const s = settled('assume S S = I; S: n×n symmetric', 1)?.value('S') ?? [];
    expect(s.length).toBe(25);
    expect(s.every((v, k) => v === s[(k % 5) * 5 + Math.floor(k / 5)])).toBe(true);
  });

  test.each([
    'assume AᵀA = −I; A: n×n',
    'assume xᵀx = −1; x: n',
    // columns of length 5 are no 7 orthonormal ones
    'assume AᵀA = I; A: n×m',
    'assume y ⊙ y = 2; y: n binary',
  ])('what nothing satisfies is given up: %s', (where) => {
    expect(settled(where, 1)).toBeUndefined();
  });

  test('a place says that nothing satisfies what is assumed', () => {
    const problem = assuming('assume AᵀA = −I; A: n×n');
    const [fact] = problem.facts;
    const places = new Places(symbolsOf([fact?.left ?? problem.value.node]), problem.facts);
    expect(places.draw('different', random(1, 1), 0)).toEqual({ reason: NOT_SETTLED });
  });
});
