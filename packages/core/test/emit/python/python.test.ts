import { describe, expect, test } from 'vitest';
import { python, runPython } from '../../../../../test/support/python.ts';
import { identifier, Names } from '../../../src/emit/python/names.ts';
import { NUMPY } from '../../../src/emit/python/numpy/dialect.ts';
import { type Py, print, py, statement, template } from '../../../src/emit/python/tree.ts';
import { type Random, random } from '../../../src/verify/random.ts';

const [a, b, c] = ['a', 'b', 'c'].map(py.name) as [Py, Py, Py];

describe('an expression', () => {
  test.each([
    [py.binary('@', py.binary('@', a, b), c), 'a @ b @ c'],
    [py.binary('@', a, py.binary('@', b, c)), 'a @ (b @ c)'],
    [py.binary('*', a, py.binary('@', b, c)), 'a * (b @ c)'],
    [py.binary('/', a, py.binary('*', b, c)), 'a / (b * c)'],
    [py.binary('-', a, py.binary('+', b, c)), 'a - (b + c)'],
    [py.negative(py.binary('**', a, py.int(2))), '-a**2'],
    [py.binary('**', py.negative(a), py.int(2)), '(-a)**2'],
    [py.binary('**', py.binary('**', a, b), c), '(a**b) ** c'],
    [py.attribute(py.binary('@', a, b), 'T'), '(a @ b).T'],
    [py.attribute(py.int(2), 'T'), '(2).T'],
    [template('np.linalg.slogdet($0)[1]', [py.binary('+', a, b)]), 'np.linalg.slogdet(a + b)[1]'],
    [template('$0 ** $1', [py.negative(a), b]), '(-a) ** b'],
    [py.binary('@', template('f($0, 0.5)', [a]), b), 'f(a, 0.5) @ b'],
  ])('%#: %s', (e, text) => {
    expect(print(e).replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  });
});

/** A number of Python's own, and the tree that means it. */
function drawn(source: Random, depth: number): { tree: Py; value: number } {
  if (depth === 0) {
    const n = 1 + source.below(9);
    return { tree: py.int(n), value: n };
  }
  const kind = source.below(8);
  const x = drawn(source, depth - 1 - source.below(2) * Math.min(1, depth - 1));
  if (kind === 0) return { tree: py.negative(x.tree), value: -x.value };
  if (kind === 1) return { tree: py.binary('**', x.tree, py.int(2)), value: x.value ** 2 };
  if (kind === 2) return { tree: py.call('identity_of', [x.tree]), value: x.value };
  if (kind === 3) return { tree: template('identity_of($0)', [x.tree]), value: x.value };
  if (kind === 4) return { tree: py.attribute(x.tree, 'real'), value: x.value };
  const y = drawn(source, depth - 1);
  if (kind === 5) return { tree: py.binary('+', x.tree, y.tree), value: x.value + y.value };
  if (kind === 6) return { tree: py.binary('-', x.tree, y.tree), value: x.value - y.value };
  return { tree: py.binary('*', x.tree, y.tree), value: x.value * y.value };
}

describe.skipIf(!python())('expressions that Python reads', () => {
  test('mean the tree, on one line and on several', async () => {
    const source = random(11);
    const all = Array.from({ length: 300 }, (_, k) => drawn(source, 2 + (k % 6)));
    const code = all.flatMap(({ tree }, k) => [
      `x${k} = ${print(tree)}`,
      ...statement(`y${k} = `, tree, ''),
    ]);
    expect(code.filter((l) => l.startsWith('    ')).length).toBeGreaterThan(50);
    const out = (await runPython(
      `identity_of = lambda x: x\n${code.join('\n')}\noutput = [[float(globals()[f"{v}{k}"]) for v in "xy"] for k in range(300)]`,
      null,
    )) as [number, number][];
    all.forEach(({ value }, k) => {
      const [x, y] = out[k] as [number, number];
      expect(Math.abs(x - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
      expect(y).toBe(x);
    });
  });
});

describe('names', () => {
  test.each([
    ['θ', 'theta'],
    ['Θ', 'Theta'],
    ['λ', 'lambda'],
    ['x̂', 'x_hat'],
    ['x₁', 'x1'],
    ['W_out', 'W_out'],
    ["x'", 'x_'],
    ['∂', 'd'],
    ['1a', 'v1a'],
    ['', 'v'],
  ])('%s is %s in ASCII', (name, wanted) => {
    expect(identifier(name)).toBe(wanted);
  });

  test('get underscores where they are reserved or taken', () => {
    const names = new Names(NUMPY);
    const given = ['λ', 'np', 'value', 'softmax', 'θ', 'theta', 'x', 'x₁', 'x1'];
    expect(given.map((n) => names.claim(n))).toEqual([
      'lambda_',
      'np_',
      'value_',
      'softmax_',
      'theta',
      'theta_',
      'x',
      'x1',
      'x1_',
    ]);
    expect(names.inner().numbered('x')).toBe('x2');
  });
});
