import { contract, isSymmetric, scale, symbol } from '../expr/build.ts';
import type { Contract, Node, Operand, Sym } from '../expr/node.ts';
import { compareNodes } from '../expr/order.ts';
import {
  type Factors,
  largestOf,
  type Plan,
  type PlanPair,
  planContract,
  planSized,
  priceOf,
  type Sizes,
} from '../expr/plan.ts';
import { children, postorder, rebuild } from '../expr/walk.ts';
import { hasMatrixForm, readingCost } from '../notation/form.ts';
import type { Dim } from '../shape/dim.ts';
import { isOneR, ONE, type Rational } from '../shape/rational.ts';
import { halvesOf } from './halves.ts';
import { arraysOf, factorsOf, type Line, opened, openedWithin } from './open.ts';
import { twinsOf } from './twins.ts';

/**
 * Products of many factors as products of two, in the cheapest order (`expr/plan.ts`), and every subproduct once however many products
 * have it. A product whose matrix notation is read in the cheapest order anyway stays as it is, but for what it shares.
 */

export interface Paired {
  readonly roots: readonly Node[];
  /** Subproducts, in terms of earlier ones. */
  readonly lines: readonly Line[];
}

export function inPairs(wanted: readonly Node[], sizes: Sizes): Paired {
  return new Pairing(wanted, sizes).result();
}

/** Factors that stand on the indices of the product around them. */
interface Placed {
  readonly node: Node;
  readonly exponent: Operand['exponent'];
  readonly indices: readonly number[];
}

class Pairing {
  private readonly wanted: readonly Node[];
  private readonly sizes: Sizes;
  private readonly order: readonly Node[];
  /** Products that one other product alone has as a factor: they open within it. */
  private readonly inside: ReadonlySet<Node>;
  /** Subproducts that several products of matrices have. */
  private readonly shared: ReadonlySet<Node>;
  private readonly lines: Line[] = [];
  private readonly named = new Map<Node, Sym>();
  private readonly done = new Map<Node, Node>();

  constructor(wanted: readonly Node[], sizes: Sizes) {
    this.wanted = wanted;
    this.sizes = sizes;
    this.order = postorder(wanted);
    this.inside = openedWithin(this.order, wanted);
    this.shared = sharedProducts(this.order);
  }

  result(): Paired {
    this.work(this.order);
    return { roots: this.wanted.map((r) => this.of(r)), lines: this.lines };
  }

  private work(order: readonly Node[]): void {
    for (const node of order) {
      const made = this.made(node);
      this.done.set(node, node.axes.length > 2 ? this.light(made) : made);
    }
  }

  /** Numbers go into the smallest factor, so that a large array is not gone over once more for them: 2 δ_ac M_bd = δ_ac (2M)_bd. */
  private light(node: Node): Node {
    const { coefficient, product } = asMultiple(node);
    if (!product) return node;
    const scalars = product.operands.filter((o) => o.indices.length === 0);
    if (scalars.length === 0 && isOneR(coefficient)) return node;
    const arrays = arraysOf(product);
    const light = arrays
      .filter((o) => o.node.kind !== 'delta' && isOneR(o.exponent))
      .reduce<Operand | undefined>(
        (a, b) => (a && this.entries(a.node) <= this.entries(b.node) ? a : b),
        undefined,
      );
    if (!light || this.entries(light.node) >= this.entries(node)) return node;
    const axes = light.node.axes.map((_, ix) => ix);
    const whole = scale(
      coefficient,
      contract([{ node: light.node, exponent: ONE, indices: axes }, ...scalars], axes),
    );
    const made = this.named.get(whole) ?? this.line(whole, whole);
    return placed(
      product,
      arrays.map((o) => (o === light ? { ...o, node: made } : o)),
    );
  }

  private entries(node: Node): number {
    return node.axes.reduce((n, d) => n * this.sizes.length(d), 1);
  }

  private made(node: Node): Node {
    if (node.kind !== 'contract' || this.inside.has(node)) return this.again(node);
    const halves = halvesOf(node);
    if (halves) {
      const { half } = halves;
      const made = this.name(half, () => this.again(half));
      const factors = halves.placed.map((o) => ({ ...o, node: made }));
      return placed(node, [...factors, ...this.scalarsOf(node)]);
    }
    const whole = canonicalOf(node);
    if (
      !whole ||
      !this.shared.has(whole.node) ||
      node.operands.some((o) => o.node.kind === 'delta')
    )
      return this.product(node);
    const { node: least, out } = whole;
    const made = this.name(least, () => (least.kind === 'contract' ? this.product(least) : least));
    return placed(node, [{ node: made, exponent: ONE, indices: out }]);
  }

  private product(node: Contract): Node {
    if (arraysOf(this.opened(node)).length < 3) return this.again(node);
    return this.staysWhole(node) ? this.sharing(node) : this.broken(node);
  }

  private again(node: Node): Node {
    const changed = children(node).some((c) => this.of(c) !== c);
    return changed ? rebuild(node, (c) => this.of(c)) : node;
  }

