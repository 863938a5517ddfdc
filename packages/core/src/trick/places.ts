import { isSymmetric } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { formatDim, formatShape } from '../shape/shape.ts';
import { withoutIdentities } from './alike.ts';
import type { Placement } from './arrange.ts';
import type { Network } from './chain.ts';
import type { Reading, Stand } from './reading.ts';
import { isName, listed, type Words } from './words.ts';

/** Factors that are multiplied entry by entry before anything else, or one alone: on the same indices. */
interface Party {
  readonly noun: string;
  /** The nouns of its factors. */
  readonly members: readonly string[];
  readonly axes: readonly { readonly index: number; readonly length: string }[];
  readonly stand: Stand;
  readonly symmetric: boolean;
  readonly met: ReadonlySet<number>;
}

const SIDES = ['rows', 'columns'] as const;

/**
 * Why each factor stands where it does and is transposed. The sentences follow from the indices alone: an index that is no side of
 * the result is summed over, so those who have it must meet; one that is a side of the result stays, so who has it turns that side
 * outwards.
 * @param variable the variable, or the node whose gradient a stage is
 */
export function placesOf(
  network: Network,
  placement: Placement,
  reading: Reading,
  words: Words,
  variable: Node,
): string[] {
  const bare = withoutIdentities(network, placement);
  const parties = partiesOf(network, bare, reading.stands, words);
  const place = new Places(network, bare, parties, words.noun(variable));
  return [
    ...place.entrywise(),
    ...place.diagonals(),
    ...place.meetings(),
    ...place.stands(),
    ...place.repetitions(),
  ];
}

function partiesOf(
  network: Network,
  { factors }: Placement,
  stands: readonly Stand[],
  words: Words,
): Party[] {
  const nouns = stands.map((s) => words.noun(network.links[s.link]?.factor.node as Node));
  const numbered = nouns.map((noun, k) => {
    const same = nouns.flatMap((other, j) => (other === noun ? [j] : []));
    return same.length === 1 ? noun : `the ${ORDINALS[same.indexOf(k)] ?? 'next'} ${noun}`;
  });
  const groups = new Map<string, { stand: Stand; members: string[]; met: Set<number> }>();
  stands.forEach((stand, k) => {
    const link = network.links[stand.link];
    const at = factors[stand.link] ?? [];
    const key = [...at].sort((a, b) => a - b).join();
    const group = groups.get(key) ?? { stand, members: [], met: new Set<number>() };
    group.members.push(numbered[k] ?? '');
    link?.indices.forEach((ix, a) => {
      if (link.met.has(ix)) group.met.add(at[a] ?? -1);
    });
    groups.set(key, group);
  });
  const products = [...groups.values()].filter((g) => g.members.length > 1).length;
  return [...groups.values()].map(({ stand, members, met }) => {
    const node = network.links[stand.link]?.factor.node as Node;
    const at = factors[stand.link] ?? [];
    const [first = '', ...rest] = members;
    const joined = members.map((m) => (isName(m) ? m : `(${m})`)).join(' ⊙ ');
    return {
      noun: rest.length === 0 ? first : products === 1 ? 'their product' : joined,
      members,
      axes: node.axes.map((d, a) => ({ index: at[a] ?? -1, length: formatDim(d) })),
      stand,
      symmetric: isSymmetric(node),
      met,
    };
  });
}

const ORDINALS = ['first', 'second', 'third', 'fourth'];

/** A party's side on an index. */
interface Side {
  readonly party: Party;
  readonly axis: number;
}

class Places {
  private readonly network: Network;
  private readonly placement: Placement;
  private readonly parties: readonly Party[];
  private readonly variable: string;
  private readonly sides = new Map<number, Side[]>();

  constructor(network: Network, placement: Placement, parties: readonly Party[], variable: string) {
    this.network = network;
    this.placement = placement;
    this.parties = parties;
    this.variable = variable;
    for (const party of parties)
      party.axes.forEach(({ index }, axis) => {
        this.sides.set(index, [...(this.sides.get(index) ?? []), { party, axis }]);
      });
  }

  private others(index: number, party: Party): Side[] {
    return (this.sides.get(index) ?? []).filter((s) => s.party !== party);
  }

  private stays(index: number): boolean {
    return this.placement.out.includes(index);
  }

  /** Whether a party's two sides have the same length: then they go by rows and columns. */
  private square({ axes }: Party): boolean {
    return axes.length === 2 && axes[0]?.length === axes[1]?.length;
  }

