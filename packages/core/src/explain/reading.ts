import { differentials } from '../derive/differential.ts';
import { PartNames } from '../derive/names.ts';
import { linearProperties } from '../derive/space.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import { symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { substitute } from '../expr/walk.ts';
import type { Value } from '../ops/value.ts';
import type { Shape } from '../shape/shape.ts';
import { call, name } from '../syntax/make.ts';
import type { Expr } from '../syntax/tree.ts';
import { sameAs } from '../verify/compare.ts';
import { dimensionNames } from '../verify/sizes.ts';
import { exprOf, turnOf } from './formula.ts';

/** What a derivation is about, and how its lines are read again. */
export interface Setting {
  readonly variable: Sym;
  /** Of what is differentiated. */
  readonly shape: Shape;
  /** What stands for parts in the lines: definitions that were typed, parts that the answer names. Whole nodes. */
  readonly names: ReadonlyMap<Node, Sym>;
  /** An expression of the lines, with symbols that the problem has not. @throws MatgradError */
  readonly elaborate: (e: Expr, symbols: readonly Sym[]) => Value;
  /** Names that no part may take. */
  readonly taken: Iterable<string>;
  readonly seed: number;
}

/** A line as it is printed, or what it stands for where that cannot be read again. */
export type Line =
  | { readonly e: Expr; readonly node?: never; readonly skipped?: never }
  | { readonly node: Node; readonly skipped?: never }
  /** A line that says nothing of what the others say. */
  | { readonly skipped: true };

/**
 * The differentials that stand in the lines of a derivation, each a symbol of its own, and what lines with them mean: lines are held
 * against each other as they are printed, read again from the surface tree.
 */
export class Reading {
  readonly setting: Setting;
  readonly #symbols = new Map<Node, Sym>();
  readonly #nodes = new Map<string, Node>();
  readonly #parts = new Map<Sym, Node>();
  readonly #values = new WeakMap<Expr, Value>();
  #letters: PartNames | undefined;
  /** The differential of the variable itself. */
  readonly step: Sym;

  constructor(setting: Setting) {
    this.setting = setting;
    const { variable } = setting;
    const properties = linearProperties(variable);
    this.step = symbol(`d·${variable.name}`, variable.shape, { properties });
    this.#keep(variable, this.step);
    for (const [node, part] of setting.names) this.#parts.set(part, node);
  }

