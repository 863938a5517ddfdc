import { pullback } from '../../derive/reverse.ts';
import { inSpaceOf } from '../../derive/space.ts';
import { add, apply, isZero, multiply, ones, subtract, zeros } from '../../expr/build.ts';
import type { Apply, Node, Sym } from '../../expr/node.ts';
import { children, postorder, substitute } from '../../expr/walk.ts';
import { logsumexpLeaf, softmaxLeaf } from '../../ops/softmax.ts';
import { isOneR } from '../../shape/rational.ts';
import type { MistakeClass } from '../examination.ts';
import { sameAxes, slopeOf } from './change.ts';

/**
 * The mistakes that are made on the way back from the value to the variable: a path forgotten, a local derivative left out,
 * taken twice or taken at another place, the statistics of a norm taken as constants. Each gives the gradient that comes of it.
 */
export interface Slip {
  readonly class: MistakeClass;
  readonly cost: number;
  /** Where it is made: the function whose derivative is wrong, the part taken as constant, the function whose gradient it is. */
  readonly at: Node;
  /** Of `other-function`: `at` is the term that is left out of the value. */
  readonly dropped?: boolean;
  /** The gradient that results. */
  readonly node: Node;
}

/** What is done in place of the pullback; `undefined`: the right thing. Other nodes than the child may be given a share. */
type Override = (node: Node, slot: number, cotangent: Node) => readonly Share[] | undefined;

interface Share {
  readonly to: Node;
  readonly node: Node;
}

/** What of a value depends on the variable, in order, and by how many paths. */
interface Active {
  readonly order: readonly Node[];
  readonly nodes: ReadonlySet<Node>;
}

/** Deeper values have too many places to slip at. */
const MAX_ACTIVE = 60;

export function slipsOf(value: Node, variable: Sym): Slip[] {
  const active = activeIn(value, variable);
  if (active.order.length > MAX_ACTIVE) return [];
  const { order, nodes } = active;
  const back = (override: Override): Node =>
    inSpaceOf(variable, pulled(value, variable, active, override)).node;
  const right = back(() => undefined);
  const found = new Map<string, Slip>();
  const put = (name: MistakeClass, cost: number, at: Node, node: Node, dropped = false): void => {
    const key = `${name}${node.id}`;
    const had = found.get(key);
    if (node === right || isZero(node) || (had && had.cost <= cost)) return;
    found.set(key, { class: name, cost, at, node, dropped });
  };

  const functions = order.filter((n): n is Apply => n.kind === 'apply');
  const smooth = functions.filter((f) => slopeOf(f));
  const slipAt = (places: readonly Apply[], k: number, more: number): void => {
    const [first] = places;
    const slip = first && slopesInstead(first)[k];
    if (!slip) return;
    const override: Override = (node, slot, g) => {
      const f = node.kind === 'apply' && places.includes(node) ? node : undefined;
      const slope = f && slopesInstead(f)[k]?.slope;
      const child = children(node)[slot];
      return slope && child ? [{ to: child, node: multiply([g, slope]) }] : undefined;
    };
    put(slip.class, slip.cost + more, first, back(override));
  };
  for (const f of functions) for (const k of slopesInstead(f).keys()) slipAt([f], k, 0);
  if (smooth.length > 1)
    for (const k of slopesInstead(smooth[0] as Apply).keys()) slipAt(smooth, k, 0.1);

  for (const [x, slope, at] of furtherSlopes(functions))
    put(
      'extra-derivative',
      1.2,
      at,
      back((node, slot, g) =>
        children(node)[slot] === x
          ? [{ to: x, node: multiply([pullback(node, slot, g), slope]) }]
          : undefined,
      ),
    );

  for (const node of order) {
    const z = spreadLogsumexp(node);
    if (!z) continue;
    const s = apply(softmaxLeaf, [z]);
    put(
      'softmax-diagonal',
      0.9,
      s,
      back((n, _, g) => (n === node ? [{ to: z, node: multiply([g, s]) }] : undefined)),
    );
  }

  const without = (dropped: (node: Node, slot: number) => boolean): Node =>
    back((node, slot) => (dropped(node, slot) ? [] : undefined));
  const constant = (parts: readonly Node[]): Node =>
    without((node, slot) => parts.includes(children(node)[slot] as Node));
  const statistics = statisticsIn(active);
  for (const [node, spread] of statistics)
    put('statistics-constant', spread ? 0.85 : 1.15, node, constant([node]));
  const all = [...statistics].filter(([, spread]) => spread).map(([node]) => node);
  if (all.length > 1) put('statistics-constant', 0.8, all[0] as Node, constant(all));
  for (const node of order) {
    if (node !== value && node !== variable) put('missing-term', 1.1, node, constant([node]));
    children(node).forEach((child, slot) => {
      if (!nodes.has(child)) return;
      const rest = without((n, s) => n === node && s === slot);
      put('missing-term', 1, child, rest);
      if (node.kind === 'sum' && isSummand(value, node))
        put('other-function', 1.05, child, rest, true);
    });
  }
  for (const node of gates(value, variable, active))
    put(
      'other-function',
      node.axes.length === 0 ? 0.95 : 1.5,
      node,
      inSpaceOf(
        variable,
        pulled(node, variable, activeIn(node, variable), () => undefined),
      ).node,
    );
  put(
    'missing-symmetrisation',
    0.9,
    variable,
    pulled(value, variable, active, () => undefined),
  );
  return [...found.values()];
}

