import { describe, expect, it } from 'vitest';
import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { elaborateWithin, type Given } from '../../src/elaborate/within.ts';
import { symbol } from '../../src/expr/build.ts';
import type { Node } from '../../src/expr/node.ts';
import { dimName } from '../../src/shape/dim.ts';
import { formatShape } from '../../src/shape/shape.ts';
import { parseFormula } from '../../src/syntax/parse.ts';
import type { Definition } from '../../src/syntax/tree.ts';
import { nodeOf, problemOf } from '../support/ask.ts';

const NAMES = new Set(['X', 'θ', 'y', 'A', 'P', 'Q', 'm', 'n', 'l']);

const part = (name: string, text: string): Definition => ({
  kind: 'definition',
  span: { start: 0, end: 1 },
  name: { name, index: null, span: { start: 0, end: 1 } },
  value: parseFormula(text, NAMES),
  range: null,
  parts: [],
});

const within = (expression: string, where: string, text: string, given: Given = {}): Node =>
  elaborateWithin(problemOf(expression, where), parseFormula(text, NAMES), [], given).node;

const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    if (error instanceof MatgradError) return error.diagnostics[0]?.code ?? '';
    throw error;
  }
  return '';
};

describe('an expression in the scope of a problem', () => {
  it('has the shapes that were inferred', () => {
    const p = problemOf('½ ‖Xθ − y‖²', '');
    const value = elaborateWithin(p, parseFormula('Xᵀ(X*θ − y)', NAMES));
    expect(formatShape(value.shape)).toBe('n');
    expect(value.node).toBe(nodeOf('Xᵀ(X*θ − y)', 'X: m×n; θ: n; y: m'));
  });

  it('may use definitions and parts of its own', () => {
    const p = problemOf('tr(P)', 'X: n×n; P = X*X');
    const e = parseFormula('P + Q', NAMES);
    const q = part('Q', 'Xᵀ');
    expect(elaborateWithin(p, e, [q]).node).toBe(nodeOf('X*X + Xᵀ', 'X: n×n'));
    expect(codeOf(() => elaborateWithin(p, e, [part('P', 'X')]))).toBe('duplicate-declaration');
  });

  it('infers nothing but the sides of I', () => {
    expect(codeOf(() => within('½ ‖Xθ − y‖²', '', 'A'))).toBe('unknown-name');
    expect(within('tr(X)', 'X: n×n', 'X + I')).toBe(nodeOf('X + eye(n)', 'X: n×n'));
    const shape = [dimName('n'), dimName('n')];
    expect(within('tr(X)', 'X: n×n', 'I', { shape })).toBe(nodeOf('eye(n)', 'X: n×n'));
    expect(codeOf(() => within('tr(X)', 'X: n×n', 'I'))).toBe('unknown-size');
    expect(codeOf(() => within('½ ‖Xθ − y‖²', '', 'X + y*yᵀ'))).toBe('shape-mismatch');
  });

  it('knows members, cotangents and the letter of a step', () => {
    const where = 'Z[0] = X; X: m×n[0]; W[l]: n[l-1]×n[l] for l = 1..L; Z[l] = tanh(Z[l-1] W[l])';
    const letter = { variable: 'l', offset: 0 };
    const G = symbol('G', [dimName('m'), dimName('n', letter)], { index: letter, role: 'part' });
    const node = within('½ ‖Z[L]‖²', where, 'l Z[l-1]ᵀ G[l]', { letter: 'l', symbols: [G] });
    expect(node.axes.map((d) => d.key)).toEqual(['n[l-1]', 'n[l]']);
    expect(node.kind === 'contract' && node.operands.some((o) => o.node === G)).toBe(true);
    expect(codeOf(() => within('½ ‖Z[L]‖²', where, 'l Z[1]'))).toBe('unknown-name');
  });
});
