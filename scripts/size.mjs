// Prints what the core weighs in a page: bundled, minified, gzipped, in bytes.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const { outputFiles } = await build({
  entryPoints: [join(root, 'packages/core/src/index.ts')],
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  write: false,
  logLevel: 'warning',
});
process.stdout.write(`${gzipSync(outputFiles[0].contents, { level: 9 }).length}\n`);
