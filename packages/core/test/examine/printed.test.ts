import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { check, derive, reportJson } from '../../src/index.ts';
import { functions } from './functions.ts';

/** What is printed is read back as a claim, and is right. */

const MORE: readonly (readonly [string, string, string])[] = [
  ['ℓ(σ(XW))', 'X: m×n; W: n×k; σ: elementwise; ℓ: function(m×k) -> scalar', 'W'],
  ['ℓ(X θ)', 'X: m×n; θ: n; ℓ: function(m) -> scalar', 'θ'],
  ['½ ℓ(X W)^2', 'X: m×n; W: n×k; ℓ: function(m×k) -> scalar', 'W'],
  ['ℓ(X) + ℓ(X + A)', 'X: m×n; A: m×n; ℓ: function(m×n) -> scalar', 'X'],
  ['sum(max(X, axis=1))', 'X: m×n', 'X'],
  ['nuclear_norm(X)', 'X: m×n', 'X'],
  ['sum(batchnorm(X) ⊙ C)', 'X, C: m×n', 'X'],
  ['sum(C ⊙ attention(Q, K, V))', 'Q: n×d; K: m×d; V: m×e; C: n×e', 'K'],
  ['x[1] x[2]', 'x: n', 'x'],
  ['sum(lgamma(x))', 'x: n positive', 'x'],
];

test.each(['text', 'latex'] as const)(
  'gradients as %s',
  (form) => {
    const half = functions.filter((_, k) => k % 2 === Number(form === 'latex'));
    const unread = [...half, ...MORE].flatMap(([expression, where, wrt]) => {
      const input = { expression, where, wrt: [wrt] };
      const [result] = reportJson(derive(input, { trick: false, check: false })).results;
      if (!result) return [expression];
      const parts = result.where.map((p) => `${p.name} = ${p[form]}`).join(', ');
      const claim = `${result[form]}${parts && ` where ${parts}`}`;
      const [x] = check({ ...input, claims: [claim] }, { points: 2 }).claims;
      return x?.verdict === 'right' ? [] : [`${expression}: ${claim} is ${x?.verdict}`];
    });
    expect(unread).toEqual([]);
  },
  30_000,
);

const example = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../../examples/${name}.mg`, import.meta.url)), 'utf8');

const FAMILIES: readonly (readonly [string, string])[] = [
  ['a perceptron', example('perceptron')],
  ['a recurrent network', example('recurrent')],
  ['a residual network', example('residual')],
  [
    'layers with a bias row, under an unknown loss',
    [
      'ℓ: function(m×n[L]) -> scalar; σ: elementwise',
      'X: m×n[0] constant; b[l]: 1×n[l] for l = 1..L; W[l]: n[l-1]×n[l] for l = 1..L',
      'Z[0] = X; Z[l] = σ(Z[l-1] W[l] + b[l]) for l = 1..L',
      'J = ℓ(Z[L])',
    ].join('\n'),
  ],
  [
    'a shared weight that is also kept small',
    [
      'B: m×n constant; W: n×n; λ: scalar',
      'H[0] = B; H[t] = tanh(H[t-1] W) for t = 1..T',
      'J = ½ ‖H[T]‖² + λ/2 ‖W‖²',
    ].join('\n'),
  ],
];

describe.each(FAMILIES)('%s', (_, text) => {
  test('written out and with shared parts', () => {
    const input = { file: { name: 'a.mg', text }, wrt: ['all'] };
    const { results } = reportJson(derive(input, { trick: false, check: false }));
    const lines = new Set(
      results.flatMap((r) => {
        const equations = [...(r.recursion ?? []), ...(r.shared ?? [])].map(
          (e) => [e.name, e.text, e.range] as const,
        );
        return [...equations, [r.name, r.text, r.range] as const].map(
          ([name, said, range]) =>
            `check ${name} = ${said}${range ? ` for ${range.letter} = ${range.from}..${range.to}` : ''}`,
        );
      }),
    );
    const whole = { file: { name: 'a.mg', text: [text, ...lines].join('\n') } };
    const verdicts = check(whole, { points: 2 }).claims.map((c, k) => [[...lines][k], c.verdict]);
    expect(verdicts).toEqual([...lines].map((line) => [line, 'right']));
    expect(verdicts.length).toBeGreaterThan(2);
  }, 30_000);
});
