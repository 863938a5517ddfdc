import { contract, isZero } from '../../expr/build.ts';
import type { Apply, Contract, Node, Operand, Sym } from '../../expr/node.ts';
import { type Plan, planLoops } from '../../expr/plan.ts';
import type { Dim } from '../../shape/dim.ts';
import { dimName } from '../../shape/dim.ts';
import { isOneR, ONE, type Rational, signR, ZERO } from '../../shape/rational.ts';
import {
  type Entry,
  type Index,
  indicesOf,
  isSmall,
  memoryOf,
  type Power,
  type Read,
  readsOf,
  type Scaled,
  type Store,
  storeOf,
  type Unit,
} from './ir.ts';
import { argumentUse, looksAt } from './routines.ts';

/** The loops around an entry: in their order, or of an order that is still open. */
interface Nest {
  readonly indices: readonly Index[];
  readonly ordered: boolean;
}

const ALONE: Nest = { indices: [], ordered: true };

/** Factors, multiplied and summed over indices. */
interface Product {
  readonly factors: readonly Power[];
  readonly over: readonly Index[];
}

const INFINITE: ReadonlySet<string> = new Set(['inf', '∞']);

const number = (value: Rational): Entry => ({ kind: 'number', value });
const fresh = (dims: readonly Dim[]): Index[] => dims.map((extent) => ({ extent }));
const distinct = <T>(list: readonly T[]): T[] => [...new Set(list)];

/**
 * Makes loops of nodes. What is computed entry by entry is one loop with everything that it is made of; a product that is summed
 * is worked off two factors at a time, in the order that `planLoops` finds cheapest; a function of whole arrays is a routine.
 */
export class Lowering {
  readonly units: Unit[] = [];
  private readonly stores = new Map<Node, Store>();
  /** Matrices that are kept transposed. */
  private readonly turned = new Map<Node, Store>();

  /** What a symbol is kept in. */
  bind(symbol: Sym, store: Store): void {
    this.stores.set(symbol, store);
  }

  /**
   * A line of a program: a symbol and what it stands for.
   * @param turned whether a matrix is kept transposed
   */
  line(symbol: Sym, node: Node, to: Store | Pick<Store, 'name' | 'about'>, turned: boolean): void {
    const known = node.kind === 'symbol' ? this.stores.get(node) : undefined;
    if (known && !('kind' in to)) this.bind(symbol, known);
    else if (turned) {
      const about = to.about === null ? null : `${to.about}, kept transposed`;
      const store = storeOf('work', node.axes.toReversed(), { name: to.name, about });
      this.into(node, store, true);
      this.turned.set(symbol, store);
    } else {
      const store = 'kind' in to ? to : storeOf(kindOf(node), node.axes, to);
      this.into(node, store);
      this.bind(symbol, store);
    }
  }

  /** Where the value of a node is: its own store, or one that is filled now. */
  private stored(node: Node): Store {
    const had = this.stores.get(node);
    if (had) return had;
    const inner = reshapedOf(node);
    if (inner && inner.axes.length > 0) {
      const store = viewOf(this.stored(inner), node.axes);
      this.stores.set(node, store);
      return store;
    }
    const store = storeOf(kindOf(node), node.axes);
    this.into(node, store);
    this.stores.set(node, store);
    return store;
  }

  /** Computes a node into a store of its axes, or of its axes reversed. */
  into(node: Node, to: Store, turned = false): void {
    const inner = reshapedOf(node);
    if (inner && inner.axes.length > 0) {
      this.into(inner, viewOf(to, inner.axes));
      return;
    }
    if (node.kind === 'apply' && node.op.mode === 'structured' && to.kind !== 'number') {
      this.routine(node, to);
      return;
    }
    if (to.dims.length === 0) {
      this.fill(to, [], this.entry(node, [], ALONE), false);
      return;
    }
    const at = fresh(node.axes);
    const place = turned ? at.toReversed() : at;
    const dense: Scaled[] = [];
    const growing: Product[] = [];
    const spread: { readonly at: readonly Index[]; readonly product: Product }[] = [];
    for (const { coefficient, node: term } of termsOf(node)) {
      const merged = diagonals(term);
      if (merged) {
        const own = fresh(merged.rest.axes);
        const there = merged.place.map((p) => own[p] as Index);
        const product = scaled(coefficient, this.product(merged.rest, own));
        spread.push({ at: turned ? there.toReversed() : there, product });
      } else {
        const product = this.product(term, at, place);
        if (innermost(place, product)) growing.push(scaled(coefficient, product));
        else dense.push({ coefficient, entry: entryOf(product) });
      }
    }
    let begin: Entry | null = dense.length > 0 ? sumOf(dense) : number(ZERO);
    for (const product of growing) {
      this.accumulate(to, place, product, begin);
      begin = null;
    }
    if (begin) this.fill(to, place, begin, false);
    const adds = spread.length > 1 || dense.length > 0 || growing.length > 0;
    for (const { at: there, product } of spread) {
      if (innermost(there, product)) this.accumulate(to, there, product, null);
      else this.fill(to, there, entryOf(product), adds);
    }
  }

