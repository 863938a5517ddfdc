import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { transformSync } from 'esbuild';
import { toC } from '../../../src/emit/loops/c.ts';
import { type LoopModule, loopModule } from '../../../src/emit/loops/module.ts';
import { toJavaScript, toTypeScript } from '../../../src/emit/loops/script.ts';
import { type Dim, evalDim } from '../../../src/shape/dim.ts';
import { type Case, STANDINS, STANDINS_IN_C } from './cases.ts';

/** What an exported module gave for a case. */
export interface Ran {
  readonly value: readonly number[];
  readonly derivatives: readonly (readonly number[])[];
  /** The same from the function that gives both. */
  readonly both: readonly (readonly number[])[];
  /** Differences of the value along the directions of the case. */
  readonly slopes: readonly (readonly number[])[];
}

/** Steps of the differences, and their weights: central differences, extrapolated once. */
const STEP = 1e-3;
const STEPS = [STEP, -STEP, STEP / 2, -STEP / 2] as const;

function extrapolated([a, b, c, d]: readonly (readonly number[])[]): number[] {
  return (a ?? []).map((_, k) => {
    const at = (list: readonly number[] | undefined): number => list?.[k] ?? Number.NaN;
    const wide = (at(a) - at(b)) / (2 * STEP);
    const near = (at(c) - at(d)) / STEP;
    return (4 * near - wide) / 3;
  });
}

const root = fileURLToPath(new URL('../../../../..', import.meta.url));

/** The module of a case, made once. */
const modules = new WeakMap<Case, LoopModule>();
function moduleOf(c: Case): LoopModule {
  const made = modules.get(c) ?? loopModule(c.program);
  modules.set(c, made);
  return made;
}

