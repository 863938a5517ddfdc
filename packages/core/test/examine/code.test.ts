import { describe, expect, test } from 'vitest';
import type { CodeFinding, CodePoint, CodeSubject } from '../../src/examine/code.ts';
import { type CodeAnswer, codeSubject, declaredPoints, judgeCode } from '../../src/examine/code.ts';
import { problemOf } from '../support/ask.ts';

const REGRESSION = ['1/(2m) ‖Xθ − y‖²', 'X: m×n; y: m; θ: n'] as const;

const subjectOf = (expression: string, where: string, wrt: string, points = 5): CodeSubject =>
  codeSubject(problemOf(expression, where, wrt), { seed: 3, points });

/** What a program would give that computes something from the right gradient. */
type Program = (right: CodeAnswer, point: CodePoint) => Partial<CodeAnswer>;

const judged = (subject: CodeSubject, program: Program, which = 0): CodeFinding =>
  judgeCode(
    subject,
    which,
    subject.points.map((point) => {
      const { dims, data } = point.gradients[which] ?? { dims: [], data: new Float64Array(0) };
      const right = { dims, data, single: false };
      return { ...right, ...program(right, point) };
    }),
  );

const size = (point: CodePoint, name: string): number => point.sizes.get(name) ?? Number.NaN;

describe('a program’s gradient', () => {
  const subject = subjectOf(...REGRESSION, 'θ');

  test('is asked for at sizes that are different and equal', () => {
    expect(subject.points).toHaveLength(5);
    const distinct = subject.points.map((p) => new Set(p.sizes.values()).size);
    expect(distinct).toEqual([2, 1, 2, 1, 2]);
    for (const { inputs } of subject.points)
      expect([...inputs.keys()].map((s) => s.name)).toEqual(['X', 'y', 'θ']);
  });

  test('is right to rounding, and within what single precision can do', () => {
    expect(judged(subject, () => ({}))).toMatchObject({ verdict: 'right', error: 0, notes: [] });
    const rounded = judged(subject, ({ data }) => ({ data: data.map(Math.fround), single: true }));
    expect(rounded).toMatchObject({ verdict: 'right', single: true });
    expect(rounded.error).toBeGreaterThan(1e-9);
    expect(judged(subject, ({ data }) => ({ data: data.map((v) => v * (1 + 1e-6)) })).verdict).toBe(
      'wrong',
    );
    expect(
      judged(subject, ({ data }) => ({ data: data.map((v) => 1.001 * v), single: true })).verdict,
    ).toBe('wrong');
  });

  test('may be a column', () => {
    expect(judged(subject, ({ dims }) => ({ dims: [...dims, 1] }))).toMatchObject({
      verdict: 'right',
      notes: [expect.stringContaining('×1 array')],
    });
  });

  test.each([
    ['−1', () => -1, 'sign', 'it has the wrong sign'],
    ['2', () => 2, 'factor', 'it is 2 times what it should be'],
    ['1/2', () => 0.5, 'factor', 'it is 1/2 times what it should be'],
    ['m', (p: CodePoint) => size(p, 'm'), 'factor', 'it is m times what it should be'],
    ['1/n', (p: CodePoint) => 1 / size(p, 'n'), 'factor', 'it is 1/n times what it should be'],
    ['√n', (p: CodePoint) => Math.sqrt(size(p, 'n')), 'factor', 'it is √n times what it should be'],
    ['2m', (p: CodePoint) => 2 * size(p, 'm'), 'factor', 'it is 2 · m times what it should be'],
    ['−m', (p: CodePoint) => -size(p, 'm'), 'factor', 'it is −m times what it should be'],
    ['1.3', () => 1.3, 'factor', 'it is 1.3 times what it should be'],
  ] as const)('off by the factor %s is named so', (_, factor, name, text) => {
    const found = judged(subject, ({ data }, point) => ({
      data: data.map((v) => factor(point) * v),
    }));
    expect(found).toMatchObject({ verdict: 'wrong', diagnoses: [{ class: name, text }] });
  });

  test('wrong in one entry is shown there', () => {
    const found = judged(subject, ({ data }) => ({
      data: data.map((v, k) => (k === 2 ? v + 1 : v)),
    }));
    expect(found).toMatchObject({
      verdict: 'wrong',
      diagnoses: [],
      counterexample: { entry: [3] },
    });
    const { claimed = 0, correct = 0 } = found.counterexample ?? {};
    expect(claimed - correct).toBeCloseTo(1, 12);
  });

  test('that is not finite says so', () => {
    const found = judged(subject, ({ data }) => ({
      data: data.map((v, k) => (k === 1 ? Number.NaN : v)),
    }));
    expect(found).toMatchObject({
      verdict: 'wrong',
      condition: 'it is not finite',
      counterexample: { entry: [2] },
    });
  });

  test('of another shape is none', () => {
    expect(judged(subject, () => ({ dims: [2], data: new Float64Array(2) }))).toMatchObject({
      verdict: 'wrong-shape',
      condition: expect.stringMatching(/^it is 2 where the variable is \d+$/),
    });
    expect(judged(subject, () => ({ dims: [], data: new Float64Array(1) })).condition).toContain(
      'a number',
    );
  });
});

