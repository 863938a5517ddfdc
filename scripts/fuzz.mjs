// `npm run fuzz -- COUNT SEED`: random texts, many of them; what was found is printed, and any contradiction fails.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [count = '1000', seed = '1'] = process.argv.slice(2);
if (!/^\d+$/.test(count) || !/^\d+$/.test(seed)) {
  process.stderr.write('usage: npm run fuzz -- COUNT SEED\n');
  process.exit(2);
}
const { status } = spawnSync('npx', ['vitest', 'run', 'packages/core/test/fuzz'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, FUZZ_COUNT: count, FUZZ_SEED: seed },
  stdio: 'inherit',
});
process.exit(status ?? 1);
