import { describe, expect, test } from 'vitest';
import { toAscii } from '../../src/diagnostic/ascii.ts';
import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts';
import { ANSI } from '../../src/diagnostic/palette.ts';
import { type Source, sourceOf } from '../../src/diagnostic/source.ts';
import { diagnosticsText, type MessageOptions } from '../../src/diagnostic/text.ts';

/** Labels of the stretches of a text that stand between ‹ and ›; the first is the primary one. */
function marked(texts: readonly string[], said: readonly string[], more: Partial<Diagnostic> = {}) {
  const labels: Diagnostic['labels'][number][] = [];
  let start = 0;
  const names = ['expression', '--where', 'a.mg'];
  const pieces = texts.map((text, i) => {
    let plain = '';
    let open = 0;
    for (const c of text) {
      if (c === '‹') open = start + plain.length;
      else if (c === '›')
        labels.push({ start: open, end: start + plain.length, text: said[labels.length] ?? '' });
      else plain += c;
    }
    start += plain.length + 1;
    return { name: names[i] ?? '', text: plain };
  });
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'some-code',
    message: 'something is wrong',
    labels,
    notes: [],
    ...more,
  };
  return { source: sourceOf(pieces), diagnostic };
}

const text = (
  { source, diagnostic }: { source: Source; diagnostic: Diagnostic },
  options: MessageOptions = {},
): string => `\n${diagnosticsText([diagnostic], source, options)}`;

