import { expect, test } from 'vitest';
import { inlineParts, reverse } from '../../src/derive/reverse.ts';
import { toText } from '../../src/emit/text.ts';
import { deriveFamily } from '../../src/family/derive.ts';
import { stepQuestions } from '../../src/family/question.ts';
import { toSurface } from '../../src/notation/surface.ts';
import { factorSums } from '../../src/simplify/factor.ts';
import {
  accumulated,
  type Model,
  perceptron,
  recurrent,
  states,
  symbolOf,
  unknown,
} from './systems.ts';

/** The gradients of the questions, as they are written. */
function answers(m: Model, which = 0): string[] {
  const wanted = m.wanted[which];
  if (!wanted) throw new Error('a variable');
  const d = deriveFamily(m.objective, m.system, m.wanted);
  return stepQuestions(d, wanted).flatMap(({ value, variable }) => {
    const { gradients } = inlineParts(reverse(value, [variable]), () => false);
    return factorSums(gradients).map((g) => toText(toSurface(g)));
  });
}

test('a step alone gives the formula of all steps', () => {
  expect(answers(perceptron((x) => unknown('σ', x)))).toEqual(['Z[l−1]ᵀ (G[l] ⊙ σ′(Z[l−1] W[l]))']);
});

test('a shared weight: the term of one step', () => {
  expect(answers(recurrent())).toEqual(['H[t−1]ᵀ (G[t] ⊙ (1 − tanh(H[t−1] A + X[t] U).^2))']);
});

test('a base, and a step whose cotangent is a number', () => {
  expect(answers(recurrent(), 2)).toEqual(['G[0]']);
  expect(answers(accumulated(), 2)).toEqual(['2(Y[t] − H[t])']);
});

test.each([
  ['2', ['Z[1]ᵀ (G[2] ⊙ σ′(Z[1] W[2]))']],
  ['L', ['Z[L−1]ᵀ (G[L] ⊙ σ′(Z[L−1] W[L]))']],
])('one member, W[%s]: the step in which it stands', (place, expected) => {
  const m = perceptron((x) => unknown('σ', x));
  expect(answers({ ...m, wanted: [symbolOf(states.W(place))] })).toEqual(expected);
});
