import { ones } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import { type Chain, chainOf } from './chain.ts';
import { collected } from './merged.ts';
import { pathsTo } from './paths.ts';
import {
  absent,
  constant,
  inapplicable,
  type Judged,
  reasonOf,
  tooLong,
  tooMany,
  tooManyWays,
  UNCOMPARED,
  verdictOf,
} from './reason.ts';
import { settle } from './settle.ts';
import { carried, Stages } from './stages.ts';
import type { Trick, TrickPath, TrickQuestion, TrickStage } from './trick.ts';
import { Words, writtenSize } from './words.ts';

/** Expressions of more symbols than this are not taken as scalars by anybody. */
const MAX_SIZE = 1000;
/** More paths than this are counted and not arranged. */
const MAX_PATHS = 12;
/** Array factors of one path. */
const MAX_CHAIN = 32;

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
  const contributions = list.map((path) => carried(path, ones([])));
  const stages = new Stages(words, question.value);
  const tasks = list.map((path, k) => {
    const chain = chains[k];
    const whole = contributions[k];
    return chain && whole && (stages.atOnce(chain, whole) ?? stages.split(path));
  });
  if (!tasks.every((t) => t !== undefined)) return without(tooManyWays(), chains.map(unarranged));

  const { settled, compared } = settle(tasks.flat(), contributions, question, words);
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
  const notes = compared ? traps : [...traps, UNCOMPARED];
  return {
    verdict: verdictOf(judged),
    paths,
    reason: reasonOf(judged, paths.length, name, notes),
  };
}
