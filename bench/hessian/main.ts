import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportCode, MatgradError } from '../../packages/core/src/index.ts';
import { CASES } from './cases.ts';

/**
 * Hessians of the exported NumPy and JAX code beside `jax.hessian` (compiled) and `torch.func.hessian`: the same data, one process,
 * every result held against that of `jax.hessian`. The interpreter is MATGRAD_PEERS, else `.venv-peers`, which `npm run bench:hessian` makes from `python/requirements-peers.txt`.
 */
const root = process.env['MATGRAD_ROOT'] ?? '';
const script = fileURLToPath(new URL('run.py', process.env['MATGRAD_BENCH'] ?? import.meta.url));
const python = process.env['MATGRAD_PEERS'] ?? join(root, '.venv-peers/bin/python');

if (!existsSync(python)) {
  process.stderr.write(
    `no ${python}: run \`npm run peers\`, or name an interpreter with jax and torch in MATGRAD_PEERS\n`,
  );
  process.exitCode = 1;
} else {
  const folder = mkdtempSync(join(tmpdir(), 'matgrad-hessian-'));
  try {
    for (const { name, input } of CASES)
      for (const target of ['numpy', 'jax'] as const)
        writeFileSync(
          join(folder, `${name}_${target}.py`),
          exportCode(input, target, { order: 2 }),
        );
    const titles = JSON.stringify(Object.fromEntries(CASES.map((c) => [c.name, c.title])));
    const { status } = spawnSync(python, [script, folder, titles], { stdio: 'inherit' });
    process.exitCode = status ?? 1;
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