  private fill(to: Store, at: readonly Index[], entry: Entry, adds: boolean): void {
    this.units.push({ kind: 'fill', to, at, loops: distinct(at), entry, adds });
  }

  private accumulate(to: Store, at: readonly Index[], p: Product, begin: Entry | null): void {
    const inner = innermost(at, p);
    if (!inner) throw new Error('a loop along the result');
    this.units.push({
      kind: 'accumulate',
      to,
      at,
      outer: distinct(at).filter((i) => i !== inner),
      over: p.over,
      inner,
      entry: { kind: 'product', factors: p.factors },
      begin,
      finish: null,
    });
  }

  // ------------------------------------------------------------ entries

  /** The entry of a node at some indices, inside of loops; what has to be there before is computed before them. */
  private entry(node: Node, at: readonly Index[], nest: Nest): Entry {
    switch (node.kind) {
      case 'literal':
        return number(node.value);
      case 'delta': {
        const [a, b] = at;
        return a && b && a !== b ? { kind: 'same', a, b } : number(ONE);
      }
      case 'symbol':
        if (node.role === 'dimension') return { kind: 'size', dim: dimName(node.name, node.index) };
        if (node.role === 'constant')
          return { kind: 'constant', name: INFINITE.has(node.name) ? 'inf' : 'pi' };
        return this.read(node, at);
      case 'sum':
      case 'contract':
      case 'apply':
        break;
    }
    const done = this.stores.get(node);
    if (done) return { kind: 'read', from: done, at };
    if (isZero(node)) return number(ZERO);
    if (!fits(at, nest) && !isCheapNode(node)) return this.read(node, at);
    switch (node.kind) {
      case 'sum': {
        const terms = node.terms.map((t) => ({
          coefficient: t.coefficient,
          entry: this.entry(t.node, at, nest),
        }));
        return sumOf(terms);
      }
      case 'contract':
        return this.contracted(node, at, nest);
      case 'apply':
        if (node.op.mode === 'structured') return this.read(node, at);
        return {
          kind: 'call',
          node,
          args: node.args.map((a) => this.entry(a, a.axes.length === 0 ? [] : at, nest)),
        };
    }
  }

  private read(node: Node, at: readonly Index[]): Read {
    const turned = this.turned.get(node);
    if (turned) return { kind: 'read', from: turned, at: at.toReversed() };
    return { kind: 'read', from: this.stored(node), at };
  }

  private contracted(node: Contract, at: readonly Index[], nest: Nest): Entry {
    const merged = diagonals(node);
    if (merged) {
      const own: Index[] = [];
      const same: Power[] = [];
      merged.place.forEach((p, axis) => {
        const mine = at[axis] as Index;
        const first = own[p];
        if (!first) own[p] = mine;
        else if (first !== mine)
          same.push({ entry: { kind: 'same', a: first, b: mine }, exponent: ONE });
      });
      return productOf([...same, { entry: this.entry(merged.rest, own, nest), exponent: ONE }]);
    }
    if (node.extents.length === node.axes.length) {
      return productOf(
        node.operands.map((o) => ({
          entry: this.entry(
            o.node,
            o.indices.map((i) => at[i] as Index),
            nest,
          ),
          exponent: o.exponent,
        })),
      );
    }
    const product = this.product(node, at);
    // memory that adds up is read when it is done
    return innermost(at, product) ? this.read(node, at) : entryOf(product);
  }

