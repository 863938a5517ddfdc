// `npm run bench`: how quick matgrad is and how much it weighs, beside peers measured in the same run. Takes less than a minute.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { coreSize } from '../scripts/size.mjs';
import { EXPRESSIONS } from './expressions.mjs';
import { exponent, median, milliseconds, table, timed } from './measure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (...lines) => process.stdout.write(`${lines.join('\n')}\n`);

/** Depths of the perceptrons. */
const LAYERS = [10, 100, 1000];

const temporary = mkdtempSync(join(tmpdir(), 'matgrad-bench-'));
try {
  const core = await measuredCore();
  say(`node ${process.version}, ${process.platform} ${process.arch}; medians`, '');
  derivations(core);
  command();
  networks(core);
  await size();
} finally {
  rmSync(temporary, { recursive: true });
}

/** The core with the rooms that are measured apart. */
async function measuredCore() {
  const outfile = join(temporary, 'core.mjs');
  await build({
    entryPoints: [join(root, 'bench/core.mjs')],
    outfile,
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    target: 'es2023',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

function derivations({ derive }) {
  const modes = [
    ['derived', { check: false, trick: false }, 15],
    ['and checked', { trick: false }, 7],
    ['with everything', {}, 5],
  ];
  const problems = EXPRESSIONS.map((e) => ({ expression: e.text, where: e.where, wrt: [e.wrt] }));
  for (const p of [...problems, ...problems]) derive(p);
  const times = problems.map((p) =>
    modes.map(([, options, n]) => timed(() => derive(p, options), n)),
  );
  const peer = sympyTimes();
  const ms = (x) => (x === null || x === undefined ? '–' : x.toFixed(x < 10 ? 2 : 0));
  const middle = modes.map((_, k) => median(times.map((t) => t[k])));
  say(
    table([
      ['ms for each expression', ...modes.map(([name]) => name), ...(peer ? ['SymPy'] : [])],
      ...EXPRESSIONS.map((e, k) => [
        e.name,
        ...times[k].map(ms),
        ...(peer ? [ms(peer[e.name])] : []),
      ]),
      ['median', ...middle.map(ms)],
      ['derivations per second', ...middle.map((x) => (1000 / x).toFixed(0))],
    ]),
    peer
      ? 'SymPy: the same as matrix expressions, derived only, its cache cleared before each; – where it cannot say or do it'
      : 'SymPy is not there: no peer for these times (python3 -m pip install sympy)',
    '',
  );
}

/** Milliseconds by name, or nothing where there is no SymPy. */
function sympyTimes() {
  const cases = EXPRESSIONS.filter((e) => e.sympy).map(({ name, sympy, by }) => ({
    name,
    sympy,
    by,
  }));
  const { status, stdout } = spawnSync('python3', [join(root, 'bench/sympy_times.py')], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return status === 0 ? JSON.parse(stdout) : undefined;
}

/** The command beside a Node that does nothing, in turns. */
function command() {
  const { text, where, wrt } = EXPRESSIONS[0];
  const matgrad = join(root, 'packages/cli/bin/matgrad.js');
  const runs = [
    ['node -e 0', ['-e', '0']],
    ['matgrad --version', [matgrad, '--version']],
    [
      'matgrad derive, linear regression',
      [matgrad, 'derive', text, '--where', where, '--wrt', wrt],
    ],
  ];
  const rounds = Array.from({ length: 12 }, () =>
    runs.map(([, args]) => milliseconds(() => execFileSync(process.execPath, args))),
  ).slice(1);
  say(
    table([
      ['the command', 'ms', '× node'],
      ...runs.map(([name], k) => [
        name,
        median(rounds.map((r) => r[k])).toFixed(0),
        median(rounds.map((r) => r[k] / r[0])).toFixed(2),
      ]),
    ]),
    '',
  );
}

function networks({ derive, elaborateProblem, parseInput, reverse, symbolsOf, unroll }) {
  const explicit = LAYERS.map((count) => {
    const input = {
      expression: `½ ‖Z${count} − Y‖²`,
      where: [
        'X, Y: m×n',
        ...Array.from({ length: count }, (_, l) => `W${l + 1}: n×n`),
        ...Array.from(
          { length: count },
          (_, l) => `Z${l + 1} = tanh(${l === 0 ? 'X' : `Z${l}`} W${l + 1})`,
        ),
      ].join('\n'),
      wrt: ['all'],
    };
    const runs = count < 1000 ? 5 : 3;
    return {
      whole: timed(() => derive(input, { check: false, trick: false }), runs),
      read: timed(() => elaborateProblem(parseInput(input)), runs),
    };
  });
  const family = elaborateProblem(
    parseInput({
      expression: '½ ‖Z[L] − Y‖²',
      where:
        'X: m×n; Y: m×n; W[l]: n×n for l = 1..L; Z[0] = X; Z[l] = tanh(Z[l-1] W[l]) for l = 1..L',
      wrt: ['W[l]'],
    }),
  );
  const unrolled = LAYERS.map((L) => {
    const forward = () => unroll(family.value.node, family.family, { L }).value;
    const backward = (value) => {
      const weights = symbolsOf([value]).filter((s) => s.name === 'W');
      if (weights.length !== L) throw new Error(`${weights.length} weights in ${L} layers`);
      return reverse(value, weights);
    };
    return timed(() => backward(forward()), L < 1000 ? 9 : 5);
  });
  const row = (name, times) => [
    name,
    ...times.map((t) => t.toFixed(1)),
    ((1000 * times.at(-1)) / LAYERS.at(-1)).toFixed(0),
    exponent(times.map((t, k) => [LAYERS[k], t])).toFixed(2),
  ];
  const ratios = explicit.map(({ whole, read }) => (whole / read).toFixed(1));
  say(
    table([
      ['perceptron: ms for', ...LAYERS.map((n) => `${n} layers`), 'µs a layer', 'exponent'],
      row(
        'typed out, read',
        explicit.map((t) => t.read),
      ),
      row(
        'typed out, read and all weights derived',
        explicit.map((t) => t.whole),
      ),
      ['  the same, × reading alone', ...ratios],
      row('family unrolled, reverse mode', unrolled),
    ]),
    '',
  );
}

async function size() {
  const { gzipped, minified, rooms } = await coreSize();
  const kB = (bytes) => (bytes / 1000).toFixed(1);
  say(
    table([
      ['the core, kB', 'minified', 'share'],
      ...rooms.map(([room, bytes]) => [
        room,
        kB(bytes),
        `${Math.round((100 * bytes) / minified)} %`,
      ]),
      ['all', kB(minified)],
      ['all, gzipped', kB(gzipped)],
    ]),
  );
}
