import { apply, contract, delta, literal, power, sum } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import type { Entry, Letter } from './entry.ts';

/** A node with a letter for each of its axes, none of them twice. */
interface Lettered {
  readonly node: Node;
  readonly letters: readonly Letter[];
}

/** What stands for ∂(node)/∂(symbol), of the node's axes and then those of the symbol. */
export type DerivativeOf = (node: Node) => Node;

/**
 * What an entry stands for as an array: of the given letters, in their order. It is read from what is printed, and knows nothing of how
 * that was derived.
 */
export function arrayOfEntry(e: Entry, at: readonly Letter[], derivativeOf: DerivativeOf): Node {
  return spread(lettered(e, derivativeOf), at);
}

/** The array on other letters, repeated along those that it has not. */
const spread = ({ node, letters }: Lettered, to: readonly Letter[]): Node => {
  const place = new Map<Letter, number>(to.map((l, k) => [l, k]));
  let next = to.length;
  for (const l of letters) if (!place.has(l)) place.set(l, next++);
  return contract(
    [{ node, indices: letters.map((l) => place.get(l) as number) }],
    to.map((_, k) => k),
    new Map(to.map((l, k): [number, Dim] => [k, l.dim])),
  );
};

function lettered(e: Entry, derivativeOf: DerivativeOf): Lettered {
  const go = (x: Entry): Lettered => lettered(x, derivativeOf);
  switch (e.kind) {
    case 'number':
      return { node: literal(e.value), letters: [] };
    case 'entry':
      return once({ node: e.node, letters: e.letters });
    case 'delta':
      return once({ node: delta(e.letters[0].dim), letters: e.letters });
    case 'total': {
      const inner = go(e.of);
      const letters = inner.letters.filter((l) => !e.over.includes(l));
      // a letter that is summed and stands nowhere counts its range
      const all = union([inner, { node: inner.node, letters: e.over }]);
      return { node: spread({ node: spread(inner, all), letters: all }, letters), letters };
    }
    case 'product': {
      const parts = e.factors.map(go);
      const letters = union(parts);
      const at = new Map(letters.map((l, k) => [l, k]));
      const factors = parts.map((p) => ({
        node: p.node,
        indices: p.letters.map((l) => at.get(l) as number),
      }));
      return {
        node: contract(
          factors,
          letters.map((_, k) => k),
        ),
        letters,
      };
    }
    case 'sum': {
      const parts = e.terms.map((t) => go(t.of));
      const letters = union(parts);
      const terms = parts.map((p, k) => ({
        coefficient: e.terms[k]?.coefficient ?? fail(),
        node: spread(p, letters),
      }));
      return {
        node: sum(
          terms,
          letters.map((l) => l.dim),
        ),
        letters,
      };
    }
    case 'power': {
      const base = go(e.base);
      return { node: power(base.node, e.exponent), letters: base.letters };
    }
    case 'apply': {
      const parts = e.args.map(go);
      const letters = union(parts);
      const args = parts.map((p) => (p.letters.length === 0 ? p.node : spread(p, letters)));
      return { node: apply(e.node.op, args, e.node.fn), letters };
    }
    case 'derivative': {
      const of = go(e.of);
      return once({ node: derivativeOf(of.node), letters: [...of.letters, ...e.at] });
    }
  }
}

function fail(): never {
  throw new Error('a sum with fewer terms than it has');
}

const union = (parts: readonly Lettered[]): Letter[] => [
  ...new Set(parts.flatMap((p) => p.letters)),
];

/** A diagonal where a letter stands twice. */
const once = (x: Lettered): Lettered => {
  const letters = [...new Set(x.letters)];
  return letters.length === x.letters.length ? x : { node: spread(x, letters), letters };
};
