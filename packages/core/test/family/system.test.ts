import { describe, expect, test } from 'vitest';
import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import type { FamilyEquation } from '../../src/elaborate/problem.ts';
import { deriveFamily } from '../../src/family/derive.ts';
import { readSystem } from '../../src/family/system.ts';
import type { Value } from '../../src/ops/value.ts';
import {
  dim,
  equation,
  halfSquared,
  layers,
  minus,
  plus,
  range,
  states,
  symbolOf,
  system,
  times,
  unknown,
  variable,
} from './systems.ts';

const { Z, H, W, V, X, X1, Y, A } = states;
const σ = (x: Value): Value => unknown('σ', x);
const L = range('l', '1', 'L');
const base = equation(Z('0'), X);
const loss = halfSquared(minus(Z('L'), Y));
const step = (right: Value, over = L): FamilyEquation => equation(Z('l'), right, over);

/** The first diagnostic of a system. */
function diagnostic(
  bases: readonly FamilyEquation[],
  steps: readonly FamilyEquation[],
  objective = loss,
  declared = new Map<string, ReturnType<typeof range>>(),
): string {
  try {
    readSystem(objective.node, system(bases, steps), declared);
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    const [d] = error.diagnostics;
    return `${d?.code}: ${d?.message}`;
  }
  return 'fine';
}

describe('mistakes in a system', () => {
  test('a base is missing', () => {
    expect(diagnostic([], [step(σ(times(Z('l-1'), W('l'))))])).toBe(
      'index-out-of-range: Z[l-1] at l = 1 is Z[0], which is not defined',
    );
  });

  test('a look-back of two with one base', () => {
    const twice = plus(times(Z('l-1'), W('l')), times(Z('l-2'), V('l')));
    expect(diagnostic([base], [step(σ(twice))])).toBe(
      'index-out-of-range: Z[l-2] at l = 1 is Z[-1], which is not defined',
    );
    expect(diagnostic([base], [step(σ(twice), range('l', '2', 'L'))])).toBe(
      'index-out-of-range: Z[l-1] at l = 2 is Z[1], which is not defined',
    );
    const bases = [base, equation(Z('1'), X1)];
    expect(diagnostic(bases, [step(σ(twice), range('l', '2', 'L'))])).toBe('fine');
  });

  test('the objective uses a member behind the last', () => {
    const far = halfSquared(minus(Z('L+1'), Y));
    expect(diagnostic([base], [step(σ(times(Z('l-1'), W('l'))))], far)).toBe(
      'index-out-of-range: Z[L+1] is not defined',
    );
  });

  test('a weight outside its declared range', () => {
    const declared = new Map([['W', range('l', '1', 'L')]]);
    expect(diagnostic([base], [step(σ(times(Z('l-1'), W('l-1'))))], loss, declared)).toBe(
      'index-out-of-range: W[l-1] at l = 1 is W[0], which is not defined',
    );
  });

  test('a step that uses a later one', () => {
    const forwards = [
      step(σ(times(Z('l-1'), W('l')))),
      equation(H('l'), plus(times(Z('l'), A), H('l-1')), L),
    ];
    expect(diagnostic([base, equation(H('0'), X)], forwards)).toBe('fine');
    const end = equation(H('L'), X1);
    const later = [
      step(σ(plus(Z('l-1'), H('l')))),
      equation(H('l'), plus(Z('l+1'), H('l-1')), range('l', '0', 'L-1')),
    ];
    expect(diagnostic([base, equation(H('-1'), X), end], later)).toMatch(
      /^later-member: H\[l\] uses Z\[l\+1\], which comes after it/,
    );
  });

  test('steps that need each other at the same place, and one that needs itself', () => {
    const circle = [step(plus(H('l'), Z('l-1'))), equation(H('l'), times(Z('l'), A), L)];
    expect(diagnostic([base], circle)).toBe(
      'circular-definition: Z[l] and H[l] need each other at the same place',
    );
    expect(diagnostic([base], [step(plus(Z('l'), Z('l-1')))])).toMatch(/^circular-definition/);
  });

  test('a base that is computed from the steps', () => {
    const end = equation(Z('0'), times(Z('L'), A));
    expect(diagnostic([end], [step(σ(times(Z('l-1'), W('l'))))])).toMatch(
      /^later-member: Z\[0\] uses Z\[L\]/,
    );
  });

  test('two equations for one member', () => {
    expect(diagnostic([base, equation(Z('1'), X1)], [step(σ(times(Z('l-1'), W('l'))))])).toBe(
      'defined-twice: Z[1] is defined twice',
    );
  });

  test('two ends for one family', () => {
    const j = halfSquared(minus(Z('T'), Y));
    expect(diagnostic([base], [step(σ(times(Z('l-1'), W('l'))))], j)).toMatch(/^two-ranges/);
  });

  test('a letter as a size', () => {
    const odd = variable('Q', dim('l'), dim('l'));
    const right = plus(Z('l-1'), halfSquared(odd));
    expect(diagnostic([base], [step(right)])).toMatch(/^letter-as-size: l counts the steps/);
  });

  test('a name with and without a place', () => {
    const right = σ(times(times(Z('l-1'), W('l')), variable('W', ...A.shape)));
    expect(diagnostic([base], [step(right)])).toMatch(/^family-and-variable: W/);
  });

  test('only a scalar is derived', () => {
    expect(() => deriveFamily(Y.node, system([], []), [symbolOf(Y)])).toThrow(RangeError);
  });

  test('a mistake points at its equation', () => {
    const bad = step(σ(times(Z('l-1'), W('l'))));
    const placed = { ...bad, expr: { ...bad.expr, span: { start: 3, end: 8 } } };
    let labels: unknown;
    try {
      readSystem(loss.node, system([], [placed]));
    } catch (error) {
      labels = error instanceof MatgradError ? error.diagnostics[0]?.labels : error;
    }
    expect(labels).toMatchObject([{ start: 3, end: 8 }]);
  });
});

test('layers of their own sizes are fine', () => {
  const { Z: z, W: w, X: x } = layers;
  const s = equation(z('l'), σ(times(z('l-1'), w('l'))), L);
  const families = readSystem(halfSquared(z('L')).node, system([equation(z('0'), x)], [s]));
  expect([...families.keys()]).toEqual(['Z']);
});
