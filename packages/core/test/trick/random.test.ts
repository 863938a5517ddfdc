import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  add,
  apply,
  einsum,
  multiply,
  power,
  scale,
  subtract,
  symbol,
  total,
  transpose,
} from '../../src/expr/build.ts';
import type { Node } from '../../src/expr/node.ts';
import { dependsOn } from '../../src/expr/walk.ts';
import { sigmoid, sin, tanh } from '../../src/ops/elementwise.ts';
import { softmaxLeaf } from '../../src/ops/softmax.ts';
import { type Dim, dimName } from '../../src/shape/dim.ts';
import { rational } from '../../src/shape/rational.ts';
import { checkGradient } from '../../src/verify/gradient.ts';
import { ask } from './samples.ts';

/** Matrices and vectors of sides that repeat now and then, so that shapes are ambiguous in one case and not in the next. */
const SIDES = ['m', 'n'].map((name) => dimName(name));
const name = (letter: string, axes: readonly Dim[]): string =>
  `${letter}${axes.map((d) => d.key).join('')}`;

type Make = (axes: readonly Dim[]) => fc.Arbitrary<Node>;

/** A formula of given axes: symbols, products, sums, functions, repetitions. */
function formula(depth: number): Make {
  const leaf: Make = (axes) =>
    fc.constantFrom('A', 'B', 'X', 'X').map((letter) => symbol(name(letter, axes), axes) as Node);
  if (depth === 0) return leaf;
  const below = formula(depth - 1);
  const side = fc.constantFrom(...SIDES);
  return (axes) => {
    const [r, c] = axes;
    const choices: fc.Arbitrary<Node>[] = [
      leaf(axes),
      fc.tuple(below(axes), below(axes)).map(([a, b]) => add(a, b)),
      fc.tuple(below(axes), leaf(axes)).map(([a, b]) => subtract(a, b)),
      fc.tuple(below(axes), leaf(axes)).map(([a, b]) => multiply([a, b])),
      fc
        .tuple(fc.constantFrom(tanh.leaf, sin.leaf, sigmoid.leaf), below(axes))
        .map(([f, a]) => apply(f, [a])),
      below(axes).map((a) => power(a, rational(2))),
      below(axes).map((a) => scale(rational(-3, 2), a)),
    ];
    if (r && c) {
      choices.push(
        side.chain((k) =>
          fc.tuple(below([r, k]), below([k, c])).map(([a, b]) => einsum('ij,jk->ik', [a, b])),
        ),
        below([c, r]).map(transpose),
        fc.tuple(below([r]), below([c])).map(([a, b]) => einsum('i,j->ij', [a, b])),
        fc.tuple(below(axes), leaf([c])).map(([a, b]) => add(a, einsum('j->ij', [b], { i: r }))),
        fc.tuple(below([r]), below(axes)).map(([a, b]) => einsum('i,ij->ij', [a, b])),
      );
    } else if (r) {
      choices.push(
        side.chain((k) =>
          fc.tuple(below([r, k]), below([k])).map(([a, b]) => einsum('ij,j->i', [a, b])),
        ),
        side.chain((k) =>
          fc.tuple(below([k, r]), below([k])).map(([a, b]) => einsum('ij,i->j', [a, b])),
        ),
        side.chain((k) => below([r, k]).map((a) => einsum('ij->i', [a]))),
        below([r, r]).map((a) => einsum('ii->i', [a])),
      );
    } else {
      choices.push(
        side.chain((k) => below([k]).map(total)),
        side.chain((k) =>
          fc.tuple(below([k]), below([k])).map(([a, b]) => einsum('i,i->', [a, b])),
        ),
        side.chain((k) => below([k, k]).map((a) => einsum('ii->', [a]))),
        fc.tuple(side, side).chain((axes2) => below(axes2).map(total)),
      );
    }
    return fc.oneof(...choices);
  };
}

const questions = fc
  .tuple(
    formula(3)([]),
    fc.constantFrom<readonly Dim[]>(
      [],
      ...SIDES.map((d) => [d]),
      ...SIDES.flatMap((d) => SIDES.map((e) => [d, e])),
    ),
  )
  .map(([value, axes]) => ({ value, variable: symbol(name('X', axes), axes) }))
  .filter(({ value, variable }) => dependsOn(value, variable));

test('arrangements have the wanted axes, are distinct, and one of them is right', () => {
  const seen = { unique: 0, ambiguous: 0, wrong: 0, 'not-applicable': 0 };
  fc.assert(
    fc.property(questions, ({ value, variable }) => {
      const trick = ask(value, variable);
      seen[trick.verdict]++;
      for (const path of trick.paths) {
        for (const part of path.stages.length > 0 ? path.stages : [path]) {
          const nodes = part.arrangements.map((r) => r.node);
          expect(new Set(nodes).size).toBe(nodes.length);
          const right = part.arrangements.filter((r) => r.passes);
          expect(trick.verdict === 'not-applicable' ? 1 : right.length).toBe(1);
          for (const r of right) expect(r.places.every((s) => /^.*\.$/.test(s))).toBe(true);
        }
        for (const r of path.arrangements) expect(r.node.axes).toEqual(variable.axes);
      }
    }),
    { numRuns: 100, seed: 20 },
  );
  expect(seen.unique).toBeGreaterThan(20);
  expect(seen.ambiguous).toBeGreaterThan(5);
  expect(seen.wrong).toBe(0);
});

test('the right arrangements of all paths add up to the gradient', () => {
  let checked = 0;
  fc.assert(
    fc.property(questions, ({ value, variable }) => {
      const { paths, verdict } = ask(value, variable);
      if (verdict === 'not-applicable' || paths.some((p) => p.stages.length > 0)) return;
      const gradient = add(
        ...paths.map((p) => p.arrangements.find((r) => r.passes)?.node ?? variable),
      );
      const [report] = checkGradient(value, [{ variable, gradient }], { points: 2 });
      expect(report?.verdict).not.toBe('failed');
      if (report?.verdict === 'passed') checked++;
    }),
    { numRuns: 50, seed: 21 },
  );
  expect(checked).toBeGreaterThan(25);
});

test('softmax taken entry by entry is never right where its argument has more than one entry', () => {
  const [m, n] = SIDES as [Dim, Dim];
  const [A, x, a] = [symbol('A', [m, n]), symbol('x', [n]), symbol('a', [m])];
  const value = einsum('i,i->', [a, apply(softmaxLeaf, [einsum('ij,j->i', [A, x])])]);
  for (const variable of [A, x]) expect(ask(value, variable).verdict).toBe('wrong');
});
