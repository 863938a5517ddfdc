import { describe, expect, test } from 'vitest';
import { indexText } from '../../src/shape/dim.ts';
import { parseFormula, parseInput } from '../../src/syntax/parse.ts';
import type { Expr } from '../../src/syntax/tree.ts';
import { meaning } from '../emit/trees.ts';

/** A tree as brackets: `a*b` is (a * b). Names are as they are known. */
function shown(e: Expr): string {
  switch (e.kind) {
    case 'number':
      return e.value.den === 1n ? `${e.value.num}` : `${e.value.num}|${e.value.den}`;
    case 'name':
      return e.index ? `${e.name}[${e.index.variable ?? ''}${e.index.offset || ''}]` : e.name;
    case 'transpose':
      return `${shown(e.of)}ᵀ`;
    case 'inverse':
      return `${shown(e.of)}⁻¹`;
    case 'negate':
      return `(-${shown(e.of)})`;
    case 'power':
      return `(${shown(e.base)} ${e.elementwise ? '.^' : '^'} ${shown(e.exponent)})`;
    case 'sum':
      return `(${shown(e.left)} ${e.op} ${shown(e.right)})`;
    case 'product': {
      const sign = {
        times: e.tight ? '·' : '*',
        hadamard: '⊙',
        divide: '/',
        'hadamard-divide': '⊘',
      };
      return `(${shown(e.left)} ${sign[e.op]} ${shown(e.right)})`;
    }
    case 'call': {
      const index = e.index ? `[${e.index.variable ?? ''}${e.index.offset || ''}]` : '';
      const options = e.options.map((o) => `${o.name}=${shown(o.value)}`);
      const args = [...e.args.map(shown), ...options].join(', ');
      return `${e.name}${index}${"'".repeat(e.primes)}(${args})`;
    }
    case 'norm':
      return `‖${shown(e.of)}‖_${e.order}`;
    case 'bars':
      return `|${shown(e.of)}|`;
    case 'inner':
      return `⟨${shown(e.left)}, ${shown(e.right)}⟩`;
    case 'part':
      return `${shown(e.of)}[${e.parts.map((p) => (p ? shown(p) : ':')).join(',')}]`;
    case 'series': {
      const { variable, from, to } = e.range;
      return `Σ[${variable}=${indexText(from)}..${indexText(to)}](${shown(e.of)})`;
    }
  }
}

const read = (expression: string, where = ''): string => {
  const parsed = parseInput({ expression, where });
  return parsed.expression ? shown(parsed.expression) : 'nothing';
};

describe('operators, tightest first', () => {
  test.each([
    ["Aᵀ + A' + A^T + A^⊤ + A.T + A^{T}", '(((((Aᵀ + Aᵀ) + Aᵀ) + Aᵀ) + Aᵀ) + Aᵀ)'],
    ['A⁻¹ + A^-1 + A^{-1} + A^(-1)', '(((A⁻¹ + A⁻¹) + A⁻¹) + A⁻¹)'],
    ['A^-T + A⁻ᵀ + A^{-T}', '((A⁻¹ᵀ + A⁻¹ᵀ) + A⁻¹ᵀ)'],
    [
      'a^k + a^{k} + a^2 + a² + a⁻² + aⁿ⁻¹',
      '((((((a ^ k) + (a ^ k)) + (a ^ 2)) + (a ^ 2)) + (a ^ (-2))) + (a ^ (n - 1)))',
    ],
    ['A.^k + A^{∘k} + A**k', '(((A .^ k) + (A .^ k)) + (A .^ k))'],
    ['A.^-1', '(A .^ (-1))'],
    ['x^2y', '((x ^ 2) * y)'],
    ['1/2m', '(1 / (2 · m))'],
    ['1/2 m', '((1 / 2) * m)'],
    ['1/2x²', '(1 / (2 · (x ^ 2)))'],
    ['1/2tr(A)', '((1 / 2) * tr(A))'],
    ['1/2‖x‖', '((1 / 2) * ‖x‖_2)'],
    ['1/2(x + y)', '((1 / 2) * (x + y))'],
    ['2mX', '((2 · m) * X)'],
    ['-A B', '((-A) * B)'],
    ['-x²', '(-(x ^ 2))'],
    ['A*-B', '(A * (-B))'],
    ['A - -B', '(A - (-B))'],
    ['A*B + A@B + A·B + A B + A×B', '(((((A * B) + (A * B)) + (A * B)) + (A * B)) + (A * B))'],
    ['A⊙B + A.*B + A∘B', '(((A ⊙ B) + (A ⊙ B)) + (A ⊙ B))'],
    ['A/c + A./B + A⊘B', '(((A / c) + (A ⊘ B)) + (A ⊘ B))'],
    ['A.*B*C', '((A ⊙ B) * C)'],
    ['a/b/c', '((a / b) / c)'],
    ['1/m Xᵀ(Xθ − y)', '(((1 / m) * Xᵀ) * ((X * θ) - y))'],
    ['A.+B .- C', '((A + B) - C)'],
    ['A^T', 'Aᵀ'],
    ['a^(T)', '(a ^ T)'],
    ['A²ᵀ + Aᵀ²', '((A ^ 2)ᵀ + (Aᵀ ^ 2))'],
    ['√x y + √(x²) + √d', '(((sqrt(x) * y) + sqrt((x ^ 2))) + sqrt(d))'],
  ])('%s', (text, tree) => {
    expect(read(text)).toBe(tree);
  });
});

