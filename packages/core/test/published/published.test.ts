import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { python } from '../../../../test/support/python.ts';
import { type Identity, judge } from './judge.ts';

/**
 * Derivatives as they were published: the Matrix Cookbook by its equation numbers, course notes, forum questions, papers. The numbers
 * of the exported code are held against the published formula, and the printed one against its length. A part of them, all with
 * `npm run published`.
 */
const read = (name: string): Identity[] =>
  JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Identity[];

const ALL = process.env['PUBLISHED'] === 'all';
const identities = [...read('./identities.json'), ...read('./more-identities.json')].filter(
  (_, k) => ALL || k % 4 === 1,
);

/** By a symmetric variable the second derivative is taken among symmetric matrices, the published one for free entries. */
const OTHER_CONVENTION: ReadonlySet<string> = new Set(['GA4']);

describe.skipIf(!python())('published derivatives', () => {
  test('have the published values, and are printed no longer', async () => {
    const judged = (await judge(identities)).filter((j) => !OTHER_CONVENTION.has(j.id));
    const wrong = judged.filter((j) => j.complaint !== null);
    expect(wrong.map((j) => `${j.id}: ${j.complaint}, printed ${j.printed}`)).toEqual([]);
    const long = judged.filter((j) => j.excess > 0);
    if (ALL)
      for (const j of long)
        process.stdout.write(`${j.id} +${j.excess}: ${j.printed}\n    published ${j.published}\n`);
    expect(long.length / judged.length).toBeLessThan(0.1);
    expect(judged.filter((j) => j.form === 'matrix').length / judged.length).toBeGreaterThan(0.95);
  }, 120_000);
});
