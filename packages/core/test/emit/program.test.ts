import { expect, test } from 'vitest';
import { outputName } from '../../src/emit/program/outputs.ts';
import { sizeReadings } from '../../src/emit/program/sizes.ts';
import { symbol } from '../../src/expr/build.ts';
import { addDim, DIM_ONE, dimName, dimNumber, mulDim } from '../../src/shape/dim.ts';

test.each([
  ['∂/∂θ', 'd_A'],
  ['∂²/∂x²', 'd2_x_x'],
  ['∂³/∂x²∂A', 'd3_x_x_A'],
  ['∂²/∂θ² [v]', 'd2_θ_θ_v'],
  ['∂²/∂U∂(U, V) [P, Q]', 'd2_U_U_V_P_Q'],
  ['∂/∂x_1 [v]', 'd_x_1_v'],
  ['(∂/∂x)ᵀ [u]', 'd_x_u'],
])('%s is the output %s', (left, name) => {
  expect(outputName({ variable: symbol('A', []), left })).toBe(name);
});

test('lengths are read off plain sides, then solved for, then asked for', () => {
  const [n, k, m] = [dimName('n'), dimName('k'), dimName('m')];
  const twice = mulDim(dimNumber(2), k);
  const shapes = [[addDim(n, DIM_ONE), twice], [n], [mulDim(m, m)]];
  const { readings, untold } = sizeReadings(shapes, ['n', 'N']);
  expect(readings).toEqual([
    { argument: 1, place: 0, atom: 'n', solved: false },
    { argument: 0, place: 1, atom: 'k', solved: true },
  ]);
  expect(untold).toEqual(['m', 'N']);
});
