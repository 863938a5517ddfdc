import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { absolute, filesBelow } from '../support/files.ts';
import { outputOf } from './transcripts.ts';

const examples = filesBelow('examples').filter((path) => path.endsWith('.mg'));

test('the examples are there', () => {
  expect(examples).toContain('examples/linear-regression.mg');
  expect(examples).toContain('examples/perceptron.mg');
});

test.each(examples)('%s is derived, and passes its check', async (path) => {
  const report = JSON.parse(await outputOf(`matgrad derive ${path} --json`)) as {
    readonly results: readonly { readonly check: { readonly verdict: string } | null }[];
  };
  expect(report.results.length).toBeGreaterThan(0);
  for (const { check } of report.results) expect(check?.verdict).toBe('passed');
});

/** Blocks marked `ts` that use the library. A comment `// → TEXT` says what its line prints. */
const blocks = ['README.md', ...filesBelow('docs')].flatMap((path) =>
  [...readFileSync(absolute(path), 'utf8').matchAll(/^```ts\n(.*?)^```$/gmsu)]
    .map((m) => m[1] ?? '')
    .filter((code) => /from 'matgrad(\/check)?'/u.test(code))
    .map((code) => ({ path, code })),
);

describe('the library as the documents use it', () => {
  test('is used', () => {
    expect(blocks.map((b) => b.path)).toContain('README.md');
  });

  test.each(blocks)('in $path', async ({ code }) => {
    const { outputFiles } = await build({
      stdin: { contents: code, loader: 'ts', resolveDir: absolute('') },
      alias: {
        matgrad: absolute('packages/core/src/index.ts'),
        'matgrad/check': absolute('packages/core/src/check.ts'),
      },
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      write: false,
    });
    const input = outputFiles[0]?.text ?? '';
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
      input,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const promised = [...code.matchAll(/\/\/ → (.*)$/gmu)].map((m) => m[1]);
    expect(promised.length).toBeGreaterThan(0);
    const printed = stdout.split('\n').filter((line) => promised.includes(line));
    expect(printed).toEqual(promised);
  });
});
