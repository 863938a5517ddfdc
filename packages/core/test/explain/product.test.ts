import { describe, expect, test } from 'vitest';
import { linesOf } from '../../src/cost/lines.ts';
import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { programOf } from '../../src/emit/program/request.ts';
import { leftLatex, leftOf, leftText } from '../../src/emit/report/formula.ts';
import type { Node } from '../../src/expr/node.ts';
import { type Plan, planContract } from '../../src/expr/plan.ts';
import { postorder } from '../../src/expr/walk.ts';
import { evalDim } from '../../src/shape/dim.ts';
import { formatShape } from '../../src/shape/shape.ts';
import { type Asked, askedOf, reportOf, shown } from '../support/report.ts';

/** Pearlmutter 1994; Laue, Mitterreiter and Giesen 2020; Petersen and Pedersen 2012. */
const products: readonly (readonly [
  expression: string,
  asked: Asked,
  formulas: readonly string[],
])[] = [
  ['½ ‖Xθ − y‖²', { where: 'X: m×n; y: m', wrt: 'θ', product: 'hvp v' }, ['Xᵀ(Xv)']],
  ['½ xᵀA x', { where: 'A: n×n symmetric', wrt: 'x', product: 'hvp v' }, ['Av']],
  ['logsumexp(z)', { wrt: 'z', product: 'hvp v' }, ['softmax(z) ⊙ (v − vᵀ softmax(z))']],
  ['½ ‖T − UVᵀ‖²', { where: 'T: m×n; U: m×q; V: n×q', wrt: 'U', product: 'hvp P' }, ['PVᵀV']],
  [
    '½ ‖T − UVᵀ‖²',
    { where: 'T: m×n; U: m×q; V: n×q', wrt: 'U,V', product: 'hvp P,Q' },
    ['(PVᵀ + UQᵀ)V + (UVᵀ − T)Q', '(VPᵀ + QUᵀ)U + (UVᵀ − T)ᵀP'],
  ],
  ['logdet(X)', { where: 'X: n×n posdef', product: 'hvp V' }, ['−X⁻¹VX⁻¹']],
  ['A X B', { where: 'A: p×m; X: m×n; B: n×q', wrt: 'X', product: 'jvp V' }, ['AVB']],
  ['A X B', { where: 'A: p×m; X: m×n; B: n×q', wrt: 'X', product: 'vjp G' }, ['AᵀGBᵀ']],
  [
    'tanh(W x)',
    { where: 'W: m×n; x: n', wrt: 'W,x', product: 'vjp u' },
    ['(u ⊙ (1 − tanh(Wx).^2))xᵀ', 'Wᵀ(u ⊙ (1 − tanh(Wx).^2))'],
  ],
  ['aᵀx', { wrt: 'x', product: 'vjp c' }, ['ca']],
  ['X⁻¹', { where: 'X: n×n invertible', product: 'jvp V' }, ['−X⁻¹VX⁻¹']],
];

const LAYERS = 'sum(tanh(tanh(X W) U))';
const NETWORK = 'X: m×n; W: n×k; U: k×l';

describe('derivatives times vectors', () => {
  test.each(products)('of %s, %o', (expression, asked, formulas) => {
    const report = reportOf(expression, asked);
    expect(report.results.map(shown)).toEqual(formulas);
    for (const { check, kind } of report.results) {
      expect(kind).toBe('product');
      expect(check?.verdict).toBe('passed');
      expect(check?.maxRelativeError).toBeLessThan(1e-9);
    }
  });

  test('are named as maps', () => {
    const left = (expression: string, asked: Asked): string[] => {
      const report = reportOf(expression, asked);
      return report.results.map((r) => leftText(leftOf(report, r)));
    };
    const W = 'W: m×n; x: n';
    expect(left('xᵀA x', { wrt: 'x', product: 'hvp v' })).toEqual(['∂²J/∂x² [v]']);
    expect(left('W x', { where: W, product: 'jvp V,v' })).toEqual(['∂J/∂(W, x) [V, v]']);
    expect(left('W x', { where: W, product: 'vjp u' })).toEqual(['(∂J/∂W)ᵀ [u]', '(∂J/∂x)ᵀ [u]']);
    const report = reportOf('xᵀW x', { where: 'W: n×n', wrt: 'W,x', product: 'hvp V,v' });
    expect(report.results.map((r) => leftText(leftOf(report, r), { ascii: true }))).toEqual([
      'd^2J/dWd(W, x) [V, v]',
      'd^2J/dxd(W, x) [V, v]',
    ]);
    expect(report.results.map((r) => leftLatex(leftOf(report, r)))[0]).toBe(
      '\\frac{\\partial^2 J}{\\partial W \\partial (W, x)} [V, v]',
    );
  });

  test('a vector gets the shape that is wanted, and the symmetry of its variable', () => {
    const of = (expression: string, asked: Asked): string =>
      reportOf(expression, asked)
        .declarations.filter((d) => d.inferred && d.kind === 'variable')
        .map((d) => `${d.name}: ${formatShape(d.shape)} ${d.properties.join(' ')}`.trim())
        .join('; ');
    expect(of('tr(A X)', { where: 'A: n×n; X: n×n posdef', wrt: 'X', product: 'hvp V' })).toBe(
      'V: n×n symmetric',
    );
    expect(of('X b', { where: 'X: m×n; b: n', wrt: 'X', product: 'vjp u' })).toBe('u: m');
    expect(of('X b', { where: 'X: m×n; b: n; u: m', wrt: 'X', product: 'vjp u' })).toBe('');
  });

  test('a vector that was declared is no variable of its own accord', () => {
    const report = reportOf('½ ‖Xθ − y‖²', {
      where: 'X: m×n constant; y: m constant; θ: n; v: n',
      product: 'hvp v',
    });
    expect(report.results.map((r) => r.variable.name)).toEqual(['θ']);
  });
});

