import { describe, expect, test } from 'vitest';
import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { examined, type Question, repairOf, summary } from './ask.ts';

const REGRESSION: Question = {
  expression: '1/(2m) ‖Xθ − y‖²',
  where: 'X: m×n; y: m; θ: n; λ: scalar',
  wrt: 'θ',
};
const RIDGE: Question = { ...REGRESSION, expression: '½ ‖Xθ − y‖² + λ/2 ‖θ‖²' };
const FORM: Question = { expression: 'xᵀA x', where: 'A: n×n; x: n', wrt: 'x' };
const ENTROPY: Question = {
  expression: '−sum(Y ⊙ log(softmax(X W)))',
  where: 'X: m×n; W: n×k; Y: m×k',
  wrt: 'W',
};
const SYMMETRIC: Question = { expression: 'tr(A X)', where: 'A: n×n; X: n×n symmetric', wrt: 'X' };
const LAYER: Question = { expression: 'sum(tanh(X W))', where: 'X: m×n; W: n×k', wrt: 'W' };

describe('what is right in another form is right', () => {
  test.each([
    [REGRESSION, '1/m Xᵀ(Xθ − y)'],
    [REGRESSION, '(XᵀXθ − Xᵀy)/m'],
    [REGRESSION, '∂J/∂θ = −1/m Xᵀr where r = y − Xθ'],
    [RIDGE, '(XᵀX + λ I)θ − Xᵀy'],
    [FORM, 'A x + Aᵀx'],
    [{ ...ENTROPY, where: `${ENTROPY.where ?? ''} simplex` }, 'Xᵀ(P − Y) where P = softmax(X W)'],
    [LAYER, "Xᵀ tanh'(X W)"],
    [LAYER, 'Xᵀ(1 − H ⊙ H) where H = tanh(X W)'],
    [{ expression: 'sum(exp(log(x)))', where: 'x: n positive' }, 'ones(n)'],
    [{ expression: 'logdet(A)', where: 'A: n×n invertible', wrt: 'A' }, 'inv(A)ᵀ'],
    [{ expression: 'sum(x) − sum(x)', where: 'x: n' }, '0'],
  ])('%o %s', (q, claim) => {
    const x = examined(q, claim);
    expect(summary(x)).toBe('right');
    expect(x.check?.verdict).toBe('passed');
  });

  test('away from kinks', () => {
    const q = { expression: 'sum(relu(x)) + ‖x‖_1', where: 'x: n' };
    expect(summary(examined(q, 'step(x) + sign(x)'))).toBe(
      'right (away from the kinks of abs, relu)',
    );
  });

  test('the step of an output of relu is its slope', () => {
    const q = { expression: 'sum(relu(X W))', where: 'X: m×n; W: n×k', wrt: 'W' };
    expect(summary(examined(q, 'Xᵀ step(P) where P = relu(X W)'))).toBe(
      'right (away from the kinks of relu)',
    );
  });
});

describe('structured variables: every representative is right, and the convention is named', () => {
  test.each([
    ['½(A + Aᵀ)', /symmetric matrices/],
    ['A', /free entries/],
    ['Aᵀ', /representatives/],
  ])('%s', (claim, note) => {
    const x = examined(SYMMETRIC, claim);
    expect(x.verdict).toBe('right');
    expect(x.notes.join()).toMatch(note);
  });

  test('entries counted twice are none', () => {
    const x = examined(SYMMETRIC, 'A + Aᵀ − diag(diag(A))');
    expect(x.verdict).not.toBe('right');
    const scaled = examined(
      { expression: 'logdet(X)', where: 'X: n×n posdef', wrt: 'X' },
      '2inv(X)',
    );
    expect(summary(scaled)).toBe('wrong: factor');
  });

  test('a triangular matrix: entries on its other side do not count', () => {
    const q = { expression: '‖L x‖²', where: 'L: n×n lower; x: n', wrt: 'L' };
    expect(summary(examined(q, '2L x xᵀ'))).toBe('right');
    expect(examined(q, '2Lᵀx xᵀ').verdict).toBe('wrong');
  });
});

