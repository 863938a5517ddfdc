import { pullback } from '../derive/reverse.ts';
import { ones, symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import { type Chain, chainOf } from './chain.ts';
import { type Candidates, candidatesOf } from './network.ts';
import type { Edge, Path } from './paths.ts';
import type { Words } from './words.ts';

/** Arrangements that are compared by numbers, and those that are listed: a path with more goes stage by stage where it can. */
export const COMPARED = 120;
export const LISTED = 60;
const WHOLE_LIMITS = { states: 2000, formulas: LISTED, beyond: 'refused' } as const;
const STAGE_LIMITS = { states: 4000, formulas: COMPARED, beyond: 'counted' } as const;
/** Array factors that are arranged at once, and those of a stage, the stage before it included. */
const AT_ONCE = 6;
const STAGE = 3;

/** Arrangements of all paths together: with more the search would take longer than anybody waits. */
const MOST_FORMULAS = 240;

/** Factors to be arranged, with what is right for them. */
export interface Task {
  readonly chain: Chain;
  readonly candidates: Candidates;
  /** The rigorous result: the product of the pullbacks along the edges. */
  readonly contribution: Node;
  /** null: the variable's. */
  readonly of: Node | null;
  readonly symbol: Sym | null;
}

/** What a cotangent becomes along a path. */
export const carried = (edges: readonly Edge[], cotangent: Node): Node =>
  edges.reduce((g, { node, slot }) => pullback(node, slot, g), cotangent);

/** Cuts paths into pieces that can be arranged. What several paths have in common is arranged once. */
export class Stages {
  private readonly words: Words;
  private readonly taken: ReadonlySet<string>;
  private readonly parts = new Map<Node, Sym>();
  private readonly known = new Map<string, Task>();
  private named = 0;
  private formulas = 0;

  constructor(words: Words, value: Node) {
    this.words = words;
    this.taken = new Set(symbolsOf([value]).map((s) => s.name));
  }

  /** All factors of a path at once, where they are few enough. */
  atOnce(chain: Chain, contribution: Node): Task[] | undefined {
    if (chain.network.links.length > AT_ONCE) return undefined;
    const candidates = candidatesOf(chain.network, WHOLE_LIMITS);
    if (!candidates || !this.affords(candidates)) return undefined;
    return [{ chain, candidates, contribution, of: null, symbol: null }];
  }

  /** Whether there is work left for so many more arrangements. */
  private affords({ list, more }: Candidates): boolean {
    this.formulas += list.length + more;
    return this.formulas <= MOST_FORMULAS;
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
      const edges = path.slice(from, to);
      const next = path[to]?.node ?? null;
      const key = [upstream, ...edges.flatMap((e) => [e.node, e.slot]), next]
        .map((k) => (typeof k === 'number' ? k : k?.id))
        .join();
      let task = this.known.get(key);
      if (!task) {
        if (this.formulas > MOST_FORMULAS) return undefined;
        const candidates = candidatesOf(chain.network, STAGE_LIMITS);
        if (!candidates || !this.affords(candidates)) return undefined;
        const contribution = carried(edges, upstream ?? ones([]));
        task = { chain, candidates, contribution, of: next, symbol: next && this.part(next) };
        this.known.set(key, task);
      }
      tasks.push(task);
      upstream = task.symbol;
      from = to;
    }
    return tasks;
  }

  /** A free name for the gradient by a node, as far as a path contributes to it. */
  private part(node: Node): Sym {
    const had = this.parts.get(node);
    if (had) return had;
    let name = '';
    do {
      this.named++;
      name = `G_${this.named}`;
    } while (this.taken.has(name));
    const made = symbol(name, node.axes, { role: 'part' });
    this.parts.set(node, made);
    return made;
  }
}
