import { describe, expect, test } from 'vitest';
import { cacheOf } from '../../src/derive/cache.ts';
import { toText } from '../../src/emit/text.ts';
import { totalCount } from '../../src/family/cache.ts';
import { addCounts, type Count, countExpr, countNumber, countOf } from '../../src/family/count.ts';
import type { BackwardPass, CacheEntry } from '../../src/family/derivation.ts';
import { deriveFamily } from '../../src/family/derive.ts';
import { unroll, unrollGradient } from '../../src/family/unroll.ts';
import { toSurface } from '../../src/notation/surface.ts';
import type { Value } from '../../src/ops/value.ts';
import { addDim, type Dim, dimName, dimNumber, evalDim, mulDim } from '../../src/shape/dim.ts';
import {
  accumulated,
  applied,
  at,
  biased,
  lookBack,
  lstm,
  type Model,
  n,
  perceptron,
  recurrent,
  residual,
  states,
  unknown,
  unknownLoss,
} from './systems.ts';

const σ = (x: Value): Value => unknown('σ', x);
const sizes = new Map([
  ['L', 3],
  ['T', 3],
  ['m', 128],
  ['n[0]', 784],
  ['n[1]', 512],
  ['n[2]', 256],
  ['n[3]', 10],
  ['n', 17],
  ['p', 5],
]);

const line = (e: CacheEntry): string =>
  `${toText(toSurface(e.node))}: ${toText(countExpr(e.count))}`;
const passOf = (m: Model, form: 'atInput' | 'atOutput'): BackwardPass => {
  const pass = deriveFamily(m.objective, m.system, m.wanted)[form];
  if (!pass) throw new Error('no such form');
  return pass;
};

describe('what has to be kept', () => {
  test('of a perceptron: the layers and what the function was applied to', () => {
    const { cache } = passOf(perceptron(σ, unknownLoss), 'atInput');
    expect(cache.map(line)).toEqual([
      'Z[l]: m (n[1] + … + n[L])',
      'Z[l−1] W[l]: m (n[1] + … + n[L])',
    ]);
    expect(cache.map((e) => e.run)).toEqual([
      { from: at('1'), to: at('L') },
      { from: at('1'), to: at('L') },
    ]);
    const total = totalCount(cache);
    expect(toText(countExpr(total))).toBe('2m (n[1] + … + n[L])');
    expect(countNumber(total, sizes)).toBe(2 * 128 * (512 + 256 + 10));
    expect(cache.map((e) => e.readers)).toEqual([['G[L]', '∂J/∂W[l]'], ['D[l]']]);
  });

  test('of tanh: the layers alone', () => {
    const d = deriveFamily(...arguments3(biased((x) => applied('tanh', x))));
    expect(d.atInput.cache.map(line)).toHaveLength(2);
    expect(d.atOutput?.cache.map(line)).toEqual(['Z[l]: m (n[1] + … + n[L])']);
    const [saving] = d.savings;
    expect(saving && toText(toSurface(saving.slope))).toBe('1 − Z[l].^2');
    expect(saving?.spared.map(line)).toEqual(['Z[l−1] W[l] + b[l]: m (n[1] + … + n[L])']);
    expect(countNumber(totalCount(saving?.spared ?? []), sizes)).toBe(128 * (512 + 256 + 10));
  });

  test('where nothing depends on the place, the number of places counts', () => {
    expect(passOf(residual(σ), 'atInput').cache.map(line)).toEqual([
      'Z[l]: Lmn',
      'Z[l−1] W[l]: Lmn',
    ]);
    const { W, V, X, X1 } = states;
    expect(passOf(lookBack(W('l'), V('l'), X, X1), 'atInput').cache.map(line)).toEqual([
      'Z[l]: (L − 1)mn',
      'Z[l−2] V[l] + Z[l−1] W[l]: (L − 1)mn',
    ]);
  });

  test('what the input is called inside is not counted, what is computed from it is', () => {
    const m = perceptron(σ);
    expect(passOf(m, 'atInput').cache[0]?.run?.from).toEqual(at('1'));
    const [base, ...rest] = m.system.bases;
    if (!base) throw new Error('a base');
    const made = { ...base, node: unknown('φ', { node: base.node, shape: base.shape }).node };
    const { cache } = passOf({ ...m, system: { ...m.system, bases: [made, ...rest] } }, 'atInput');
    expect(cache[0]?.run?.from).toEqual(at('0'));
  });
});

