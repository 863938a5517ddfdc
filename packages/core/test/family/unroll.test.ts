import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reverse } from '../../src/derive/reverse.ts';
import { add, apply, power, subtract, symbol, total, transpose } from '../../src/expr/build.ts';
import type { Node } from '../../src/expr/node.ts';
import { postorder, symbolsOf } from '../../src/expr/walk.ts';
import { checkFamily, distanceToReverse, stepsToTry } from '../../src/family/check.ts';
import type { FamilyDerivation } from '../../src/family/derivation.ts';
import { deriveFamily } from '../../src/family/derive.ts';
import { MAX_MEMBERS } from '../../src/family/instances.ts';
import { unroll, unrollGradient } from '../../src/family/unroll.ts';
import { tanh } from '../../src/ops/elementwise.ts';
import type { Value } from '../../src/ops/value.ts';
import { atomText, dimName } from '../../src/shape/dim.ts';
import { rational } from '../../src/shape/rational.ts';
import {
  accumulated,
  applied,
  at,
  biased,
  encoderDecoder,
  equation,
  family,
  hadamard,
  halfSquared,
  lookBack,
  lstm,
  type Model,
  minus,
  model,
  perceptron,
  plus,
  range,
  recurrent,
  residual,
  scaled,
  states,
  system,
  times,
  unknown,
  unknownLoss,
  variable,
} from './systems.ts';

const σ = (x: Value): Value => unknown('σ', x);
const derive = (m: Model): FamilyDerivation => deriveFamily(m.objective, m.system, m.wanted);

const { W, V, X, X1 } = states;
const MODELS: readonly (readonly [string, Model])[] = [
  ['perceptron', perceptron(σ)],
  ['perceptron with an unknown loss', perceptron(σ, unknownLoss)],
  ['perceptron with a function for each layer', perceptron((x) => unknown('σ', x, at('l')))],
  ['perceptron of relus', perceptron((x) => applied('relu', x))],
  ['perceptron with a bias', biased((x) => applied('sigmoid', x))],
  ['residual', residual(σ)],
  ['recurrent', recurrent()],
  ['accumulated', accumulated()],
  ['look-back of two', lookBack(W('l'), V('l'), X, X1)],
  ['look-back of two, bases given', lookBack(W('l'), V('l'))],
  ['LSTM', lstm()],
  ['encoder and decoder', encoderDecoder()],
];

describe('the unrolled objective', () => {
  test('is the one that a person writes out', () => {
    const [m, n0, n1, n2] = ['m', 'n[0]', 'n[1]', 'n[2]'].map((text) => {
      const [, name = text, place] = /^(\w)\[(\d)\]$/.exec(text) ?? [];
      return dimName(name, place === undefined ? null : at(place));
    });
    if (!m || !n0 || !n1 || !n2) throw new Error('four sizes');
    const layer = (z: Node, w: Node): Node => {
      const [rows, inner] = z.axes;
      const columns = w.axes[1];
      if (!rows || !inner || !columns) throw new Error('a matrix');
      const x: Value = times(
        { node: z, shape: [rows, inner] },
        { node: w, shape: [inner, columns] },
      );
      return apply(tanh.leaf, [x.node]);
    };
    const x = symbol('X', [m, n0]);
    const y = symbol('Y', [m, n2]);
    const z1 = layer(x, symbol('W', [n0, n1], { index: at('1') }));
    const z2 = layer(z1, symbol('W', [n1, n2], { index: at('2') }));
    const p = perceptron(
      (v) => applied('tanh', v),
      (v) => ({
        node: total(power(subtract(v.node, symbol('Y', v.shape)), rational(2))),
        shape: [],
      }),
    );
    const { value, members } = unroll(p.objective, p.system, { L: 2 });
    expect(value).toBe(total(power(subtract(z2, y), rational(2))));
    expect([...members.keys()]).toEqual(['Z[0]', 'Z[1]', 'Z[2]']);
  });

  test('grows with the steps by the same amount, also where every step is a sum', () => {
    for (const m of [perceptron(σ), residual(σ), recurrent(), accumulated()]) {
      const bound = m.system.steps[0]?.range?.to.variable ?? 'L';
      const size = (steps: number): number =>
        postorder([unroll(m.objective, m.system, { [bound]: steps }).value]).length;
      const [a, b, c] = [size(20), size(40), size(60)];
      expect(c - b).toBeLessThanOrEqual(b - a + 20);
      expect(b).toBeLessThan(20 * 40);
    }
  });

  test('is refused where it has no meaning or would be too large', () => {
    const p = perceptron(σ);
    expect(() => unroll(p.objective, p.system, {})).toThrow(/how many steps: L/);
    expect(() => unroll(p.objective, p.system, { L: 2.5 })).toThrow(/no number of steps/);
    expect(() => unroll(p.objective, p.system, { L: -1 })).toThrow(RangeError);
    expect(() => unroll(p.objective, p.system, { L: MAX_MEMBERS + 1 })).toThrow(
      /too many to unroll/,
    );
    expect(() => unroll(p.objective, p.system, { L: 1e15 })).toThrow(/too many to unroll/);
    const two = lookBack(W('l'), X, X1);
    expect(() =>
      unroll(two.objective, system(two.system.bases.slice(1), two.system.steps), { L: 1 }),
    ).not.toThrow();
    const short = derive(two);
    const unrolled = unroll(two.objective, two.system, { L: 1 });
    expect(() => unrollGradient(short, short.atInput.whole, { L: 1 }, unrolled)).toThrow(
      /holds for L ≥ \d/,
    );
  });

  test('a thousand layers have a thousand gradients, of one size each', () => {
    const p = perceptron(σ);
    const size = (L: number): number => {
      const { value } = unroll(p.objective, p.system, { L });
      const weights = symbolsOf([value]).filter((s) => s.name === 'W');
      expect(weights.length).toBe(L);
      const { parts, gradients } = reverse(value, weights);
      return postorder([...parts.map((q) => q.node), ...gradients]).length;
    };
    expect(size(1000)).toBeLessThan(10.5 * size(100));
  });
});

