// Builds the core (JavaScript and declarations, file by file) and the command (minified, in few files: each command loads what it needs).
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const core = join(root, 'packages/core');
const cli = join(root, 'packages/cli');

const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
const tsc = join(dirname(typescript), 'bin/tsc');

rmSync(join(core, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', join(core, 'tsconfig.build.json')], {
  stdio: 'inherit',
});

rmSync(join(cli, 'dist'), { recursive: true, force: true });
await build({
  entryPoints: [join(cli, 'src/main.ts')],
  outdir: join(cli, 'dist'),
  bundle: true,
  splitting: true,
  chunkNames: '[name]-[hash]',
  minify: true,
  keepNames: false,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  logLevel: 'warning',
  // Bundled CommonJS parts still ask for Node's modules by `require`.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
});
