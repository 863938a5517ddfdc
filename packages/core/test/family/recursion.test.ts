import { describe, expect, test } from 'vitest';
import type { FamilyDerivation } from '../../src/family/derivation.ts';
import type { FamilyOptions } from '../../src/family/derive.ts';
import { deriveFamily } from '../../src/family/derive.ts';
import { HALF } from '../../src/shape/rational.ts';
import {
  accumulated,
  applied,
  at,
  biased,
  encoderDecoder,
  equation,
  family,
  halfSquared,
  layers,
  lookBack,
  lstm,
  type Model,
  minus,
  model,
  n,
  perceptron,
  plus,
  range,
  recurrent,
  residual,
  scaled,
  squared,
  states,
  symbolOf,
  system,
  texts,
  times,
  unknown,
  unknownLoss,
  variable,
} from './systems.ts';

const derive = (
  { objective, system: s, wanted }: Model,
  options?: FamilyOptions,
): FamilyDerivation => deriveFamily(objective, s, wanted, options);
const σ = (x: Parameters<typeof unknown>[1]): ReturnType<typeof unknown> => unknown('σ', x);

describe('the perceptron for any number of layers', () => {
  test('an unknown loss of the last layer', () => {
    const { whole, shared } = derive(perceptron(σ, unknownLoss)).atInput;
    expect(texts(whole)).toEqual([
      'G[L] = ∂J/∂Z[L]',
      'G[l−1] = (G[l] ⊙ σ′(Z[l−1] W[l])) W[l]ᵀ for l = L..2',
      '∂J/∂W[l] = Z[l−1]ᵀ (G[l] ⊙ σ′(Z[l−1] W[l])) for l = 1..L',
    ]);
    expect(texts(shared)).toEqual([
      'G[L] = ∂J/∂Z[L]',
      'D[l] = G[l] ⊙ σ′(Z[l−1] W[l]) for l = L..1',
      'G[l−1] = D[l] W[l]ᵀ for l = L..2',
      '∂J/∂W[l] = Z[l−1]ᵀ D[l] for l = 1..L',
    ]);
  });

  test('a loss that is written out, the input wanted too', () => {
    const m = perceptron(σ);
    const wanted = [...m.wanted, symbolOf(layers.X), symbolOf(layers.Y)];
    expect(texts(derive({ ...m, wanted }).atInput.shared)).toEqual([
      'G[L] = Z[L] − Y',
      'D[l] = G[l] ⊙ σ′(Z[l−1] W[l]) for l = L..1',
      'G[l−1] = D[l] W[l]ᵀ for l = L..1',
      '∂J/∂W[l] = Z[l−1]ᵀ D[l] for l = 1..L',
      '∂J/∂X = G[0]',
      '∂J/∂Y = Y − Z[L]',
    ]);
  });

  test('one function for each layer', () => {
    const m = perceptron((x) => unknown('σ', x, at('l')));
    expect(texts(derive(m).atInput.whole)).toContain(
      '∂J/∂W[l] = Z[l−1]ᵀ (G[l] ⊙ σ[l]′(Z[l−1] W[l])) for l = 1..L',
    );
  });

  test('a bias row', () => {
    expect(texts(derive(biased(σ)).atInput.shared)).toEqual([
      'G[L] = Z[L] − Y',
      'D[l] = G[l] ⊙ σ′(Z[l−1] W[l] + b[l]) for l = L..1',
      'G[l−1] = D[l] W[l]ᵀ for l = L..2',
      '∂J/∂W[l] = Z[l−1]ᵀ D[l] for l = 1..L',
      '∂J/∂b[l] = sum(D[l], axis=0) for l = 1..L',
    ]);
  });

  test.each([
    ['tanh', 'D[l] = G[l] ⊙ (1 − Z[l].^2) for l = L..1'],
    ['sigmoid', 'D[l] = G[l] ⊙ Z[l] ⊙ (1 − Z[l]) for l = L..1'],
    ['relu', 'D[l] = G[l] ⊙ sign(Z[l]) for l = L..1'],
  ])('the derivative of %s through its output', (name, part) => {
    const { atOutput, savings } = derive(perceptron((x) => applied(name, x)));
    expect(atOutput && texts(atOutput.shared)).toContain(part);
    expect(savings.map((s) => s.name)).toEqual([name]);
  });

  test('a function whose derivative needs its argument', () => {
    const { atOutput, savings } = derive(perceptron((x) => applied('sin', x)));
    expect(atOutput).toBeNull();
    expect(savings).toEqual([]);
  });

  test('one member alone', () => {
    const m = perceptron(σ);
    const { shared } = derive({ ...m, wanted: [symbolOf(layers.W('2'))] }).atInput;
    expect(texts(shared).at(-1)).toBe('∂J/∂W[2] = Z[1]ᵀ D[2]');
  });

  test('a last layer outside the family, and a penalty on one weight', () => {
    const { Z, W, X } = layers;
    const Y = variable('Y', ...layers.Y.shape);
    const step = equation(Z('l'), σ(times(Z('l-1'), W('l'))), range('l', '1', 'L-1'));
    const out = minus(times(Z('L-1'), W('L')), Y);
    const j = plus(halfSquared(out), scaled(HALF, squared(W('1'))));
    const m = model(j, system([equation(Z('0'), X)], [step]), W('l'));
    const declared = new Map([['W', range('l', '1', 'L')]]);
    expect(texts(derive(m, { declared }).atInput.whole)).toEqual([
      'G[L−1] = (Z[L−1] W[L] − Y) W[L]ᵀ',
      'G[l−1] = (G[l] ⊙ σ′(Z[l−1] W[l])) W[l]ᵀ for l = L−1..2',
      '∂J/∂W[L] = Z[L−1]ᵀ (Z[L−1] W[L] − Y)',
      '∂J/∂W[l] = Z[l−1]ᵀ (G[l] ⊙ σ′(Z[l−1] W[l])) for l = 2..L−1',
      '∂J/∂W[1] = Z[0]ᵀ (G[1] ⊙ σ′(Z[0] W[1])) + W[1]',
    ]);
  });

  test('columns in place of rows', () => {
    const z = family('z', (i) => [n(i(0))]);
    const W = family('W', (i) => [n(i(0)), n(i(-1))]);
    const step = equation(z('l'), σ(times(W('l'), z('l-1'))), range('l', '1', 'L'));
    const x = variable('x', n(at('0')));
    const j = halfSquared(minus(z('L'), variable('y', n(at('L')))));
    const m = model(j, system([equation(z('0'), x)], [step]), W('l'));
    expect(texts(derive(m).atInput.whole)).toEqual([
      'G[L] = z[L] − y',
      'G[l−1] = W[l]ᵀ (G[l] ⊙ σ′(W[l] z[l−1])) for l = L..2',
      '∂J/∂W[l] = (G[l] ⊙ σ′(W[l] z[l−1])) z[l−1]ᵀ for l = 1..L',
    ]);
  });
});

