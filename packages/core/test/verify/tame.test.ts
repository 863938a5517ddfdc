import { expect, test } from 'vitest';
import { withoutParts } from '../../src/derive/derive.ts';
import { derivationOf } from '../../src/explain/gradient.ts';
import type { Node } from '../../src/expr/node.ts';
import { checkGradient } from '../../src/verify/gradient.ts';
import { problemOf } from '../support/ask.ts';

/** A sine of 10⁷⁰ is noise to its differences: such points are passed over where there are others. */
test('points are drawn where the values are no larger than they have to be', () => {
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