describe('numbers, fences, parts and calls', () => {
  test.each([
    ['.5 + 0.5 + 5e-1 + ½ + 1½', '((((1|2 + 1|2) + 1|2) + 1|2) + 3|2)'],
    ['2.*A + 2 .* A', '((2 ⊙ A) + (2 ⊙ A))'],
    ['‖x‖ + ||x|| + ‖x‖_2 + ‖x‖_1 + ‖x‖₁', '((((‖x‖_2 + ‖x‖_2) + ‖x‖_2) + ‖x‖_1) + ‖x‖_1)'],
    ['‖A‖_F² + ‖A‖²_F + ‖x‖_∞ + ‖x‖_{inf}', '((((‖A‖_F ^ 2) + (‖A‖_F ^ 2)) + ‖x‖_inf) + ‖x‖_inf)'],
    ['‖a‖‖b‖ + ‖a‖ b ‖c‖', '((‖a‖_2 * ‖b‖_2) + ((‖a‖_2 * b) * ‖c‖_2))'],
    ['‖(‖a‖ b)‖', '‖(‖a‖_2 * b)‖_2'],
    ['|A| + |A||B| + |(|a| − 1)|', '((|A| + (|A| * |B|)) + |(|a| - 1)|)'],
    ['⟨A, B⟩ + \\langle A, B\\rangle', '(⟨A, B⟩ + ⟨A, B⟩)'],
    ['f(x) + φ(X) + foo(x)', '((f(x) + φ(X)) + foo(x))'],
    ["f'(x) + φ″(X) + foo′(x)", "((f'(x) + φ''(X)) + foo'(x))"],
    ['f(x) + f', '((f * x) + f)'],
    ['loss (A + B)', '(loss * (A + B))'],
    ["A'(x)", '(Aᵀ * x)'],
    ['log (x)', 'log(x)'],
    ['sum(A, axis=0)', 'sum(A, axis=0)'],
    ['max(0, X)', 'max(0, X)'],
    ['sum(a,\n  axis=0)', 'sum(a, axis=0)'],
    ['W[l-1]x + W[0] + W[L]', '(((W[l-1] * x) + W[]) + W[L])'],
    ['A[i,j] + A[:,1] + A[i,:]', '((A[i,j] + A[:,1]) + A[i,:])'],
    ['a +\n b\n − c', '((a + b) - c)'],
    ['(a\n b)', '(a * b)'],
  ])('%s', (text, tree) => {
    expect(read(text)).toBe(tree);
  });

  test('what is declared decides', () => {
    expect(read('x[1] + Z[1] + n[0]', 'x: k; Z[l]: n[l]')).toBe('((x[1] + Z[1]) + n[])');
    expect(read('σ(Z) + s(Z) + f(Z)', 'σ, s: elementwise; f: n')).toBe('((σ(Z) + s(Z)) + (f * Z))');
    expect(read('σ[l](Z)', 'σ[l]: elementwise')).toBe('σ[l](Z)');
    expect(read('s(Z) + t(Z)', 't = s; s = sigmoid')).toBe('(s(Z) + t(Z))');
    expect(read('max x', 'max, x: scalar')).toBe('(max * x)');
    expect(read('I x + π', 'x: n')).toBe('((I * x) + π)');
    expect(read('I(n) + I (x) ', 'x: n')).toBe('(I(n) + (I * x))');
    expect(read('I(x)', 'I: n×n; x: n')).toBe('(I * x)');
  });
});

