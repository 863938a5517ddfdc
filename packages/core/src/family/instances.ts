import { apply, literal, ones, sum } from '../expr/build.ts';
import type { Elementwise, Node, Sym } from '../expr/node.ts';
import { postorder } from '../expr/walk.ts';
import type { IndexExpr } from '../shape/dim.ts';
import { atomText, type Dim } from '../shape/dim.ts';
import { ONE, rational } from '../shape/rational.ts';
import { place } from './places.ts';
import { type Renaming, rename } from './rename.ts';

/** Numbers for the ends of ranges: `{ L: 3 }`. */
export type Steps = Readonly<Record<string, number>>;

/** More members than this are not unrolled. */
export const MAX_MEMBERS = 100_000;
/** Nor are more nodes made than this. */
export const MAX_NODES = 2_000_000;

/** A formula with a number for its letter. */
export interface Instance {
  readonly node: Node;
  readonly letter: string | null;
  readonly at: number;
}

/** A sum of formulas; without any, zeros on the axes. */
export interface Definition {
  readonly sum: readonly Instance[];
  readonly axes: readonly Dim[];
}

/**
 * A member that is a sum or a product, kept as one thing: else sums of sums would join to ever longer ones, and a residual network of
 * L layers would take L² terms. It is the identity.
 */
const member: Elementwise = {
  mode: 'elementwise',
  name: 'member',
  law: 'd Z = dZ',
  domain: 'real',
  spelling: {
    text: '$0',
    latex: '$0',
    numpy: '$0',
    matlab: '$0',
    julia: '$0',
    onnx: '$0',
    c: '$0',
    js: '$0',
  },
  partial: (node) => ones(node.axes),
  value: ([x = Number.NaN]) => x,
};

const asOne = (node: Node): Node =>
  (node.kind === 'sum' && node.terms.length > 0) ||
  (node.kind === 'contract' && node.operands.length > 0)
    ? apply(member, [node])
    : node;

/** A place as a number. @throws RangeError where its end has none */
export function numberOf(p: IndexExpr, steps: Steps, letter?: string | null, at = 0): number {
  if (p.variable === null) return p.offset;
  if (p.variable === letter) return at + p.offset;
  const n = Object.hasOwn(steps, p.variable) ? steps[p.variable] : undefined;
  if (n === undefined) throw new RangeError(`how many steps: ${p.variable} has no number`);
  if (!Number.isInteger(n) || n < 0)
    throw new RangeError(`${p.variable} = ${n} is no number of steps`);
  return n + p.offset;
}

/**
 * Members by name and place, each defined as a sum of formulas at places, and made into nodes in which other members are nodes
 * already. Uses no call stack: chains may be many thousand members long.
 */
export class Instances {
  private readonly steps: Steps;
  private readonly definitions = new Map<string, Definition>();
  private readonly names = new Set<string>();
  private readonly made = new Map<string, Node>();
  private readonly templates = new Map<
    Node,
    { readonly size: number; readonly uses: readonly Sym[] }
  >();
  private nodes = 0;

  /** @param given members that have nodes already */
  constructor(steps: Steps, given: ReadonlyMap<string, Node> = new Map()) {
    this.steps = steps;
    for (const [key, node] of given) this.made.set(key, node);
  }

  /** @throws RangeError for a second definition, or too many */
  define(name: string, at: number | null, definition: Definition): void {
    const key = keyOf(name, at);
    if (this.definitions.has(key)) throw new RangeError(`${key} is defined twice`);
    this.definitions.set(key, definition);
    this.names.add(name);
    if (this.definitions.size > MAX_MEMBERS)
      throw new RangeError(`more than ${MAX_MEMBERS} members: too many steps to unroll`);
  }

  /** The nodes of members made so far. */
  get members(): ReadonlyMap<string, Node> {
    return this.made;
  }

  /** The nodes of all members. */
  all(): ReadonlyMap<string, Node> {
    this.make([...this.definitions.keys()]);
    return this.made;
  }

  /** The node of a definition; members that it uses are made first. @throws RangeError for a member without definition */
  node(definition: Definition): Node {
    this.make(this.needs(definition));
    return this.total(definition);
  }

  private total(definition: Definition): Node {
    const nodes = definition.sum.map((i) => this.instantiate(i));
    return sum(
      nodes.map((node) => ({ coefficient: ONE, node })),
      nodes[0]?.axes ?? definition.axes,
    );
  }

  private make(keys: readonly string[]): void {
    const stack = [...keys];
    const open = new Set<string>();
    for (let key = stack.at(-1); key !== undefined; key = stack.at(-1)) {
      const definition = this.definitions.get(key);
      if (this.made.has(key)) {
        stack.pop();
      } else if (!definition) {
        throw new RangeError(`${key} is not defined for ${stepsText(this.steps)}`);
      } else if (open.has(key)) {
        stack.pop();
        this.made.set(key, asOne(this.total(definition)));
      } else {
        open.add(key);
        for (const need of this.needs(definition)) {
          if (this.made.has(need)) continue;
          if (open.has(need)) throw new RangeError(`${need} needs itself`);
          stack.push(need);
        }
      }
    }
  }

  private template(node: Node): { readonly size: number; readonly uses: readonly Sym[] } {
    let found = this.templates.get(node);
    if (!found) {
      const below = postorder([node]);
      const uses = below.filter((n): n is Sym => n.kind === 'symbol' && n.role !== 'dimension');
      found = { size: below.length, uses };
      this.templates.set(node, found);
    }
    return found;
  }

  private needs(definition: Definition): string[] {
    return definition.sum.flatMap((i) =>
      this.template(i.node)
        .uses.filter((s) => this.names.has(s.name) || s.role === 'part')
        .map((s) => keyOf(s.name, s.index && numberOf(s.index, this.steps, i.letter, i.at))),
    );
  }

  private instantiate({ node, letter, at }: Instance): Node {
    this.nodes += this.template(node).size;
    if (this.nodes > MAX_NODES)
      throw new RangeError(`more than ${MAX_NODES} nodes: too many steps to unroll`);
    const how: Renaming = {
      place: (i) => place(null, numberOf(i, this.steps, letter, at)),
      scalar: (s) => {
        if (s.index) return undefined;
        if (s.name === letter) return literal(rational(at));
        return Object.hasOwn(this.steps, s.name)
          ? literal(rational(this.steps[s.name] ?? 0))
          : undefined;
      },
      replace: (s) => this.made.get(keyOf(s.name, s.index?.offset ?? null)),
    };
    return rename([node], how)[0] ?? node;
  }
}

export const keyOf = (name: string, at: number | null): string =>
  atomText(name, at === null ? null : place(null, at));

const stepsText = (steps: Steps): string =>
  Object.entries(steps)
    .map(([name, n]) => `${name} = ${n}`)
    .join(', ');