describe('right under a condition', () => {
  test.each([
    [FORM, '2A x', 'only if A is symmetric'],
    [{ ...FORM, where: 'A: n×n symmetric; x: n' }, '2A x', null],
    [ENTROPY, 'Xᵀ(P − Y) where P = softmax(X W)', 'only if the rows of Y sum to one'],
    [
      { expression: 'xᵀA x + (xᵀB x)^2', where: 'A, B: n×n; x: n', wrt: 'x' },
      '2A x + 4(xᵀB x) B x',
      'only if A is symmetric and B is symmetric',
    ],
    [{ expression: '‖x‖_1', where: 'x: n' }, 'ones(n)', 'only if x is positive'],
    [
      { expression: 'logdet(A)', where: 'A: n×n invertible', wrt: 'A' },
      'inv(A)',
      'only if A is symmetric',
    ],
    [
      LAYER,
      "Xᵀ tanh'(tanh(X W))",
      "only if tanh'(tanh(X W)) means the derivative as a function of what tanh returns",
    ],
    [
      { expression: 'sum(y ⊙ y ⊙ (X θ))', where: 'X: m×n; y: m; θ: n', wrt: 'θ' },
      'Xᵀy',
      'only if all entries of y are 0 or 1',
    ],
  ])('%o %s', (q, claim, condition) => {
    const x = examined(q, claim);
    expect([x.verdict, x.condition]).toEqual([
      condition === null ? 'right' : 'right-under-condition',
      condition,
    ]);
  });

  test('under which the gradient vanishes is none', () => {
    // for a skew A the value is 0, and so is the gradient: that does not make a claim right
    expect(examined(FORM, '3(A + Aᵀ)x').verdict).toBe('wrong');
    expect(examined(REGRESSION, 'Xᵀ(Xθ − y)').verdict).toBe('wrong');
  });
});

describe('shapes', () => {
  test.each([
    [REGRESSION, '1/m X(Xθ − y)', /cannot multiply/, '1/m Xᵀ(Xθ − y)'],
    [REGRESSION, '1/m (Xθ − y)ᵀX', /this is 1×n, and the gradient is n/, '1/m Xᵀ(Xθ − y)'],
    [RIDGE, 'X(Xθ − y) + λθᵀ', /./, 'Xᵀ(Xθ − y) + λθ'],
    [
      { expression: 'tr(A X B)', where: 'A: m×n; X: n×p; B: p×m', wrt: 'X' },
      'B A',
      /this is p×n/,
      'AᵀBᵀ',
    ],
    [{ expression: 'sum(X)', where: 'X: m×n', wrt: 'X' }, '1', /this is scalar/, null],
  ])('%o %s', (q, claim, condition, repair) => {
    const x = examined(q, claim);
    expect(x.verdict).toBe('wrong-shape');
    expect(x.condition).toMatch(condition);
    expect(repairOf(x)).toBe(repair);
    expect(x.check).toBeNull();
  });

  test('in another order there may still be a mistake', () => {
    const x = examined(REGRESSION, 'X(Xθ − y)');
    expect(summary(x)).toMatch(/^wrong-shape .*: transposed, /);
    expect(x.diagnoses[0]?.text).toMatch(/another order, and then .*1\/m/);
    expect(repairOf(x)).toBe('1/m Xᵀ(Xθ − y)');
  });

  test('a sum along the wrong axis', () => {
    const q = { expression: '½ sum(sum(X, axis=0).^2)', where: 'X: m×n; B: m×n', wrt: 'X' };
    const x = examined(
      { ...q, expression: 'sum(c ⊙ sum(X ⊙ B, axis=0)ᵀ)', where: 'X, B: m×m; c: m' },
      'ones(m) cᵀ ⊙ B',
    );
    expect(x.verdict).toBe('right');
    const bias = { expression: 'sum(A ⊙ (X + b))', where: 'A, X: m×n; b: 1×n', wrt: 'b' };
    expect(summary(examined(bias, 'sum(A, axis=1)'))).toMatch(/^wrong-shape .*: wrong-axis/);
    expect(repairOf(examined(bias, 'sum(A, axis=1)'))).toBe('sum(A, axis=0)');
  });
});

describe('cannot tell', () => {
  test('what cannot be measured', () => {
    const q = { expression: 'sum(log(−x ⊙ x))', where: 'x: n' };
    const x = examined(q, '2 ./ x');
    expect(x.verdict).toBe('cannot-tell');
    expect(x.condition).toMatch(/could not be measured: .*log/);
  });
});

describe('claims without a meaning are errors with their places', () => {
  const codeOf = (q: Question, claim: string): string => {
    try {
      examined(q, claim);
    } catch (error) {
      if (error instanceof MatgradError) return error.diagnostics[0]?.code ?? '';
      throw error;
    }
    return '';
  };
  test.each([
    [REGRESSION, 'Xᵀ(Xθ − z)', 'unknown-name'],
    [REGRESSION, '∂E/∂X = X', ''],
    [{ ...REGRESSION, where: `${REGRESSION.where ?? ''}; L = λ` }, '∂L/∂θ = θ', 'unknown-name'],
    [REGRESSION, '∂J/∂m = 1', 'dimension-as-variable'],
    [REGRESSION, '∂J/∂q = X', 'unknown-name'],
    [{ expression: '½ ‖Xθ − y‖²' }, 'Xᵀ(X θ − y)', 'bad-claim'],
    [REGRESSION, 'G[l] = X', 'bad-claim'],
    [{ expression: 'X', where: 'X: n×n', wrt: 'X' }, 'X', 'scalar-wanted'],
    [REGRESSION, 'r where X = r', 'duplicate-declaration'],
  ])('%o %s', (q, claim, code) => expect(codeOf(q, claim)).toBe(code));
});
