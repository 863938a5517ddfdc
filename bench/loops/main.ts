/**
 * The gradients of exported C and JavaScript beside those of exported NumPy, one thread each: the best of many calls, and how much
 * longer NumPy takes. Products of large matrices are NumPy's: it has a BLAS for them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { elaborateProblem } from '../../packages/core/src/elaborate/elaborate.ts';
import { loopModule } from '../../packages/core/src/emit/loops/module.ts';
import { programOf } from '../../packages/core/src/emit/program/request.ts';
import { codeOf } from '../../packages/core/src/emit/targets.ts';
import { evalDim } from '../../packages/core/src/shape/dim.ts';
import { parseInput } from '../../packages/core/src/syntax/parse.ts';
import { table } from '../measure.mjs';

const PROBLEMS: readonly (readonly [
  expression: string,
  where: string,
  wrt: string,
  sizes: Record<string, number>,
])[] = [
  ['1/(2m) ‖Xθ − y‖²', 'X: m×n; y: m; θ: n', 'θ', { m: 100, n: 10 }],
  ['1/(2m) ‖Xθ − y‖²', 'X: m×n; y: m; θ: n', 'θ', { m: 2000, n: 500 }],
  ['sum(softplus(X w)) − yᵀX w', 'X: m×n; y: m; w: n', 'w', { m: 1000, n: 100 }],
  [
    'softmax_cross_entropy(X W, Y)',
    'X: m×n; W: n×k; Y: m×k simplex',
    'W',
    { m: 200, n: 50, k: 10 },
  ],
  [
    'sum((tanh(X U) V − Y).^2)',
    'X: m×n; U: n×h; V: h×k; Y: m×k',
    'U,V',
    { m: 32, n: 20, h: 30, k: 5 },
  ],
  [
    'sum((tanh(X U) V − Y).^2)',
    'X: m×n; U: n×h; V: h×k; Y: m×k',
    'U,V',
    { m: 256, n: 256, h: 256, k: 256 },
  ],
  ['tr(Aᵀ layernorm(X))', 'X: m×n; A: m×n', 'X', { m: 200, n: 200 }],
  ['logsumexp(A x)', 'A: m×n; x: n', 'x', { m: 20, n: 20 }],
  ['xᵀ A⁻¹ x + logdet(A)', 'A: n×n posdef; x: n', 'A', { n: 50 }],
];

const folder = mkdtempSync(join(tmpdir(), 'matgrad-loops-'));
/** Seconds of the processor: in all, and of a batch of calls. */
const SECONDS = 1;
const BATCH = 0.02;
/** The compiler may add up in another order, as NumPy does. */
const FLAGS = [
  '-std=c99',
  '-O3',
  '-march=native',
  '-fassociative-math',
  '-fno-signed-zeros',
  '-fno-trapping-math',
];

interface Row {
  readonly name: string;
  readonly c: number;
  readonly js: number;
  readonly numpy: number;
}

/** A number for each place, the same in every language. */
const drawn = (k: number): number => ((k * 7919 + 13) % 1009) / 1009 - 0.5;

