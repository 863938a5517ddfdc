import { describe, expect, test } from 'vitest';
import { gradcheck } from '../../src/check.ts';
import { random } from '../../src/verify/random.ts';

type Params = { W: number[][]; b: Float64Array };
const at = (): Params => ({
  W: [
    [1, 2],
    [3, 4],
  ],
  b: Float64Array.of(5, 6),
});
const f = ({ W, b }: Params): number =>
  W.flat().reduce((s, v) => s + v * v, 0) + b.reduce((s, v) => s + v * v, 0);
const grad = ({ W, b }: Params): { W: number[][]; b: Float64Array } => ({
  W: W.map((r) => r.map((v) => 2 * v)),
  b: b.map((v) => 2 * v),
});

const problem = (
  value: (x: Params) => unknown,
  gradient: (x: Params) => unknown = grad,
): { verdict: string; kind: string | undefined; text: string } => {
  const report = gradcheck(value as (x: Params) => number, gradient, at(), { seed: 1 });
  return { verdict: report.verdict, kind: report.problem?.kind, text: report.message };
};

describe('functions that are not what they should be are told apart', () => {
  test('a random one', () => {
    const source = random(1);
    const dropout = problem((x) => f(x) * (source.uniform() < 0.5 ? 0 : 2));
    expect(dropout).toMatchObject({ verdict: 'inconclusive', kind: 'not-deterministic' });
    expect(dropout.text).toContain('random');
    expect(
      problem(f, (x) => ({ ...grad(x), b: x.b.map((v) => 2 * v * source.uniform()) })),
    ).toMatchObject({
      verdict: 'inconclusive',
      kind: 'not-deterministic',
      text: expect.stringContaining('at b[0]') as string,
    });
  });

  test('one that remembers its calls', () => {
    let calls = 0;
    expect(problem((x) => f(x) + calls++).kind).toBe('not-deterministic');
    let late = 0;
    expect(problem((x) => (late++ > 40 ? 1.5 : 1) * f(x)).kind).toBe('not-deterministic');
  });

  test('one that changes its argument', () => {
    const said = problem((x) => {
      (x.W[1] as number[])[0] = 9;
      return f(x);
    });
    expect(said).toMatchObject({ verdict: 'inconclusive', kind: 'changes-argument' });
    expect(said.text).toContain('f changes its argument: W[1][0] was 3 and is 9');
    const gradient = problem(f, (x) => {
      x.b[1] = 0;
      return grad(x);
    });
    expect(gradient.text).toContain('the gradient changes its argument: b[1] was 6 and is 0');
    expect(problem((x) => (x.W.pop(), f(x))).text).toContain('changes the build of its argument');
  });

  test('the argument of the caller is never written to', () => {
    const mine = at();
    gradcheck((x: Params) => (x.b.fill(0), x.W.splice(0), 1), grad, mine);
    expect(mine).toEqual(at());
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('one that gives %d', (value) => {
    const said = problem(() => value);
    expect(said).toMatchObject({ verdict: 'inconclusive', kind: 'value-not-finite' });
    expect(said.text).toContain(`f is ${value} at the point`);
  });

  test('one that is defined at the point alone', () => {
    const said = problem((x) => (x.b[0] === 5 ? f(x) : Number.NaN));
    expect(said).toMatchObject({ verdict: 'inconclusive', kind: 'value-not-finite' });
    expect(said.text).toContain('not finite around the point (moving b)');
  });

  test('one that throws, with what it says', () => {
    const said = problem(() => {
      throw new RangeError('the matrix is singular');
    });
    expect(said).toMatchObject({ verdict: 'inconclusive', kind: 'throws' });
    expect(said.text).toContain('f throws RangeError: the matrix is singular');
    const gradient = problem(f, () => {
      throw new Error('not yet');
    });
    expect(gradient.text).toContain('the gradient throws Error: not yet');
  });

  test('one that throws outside its domain is measured inside', () => {
    const log = (x: number): number => {
      if (x <= 0) throw new RangeError('log of a negative number');
      return Math.log(x);
    };
    expect(gradcheck(log, (x) => 1 / x, 1e-4).verdict).toBe('right');
    expect(gradcheck(log, (x) => 1.01 / x, 1e-4).verdict).toBe('wrong');
  });

  test.each([
    [() => 'text', 'a string'],
    [() => undefined, 'nothing (is a `return` missing?)'],
    [() => null, 'null'],
    [() => [1, 2], '2 numbers: weigh them'],
    [() => new Float64Array(3), '3 numbers: weigh them'],
    [() => Promise.resolve(1), 'a Promise: await it'],
    [() => ({ loss: 1 }), 'an object'],
  ])('one that gives no number (%#)', (value, text) => {
    const said = problem(value);
    expect(said).toMatchObject({ verdict: 'inconclusive', kind: 'not-a-number' });
    expect(said.text).toContain(text);
  });
});

describe('gradients of another build are wrong, and it is said how', () => {
  test.each([
    ['a missing part', (x: Params) => ({ W: grad(x).W }), 'the gradient has no b'],
    [
      'a part too many',
      (x: Params) => ({ ...grad(x), V: [1] }),
      'the gradient has V, which the argument has not',
    ],
    [
      'a flat matrix',
      (x: Params) => ({ ...grad(x), W: grad(x).W.flat() }),
      'W has 4 numbers, the argument 2×2 numbers',
    ],
    [
      'a longer vector',
      (x: Params) => ({ ...grad(x), b: [1, 2, 3] }),
      'b has 3 numbers, the argument 2 numbers',
    ],
    ['a number for a vector', (x: Params) => ({ ...grad(x), b: 1 }), 'b has one number'],
    ['text', (x: Params) => ({ ...grad(x), b: 'b' }), 'b is a string'],
    ['nothing', () => undefined, 'the gradient has no W'],
    ['a Promise', async (x: Params) => grad(x), 'the gradient has no W'],
  ])('%s', (_, gradient, text) => {
    const said = problem(f, gradient);
    expect(said).toMatchObject({ verdict: 'wrong', kind: 'shape' });
    expect(said.text).toContain(text);
  });

  test('typed arrays and lists stand for one another', () => {
    expect(
      problem(f, (x) => ({ W: grad(x).W.map((r) => Float64Array.from(r)), b: [...grad(x).b] }))
        .verdict,
    ).toBe('right');
  });

  test('a gradient with NaN is wrong, unless f has a kink there', () => {
    expect(problem(f, (x) => ({ ...grad(x), b: [1, Number.NaN] }))).toMatchObject({
      verdict: 'wrong',
      kind: 'gradient-not-finite',
      text: expect.stringContaining('NaN at b[1]') as string,
    });
    const norm = (x: Float64Array): number => Math.hypot(...x);
    expect(
      gradcheck(norm, (x) => x.map((v) => v / Math.hypot(...x)), new Float64Array(3)),
    ).toMatchObject({
      verdict: 'right',
      kinks: 1,
    });
  });
});

describe('limits', () => {
  test('of calls and of time end a check', () => {
    const few = gradcheck(f, grad, at(), { evaluations: 30 });
    expect(few).toMatchObject({ verdict: 'inconclusive', problem: { kind: 'limit' } });
    expect(few.evaluations).toBeLessThanOrEqual(30);
    const slow = (x: Params): number => {
      for (const end = Date.now() + 20; Date.now() < end; );
      return f(x);
    };
    expect(gradcheck(slow, grad, at(), { seconds: 0.2 }).message).toContain(
      'takes longer than 0.2 s',
    );
  });

  test('options out of range are refused', () => {
    expect(() => gradcheck(f, grad, at(), { tolerance: 0 })).toThrow(
      'tolerance must be a positive number',
    );
    expect(() => gradcheck(f, grad, at(), { seconds: Number.NaN })).toThrow(RangeError);
    expect(() =>
      gradcheck(
        () => 1,
        () => 1,
        'text' as never,
      ),
    ).toThrow('holds no number that may move');
    const round: { self?: unknown; x: number } = { x: 1 };
    round.self = round;
    expect(() =>
      gradcheck(
        () => 1,
        () => 1,
        round,
      ),
    ).toThrow('deep');
  });

  test('a point that is not finite is told', () => {
    expect(
      gradcheck(
        (x: number[]) => x[0] ?? 0,
        () => [1, 0],
        [1, Number.NaN],
      ),
    ).toMatchObject({
      verdict: 'inconclusive',
      problem: { kind: 'value-not-finite', text: 'the argument is NaN at [1]' },
    });
  });
});

describe('arguments of any build', () => {
  class Tensor {
    readonly rows: number;
    readonly data: Float64Array;
    constructor(rows: number, data: Float64Array) {
      this.rows = rows;
      this.data = data;
    }
    total(): number {
      return this.data.reduce((s, v) => s + v ** 3, 0) * this.rows;
    }
  }

  test('objects keep their class, and their numbers stay', () => {
    const x = {
      layers: [new Tensor(2, Float64Array.of(1, 2))],
      name: 'net',
      labels: Int32Array.of(1, 0),
      scale: 2,
    };
    const value = (y: typeof x): number =>
      y.scale * (y.layers[0]?.total() ?? 0) + (y.labels[0] ?? 0) + y.name.length;
    const gradient = (y: typeof x) => ({
      layers: y.layers.map((l) => ({ data: l.data.map((v) => y.scale * 2 * 3 * v * v) })),
      scale: y.layers[0]?.total() ?? 0,
    });
    const report = gradcheck(value, gradient, x);
    expect(report.blocks.map((b) => b.path)).toEqual(['layers[0].data', 'scale']);
    expect(report.verdict).toBe('right');
  });

  test('numbers, ragged lists, lists of arrays', () => {
    expect(gradcheck((x: number) => Math.exp(x), Math.exp, -1.5).verdict).toBe('right');
    const ragged = [[1, 2, 3], [4]];
    const squares = (x: number[][]): number => x.flat().reduce((s, v) => s + v * v, 0);
    expect(gradcheck(squares, (x) => x.map((r) => r.map((v) => 2 * v)), ragged).verdict).toBe(
      'right',
    );
    const list = [Float64Array.of(1, 2), Float64Array.of(3, 4, 5)];
    const report = gradcheck(
      (x: Float64Array[]) => x.reduce((s, a) => s + a.reduce((t, v) => t + v ** 3, 0), 0),
      (x) => x.map((a, i) => a.map((v, k) => (i === 1 && k === 2 ? 0 : 3 * v * v))),
      list,
    );
    expect(report).toMatchObject({ verdict: 'wrong', worst: { path: '[1][2]', claimed: 0 } });
  });

  test('a forward pass that is kept for the gradient is kept', () => {
    let kept = 0;
    const forward = (x: number): number => (kept = Math.exp(x)) ** 2;
    expect(gradcheck(forward, () => 2 * kept ** 2, 0.3).verdict).toBe('right');
  });

  test('a gradient that hands out the same array each time is copied', () => {
    const out = new Float64Array(3);
    const value = (x: Float64Array): number =>
      x.reduce((s, v) => s + Math.sin(v), 0) + out.fill(0).length;
    const gradient = (x: Float64Array): Float64Array => (out.set(x.map(Math.cos)), out);
    expect(gradcheck(value, gradient, Float64Array.of(1, 2, 3)).verdict).toBe('right');
  });
});