  #keep(node: Node, sym: Sym): void {
    this.#symbols.set(node, sym);
    this.#nodes.set(sym.name, node);
  }

  /** The symbol that stands for the differential of a node. */
  differential(node: Node): Sym {
    let found = this.#symbols.get(node);
    if (!found) {
      const shape = this.setting.names.get(node)?.shape ?? node.axes;
      found = symbol(`d·${this.#symbols.size}`, shape);
      this.#keep(node, found);
    }
    return found;
  }

  /** The node whose differential an expression is, by itself. */
  alone(e: Expr): Node | undefined {
    return e.kind === 'name' ? this.#nodes.get(e.name) : undefined;
  }

  holds(e: Expr): boolean {
    return someName(e, (n) => this.#nodes.has(n));
  }

  /** The differentials in an expression. */
  within(e: Expr): Node[] {
    const found = new Set<Node>();
    someName(e, (n) => {
      const node = this.#nodes.get(n);
      if (node) found.add(node);
      return false;
    });
    return [...found];
  }

  /** A name for a value of the lines. */
  nameOf({ node, shape }: Value): Sym {
    this.#letters ??= new PartNames([
      ...this.setting.taken,
      ...[...this.setting.names.values()].map((p) => p.name),
    ]);
    const [letter = 'G'] = this.#letters.forCotangents([node]);
    const part = symbol(letter, shape, { role: 'part' });
    this.#parts.set(part, this.whole(node));
    return part;
  }

  /** A node as it is written, under the names of parts. @throws Unreadable */
  written(node: Node, shape: Shape = node.axes): Expr {
    const [named = node] = substitute([node], this.setting.names);
    const e = exprOf(named, turnOf(shape));
    if (!e) throw new Unreadable();
    return e;
  }

  /** What an expression of the lines stands for, in terms of differentials. @throws MatgradError */
  valueOf(e: Expr): Value {
    let value = this.#values.get(e);
    if (!value) {
      const read = this.setting.elaborate(apart(e), [
        ...this.#symbols.values(),
        ...this.#parts.keys(),
      ]);
      value = { node: this.whole(read.node), shape: read.shape };
      this.#values.set(e, value);
    }
    return value;
  }

  /** Whether an expression has the value of a node. */
  means(e: Expr, node: Node): boolean | null {
    try {
      return agreeing(node, [this.valueOf(e).node], this.setting.seed)[0] ?? null;
    } catch (error) {
      if (error instanceof MatgradError) return null;
      throw error;
    }
  }

  /** A node without the names of parts. */
  whole(node: Node): Node {
    return substitute([node], this.#parts)[0] ?? node;
  }

  /** As a reader sees it: `d·3` is `d(Xθ − y)`. */
  shown(e: Expr): Expr {
    return renamed(e, (n) => {
      const node = this.#nodes.get(n);
      if (!node) return undefined;
      const named = this.setting.names.get(node) ?? (node.kind === 'symbol' ? node : undefined);
      return named ? name(`d${named.name}`, named.index) : call('d', [this.written(node)]);
    });
  }

  /**
   * Which lines have the value of the first, for random points and a random differential of the variable. null: that could not be
   * found out.
   * @param order active nodes of all that is differentiated, children before parents
   */
  verdicts(lines: readonly Line[], order: readonly Node[]): (boolean | null)[] {
    const moved = differentials(order, this.setting.variable, this.step);
    const by = new Map<Node, Node>();
    for (const [node, sym] of this.#symbols) by.set(sym, moved.get(node) ?? sym);
    by.delete(this.step);
    const nodes = lines.map((line): Node | null => {
      if (line.skipped) return null;
      try {
        const node = line.node ?? this.valueOf(line.e).node;
        return substitute([node], by)[0] ?? null;
      } catch (error) {
        if (error instanceof MatgradError) return null;
        throw error;
      }
    });
    const first = nodes.find((n) => n !== null);
    if (!first) return lines.map(() => null);
    const known = nodes.flatMap((n) => n ?? []);
    const same = agreeing(first, known, this.setting.seed);
    return nodes.map((n) => (n ? (same[known.indexOf(n)] ?? null) : null));
  }
}

/**
 * Which nodes have the value of the first at random points; null: that could not be found out.
 * @param small whether to begin with short axes, since the nodes have many
 */
export function agreeing(
  reference: Node,
  nodes: readonly Node[],
  seed: number,
  small = false,
): (boolean | null)[] {
  const compare = (sizes?: ReadonlyMap<string, number>): (boolean | null)[] => {
    try {
      return sameAs(reference, nodes, { seed, ...(sizes ? { sizes } : {}) }).map((v) =>
        v === 'unknown' ? null : v === 'equal',
      );
    } catch (error) {
      // more numbers than the evaluator holds
      if (error instanceof RangeError) return nodes.map(() => null);
      throw error;
    }
  };
  const found = small ? compare(shortSizes([reference, ...nodes])) : [null];
  return found.includes(null) ? compare() : found;
}

/** Short lengths for all dimensions, those of few different. */
function shortSizes(nodes: readonly Node[]): ReadonlyMap<string, number> {
  const names = dimensionNames(nodes);
  return new Map(names.map((n, k) => [n, names.length === 1 ? 3 : 2 + (k % 3)] as const));
}

/** A part of a line has no matrix form. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Every `I` gets a place of its own, for each has a size of its own. */
function apart(e: Expr): Expr {
  let count = 0;
  return mapNames(e, (n) => {
    if (n.name !== 'I') return n;
    count++;
    return { ...n, span: { start: count, end: count } };
  });
}

const renamed = (e: Expr, of: (name: string) => Expr | undefined): Expr =>
  mapNames(e, (n) => of(n.name) ?? n);

type NameExpr = Extract<Expr, { kind: 'name' }>;

/** The tree with its names replaced. Parts that nothing changed stay the same. */
export function mapNames(e: Expr, f: (n: NameExpr) => Expr): Expr {
  const go = (x: Expr): Expr => mapNames(x, f);
  switch (e.kind) {
    case 'number':
      return e;
    case 'name':
      return f(e);
    case 'transpose':
    case 'inverse':
    case 'negate':
    case 'norm':
    case 'bars':
    case 'series': {
      const of = go(e.of);
      return of === e.of ? e : { ...e, of };
    }
    case 'power': {
      const [base, exponent] = [go(e.base), go(e.exponent)];
      return base === e.base && exponent === e.exponent ? e : { ...e, base, exponent };
    }
    case 'product':
    case 'sum':
    case 'inner': {
      const [left, right] = [go(e.left), go(e.right)];
      return left === e.left && right === e.right ? e : { ...e, left, right };
    }
    case 'call': {
      const args = e.args.map(go);
      return args.every((a, k) => a === e.args[k]) ? e : { ...e, args };
    }
    case 'part':
      return { ...e, of: go(e.of), parts: e.parts.map((p) => p && go(p)) };
  }
}

function someName(e: Expr, f: (name: string) => boolean): boolean {
  let found = false;
  mapNames(e, (n) => {
    found ||= f(n.name);
    return n;
  });
  return found;
}
