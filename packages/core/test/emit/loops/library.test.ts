import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ROUTINE_NAMES, routinesFor } from '../../../src/emit/loops/translate.ts';
import { apply, symbol } from '../../../src/expr/build.ts';
import type { Elementwise } from '../../../src/expr/node.ts';
import { FUNCTIONS } from '../../../src/ops/index.ts';
import { compiler, inFolder } from './run.ts';

/** Functions of numbers, and the derivatives of those whose derivatives have no other name. */
const FUNCTIONS_OF_NUMBERS: readonly Elementwise[] = (() => {
  const found = new Set<Elementwise>();
  const add = (op: Elementwise): void => {
    if (found.has(op) || (op.primes ?? 0) > 3) return;
    found.add(op);
    const args = Array.from({ length: argumentsOf(op) }, (_, k) => symbol('xyz'.charAt(k), []));
    const node = apply(op, args);
    if (node.kind !== 'apply' || node.op.mode !== 'elementwise') return;
    const slope = node.op.partial(node, 0);
    if (slope?.kind === 'apply' && slope.op.mode === 'elementwise') add(slope.op);
  };
  for (const p of FUNCTIONS.flatMap((f) => f.primitives)) if (p.mode === 'elementwise') add(p);
  return [...found];
})();

function argumentsOf(op: Elementwise): number {
  return Math.max(...[...op.spelling.c.matchAll(/\$(\d)/gu)].map((m) => Number(m[1]) + 1));
}

const POINTS = [
  Number.NEGATIVE_INFINITY,
  -700,
  -40,
  -2,
  -1,
  -0.3,
  -1e-12,
  0,
  1e-300,
  1e-12,
  0.3,
  1,
  1.7,
  5,
  12.5,
  40,
  700,
  Number.POSITIVE_INFINITY,
  Number.NaN,
];

/** Every point, with others beside it where a function takes several. */
const placesOf = (op: Elementwise): number[][] =>
  POINTS.flatMap((x) => {
    if (argumentsOf(op) === 1) return [[x]];
    if (argumentsOf(op) === 3) return [[x, -0.5, 2]];
    return op.name === 'huber' ? [[x, 1.5]] : POINTS.map((y) => [x, y]);
  });

const CALLS = FUNCTIONS_OF_NUMBERS.flatMap((op) => placesOf(op).map((at) => ({ op, at })));

const spelled = (template: string, numbers: readonly string[]): string =>
  template.replaceAll(/\$(\d)/gu, (_, k: string) => numbers[Number(k)] ?? '');

/** Where the evaluator has a number, so has the code; where it has none at finite numbers, the code has none. */
function unlike(values: readonly number[]): string[] {
  return CALLS.flatMap(({ op, at }, k) => {
    const found = values[k] ?? Number.NaN;
    const wanted = op.value(at, null);
    if (Number.isNaN(wanted) && (Number.isNaN(found) || !at.every(Number.isFinite))) return [];
    const near = Math.abs(found - wanted) <= 4e-12 * Math.abs(wanted) + 1e-300;
    return Object.is(found, wanted) || found === wanted || near
      ? []
      : [`${op.name}${"'".repeat(op.primes ?? 0)}(${at.join(', ')}) = ${found}, not ${wanted}`];
  });
}

describe('functions of numbers have the evaluator’s values, at the ends of their domains too', () => {
  test('in JavaScript', () =>
    inFolder(async (folder) => {
      const lines = CALLS.map(({ op, at }) =>
        spelled(
          op.spelling.js,
          at.map((x) => `(${x})`),
        ),
      );
      const code = `export default [${lines.join(',\n')}];`;
      const file = join(folder, 'a.mjs');
      writeFileSync(file, [...routinesFor(code, 'javascript'), code].join('\n'));
      const made = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
        readonly default: readonly number[];
      };
      expect(unlike(made.default)).toEqual([]);
    }));

  test.skipIf(!compiler())('in C', () =>
    inFolder((folder) => {
      const number = (x: number): string =>
        Number.isNaN(x)
          ? 'NAN'
          : Math.abs(x) === Infinity
            ? `(${x < 0 ? '-' : ''}INFINITY)`
            : `(${x})`;
      const lines = CALLS.map(
        ({ op, at }) => `  { volatile double x[] = {${at.map(number).join(', ')}};
    printf("%.17g\\n", (double)(${spelled(
      op.spelling.c,
      at.map((_, k) => `x[${k}]`),
    )})); }`,
      );
      const code = lines.join('\n');
      const source = `#include <stdio.h>
#include <stddef.h>
#include <tgmath.h>
#define REAL double
${routinesFor(code, 'c').join('\n')}
int main(void) {
${code}
  return 0;
}`;
      writeFileSync(join(folder, 'a.c'), source);
      execFileSync(compiler() ?? '', [
        '-std=c99',
        '-O0',
        '-w',
        '-o',
        join(folder, 'a'),
        join(folder, 'a.c'),
        '-lm',
      ]);
      const out = execFileSync(join(folder, 'a'), { encoding: 'utf8' }).trim().split('\n');
      const values = out.map((t) =>
        t.includes('nan')
          ? Number.NaN
          : t.includes('inf')
            ? t.startsWith('-')
              ? -Infinity
              : Infinity
            : Number(t),
      );
      expect(unlike(values)).toEqual([]);
    }),
  );
});

describe('the library', () => {
  const every = ROUTINE_NAMES.map((n) => `${n}(`).join('\n');

  test.each(['c', 'javascript', 'typescript'] as const)(
    'is translated to the last sign: %s',
    (to) => {
      const text = routinesFor(every, to).join('\n');
      expect(text).not.toMatch(/[@$]|undefined|: (?:real|int|reals|values|lists|ints)\b/u);
    },
  );

  test('brings what is called and what that needs, and nothing else', () => {
    const names = (code: string): string[] =>
      routinesFor(code, 'c').map((r) => /^static (?:\w+ )+\**(\w+)\(/mu.exec(r)?.[1] ?? r);
    expect(names('y = 2 * x;')).toEqual([]);
    expect(names('y = sigmoid(x);')).toEqual(['sigmoid']);
    expect(names('y = clip(x, a, b);')).toEqual(['larger', 'smaller', 'clip']);
    expect(names('y = Math.sign(x);')).toEqual([]);
    expect(names('inverse(t1, n, t2);')).toEqual(['eliminate', 'solve', 'identity', 'inverse']);
  });
});