  /** `the columns of X`, `the n-side of X`, `r`. */
  private side({ party, axis }: Side): string {
    if (party.axes.length < 2) return party.noun;
    return this.square(party)
      ? `the ${SIDES[axis]} of ${party.noun}`
      : `the ${party.axes[axis]?.length}-side of ${party.noun}`;
  }

  /** The side of the result that an index is: `as the rows of the result`, or nothing where it has only one. */
  private resultSide(index: number): string {
    return this.placement.out.length === 2
      ? ` as the ${SIDES[this.placement.out.indexOf(index)]} of the result`
      : '';
  }

  /** The variable's side of an index: `the columns of W`, `θ`. */
  private variableSide(index: number): string {
    return this.placement.out.length === 2
      ? `the ${SIDES[this.placement.out.indexOf(index)]} of ${this.variable}`
      : this.variable;
  }

  /** Products entry by entry. */
  entrywise(): string[] {
    return this.parties.flatMap((p) => {
      if (p.members.length > 1)
        return [
          `${capital(listed(p.members))} have the same sides: they are multiplied entry by entry.`,
        ];
      if (p.stand.as !== 'entry' || p.axes.length === 0) return [];
      const lengths = formatShape(this.network.links[p.stand.link]?.factor.node.axes ?? []);
      return [
        `${capital(p.noun)}${p.noun.startsWith('the ') ? '' : ` (${lengths})`} has the sides of what it stands beside: they are multiplied entry by entry.`,
      ];
    });
  }

  /** Identities, and vectors that scale a matrix. */
  diagonals(): string[] {
    const identity = this.network.links.some(({ factor }) => factor.node.kind === 'delta');
    const scaling = this.parties.flatMap((p) => {
      const open = p.axes.filter(
        ({ index }) => this.stays(index) || this.others(index, p).length > 0,
      );
      const [axis, ...more] = open;
      if (p.stand.as !== 'scale' || !axis || more.length > 0) return [];
      const [beside] = this.others(axis.index, p).filter((s) => s.party.axes.length === 2);
      if (!beside) return [];
      return p.axes.length === 1
        ? [
            `${capital(p.noun)} runs along ${this.side(beside)} and scales them, as the diagonal matrix diag(${p.noun}).`,
          ]
        : [
            `The sums of ${p.noun} run along ${this.side(beside)} and scale them, as a diagonal matrix.`,
          ];
    });
    return [
      ...(identity ? ['The forward pass takes a diagonal, and the identity I keeps it.'] : []),
      ...scaling,
    ];
  }

  /** Indices that are summed over. */
  meetings(): string[] {
    return [...this.sides].flatMap(([index, sides]) => {
      if (this.stays(index)) return [];
      const [a, b, ...more] = sides;
      const length = a?.party.axes[a.axis]?.length ?? '';
      if (!a) return [];
      if (!b) return [this.alone(a, length)];
      if (more.length > 0)
        return [
          `${capital(length)} is summed over once, for all who have it: ${listed(sides.map((s) => this.side(s)))} run together.`,
        ];
      if (a.party === b.party)
        return [
          `The rows and the columns of ${a.party.noun} are one index, which is summed over: its trace.`,
        ];
      if (this.square(a.party) || this.square(b.party))
        return [
          `${capital(this.side(a))} and ${this.side(b)} run over one index of the forward pass, which is no side of the result: it is summed over, so they meet.`,
        ];
      return [
        `${length} is summed over, so the two ${length}-sides meet: that of ${a.party.noun} and that of ${b.party.noun}.`,
      ];
    });
  }

  private alone(side: Side, length: string): string {
    const indices = this.network.links[side.party.stand.link]?.indices ?? [];
    const forward = indices[side.axis] ?? -1;
    const what = this.square(side.party) ? capital(this.side(side)) : length;
    const are = this.square(side.party) ? 'are' : 'is';
    return this.network.repeated.has(forward)
      ? `${what} ${are} summed over with nothing to meet: the forward pass repeats what ${this.variable} gives along that side, and every copy adds its part.`
      : `${what} ${are} summed over with nothing to meet: the forward pass sums over that side as it is.`;
  }

  /** Who stands where, which way round. */
  stands(): string[] {
    const chain = this.parties.filter((p) => p.stand.as === 'chain' || p.members.length > 1);
    return chain.flatMap((p) => {
      const where = this.where(p, chain);
      if (p.axes.length === 1) return this.vector(p, where);
      return p.axes.length === 2 ? this.matrix(p, where, chain) : [];
    });
  }