describe('a matrix', () => {
  const transposed = ({ dims, data }: CodeAnswer): Partial<CodeAnswer> => {
    const [rows = 1, cols = 1] = dims;
    return {
      dims: [cols, rows],
      data: data.map((_, k) => data[(k % rows) * cols + Math.floor(k / rows)] ?? 0),
    };
  };

  test('transposed is named so, whether it fits or not', () => {
    const oblong = subjectOf(...REGRESSION, 'X');
    expect(judged(oblong, transposed)).toMatchObject({
      verdict: 'wrong-shape',
      diagnoses: [{ class: 'transposed' }],
    });
    const square = subjectOf('aᵀX b', 'a: n; b: n; X: n×n', 'X');
    expect(judged(square, transposed)).toMatchObject({
      verdict: 'wrong',
      diagnoses: [{ class: 'transposed' }],
    });
  });

  test('among symmetric ones is right in either convention', () => {
    const subject = subjectOf('aᵀS b', 'a: n; b: n; S: n×n symmetric', 'S');
    expect(judged(subject, () => ({})).verdict).toBe('right');
    const free = judged(subject, (_, { inputs }) => {
      const [a, b] = ['a', 'b'].map(
        (n) => [...inputs].find(([s]) => s.name === n)?.[1].data ?? new Float64Array(0),
      );
      return {
        data: Float64Array.from([...(a ?? [])].flatMap((v) => [...(b ?? [])].map((w) => v * w))),
      };
    });
    expect(free.verdict).toBe('right');
    expect(judged(subject, ({ data }) => ({ data: data.map((v) => 2 * v) })).verdict).toBe('wrong');
  });

  test('in the place of another is told', () => {
    const subject = subjectOf('aᵀX b + bᵀY a', 'a: n; b: n; X: n×n; Y: n×n', 'X,Y');
    const swapped = judged(subject, (_, point) => ({
      data: point.gradients[1]?.data ?? new Float64Array(0),
    }));
    expect(swapped.diagnoses.map((d) => d.class)).toContain('wrong-symbol');
    expect(swapped.diagnoses.map((d) => d.text).join()).toContain('by Y');
  });
});

describe('points', () => {
  test('need no formula', () => {
    const points = declaredPoints(problemOf('0', 'X: m×n; p: n positive', 'p'), {
      seed: 1,
      points: 2,
    });
    expect(points).toHaveLength(2);
    for (const { inputs, sizes } of points) {
      const p = [...inputs].find(([s]) => s.name === 'p')?.[1];
      expect(p?.data).toHaveLength(sizes.get('n') ?? 0);
      expect(Math.min(...(p?.data ?? [-1]))).toBeGreaterThan(0);
    }
  });

  test('cannot be had of unknown functions and families', () => {
    expect(() => subjectOf('ℓ(x)', 'ℓ: function(n) -> scalar; x: n', 'x')).toThrow(
      'unknown function',
    );
    expect(() => subjectOf('x', 'x: n', 'x')).toThrow('scalar');
  });
});

describe('terms of a gradient', () => {
  const subject = subjectOf('½ ‖Xθ − y‖² + λ/2 ‖θ‖²', 'X: m×n; y: m; θ: n; λ: scalar', 'θ');

  test.each([
    ['missing', 0, 'missing-term', 'is missing'],
    ['of the wrong sign', -1, 'sign', 'has the wrong sign'],
    ['twice as large', 2, 'factor', 'is 2 times what it should be'],
  ] as const)('one is %s', (_, c, name, said) => {
    const found = subject.terms[0]?.map((__, which) =>
      judged(subject, ({ data }, point) => ({
        data: data.map((v, i) => v + (c - 1) * (point.terms[0]?.[which]?.[i] ?? 0)),
      })),
    );
    expect(found?.length).toBe(3);
    for (const { verdict, diagnoses } of found ?? []) {
      expect(verdict).toBe('wrong');
      expect(diagnoses).toEqual([{ class: name, text: `the term ${said}` }]);
    }
  });

  test('points are also where a branch is taken that is rarely taken', () => {
    const hinge = subjectOf('sum(x.^2) + relu(sum(x) - 40)', 'x: n', 'x');
    expect(hinge.points.length).toBeGreaterThan(5);
    const forgotten = judged(hinge, ({ data }, { inputs }) => ({
      data: [...inputs.values()][0]?.data.map((v) => 2 * v) ?? data,
    }));
    expect(forgotten.verdict).toBe('wrong');
  });
});
