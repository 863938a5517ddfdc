import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { absolute, filesBelow } from '../support/files.ts';
import { python } from '../support/python.ts';
import { bringUpToDate, fits, outputOf, transcriptsOf } from './transcripts.ts';

/** `UPDATE_TRANSCRIPTS=1 npx vitest run test/docs` writes what the commands print into the documents. */
const update = Boolean(process.env['UPDATE_TRANSCRIPTS']);

const documents = ['README.md', ...filesBelow('docs').filter((path) => path.endsWith('.md'))];
const read = (path: string): string => readFileSync(absolute(path), 'utf8');
if (update) for (const path of documents) await bringUpToDate(path);
const withTranscripts = documents.filter((path) => transcriptsOf(read(path)).length > 0);

test('the documents have transcripts', () => {
  expect(withTranscripts).toContain('README.md');
  expect(withTranscripts).toContain('docs/language.md');
});

describe.each(withTranscripts)('%s', (path) => {
  const runnable = transcriptsOf(read(path)).filter(
    ({ command }) => python() || !command.includes('--python'),
  );
  test.each(runnable)('$command', async ({ command, expected }) => {
    const text = await outputOf(command);
    // Where it fits, only the lines that were left out may differ.
    expect(fits(expected, text) ? expected : text).toBe(expected);
  });
});

describe('transcripts themselves', () => {
  test('are found with their commands and lines', () => {
    const text =
      "a\n```console\n$ matgrad x \\\n    'y z'\none\n$ cat f\n```\nb\n```console\n$ cat g\ntwo\n```\n";
    expect(transcriptsOf(text).map(({ command, expected }) => [command, expected])).toEqual([
      ["matgrad x 'y z'", 'one\n'],
      ['cat f', ''],
      ['cat g', 'two\n'],
    ]);
  });

  test('may leave lines out', () => {
    expect(fits('a\n…\nd\n', 'a\nb\nc\nd\n')).toBe(true);
    expect(fits('…\n', '')).toBe(true);
    expect(fits('a\n…\nd\n', 'a\nb\nc\n')).toBe(false);
    expect(fits('a.c\n', 'abc\n')).toBe(false);
    expect(fits('error 4.9e-15, seed 1\n', 'error 2.1e-14, seed 1\n')).toBe(true);
    expect(fits('error 4.9e-15, seed 1\n', 'error 4.9e+15, seed 1\n')).toBe(false);
  });

  test('run nothing but the few commands that they know', async () => {
    await expect(outputOf('rm x')).rejects.toThrow('cannot run');
    await expect(outputOf('matgrad $(ls)')).rejects.toThrow('cannot read');
    expect(await outputOf("echo 'xᵀx' | matgrad derive - --no-check --no-trick")).toContain('= 2x');
  });
});
