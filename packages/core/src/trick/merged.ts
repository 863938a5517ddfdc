import { add, scale, symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { substitute } from '../expr/walk.ts';
import { formatR, rational } from '../shape/rational.ts';
import { groupsByValue } from '../verify/compare.ts';
import type { Chain } from './chain.ts';
import { listed, type Words } from './words.ts';

/** A path whose arrangements are known. */
export interface Arranged {
  readonly chain: Chain;
  readonly contribution: Node;
  readonly arrangements: readonly { readonly node: Node }[];
}

/** How many arrangements a sentence names. */
const NAMED = 3;

/**
 * The classic trap: as scalars two paths may be alike (both a·x in xᵀAx), and a person adds them up before arranging: 2·a·x.
 * @returns a sentence where none of the arrangements of the collected factors is right, else nothing
 */
export function collected(
  paths: readonly Arranged[],
  variable: Sym,
  seed: number,
  words: Words,
): string[] {
  const groups = new Map<string, Arranged[]>();
  for (const path of paths) {
    const key = signature(path.chain);
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first || group.length < 2) return [];
    return trap(first, group, variable, seed, words) ?? [];
  });
}

/** What a chain is as a product of scalars, whatever the order. */
function signature({ network, factors }: Chain): string {
  const parts = network.links.map(({ factor }) => factor.node);
  const ids = [...parts, ...network.scalars.map((s) => s.node)].map((n) => n.id);
  const exponents = network.scalars.map((s) => (s.exponent ? formatR(s.exponent) : '1'));
  const rest = parts.length === 0 ? factors.length : 0;
  return [formatR(network.coefficient), rest, ...ids.sort((a, b) => a - b), ...exponents].join();
}

function trap(
  first: Arranged,
  group: readonly Arranged[],
  variable: Sym,
  seed: number,
  words: Words,
): string | undefined {
  const total = add(...group.map((p) => p.contribution));
  const times = rational(group.length);
  const candidates = first.arrangements.map((a) => scale(times, a.node));
  const right = (nodes: readonly Node[]): number => {
    const found = groupsByValue(nodes, { seed });
    return found ? found.slice(1).indexOf(0) : 0;
  };
  if (candidates.length === 0 || candidates.includes(total) || right([total, ...candidates]) >= 0)
    return undefined;
  const product = [`${group.length}`, ...first.chain.factors.flatMap((f) => words.factor(f) ?? [])];
  const named = candidates.slice(0, NAMED).flatMap((c) => words.spelled(c) ?? []);
  const intro =
    `As scalars ${group.length === 2 ? 'both' : `${group.length}`} paths are ${first.chain.factors.length > 0 ? product.slice(1).join(' · ') : 'alike'}, ` +
    `and collecting them before arranging (${product.join(' · ')}${named.length > 0 ? `: ${listed(named, 'or')}${candidates.length > named.length ? ', …' : ''}` : ''}) gives nothing that is right`;
  const matrices = first.chain.network.links
    .map(({ factor }) => factor.node)
    .filter(
      (n): n is Sym =>
        n.kind === 'symbol' && n !== variable && n.axes.length === 2 && n.axes[0] === n.axes[1],
    )
    .filter((n, k, all) => all.indexOf(n) === k && !n.properties.includes('symmetric'));
  for (const chosen of [...matrices.map((m) => [m]), ...(matrices.length > 1 ? [matrices] : [])]) {
    const by = new Map<Node, Node>(chosen.map((m) => [m, symmetric(m)]));
    const at = right(substitute([total, ...candidates], by));
    const candidate = candidates[at];
    if (!candidate) continue;
    const facts = listed(chosen.map((m) => `${words.noun(m)} = ${words.noun(m)}ᵀ`));
    return `${intro}, unless ${listed(chosen.map((m) => words.noun(m)))} ${chosen.length > 1 ? 'are' : 'is'} symmetric (${facts}): then ${words.spelled(candidate) ?? 'it'} is.`;
  }
  return `${intro}: the terms differ.`;
}

const symmetric = (m: Sym): Sym =>
  symbol(m.name, m.shape, {
    index: m.index,
    role: m.role,
    properties: [...m.properties, 'symmetric'],
  });
