// `npm run bench:hessian`: bundles bench/hessian/main.ts, which says the rest, and runs it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
// a file that is up to date makes nothing anew
if (!process.env.MATGRAD_PEERS)
  spawnSync(process.execPath, [join(root, 'tools/python-env.mjs'), 'peers'], { stdio: 'inherit' });
const temporary = mkdtempSync(join(tmpdir(), 'matgrad-bench-'));
try {
  const outfile = join(temporary, 'hessian.mjs');
  await build({
    entryPoints: [join(root, 'bench/hessian/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  });
  process.env.MATGRAD_ROOT = root;
  process.env.MATGRAD_BENCH = pathToFileURL(join(root, 'bench/hessian/main.ts')).href;
  await import(pathToFileURL(outfile).href);
} finally {
  rmSync(temporary, { recursive: true });
}