/** Does something in a folder that is there for that alone. */
export async function inFolder<T>(f: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'matgrad-loops-'));
  try {
    return await f(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// ---------------------------------------------------------------- JavaScript and TypeScript

type Result = number | Float32Array | Float64Array;

export interface Script {
  readonly value: (...args: readonly unknown[]) => Result;
  readonly derivative: (...args: readonly unknown[]) => Result | readonly Result[];
  readonly valueAndDerivative: (...args: readonly unknown[]) => {
    readonly value: Result;
    readonly derivative: Result | readonly Result[];
  };
}

const numbers = (r: Result): number[] => (typeof r === 'number' ? [r] : [...r]);

const listOf = (r: Result | readonly Result[]): number[][] =>
  Array.isArray(r) ? r.map(numbers) : [numbers(r as Result)];

function runScript(script: Script, c: Case, single: boolean): Ran {
  const sizes = moduleOf(c).sizes.size > 0 ? [Object.fromEntries(sizesOf(c))] : [];
  const bring = (data: Float64Array): Float32Array | Float64Array =>
    single ? Float32Array.from(data) : Float64Array.from(data);
  const args = c.args.map((a) => (a.isNumber ? (a.data[0] ?? 0) : bring(a.data)));
  const before = structuredClone(args);
  const { functions } = moduleOf(c);
  const known = (f: 0 | 1 | 2): unknown[] =>
    functions[f]?.callables.map(({ name }) => STANDINS[name]?.js) ?? [];
  const value = numbers(script.value(...sizes, ...args, ...known(0)));
  const derivatives = listOf(script.derivative(...sizes, ...args, ...known(1)));
  const both = script.valueAndDerivative(...sizes, ...args, ...known(2));
  if (JSON.stringify(args) !== JSON.stringify(before)) throw new Error('arguments were written to');
  const slopes = single
    ? []
    : c.slopes.map(({ argument, along }) =>
        extrapolated(
          STEPS.map((h) => {
            const moved = args.map((a, k) => {
              if (k !== argument) return a;
              return typeof a === 'number'
                ? a + h * (along[0] ?? 0)
                : a.map((x, i) => x + h * (along[i] ?? 0));
            });
            return numbers(script.value(...sizes, ...moved, ...known(0)));
          }),
        ),
      );
  return { value, derivatives, both: [numbers(both.value), ...listOf(both.derivative)], slopes };
}

const sizesOf = (c: Case): [string, number][] =>
  [...moduleOf(c).sizes].map(([text, name]) => [name, c.sizes.get(text) ?? 1]);

/** The modules of some cases, ready to be run. */
export const scriptsOf = (cases: readonly Case[]): Promise<Script[]> =>
  inFolder(async (folder) => {
    const scripts: Script[] = [];
    for (const [k, c] of cases.entries()) {
      const file = join(folder, `m${k}.mjs`);
      writeFileSync(file, toJavaScript(c.program));
      scripts.push((await import(/* @vite-ignore */ pathToFileURL(file).href)) as Script);
    }
    return scripts;
  });

export const runScripts = (
  scripts: readonly Script[],
  cases: readonly Case[],
  single = false,
): Ran[] => scripts.map((s, k) => runScript(s, cases[k] as Case, single));

/** The cases whose TypeScript, its types taken away, is other code than their JavaScript. */
export const unlikeScripts = (cases: readonly Case[]): string[] => {
  const bare = (text: string, loader: 'ts' | 'js'): string =>
    transformSync(text, { loader, minifyWhitespace: true }).code;
  return cases.flatMap((c) =>
    bare(toTypeScript(c.program), 'ts') === bare(toJavaScript(c.program), 'js') ? [] : [c.name],
  );
};

/** What the compiler says of the TypeScript, all at once and strictly; nothing where it is content. */
export const typeErrors = (cases: readonly Case[]): Promise<string> =>
  inFolder((folder) => {
    for (const [k, c] of cases.entries())
      writeFileSync(join(folder, `m${k}.ts`), toTypeScript(c.program));
    const options = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      module: 'esnext',
      types: [],
      noUnusedLocals: true,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
    const { stdout, stderr } = spawnSync('npx', ['--no-install', 'tsc', '-p', folder], {
      cwd: root,
      encoding: 'utf8',
    });
    return stdout + stderr;
  });

// ---------------------------------------------------------------- C

/** Whether there is a compiler. In CI there has to be one. */
export function compiler(): string | undefined {
  for (const name of ['gcc', 'cc', 'clang'])
    if (spawnSync(name, ['--version']).status === 0) return name;
  if (process.env['CI']) throw new Error('no C compiler');
  process.stderr.write('no C compiler: exported C is not tested\n');
  return undefined;
}

const WARNINGS = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic', '-O0'];
/** What is undefined ends the program at once: that takes half the time to compile that a message takes. */
const SANITIZERS = ['-fsanitize=address,undefined', '-fsanitize-undefined-trap-on-error'];

const started = promisify(execFile);

const COMMON = `#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <tgmath.h>
#ifndef REAL
#define REAL double
#endif
static FILE *input;
static const double STEPS[] = {${STEPS.join(', ')}};
static REAL *array(long length)
{
  REAL *made = malloc(length * sizeof(REAL));
  if (!made && length) exit(4);
  return made;
}
static REAL *next_array(long length)
{
  REAL *made = array(length);
  for (long i = 0; i < length; i++) {
    double x;
    if (fread(&x, sizeof x, 1, input) != 1) exit(3);
    made[i] = x;
  }
  return made;
}
static void put(double x) { fwrite(&x, sizeof x, 1, stdout); }
static void put_array(REAL *a, long length)
{
  for (long i = 0; i < length; i++) put(a[i]);
  free(a);
}
`;

const FUNCTIONS = ['value', 'derivative', 'value_and_derivative'] as const;

/**
 * One file with all the modules, their functions under names of their own, and a `main` that runs them. Routines of the library that
 * stand in several modules, to the letter, stand there once.
 */
function wholeSource(cases: readonly Case[]): string {
  const seen = new Set<string>();
  const texts = cases.map((c, k) => {
    const own = toC(c.program).replaceAll(
      /\b(value|derivative|value_and_derivative)(_work)?\(/gu,
      (_, f: string, work = '') => `m${k}_${f}${work}(`,
    );
    const blocks = own.split('\n\n').filter((b) => {
      const isNew = !seen.has(b);
      seen.add(b);
      return isNew;
    });
    return [...blocks, runner(c, k)].join('\n\n');
  });
  const main = `int main(int count, char **names)
{
  if (count < 2 || !(input = fopen(names[1], "rb"))) return 2;
${cases.map((_, k) => `  run_${k}();`).join('\n')}
  return 0;
}`;
  return [COMMON, STANDINS_IN_C, ...texts, main].join('\n');
}

/** A function that reads arguments, calls the functions of a module, and writes what they give. */
function runner(c: Case, k: number): string {
  const module = moduleOf(c);
  const sizes = sizesOf(c).map(([, n]) => `${n}`);
  const lengthOf = (dims: readonly Dim[]): number =>
    dims.reduce((n, d) => n * evalDim(d, c.sizes), 1);
  const lines: string[] = [];
  const inputs = c.args.map(({ isNumber, data }, i) => {
    lines.push(`  REAL *a${i} = next_array(${data.length});`);
    return { array: `a${i}`, entry: isNumber ? `*a${i}` : `a${i}`, length: data.length };
  });
  const call = (f: 0 | 1 | 2): string => {
    const { outputs, callables } = module.functions[f] as (typeof module.functions)[number];
    const name = `m${k}_${FUNCTIONS[f]}`;
    const isReturned = outputs.some((o) => o.variable === null && o.shape.length === 0);
    const arrays = outputs
      .filter((o) => !(isReturned && o.variable === null))
      .map((o, n) => ({ name: `r${n}`, length: lengthOf(o.store.dims) }));
    const known = callables.map(({ name: n }) => STANDINS[n]?.c ?? n);
    const given = [...sizes, ...inputs.map((a) => a.entry), ...known];
    const args = [...given, ...arrays.map((r) => r.name), 'work'];
    const text = `${name}(${args.join(', ')})`;
    return [
      `  { REAL *work = array(${name}_work(${sizes.join(', ')}));`,
      ...arrays.map((r) => `  REAL *${r.name} = array(${r.length});`),
      isReturned ? `  put(${text});` : `  ${text};`,
      ...arrays.map((r) => `  put_array(${r.name}, ${r.length});`),
      '  free(work); }',
    ].join('\n');
  };
  lines.push(call(0), call(1), call(2));
  for (const { argument } of c.slopes) {
    const { array, length } = inputs[argument] as (typeof inputs)[number];
    lines.push(
      `  { REAL *along = next_array(${length}), *kept = a${argument};`,
      `  for (int s = 0; s < 4; s++) {`,
      `  ${array} = array(${length});`,
      `  for (int i = 0; i < ${length}; i++) ${array}[i] = kept[i] + STEPS[s] * along[i];`,
      call(0),
      `  free(${array}); }`,
      `  ${array} = kept; free(along); }`,
    );
  }
  lines.push(...inputs.map((a) => `  free(${a.array});`));
  return [`static void run_${k}(void)`, '{', ...lines, '}'].join('\n');
}

export const runC = (cases: readonly Case[], single = false): Promise<Ran[]> =>
  inFolder(async (folder) => {
    const cc = compiler();
    if (cc === undefined) throw new Error('no C compiler');
    const [source, program, data] = ['all.c', 'all', 'input'].map((f) => join(folder, f)) as [
      string,
      string,
      string,
    ];
    writeFileSync(source, wholeSource(cases));
    // what reaches too far reaches too far in either precision
    const flags = single ? ['-DREAL=float'] : SANITIZERS;
    await started(cc, [...WARNINGS, ...flags, '-o', program, source, '-lm']);
    const all = cases.flatMap((c) => [
      ...c.args.flatMap((a) => [...a.data]),
      ...c.slopes.flatMap((s) => [...s.along]),
    ]);
    writeFileSync(data, new Uint8Array(Float64Array.from(all).buffer));
    const { stdout: out } = await started(program, [data], { maxBuffer: 1e9, encoding: 'buffer' });
    const values = new Float64Array(
      out.buffer.slice(out.byteOffset, out.byteOffset + out.byteLength),
    );
    let at = 0;
    const take = (n: number): number[] => [...values.subarray(at, (at += n))];
    return cases.map((c): Ran => {
      const value = take(c.value.length);
      const derivatives = c.derivatives.map((d) => take(d.length));
      const both = [c.value, ...c.derivatives].map((d) => take(d.length));
      const slopes = c.slopes.map(() => extrapolated(STEPS.map(() => take(c.value.length))));
      // differences have no digits left in single precision
      return { value, derivatives, both, slopes: single ? [] : slopes };
    });
  });
