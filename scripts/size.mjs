// Prints what the core weighs in a page: bundled, minified, gzipped, in bytes.
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'packages/core/src');

/** Bytes of the minified core, gzipped and not, and of each room in it, the largest first. */
export async function coreSize() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(source, 'index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    write: false,
    metafile: true,
    outfile: 'core.js',
    logLevel: 'warning',
  });
  const { inputs } = Object.values(metafile.outputs)[0];
  const rooms = new Map();
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const [room] = relative(source, join(root, file)).split(sep);
    rooms.set(room, (rooms.get(room) ?? 0) + bytesInOutput);
  }
  const { contents } = outputFiles[0];
  return {
    gzipped: gzipSync(contents, { level: 9 }).length,
    minified: contents.length,
    rooms: [...rooms].sort((a, b) => b[1] - a[1]),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(`${(await coreSize()).gzipped}\n`);
