import { inlineParts, pullback, reverse } from '../derive/reverse.ts';
import { add, ones, symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import { groupsByValue, sameValue } from '../verify/compare.ts';
import { type Chain, chainOf } from './chain.ts';
import { collected } from './merged.ts';
import { type Candidate, type Candidates, candidatesOf } from './network.ts';
import { type Edge, type Path, pathsTo } from './paths.ts';
import { placesOf } from './places.ts';
import { Scribe } from './reading.ts';
import {
  absent,
  constant,
  inapplicable,
  type Judged,
  reasonOf,
  tooLong,
  tooMany,
  tooManyWays,
  verdictOf,
} from './reason.ts';
import type { Arranging, Trick, TrickPath, TrickQuestion, TrickStage } from './trick.ts';
import { lighterTurn, turnOf, Words, writtenShape, writtenSize } from './words.ts';

/** Expressions of more symbols than this are not taken as scalars by anybody. */
const MAX_SIZE = 1000;
/** More paths than this are counted and not arranged. */
const MAX_PATHS = 12;
/** Array factors of one path, and how many of them are arranged at once. */
const MAX_CHAIN = 32;
const AT_ONCE = 6;
/** Array factors of a stage, the stage before it included. */
const STAGE = 3;
/** Arrangements that are compared by numbers, and those that are listed: a path with more goes stage by stage where it can. */
const COMPARED = 120;
const LISTED = 60;
const WHOLE_LIMITS = { states: 2000, formulas: LISTED, beyond: 'refused' } as const;
const STAGE_LIMITS = { states: 8000, formulas: COMPARED, beyond: 'counted' } as const;

/** Factors to be arranged, with what is right for them. */
interface Task {
  readonly chain: Chain;
  readonly candidates: Candidates;
  /** The rigorous result: the product of the pullbacks along the edges. */
  readonly contribution: Node;
  /** null: the variable's. */
  readonly of: Node | null;
  readonly symbol: Sym | null;
}

/**
 * The scalar trick on a value, for one variable: for every path between them the factors, all their arrangements that have the
 * variable's shape, and which of them is right. What is right is known from the pullbacks along the path, whose sum is held
 * against the reverse-mode gradient.
 * @throws Error where the paths do not add up to the gradient, which is a defect of the program
 */
export function trickFor(question: TrickQuestion): Trick {
  const { value, variable, seed } = question;
  const words = new Words(question.text);
  const name = words.noun(variable);
  const without = (reason: string, paths: readonly TrickPath[] = []): Trick => ({
    verdict: 'not-applicable',
    paths,
    reason,
  });
  const size = writtenSize(value);
  if (size > MAX_SIZE) return without(tooLong(size, MAX_SIZE));
  const { count, list } = pathsTo(value, variable, MAX_PATHS);
  if (count === 0)
    return without(symbolsOf([value]).includes(variable) ? constant(name) : absent(name));
  if (count > MAX_PATHS) return without(tooMany(count, MAX_PATHS, name));
  const chains = list.map((path) => chainOf(path, words));
  const unarranged = (chain: Chain): TrickPath => ({
    chain: chain.factors,
    wanted: question.shape,
    arrangements: [],
    omitted: 0,
    stages: [],
  });
  const stopped = chains.find((c) => c.stopped !== null)?.stopped;
  if (typeof stopped === 'string') return without(inapplicable(stopped), chains.map(unarranged));
  const longest = Math.max(...chains.map((c) => c.network.links.length));
  if (longest > MAX_CHAIN) return without(tooLong(longest, MAX_CHAIN, true));
  const stages = new Stages(words, question);
  const tasks = list.map((path, k) => {
    const chain = chains[k];
    return chain && (stages.atOnce(path, chain) ?? stages.split(path));
  });
  if (!tasks.every((t) => t !== undefined)) return without(tooManyWays(), chains.map(unarranged));

  const contributions = list.map((path) => carried(path, ones([])));
  const settled = settle(tasks.flat(), contributions, question, words);
  let next = 0;
  const paths = tasks.map((of, k): TrickPath => {
    const mine = settled.slice(next, next + of.length);
    next += of.length;
    const last = mine[mine.length - 1];
    if (!last) throw new Error('a path without factors');
    const stages = mine.map(({ arranging, task }): TrickStage => {
      const { symbol: s, of: node } = task;
      return { ...arranging, symbol: s, of: node ?? variable };
    });
    if (of.length === 1) return { ...last.arranging, stages: [] };
    return { ...last.arranging, chain: chains[k]?.factors ?? [], stages };
  });
  const judged = settled.map(
    ({ arranging, task }): Judged => ({
      fits: arranging.arrangements.length + arranging.omitted,
      right: arranging.arrangements.filter((a) => a.passes).length,
      wanted: arranging.wanted,
      caveats: task.chain.caveats,
      factors: task.chain.network.links.length,
      written: task.chain.caveats.length > 0 || arranging.arrangements.some((a) => a.passes),
    }),
  );
  const traps = tasks.every((t) => t.length === 1)
    ? collected(
        paths.map((p, k) => ({
          chain: chains[k] as Chain,
          contribution: contributions[k] as Node,
          arrangements: p.arrangements,
        })),
        variable,
        seed,
        words,
      )
    : [];
  return {
    verdict: verdictOf(judged),
    paths,
    reason: reasonOf(judged, paths.length, name, traps),
  };
}

/** What a cotangent becomes along a path. */
const carried = (edges: readonly Edge[], cotangent: Node): Node =>
  edges.reduce((g, { node, slot }) => pullback(node, slot, g), cotangent);

/** Cuts paths into pieces that can be arranged. */
class Stages {
  private readonly words: Words;
  private readonly taken: ReadonlySet<string>;
  private named = 0;

  constructor(words: Words, { value }: TrickQuestion) {
    this.words = words;
    this.taken = new Set(symbolsOf([value]).map((s) => s.name));
  }

  /** All factors of a path at once, where they are few enough. */
  atOnce(path: Path, chain: Chain): Task[] | undefined {
    if (chain.network.links.length > AT_ONCE) return undefined;
    const candidates = candidatesOf(chain.network, WHOLE_LIMITS);
    if (!candidates) return undefined;
    const contribution = carried(path, ones([]));
    return [{ chain, candidates, contribution, of: null, symbol: null }];
  }

  /** Stage by stage, each taking the one before it as a named factor. */
  split(path: Path): Task[] | undefined {
    const tasks: Task[] = [];
    let upstream: Sym | null = null;
    for (let from = 0; from < path.length; ) {
      let to = from + 1;
      let chain = chainOf(path.slice(from, to), this.words, upstream, STAGE - 1);
      for (; to < path.length; to++) {
        const longer = chainOf(path.slice(from, to + 1), this.words, upstream, STAGE - 1);
        if (longer.network.links.length > STAGE) break;
        chain = longer;
      }
      const candidates = candidatesOf(chain.network, STAGE_LIMITS);
      if (!candidates) return undefined;
      const edges = path.slice(from, to);
      const contribution = carried(edges, upstream ?? ones([]));
      const next = path[to]?.node ?? null;
      upstream = next && this.part(next);
      tasks.push({ chain, candidates, contribution, of: next, symbol: upstream });
      from = to;
    }
    return tasks;
  }

  /** A free name for the gradient by a node. */
  private part(node: Node): Sym {
    let name = '';
    do {
      this.named++;
      name = `G_${this.named}`;
    } while (this.taken.has(name));
    return symbol(name, node.axes, { role: 'part' });
  }
}

/** Whether two formulas have clearly different values; rounding makes none. */
const isOther = (a: Node, b: Node, seed: number): boolean =>
  sameValue(a, b, { seed }) === 'different';

/**
 * Evaluates all arrangements together, leaves out those of equal value, and marks the right ones. Where there is no point at which
 * everything is defined, formulas in normal form are compared.
 */
function settle(
  tasks: readonly Task[],
  contributions: readonly Node[],
  question: TrickQuestion,
  words: Words,
): { readonly arranging: Arranging; readonly task: Task }[] {
  const { value, variable, seed } = question;
  const gradient = inlineParts(reverse(value, [variable]), () => false).gradients[0];
  const nodes: Node[] = [...(gradient ? [gradient] : []), add(...contributions)];
  const starts = tasks.map(({ candidates, contribution }) => {
    const start = nodes.length;
    const compared = candidates.list.slice(0, COMPARED);
    if (!compared.includes(candidates.own)) compared.push(candidates.own);
    nodes.push(contribution, ...compared.map((c) => c.node));
    return { start, compared };
  });
  const groups = groupsByValue(nodes, { seed });
  const [whole, parts] = nodes;
  if (groups && whole && parts && groups[0] !== groups[1] && isOther(whole, parts, seed))
    throw new Error(`the paths to ${variable.name} do not add up to the gradient`);
  const kind = (k: number): number => groups?.[k] ?? nodes.indexOf(nodes[k] as Node);
  return tasks.map((task, t) => {
    const { start, compared } = starts[t] as (typeof starts)[number];
    const own = compared.indexOf(task.candidates.own);
    const right = task.chain.caveats.length === 0 ? kind(start + 1 + own) : kind(start);
    if (right !== kind(start) && isOther(task.contribution, task.candidates.own.node, seed))
      throw new Error(`the factors on a path to ${variable.name} are not its contribution`);
    const kinds = new Map<number, Candidate>();
    compared.forEach((c, k) => {
      const group = kind(start + 1 + k);
      if (!kinds.has(group) || c === task.candidates.own) kinds.set(group, c);
    });
    const distinct = [...kinds].map(([group, c]) => ({ c, passes: group === right }));
    const sorted = [...distinct.filter((d) => d.passes), ...distinct.filter((d) => !d.passes)];
    const wanted = task.of ? writtenShape(task.of, lighterTurn(task.of)) : question.shape;
    const { network } = task.chain;
    const scribe = new Scribe(network);
    const target = task.of ?? variable;
    const uncompared = task.candidates.list.length - compared.length + task.candidates.more;
    const written = sorted.flatMap(({ c, passes }) => {
      const reading = scribe.read(c.placement, turnOf(wanted));
      if (!reading) return [];
      const places = passes ? placesOf(network, c.placement, reading, words, target) : [];
      return [{ node: c.node, expr: reading.expr, passes, places }];
    });
    const arranging: Arranging = {
      chain: task.chain.factors,
      wanted,
      arrangements: written.slice(0, LISTED),
      omitted: Math.max(0, written.length - LISTED) + uncompared,
    };
    return { arranging, task };
  });
}