  /** What stands for a node; nodes that a law made of a subproduct are new. */
  private of(node: Node): Node {
    const had = this.named.get(node) ?? this.done.get(node);
    if (had) return had;
    this.work(postorder([node], this.done));
    return this.done.get(node) ?? node;
  }

  /** Whether the order in which its matrix notation is read, and that of a plan for no lengths in particular, are as cheap as any. */
  private staysWhole(node: Contract): boolean {
    if (!hasMatrixForm(node)) return false;
    const product = factorsOf(node);
    const best = this.cheapest({ ...product, operands: arraysOf(product) });
    if (!best.plan) return true;
    const plan = planContract(node);
    const reading = readingCost(node, this.sizes.length);
    const room = Math.max(this.sizes.most, largestOf(best.plan, best.product, this.sizes));
    return (
      reading.cost <= best.cost &&
      reading.most <= room &&
      (!plan ||
        (priceOf(plan, product, this.sizes) <= best.cost &&
          largestOf(plan, product, this.sizes) <= room))
    );
  }

  /** A product with those of its parts under a name that another product has too. */
  private sharing(node: Contract): Node {
    const plan = planContract(node);
    if (!plan || subproducts(node).every((s) => !this.shared.has(s))) return this.again(node);
    const product = factorsOf(node);
    const operands: Placed[] = [];
    const visit = (p: Plan): void => {
      if (p.kind === 'operand') operands.push({ ...p.operand, node: this.of(p.operand.node) });
      if (p.kind !== 'pair') return;
      const { node: whole, out } = canonical(product, factorsIn(p), p.indices);
      if (p !== plan && this.shared.has(whole))
        operands.push({
          node: this.name(whole, () => this.pair(product, p, out)),
          exponent: ONE,
          indices: out,
        });
      else for (const half of [p.left, p.right]) visit(half);
    };
    visit(plan);
    return placed(node, [...operands, ...this.scalarsOf(node)]);
  }

  private scalarsOf(node: Contract): Placed[] {
    return node.operands
      .filter((o) => o.indices.length === 0)
      .map((o) => ({ ...o, node: this.of(o.node) }));
  }

  /** A product of two, its halves under names. */
  private broken(node: Contract): Node {
    const opened = this.opened(node);
    const scalars = opened.operands.filter((o) => o.indices.length === 0);
    const { product, plan, groups } = this.cheapest({ ...opened, operands: arraysOf(opened) });
    if (plan?.kind !== 'pair') return this.again(node);
    for (const g of groups) this.name(g, () => this.made(g));
    const halves = [plan.left, plan.right].flatMap((p) => this.half(product, p));
    return placed(node, [...halves, ...scalars.map((o) => ({ ...o, node: this.of(o.node) }))]);
  }

  private half(product: Factors, plan: Plan): Placed[] {
    switch (plan.kind) {
      case 'ones':
        return [];
      case 'operand':
        return [{ ...plan.operand, node: this.of(plan.operand.node) }];
      case 'pair': {
        const { node, out } = canonical(product, factorsIn(plan), plan.indices);
        return [
          {
            node: this.name(node, () => this.pair(product, plan, out)),
            exponent: ONE,
            indices: out,
          },
        ];
      }
    }
  }

  /** The product of the two halves of a plan. */
  private pair(product: Factors, plan: PlanPair, out: readonly number[]): Node {
    const extents = new Map(out.map((ix) => [ix, product.extents[ix] as Dim]));
    const halves = [plan.left, plan.right].flatMap((p) => this.half(product, p));
    return contract(halves, out, extents);
  }

  /** A subproduct under a name. */
  private name(whole: Node, split: () => Node): Node {
    const had = this.named.get(whole);
    if (had) return had;
    if (whole.kind !== 'contract') return this.of(whole);
    return this.line(whole, split());
  }

  private line(whole: Node, node: Node): Sym {
    const properties = isSymmetric(whole) ? (['symmetric'] as const) : [];
    const made = symbol(`#product${this.lines.length}`, whole.axes, { role: 'part', properties });
    this.lines.push({ symbol: made, node });
    this.named.set(whole, made);
    return made;
  }

  private opened(node: Contract): Factors {
    return opened(
      node,
      (inner) => !this.named.has(inner) && (this.inside.has(inner) || !this.done.has(inner)),
    );
  }

  /** The plan of a product as it stands, or with what it has twice as one factor each, whichever is cheaper. */
  private cheapest(product: Factors): Cheapest {
    const plan = planSized(product, this.sizes);
    const plain = { product, plan, groups: [], cost: plan?.cost ?? Number.POSITIVE_INFINITY };
    const twins = twinsOf(product);
    if (twins.length === 0) return plain;
    const costs = new Map<Node, number>();
    const groups = twins.map((own): Operand => {
      const indices = openIndices(product, own);
      const { node, out } = canonical(product, own, indices);
      const alone = planSized(inside(product, own, indices), this.sizes);
      costs.set(node, alone?.cost ?? 0);
      return { node, exponent: ONE, indices: out };
    });
    const members = new Set(twins.flat());
    const rest = product.operands.filter((o) => !members.has(o));
    const grouped = { ...product, operands: [...groups, ...rest] };
    const other = planSized(grouped, this.sizes);
    const cost = [...costs.values()].reduce((a, b) => a + b, other?.cost ?? plain.cost);
    return cost < plain.cost
      ? { product: grouped, plan: other, groups: groups.map((g) => g.node), cost }
      : plain;
  }
}