  private where(p: Party, chain: readonly Party[]): string {
    const at = chain.indexOf(p);
    const [before, after] = [chain[at - 1], chain[at + 1]];
    if (before && after) return ` between ${before.noun} and ${after.noun}`;
    return before ? ' behind' : after ? ' in front' : '';
  }

  private vector(p: Party, where: string): string[] {
    const index = p.axes[0]?.index ?? -1;
    if (!this.stays(index) || this.placement.out.length !== 2) return [];
    const row = this.placement.out.indexOf(index) === 1;
    return [`${this.why(p, 0)}, so ${p.noun} stands${where}, as a ${row ? 'row' : 'column'}.`];
  }

  private matrix(p: Party, where: string, chain: readonly Party[]): string[] {
    const { transposed } = p.stand;
    const turn = p.symmetric ? '' : transposed ? ' transposed' : ' as it is';
    const comma = turn === ' as it is' && where ? ',' : '';
    const stand = `${p.noun} stands${turn}${comma}${where}`;
    const outer = [0, 1].filter((a) => this.stays(p.axes[a]?.index ?? -1));
    const inner = [0, 1].filter((a) => !outer.includes(a));
    const [out] = outer;
    const [closed] = inner;
    if (out === undefined) {
      const ends = inner.flatMap((a) => {
        const met = this.others(p.axes[a]?.index ?? -1, p).map((s) => s.party.noun);
        return met.length > 0 ? [`its ${this.ownSide(p, a)} to ${listed(met)}`] : [];
      });
      return ends.length > 0 ? [`${capital(stand)}: ${this.turns(p)} ${ends.join(' and ')}.`] : [];
    }
    if (closed === undefined) {
      const reasons = outer.map((a) => this.why(p, a));
      return [`${reasons.join(', ').replace(', The ', ', the ')}: so ${stand}.`];
    }
    const met = this.others(p.axes[closed]?.index ?? -1, p).map((s) => s.party.noun);
    if (met.length === 0 && chain.length === 1) return [`${this.why(p, out)}.`];
    const shape = p.axes.map((a) => a.length);
    const seen = (transposed ? [...shape].reverse() : shape).join('×');
    const as = this.square(p) ? this.turns(p) : `as ${seen} it turns`;
    const inwards = met.length > 0 ? ` and its ${this.ownSide(p, closed)} to ${listed(met)}` : '';
    const explained = chain.length > 1 || transposed;
    return [
      `${this.why(p, out)}, so ${stand}${explained && !p.symmetric ? `: ${as} its ${this.ownSide(p, out)} outwards${inwards}` : ''}.`,
    ];
  }

  private turns(p: Party): string {
    return p.stand.transposed && !p.symmetric ? 'that turns' : 'it turns';
  }

  /** `n`, `columns`. */
  private ownSide(p: Party, axis: number): string {
    return this.square(p) ? SIDES[axis === 0 ? 0 : 1] : (p.axes[axis]?.length ?? '');
  }

  /** Why a side stays, and as what. */
  private why(p: Party, axis: number): string {
    const { index = -1, length = '' } = p.axes[axis] ?? {};
    const as = this.resultSide(index);
    const ambiguous =
      this.square(p) ||
      this.placement.out.some((ix) => ix !== index && this.lengthOf(ix) === length) ||
      this.others(index, p).length > 0;
    if (!ambiguous) return `${length} stays${as}`;
    const side = capital(this.side({ party: p, axis }));
    const many = p.axes.length === 2 && this.square(p);
    const stays = many ? 'stay' : 'stays';
    const variable = this.variableSide(index);
    return p.met.has(index)
      ? `${side} met ${variable} in the forward pass and ${stays}${as}`
      : `${side} ${many ? 'run' : 'runs'} along ${variable} and ${stays}${as}`;
  }

  private lengthOf(index: number): string {
    const at = this.placement.out.indexOf(index);
    const d = this.network.dims.get(this.network.out[at] ?? -1);
    return d ? formatDim(d) : '';
  }

  /** Sides of the result that no factor has. */
  repetitions(): string[] {
    return this.placement.out.flatMap((index) =>
      this.sides.has(index) || this.hasIdentity(index)
        ? []
        : [
            `No factor has the side ${this.lengthOf(index)}: the forward pass sums over it as it is, so all of it counts alike, and ones repeat along it.`,
          ],
    );
  }

  private hasIdentity(index: number): boolean {
    return this.network.links.some(
      ({ factor }, k) =>
        factor.node.kind === 'delta' && (this.placement.factors[k] ?? []).includes(index),
    );
  }
}

const capital = (text: string): string =>
  /^(the|their)\b/.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
