import { contract, isZero } from '../../expr/build.ts';
import type { Apply, Contract, Node, Operand, Sym } from '../../expr/node.ts';
import { type Plan, planLoops } from '../../expr/plan.ts';
import type { Dim } from '../../shape/dim.ts';
import { dimName } from '../../shape/dim.ts';
import { isOneR, ONE, ZERO } from '../../shape/rational.ts';
import {
  type Entry,
  type Index,
  memoryOf,
  type Power,
  type Read,
  type Scaled,
  type Store,
  storeOf,
  type Unit,
} from './ir.ts';
import { diagonals, isCheapNode, kindOf, reshapedOf, termsOf } from './nodes.ts';
import {
  distinct,
  entryOf,
  innermost,
  number,
  type Product,
  productOf,
  scaled,
  sumOf,
} from './products.ts';
import { argumentUse, looksAt } from './routines.ts';

/** The loops around an entry: in their order, or of an order that is still open. */
interface Nest {
  readonly indices: readonly Index[];
  readonly ordered: boolean;
}

const ALONE: Nest = { indices: [], ordered: true };

const INFINITE: ReadonlySet<string> = new Set(['inf', '∞']);

const fresh = (dims: readonly Dim[]): Index[] => dims.map((extent) => ({ extent }));
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

/** Whether an entry at these indices is computed once for each round of the loops, or can stand before the inner ones. */
function fits(at: readonly Index[], nest: Nest): boolean {
  const own = new Set(at);
  const found = nest.indices.filter((i) => own.has(i)).length;
  if (found === nest.indices.length || own.size === 0) return true;
  return nest.ordered && nest.indices.slice(0, found).every((i) => own.has(i));
}
