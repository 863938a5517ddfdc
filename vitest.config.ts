import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountReporter } from './tools/count-reporter.ts';

const sourceOf = (name: string): string =>
  fileURLToPath(new URL(`packages/core/src/${name}.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^matgrad$/, replacement: sourceOf('index') },
      { find: /^matgrad\/check$/, replacement: sourceOf('check') },
    ],
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // a machine that does other things as well is many times slower
    testTimeout: 60_000,
    reporters: ['default', new CountReporter()],
  },
});
