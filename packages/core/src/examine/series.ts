import { add, zeros } from '../expr/build.ts';
import type { Apply, Node } from '../expr/node.ts';
import { postorder, substitute } from '../expr/walk.ts';
import { numberOf, type Steps } from '../family/instances.ts';
import { place } from '../family/places.ts';
import { atPlace } from '../family/rename.ts';
import { seriesOf, seriesSteps } from '../ops/series.ts';
import { indexText } from '../shape/dim.ts';
import type { Expr } from '../syntax/tree.ts';
import type { Diagnosis } from './examination.ts';
import { visited } from './visit.ts';

/**
 * A formula with its sums over steps written out for given numbers of steps. `t = 2..T` has no terms where T is 1; `t = T..2` is read
 * downwards.
 * @throws RangeError where an end has no number
 */
export function writtenOut(root: Node, steps: Steps): Node {
  const by = new Map<Node, Node>();
  for (const node of postorder([root])) {
    const over = seriesSteps(node);
    if (!over || node.kind !== 'apply') continue;
    const [body] = substitute(node.args, by);
    if (!body) continue;
    const [from, to] = [numberOf(over.from, steps), numberOf(over.to, steps)];
    const down = over.from.variable !== null && over.to.variable === null;
    const [low, high] = down ? [to, from] : [from, to];
    const terms = Array.from({ length: Math.max(0, high - low + 1) }, (_, k) =>
      atPlace(body, over.letter, place(null, low + k)),
    );
    by.set(node, terms.length > 0 ? add(...terms) : zeros(node.axes));
  }
  return substitute([root], by)[0] ?? root;
}

/** A claim that is a multiple of one sum: its steps, and the multiple of one term. */
export interface Series {
  readonly sum: Apply;
  readonly over: NonNullable<ReturnType<typeof seriesSteps>>;
  readonly term: Node;
}

/** Takes a claim `1/T Σ[t=1..T] …` apart; nothing where it is no such multiple. */
export function seriesIn(claim: Node): Series | undefined {
  const [only, ...rest] = postorder([claim]).filter((n) => seriesSteps(n));
  const over = only && seriesSteps(only);
  if (!over || only.kind !== 'apply' || rest.length > 0) return undefined;
  const isMultiple = (n: Node): boolean =>
    n === only ||
    (n.kind === 'sum' && n.terms.length === 1 && n.terms.every((t) => isMultiple(t.node))) ||
    (n.kind === 'contract' &&
      n.extents.length === n.axes.length &&
      n.operands.every((o) => o.indices.length === 0 || isMultiple(o.node)));
  const [term] = isMultiple(claim)
    ? substitute([claim], new Map([[only, only.args[0] ?? only]]))
    : [];
  return term && { sum: only, over, term };
}

/** The same sum from a step earlier or later, or to one. */
export function otherRanges(claim: Node): { readonly node: Node; readonly diagnosis: Diagnosis }[] {
  const series = seriesIn(claim);
  if (!series) return [];
  const { letter, from, to } = series.over;
  return (['from', 'to'] as const).flatMap((end) =>
    [-1, 1].map((by) => {
      const old = end === 'from' ? from : to;
      const moved = { ...old, offset: old.offset + by };
      const steps = end === 'from' ? { letter, from: moved, to } : { letter, from, to: moved };
      const node = seriesOf(series.term, steps);
      const missing = end === 'from' ? by < 0 : by > 0;
      const place = `${letter} = ${indexText(missing ? moved : old).replace('-', '−')}`;
      return {
        node,
        diagnosis: {
          class: missing ? 'missing-term' : 'extra-term',
          text: `the term for ${place} is ${missing ? 'missing' : 'too much'}`,
          repair: node,
        },
      } as const;
    }),
  );
}

/** The letter of a sum over steps in a claim. */
export function seriesLetter(e: Expr): string | null {
  let letter: string | null = null;
  visited(e, {
    series: (s) => {
      letter ??= s.range.variable;
      return s;
    },
  });
  return letter;
}
