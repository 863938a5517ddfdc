import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contract, einsum, symbol } from '../../src/expr/build.ts';
import type { Node, Sym } from '../../src/expr/node.ts';
import { postorder } from '../../src/expr/walk.ts';
import { dimName } from '../../src/shape/dim.ts';
import { ONE, rational } from '../../src/shape/rational.ts';
import { applyFacts, type Fact, oriented } from '../../src/simplify/facts.ts';
import { propertyFacts } from '../../src/simplify/properties.ts';
import { compile } from '../../src/verify/evaluate.ts';
import { Places } from '../../src/verify/place.ts';
import { random } from '../../src/verify/random.ts';
import { problemOf, textOf } from '../support/ask.ts';

/** An expression with the facts of its text used, as it is printed. */
function simplified(expression: string, where: string): string {
  const problem = problemOf(expression, where);
  const facts = [...problem.facts, ...propertyFacts(problem.variables)];
  const [node = problem.value.node] = applyFacts([problem.value.node], facts).nodes;
  return textOf(node, problem.value.shape);
}

describe('a fact is used', () => {
  const SHAPES = 'A, B, C, D: n×n; x, y: n; s: scalar';
  test.each([
    ['B AᵀA C', 'assume AᵀA = I', 'BC'],
    ['Cᵀ AᵀA Bᵀ', 'assume AᵀA = I', 'CᵀBᵀ'],
    ['tr(B AᵀA)', 'assume AᵀA = I', 'tr(B)'],
    ['xᵀAᵀA x', 'assume AᵀA = I', 'xᵀx'],
    ['‖A B x‖²', 'assume AᵀA = I', 'xᵀBᵀBx'],
    ['A Aᵀ', 'assume AᵀA = I', 'AAᵀ'],
    ['tr(AᵀA)', 'assume AᵀA = I', 'n'],
    ['diag(AᵀA)', 'assume AᵀA = I', 'ones(n)'],
    ['B AAA x', 'assume AA = A', 'B(Ax)'],
    ['A(B + C)', 'assume AB = D', 'AC + D'],
    ['Aᵀ(A x − y)', 'assume AᵀA = I', 'x − Aᵀy'],
    ['A B C', 'assume AB = D', 'DC'],
    ['C A B', 'assume AB = D', 'CD'],
    ['Bᵀ Aᵀ C', 'assume AB = D', 'DᵀC'],
    ['B A', 'assume AB = D', 'BA'],
    ['A + B + C', 'assume A + B = D', 'C + D'],
    ['2A + 2B', 'assume A + B = D', '2D'],
    ['A + 2B', 'assume A + B = D', 'A + 2B'],
    ['x ⊙ x ⊙ x ⊙ y', 'assume x ⊙ x = 1', 'x ⊙ y'],
    ['diag(x) diag(x)', 'assume x ⊙ x = 1', 'I'],
    ['s (xᵀx) y', 'assume xᵀx = 1', 'sy'],
    ['y/(xᵀx)', 'assume xᵀx = 4', '1/4 y'],
    ['C A*ones(n)', 'assume A*1 = y', 'Cy'],
    ['diag(x) A*ones(n)', 'assume A*1 = y', 'x ⊙ y'],
    ['Aᵀ*ones(n)', 'assume A*1 = y', 'sum(A, axis=0)ᵀ'],
    ['exp(A x)', 'assume A x = y', 'exp(y)'],
    ['inv(A) B', 'assume inv(A) = C', 'CB'],
    ['C + Bᵀ', 'assume B = Bᵀ', 'B + C'],
    ['xᵀA x', 'assume A = −Aᵀ', '0'],
    ['3 A B', 'assume 2AB = D', '3/2 D'],
  ])('in %s, where %s', (expression, where, expected) => {
    expect(simplified(expression, `${SHAPES}; ${where}`)).toBe(expected);
  });

  test.each([
    ['Q Qᵀ B', 'Q: n×n orthogonal', 'B'],
    ['inv(Q) B', 'Q: n×n orthogonal', 'QᵀB'],
    ['Q Qᵀ', 'Q: m×n orthogonal', 'QQᵀ'],
    ['P P P', 'P: n×n idempotent', 'P'],
    ['M ⊙ M ⊙ B', 'M: n×n binary', 'B ⊙ M'],
    ['y.^3', 'y: n sign', 'y'],
    ['y.^4', 'y: n sign', 'ones(n)'],
    ['abs(y) + 1 ./ y', 'y: n sign', '1 + y'],
    ['A + Aᵀ', 'A: n×n skew', '0'],
    ['A B − AᵀB', 'A: n×n skew', '2AB'],
    ['xᵀA y + yᵀA x', 'A: n×n skew', '0'],
    ['B + D ⊙ I', 'D: n×n diagonal', 'B + D'],
    ['Y*ones(k)', 'Y: m×k simplex', 'ones(m)'],
    ['tril(L M)', 'L, M: n×n lower', 'LM'],
    ['triu(L M)', 'L, M: n×n lower', 'triu(LM)'],
    ['tril(inv(L) Uᵀ)', 'L: n×n lower; U: n×n upper', 'L⁻¹Uᵀ'],
  ])('that a property says, in %s, %s', (expression, where, expected) => {
    expect(simplified(expression, where)).toBe(expected);
  });
});

