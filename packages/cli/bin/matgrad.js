#!/usr/bin/env node
// A committed shim: npm links commands at install time, before anything has been built.
import { existsSync } from 'node:fs';
import module from 'node:module';

const main = new URL('../dist/main.js', import.meta.url);

if (existsSync(main)) {
  module.enableCompileCache?.(); // Node 22.8 and newer
  await import(main.href);
} else {
  process.stderr.write('matgrad: not built yet; run `npm run build` first\n');
  process.exitCode = 2;
}