async function measured([expression, where, wrt, sizes]: (typeof PROBLEMS)[number]): Promise<Row> {
  const problem = elaborateProblem(parseInput({ expression, where, wrt: wrt.split(',') }));
  const program = programOf(problem);
  if (program.kind !== 'formula') throw new Error('a family');
  const module = loopModule(program);
  const given = new Map(Object.entries(sizes));
  const names = [...module.sizes].map(([text, name]) => [name, given.get(text) ?? 1] as const);
  const arrays = module.arguments.map(({ name, symbol }) => ({
    name,
    dims: symbol.axes.map((d) => evalDim(d, given)),
    posdef: symbol.properties.includes('posdef'),
  }));
  const length = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
  const outputs = program.derivatives.map((d) => length(d.shape.map((s) => evalDim(s, given))));
  const text = `${expression}, ${Object.entries(sizes)
    .map(([n, v]) => `${n}=${v}`)
    .join(' ')}`;

  // C
  const args = [
    ...names.map(([, n]) => `${n}`),
    ...arrays.map((a) => a.name),
    ...outputs.map((_, k) => `r${k}`),
    'work',
  ];
  const call = `derivative(${args.join(', ')})`;
  writeFileSync(
    join(folder, 'm.c'),
    `#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
${codeOf('c', problem)}
static double now(void) { struct timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return t.tv_sec + 1e-9 * t.tv_nsec; }
int main(void) {
${arrays
  .map(
    (a) => `  double *${a.name} = malloc(${length(a.dims)} * sizeof(double));
  for (long k = 0; k < ${length(a.dims)}; k++) ${a.name}[k] = ((k * 7919 + 13) % 1009) / 1009.0 - 0.5${a.posdef ? ` + (k % ${(a.dims[0] ?? 1) + 1} == 0 ? ${length(a.dims)} : 0)` : ''};`,
  )
  .join('\n')}
${outputs.map((n, k) => `  double *r${k} = malloc(${n} * sizeof(double));`).join('\n')}
  double *work = malloc((derivative_work(${names.map(([, n]) => n).join(', ')}) + 1) * sizeof(double));
  double best = 1e9, end = now() + ${SECONDS};
  for (long count = 1; now() < end;) {
    double begin = now();
    for (long k = 0; k < count; k++) ${call};
    double t = now() - begin;
    if (t < ${BATCH}) count *= 2;
    else if (t / count < best) best = t / count;
  }
  printf("%.9g\\n", best);
  return r0[0] == 12345.6;
}
`,
  );
  execFileSync('cc', [...FLAGS, '-o', join(folder, 'm'), join(folder, 'm.c'), '-lm']);
  const c = Number(execFileSync(join(folder, 'm'), { encoding: 'utf8' }));

  // JavaScript
  const file = join(folder, `m${Math.random()}.mjs`);
  writeFileSync(file, codeOf('javascript', problem));
  const script = (await import(pathToFileURL(file).href)) as {
    derivative: (...a: unknown[]) => unknown;
  };
  const values = arrays.map((a) => {
    const data = Float64Array.from(
      { length: length(a.dims) },
      (_, k) => drawn(k) + (a.posdef && k % ((a.dims[0] ?? 1) + 1) === 0 ? length(a.dims) : 0),
    );
    return a.dims.length === 0 ? data[0] : data;
  });
  let js = Number.POSITIVE_INFINITY;
  const now = (): number => process.cpuUsage().user / 1e6;
  for (let count = 1, end = now() + SECONDS; now() < end; ) {
    const begin = now();
    for (let k = 0; k < count; k++) script.derivative(Object.fromEntries(names), ...values);
    const t = now() - begin;
    if (t < BATCH) count *= 2;
    else js = Math.min(js, t / count);
  }

  // NumPy
  writeFileSync(
    join(folder, 'run.py'),
    `${codeOf('numpy', problem)}
import time
def drawn(dims, posdef):
    k = np.arange(int(np.prod(dims)))
    x = ((k * 7919 + 13) % 1009) / 1009 - 0.5
    return x.reshape(dims) + (len(k) * np.eye(dims[0]) if posdef else 0)
args = [${arrays.map((a) => `drawn((${a.dims.map((d) => `${d},`).join(' ')}), ${a.posdef ? 'True' : 'False'})`).join(', ')}]
best, count, end = 1e9, 1, time.process_time() + ${SECONDS}
while time.process_time() < end:
    begin = time.process_time()
    for _ in range(count):
        derivative(*args)
    t = time.process_time() - begin
    if t < ${BATCH}:
        count *= 2
    else:
        best = min(best, t / count)
print(best)
`,
  );
  const python = join(process.env['MATGRAD_ROOT'] ?? '.', '.venv/bin/python');
  const env = {
    ...process.env,
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
    MKL_NUM_THREADS: '1',
  };
  const numpy = Number(execFileSync(python, [join(folder, 'run.py')], { encoding: 'utf8', env }));
  return { name: text, c, js, numpy };
}

try {
  const rows: Row[] = [];
  for (const p of PROBLEMS) rows.push(await measured(p));
  const us = (s: number): string => `${(1e6 * s).toPrecision(3)}`;
  const times = (a: number, b: number): string => `${(a / b).toPrecision(2)}×`;
  process.stdout.write(
    `${table([
      ['gradient, µs', 'C', 'JavaScript', 'NumPy', 'NumPy/C', 'NumPy/JS'],
      ...rows.map((r) => [
        r.name,
        us(r.c),
        us(r.js),
        us(r.numpy),
        times(r.numpy, r.c),
        times(r.numpy, r.js),
      ]),
    ])}\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