describe('the recursion', () => {
  test.each(MODELS)('of the %s is reverse mode on the unrolled graph', (_, m) => {
    const d = derive(m);
    for (const steps of [...stepsToTry(d).slice(0, 3), { L: 6, T: 7 }])
      expect(distanceToReverse(d, steps)).toBeLessThan(1e-12);
  });

  test.each(MODELS.filter(([name]) => name !== 'LSTM'))('of the %s passes the check', (_, m) => {
    for (const check of checkFamily(derive(m), { points: 1 })) {
      expect(check).toMatchObject({ verdict: 'passed' });
      expect(check.maxRelativeError).toBeLessThan(1e-9);
      expect(check.points).toBeGreaterThanOrEqual(4);
    }
  });

  test('perceptrons of one to five layers, sizes all different and all equal', () => {
    const steps = [1, 2, 3, 4, 5].map((L) => ({ L }));
    const [check] = checkFamily(derive(perceptron((x) => applied('tanh', x))), { steps });
    expect(check).toMatchObject({ verdict: 'passed', points: 2 * (1 + 2 + 3 + 4 + 5), steps });
    expect(check?.againstReverse).toBeLessThan(1e-12);
    const sizes = check?.dimensions.filter((d) => d['L'] === 3) ?? [];
    const distinct = sizes.map((d) => new Set(Object.values({ ...d, L: d['m'] })).size);
    expect(Math.min(...distinct)).toBe(1);
    expect(Math.max(...distinct)).toBe(5);
  });
});

describe('a wrong recursion is found', () => {
  const right = derive(perceptron(σ));
  const wrong = (change: (node: Node, name: string) => Node): FamilyDerivation => {
    const pass = (
      e: FamilyDerivation['atInput']['whole'],
    ): FamilyDerivation['atInput']['whole'] => ({
      recursion: e.recursion.map((x) => ({
        ...x,
        terms: x.terms.map((t) => ({ ...t, node: change(t.node, x.left.name) })),
      })),
      gradients: e.gradients.map((g) => ({
        ...g,
        equations: g.equations.map((x) => ({
          ...x,
          terms: x.terms.map((t) => ({ ...t, node: change(t.node, x.left.name) })),
        })),
      })),
    });
    const { whole, shared, cache } = right.atInput;
    return { ...right, atInput: { whole: pass(whole), shared: pass(shared), cache } };
  };

  test('a factor, a sign, a step that is left out', () => {
    for (const [name, f] of [
      ['W', (x: Node) => add(x, x)],
      ['G', (x: Node) => subtract(x, add(x, x))],
    ] as const) {
      const [check] = checkFamily(wrong((x, left) => (left === name ? f(x) : x)));
      expect([name, check?.verdict]).toEqual([name, 'failed']);
    }
    const [first] = right.atInput.shared.gradients;
    const cutShort = {
      ...right,
      atInput: {
        ...right.atInput,
        shared: {
          ...right.atInput.shared,
          gradients: first
            ? [
                {
                  ...first,
                  equations: first.equations.map((e) => ({ ...e, range: range('l', '2', 'L') })),
                },
              ]
            : [],
        },
      },
    };
    expect(checkFamily(cutShort)[0]).toMatchObject({
      verdict: 'failed',
      reason: 'no formula for W[1]',
    });
  });

  test('a failure says at which sizes it was seen', () => {
    const [check] = checkFamily(wrong((x, left) => (left === 'W' ? add(x, x) : x)));
    expect(Object.keys(check?.failure?.dimensions ?? {})).toEqual(
      expect.arrayContaining(['L', 'm', 'n[0]']),
    );
  });
});

