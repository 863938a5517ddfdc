import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { python, runPython } from '../../../../../test/support/python.ts';
import { toLatex } from '../../../src/emit/latex.ts';
import { readLatex } from '../../../src/emit/math/box.ts';
import { boxMathml } from '../../../src/emit/math/mathml.ts';
import { boxTypst } from '../../../src/emit/math/typst.ts';
import { exprLatex } from '../../../src/emit/report/formula.ts';
import { derive, reportMathml, reportTypst } from '../../../src/index.ts';
import { FUNCTIONS } from '../../../src/ops/index.ts';
import { problemOf } from '../../support/ask.ts';
import { trees } from '../trees.ts';

const both = (latex: string): readonly [string, string] => {
  const box = readLatex(latex);
  return [boxMathml(box), boxTypst(box)];
};

test.each([
  [
    'X^\\top \\theta_0',
    '<mrow><msup><mi>X</mi><mo>⊤</mo></msup><msub><mi>θ</mi><mn>0</mn></msub></mrow>',
    'X^(⊤) θ_(0)',
  ],
  ['\\frac{a}{2}', '<mfrac><mi>a</mi><mn>2</mn></mfrac>', 'frac(a, 2)'],
  [
    '-\\hat{x}',
    '<mrow><mo>−</mo><mover accent="true"><mi>x</mi><mo>^</mo></mover></mrow>',
    '- hat(x)',
  ],
  [
    "f'(x, y)",
    '<mrow><msup><mi>f</mi><mo>′</mo></msup><mrow><mo fence="true">(</mo><mrow><mi>x</mi><mo>,</mo><mi>y</mi></mrow><mo fence="true">)</mo></mrow></mrow>',
    'f^(′) (x \\, y)',
  ],
  [
    '\\lVert A \\rVert_F^2',
    '<msubsup><mrow><mo fence="true">‖</mo><mi>A</mi><mo fence="true">‖</mo></mrow><mi>F</mi><mn>2</mn></msubsup>',
    'norm(A)_(F)^(2)',
  ],
  [
    '\\sum_{l=1}^{L} \\mathrm{loss}_l',
    '<mrow><munderover><mo>∑</mo><mrow><mi>l</mi><mo>=</mo><mn>1</mn></mrow><mi>L</mi></munderover><msub><mi>loss</mi><mi>l</mi></msub></mrow>',
    'sum_(l = 1)^(L) op("loss")_(l)',
  ],
  [
    '\\operatorname{log\\_softmax}(a/b)',
    '<mrow><mi>log_softmax</mi><mrow><mo fence="true">(</mo><mrow><mi>a</mi><mo>/</mo><mi>b</mi></mrow><mo fence="true">)</mo></mrow></mrow>',
    'op("log_softmax") (a \\/ b)',
  ],
  ['\\text{a < b}', '<mtext>a &lt; b</mtext>', '"a < b"'],
])('%s', (latex, mathml, typst) => {
  expect(both(latex)).toEqual([mathml, typst]);
});

test('LaTeX that the printers do not write is refused, not set wrong', () => {
  expect(() => readLatex('\\unknown{x}')).toThrow(/no formula that can be set/);
  expect(() => readLatex('\\frac{x}')).toThrow(RangeError);
});

const CHECK = `
import xml.etree.ElementTree as tree
import typst

CHILDREN = {"mfrac": 2, "msup": 2, "msub": 2, "mroot": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3}

def complaint(text):
    for element in tree.fromstring(f"<page>{text}</page>").iter():
        name = element.tag.split("}")[-1]
        if len(element) != CHILDREN.get(name, len(element)):
            return f"{name} with {len(element)} children: {text}"
        if name in ("mi", "mn", "mo", "mtext") and not element.text:
            return f"empty {name}: {text}"

output = [c for c in map(complaint, input["mathml"]) if c]
typst.compile("\\n\\n".join(input["typst"]).encode(), format="svg")
`;

const complaints = (mathml: readonly string[], typst: readonly string[]): Promise<unknown> =>
  runPython(CHECK, { mathml, typst }, 60_000);

describe.skipIf(!python())('MathML is well formed and Typst compiles', () => {
  test('for the derivation of every function', async () => {
    const reports = FUNCTIONS.map(({ example: { expression, where, wrt } }) =>
      derive({ expression, where, wrt: [wrt] }, { check: false, explain: true }),
    );
    const options = { explain: true };
    expect(
      await complaints(
        reports.map((r) => reportMathml(r, options)),
        reports.map((r) => reportTypst(r, options)),
      ),
    ).toEqual([]);
  });

  test('for Jacobians, families, and derivations by differentials', async () => {
    const network =
      'σ: elementwise; X: m×n[0]; Y: m×n[L]; W[l]: n[l-1]×n[l] for l = 1..L; Z[0] = X; Z[l] = σ(Z[l-1] W[l]) for l = 1..L';
    const reports = [
      derive({ expression: 'A X B', where: 'A: m×n; X: n×k; B: k×p' }, { check: false }),
      derive({ expression: 'logsumexp(A x)', wrt: ['x'] }, { check: false, order: 2 }),
      derive({ expression: '½ ‖Z[L] − Y‖²', where: network }, { check: false }),
      derive({ expression: 'tr(A X B)', where: 'X: m×n' }, { check: false, explain: true }),
    ];
    expect(
      await complaints(
        reports.map((r) => reportMathml(r)),
        reports.map((r) => reportTypst(r)),
      ),
    ).toEqual([]);
  });

  test('for random trees', async () => {
    const pages = fc.sample(trees, { numRuns: 250, seed: 3 }).map((tree) => both(toLatex(tree)));
    expect(
      await complaints(
        pages.map(([m]) => m),
        pages.map(([, t]) => `$ ${t} $`),
      ),
    ).toEqual([]);
  });
});

test('remarks cannot end a comment', () => {
  const report = derive({ expression: 'xᵀx', where: 'x: n' });
  const comments = reportMathml(report).match(/<!--.*?-->/gsu) ?? [];
  expect(comments.length).toBeGreaterThan(0);
  for (const c of comments) expect(c.slice(4, -3)).not.toContain('--');
});

test('every function has its own spelling', () => {
  const { expression } = problemOf('pinv(A) + erf(A)', 'A: n×n');
  expect(both(exprLatex(expression))[1]).toBe('A^(+) + op("erf") (A)');
});
