import { describe, expect, test } from 'vitest';
import { toText } from '../../src/emit/text.ts';
import { indexText } from '../../src/shape/dim.ts';
import { type Input, parseInput } from '../../src/syntax/parse.ts';
import type { NameSyntax } from '../../src/syntax/tree.ts';

const nameOf = (n: NameSyntax): string => (n.index ? `${n.name}[${indexText(n.index)}]` : n.name);

/** Claims in one spelling. */
const claimsOf = (input: Input): string[] =>
  parseInput(input).claims.map(({ target, value, range, parts }) => {
    const left =
      target === null
        ? '· = '
        : target.kind === 'name'
          ? `${nameOf(target.name)} = `
          : `∂${nameOf(target.of)}/∂${nameOf(target.name)} = `;
    const run = range
      ? ` for ${range.variable} = ${indexText(range.from)}..${indexText(range.to)}`
      : '';
    const where = parts.map((p) => ` where ${nameOf(p.name)} = ${toText(p.value)}`).join('');
    return `${left}${toText(value)}${run}${where}`;
  });

const claimed = (...claims: readonly string[]): string[] =>
  claimsOf({ expression: '½ ‖Xθ − y‖²', claims });

describe('claims', () => {
  test.each([
    ['Xᵀ(Xθ − y)', '· = Xᵀ(Xθ − y)'],
    ['∂J/∂θ = Xᵀ(Xθ − y)', '∂J/∂θ = Xᵀ(Xθ − y)'],
    ['check dJ/dtheta = Xᵀ(Xθ − y)', '∂J/∂θ = Xᵀ(Xθ − y)'],
    ['\\partial J / \\partial\\theta = Xᵀr where r = Xθ − y', '∂J/∂θ = Xᵀr where r = Xθ − y'],
    ['d loss/dW_1 = 2X', '∂loss/∂W_1 = 2X'],
    ['∂J/∂W[l] = Z[l−1]ᵀG[l] for l = 1..L', '∂J/∂W[l] = Z[l−1]ᵀ G[l] for l = 1..L'],
    ['G[l-1] = (G[l] ⊙ σ′(Z[l−1] W[l])) W[l]ᵀ', 'G[l-1] = (G[l] ⊙ σ′(Z[l−1] W[l])) W[l]ᵀ'],
    [
      '∂J/∂θ = Xᵀ(P − y) where P = A B, A = X, B = θ',
      '∂J/∂θ = Xᵀ(P − y) where P = AB where A = X where B = θ',
    ],
  ])('%s', (text, shown) => expect(claimed(text)).toEqual([shown]));

  test('several: options, lines of files, and what does not claim', () => {
    expect(claimed('X; y', 'θ')).toEqual(['· = X', '· = y', '· = θ']);
    const text =
      'X: m×n\nJ = ½ ‖X θ − y‖²\ncheck ∂J/∂θ = Xᵀ(Xθ −\n  y)\ncheck ∂J/∂y = y − Xθ # so\ncheck: m\n';
    const parsed = parseInput({ file: { name: 'a.mg', text } });
    expect(parsed.program.statements.map((s) => s.kind)).toEqual([
      'declaration',
      'definition',
      'declaration',
    ]);
    expect(claimsOf({ file: { name: 'a.mg', text } })).toEqual([
      '∂J/∂θ = Xᵀ(Xθ − y)',
      '∂J/∂y = y − Xθ',
    ]);
  });

  test('spans lie in the piece that was typed', () => {
    const { claims, source } = parseInput({ expression: 'aᵀx', wrt: ['x'], claims: ['∂J/∂x = a'] });
    const [claim] = claims;
    expect(source.text.slice(claim?.span.start, claim?.span.end)).toBe('∂J/∂x = a');
    expect(source.text.slice(claim?.value.span.start, claim?.value.span.end)).toBe('a');
    const name = claim?.target?.name.span;
    expect(source.text.slice(name?.start, name?.end)).toBe('x');
  });

  test('letters run together as in the expression', () => {
    expect(claimsOf({ expression: 'bᵀ A*c', claims: ['bcᵀ'] })).toEqual(['· = bcᵀ']);
    expect(claimsOf({ expression: '‖Xab‖²', where: 'ab: n', claims: ['2XᵀXab'] })).toEqual([
      '· = 2XᵀX ab',
    ]);
  });
});
