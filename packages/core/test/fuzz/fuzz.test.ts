import { expect, test } from 'vitest';
import { python } from '../../../../test/support/python.ts';
import { codeOf } from '../../src/emit/targets.ts';
import { problemOf } from '../support/ask.ts';
import { type Case, runCases } from './driver.ts';
import { run, summary } from './run.ts';
import { runWide } from './wide-run.ts';

/** `npm run fuzz -- COUNT SEED` asks for more, and prints what it found. */
const asked = process.env['FUZZ_COUNT'];
const count = Number(asked ?? 30);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

test(
  'random texts are read, derived, checked, printed and exported without a contradiction',
  async () => {
    const found = await run(count, seed, asked === undefined ? 3 : 1);
    if (asked !== undefined) process.stdout.write(summary(found));
    expect(found.complaints.join('\n')).toBe('');
    expect(found.inconclusive.length).toBeLessThanOrEqual(1 + count / 20);
    expect(found.compared).toBeGreaterThan(python() ? 4 * count : -1);
  },
  60_000 + 2000 * count,
);

test(
  'random texts with every function, tensors and facts too',
  async () => {
    const found = await runWide(count, seed, asked === undefined ? 6 : 3);
    const { complaints, inconclusive, slow, texts, ran } = found;
    if (asked !== undefined)
      process.stdout.write(
        [...inconclusive, ...slow, ...complaints, `${texts} texts, ${ran} run in Python`, ''].join(
          '\n',
        ),
      );
    expect(complaints.join('\n')).toBe('');
    expect(inconclusive.length).toBeLessThanOrEqual(1 + count / 20);
    expect(ran).toBeGreaterThan(python() ? 0.8 * count : -1);
  },
  60_000 + 4000 * count,
);

test.skipIf(!python())('a wrong reading and a wrong derivative are complained of', async () => {
  const right: Case = {
    seed: 1,
    module: codeOf('numpy', problemOf('xᵀA y', 'A: n×n; x: n; y: n')),
    formula: 'v["x"].T @ v["A"] @ v["y"]',
    variables: ['A', 'x', 'y'].map((name) => ({
      name,
      rows: 'n',
      cols: name === 'A' ? 'n' : '1',
      property: null,
    })),
    wanted: ['A', 'x', 'y'],
    sizes: [{ n: 3 }],
  };
  const transposed = { ...right, formula: 'v["x"].T @ v["A"].T @ v["y"]' };
  const swapped = { ...right, wanted: ['A', 'y', 'x'] };
  const [first, second, third] = await runCases([right, transposed, swapped]);
  expect(first).toEqual({ complaints: [], compared: 6, unclear: 0 });
  expect(second?.complaints.join()).toMatch(/^value .* instead of /u);
  expect(third?.complaints.join()).toMatch(/^derivative by y gives .* instead of /u);
});
