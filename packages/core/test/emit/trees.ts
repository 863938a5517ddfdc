import * as fc from 'fast-check';
import { type Rational, rational } from '../../src/shape/rational.ts';
import {
  bars,
  call,
  entryPower,
  hadamard,
  hadamardOver,
  inner,
  inverse,
  minus,
  name,
  negate,
  norm,
  num,
  over,
  part,
  place,
  plus,
  power,
  times,
  transposed,
} from '../../src/syntax/make.ts';
import type { Expr } from '../../src/syntax/tree.ts';

/** Names that random trees are made of; some of them spell others when they stand side by side. */
export const DECLARED = ['A', 'X', 'θ', 'λ', 'a', 'b', 'ab', 'p', 'i', 'e', 'W_out', 'x1', 'loss'];

/** Families among them. */
export const FAMILIES = ['Z', 'n'];

const rationals: fc.Arbitrary<Rational> = fc
  .tuple(fc.integer({ min: -12, max: 12 }), fc.integer({ min: 1, max: 5 }))
  .map(([p, q]) => rational(p, q));

const places = fc.constantFrom(place('l'), place('l', -1), place('l', 2), place(0));

const leaves: fc.Arbitrary<Expr> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...DECLARED).map((n) => name(n)) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...FAMILIES), places).map(([n, p]) => name(n, p)),
  },
  { weight: 2, arbitrary: rationals.map((r) => num(r)) },
);

/** Any tree that the printers may meet. */
export const trees: fc.Arbitrary<Expr> = fc.letrec<{ tree: Expr }>((tie) => {
  const tree = tie('tree');
  const two = fc.tuple(tree, tree);
  const binary = [
    plus,
    minus,
    times,
    times,
    times,
    hadamard,
    hadamardOver,
    over,
    inner,
    power,
    entryPower,
  ];
  const unary = [
    transposed,
    transposed,
    inverse,
    negate,
    bars,
    (of: Expr) => norm(of),
    (of: Expr) => norm(of, 'F'),
    (of: Expr) => norm(of, '1'),
    (of: Expr) => power(of, num(2)),
    (of: Expr) => entryPower(of, num(2)),
    (of: Expr) => call('exp', [of]),
    (of: Expr) => call('σ', [of], { primes: 1 }),
    (of: Expr) => call('softmax', [of], { options: { axis: num(0) } }),
    (of: Expr) => part(name('A'), of, null),
  ];
  return {
    tree: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'tree', withCrossShrink: true },
      leaves,
      fc.tuple(fc.constantFrom(...unary), tree).map(([make, of]) => make(of)),
      fc.tuple(fc.constantFrom(...binary), two).map(([make, [x, y]]) => make(x, y)),
    ),
  };
}).tree;

/**
 * The meaning of a tree as text, without what printed text does not tell: spans, tightness, where a sign was, whether a half
 * is a number or a division, and which way a numerical factor is associated.
 */
export function meaning(e: Expr): string {
  const [sign, rest] = signed(e);
  return sign < 0 ? `-${rest}` : rest;
}

function signed(e: Expr): readonly [sign: number, rest: string] {
  switch (e.kind) {
    case 'number': {
      const p = e.value.num < 0n ? -e.value.num : e.value.num;
      return [e.value.num < 0n ? -1 : 1, e.value.den === 1n ? `${p}` : `(/ ${p} ${e.value.den})`];
    }
    case 'name':
      return [1, `${e.name}${JSON.stringify(e.index ?? '')}`];
    case 'negate': {
      const [sign, rest] = signed(e.of);
      return [-sign, rest];
    }
    case 'sum': {
      const [sign, right] = signed(e.right);
      return [1, `(+ ${meaning(e.left)} ${e.op === '+' ? sign : -sign} ${right})`];
    }
    case 'product': {
      const [sign, left] = signed(e.left);
      if (e.op === 'times') {
        const [first, factors] = factorsOf(e);
        return [first, `(* ${factors.join(' ')})`];
      }
      return [sign, `(${e.op === 'divide' ? '/' : e.op} ${left} ${meaning(e.right)})`];
    }
    case 'transpose':
    case 'inverse': {
      // they change places freely: A⁻ᵀ
      const counts = { transpose: 0, inverse: 0 };
      let of = withInverse(e);
      for (; of.kind === 'transpose' || of.kind === 'inverse'; of = withInverse(of.of))
        counts[of.kind] += 1;
      return [1, `(t${counts.transpose} inv${counts.inverse} ${meaning(of)})`];
    }
    case 'power': {
      const other = withInverse(e);
      if (other !== e) return signed(other);
      return [1, `(${e.elementwise ? '.^' : '^'} ${meaning(e.base)} ${meaning(e.exponent)})`];
    }
    case 'call': {
      const [first, second] = e.args;
      const order = NORMS.get(e.name);
      if (order && first && e.args.length === 1) return signed(norm(first, order));
      if (e.name === 'inner' && first && second) return signed(inner(first, second));
      const options = e.options.map((o) => `${o.name}=${meaning(o.value)}`);
      const head = `${e.name}${JSON.stringify(e.index ?? '')}${"'".repeat(e.primes)}`;
      return [1, `(${[head, ...e.args.map(meaning), ...options].join(' ')})`];
    }
    case 'norm':
      return [1, `(norm ${e.order} ${meaning(e.of)})`];
    case 'bars':
      return [1, `(bars ${meaning(e.of)})`];
    case 'inner':
      return [1, `(inner ${meaning(e.left)} ${meaning(e.right)})`];
    case 'part':
      return [1, `(part ${meaning(e.of)} ${e.parts.map((p) => (p ? meaning(p) : ':')).join(',')})`];
    case 'series': {
      const { variable, from, to } = e.range;
      return [1, `(series ${JSON.stringify([variable, from, to])} ${meaning(e.of)})`];
    }
  }
}

/** `A^-1` as an inverse. */
const withInverse = (e: Expr): Expr =>
  e.kind === 'power' && !e.elementwise && meaning(e.exponent) === '-1' ? inverse(e.base) : e;

const NORMS = new Map([
  ['norm', '2'],
  ['norm1', '1'],
  ['normF', 'F'],
  ['norminf', 'inf'],
] as const) as ReadonlyMap<string, '2' | '1' | 'F' | 'inf'>;

/** The factors of a product read from the left; a product within is opened only where a number stands at its front. */
function factorsOf(e: Expr): readonly [sign: number, factors: readonly string[]] {
  if (e.kind === 'negate') {
    const [sign, factors] = factorsOf(e.of);
    return [-sign, factors];
  }
  if (e.kind !== 'product' || e.op !== 'times') {
    const [sign, rest] = signed(e);
    return [sign, [rest]];
  }
  const [sign, left] = factorsOf(e.left);
  if (e.right.kind !== 'product' || e.right.op !== 'times')
    return [sign, [...left, meaning(e.right)]];
  const [rightSign, right] = factorsOf(e.right);
  const numeric = (s: string | undefined): boolean => s !== undefined && /^(?:\d|\(\/ \d)/.test(s);
  const open = rightSign > 0 && ((left.length === 1 && numeric(left[0])) || numeric(right[0]));
  return [sign, open ? [...left, ...right] : [...left, meaning(e.right)]];
}