  // ------------------------------------------------------------ products

  /** A term as factors at the given indices, and the indices that are summed. */
  private product(node: Node, at: readonly Index[], loops = at): Product {
    const nest: Nest = { indices: distinct(loops), ordered: true };
    if (node.kind !== 'contract' || node.extents.length === node.axes.length)
      return { factors: [{ entry: this.entry(node, at, nest), exponent: ONE }], over: [] };
    const map = new Map(node.extents.map((extent, i): [number, Index] => [i, at[i] ?? { extent }]));
    const scalars = node.operands
      .filter((o) => o.indices.length === 0)
      .map((o) => ({ entry: this.entry(o.node, [], ALONE), exponent: o.exponent }));
    const lengths = node.extents.flatMap((dim, i): Power[] =>
      i >= node.axes.length && !node.operands.some((o) => o.indices.includes(i))
        ? [{ entry: { kind: 'size', dim }, exponent: ONE }]
        : [],
    );
    const plan = planLoops(node);
    const inner = plan ? this.planned(plan, map) : { factors: [], over: [] };
    return { factors: [...scalars, ...lengths, ...inner.factors], over: inner.over };
  }

  /** The last step of a plan; the steps before it are done already. */
  private planned(plan: Plan, map: ReadonlyMap<number, Index>): Product {
    const over = plan.kind === 'ones' ? [] : indicesAt(plan.summed, map);
    const indices = [...indicesAt(plan.indices, map), ...over];
    const nest: Nest = { indices: distinct(indices), ordered: false };
    switch (plan.kind) {
      case 'ones':
        return { factors: [], over };
      case 'operand':
        return { factors: [this.factor(plan.operand, map, nest)], over };
      case 'pair': {
        const solved = this.solved(plan, map);
        if (solved) return { factors: [{ entry: solved, exponent: ONE }], over: [] };
        const factors = [...this.part(plan.left, map, nest), ...this.part(plan.right, map, nest)];
        return { factors, over };
      }
    }
  }

  private factor(o: Operand, map: ReadonlyMap<number, Index>, nest: Nest): Power {
    return { entry: this.entry(o.node, indicesAt(o.indices, map), nest), exponent: o.exponent };
  }

  /** Part of a product, within the loops of the whole. */
  private part(plan: Plan, map: ReadonlyMap<number, Index>, nest: Nest): readonly Power[] {
    if (plan.kind === 'ones') return [];
    if (plan.kind === 'operand' && plan.summed.length === 0)
      return [this.factor(plan.operand, map, nest)];
    const at = indicesAt(plan.indices, map);
    const inside = fits(at, nest);
    if (inside && plan.kind === 'pair' && plan.summed.length === 0)
      return [...this.part(plan.left, map, nest), ...this.part(plan.right, map, nest)];
    const product = this.planned(plan, map);
    const entry =
      inside && !innermost(at, product)
        ? entryOf(product)
        : this.partial(at, product, at.length === 0 ? 'number' : 'work');
    return [{ entry, exponent: ONE }];
  }

  /** An intermediate product in memory. */
  private partial(at: readonly Index[], product: Product, kind: 'number' | 'work'): Read {
    const to = storeOf(
      kind,
      at.map((i) => i.extent),
    );
    if (innermost(at, product)) this.accumulate(to, at, product, number(ZERO));
    else this.fill(to, at, entryOf(product), false);
    return { kind: 'read', from: to, at };
  }

  /** A⁻¹ B, where the inverse is needed for nothing else: a solution, in the place of B. */
  private solved(plan: Plan, map: ReadonlyMap<number, Index>): Read | undefined {
    if (plan.kind !== 'pair') return undefined;
    const [meets, ...more] = plan.summed;
    if (meets === undefined || more.length > 0) return undefined;
    for (const [one, other] of [
      [plan.left, plan.right],
      [plan.right, plan.left],
    ] as const) {
      if (one.kind !== 'operand' || one.summed.length > 0) continue;
      const { node, indices, exponent } = one.operand;
      const [a, b] = indices;
      if (node.kind !== 'apply' || this.stores.has(node) || a === b || !isOneR(exponent)) continue;
      if (node.op.mode !== 'structured' || !node.op.inverts) continue;
      const [matrix] = node.args;
      const free = meets === a ? b : a;
      if (!matrix || free === undefined || other.indices.includes(free)) continue;
      const rest = other.indices.filter((i) => i !== meets);
      const system = storeOf('work', node.axes);
      const turned: Node = contract(
        [{ node: matrix, indices: meets === a ? [1, 0] : [0, 1] }],
        [0, 1],
        new Map(node.axes.map((d, i) => [i, d])),
      );
      this.into(turned, system);
      const at = indicesAt([meets, ...rest], map);
      const product = this.right(other, map, at);
      const { from } = this.partial(at, product, 'work');
      this.units.push({ kind: 'routine', node: 'solve', to: from, args: [system], room: null });
      return { kind: 'read', from, at: indicesAt([free, ...rest], map) };
    }
    return undefined;
  }

