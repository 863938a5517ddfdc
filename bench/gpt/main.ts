import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportCode } from '../../packages/core/src/index.ts';

/**
 * A step of training of the language model of examples/gpt.mg: `value_and_derivative` as exported, beside the same model in the
 * frameworks' own layers and their own differentiation, both compiled. One thread; processor time, since a machine that does other
 * things as well spoils any clock; the best of rounds in turn.
 */
const root = process.env['MATGRAD_ROOT'] ?? '';
const python = process.env['MATGRAD_PYTHON'] ?? join(root, '.venv/bin/python');
const folder = mkdtempSync(join(tmpdir(), 'matgrad-gpt-'));
const text = readFileSync(join(root, 'examples/gpt.mg'), 'utf8');
const lines = text.split('\n').filter((l) => /^[^#]/u.test(l)).length;
try {
  for (const target of ['torch', 'jax'] as const) {
    const start = process.cpuUsage();
    const code = exportCode({ file: { name: 'gpt.mg', text } }, target);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    process.stdout.write(
      `${target}: ${lines} lines derived and written as ${code.split('\n').length} in ${seconds.toFixed(1)} s of processor time\n`,
    );
    const path = join(folder, `gpt_${target}.py`);
    writeFileSync(path, code);
    const script = fileURLToPath(
      new URL(`${target}_step.py`, process.env['MATGRAD_BENCH'] ?? import.meta.url),
    );
    const { status, error } = spawnSync(python, [script, path], { stdio: 'inherit' });
    if (error) process.stderr.write(`${error.message}: run \`npm run python\` first\n`);
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
