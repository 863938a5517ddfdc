import { describe, expect, test } from 'vitest';
import type { FormulaProgram } from '../../src/emit/program/request.ts';
import { resultsOf } from '../../src/emit/program/request.ts';
import type { Node } from '../../src/expr/node.ts';
import { postorder } from '../../src/expr/walk.ts';
import { FUNCTIONS } from '../../src/ops/index.ts';
import { evalDim } from '../../src/shape/dim.ts';
import { isOneR } from '../../src/shape/rational.ts';
import type { Input } from '../../src/syntax/input.ts';
import { differentLengths, formulaProgram, identities, measured } from './programs.ts';

/** Where an arrangement without the large intermediate exists that is not found yet: (I − X X⁺)M as M − X(X⁺M) for a product M. */
const NOT_FOUND: ReadonlySet<string> = new Set(['pinv']);

interface Named {
  readonly name: string;
  readonly input: Input;
  readonly order: number;
}

const published: readonly Named[] = identities().map((i) => ({
  name: i.id,
  input: { expression: i.expr, where: i.where, wrt: i.wrt.split(',').map((w) => w.trim()) },
  order: i.kind === 'hess' || i.kind === 'mixed' ? 2 : 1,
}));

const examples: readonly Named[] = FUNCTIONS.map((f) => ({
  name: f.name,
  input: { expression: f.example.expression, where: f.example.where, wrt: [f.example.wrt] },
  order: 1,
}));

/** Arrays that no arrangement does without: what a function or a power takes or gives that is no product. */
function unavoidable(program: FormulaProgram, lengths: ReadonlyMap<string, number>): number {
  const nodes = postorder([...resultsOf(program), ...program.parts.map((p) => p.node)]);
  const needed = nodes.flatMap((n): readonly Node[] => {
    if (n.kind === 'apply') return [n, ...n.args];
    return n.kind === 'contract'
      ? n.operands.filter((o) => !isOneR(o.exponent)).map((o) => o.node)
      : [];
  });
  const entries = (n: Node): number => n.axes.reduce((p, d) => p * evalDim(d, lengths), 1);
  return Math.max(0, ...needed.map(entries));
}

describe('the largest intermediate of the exported program', () => {
  test.each([
    ['published identities', published, 250],
    ['examples of the functions', examples, 100],
  ] as const)(
    'is no larger than inputs and results where it need not be: %s',
    (_, list, least) => {
      let count = 0;
      const larger: string[] = [];
      for (const { name, input, order } of list) {
        if (NOT_FOUND.has(name)) continue;
        const program = formulaProgram(input, { order });
        const lengths = differentLengths(program);
        const { largest, most } = measured(program, lengths);
        count++;
        if (largest > Math.max(most, unavoidable(program, lengths)))
          larger.push(`${name}: ${largest} entries, inputs and results have at most ${most}`);
      }
      expect(larger).toEqual([]);
      expect(count).toBeGreaterThan(least);
    },
    60_000,
  );
});
