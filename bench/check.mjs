// `npm run bench:check`: bundles bench/check/main.ts, which says the rest, and runs it. `--peers` makes .venv-peers first, with the
// checkers of jax and scipy.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
if (process.argv.includes('--peers'))
  spawnSync(process.execPath, [join(root, 'tools/python-env.mjs'), 'peers'], { stdio: 'inherit' });
const temporary = mkdtempSync(join(tmpdir(), 'matgrad-bench-'));
try {
  const outfile = join(temporary, 'check.mjs');
  await build({
    entryPoints: [join(root, 'bench/check/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  });
  process.env.MATGRAD_ROOT = root;
  process.env.MATGRAD_BENCH = pathToFileURL(join(root, 'bench/check/main.ts')).href;
  await import(pathToFileURL(outfile).href);
} finally {
  rmSync(temporary, { recursive: true });
}
