// Makes `.venv`, in which the tests run the Python that matgrad writes, from python/requirements.txt.
//
// Quick when nothing changed. Where Python or its packages are not to be had, says so in one line and lets the
// tests go on without; under CI that is a failure, so that a skipped check never passes for a green one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// another environment by its name: `node tools/python-env.mjs neighbours`
const suffix = process.argv[2] === undefined ? '' : `-${process.argv[2]}`;
const requirements = join(root, `python/requirements${suffix}.txt`);
const venv = join(root, `.venv${suffix}`);
const python = join(venv, 'bin/python');
const stamp = join(venv, 'requirements.sha256');
const minutes = 60_000;

const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
if (!upToDate()) {
  const problem = make();
  if (problem === undefined) {
    writeFileSync(stamp, wanted);
  } else {
    rmSync(venv, { recursive: true, force: true });
    const lost = suffix === '' ? 'PYTHON TESTS WILL BE SKIPPED' : 'not to be had here';
    process.stderr.write(`${lost}: ${problem}\n`);
    if (process.env.CI || suffix !== '') process.exitCode = 1;
  }
}

function upToDate() {
  return existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

/** What went wrong, if anything did. */
function make() {
  const base = ['python3', 'python'].find((name) => run(name, ['--version']).ok);
  if (base === undefined) return 'no python3 on this machine';

  const install = ['install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  // Some distributions ship Python without ensurepip: then another pip fills the environment.
  const ways = [
    [
      [base, ['-m', 'venv', venv]],
      [python, ['-m', 'pip', ...install]],
    ],
    [
      [base, ['-m', 'venv', '--without-pip', venv]],
      [base, ['-m', 'pip', '--python', python, ...install]],
    ],
    [
      ['virtualenv', ['--quiet', venv]],
      [python, ['-m', 'pip', ...install]],
    ],
  ];
  let problem;
  for (const [create, fill] of ways) {
    rmSync(venv, { recursive: true, force: true });
    const created = run(...create);
    if (!created.ok) {
      problem ??= `no virtual environment: ${created.said}`;
      continue;
    }
    const filled = run(...fill);
    if (filled.ok) return undefined;
    problem = `the packages of ${requirements} were not installed: ${filled.said}`;
    if (!/no module named pip/i.test(filled.said)) return problem; // another way would ask the same index
  }
  return problem;
}

function run(command, args) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 10 * minutes,
  });
  const lines = `${stdout ?? ''}\n${stderr ?? ''}`.trim().split('\n');
  const said = lines.findLast((line) => /error|no module/i.test(line)) ?? lines.at(-1) ?? '';
  return { ok: status === 0, said: (error?.message ?? said.trim()) || `${command} failed` };
}