describe('other recurrences', () => {
  test('a residual network', () => {
    expect(texts(derive(residual(σ)).atInput.shared)).toEqual([
      'G[L] = Z[L] − Y',
      'D[l] = G[l] ⊙ σ′(Z[l−1] W[l]) for l = L..1',
      'G[l−1] = D[l] W[l]ᵀ + G[l] for l = L..1',
      '∂J/∂W[l] = Z[l−1]ᵀ D[l] for l = 1..L',
      '∂J/∂X = G[0]',
    ]);
  });

  test('a shared weight gets the sum over the steps', () => {
    const { atOutput } = derive(recurrent());
    expect(atOutput && texts(atOutput.shared)).toEqual([
      'G[T] = H[T] − Y',
      'D[t] = G[t] ⊙ (1 − H[t].^2) for t = T..1',
      'G[t−1] = D[t] Aᵀ for t = T..1',
      '∂J/∂A = Σ_{t = 1..T} H[t−1]ᵀ D[t]',
      '∂J/∂U = Σ_{t = 1..T} X[t]ᵀ D[t]',
      '∂J/∂H0 = G[0]',
      '∂J/∂X[t] = D[t] Uᵀ for t = 1..T',
    ]);
  });

  test('a loss that adds up passes its cotangent on unchanged', () => {
    const d = derive(accumulated());
    expect(d.atOutput && texts(d.atOutput.shared)).toEqual([
      'G[T] = 2(H[T] − Y[T])',
      'G[t] = D[t+1] Aᵀ + 2H[t] − 2Y[t] for t = T−1..1',
      'D[t] = G[t] ⊙ (1 − H[t].^2) for t = T..1',
      'G[0] = D[1] Aᵀ',
      '∂J/∂A = Σ_{t = 1..T} H[t−1]ᵀ D[t]',
      '∂J/∂H0 = G[0]',
      '∂J/∂Y[t] = 2(Y[t] − H[t]) for t = 1..T',
    ]);
    expect(d.cotangents.map((c) => [c.member.name, c.constant?.kind])).toEqual([
      ['S', 'literal'],
      ['H', undefined],
    ]);
  });

  test('steps that look back two places', () => {
    const { W, V, X, X1 } = states;
    const d = derive(lookBack(W('l'), V('l'), X, X1));
    expect(texts(d.atInput.shared)).toEqual([
      'G[L] = Z[L] − Y',
      'G[L−1] = D[L] W[L]ᵀ',
      'D[l] = G[l] ⊙ σ′(Z[l−2] V[l] + Z[l−1] W[l]) for l = L..2',
      'G[l−1] = D[l+1] V[l+1]ᵀ + D[l] W[l]ᵀ for l = L−1..2',
      'G[0] = D[2] V[2]ᵀ',
      '∂J/∂W[l] = Z[l−1]ᵀ D[l] for l = 2..L',
      '∂J/∂V[l] = Z[l−2]ᵀ D[l] for l = 2..L',
      '∂J/∂X = G[0]',
      '∂J/∂X1 = G[1]',
    ]);
    expect([...d.least]).toEqual([['L', 2]]);
  });

  test('an LSTM', () => {
    const { atOutput } = derive(lstm());
    expect(atOutput && texts(atOutput.shared)).toEqual([
      'G_h[T] = h[T] − Y',
      'G_c[T] = G_h[T] ⊙ o[T] ⊙ (1 − tanh(c[T]).^2)',
      'G_c[t] = G_h[t] ⊙ o[t] ⊙ (1 − tanh(c[t]).^2) + G_c[t+1] ⊙ f[t+1] for t = T−1..1',
      'G_g[t] = G_c[t] ⊙ i[t] for t = T..1',
      'G_o[t] = G_h[t] ⊙ tanh(c[t]) for t = T..1',
      'G_f[t] = G_c[t] ⊙ c[t−1] for t = T..1',
      'G_i[t] = G_c[t] ⊙ g[t] for t = T..1',
      'D_o[t] = G_o[t] ⊙ o[t] ⊙ (1 − o[t]) for t = T..1',
      'D_f[t] = G_f[t] ⊙ f[t] ⊙ (1 − f[t]) for t = T..1',
      'D_i[t] = G_i[t] ⊙ i[t] ⊙ (1 − i[t]) for t = T..1',
      'G_h[t−1] = (G_g[t] ⊙ (1 − g[t].^2)) U_gᵀ + D_f[t] U_fᵀ + D_i[t] U_iᵀ + D_o[t] U_oᵀ for t = T..2',
      '∂J/∂W_i = Σ_{t = 1..T} X[t]ᵀ D_i[t]',
      '∂J/∂U_f = Σ_{t = 1..T} h[t−1]ᵀ D_f[t]',
      '∂J/∂b_o = Σ_{t = 1..T} sum(D_o[t], axis=0)',
    ]);
  });

  test('an encoder, and a decoder that uses its result at every step', () => {
    const { atOutput } = derive(encoderDecoder());
    expect(atOutput && texts(atOutput.shared)).toEqual([
      'G_H[T] = H[T] − Y',
      'D_H[t] = G_H[t] ⊙ (1 − H[t].^2) for t = T..1',
      'G_H[t−1] = D_H[t] Aᵀ for t = T..1',
      'G_Z[L] = G_H[0] + Σ_{t = 1..T} D_H[t] Cᵀ',
      'D_Z[l] = G_Z[l] ⊙ σ′(Z[l−1] W[l]) for l = L..1',
      'G_Z[l−1] = D_Z[l] W[l]ᵀ for l = L..2',
      '∂J/∂W[l] = Z[l−1]ᵀ D_Z[l] for l = 1..L',
      '∂J/∂A = Σ_{t = 1..T} H[t−1]ᵀ D_H[t]',
      '∂J/∂C = Σ_{t = 1..T} Z[L]ᵀ D_H[t]',
    ]);
  });
});

