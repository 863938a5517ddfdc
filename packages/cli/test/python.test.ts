import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { python } from '../../../test/support/python.ts';
import { matgrad, type Outcome } from './support.ts';

/** Gradients of 1/(2m) ‖Xθ − y‖² in Python alone, which starts quickly. */
const LISTS = `
def residual(X, y, theta):
    return [sum(a * t for a, t in zip(row, theta)) - v for row, v in zip(X, y)]

def scaled(X, y, theta, by):
    r = residual(X, y, theta)
    return [by * sum(row[j] * v for row, v in zip(X, r)) for j in range(len(theta))]

def grad(X, y, theta):
    return scaled(X, y, theta, 1 / len(y))

def by_X(X, y, theta):
    return [[v * t / len(y) for t in theta] for v in residual(X, y, theta)]

def loss(X, y, theta):
    return sum(v * v for v in residual(X, y, theta)) / (2 * len(y))

def other_names(a, b, c):
    print("prints on the way")
    return grad(a, b, c)

def with_sizes(theta, y, X, m, factor=1.0):
    return scaled(X, y, theta, factor / m)

def any_order(*arrays):
    return grad(*arrays)

def by_key(X, *, theta, y):
    return grad(X, y, theta)

def value_and_grad(X, y, theta):
    return loss(X, y, theta), Array(grad(X, y, theta))

class Array(list):
    shape = ()

def sum_for_mean(X, y, theta):
    return scaled(X, y, theta, 1)

def minus(X, y, theta):
    return scaled(X, y, theta, -1 / len(y))

def one_entry(X, y, theta):
    g = grad(X, y, theta)
    g[1] *= 1.001
    return g

def both(X, y, theta):
    return {"X": by_X(X, y, theta), "theta": grad(X, y, theta)}

def swapped(X, y, theta):
    return grad(X, y, theta), by_X(X, y, theta)

def transposed(X, y, theta):
    return [list(row) for row in zip(*by_X(X, y, theta))]

def column(X, y, theta):
    return [[v] for v in grad(X, y, theta)]

def nan(X, y, theta):
    return [float("nan")] * len(theta)

def fails(X, y, theta):
    return [1 / 0]

def forgets(X, y, theta):
    grad(X, y, theta)

def hangs(X, y, theta):
    while True:
        pass

def exits(X, y, theta):
    import os
    os._exit(3)

def strange(a, b):
    return b

def outside(X, y, theta):
    raise ValueError("theta must be negative")

def random_value(X, y, theta):
    import random
    return random.random()

class Model:
    @staticmethod
    def backward(X, y, theta):
        return grad(X, y, theta)
`;

const NUMPY = `
import numpy as np

def grad(X, y, theta):
    return X.T @ (X @ theta - y) / len(y)

def single(X, y, theta):
    X, y, theta = (v.astype(np.float32) for v in (X, y, theta))
    return X.T @ (X @ theta - y) / np.float32(len(y))

def fails(X, y, theta):
    return np.linalg.cholesky(-np.eye(2))
`;