const arguments3 = (m: Model): Parameters<typeof deriveFamily> => [m.objective, m.system, m.wanted];

describe('the count is that of the unrolled graph', () => {
  // a product of a step that the flattened unrolled graph has no node for would count otherwise; these have none
  test.each([
    ['perceptron', perceptron(σ)],
    ['perceptron with an unknown loss', perceptron(σ, unknownLoss)],
    ['perceptron with a bias', biased(σ)],
    ['relu', perceptron((x) => applied('relu', x))],
    ['recurrent', recurrent()],
    ['accumulated', accumulated()],
    ['LSTM', lstm()],
  ])('%s', (_, m) => {
    const d = deriveFamily(...arguments3(m));
    for (const steps of [1, 2, 3]) {
      const here = new Map([...sizes, ['L', steps], ['T', steps]]);
      const unrolled = unroll(m.objective, m.system, { L: steps, T: steps });
      // tanh and sigmoid are nodes of the graph themselves, so that only the form at the output can be seen in it
      const pass = d.atOutput && !m.system.steps.some(isRelu) ? d.atOutput : d.atInput;
      const gradients = unrollGradient(d, pass.whole, { L: steps, T: steps }, unrolled);
      const kept = cacheOf(
        unrolled.value,
        gradients.map((g) => g.gradient),
      );
      const numbers = kept.map((c) => evalDim(c.size, here));
      expect(countNumber(totalCount(pass.cache), here)).toBe(numbers.reduce((a, b) => a + b, 0));
    }
  });
});

const isRelu = (e: Model['system']['steps'][number]): boolean =>
  e.node.kind === 'apply' && e.node.op.name === 'relu';

describe('counts', () => {
  const m = dimName('m');
  const run = { from: at('1'), to: at('L') };
  const text = (c: Count): string => toText(countExpr(c));

  test('formulas', () => {
    expect(text(countOf(mulDim(m, n(at('l'))), 'l', run))).toBe('m (n[1] + … + n[L])');
    expect(text(countOf(mulDim(n(at('l-1')), n(at('l'))), 'l', run))).toBe(
      'n[0] n[1] + … + n[L−1] n[L]',
    );
    expect(text(countOf(m, 'l', { from: at('0'), to: at('L') }))).toBe('(L + 1)m');
    expect(text(countOf(mulDim(dimNumber(4), m), 'l', { from: at('2'), to: at('4') }))).toBe('12m');
    expect(text(countOf(n(at('l')), 'l', { from: at('1'), to: at('3') }))).toBe(
      'n[1] + n[2] + n[3]',
    );
    expect(text(countOf(addDim(n(at('l')), dimNumber(1)), 'l', run))).toBe('n[1] + … + n[L] + L');
    expect(text(countOf(m, 'l', null))).toBe('m');
    expect(text(countOf(dimNumber(1), 'l', run))).toBe('L');
    expect(text(addCounts([]))).toBe('0');
  });

  test('numbers are sums over the places', () => {
    const sized = new Map(sizes);
    const each = (size: Dim): number =>
      [1, 2, 3].reduce(
        (t, l) =>
          t +
          evalDim(
            size,
            new Map([
              ...sized,
              ['n[l]', sized.get(`n[${l}]`) ?? 0],
              ['n[l-1]', sized.get(`n[${l - 1}]`) ?? 0],
            ]),
          ),
        0,
      );
    for (const size of [
      mulDim(m, n(at('l'))),
      mulDim(n(at('l-1')), n(at('l'))),
      addDim(mulDim(dimNumber(3), n(at('l'))), mulDim(m, m)),
    ])
      expect(countNumber(countOf(size, 'l', run), sized)).toBe(each(size));
  });

  test('a size that is missing is named', () => {
    expect(() => countNumber(countOf(n(at('l')), 'l', run), new Map([['L', 3]]))).toThrow(
      /no size for n\[1\]/,
    );
    expect(() => countNumber(countOf(m, 'l', run), new Map([['m', 3]]))).toThrow(/no size for L/);
  });
});