describe('names and zeros', () => {
  test('a name that is taken is not used again', () => {
    const { Z, X, Y } = layers;
    const G = family('G', (i) => [n(i(-1)), n(i(0))]);
    const step = equation(Z('l'), σ(times(Z('l-1'), G('l'))), range('l', '1', 'L'));
    const m = model(halfSquared(minus(Z('L'), Y)), system([equation(Z('0'), X)], [step]), G('l'));
    const all = texts(derive(m, { taken: new Set(['D']) }).atInput.shared);
    expect(all[0]).toBe('G_Z[L] = Z[L] − Y');
    expect(all.at(-1)).toBe('∂J/∂G[l] = Z[l−1]ᵀ D_Z[l] for l = 1..L');
  });

  test('what does not occur has a true zero', () => {
    const m = perceptron(σ);
    const d = derive({ ...m, wanted: [...m.wanted, symbolOf(variable('Q', n(at('0'))))] });
    expect(d.atInput.whole.gradients.map((g) => g.zero)).toEqual([false, true]);
  });

  test('what is computed only from the data needs no cotangent', () => {
    const C = variable('C', ...states.A.shape);
    const d = derive({ ...encoderDecoder(), wanted: [symbolOf(C), symbolOf(states.A)] });
    expect(d.cotangents.map((c) => c.member.name)).toEqual(['H']);
  });
});
