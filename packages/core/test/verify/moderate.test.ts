import { expect, test } from 'vitest';
import { withoutParts } from '../../src/derive/derive.ts';
import { derivationOf } from '../../src/explain/gradient.ts';
import type { Node } from '../../src/expr/node.ts';
import { checkGradient } from '../../src/verify/gradient.ts';
import { problemOf } from '../support/ask.ts';

/** A sine of 10⁷⁰ is noise to its differences. */
test('points are drawn where the arguments of sines are moderate', () => {
  const p = problemOf('sin(‖(X + A)ᵀ exp((2r).^3)ᵀ‖²)', 'X: m×n; A: m×n; r: 1×m', 'X', 'r');
  const { gradients, parts } = derivationOf(p);
  const whole = withoutParts(
    gradients.map((g) => g.shown),
    parts,
  );
  const claims = gradients.map((g, k) => ({ variable: g.variable, gradient: whole[k] as Node }));
  for (const seed of [1, 2, 3]) {
    const reports = checkGradient(p.value.node, claims, { seed, points: 3 });
    expect(reports.map((r) => r.verdict)).toEqual(['passed', 'passed']);
  }
});

test('where there are none, nothing is said against a gradient', () => {
  const p = problemOf('sin(1e12 (x² + 1))', 'x: scalar', 'x');
  const [g] = derivationOf(p).gradients;
  const claim = g && { variable: g.variable, gradient: g.shown };
  const [report] = claim ? checkGradient(p.value.node, [claim]) : [];
  expect(report).toMatchObject({
    verdict: 'inconclusive',
    reason: 'no inputs were found for which the argument of sin is less than 10000',
  });
});
