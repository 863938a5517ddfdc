import { contract, isSymmetric, symbol } from '../expr/build.ts';
import type { Contract, Node, Sym } from '../expr/node.ts';
import { NOMINAL_SIZES, type Sizes } from '../expr/plan.ts';
import { children, postorder, rebuild } from '../expr/walk.ts';
import { hasMatrixForm } from '../notation/form.ts';
import { distributed } from './distribute.ts';
import { gatherSums } from './gather.ts';
import type { Line } from './open.ts';
import { inPairs } from './pairs.ts';

export type { Line } from './open.ts';

export interface Lines {
  readonly lines: readonly Line[];
  /** What is asked for, in terms of variables and the lines. */
  readonly roots: readonly Node[];
}

/** Expressions with more nodes than this get a line of their own. */
const LONG = 24;

/**
 * Orders the computation of some roots as a list of assignments: every named part that is used, every node that is needed
 * more than once, and pieces of what would be too long for one line. Products are worked off in the order that is cheapest for the
 * sizes. Linear in the size of the graph, with no call stack.
 */
export function linesOf(
  roots: readonly Node[],
  parts: readonly Line[],
  sizes: Sizes = NOMINAL_SIZES,
): Lines {
  const reached = usedParts(roots, parts);
  const paired = inPairs(arranged([...reached.map((p) => p.node), ...roots], sizes), sizes);
  const wanted = paired.roots.slice(reached.length);
  const used = [
    ...paired.lines,
    ...reached.map((p, k) => ({ symbol: p.symbol, node: paired.roots[k] ?? p.node })),
  ];
  const all = [...used.map((p) => p.node), ...wanted];
  const order = postorder(all);
  const uses = countUses(order, all);
  const alone = needsOwnLine(order);
  const named = new Map<Node, Sym>();
  for (const p of used)
    if (p.node.kind !== 'symbol' && !named.has(p.node)) named.set(p.node, p.symbol);
  const isRoot = new Set(wanted);
  const lines: Line[] = [];
  const done = new Map<Node, Node>();
  const lengths = new Map<Node, number>();
  const small = new Map<Node, Sym>();
  let count = 0;

  const cut = (node: Node): Sym => {
    const had = small.get(node);
    if (had) return had;
    const made = symbol(`#line${count++}`, node.axes, {
      role: 'part',
      properties: isSymmetric(node) ? ['symmetric'] : [],
    });
    small.set(node, made);
    lines.push({ symbol: made, node });
    return made;
  };

  for (const node of order) {
    const fresh = children(node).some((c) => done.get(c) !== c)
      ? rebuild(node, (c) => done.get(c) ?? c)
      : node;
    const part = named.get(node);
    const shared = (uses.get(node) ?? 0) > 1;
    const long = (): boolean => sizeOf(fresh, lengths) > LONG && !isRoot.has(node);
    if (part) {
      lines.push({ symbol: part, node: fresh });
      done.set(node, part);
    } else if (isCheap(fresh)) {
      done.set(node, fresh);
    } else if (isRepetition(fresh)) {
      const inner = shared || long() ? contractOf(fresh) : null;
      done.set(node, inner && !isCheap(inner) ? repeated(fresh, cut(inner)) : fresh);
    } else {
      done.set(node, shared || long() || alone.has(node) ? cut(fresh) : fresh);
    }
  }
  for (const p of used) {
    if (named.get(p.node) !== p.symbol)
      lines.push({ symbol: p.symbol, node: done.get(p.node) ?? p.node });
  }
  return { lines: inOrder(lines), roots: wanted.map((r) => done.get(r) ?? r) };
}

/** Sums and products as they take the least work. */
const arranged = (roots: readonly Node[], sizes: Sizes): Node[] =>
  gatherSums(distributed(roots, sizes));

/** The parts that the roots need, directly or through other parts. */
function usedParts(roots: readonly Node[], parts: readonly Line[]): Line[] {
  const needed = new Set<Node>();
  reach(roots, needed);
  const used: Line[] = [];
  for (const part of [...parts].reverse()) {
    if (!needed.has(part.symbol)) continue;
    used.push(part);
    reach([part.node], needed);
  }
  return used.reverse();
}