/** Steps of square matrices: sums of products of states at earlier places with weights and inputs. */
const randomModel = fc
  .record({
    back: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    kinds: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 3, maxLength: 3 }),
    outer: fc.integer({ min: 0, max: 3 }),
    ends: fc.array(fc.constantFrom('L', 'L-1', '0', '1', 'L-2'), { minLength: 1, maxLength: 3 }),
    second: fc.boolean(),
  })
  .map(({ back, kinds, outer, ends, second }): Model => {
    const k = dimName('k');
    const [Z, H, w] = [
      family('Z', () => [k, k]),
      family('H', () => [k, k]),
      family('w', () => [k, k]),
    ];
    const S = variable('S', k, k);
    const term = (b: number, i: number): Value => {
      const z = Z(`l-${b}`);
      switch (kinds[i] ?? 0) {
        case 0:
          return times(z, w('l'));
        case 1:
          return times(S, z);
        case 2:
          return hadamard(z, w('l'));
        case 3:
          return applied('tanh', times(z, S));
        case 4:
          return z;
        case 5:
          return { node: transpose(times(z, w(`l-${b}`)).node), shape: z.shape };
        default:
          return second ? hadamard(z, H('l-1')) : scaled(rational(1, 3), z);
      }
    };
    const inside = plus(...back.map(term));
    const right =
      [
        σ(inside),
        applied('tanh', inside),
        applied('sigmoid', inside),
        scaled(rational(1, 4), inside),
      ][outer] ?? inside;
    const most = Math.max(...back);
    const bases = Array.from({ length: most }, (_, i) =>
      equation(Z(`${i}`), i === 0 ? S : variable(`B${i}`, k, k)),
    );
    const steps = [equation(Z('l'), right, range('l', `${most}`, 'L'))];
    if (second) {
      bases.push(equation(H(`${most - 1}`), variable('H0', k, k)));
      steps.push(
        equation(
          H('l'),
          applied('tanh', plus(H('l-1'), times(Z('l'), S))),
          range('l', `${most}`, 'L'),
        ),
      );
    }
    const losses = ends.map((e, i) =>
      halfSquared(minus(second && i > 0 && e === 'L' ? H(e) : Z(e), variable('Y', k, k))),
    );
    return model(
      plus(...losses),
      system(bases, steps),
      w('l'),
      S,
      ...(most > 1 ? [variable('B1', k, k)] : []),
    );
  });

test('random systems: every form of the recursion is reverse mode on the unrolled graph', () => {
  fc.assert(
    fc.property(randomModel, (m) => {
      const d = derive(m);
      for (const { L = 0 } of stepsToTry(d).slice(0, 3)) {
        if (L < 3) continue;
        expect(distanceToReverse(d, { L })).toBeLessThan(1e-11);
      }
      const [steps = {}] = stepsToTry(d);
      const L = Math.max(4, steps['L'] ?? 0);
      const unrolled = unroll(m.objective, m.system, { L });
      const names = unrollGradient(d, d.atInput.whole, { L }, unrolled).map((g) =>
        atomText(g.variable.name, g.variable.index),
      );
      const used = symbolsOf([unrolled.value]).filter((s) => ['w', 'S', 'B1'].includes(s.name));
      expect(names).toEqual(expect.arrayContaining(used.map((s) => atomText(s.name, s.index))));
    }),
    { seed: 7, numRuns: 15 },
  );
});
