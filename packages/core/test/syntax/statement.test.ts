import { describe, expect, test } from 'vitest';
import { toText } from '../../src/emit/text.ts';
import { FUNCTION_NAMES } from '../../src/ops/index.ts';
import { indexText } from '../../src/shape/dim.ts';
import { FUNCTION_WORDS } from '../../src/syntax/functions.ts';
import { type Input, parseInput } from '../../src/syntax/parse.ts';
import type { Expr, NameSyntax, RangeSyntax, Statement } from '../../src/syntax/tree.ts';

const nameOf = (n: NameSyntax): string => (n.index ? `${n.name}[${indexText(n.index)}]` : n.name);
const sides = (all: readonly Expr[]): string => all.map((s) => toText(s)).join(' × ') || 'scalar';
const rangeOf = (r: RangeSyntax | null): string =>
  r ? ` for ${r.variable} = ${indexText(r.from)}..${indexText(r.to)}` : '';

/** A statement in one spelling. */
function shown(s: Statement): string {
  switch (s.kind) {
    case 'declaration': {
      const shape = s.shape ? ` ${sides(s.shape.sides)}` : '';
      const properties = s.properties.map((p) => ` ${p.name}`).join('');
      return `${s.names.map(nameOf).join(', ')}:${shape}${properties}${rangeOf(s.range)}`;
    }
    case 'function': {
      const what = s.argument ? `function(${sides(s.argument.sides)})` : 'elementwise';
      return `${s.names.map(nameOf).join(', ')}: ${what}${rangeOf(s.range)}`;
    }
    case 'definition': {
      const parts = s.parts.length > 0 ? ` where ${s.parts.map(shown).join(', ')}` : '';
      return `${nameOf(s.name)} = ${toText(s.value)}${rangeOf(s.range)}${parts}`;
    }
  }
}

const statements = (input: Input): string[] => parseInput(input).program.statements.map(shown);
const lines = (text: string): string[] => statements({ file: { name: 'a.mg', text } });

describe('declarations', () => {
  test.each([
    ['X: m×n', 'X: m × n'],
    ['X: m x n', 'X: m × n'],
    ['X: m by n', 'X: m × n'],
    ['X: m \\times n', 'X: m × n'],
    ['X: 3x4', 'X: 3 × 4'],
    ['X: 3×n', 'X: 3 × n'],
    ['X: 3 x n', 'X: 3 × n'],
    ['X ∈ ℝ^{m×n}', 'X: m × n'],
    ['X \\in \\mathbb{R}^{m\\times n}', 'X: m × n'],
    ['X in R^{m x n}', 'X: m × n'],
    ['X: R^(m×n)', 'X: m × n'],
    ['X: ℝ^m×n', 'X: m × n'],
    ['X ∈ ℝᵐˣⁿ', 'X: m × n'],
    ['x ∈ ℝⁿ', 'x: n'],
    ['x ∈ ℝ^n', 'x: n'],
    ['λ ∈ ℝ', 'λ: scalar'],
    ['R: R', 'R: R'],
    ['λ: scalar positive', 'λ: scalar positive'],
    ['λ: 1', 'λ: 1'],
    ['λ: positive', 'λ: positive'],
    ['x, y: n positive constant', 'x, y: n positive constant'],
    ['A: n×n symmetric, posdef', 'A: n × n symmetric posdef'],
    ['b: 1×n', 'b: 1 × n'],
    ['W: (n+1)×2n', 'W: n + 1 × 2n'],
    ['W: n + 1 × 2*n', 'W: n + 1 × 2n'],
    ['T: a×b×c', 'T: a × b × c'],
    ['theta: n', 'θ: n'],
    ['W[l]: n[l-1]×n[l] for l = 1..L', 'W[l]: n[l−1] × n[l] for l = 1..L'],
    ['W[l]: n for l = 1, …, L', 'W[l]: n for l = 1..L'],
    ['W[l]: n for l in 1, 2, ..., L-1', 'W[l]: n for l = 1..L-1'],
    ['σ: elementwise', 'σ: elementwise'],
    ['σ[l]: elementwise', 'σ[l]: elementwise'],
    ['ℓ: function(m×k) -> scalar', 'ℓ: function(m × k)'],
    ['ℓ: function(m×k)', 'ℓ: function(m × k)'],
    ['g: function(scalar) → scalar', 'g: function(scalar)'],
  ])('%s', (text, expected) => {
    expect(lines(text)).toEqual([expected]);
  });
});