describe('a vector that cannot be one', () => {
  test.each<[string, Asked, string]>([
    ['xᵀA x', { wrt: 'x', product: 'hvp A' }, 'A has a meaning already'],
    ['xᵀA x', { wrt: 'x', product: 'hvp x' }, 'x has a meaning already'],
    ['xᵀA x', { where: 'A: n×n', wrt: 'x', product: 'hvp n' }, 'n has a meaning already'],
    ['J', { where: 'J = xᵀx; r = x', wrt: 'x', product: 'hvp J' }, 'J has a meaning already'],
    ['xᵀA x', { where: 'x: n; v: m', wrt: 'x', product: 'hvp v' }, 'v is m, and x is n'],
    ['xᵀA x', { wrt: 'x,A', product: 'hvp v' }, 'takes 2 vectors'],
    ['W x', { where: 'W: m×n; x: n', product: 'vjp u,v' }, 'takes one vector'],
    ['xᵀA x', { wrt: 'x,A', product: 'hvp v,v' }, 'v is named twice'],
    ['xᵀx', { product: 'hvp 2v' }, 'names no vector'],
    ['xᵀx', { product: 'hvp v[1]' }, 'names no vector'],
    ['A x', { where: 'A: m×n', wrt: 'x', product: 'hvp v' }, 'a gradient is of a scalar'],
  ])('of %s, %o', (expression, asked, message) => {
    expect(() => reportOf(expression, asked)).toThrow(MatgradError);
    expect(() => reportOf(expression, asked)).toThrow(message);
  });
});

/** Sizes at which an n×n or nk×nk array is larger than every input. */
const SIZES = new Map(Object.entries({ m: 30, n: 1000, k: 20, l: 10, q: 5, p: 7 }));

function intermediates(plan: Plan, extent: (ix: number) => number): number[] {
  const own = plan.indices.reduce((t, ix) => t * extent(ix), 1);
  return plan.kind === 'pair'
    ? [own, ...intermediates(plan.left, extent), ...intermediates(plan.right, extent)]
    : [own];
}

/** How many numbers the largest array has that the program makes on its way. */
function largestIn(nodes: readonly Node[]): number {
  const size = (n: Node): number => n.axes.reduce((t, d) => t * evalDim(d, SIZES), 1);
  return Math.max(
    ...postorder(nodes).flatMap((n) => {
      const plan = n.kind === 'contract' ? planContract(n) : undefined;
      const extent = (ix: number): number =>
        n.kind === 'contract' && n.extents[ix] ? evalDim(n.extents[ix], SIZES) : 1;
      return [n.kind === 'delta' ? 1 : size(n), ...(plan ? intermediates(plan, extent) : [])];
    }),
  );
}

describe('programs of products', () => {
  test.each<[string, Asked]>([
    ['½ ‖Xθ − y‖²', { where: 'X: m×n; y: m', wrt: 'θ', product: 'hvp v' }],
    ['sum(softplus(X w)) − yᵀX w', { where: 'X: m×n; w: n; y: m', wrt: 'w', product: 'hvp v' }],
    ['½ ‖T − UVᵀ‖²', { where: 'T: m×n; U: m×q; V: n×q', wrt: 'U,V', product: 'hvp P,Q' }],
    ['logsumexp(X w)', { where: 'X: m×n; w: n', wrt: 'w', product: 'hvp v' }],
    [LAYERS, { where: NETWORK, wrt: 'W,U', product: 'hvp P,Q' }],
    ['tanh(X W) U', { where: NETWORK, wrt: 'W', product: 'jvp P' }],
    ['softmax(X W) U', { where: NETWORK, wrt: 'X,W', product: 'vjp G' }],
    ['softmax(X W) U', { where: NETWORK, wrt: 'X,W', product: 'jvp P,Q' }],
  ])('hold no array larger than the inputs and results: %s, %o', (expression, asked) => {
    const { problem, question } = askedOf(expression, asked);
    const program = programOf(problem, question);
    if (program.kind !== 'formula') throw new Error('a formula was expected');
    const { lines, roots } = linesOf(
      program.derivatives.map((d) => d.node),
      program.parts,
    );
    const given = [...program.inputs.map((i) => i.symbol), ...roots];
    const room = Math.max(...given.map((n) => n.axes.reduce((t, d) => t * evalDim(d, SIZES), 1)));
    expect(largestIn([...lines.map((l) => l.node), ...roots])).toBeLessThanOrEqual(room);
  });
});
