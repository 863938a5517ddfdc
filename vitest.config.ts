import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountReporter } from './tools/count-reporter.ts';

export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^matgrad$/,
        replacement: fileURLToPath(new URL('packages/core/src/index.ts', import.meta.url)),
      },
    ],
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // a machine that does other things as well is many times slower
    testTimeout: 60_000,
    reporters: ['default', new CountReporter()],
  },
});
