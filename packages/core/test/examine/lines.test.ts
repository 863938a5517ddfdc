import { describe, expect, test } from 'vitest';
import { checkDerivation, derivationText } from '../../src/index.ts';
import { stepsOfDerivation } from '../../src/syntax/derivation.ts';

const regression = {
  expression: '1/(2m) (Xθ − y)ᵀ(Xθ − y)',
  where: 'X: m×n; y: m; θ: n',
  wrt: ['θ'],
};

describe('a derivation is taken apart', () => {
  test('at equals signs and line ends; a left side holds until the next', () => {
    const steps = stepsOfDerivation('J = a = b\n∂J/∂θ = c  # why\n  = d (cheat)\ne\n');
    expect(steps.map((s) => [s.line, s.left, s.text, s.cheat])).toEqual([
      [1, 'J', 'a', false],
      [1, 'J', 'b', false],
      [2, '∂J/∂θ', 'c', false],
      [3, '∂J/∂θ', 'd', true],
      [4, '∂J/∂θ', 'e', false],
    ]);
  });

  test('options within brackets and named parts are no sides', () => {
    expect(stepsOfDerivation('J = sum(A, axis=0) where P = 2').map((s) => s.text)).toEqual([
      'sum(A, axis=0) where P = 2',
    ]);
  });
});

describe('line by line', () => {
  const right = `J = 1/(2m) ‖Xθ − y‖²
∂J/∂θ = 1/(2m) · 2 (Xθ − y) X   (cheat)
      = 1/m Xᵀ(Xθ − y)
      = 1/m (XᵀXθ − Xᵀy)`;

  test('all lines follow', () => {
    const found = checkDerivation(regression, right);
    expect(found.lines.map((l) => l.verdict)).toEqual(['follows', 'follows', 'follows', 'follows']);
    expect(found.examination).toBeNull();
  });

  test('the first that does not follow is found, with its mistake', () => {
    const found = checkDerivation(regression, right.replace('1/m Xᵀ(Xθ − y)', '1/m Xᵀ(Xθ + y)'));
    expect(found.lines.map((l) => l.verdict)).toEqual([
      'follows',
      'follows',
      'does-not-follow',
      'unread',
    ]);
    const text = derivationText(found);
    expect(text).toContain('line 3 is the first that does not follow');
    expect(text).toContain('sign');
  });

  test('a value that changed on the way', () => {
    const found = checkDerivation(regression, right.replace('1/(2m) ‖', '1/m ‖'));
    expect(found.lines[0]?.verdict).toBe('does-not-follow');
    const { claimed, correct, inputs } = found.lines[0]?.counterexample ?? {};
    expect(claimed).toBe(2 * (correct ?? 0));
    expect(Object.keys(inputs ?? {}).sort()).toEqual(['X', 'y', 'θ']);
    expect(derivationText(found)).toMatch(/for example with m=n=1, X = \[−?\d\]/u);
  });

  test('a scalar line with a wrong factor', () => {
    const found = checkDerivation(regression, right.replace('· 2 (Xθ', '· (Xθ'));
    expect(found.lines[1]?.verdict).toBe('does-not-follow');
    expect(found.lines[1]?.counterexample?.claimed).toBeTruthy();
  });

  test('LaTeX as it stands in papers, remarks within \\text', () => {
    const found = checkDerivation(
      regression,
      `\\begin{aligned}
      J &= \\frac{1}{2m} \\lVert X\\theta - y \\rVert^2 \\\\
      \\frac{\\partial J}{\\partial \\theta} &= \\frac{1}{m} (X\\theta - y) X \\quad \\text{(cheat)} \\\\
      &= \\frac{1}{m} X^\\top (X\\theta - y) \\quad \\text{(shapes)} \\\\
      &= \\frac1m (X^\\top X \\theta - X^\\top y) \\tag{3}
      \\end{aligned}`,
    );
    expect(found.lines.map((l) => [l.verdict, l.cheat])).toEqual([
      ['follows', false],
      ['follows', true],
      ['follows', false],
      ['follows', false],
    ]);
  });

  test('scalar lines as they are printed; values without a left side; names given on the way', () => {
    const verdicts = (text: string): string[] =>
      checkDerivation(regression, text).lines.map((l) => l.verdict);
    expect(verdicts('∂J/∂θ = 1/m (Xθ − y) X   (as scalars)')).toEqual(['follows']);
    expect(verdicts('1/(2m) ‖Xθ − y‖²\n= 1/(2m) (θᵀXᵀXθ − 2yᵀXθ + yᵀy)')).toEqual([
      'follows',
      'follows',
    ]);
    expect(verdicts('R = Xθ − y\nJ = 1/(2m) RᵀR\n∂J/∂θ = 1/m XᵀR\n= 1/m XᵀX')).toEqual([
      'follows',
      'follows',
      'follows',
      'does-not-follow',
    ]);
    expect(verdicts('dJ = 1/m (Xθ − y)ᵀ X dθ')).toEqual(['cannot-tell']);
  });

  test('a line that cannot be read says why', () => {
    const found = checkDerivation(regression, '∂J/∂θ = 1/m Xᵀ(Xθ − ');
    expect(found.lines[0]).toMatchObject({ verdict: 'cannot-tell' });
    expect(found.lines[0]?.reason).toBeTruthy();
  });
});