interface Cheapest {
  readonly product: Factors;
  readonly plan: Plan | undefined;
  /** Factors of the product that are products themselves. */
  readonly groups: readonly Node[];
  readonly cost: number;
}

/** c · product */
function asMultiple(node: Node): { coefficient: Rational; product: Contract | undefined } {
  const [term, ...more] = node.kind === 'sum' ? node.terms : [{ coefficient: ONE, node }];
  const product =
    term && more.length === 0 && term.node.kind === 'contract' ? term.node : undefined;
  return { coefficient: term?.coefficient ?? ONE, product };
}

const placed = (node: Contract, operands: readonly Placed[]): Node =>
  contract(
    operands,
    node.axes.map((_, i) => i),
    new Map(node.axes.map((d, i) => [i, d])),
  );

/** The factors that a plan multiplies. */
function factorsIn(plan: Plan): readonly Operand[] {
  switch (plan.kind) {
    case 'ones':
      return [];
    case 'operand':
      return [plan.operand];
    case 'pair':
      return [...factorsIn(plan.left), ...factorsIn(plan.right)];
  }
}

/** Indices of some factors that the result has or other factors. */
function openIndices(product: Factors, own: readonly Operand[]): readonly number[] {
  const elsewhere = new Set(
    product.operands.filter((o) => !own.includes(o)).flatMap((o) => [...o.indices]),
  );
  return [...new Set(own.flatMap((o) => [...o.indices]))]
    .filter((ix) => ix < product.rank || elsewhere.has(ix))
    .sort((a, b) => a - b);
}

/** Some factors as a product of its own, its result's indices first. */
function inside(product: Factors, own: readonly Operand[], open: readonly number[]): Factors {
  const used = [...new Set(own.flatMap((o) => [...o.indices]))];
  const names = [...open, ...used.filter((ix) => !open.includes(ix))];
  return {
    operands: own.map((o) => ({ ...o, indices: o.indices.map((ix) => names.indexOf(ix)) })),
    extents: names.map((ix) => product.extents[ix] as Dim),
    rank: open.length,
  };
}

/** Axes of a subproduct may stand in any order: of all orders the least node, so that equal ones are found equal. */
const MAX_TURNED = 3;

function canonical(
  product: Factors,
  own: readonly Operand[],
  open: readonly number[],
): { readonly node: Node; readonly out: readonly number[] } {
  const extents = new Map(open.map((ix) => [ix, product.extents[ix] as Dim]));
  const made = (out: readonly number[]): { node: Node; out: readonly number[] } => ({
    node: contract(own, out, extents),
    out,
  });
  if (open.length > MAX_TURNED) return made(open);
  return permutations(open)
    .map(made)
    .reduce((a, b) => (compareNodes(b.node, a.node) < 0 ? b : a));
}

const permutations = (list: readonly number[]): readonly (readonly number[])[] =>
  list.length < 2
    ? [list]
    : list.flatMap((x) => permutations(list.filter((y) => y !== x)).map((rest) => [x, ...rest]));

/** The products of two or more factors that the plan of a product goes through, itself aside. */
function subproducts(node: Contract): readonly Node[] {
  const plan = arraysOf(node).length > 2 ? planContract(node) : undefined;
  const found: Node[] = [];
  const visit = (p: Plan): void => {
    if (p.kind !== 'pair') return;
    if (p !== plan) found.push(canonical(factorsOf(node), factorsIn(p), p.indices).node);
    visit(p.left);
    visit(p.right);
  };
  if (plan) visit(plan);
  return found;
}

/** A product of arrays alone as a subproduct, to be found among those of others. */
function canonicalOf(
  node: Contract,
): { readonly node: Node; readonly out: readonly number[] } | undefined {
  const isPlain = node.operands.every((o) => o.indices.length > 0) && node.axes.length > 0;
  if (!isPlain || node.operands.length < 2 || node.operands.length > MAX_SHARED) return undefined;
  const axes = node.axes.map((_, ix) => ix);
  return canonical(factorsOf(node), node.operands, axes);
}

/** Products of more factors are not looked for among those of others. */
const MAX_SHARED = 8;

/** Subproducts that occur more than once. */
function sharedProducts(order: readonly Node[]): ReadonlySet<Node> {
  const once = new Set<Node>();
  const twice = new Set<Node>();
  for (const n of order) {
    if (n.kind !== 'contract') continue;
    const own = canonicalOf(n)?.node;
    for (const s of [...(own ? [own] : []), ...subproducts(n)]) (once.has(s) ? twice : once).add(s);
  }
  return twice;
}