describe('runs of letters', () => {
  test.each([
    ['Xθ', 'X, θ: n', '(X * θ)'],
    ['XWθ', 'X, W, θ: n', '((X * W) * θ)'],
    ['Aθᵀ', 'A, θ: n', '(A * θᵀ)'],
    ['Xtheta', 'X, θ: n', '(X * θ)'],
    ['λI + 2πx', 'λ: scalar; x: n', '((λ * I) + ((2 · π) * x))'],
    ['Wσ(Z)', 'W, Z: n; σ: elementwise', '(W * σ(Z))'],
    ['Xlog(y)', 'X, y: n', '(X * log(y))'],
    ['det(A)', 'd, e, t, A: n', 'det(A)'],
    ['ab', 'a, b, ab: n', 'ab'],
    ['W_outx', 'W_out, x: n', '(W_out * x)'],
    ['x1y2', 'x1, y2: n', '(x1 * y2)'],
    ['mn X', 'X: m×n', '((m * n) * X)'],
    ['XW[l]', 'X: n; W[l]: n', '(X * W[l])'],
  ])('%s with %s', (text, where, tree) => {
    expect(read(text, where)).toBe(tree);
  });

  test.each([
    ['Xθ', '(X * θ)'],
    ['Ax', '(A * x)'],
    ['XXb', '((X * X) * b)'],
    ['AXB', '((A * X) * B)'],
    ['λWx', '((λ * W) * x)'],
    ['αβ', '(α * β)'],
    ['W_1x', '(W_1 * x)'],
    ['xw', '(x * w)'],
    ['loss', 'loss'],
    ['bias', 'bias'],
    ['theta', 'θ'],
    ['Xtrain', 'Xtrain'],
    ['LOSS', 'LOSS'],
    ['x1', 'x1'],
    ['W2', 'W2'],
    ['θ_0', 'θ_0'],
    ['W_out', 'W_out'],
    ['x̂', 'x̂'],
    ['потери', 'потери'],
  ])('%s with no declarations', (text, tree) => {
    expect(read(text)).toBe(tree);
  });

  test.each([
    ['Xy', 'X: m×n', '(X * y)'],
    ['XWloss', 'X, loss: n', '((X * W) * loss)'],
    ['Xbias', 'X: n', 'Xbias'],
  ])('%s with %s alone', (text, where, tree) => {
    expect(read(text, where)).toBe(tree);
  });

  test('a name to derive by is a name', () => {
    const { expression } = parseInput({ expression: 'Wq x', wrt: ['Wq'] });
    expect(expression && shown(expression)).toBe('(Wq * x)');
  });
});

describe('spans', () => {
  const text = '−2mXᵀ(‖a + b‖_F² ⊘ tr(A, axis=0)) + ⟨σ′(Z[l−1]), √x⟩ A[i,:]';

  /** All expressions with what they span; brackets belong to what they enclose. */
  function spans(e: Expr): string[] {
    const parts: Expr[] = [];
    switch (e.kind) {
      case 'number':
      case 'name':
        break;
      case 'product':
      case 'sum':
      case 'inner':
        parts.push(e.left, e.right);
        break;
      case 'power':
        parts.push(e.base, e.exponent);
        break;
      case 'call':
        parts.push(...e.args, ...e.options.map((o) => o.value));
        break;
      case 'part':
        parts.push(e.of, ...e.parts.filter((p) => p !== null));
        break;
      default:
        parts.push(e.of);
    }
    return [`${e.kind} ${text.slice(e.span.start, e.span.end)}`, ...parts.flatMap(spans)];
  }

  test('hold what was typed', () => {
    expect(spans(parseFormula(text, new Set(['m', 'X', 'a', 'b'])))).toMatchInlineSnapshot(`
      [
        "sum −2mXᵀ(‖a + b‖_F² ⊘ tr(A, axis=0)) + ⟨σ′(Z[l−1]), √x⟩ A[i,:]",
        "product −2mXᵀ(‖a + b‖_F² ⊘ tr(A, axis=0))",
        "product −2mXᵀ",
        "negate −2m",
        "product 2m",
        "number 2",
        "name m",
        "transpose Xᵀ",
        "name X",
        "product (‖a + b‖_F² ⊘ tr(A, axis=0))",
        "power ‖a + b‖_F²",
        "norm ‖a + b‖_F",
        "sum a + b",
        "name a",
        "name b",
        "number ²",
        "call tr(A, axis=0)",
        "name A",
        "number 0",
        "product ⟨σ′(Z[l−1]), √x⟩ A[i,:]",
        "inner ⟨σ′(Z[l−1]), √x⟩",
        "call σ′(Z[l−1])",
        "name Z[l−1]",
        "call √x",
        "name x",
        "part A[i,:]",
        "name A",
        "name i",
      ]
    `);
  });

  test('are offsets into the whole source', () => {
    const { source, program } = parseInput({
      expression: 'X P',
      where: 'X: m×n; P = X Y',
      file: { name: 'a.mg', text: 'Y: n' },
    });
    const cut = (s: { start: number; end: number }): string => source.text.slice(s.start, s.end);
    expect(program.statements.map((s) => cut(s.span))).toEqual(['Y: n', 'X: m×n', 'P = X Y']);
  });
});

test('parseFormula', () => {
  expect(meaning(parseFormula('Xtrain w', new Set(['Xtrain', 'w'])))).toBe(
    meaning(parseFormula('Xtrain*w')),
  );
  expect(() => parseFormula('')).toThrow('there is no formula here');
  expect(() => parseFormula('a; b')).toThrow('a formula ends at the end of its line');
});