const n = dimName('n');
const A = symbol('A', [n, n]);
const others = ['B', 'C', 'D'].map((name) => symbol(name, [n, n]));
const identity = (): Fact => {
  const { facts } = problemOf('tr(A)', 'A: n×n; assume AᵀA = I');
  return facts[0] as Fact;
};

/** A product of up to five matrices in a row, each either way round, as matrix, diagonal, or sum of entries. */
const chains = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom<Sym>(A, A, A, ...others), fc.boolean()), {
      minLength: 2,
      maxLength: 5,
    }),
    fc.constantFrom('matrix', 'trace', 'diagonal', 'square'),
  )
  .map(([factors, how]): Node => {
    const last = how === 'trace' || how === 'diagonal' ? 0 : factors.length;
    const placed = factors.map(([node, turned], k) => {
      const [i, j] = [k, k + 1 === factors.length ? last : k + 1];
      return { node, indices: turned ? [j, i] : [i, j], exponent: ONE };
    });
    if (how === 'trace') return contract(placed, []);
    if (how === 'diagonal') return contract(placed, [0]);
    const product = contract(placed, [0, last]);
    return how === 'matrix'
      ? product
      : contract([{ node: product, indices: [0, 1], exponent: rational(2) }], []);
  });

describe('what facts make of a formula', () => {
  test('has its value where they hold, and is no longer', () => {
    const facts = [identity()];
    fc.assert(
      fc.property(chains, (node) => {
        const [made = node] = applyFacts([node], facts).nodes;
        expect(postorder([made]).length).toBeLessThanOrEqual(postorder([node]).length + 1);
        const place = new Places([node, made, A], facts).draw('different', random(1, 3), 0);
        if ('reason' in place) throw new Error(place.reason);
        const [a, b] = compile([node, made], place.program.sizes).run(place.inputs);
        const size = Math.max(1, ...(a?.data ?? []).map(Math.abs));
        a?.data.forEach((v, k) =>
          expect(Math.abs(v - (b?.data[k] ?? 0))).toBeLessThan(1e-12 * size),
        );
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  test('does not depend on the order of the two sides', () => {
    const [x, y] = [einsum('ki,kj->ij', [A, A]), others[0] as Node];
    const source = { kind: 'assumed', text: '' } as const;
    expect(oriented(x, y, source)).toEqual(oriented(y, x, source));
    expect(oriented(x, x, source)).toBeUndefined();
  });

  test('equations that lead in a circle end', () => {
    expect(
      simplified('A B C', 'A, B, C: n×n; assume AB = BA; assume BC = CB; assume CA = AC'),
    ).toMatch(/^[ABC]{3}$/);
  });
});