describe('definitions', () => {
  test.each([
    ['J = Xθ', 'J = Xθ'],
    ['J := Xθ', 'J = Xθ'],
    ['σ = sigmoid', 'σ = sigmoid'],
    ['Z[0] = X', 'Z[0] = X'],
    ['Z[l] = Z[l-1] W for l = 1..L', 'Z[l] = Z[l−1] W for l = 1..L'],
    ['Z[l] = P W where P = Z[l-1] for l = 1..L', 'Z[l] = PW for l = 1..L where P = Z[l−1]'],
    ['J = P − Y where P = softmax(XΘ), S = P + 1', 'J = P − Y where P = softmax(XΘ), S = P + 1'],
    ['J = P where P = f(a, b), f = max', 'J = P where P = f(a, b), f = max'],
    ['J = a +\n  b\n  + c\n  where a = 2', 'J = a + b + c where a = 2'],
    ['J = sum(a,\n axis=0)', 'J = sum(a, axis=0)'],
  ])('%s', (text, expected) => {
    expect(lines(text)).toEqual([expected]);
  });
});

test('lines end at line ends, semicolons and comments', () => {
  expect(lines('# a\nX: m×n; y: m # b; c\r\n\r\n;;z = X y;\n')).toEqual([
    'X: m × n',
    'y: m',
    'z = Xy',
  ]);
});

test('names may be used before their line', () => {
  expect(lines('J = XWy\nX, W: n×n; y: n')).toEqual(['J = XWy', 'X, W: n × n', 'y: n']);
  const [first] = parseInput({ file: { name: 'a.mg', text: 'J = ab\na, b: n' } }).program
    .statements;
  expect(first?.kind === 'definition' && first.value.kind).toBe('product');
});

describe('pieces', () => {
  test('of the command line', () => {
    const parsed = parseInput({
      expression: 'Xᵀ(P − Y) where P = softmax(XΘ)',
      where: 'X: m×n; Θ: n×k',
      wrt: ['Θ,X', 'W[l]'],
      file: { name: 'a.mg', text: 'Y: m×k' },
    });
    expect(parsed.program.statements.map(shown)).toEqual([
      'Y: m × k',
      'X: m × n',
      'Θ: n × k',
      'P = softmax(XΘ)',
    ]);
    expect(parsed.expression && toText(parsed.expression)).toBe('Xᵀ(P − Y)');
    expect(parsed.wrt === 'all' ? [] : parsed.wrt?.map(nameOf)).toEqual(['Θ', 'X', 'W[l]']);
  });

  test('an expression may have a name, and bring its declarations', () => {
    const parsed = parseInput({ expression: 'X: m×n; J = ‖X‖²' });
    expect(parsed.program.statements.map(shown)).toEqual(['X: m × n', 'J = ‖X‖²']);
    expect(parsed.expression).toMatchObject({ kind: 'name', name: 'J' });
  });

  test('a file alone has no expression', () => {
    const parsed = parseInput({ file: { name: 'a.mg', text: 'J = x' }, wrt: ['all'] });
    expect(parsed.expression).toBeNull();
    expect(parsed.wrt).toBe('all');
    expect(parseInput({ expression: 'x' }).wrt).toBeNull();
  });
});

test('every function that can be derived is a word of the language; I also stands alone', () => {
  expect([...FUNCTION_NAMES].filter((n) => !FUNCTION_WORDS.has(n))).toEqual(['I']);
});