function activeIn(value: Node, variable: Sym): Active {
  const nodes = new Set<Node>();
  const order = postorder([value]).filter((node) => {
    const is = node === variable || children(node).some((c) => nodes.has(c));
    if (is) nodes.add(node);
    return is;
  });
  return { order, nodes };
}

/** Reverse mode in which some pullbacks are others. Cotangents are written out, not named. */
function pulled(value: Node, variable: Sym, { order, nodes }: Active, override: Override): Node {
  const incoming = new Map<Node, Node[]>([[value, [ones(value.axes)]]]);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i] as Node;
    const list = incoming.get(node);
    if (!list || node === variable) continue;
    const g = add(...list);
    if (isZero(g)) continue;
    children(node).forEach((child, slot) => {
      if (!nodes.has(child)) return;
      const shares = override(node, slot, g) ?? [{ to: child, node: pullback(node, slot, g) }];
      for (const s of shares) incoming.set(s.to, [...(incoming.get(s.to) ?? []), s.node]);
    });
  }
  const list = incoming.get(variable);
  return list ? add(...list) : zeros(variable.axes);
}

interface WrongSlope {
  readonly class: MistakeClass;
  readonly cost: number;
  /** What stands in place of the derivative, entry by entry; nothing where that makes no sense here. */
  readonly slope: Node | undefined;
}

/** What is taken for the derivative of a function. Of all functions entry by entry the same list in the same order. */
function slopesInstead(f: Apply): WrongSlope[] {
  const [x] = f.args;
  const slip = (name: MistakeClass, cost: number, slope: Node | undefined): WrongSlope => ({
    class: name,
    cost,
    slope,
  });
  if (!x || f.args.length > 1) return [];
  const one = ones(f.axes);
  if (f.op === softmaxLeaf)
    return [
      slip('softmax-diagonal', 0.8, multiply([f, subtract(one, f)])),
      slip('softmax-diagonal', 1, f),
      slip('missing-derivative', 1.1, one),
    ];
  const slope = slopeOf(f);
  if (!slope) return [];
  const atOutput = apply(f.op, [f], f.fn);
  return [
    slip('missing-derivative', f.axes.length === 0 ? 1.1 : 0.9, one),
    slip('extra-derivative', 1.1, multiply([slope, slope])),
    slip(
      'derivative-at-wrong-place',
      1.2,
      atOutput.kind === 'apply' ? slopeOf(atOutput) : undefined,
    ),
    slip('derivative-at-wrong-place', 1.2, substitute([slope], new Map<Node, Node>([[f, x]]))[0]),
    slip('missing-derivative', 1.7, f),
  ];
}

