import { describe, expect, test } from 'vitest';
import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { leftLatex, leftOf, leftText } from '../../src/emit/report/formula.ts';
import { toText } from '../../src/emit/text.ts';
import { lastDerivative, wantedJacobians } from '../../src/explain/jacobian.ts';
import type { Result } from '../../src/explain/report.ts';
import type { Sym } from '../../src/expr/node.ts';
import { tensor } from '../../src/expr/tensor.ts';
import { formatShape } from '../../src/shape/shape.ts';
import { compile } from '../../src/verify/evaluate.ts';
import { type Asked, askedOf, reportOf } from '../support/report.ts';

const differential = ({ differential: d }: Result): string => {
  if (!d || d.formula.form !== 'matrix') return '';
  return `${leftText(d.left)} = ${toText(d.formula.expr)}`;
};

/** An array as nested indices: value[i][j]… of a derivative at given inputs. */
function entries(expression: string, asked: Asked, inputs: Record<string, readonly number[]>) {
  const { problem, question } = askedOf(expression, asked);
  const [wanted] = wantedJacobians(problem, question);
  if (!wanted) throw new Error('nothing is wanted');
  const { node } = lastDerivative(problem, wanted, question);
  const sizes = new Map(Object.entries({ m: 2, n: 3 }));
  const program = compile([node], sizes);
  const values = new Map<Sym, ReturnType<typeof tensor>>(
    program.symbols.map((s) => [
      s,
      tensor(program.dims(s), Float64Array.from(inputs[s.name] ?? [])),
    ]),
  );
  const [found] = program.run(values);
  const dims = program.dims(node);
  return {
    dims,
    at: (...place: readonly number[]): number =>
      found?.data[place.reduce((k, i, a) => k * (dims[a] ?? 1) + i, 0)] ?? Number.NaN,
  };
}

describe('derivatives of third and fourth order', () => {
  test.each<[string, Asked, shape: string, name: string, total: string]>([
    ['sum(x.^3)', { where: 'x: n', order: 3 }, 'n×n×n', '∂³J/∂x³', 'd³J = 6 sum(dx.^3)'],
    ['sum(exp(A x))', { where: 'A: m×n; x: n', wrt: 'x', order: 3 }, 'n×n×n', '∂³J/∂x³', ''],
    ['xᵀA x', { where: 'A: n×n; x: n', wrt: 'x', order: 3 }, 'n×n×n', '∂³J/∂x³', ''],
    [
      'A X B',
      { where: 'A: p×m; X: m×n; B: n×q', wrt: 'X', order: 2 },
      'p×q×m×n×m×n',
      '∂²J/∂X²',
      '',
    ],
    [
      'logdet(X)',
      { where: 'X: n×n invertible', order: 3 },
      'n×n×n×n×n×n',
      '∂³J/∂X³',
      'd³J = 2 tr(X⁻¹ dX X⁻¹ dX X⁻¹ dX)',
    ],
    ['exp(s)', { where: 's: scalar', order: 4 }, 'scalar', '∂⁴J/∂s⁴', 'd⁴J = ds⁴ exp(s)'],
    [
      'xᵀA x',
      { where: 'A: n×n; x: n', wrt: 'x,x,A', order: 3 },
      'n×n×n×n',
      '∂³J/∂x²∂A',
      'd³J = 2 dxᵀ dA dx',
    ],
    ['xᵀA x', { where: 'A: n×n; x: n', wrt: 'A,x', order: 2 }, 'n×n×n', '∂²J/∂A∂x', ''],
  ])('of %s, %o', (expression, asked, shape, name, total) => {
    const report = reportOf(expression, asked);
    const [result] = report.results;
    if (!result) throw new Error('no result');
    expect(report.results.length).toBe(1);
    expect(formatShape(result.shape)).toBe(shape);
    expect(leftText(leftOf(report, result))).toBe(name);
    expect(total === '' ? '' : differential(result)).toBe(total);
    expect(result.check?.verdict).toBe('passed');
    expect(result.check?.maxRelativeError).toBeLessThan(1e-8);
  });

  test('have the axes of the value, then those of each variable in turn', () => {
    const x = [2, 3, 5];
    const cube = entries('sum(x.^4)', { where: 'x: n', order: 3 }, { x });
    expect(cube.dims).toEqual([3, 3, 3]);
    expect(cube.at(1, 1, 1)).toBeCloseTo(24 * 3, 9);
    expect(cube.at(1, 1, 2)).toBe(0);
    // ∂³(xᵀA x)/∂x_i∂x_j∂A_kl = δ_ik δ_jl + δ_jk δ_il
    const A = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const mixed = entries('xᵀA x', { where: 'A: n×n; x: n', wrt: 'x,x,A', order: 3 }, { x, A });
    for (const [i, j, k, l] of [
      [0, 1, 0, 1],
      [0, 1, 1, 0],
      [0, 1, 1, 1],
      [2, 2, 2, 2],
    ] as const)
      expect(mixed.at(i, j, k, l)).toBe(Number(i === k && j === l) + Number(j === k && i === l));
    // ∂²(W x)_i/∂W_jk∂x_l = δ_ij δ_kl
    const third = entries(
      'W x',
      { where: 'W: m×n; x: n', wrt: 'W,x', order: 2 },
      { W: [1, 2, 3, 4, 5, 6], x },
    );
    expect(third.dims).toEqual([2, 2, 3, 3]);
    expect([third.at(1, 1, 2, 2), third.at(1, 0, 2, 2), third.at(0, 0, 1, 2)]).toEqual([1, 0, 0]);
  });

  test('each variable is taken so often, where they are not as many as the order', () => {
    const names = (wrt: string, order: number): string[] => {
      const report = reportOf('xᵀy + sum(x.^3)', { where: 'x, y: n', wrt, order });
      return report.results.map((r) => leftText(leftOf(report, r), { ascii: true }));
    };
    expect(names('x,y', 3)).toEqual(['d^3J/dx^3', 'd^3J/dy^3']);
    expect(names('x,y', 2)).toEqual(['d^2J/dxdy']);
    expect(names('x,x', 2)).toEqual(['d^2J/dx^2']);
    expect(names('x,y,x', 3)).toEqual(['d^3J/dxdydx']);
  });

  test('in LaTeX', () => {
    const report = reportOf('sum(x.^3)', { where: 'x: n', order: 3 });
    const [result] = report.results;
    expect(result && leftLatex(leftOf(report, result))).toBe(
      '\\frac{\\partial^3 J}{\\partial x^3}',
    );
    expect(result?.differential && leftLatex(result.differential.left)).toBe('\\mathrm{d}^{3} J');
  });

  test.each<[string, Asked, string]>([
    ['xᵀx', { order: 5 }, 'of an order from 1 to 4'],
    ['xᵀx', { order: 0 }, 'of an order from 1 to 4'],
    ['xᵀx', { order: 1.5 }, 'of an order from 1 to 4'],
    ['A X B X A', { where: 'A, X, B: n×n', wrt: 'X', order: 4 }, 'at most 8'],
  ])('are refused where they are too many: %s, %o', (expression, asked, message) => {
    expect(() => reportOf(expression, asked)).toThrow(MatgradError);
    expect(() => reportOf(expression, asked)).toThrow(message);
  });
});
