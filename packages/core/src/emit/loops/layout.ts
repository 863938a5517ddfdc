import type { Line, Lines } from '../../cost/lines.ts';
import { contract, symbol } from '../../expr/build.ts';
import type { Node, Operand, Sym } from '../../expr/node.ts';
import { type Plan, planLoops } from '../../expr/plan.ts';
import { postorder, rewriter } from '../../expr/walk.ts';
import { ONE } from '../../shape/rational.ts';
import { isCheapNode } from './nodes.ts';

/** A matrix that is read or written in loops, by its indices. */
interface Access {
  readonly symbol: Sym | null;
  readonly at: readonly [number, number];
}

/**
 * A line for each matrix that a product of products goes through on its way, so that it can be kept transposed: what would be
 * computed again and again within the loops of the product that it is a factor of.
 */
export function withFactors({ lines, roots }: Lines): Lines {
  const made: Line[] = [];
  const symbols = new Map<Node, Sym>();
  const alone = (node: Node): Sym => {
    const had = symbols.get(node);
    if (had) return had;
    const line = { symbol: symbol(`#factor${symbols.size}`, node.axes, { role: 'part' }), node };
    symbols.set(node, line.symbol);
    made.push(line);
    return line.symbol;
  };
  const cut = (node: Node): Node => {
    if (node.kind !== 'contract' || node.extents.length === node.axes.length) return node;
    const plan = planLoops(node);
    if (plan?.kind !== 'pair') return node;
    const all = new Set([...plan.left.indices, ...plan.right.indices]);
    const extents = new Map(node.extents.map((d, i) => [i, d]));
    const within = (part: Plan): Node =>
      contract(
        operandsOf(part),
        part.indices,
        new Map([...extents].filter(([i]) => part.indices.includes(i) || isWithin(part, i))),
      );
    let changed = false;
    const factors = [plan.left, plan.right].flatMap((part): readonly Operand[] => {
      const operands = operandsOf(part);
      const [only] = operands;
      const isLeaf = part.kind === 'operand' && part.summed.length === 0;
      if (part.indices.length !== 2 || all.size === 2 || !only) return operands;
      if (isLeaf && (only.node.axes.length !== 2 || isCheapNode(only.node) || inverts(only.node)))
        return operands;
      changed = true;
      if (isLeaf) return [{ ...only, node: alone(only.node) }];
      return [{ node: alone(cut(within(part))), exponent: ONE, indices: part.indices }];
    });
    if (!changed) return node;
    const scalars = node.operands.filter((o) => o.indices.length === 0);
    const out = node.axes.map((_, i) => i);
    return contract([...scalars, ...factors], out, extents);
  };
  const rewrite = rewriter(cut);
  for (const { symbol: s, node } of lines) {
    const [fresh = node] = rewrite([node]);
    made.push({ symbol: s, node: fresh });
  }
  return { roots: rewrite(roots), lines: made };
}

const operandsOf = (plan: Plan): readonly Operand[] => {
  switch (plan.kind) {
    case 'operand':
      return [plan.operand];
    case 'ones':
      return [];
    case 'pair':
      return [...operandsOf(plan.left), ...operandsOf(plan.right)];
  }
};

const isWithin = (plan: Plan, index: number): boolean =>
  operandsOf(plan).some((o) => o.indices.includes(index));

/** What is not computed where a solution does. */
const inverts = (node: Node): boolean =>
  node.kind === 'apply' && node.op.mode === 'structured' && node.op.inverts === true;

/** Two sweeps settle nearly everything. */
const SWEEPS = 2;

/**
 * Which matrices between the lines are kept transposed: those with which fewer innermost loops jump through memory. A result,
 * and what a routine works on, stays as it is.
 */
export function turnedLines(lines: readonly Line[], roots: readonly Node[]): ReadonlySet<Sym> {
  const free = new Set(lines.map((l) => l.symbol).filter((s) => s.axes.length === 2));
  for (const root of roots) if (root.kind === 'symbol') free.delete(root);
  for (const n of postorder([...lines.map((l) => l.node), ...roots]))
    if (n.kind === 'apply' && n.op.mode === 'structured')
      for (const a of n.args) if (a.kind === 'symbol') free.delete(a);
  for (const { symbol, node } of lines)
    if (node.kind === 'symbol' || (node.kind === 'apply' && node.op.mode === 'structured'))
      free.delete(symbol);
  if (free.size === 0) return free;
  const nests = [
    ...lines.flatMap((l) => nestsOf(l.node, l.symbol)),
    ...roots.flatMap((r) => nestsOf(r, null)),
  ];
  const touching = new Map<Sym, (readonly Access[])[]>();
  for (const nest of nests)
    for (const { symbol } of nest)
      if (symbol && free.has(symbol)) {
        const list = touching.get(symbol) ?? [];
        if (!list.includes(nest)) touching.set(symbol, [...list, nest]);
      }
  const turned = new Set<Sym>();
  const cost = (symbol: Sym): number =>
    (touching.get(symbol) ?? []).reduce((sum, nest) => sum + jumps(nest, turned), 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (const symbol of free) {
      const before = cost(symbol);
      const had = turned.delete(symbol);
      if (!had) turned.add(symbol);
      if (cost(symbol) < before) continue;
      if (had) turned.add(symbol);
      else turned.delete(symbol);
    }
  return turned;
}

/** How many accesses jump in the innermost loop that suits best. */
function jumps(nest: readonly Access[], turned: ReadonlySet<Sym>): number {
  let best = Number.POSITIVE_INFINITY;
  for (const inner of new Set(nest.flatMap((a) => a.at)))
    best = Math.min(
      best,
      nest.filter(({ symbol, at }) => {
        const [first, last] = symbol && turned.has(symbol) ? [at[1], at[0]] : at;
        return first === inner && last !== inner;
      }).length,
    );
  return best;
}

/** The loops of a line: one for all that is computed entry by entry, one for each sum. */
function nestsOf(node: Node, to: Sym | null): (readonly Access[])[] {
  const found: Access[][] = [];
  let next = node.axes.length;
  const visit = (n: Node, at: readonly number[], nest: Access[]): void => {
    switch (n.kind) {
      case 'literal':
      case 'delta':
        return;
      case 'symbol': {
        const [a, b, ...more] = at;
        if (a !== undefined && b !== undefined && more.length === 0 && a !== b)
          nest.push({ symbol: n, at: [a, b] });
        return;
      }
      case 'sum':
        for (const t of n.terms) visit(t.node, at, nest);
        return;
      case 'apply':
        if (n.op.mode === 'elementwise')
          for (const a of n.args) visit(a, a.axes.length === 0 ? [] : at, nest);
        return;
      case 'contract': {
        const isSum = n.extents.length > n.axes.length;
        const map = n.extents.map((_, i) => at[i] ?? next++);
        const own: Access[] = isSum ? [] : nest;
        for (const o of n.operands)
          visit(
            o.node,
            o.indices.map((i) => map[i] as number),
            own,
          );
        if (!isSum) return;
        const [a, b, ...more] = at;
        if (a !== undefined && b !== undefined && more.length === 0)
          own.push({ symbol: n === node || isTerm(node, n) ? to : null, at: [a, b] });
        found.push(own);
      }
    }
  };
  const whole: Access[] = [];
  if (node.axes.length === 2) whole.push({ symbol: to, at: [0, 1] });
  visit(
    node,
    node.axes.map((_, i) => i),
    whole,
  );
  return [whole, ...found];
}

const isTerm = (node: Node, term: Node): boolean =>
  node.kind === 'sum' && node.terms.some((t) => t.node === term);
