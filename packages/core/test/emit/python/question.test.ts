import { describe, expect, test } from 'vitest';
import { python, runPython } from '../../../../../test/support/python.ts';
import { withoutParts } from '../../../src/derive/derive.ts';
import { programOf } from '../../../src/emit/program/request.ts';
import { codeOf } from '../../../src/emit/targets.ts';
import type { Sym } from '../../../src/expr/node.ts';
import { evalDim } from '../../../src/shape/dim.ts';
import { compile } from '../../../src/verify/evaluate.ts';
import { draw } from '../../../src/verify/inputs.ts';
import { random } from '../../../src/verify/random.ts';
import { type Asked, askedOf } from '../../support/report.ts';

const SIZES = new Map(Object.entries({ m: 4, n: 3, k: 2, p: 5, q: 2 }));

/** A module for a question, arguments for it, and what the evaluator says of its derivatives. */
function caseOf(expression: string, asked: Asked) {
  const { problem, question } = askedOf(expression, asked);
  const program = programOf(problem, question);
  if (program.kind !== 'formula') throw new Error('a formula was expected');
  const source = random(3, 1);
  const dims = (s: Sym): number[] => s.axes.map((d) => evalDim(d, SIZES));
  const values = new Map(program.inputs.map(({ symbol: s }) => [s, draw(s, dims(s), source)]));
  const nodes = withoutParts(
    program.derivatives.map((d) => d.node),
    program.parts,
  );
  const compiled = compile([...nodes, ...values.keys()], SIZES);
  return {
    module: codeOf('numpy', problem, question),
    args: [...values].map(([s, t]) => ({ dims: dims(s), data: [...t.data] })),
    wanted: compiled.run(values).slice(0, nodes.length),
    shapes: program.derivatives.map((d) => d.shape.map((x) => evalDim(x, SIZES))),
  };
}

const RUN = `
import numpy as np
namespace = {}
exec(input["module"], namespace)
args = [np.array(a["data"]).reshape(a["dims"]) for a in input["args"]]
found = namespace["derivative"](*args)
found = found if isinstance(found, tuple) else (found,)
output = [[list(np.shape(f)), np.asarray(f, dtype=float).ravel().tolist()] for f in found]
`;

describe.skipIf(!python())('modules for orders and products, run in NumPy', () => {
  test.each<[string, Asked]>([
    ['½ ‖Xθ − y‖²', { where: 'X: m×n; y: m', wrt: 'θ', product: 'hvp v' }],
    ['sum(softplus(X w)) − yᵀX w', { where: 'X: m×n; w: n; y: m', wrt: 'w', product: 'hvp v' }],
    ['½ ‖T − UVᵀ‖²', { where: 'T: m×n; U: m×k; V: n×k', wrt: 'U,V', product: 'hvp P,Q' }],
    ['softmax(X W)', { where: 'X: m×n; W: n×k', product: 'jvp P,Q' }],
    ['softmax(X W)', { where: 'X: m×n; W: n×k', product: 'vjp G' }],
    ['logdet(X)', { where: 'X: n×n posdef', product: 'hvp V' }],
    ['sum(exp(A x))', { where: 'A: m×n; x: n', wrt: 'x', order: 3 }],
    ['sum(exp(A x))', { where: 'A: m×n; x: n', wrt: 'x,x,A', order: 3 }],
    ['logsumexp(A x)', { where: 'A: m×n; x: n', wrt: 'x', order: 4 }],
    ['A X B', { where: 'A: p×m; X: m×n; B: n×q', wrt: 'A,X', order: 2 }],
    ['xᵀX x', { where: 'X: n×n symmetric; x: n', wrt: 'X', independentEntries: true }],
    ['½ ‖y ⊙ (X w) − 1‖²', { where: 'X: m×n; w: n; y: m sign', wrt: 'w' }],
    ['tr(A L L)', { where: 'A: n×n; L: n×n lower', wrt: 'L', order: 2 }],
  ])('%s, %o', async (expression, asked) => {
    const { module, args, wanted, shapes } = caseOf(expression, asked);
    const ran = (await runPython(RUN, { module, args })) as [number[], number[]][];
    expect(ran.map(([dims]) => dims)).toEqual(shapes);
    ran.forEach(([, data], k) => {
      const own = wanted[k]?.data ?? [];
      const size = Math.max(1e-3, ...own.map(Math.abs));
      data.forEach((v, i) => expect(Math.abs(v - (own[i] ?? 0)) / size).toBeLessThan(1e-11));
    });
  });

  test('say what they are', () => {
    const of = (expression: string, asked: Asked): string => caseOf(expression, asked).module;
    const where = 'W: m×n; x: n';
    expect(of('½ ‖x‖²', { where: 'x: n', product: 'hvp v' })).toContain('∂²/∂x² [v] = v');
    expect(of('W x', { where, product: 'jvp V,v' })).toContain('∂/∂(W, x) [V, v] = Vx + Wv');
    expect(of('W x', { where, product: 'vjp u' })).toContain('(∂/∂W)ᵀ [u] = uxᵀ');
    expect(of('sum(x.^3)', { where: 'x: n', order: 3 })).toContain('∂³/∂x³ = ');
  });
});