  private right(plan: Plan, map: ReadonlyMap<number, Index>, at: readonly Index[]): Product {
    if (plan.kind !== 'operand' || plan.summed.length > 0) return this.planned(plan, map);
    return { factors: [this.factor(plan.operand, map, { indices: at, ordered: true })], over: [] };
  }

  // ------------------------------------------------------------ functions of whole arrays

  private routine(node: Apply, to: Store): void {
    const use = argumentUse(node);
    const [first] = node.args;
    if (use === 'here' && first) this.into(first, to);
    const args = node.args.map((a, k) => {
      if (!looksAt(node, k)) return null;
      return k === 0 && use === 'here' ? to : this.array(a, k === 0 && use === 'copy');
    });
    const size = node.op.mode === 'structured' ? node.op.room?.(node.args) : undefined;
    const room = size ? storeOf('work', [size], { about: 'room to work in' }) : null;
    this.units.push({ kind: 'routine', node, to, args, room });
  }

  /** An array in memory; `own`: one that may be overwritten. */
  private array(node: Node, own: boolean): Store {
    const had = this.stores.get(node);
    if (had && had.kind !== 'number' && !own && !(had.kind === 'argument' && had.dims.length === 0))
      return had;
    if (node.axes.length > 0 && !own) return this.stored(node);
    const store = storeOf('work', node.axes);
    if (node.axes.length > 0) this.into(node, store);
    else this.fill(store, [], this.entry(node, [], ALONE), false);
    return store;
  }
}

// ---------------------------------------------------------------- helpers

/** A number is a variable, unless a routine writes it to memory. */
const kindOf = (node: Node): 'number' | 'work' =>
  node.axes.length === 0 && !(node.kind === 'apply' && node.op.mode === 'structured')
    ? 'number'
    : 'work';

/** The array of which a node has the entries, in their order, on other axes. */
const reshapedOf = (node: Node): Node | undefined =>
  node.kind === 'apply' && node.op.mode === 'structured' && node.op.reshapes
    ? node.args[0]
    : undefined;

const viewOf = (store: Store, dims: readonly Dim[]): Store => ({
  ...store,
  dims,
  base: memoryOf(store),
});

const indicesAt = (list: readonly number[], map: ReadonlyMap<number, Index>): Index[] =>
  list.map((i) => {
    const found = map.get(i);
    if (!found) throw new Error('an index of the product');
    return found;
  });

const termsOf = (node: Node): readonly { coefficient: Rational; node: Node }[] =>
  node.kind === 'sum' ? node.terms : [{ coefficient: ONE, node }];

/** Whether an entry at these indices is computed once for each round of the loops, or can stand before the inner ones. */
function fits(at: readonly Index[], nest: Nest): boolean {
  const own = new Set(at);
  const found = nest.indices.filter((i) => own.has(i)).length;
  if (found === nest.indices.length || own.size === 0) return true;
  return nest.ordered && nest.indices.slice(0, found).every((i) => own.has(i));
}

/** What is read as it stands, or nearly so. */
export function isCheapNode(node: Node): boolean {
  switch (node.kind) {
    case 'literal':
    case 'symbol':
    case 'delta':
      return true;
    case 'sum':
      return node.terms.length < 2 && node.terms.every((t) => isCheapNode(t.node));
    case 'contract':
      return (
        node.extents.length === node.axes.length &&
        node.operands.length < 2 &&
        node.operands.every((o) => isSmall(o.exponent) && isCheapNode(o.node))
      );
    case 'apply':
      return false;
  }
}