/**
 * Derivatives by which all that comes to an argument is multiplied though none belongs there: σ′(z) beside a loss that has cancelled
 * it. The argument, the derivative, the function it is of.
 */
function furtherSlopes(functions: readonly Apply[]): [Node, Node, Node][] {
  return functions.flatMap((f): [Node, Node, Node][] => {
    const [x] = f.args;
    if (!x || f.args.length > 1) return [];
    if (f.op === softmaxLeaf || f.op === logsumexpLeaf) {
      const s = apply(softmaxLeaf, [x]);
      return [[x, multiply([s, subtract(ones(s.axes), s)]), s]];
    }
    const first = slopeOf(f);
    const again = first?.kind === 'apply' ? slopeOf(first) : undefined;
    return first && again ? [[x, again, first]] : [];
  });
}

/** The z of logsumexp(z), repeated along z's last axis: the second term of log softmax(z). */
function spreadLogsumexp(node: Node): Node | undefined {
  const [only, ...rest] = node.kind === 'contract' ? node.operands : [];
  if (!only || rest.length > 0 || only.node.kind !== 'apply' || only.node.op !== logsumexpLeaf)
    return undefined;
  const [z] = only.node.args;
  return z && sameAxes(z, node) ? z : undefined;
}

/**
 * Sums over an axis (means, variances, norms) on the way to the variable, and whether they are repeated along it again,
 * beside what they were taken of: the statistics of a normalisation.
 */
function statisticsIn({ order, nodes }: Active): Map<Node, boolean> {
  const found = new Map<Node, boolean>();
  const sums = new Set<Node>();
  for (const node of order) {
    const summed =
      node.kind === 'contract'
        ? node.extents.length > node.axes.length
        : node.kind === 'sum' && node.terms.some((t) => nodes.has(t.node) && sums.has(t.node));
    if (summed) sums.add(node);
    if (node.kind !== 'contract') continue;
    const held = new Set(node.operands.flatMap((o) => o.indices));
    if (summed && node.axes.some((_, ix) => !held.has(ix))) found.set(node, true);
    for (const o of node.operands) {
      if (!sums.has(o.node)) continue;
      const spread = node.operands.some(
        (p) =>
          p !== o &&
          nodes.has(p.node) &&
          p.indices.some((ix) => !o.indices.includes(ix)) &&
          o.indices.every((ix) => p.indices.includes(ix)),
      );
      const beside = node.operands.some((p) => p !== o && nodes.has(p.node));
      if (o.exponent.num < 0n && beside) found.set(o.node, spread || (found.get(o.node) ?? false));
    }
  }
  return found;
}

/** Whether a sum's terms are terms of the value, up to scalar factors. */
function isSummand(value: Node, node: Node): boolean {
  if (value === node) return true;
  const [only] = value.kind === 'contract' ? value.operands.filter((o) => o.node === node) : [];
  return (
    value.kind === 'contract' &&
    only !== undefined &&
    node.axes.length === 0 &&
    isOneR(only.exponent)
  );
}

/** The nodes through which every path from the value to the variable leads, without the ends. */
function gates(value: Node, variable: Sym, { order, nodes }: Active): Node[] {
  const below = new Map<Node, number>();
  for (const node of order)
    below.set(
      node,
      Number(node === variable) + children(node).reduce((n, c) => n + (below.get(c) ?? 0), 0),
    );
  const above = new Map<Node, number>([[value, 1]]);
  for (const node of [...order].reverse())
    for (const c of children(node))
      if (nodes.has(c)) above.set(c, (above.get(c) ?? 0) + (above.get(node) ?? 0));
  const whole = below.get(value);
  return order.filter(
    (n) => n !== value && n !== variable && (below.get(n) ?? 0) * (above.get(n) ?? 0) === whole,
  );
}
