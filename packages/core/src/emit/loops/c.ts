import type { FormulaProgram } from '../program/request.ts';
import { bodyOf, type Dialect } from './body.ts';
import { dimText } from './dims.ts';
import { argumentLines, commentOf, headingOf, safe } from './doc.ts';
import {
  type Callable,
  type LoopFunction,
  type LoopModule,
  loopModule,
  shapeText,
} from './module.ts';
import { routinesFor } from './translate.ts';

const real = (n: number): string => {
  const text = `${n}`;
  return `(REAL)${/^\d+$/u.test(text) ? `${text}.0` : text}`;
};

const DIALECT: Dialect = {
  spelled: (node) => node.op.spelling.c,
  whole: (n) => `${n}`,
  real,
  cast: (text) => `(REAL)${text}`,
  constants: { pi: '(REAL)3.14159265358979323846', inf: '(REAL)INFINITY' },
  root: 'sqrt',
  power: 'pow',
  equals: '==',
  constant: (name, text) => `const REAL ${name} = ${text};`,
  variable: (name, text) => `REAL ${name} = ${text};`,
  loop: (i, n) => `for (ptrdiff_t ${i} = 0; ${i} < ${n}; ${i}++)`,
  comment: (text) => `/* ${safe(text)} */`,
  array: (name, _length, start) => `REAL *const ${name} = ${start};`,
  alias: (name, of) => `REAL *const ${name} = ${of};`,
  list: (arrays) => `(const REAL *const[]){${arrays.join(', ')}}`,
  wholes: (numbers) => `(const ptrdiff_t[]){${numbers.join(', ')}}`,
};

const NAMES = { value: 'value', derivative: 'derivative', both: 'value_and_derivative' } as const;

/**
 * The text of a C99 file with `value`, `derivative` and `value_and_derivative`. Nothing is allocated: the caller passes the results
 * and room to work in, as much as `value_work` … say. `REAL` is `double` unless defined otherwise.
 */
export function toC(program: FormulaProgram): string {
  const module = loopModule(program);
  const functions = module.functions.map((fn) => defined(module, fn));
  const head = commentOf(
    [
      program.title,
      '',
      'Arrays lie row by row; a result has the shape of the value followed by that of the variable.',
      'Nothing is allocated: work points to as many numbers as the function with _work tells.',
      'Compile with -DREAL=float for single precision.',
    ],
    '/*',
  );
  const includes = ['float.h', 'stddef.h', 'tgmath.h'].map((h) => `#include <${h}>`);
  const blocks = [
    ...routinesFor(functions.map((f) => f.code).join('\n'), 'c'),
    ...functions.map((f) => f.text),
  ];
  return `${[...head, ...includes, '', '#ifndef REAL', '#define REAL double', '#endif'].join('\n')}\n\n${blocks.join('\n\n')}\n`;
}

function defined(module: LoopModule, fn: LoopFunction): { text: string; code: string } {
  const { lines, results, room } = bodyOf(module, fn, DIALECT);
  const name = NAMES[fn.kind];
  const sizes = [...module.sizes.values()];
  const size = (atom: string): string => module.sizes.get(atom) ?? '';
  const returned = fn.outputs.findIndex((o) => o.variable === null && o.shape.length === 0);
  const pointers = fn.outputs.flatMap((o, k) => (k === returned ? [] : [o]));
  const isScalar = (k: number): boolean => fn.outputs[k]?.store.kind === 'number';
  const ending = fn.outputs.flatMap((o, k) =>
    k !== returned && isScalar(k) ? [`*${o.name} = ${results[k]};`] : [],
  );
  if (returned >= 0) ending.push(`return ${results[returned]};`);
  const code = [...lines, ...ending];
  const used = wordsOf(code.filter((l) => !l.startsWith('/*')).join('\n'));
  const parameters = [
    ...sizes.map((s) => [s, `ptrdiff_t ${s}`] as const),
    ...module.arguments.map(({ symbol, name: n }) => {
      const type = symbol.axes.length === 0 ? `REAL ${n}` : `const REAL *restrict ${n}`;
      return [n, type] as const;
    }),
    ...fn.callables.map((c) => [c.name, pointerTo(c)] as const),
    ...pointers.map((o) => [o.name, `REAL *restrict ${o.name}`] as const),
    ['work', 'REAL *restrict work'] as const,
  ];
  const unused = parameters.filter(([n]) => !used.has(n)).map(([n]) => `(void)${n};`);
  const about = [
    ...headingOf(module, fn),
    '',
    ...argumentLines(module),
    ...fn.callables.map((c) => `${c.name}: ${c.meaning}`),
    ...pointers.map((o) => `${o.name}: the result, ${shapeText(o.shape)}`),
  ];
  const { text: length } = dimText(room, size);
  const measured = wordsOf(length);
  const roomUnused = sizes.filter((s) => !measured.has(s));
  const text = [
    `/* How many numbers ${name} needs to work in. */`,
    ...signature(
      `ptrdiff_t ${name}_work`,
      sizes.map((s) => `ptrdiff_t ${s}`),
    ),
    '{',
    ...roomUnused.map((s) => `  (void)${s};`),
    `  return ${length};`,
    '}',
    '',
    ...commentOf(about, '/*'),
    ...signature(
      `${returned < 0 ? 'void' : 'REAL'} ${name}`,
      parameters.map(([, p]) => p),
    ),
    '{',
    ...[...unused, ...code].map((l) => `  ${l}`),
    '}',
  ];
  return { text: text.join('\n'), code: code.filter((l) => !l.startsWith('/*')).join('\n') };
}

const wordsOf = (code: string): ReadonlySet<string> => new Set(code.match(/\w+/gu));

/** A parameter for a function of the caller. */
function pointerTo({ name, kind, axes }: Callable): string {
  if (kind === 'entries') return `REAL (*${name})(REAL)`;
  const sizes = axes.map(() => 'ptrdiff_t');
  return kind === 'scalar'
    ? `REAL (*${name})(${[...sizes, 'const REAL *'].join(', ')})`
    : `void (*${name})(${[...sizes, 'const REAL *', 'REAL *'].join(', ')})`;
}

const WIDTH = 100;

/** The head of a function, a parameter a line where it is long. */
function signature(start: string, parameters: readonly string[]): string[] {
  const one = `${start}(${parameters.join(', ') || 'void'})`;
  if (one.length <= WIDTH) return [one];
  return [
    `${start}(`,
    ...parameters.map((p, k) => `    ${p}${k < parameters.length - 1 ? ',' : ')'}`),
  ];
}
