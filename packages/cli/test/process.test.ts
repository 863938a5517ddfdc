import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { absolute } from '../../../test/support/files.ts';

/** The command as a process, made from the sources as they are. */
let folder = '';
let command = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'matgrad-'));
  command = join(folder, 'main.mjs');
  await build({
    entryPoints: [absolute('packages/cli/src/main.ts')],
    outfile: command,
    alias: {
      matgrad: absolute('packages/core/src/index.ts'),
      'matgrad/check': absolute('packages/core/src/check.ts'),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import{createRequire as __c}from'node:module';const require=__c(import.meta.url);",
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const shell = (line: string, input = '') =>
  spawnSync('bash', ['--norc', '-c', `set -o pipefail; ${line}`], {
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], matgrad: `${process.execPath} ${command}` },
  });

describe('the process', () => {
  test('prints an answer and exits 0', () => {
    const { status, stdout, stderr } = shell("$matgrad derive 'xᵀx' --no-check");
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('∂J/∂x = 2x');
  });

  test('reads standard input', () => {
    const { status, stdout } = shell('$matgrad derive -', 'x: n\nJ = xᵀx\n');
    expect(status).toBe(0);
    expect(stdout).toContain('checked');
  });

  test('reads what a process substitutes for a file', () => {
    const { status, stdout } = shell("$matgrad derive <(echo 'x: n; J = xᵀx')");
    expect(status).toBe(0);
    expect(stdout).toContain('∂J/∂x = 2x');
  });

  test('exits 2 for bad input, with nothing on standard output', () => {
    const { status, stdout, stderr } = shell("$matgrad derive 'X +'");
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('error');
  });

  test('is quiet when its reader stops reading', () => {
    const { status, stderr } = shell(
      '$matgrad functions | true; $matgrad functions | head -n 1 >&2',
    );
    expect(stderr).toMatch(/^exp\(x\).*\n$/);
    expect(status).toBe(0);
  });

  test('says so when nothing can be written', () => {
    const { status, stderr } = shell('$matgrad functions > /dev/full');
    expect(stderr).toBe('matgrad: standard output cannot be written (ENOSPC)\n');
    expect(status).toBe(2);
  });
});