describe('a message', () => {
  test('marks both operands, and says what to type instead', () => {
    const m = marked(['½ ‹X›‹y›'], ['m×n', 'm'], { notes: ['a note'], fix: '½ Xᵀy' });
    expect(text(m)).toMatchInlineSnapshot(`
      "
      error[some-code]: something is wrong
       --> expression:1:3
        |
      1 | ½ Xy
        |   ^- m
        |   m×n
        = note: a note
        = help: did you mean \`½ Xᵀy\`?
      "
    `);
  });

  test('in ASCII', () => {
    const m = marked(['½ (‹Xθ› − ‹ŷ²›) + A⁻¹ + x₁₂'], ['m×n', 'm'], { fix: 'A⁻ᵀ ⊙ ‖θ̂‖²' });
    const shown = text(m, { ascii: true });
    expect(shown).toMatchInlineSnapshot(`
      "
      error[some-code]: something is wrong
       --> expression:1:4
        |
      1 | 1/2 (Xtheta - y_hat^2) + A^-1 + x_12
        |      ^^^^^^   ------- m
        |      mxn
        = help: did you mean \`A^-T .* ||theta_hat||^2\`?
      "
    `);
    expect(shown).toMatch(/^[\n -~]*$/u);
  });

  test('in colours', () => {
    const m = marked(['‹X›‹y›'], ['m×n', 'm'], { fix: 'Xᵀy' });
    const escape = String.fromCharCode(27);
    expect(text(m, { style: ANSI }).replaceAll(escape, '␛')).toMatchInlineSnapshot(`
      "
      ␛[1m␛[31merror[some-code]␛[39m: something is wrong␛[22m
      ␛[36m -->␛[39m expression:1:1
      ␛[36m  |␛[39m
      ␛[36m1 |␛[39m Xy
      ␛[36m  |␛[39m ␛[31m^␛[39m␛[36m-␛[39m ␛[36mm␛[39m
      ␛[36m  |␛[39m ␛[31mm×n␛[39m
      ␛[36m  =␛[39m ␛[1m␛[32mhelp␛[39m␛[22m: did you mean \`Xᵀy\`?
      "
    `);
    expect(text(m, { style: ANSI }).replaceAll(new RegExp(`${escape}\\[\\d+m`, 'gu'), '')).toBe(
      text(m),
    );
  });

  test('with three labels on a line, one inside another', () => {
    expect(text(marked(['‹Xᵀ›(‹Xθ› − ‹y›)'], ['n×m', 'm', 'k']))).toMatchInlineSnapshot(`
      "
      error[some-code]: something is wrong
       --> expression:1:1
        |
      1 | Xᵀ(Xθ − y)
        | ^^ --   - k
        | |  m
        | n×m
      "
    `);
    const nested = marked(['‹A› B'], ['inner', 'whole']);
    const whole = { start: 0, end: 3, text: 'whole' };
    const labels = [...nested.diagnostic.labels, whole];
    expect(
      text({ ...nested, diagnostic: { ...nested.diagnostic, labels } }),
    ).toMatchInlineSnapshot(`
      "
      error[some-code]: something is wrong
       --> expression:1:1
        |
      1 | A B
        | ^--
        | inner
        | whole
      "
    `);
  });

  test('over several lines and pieces', () => {
    const lines = `${'\n'.repeat(7)}X: ‹m×n›\n\n\n\n‹X›: n\nx = 1`;
    expect(
      text(marked(['a + ‹X›', lines], ['used here', 'first here', 'again'])),
    ).toMatchInlineSnapshot(`
      "
      error[some-code]: something is wrong
        --> expression:1:5
         |
       1 | a + X
         |     ^ used here
        ::: --where:8:4
         |
       8 | X: m×n
         |    --- first here
      ...
      12 | X: n
         | - again
      "
    `);
  });

  test('under tabs, accents, wide letters and what is not shown', () => {
    const m = marked(['\tx̂̈ + 漢字 + \u202e😀 + ‹y›'], ['here']);
    expect(text(m)).toMatchInlineSnapshot(`
      "
      error[some-code]: something is wrong
       --> expression:1:19
        |
      1 |     x̂̈ + 漢字 + �😀 + y
        |                      ^ here
      "
    `);
  });

  test('at the end of a line, and of a stretch of several lines', () => {
    const m = marked(['a + \n b'], []);
    const labels = [
      { start: 3, end: 3, text: 'nothing here' },
      { start: 0, end: 7, text: 'in this' },
    ];
    expect(text({ ...m, diagnostic: { ...m.diagnostic, labels } })).toMatchInlineSnapshot(`
      "
      error[some-code]: something is wrong
       --> expression:1:4
        |
      1 | a +
        | ---^ nothing here
        | in this
      "
    `);
  });

  test('of a long line shows what is near', () => {
    const terms = 'x + '.repeat(60);
    const m = marked([`${terms}‹Xy› + ${terms}‹z›${' + x'.repeat(60)}`], ['here', 'there'], {
      fix: `${terms}Xᵀy + ${terms}`,
    });
    expect(text(m)).toMatchInlineSnapshot(`
      "
      error[some-code]: something is wrong
       --> expression:1:241
        |
      1 | … x + x + x + x + x + x + x + x + Xy + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x …
        |                                   ^^ here
      1 | … x + x + x + x + x + x + x + x + z + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x +…
        |                                   - there
        = help: did you mean \`…x + x + x + x + x + x + x + x + Xᵀy + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x …\`?
      "
    `);
    for (const line of text(m).split('\n')) expect(Array.from(line).length).toBeLessThan(130);
  });

  test('without a place', () => {
    expect(text(marked(['x'], [], { notes: ['a note'] }))).toMatchInlineSnapshot(`
      "
      error[some-code]: something is wrong
        = note: a note
      "
    `);
  });

  test('several messages', () => {
    const { source, diagnostic } = marked(['‹x›'], []);
    const warning: Diagnostic = { ...diagnostic, severity: 'warning' };
    expect(`\n${diagnosticsText([diagnostic, warning], source)}`).toMatchInlineSnapshot(`
      "
      error[some-code]: something is wrong
       --> expression:1:1
        |
      1 | x
        | ^

      warning[some-code]: something is wrong
       --> expression:1:1
        |
      1 | x
        | ^
      "
    `);
  });

  test('of a very long line takes no time', () => {
    const m = marked([`${'漢'.repeat(300_000)}‹x›${' '.repeat(300_000)}`], ['here']);
    const before = performance.now();
    expect(text(m)).toContain('^ here');
    expect(performance.now() - before).toBeLessThan(500);
  });
});

test.each([
  ['Xᵀ(Xθ − y)', 'X^T(Xtheta - y)'],
  ['A⁻¹ A⁻ᵀ x² xᵀ²', 'A^-1 A^-T x^2 x^T^2'],
  ['x₁₂ θ̂ ŷ ά', 'x_12 theta_hat y_hat alpha_acute'],
  ['“a” → ∂J…', '"a" -> dJ...'],
  ['漢', '?'],
])('%s in ASCII', (unicode, ascii) => {
  expect(toAscii(unicode)).toBe(ascii);
});
