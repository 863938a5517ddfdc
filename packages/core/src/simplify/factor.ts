import { contract, sum, transpose } from '../expr/build.ts';
import { nominalCost } from '../expr/cost.ts';
import type { Contract, Node, Operand, Sum, Term } from '../expr/node.ts';
import { transform } from '../expr/walk.ts';
import { eqR, negR, ONE } from '../shape/rational.ts';

/**
 * Distributivity read backwards: AX + BX = (A + B)X, where it makes the formula shorter and no intermediate larger.
 * Only sums that a derivation made are touched by it; a product is never multiplied out.
 * @param typed nodes that stay as they are: those of the formula that is derived
 */
export function factorSums(roots: readonly Node[], typed: ReadonlySet<Node> = new Set()): Node[] {
  return transform(roots, (node, original) => {
    if (typed.has(original)) return original;
    return node.kind === 'sum' ? factored(node) : node;
  });
}

/** Longer sums stay as they are: to try every factor of every term would take the cube of their length. */
const MAX_TERMS = 32;

/** One more addition of matrices is worth a shorter formula: (A + Aᵀ)x. A product of matrices for one of vectors is not. */
const SLACK = 2;

function factored(node: Sum): Node {
  const scalars = commonScalars(node);
  if (scalars.length > 0) return withoutScalars(node, scalars);
  let current: Node = node;
  for (let guard = 0; guard < 8 && current.kind === 'sum'; guard++) {
    const next = once(current);
    if (!next) break;
    current = next;
  }
  return current;
}

/** Scalars that are factors of every term: the 1/m of 1/m P − 1/m Y. */
function commonScalars(node: Sum): readonly Operand[] {
  const [first, ...rest] = node.terms.map((t) => scalarsOf(t.node));
  if (!first || rest.length === 0) return [];
  return first.filter((o) =>
    rest.every((list) => list.some((p) => p.node === o.node && eqR(p.exponent, o.exponent))),
  );
}

const scalarsOf = (node: Node): readonly Operand[] =>
  node.kind === 'contract' && node.axes.length > 0
    ? node.operands.filter((o) => o.indices.length === 0)
    : [];

function withoutScalars(node: Sum, scalars: readonly Operand[]): Node {
  const inverse = scalars.map((o) => ({ ...o, exponent: negR(o.exponent) }));
  const out = node.axes.map((_, i) => i);
  const rest = sum(
    node.terms.map((t) => ({
      coefficient: t.coefficient,
      node: contract([{ node: t.node, indices: out }, ...inverse], out),
    })),
    node.axes,
  );
  const inside = factoredWithin(rest);
  return contract([{ node: inside, indices: out }, ...scalars], out);
}

/** The same for a sum that stands transposed, as sums of matrices may (see `orient` in expr/build.ts). */
function factoredWithin(node: Node): Node {
  if (node.kind === 'sum') return factored(node);
  const turned = transpose(node);
  return turned.kind === 'sum' ? transpose(factored(turned)) : node;
}

/** A way to write terms as one factor times a sum. */
interface Split {
  readonly factor: Operand;
  readonly members: { readonly term: Term; readonly rest: Node }[];
  /** Lengths of the rest's axes: the result's that the factor lacks, and the factor's summed ones. */
  readonly open: readonly number[];
}

function once(node: Sum): Node | undefined {
  if (node.terms.length < 2 || node.terms.length > MAX_TERMS || node.axes.length > 2)
    return undefined;
  for (const first of node.terms) {
    if (first.node.kind !== 'contract') continue;
    for (const factor of first.node.operands) {
      const found = split(node, first.node, factor);
      if (!found || found.members.length < 2) continue;
      const made = join(node, first.node, found);
      if (made && nominalCost([made]) <= SLACK * nominalCost([node])) return made;
    }
  }
  return undefined;
}

/** Whether an axis of a product is on none of its factors. */
const isRepeated = (n: Node): boolean =>
  n.kind === 'contract' && n.axes.some((_, ix) => n.operands.every((o) => !o.indices.includes(ix)));

/** All terms that have the factor in the same place. */
function split(node: Sum, model: Contract, factor: Operand): Split | undefined {
  const rank = node.axes.length;
  if (
    factor.indices.length === 0 ||
    factor.node.kind === 'delta' ||
    new Set(factor.indices).size < factor.indices.length
  )
    return undefined;
  const inner = factor.indices.filter((ix) => ix >= rank);
  const outer = factor.indices.filter((ix) => ix < rank);
  // what stays beside the factor: result indices that it lacks, or shares with others
  const others = model.operands.filter((o) => o !== factor);
  const shared = outer.filter((ix) => others.some((o) => o.indices.includes(ix)));
  if (shared.length > 0 || inner.length > 1) return undefined;
  const open = node.axes.map((_, i) => i).filter((i) => !outer.includes(i));
  const members: { term: Term; rest: Node }[] = [];
  for (const term of node.terms) {
    const rest = remainder(term.node, factor, rank, open);
    if (rest) members.push({ term, rest });
  }
  return { factor, members, open };
}

/** What multiplies the factor in a term: a node on the open indices and then the factor's summed ones. */
function remainder(
  node: Node,
  factor: Operand,
  rank: number,
  open: readonly number[],
): Node | undefined {
  if (node.kind !== 'contract') return undefined;
  const here = node.operands.find(
    (o) =>
      o.node === factor.node &&
      eqR(o.exponent, factor.exponent) &&
      o.indices.every((ix, a) => {
        const wanted = factor.indices[a] ?? -1;
        return wanted < rank ? ix === wanted : ix >= rank;
      }),
  );
  if (!here) return undefined;
  const inner = here.indices.filter((ix) => ix >= rank);
  const rest = node.operands.filter((o) => o !== here);
  if (here.indices.some((ix) => ix < rank && rest.some((o) => o.indices.includes(ix))))
    return undefined;
  if (inner.some((ix) => !rest.some((o) => o.indices.includes(ix)))) return undefined;
  const extents = new Map(
    node.extents
      .map((d, i) => [i, d] as const)
      .filter(([i]) => !here.indices.includes(i) || inner.includes(i)),
  );
  return contract(rest, [...open, ...inner], extents);
}

function join(node: Sum, model: Contract, { factor, members, open }: Split): Node | undefined {
  const rank = node.axes.length;
  const first = members[0]?.rest;
  if (!first || first.axes.length > 2) return undefined;
  // nobody wants (I − p) diag(p) for diag(p) − ppᵀ, with p repeated in the brackets
  if (members.some((m) => isRepeated(m.rest))) return undefined;
  // a scalar or a common whole product gains nothing here
  if (first.axes.length === 0 && members.every((m) => m.rest.kind === 'literal')) return undefined;
  const joined = sum(
    members.map((m) => ({ coefficient: m.term.coefficient, node: m.rest })),
    first.axes,
  );
  const inside = factoredWithin(joined);
  const inner = factor.indices.filter((ix) => ix >= rank);
  const whole = contract(
    [{ ...factor }, { node: inside, exponent: ONE, indices: [...open, ...inner] }],
    node.axes.map((_, i) => i),
    new Map(model.extents.map((d, i) => [i, d] as const)),
  );
  const left = node.terms.filter((t) => members.every((m) => m.term !== t));
  return sum([...left, { coefficient: ONE, node: whole }], node.axes);
}