function productOf(factors: readonly Power[]): Entry {
  const [only, ...more] = factors;
  if (!only) return number(ONE);
  return more.length === 0 && isOneR(only.exponent) ? only.entry : { kind: 'product', factors };
}

function sumOf(terms: readonly Scaled[]): Entry {
  const [only, ...more] = terms;
  if (!only) return number(ZERO);
  return more.length === 0 && isOneR(only.coefficient) ? only.entry : { kind: 'sum', terms };
}

const scaled = (c: Rational, { factors, over }: Product): Product => ({
  factors: isOneR(c) ? factors : [{ entry: number(c), exponent: ONE }, ...factors],
  over,
});

/** A product whose sum runs in loops of its own; what does not depend on them stands outside. */
function entryOf({ factors, over }: Product): Entry {
  if (over.length === 0) return productOf(factors);
  const own = new Set(over);
  const moves = (f: Power): boolean => [...indicesOf(f.entry)].some((i) => own.has(i));
  const inside = factors.filter(moves);
  const outside = factors.filter((f) => !moves(f));
  const total: Entry = { kind: 'total', over: orderOf(over, inside), entry: productOf(inside) };
  return productOf([...outside, { entry: total, exponent: ONE }]);
}

/** How well each index suits the innermost loop: how much memory it runs along without a jump. */
function votes(at: readonly Index[], factors: readonly Power[]): Map<Index, number> {
  const count = new Map<Index, number>();
  const vote = (list: readonly Index[]): void => {
    const last = list.at(-1);
    if (last && list.indexOf(last) === list.length - 1)
      count.set(last, (count.get(last) ?? 0) + list.length);
  };
  vote(at);
  for (const f of factors) for (const r of readsOf(f.entry)) vote(r.at);
  return count;
}

/** Summed indices, the one that suits the innermost loop last. */
function orderOf(over: readonly Index[], factors: readonly Power[]): Index[] {
  const count = votes([], factors);
  return [...over].sort((a, b) => (count.get(a) ?? 0) - (count.get(b) ?? 0));
}

/** The index of the result along which a sum is accumulated in memory; undefined where a number adds up. */
function innermost(at: readonly Index[], { factors, over }: Product): Index | undefined {
  if (over.length === 0) return undefined;
  const count = votes(at, factors);
  const best = (list: readonly Index[]): Index | undefined =>
    list.reduce<Index | undefined>(
      (a, b) => ((count.get(b) ?? 0) > (a ? (count.get(a) ?? 0) : 0) ? b : a),
      undefined,
    );
  const out = best(distinct(at));
  const inner = best(over);
  return out && (count.get(out) ?? 0) > (inner ? (count.get(inner) ?? 0) : 0) ? out : undefined;
}

/** A product with identity matrices on the result's axes, without them: the rest, and which of its axes each axis is. */
function diagonals(
  node: Node,
): { readonly rest: Node; readonly place: readonly number[] } | undefined {
  if (node.kind === 'delta') {
    const [n] = node.axes;
    if (!n) return undefined;
    return { rest: contract([], [0], new Map([[0, n]])), place: [0, 0] };
  }
  if (node.kind !== 'contract') return undefined;
  const rank = node.axes.length;
  const isDelta = (o: Operand): boolean =>
    o.node.kind === 'delta' &&
    signR(o.exponent) > 0 &&
    o.indices.every((i) => i < rank) &&
    o.indices[0] !== o.indices[1];
  const deltas = node.operands.filter(isDelta);
  if (deltas.length === 0) return undefined;
  const first = node.extents.map((_, i) => i);
  const find = (i: number): number => (first[i] === i ? i : find(first[i] as number));
  for (const { indices } of deltas) {
    const [a, b] = indices.map(find) as [number, number];
    first[Math.max(a, b)] = Math.min(a, b);
  }
  const kept = node.axes.map((_, i) => i).filter((i) => find(i) === i);
  const operands = node.operands
    .filter((o) => !isDelta(o))
    .map((o) => ({ ...o, indices: o.indices.map(find) }));
  const extents = new Map(node.extents.map((d, i) => [i, d]));
  return {
    rest: contract(operands, kept, extents),
    place: node.axes.map((_, i) => kept.indexOf(find(i))),
  };
}
