// `npm run bench:gpt`: bundles bench/gpt/main.ts, which says the rest, and runs it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'matgrad-bench-'));
try {
  const outfile = join(temporary, 'gpt.mjs');
  await build({
    entryPoints: [join(root, 'bench/gpt/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  });
  process.env.MATGRAD_ROOT = root;
  process.env.MATGRAD_BENCH = pathToFileURL(join(root, 'bench/gpt/main.ts')).href;
  await import(pathToFileURL(outfile).href);
} finally {
  rmSync(temporary, { recursive: true });
}
