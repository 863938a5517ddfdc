import { apply, contract, dimScalar, isSymmetric, subtract, symbol } from '../expr/build.ts';
import type { Node, Property, Sym } from '../expr/node.ts';
import { substitute, symbolsOf } from '../expr/walk.ts';
import { sign, step } from '../ops/elementwise.ts';
import { atomText } from '../shape/dim.ts';
import { MINUS_ONE, rational } from '../shape/rational.ts';
import { random } from '../verify/random.ts';
import { dimensionNames, drawSizes } from '../verify/sizes.ts';
import { compareHeld, type Held } from './held.ts';

interface Supposition {
  readonly text: string;
  /** Common enough that two of them may be meant at once. */
  readonly common?: true;
  readonly by: readonly (readonly [Sym, Node])[];
}

const MAX_SINGLE = 80;
const MAX_PAIRS = 40;

/**
 * What was not declared and would make a claim right: `only if A is symmetric`. Symbols are replaced by ones that have a property (or
 * by what has it: Y ⊘ its row sums); a condition under which the gradient itself vanishes says nothing. The first that is found;
 * those that people mean most come first.
 */
export function conditionFor(held: Held, seed: number): string | null {
  const all = suppositions(held);
  const holds = (...s: readonly Supposition[]): boolean => isRightUnder(held, s, seed);
  const single = all.slice(0, MAX_SINGLE).find((s) => holds(s));
  if (single) return `only if ${single.text}`;
  const common = all.filter((s) => s.common);
  const pairs = common
    .flatMap((a, i) => common.slice(i + 1).map((b) => [a, b] as const))
    .filter(([a, b]) => a.by[0]?.[0] !== b.by[0]?.[0])
    .slice(0, MAX_PAIRS);
  const pair = pairs.find((p) => holds(...p));
  return pair ? `only if ${pair[0].text} and ${pair[1].text}` : null;
}

function isRightUnder(held: Held, suppositions: readonly Supposition[], seed: number): boolean {
  const by = new Map(suppositions.flatMap((s) => s.by));
  const [value, gradient, claim] = substitute([held.value, held.gradient, held.claim], by);
  if (!value || !gradient || !claim) return false;
  const supposed = { ...held, value, gradient, claim };
  const first = compareHeld(supposed, { seed, points: 1 });
  if (first.verdict !== 'equal' || first.zero) return false;
  const more = compareHeld(supposed, { seed: seed + 1, points: 4 });
  return more.verdict === 'equal' && !more.zero;
}

/** The likelier first. */
function suppositions(held: Held): Supposition[] {
  const symbols = symbolsOf([held.gradient, held.claim])
    .filter((s) => s.role === 'variable' || s.role === 'part')
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const data = symbols.filter((s) => s !== held.variable);
  const square = symbols.filter((s) => s.axes.length === 2 && s.axes[0] === s.axes[1]);
  const shaped: readonly Property[] = ['skew', 'lower', 'upper'];
  const free = square.filter(
    (s) => !isSymmetric(s) && !shaped.some((p) => s.properties.includes(p)),
  );
  const declared = (list: readonly Sym[], property: Property, words: string): Supposition[] =>
    list
      .filter((s) => !s.properties.includes(property))
      .map((s) => ({ text: `${nameOf(s)} ${words}`, by: [[s, withProperty(s, property)]] }));
  const arrays = data.filter((s) => s.axes.length === 1 || s.axes.length === 2);
  return [
    ...declared(free, 'symmetric', 'is symmetric').map((s) => ({ ...s, common: true as const })),
    ...arrays.flatMap(sums),
    ...declared(symbols, 'positive', 'is positive'),
    ...declared(free, 'orthogonal', 'is orthogonal'),
    ...declared(free, 'diagonal', 'is diagonal'),
    ...declared(free, 'skew', 'is skew'),
    ...arrays.flatMap((s): Supposition[] => [
      { text: `all entries of ${nameOf(s)} are 0 or 1`, by: [[s, apply(step.leaf, [s])]] },
      { text: `all entries of ${nameOf(s)} are 1 or −1`, by: [[s, apply(sign.leaf, [s])]] },
    ]),
  ];
}

const nameOf = (s: Sym): string => atomText(s.name, s.index);

const withProperty = (s: Sym, property: Property): Sym =>
  symbol(s.name, s.shape, {
    index: s.index,
    role: s.role,
    properties: [...s.properties, property],
  });

/** Rows, columns or a vector that sum to one, or to zero. */
function sums(s: Sym): Supposition[] {
  const name = nameOf(s);
  const lines = s.axes.length === 1 ? [[]] : [[0], [1]];
  return lines.flatMap((kept): Supposition[] => {
    const whole = s.axes.map((_, k) => k);
    const [summed = 0] = whole.filter((k) => !kept.includes(k));
    const length = s.axes[summed];
    if (!length) return [];
    const extents = new Map(s.axes.map((d, k) => [k, d]));
    const total = contract([{ node: s, indices: whole }], kept, extents);
    const spread = (exponent = rational(1)): Node =>
      contract([{ node: total, exponent, indices: kept }], whole, extents);
    const shares = contract(
      [
        { node: s, indices: whole },
        { node: spread(MINUS_ONE), indices: whole },
      ],
      whole,
      extents,
    );
    const mean = contract(
      [
        { node: spread(), indices: whole },
        { node: dimScalar(length), exponent: MINUS_ONE, indices: [] },
      ],
      whole,
      extents,
    );
    const which = kept.length === 0 ? `${name} sums` : `the ${SIDES[kept[0] ?? 0]} of ${name} sum`;
    return [
      { text: `${which} to one`, by: [[s, shares]], common: true },
      { text: `${which} to zero`, by: [[s, subtract(s, mean)]] },
    ];
  });
}

const SIDES = ['rows', 'columns'];

/** Sizes at which a wrong claim happens to be right: `m = 1`, `m = n`. */
export function sizesFor(held: Held, seed: number): string | null {
  const names = dimensionNames([held.value, held.gradient, held.claim]);
  const ones = names.map((n): [string, (sizes: Map<string, number>) => void] => [
    `${n} = 1`,
    (sizes) => sizes.set(n, 1),
  ]);
  const equal = names.flatMap((a, i) =>
    names
      .slice(i + 1)
      .map((b): [string, (sizes: Map<string, number>) => void] => [
        `${a} = ${b}`,
        (sizes) => sizes.set(b, sizes.get(a) ?? 1),
      ]),
  );
  const found = [...ones, ...equal].slice(0, MAX_PAIRS).find(([, change]) =>
    [1, 2].every((k) => {
      const sizes = drawSizes(names, 'different', random(seed, k));
      change(sizes);
      const compared = compareHeld(held, { seed: seed + k, points: 2, sizes });
      return compared.verdict === 'equal' && !compared.zero;
    }),
  );
  return found?.[0] ?? null;
}
