import { describe, expect, test } from 'vitest';
import { matgrad } from './support.ts';

const ASKED = ['check', '1/(2m) ‖Xθ − y‖²', '--where', 'X: m×n; y: m; θ: n', '--wrt', 'θ'];

describe('matgrad check', () => {
  test.each([
    ['1/m Xᵀ(Xθ − y)', 0, '✓ right'],
    ['Xᵀ(Xθ − y)', 1, '✗ wrong'],
    ['1/m X(Xθ − y)', 1, '✗ wrong shape'],
    ['-1/m Xᵀ(y − Xθ)', 0, '✓ right'],
  ])('%s', async (claim, code, head) => {
    const run = await matgrad([...ASKED, '--claim', claim]);
    expect([run.code, run.err]).toEqual([code, '']);
    expect(run.out.split('\n')[0]).toBe(head);
  });

  test('under a condition, and what cannot be told, is no 0', async () => {
    const form = ['check', 'xᵀA x', '--where', 'A: n×n; x: n', '--wrt', 'x', '--claim', '2A x'];
    expect((await matgrad(form)).code).toBe(1);
    const never = ['check', 'sum(log(−x ⊙ x))', '--where', 'x: n', '--claim', '2 ./ x'];
    const run = await matgrad(never);
    expect([run.code, run.out.split('\n')[0]]).toEqual([1, '? cannot tell']);
  });

  test('one claim that is not right among several', async () => {
    const words = ['check', 'aᵀx', '--where', 'a, x: n'];
    const right = ['--claim', '∂J/∂a = x'];
    expect((await matgrad([...words, ...right, '--claim', '∂J/∂x = a'])).code).toBe(0);
    expect((await matgrad([...words, ...right, '--claim', '∂J/∂x = 2a'])).code).toBe(1);
  });

  test('lines of a file', async () => {
    const program = 'x: n\nJ = xᵀx\ncheck ∂J/∂x = 2x\ncheck ∂J/∂x = x\n';
    const { code, out } = await matgrad(['check', '-', '--ascii'], { stdin: program });
    expect(code).toBe(1);
    expect(out).toMatch(/^right\n\nclaim {9}dJ\/dx = 2\*x\n/);
    expect(out).toMatch(/\nwrong\n\nclaim {9}dJ\/dx = x\n/);
  });

  test('as JSON, also where there is nothing to check', async () => {
    const { out } = await matgrad([...ASKED, '--claim', 'Xᵀ(Xθ − y)', '--json']);
    expect(JSON.parse(out)).toMatchObject({ schema: 1, verdict: 'wrong', condition: null });
    const none = await matgrad([...ASKED, '--json']);
    expect(none.code).toBe(2);
    expect(none.err).toContain('error[no-claim]');
    expect(JSON.parse(none.out)).toMatchObject({ schema: 1, diagnostics: [{ code: 'no-claim' }] });
  });

  test('a seed reproduces it', async () => {
    const words = [...ASKED, '--claim', 'Xᵀ(Xθ − y)', '--seed', '7', '--points', '3'];
    const [first, second] = [await matgrad(words), await matgrad(words)];
    expect(second.out).toBe(first.out);
    expect(first.out).toContain('seed 7');
  });
});
