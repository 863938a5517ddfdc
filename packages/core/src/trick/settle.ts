import { inlineParts, reverse } from '../derive/reverse.ts';
import { add } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { groupsByValue, sameValue } from '../verify/compare.ts';
import type { Candidate } from './network.ts';
import { placesOf } from './places.ts';
import { Scribe } from './reading.ts';
import { COMPARED, LISTED, type Task } from './stages.ts';
import type { Arranging, TrickQuestion } from './trick.ts';
import { lighterTurn, turnOf, type Words, writtenShape } from './words.ts';

export interface Settled {
  readonly settled: readonly { readonly arranging: Arranging; readonly task: Task }[];
  /** Whether there was a point at which everything is defined; without one, formulas are compared in normal form. */
  readonly compared: boolean;
}

/** Whether two formulas have clearly different values; rounding makes none. */
const isOther = (a: Node, b: Node, seed: number): boolean =>
  sameValue(a, b, { seed }) === 'different';

/**
 * Evaluates all arrangements together, leaves out those of equal value, and marks the right ones.
 * @param contributions what the paths contribute, which add up to the gradient
 * @throws Error where they do not, or where a chain without functions in disguise is not its path's contribution
 */
export function settle(
  tasks: readonly Task[],
  contributions: readonly Node[],
  question: TrickQuestion,
  words: Words,
): Settled {
  const { value, variable, seed } = question;
  const gradient = inlineParts(reverse(value, [variable]), () => false).gradients[0];
  const nodes: Node[] = [...(gradient ? [gradient] : []), add(...contributions)];
  const distinctTasks = [...new Set(tasks)];
  const starts = distinctTasks.map(({ candidates, contribution }) => {
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
  const settled = distinctTasks.map((task, t) => {
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
  const by = new Map(settled.map((s) => [s.task, s]));
  return { settled: tasks.flatMap((t) => by.get(t) ?? []), compared: groups !== undefined };
}
