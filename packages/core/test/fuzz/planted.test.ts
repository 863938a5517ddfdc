import { expect, test } from 'vitest';
import { withoutParts } from '../../src/derive/derive.ts';
import { elaborateProblem } from '../../src/elaborate/elaborate.ts';
import { derivationOf } from '../../src/explain/gradient.ts';
import { negate, scale, sum, transpose } from '../../src/expr/build.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import { rational } from '../../src/shape/rational.ts';
import { parseInput } from '../../src/syntax/parse.ts';
import { sameValue } from '../../src/verify/compare.ts';
import { checkGradient } from '../../src/verify/gradient.ts';
import { ask } from './question.ts';

interface Derived {
  readonly value: Node;
  readonly variable: Sym;
  readonly gradient: Node;
}

/** Right gradients of random texts that do not vanish. */
function derived(seed: number): Derived[] {
  const problem = elaborateProblem(parseInput(ask(seed, 10).input));
  const { value, gradients, parts } = derivationOf(problem);
  const whole = withoutParts(
    gradients.map((g) => g.shown),
    parts,
  );
  const claims = gradients.map((g, k) => ({ variable: g.variable, gradient: whole[k] as Node }));
  const reports = checkGradient(value, claims);
  return claims.flatMap((c, k) => {
    const report = reports[k];
    return report?.verdict === 'passed' && !report.zero ? [{ value, ...c }] : [];
  });
}

/** Mistakes that keep the shape. */
const mistakes: Readonly<Record<string, (gradient: Node) => Node | undefined>> = {
  'off by a millionth': (g) => scale(rational(1_000_001, 1_000_000), g),
  twice: (g) => scale(rational(2), g),
  'the other sign': negate,
  'nothing at all': (g) => scale(rational(0), g),
  transposed: (g) => (g.axes.length === 2 && g.axes[0] === g.axes[1] ? transpose(g) : undefined),
  'without its first term': (g) =>
    g.kind === 'sum' && g.terms.length > 1 ? sum(g.terms.slice(1), g.axes) : undefined,
};

const questions = Array.from({ length: 40 }, (_, k) => derived(500 + k)).flat();

test.each(Object.keys(mistakes))('a gradient that is %s never passes', (name) => {
  let caught = 0;
  for (const { value, variable, gradient } of questions) {
    const wrong = mistakes[name]?.(gradient);
    if (!wrong) continue;
    const isOther =
      name === 'off by a millionth' ||
      sameValue(gradient, wrong, { mode: 'both', points: 4 }) === 'different';
    if (!isOther) continue;
    const [report] = checkGradient(value, [{ variable, gradient: wrong }]);
    expect(report?.verdict).not.toBe('passed');
    if (report?.verdict === 'failed') caught++;
  }
  expect(caught).toBeGreaterThan(name === 'transposed' || name.startsWith('without') ? 5 : 60);
});