describe.skipIf(!python())('matgrad check --python', () => {
  let cwd = '';
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'matgrad-'));
    writeFileSync(join(cwd, 'lists.py'), LISTS);
    writeFileSync(join(cwd, 'arrays.py'), NUMPY);
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  const run = (...words: string[]): Promise<Outcome> =>
    matgrad(['check', ...words], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', PYTHON: python() ?? '' },
    });
  const FORMULA = ['1/(2m) ‖Xθ − y‖²', '--where', 'X: m×n; y: m; θ: n'];
  const theta = (name: string, ...more: string[]): Promise<Outcome> =>
    run(...FORMULA, '--wrt', 'θ', '--python', name, '--points', '3', ...more);

  test.each([
    'lists.py:grad',
    'lists:other_names',
    'lists:with_sizes',
    'lists:any_order',
    'lists:by_key',
    'lists:value_and_grad',
    'lists:Model.backward',
    'lists:column',
    'arrays.py:grad',
    'arrays:single',
  ])('finds %s right', async (name) => {
    const { code, out, err } = await theta(name);
    expect(err).toBe('');
    expect(out).toMatch(/^✓ right\n/);
    expect(out).toContain('∂J/∂θ = 1/m Xᵀ(Xθ − y)');
    expect(out.includes('in single precision')).toBe(name === 'arrays:single');
    expect(out.includes('×1 array')).toBe(name === 'lists:column');
    expect(code).toBe(0);
  });

  test('prints ASCII', async () => {
    expect((await theta('lists:grad', '--ascii')).out).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test.each([
    ['sum_for_mean', 'it is m times what it should be'],
    ['minus', 'it has the wrong sign'],
    ['one_entry', 'entry 2 of ∂J/∂θ is'],
    ['nan', 'it is not finite'],
  ])('finds %s wrong', async (name, text) => {
    const { code, out } = await theta(`lists:${name}`);
    expect(out).toMatch(/^✗ wrong\n/);
    expect(out).toContain(text);
    expect(code).toBe(1);
  });

  test('takes several gradients, by name or in order', async () => {
    const right = await run(...FORMULA, '--wrt', 'θ,X', '--python', 'lists:both');
    expect(right.out.match(/✓ right/gu)).toHaveLength(2);
    const order = await run(...FORMULA, '--wrt', 'X,θ', '--python', 'lists:swapped');
    expect(order.code).toBe(1);
    expect(order.out).toContain('✗ wrong shape');
    const turned = await run(...FORMULA, '--wrt', 'X', '--python', 'lists:transposed');
    expect(turned.out).toContain('✗ wrong shape');
    expect(turned.out).toContain('it is the gradient transposed');
    const one = await run(...FORMULA, '--python', 'lists:grad');
    expect(one.err).toContain('gives one array, and the gradients are by X, y, theta');
  });

  test('gives JSON', async () => {
    const { out } = await theta('lists:sum_for_mean', '--json');
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      code: 'lists:sum_for_mean',
      verdict: 'wrong',
      name: '∂J/∂θ',
      diagnosis: [{ class: 'factor', text: 'it is m times what it should be' }],
      gradient: '1/m Xᵀ(Xθ − y)',
      check: { points: 3, seed: 1, precision: 'double' },
    });
  });

  test.each([
    ['lists:fails', [/ZeroDivisionError/, /line \d+, in fails/, /return \[1 \/ 0\]/]],
    ['arrays:fails', [/LinAlgError/, /line \d+, in fails/]],
    ['lists:forgets', [/gives None/]],
    ['lists:exits', [/Python ended with 3/]],
    ['lists:strange', [/takes \(a, b\)/, /X, y, theta/]],
    ['lists:nothing', [/no attribute 'nothing'/]],
    ['no_such_module:grad', [/No module named 'no_such_module'/]],
  ])('shows what went wrong in %s', async (name, texts) => {
    const { code, out, err } = await theta(name);
    for (const text of texts) expect(err).toMatch(text);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('ends code that does not end', async () => {
    const begin = Date.now();
    const { code, err } = await theta('lists:hangs', '--timeout', '1');
    expect(err).toContain('Python takes longer than 1 s');
    expect(code).toBe(2);
    expect(Date.now() - begin).toBeLessThan(10_000);
  });

  test.each([
    [['--python', 'lists.py'], 'names no function'],
    [['--python', 'lists.py:grad'], 'what is the gradient of?'],
    [['xᵀx', '--value', 'lists.py:loss'], '--value says something of --python'],
    [[], "missing required argument 'formula'"],
    [
      ['ℓ(x)', '--where', 'ℓ: function(n) -> scalar; x: n', '--python', 'lists:grad'],
      'unknown function',
    ],
  ])('refuses %j', async (words, text) => {
    const { code, err } = await run(...words);
    expect(err).toContain(text);
    expect(code).toBe(2);
  });

  test('says where there is no Python', async () => {
    const { code, err } = await matgrad(['check', 'xᵀx', '--python', 'lists:grad'], {
      cwd,
      env: { PYTHON: '/no/python' },
    });
    expect(err).toContain('there is no /no/python');
    expect(code).toBe(2);
  });

  describe('with --value', () => {
    const against = (gradient: string, value: string, ...more: string[]): Promise<Outcome> => {
      const where = ['--where', 'X: m×n; y: m; θ: n', '--wrt', 'θ'];
      return run(...where, '--python', gradient, '--value', value, '--points', '2', ...more);
    };

    test('checks against differences', async () => {
      const right = await against('arrays:grad', 'lists:loss', '--arrays', 'list');
      expect(right.code).toBe(2); // NumPy's code wants arrays
      const lists = await against('lists:grad', 'lists:loss');
      expect(lists.out).toMatch(/^✓ right\n/);
      expect(lists.out).toContain('against differences of lists:loss at 2 points');
      expect(lists.code).toBe(0);
      const wrong = await against('lists:one_entry', 'lists:loss');
      expect(wrong.out).toMatch(/^✗ wrong\n/);
      expect(wrong.out).toMatch(/at theta\[1\] differences give .* and\s+the code/u);
      expect(wrong.code).toBe(1);
    });

    test('tells random values, and shows the traceback of one that fails', async () => {
      const random = await against('lists:grad', 'lists:random_value', '--json');
      expect(JSON.parse(random.out)).toMatchObject({
        verdict: 'cannot-tell',
        problem: { kind: 'not-deterministic' },
      });
      expect(random.code).toBe(1);
      const fails = await against('lists:grad', 'lists:outside');
      expect(fails.err).toContain('ValueError: theta must be negative');
      expect(fails.code).toBe(2);
    });
  });
});
