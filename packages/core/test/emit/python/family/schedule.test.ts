import { expect, test } from 'vitest';
import {
  type Block,
  type Equation,
  schedule,
} from '../../../../src/emit/python/family/schedule.ts';
import { add, symbol } from '../../../../src/expr/build.ts';
import type { Sym } from '../../../../src/expr/node.ts';
import { indexText } from '../../../../src/shape/dim.ts';
import { at, range } from '../../../family/systems.ts';

const s = (name: string, place: string): Sym => symbol(name, [], { index: at(place) });

/** `Z[l] = f(uses)`, for l from..to where a range is given. */
function equation(left: Sym, uses: readonly Sym[], from?: string, to?: string): Equation {
  return {
    left,
    range: from !== undefined && to !== undefined ? range('l', from, to) : null,
    terms: [{ over: null, node: add(...uses) }],
  };
}

const text = (b: Block<Equation>): string =>
  b.kind === 'single'
    ? `${b.equation.left.name}[${indexText(b.equation.left.index ?? at('0'))}]`
    : `${indexText(b.run.from)}..${indexText(b.run.to)}: ${b.rounds
        .map((r) => {
          const run = `${indexText(r.run.from)}..${indexText(r.run.to)}`;
          return `${r.equation.left.name}(${run}${r.lead === 0 ? '' : `, l${r.lead > 0 ? '+' : ''}${r.lead}`})`;
        })
        .join(' ')}`;

const order = (equations: readonly Equation[], backwards = false): string[] =>
  schedule(equations, backwards).map(text);

test('bases come before steps, and steps after what they read', () => {
  const equations = [
    equation(s('Z', 'l'), [s('Z', 'l-1'), s('H', 'T')], '1', 'L'),
    equation(s('Z', '0'), [s('X', '0')]),
    equation(s('H', 'l'), [s('H', 'l-1')], '1', 'T'),
    equation(s('H', '0'), [s('X', '0')]),
  ];
  expect(order(equations)).toEqual(['Z[0]', 'H[0]', '1..T: H(1..T)', '1..L: Z(1..L)']);
});

test('families that feed each other share a loop, in the order of one round', () => {
  const equations = [
    equation(s('h', 'l'), [s('c', 'l')], '1', 'T'),
    equation(s('c', 'l'), [s('c', 'l-1'), s('h', 'l-1')], '1', 'T'),
  ];
  expect(order(equations)).toEqual(['1..T: c(1..T) h(1..T)']);
});

test('a backward loop goes by the letter where it can', () => {
  const equations = [
    equation(s('G', 'L'), [s('Y', '0')]),
    equation(s('D', 'l'), [s('G', 'l')], 'L', '1'),
    equation(s('G', 'l-1'), [s('D', 'l')], 'L', '2'),
  ];
  expect(order(equations, true)).toEqual(['G[L]', '1..L: D(1..L) G(2..L)']);
});

test('and by the place where the letter would come too late', () => {
  // by the letter, D[l] would be computed in round l−1, after E[l] in round l has read it
  const equations = [
    equation(s('D', 'l+1'), [s('E', 'l+2')], 'L', '0'),
    equation(s('E', 'l'), [s('D', 'l')], 'L+1', '1'),
  ];
  expect(order(equations, true)).toEqual(['1..L+1: D(1..L+1, l-1) E(1..L+1)']);
});

test('what has no order is refused', () => {
  const equations = [
    equation(s('D', 'l'), [s('E', 'l')], 'L', '1'),
    equation(s('E', 'l'), [s('D', 'l')], 'L', '1'),
  ];
  expect(() => schedule(equations, true)).toThrow(/no order/);
});
