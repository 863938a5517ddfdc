import { activeNodes, type Branch, branchesOf } from '../derive/differential.ts';
import { DIFFERENTIAL, differentialRule, type Rule } from '../derive/rules.ts';
import type { Node } from '../expr/node.ts';
import { children } from '../expr/walk.ts';
import { eqR, HALF, isOneR } from '../shape/rational.ts';
import type { Reading } from './reading.ts';

/** Nodes between the value and the variable. */
export interface Graph {
  readonly order: readonly Node[];
  readonly active: ReadonlySet<Node>;
  /** How many active nodes use a node. */
  readonly uses: ReadonlyMap<Node, number>;
}

export function graphOf(value: Node, variable: Node): Graph {
  const order = activeNodes([value], variable);
  const active = new Set(order);
  const uses = new Map<Node, number>();
  for (const n of order)
    for (const c of children(n)) if (active.has(c)) uses.set(c, (uses.get(c) ?? 0) + 1);
  return { order, active, uses };
}

/** How a differential is taken one step further. */
export interface Step {
  readonly branches: readonly Way[];
  readonly rules: readonly Rule[];
}

/** A branch, and whether its share of the differential of a scalar is an inner product at once: d‖R‖² = 2R : dR. */
export interface Way extends Branch {
  readonly direct: boolean;
}

/** dN in terms of the differentials of what N is made of; sums and products with constants are taken in one go. */
export function stepOf(node: Node, graph: Graph, reading: Reading): Step {
  const norm = isNorm(node, graph);
  const rules = new Set<Rule>([norm ? DIFFERENTIAL.norm : ruleOf(node, graph)]);
  if (dropsTerms(node, graph)) rules.add(DIFFERENTIAL.constant);
  const branches: Way[] = [];
  for (const b of branchesOf(node, graph.active)) {
    const { child } = b;
    const free = graph.uses.get(child) === 1 && !reading.setting.names.has(child);
    const goesOn =
      free && (norm || (isAffine(node, graph) && (isAffine(child, graph) || isSquare(child))));
    if (!goesOn) {
      branches.push({ ...b, direct: isSquare(node) });
      continue;
    }
    const deeper = stepOf(child, graph, reading);
    for (const r of deeper.rules) if (!norm || r !== DIFFERENTIAL.square) rules.add(r);
    for (const d of deeper.branches) branches.push({ ...d, along: (x) => b.along(d.along(x)) });
  }
  return { branches, rules: [...rules] };
}

const isSquare = (node: Node): boolean => differentialRule(node) === DIFFERENTIAL.square;

/** ‖R‖, or a number over it. */
const isNorm = (node: Node, { active }: Graph): boolean => {
  if (node.kind !== 'contract' || node.axes.length > 0) return false;
  const [only, ...more] = node.operands.filter((o) => active.has(o.node));
  return only !== undefined && more.length === 0 && eqR(only.exponent, HALF) && isSquare(only.node);
};

const isAffine = (node: Node, { active }: Graph): boolean =>
  node.kind === 'sum' ||
  (node.kind === 'contract' &&
    node.operands.filter((o) => active.has(o.node)).length === 1 &&
    node.operands.every((o) => !active.has(o.node) || isOneR(o.exponent)));

const dropsTerms = (node: Node, { active }: Graph): boolean =>
  node.kind === 'sum' && node.terms.some((t) => !active.has(t.node));

const PRODUCTS: readonly Rule[] = [
  DIFFERENTIAL.product,
  DIFFERENTIAL.scalars,
  DIFFERENTIAL.quotient,
  DIFFERENTIAL.entrywise,
];

/** A product with one factor that moves is linear in it; with several, what looked like a constant factor is none. */
function ruleOf(node: Node, graph: Graph): Rule {
  const rule = differentialRule(node);
  if (node.kind !== 'contract') return rule;
  if (PRODUCTS.includes(rule) && isAffine(node, graph))
    return rule === DIFFERENTIAL.product ? DIFFERENTIAL.linear : DIFFERENTIAL.factor;
  const moving = node.operands.filter((o) => graph.active.has(o.node));
  return moving.length > 1 && !PRODUCTS.includes(rule) ? DIFFERENTIAL.product : rule;
}
