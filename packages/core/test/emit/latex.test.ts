import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equationLatex, nameLatex, toLatex } from '../../src/emit/latex.ts';
import {
  call,
  name,
  num,
  over,
  place,
  plus,
  power,
  times,
  transposed,
} from '../../src/syntax/make.ts';
import type { Expr } from '../../src/syntax/tree.ts';
import { atoms, grammar, names, textbook } from './formulas.ts';
import { trees } from './trees.ts';

const tables = { textbook, grammar, atoms, names };

describe.each(Object.entries(tables))('%s', (_, formulas) => {
  test.each(formulas)('$latex', ({ tree, latex }) => {
    expect(toLatex(tree)).toBe(latex);
  });
});

test('what a sum leaves out', () => {
  expect(toLatex(plus(name('n', place(1)), name('…'), name('n', place('L'))))).toBe(
    'n_1 + \\dots + n_L',
  );
});

describe('spellings of functions', () => {
  const spellings = new Map([
    ['abs', '\\lvert $0 \\rvert'],
    ['inv', '{$0}^{-1}'],
    ['sqrt', '\\sqrt{$0}'],
    ['logdet', '\\log\\det($0)'],
    ['ones', '\\mathbf{1}_{$0}'],
    ['step', '\\operatorname{H}($0)'],
    ['expo', 'e^{$0}'],
  ]);
  const x = name('x');
  const half = over(x, num(2));
  const rows: readonly (readonly [Expr, string])[] = [
    [call('abs', [plus(x, x)]), '\\lvert x + x \\rvert'],
    [call('inv', [x]), '{x}^{-1}'],
    [call('inv', [plus(x, x)]), '{(x + x)}^{-1}'],
    [call('inv', [transposed(x)]), '{(x^\\top)}^{-1}'],
    [call('sqrt', [half]), '\\sqrt{\\frac{x}{2}}'],
    [call('logdet', [half]), '\\log\\det\\left(\\frac{x}{2}\\right)'],
    [call('step', [x], { primes: 1 }), "\\operatorname{H}'(x)"],
    [call('abs', [x, x]), '\\operatorname{abs}(x, x)'],
    [transposed(call('ones', [name('n')])), '\\mathbf{1}_{n}^\\top'],
    [power(call('expo', [x]), num(2)), '(e^{x})^2'],
    [power(call('inv', [x]), num(2)), '({x}^{-1})^2'],
    [power(call('abs', [x]), num(2)), '\\lvert x \\rvert^2'],
    [call('log_softmax', [x]), '\\operatorname{log\\_softmax}(x)'],
    [call('f', [half]), 'f\\left( \\frac{x}{2} \\right)'],
  ];

  test.each(rows)('%#: %2$s', (tree, latex) => {
    expect(toLatex(tree, { latexOf: (f) => spellings.get(f) })).toBe(latex);
  });
});

test.each([
  ['x1', 'x_1'],
  ['x_10', 'x_{10}'],
  ['theta', '\\theta'],
  ['theta0', '\\theta_0'],
  ['W_hidden_2', 'W_{\\mathrm{hidden},2}'],
  ['x̄', '\\bar{x}'],
  ['θ̂', '\\hat{\\theta}'],
  ['Α', '\\mathrm{A}'],
  ['ℓ', '\\ell'],
])('the name %s is %s', (given, latex) => {
  expect(nameLatex(given)).toBe(latex);
});

test('gradients of unknown functions', () => {
  const here = name('∂ℓ/∂Z', place('L'));
  const there = call('∂ℓ/∂', [times(name('X'), name('W'))]);
  expect(toLatex(here)).toBe('\\frac{\\partial \\ell}{\\partial Z_L}');
  expect(toLatex(transposed(here))).toBe(
    '\\left( \\frac{\\partial \\ell}{\\partial Z_L} \\right)^\\top',
  );
  expect(toLatex(there)).toBe('\\frac{\\partial \\ell}{\\partial (X W)}');
  expect(toLatex(transposed(there))).toBe(
    '\\left( \\frac{\\partial \\ell}{\\partial (X W)} \\right)^\\top',
  );
});

test('equations', () => {
  expect(equationLatex(nameLatex('G', place('l', -1)), times(name('A'), name('x')))).toBe(
    'G_{l-1} = A x',
  );
});

test('every fence of LaTeX is closed', () => {
  fc.assert(
    fc.property(trees, (tree) => {
      const latex = toLatex(tree);
      expect(fencesOf(latex)).toBe('');
      // a double superscript is an error of TeX
      expect(latex).not.toMatch(/\^(?:\\?\w|\{[^{}]*\})\^/);
    }),
    { numRuns: 500 },
  );
});

/** What is left of all brackets when pairs are struck out. */
function fencesOf(latex: string): string {
  let text = latex
    .replaceAll(/\\left(?:\(|\\[lr]vert|\\[lr]Vert|\\langle)/g, '<')
    .replaceAll(/\\right(?:\)|\\rvert|\\rVert|\\rangle)/g, '>')
    .replaceAll(/\\l(?:vert|Vert|angle)/g, '[')
    .replaceAll(/\\r(?:vert|Vert|angle)/g, ']')
    .replaceAll(/[^(){}<>[\]]/g, '');
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replaceAll(/\(\)|\{\}|<>|\[\]/g, '');
  }
  return text;
}