/** Adds every node below the roots; what is there already has been gone through. */
export function reach(roots: readonly Node[], seen: Set<Node>): void {
  const stack = [...roots];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    stack.push(...children(node));
  }
}

function countUses(order: readonly Node[], roots: readonly Node[]): Map<Node, number> {
  const uses = new Map<Node, number>();
  const count = (n: Node): void => void uses.set(n, (uses.get(n) ?? 0) + 1);
  for (const node of order) for (const c of children(node)) count(c);
  for (const r of roots) count(r);
  return uses;
}

/** Nodes without a matrix form below nodes with one: with a name for them, what is above keeps its form. */
function needsOwnLine(order: readonly Node[]): Set<Node> {
  const found = new Set<Node>();
  const general = new Set(order.filter((n) => !hasMatrixForm(n)));
  for (const node of order) {
    if (general.has(node) || node.kind === 'apply') continue;
    for (const c of children(node)) if (general.has(c)) found.add(c);
  }
  return found;
}

/** What costs nothing: names, transposes, and numbers made of dimensions. */
function isCheap(node: Node): boolean {
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      return true;
    case 'contract':
      if (node.operands.length === 0 || isTranspose(node)) return true;
      break;
    case 'sum':
      if (node.terms.length === 0) return true;
      break;
    case 'apply':
      break;
  }
  return (
    node.axes.length === 0 &&
    postorder([node]).every(
      (n) =>
        n.axes.length === 0 &&
        n.kind !== 'apply' &&
        (n.kind !== 'symbol' || n.role === 'dimension'),
    )
  );
}

function isTranspose(node: Contract): boolean {
  const [only, ...rest] = node.operands;
  return (
    rest.length === 0 &&
    only?.node.kind === 'symbol' &&
    only.exponent.num === only.exponent.den &&
    new Set(only.indices).size === only.indices.length &&
    node.extents.length === node.axes.length &&
    node.axes.length === only.indices.length
  );
}

/** A smaller array, repeated along an axis: NumPy repeats by itself where it is used. */
const isRepetition = (node: Node): node is Contract =>
  node.kind === 'contract' &&
  node.operands.length > 0 &&
  node.axes.some((_, i) => node.operands.every((o) => !o.indices.includes(i)));

const presentAxes = (node: Contract): number[] =>
  node.axes.map((_, i) => i).filter((i) => node.operands.some((o) => o.indices.includes(i)));

/** The smaller array. */
function contractOf(node: Contract): Node {
  const extents = new Map(node.extents.map((d, i) => [i, d]));
  return contract(node.operands, presentAxes(node), extents);
}

const repeated = (node: Contract, by: Sym): Node =>
  contract(
    [{ node: by, indices: presentAxes(node) }],
    node.axes.map((_, i) => i),
    new Map(node.axes.map((d, i) => [i, d])),
  );

function sizeOf(node: Node, sizes: Map<Node, number>): number {
  const had = sizes.get(node);
  if (had !== undefined) return had;
  let size = 1;
  // children are earlier in the order, or made of such: the recursion ends after few steps
  for (const c of children(node)) size += sizeOf(c, sizes);
  sizes.set(node, size);
  return size;
}

/** Every line after those that it uses; otherwise as they came. */
function inOrder(lines: readonly Line[]): Line[] {
  const by = new Map<Node, Line>(lines.map((l) => [l.symbol, l]));
  const placed = new Set<Line>();
  const open = new Set<Line>();
  const out: Line[] = [];
  for (const start of lines) {
    const stack = [start];
    while (stack.length > 0) {
      const line = stack[stack.length - 1];
      if (!line) break;
      const missing = placed.has(line)
        ? []
        : postorder([line.node]).flatMap((n) => {
            const needed = by.get(n);
            return needed && needed !== line && !placed.has(needed) ? [needed] : [];
          });
      if (missing.length > 0) {
        if (open.has(line)) throw new RangeError('named parts are defined in terms of each other');
        open.add(line);
        stack.push(...missing.reverse());
        continue;
      }
      stack.pop();
      if (placed.has(line)) continue;
      placed.add(line);
      out.push(line);
    }
  }
  return out;
}
