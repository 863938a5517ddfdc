import { expect, test } from 'vitest';
import { python } from '../../../../test/support/python.ts';
import { run, summary } from './run.ts';

/** `npm run fuzz -- COUNT SEED` asks for more, and prints what it found. */
const asked = process.env['FUZZ_COUNT'];
const count = Number(asked ?? 50);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

test(
  'random texts are read, derived, checked, printed and exported without a contradiction',
  async () => {
    const found = await run(count, seed);
    if (asked !== undefined) process.stdout.write(summary(found));
    expect(found.complaints.join('\n')).toBe('');
    expect(found.inconclusive.length).toBeLessThanOrEqual(1 + count / 20);
    expect(found.compared).toBeGreaterThan(python() ? 4 * count : -1);
  },
  60_000 + 2000 * count,
);
