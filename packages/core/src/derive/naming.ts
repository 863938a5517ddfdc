import { content, isSymmetric, scale, symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { children, postorder, rewriter, symbolsOf, transform } from '../expr/walk.ts';
import { invR, isOneR, mulR, type Rational } from '../shape/rational.ts';
import type { NamedPart } from './derivation.ts';
import { PartNames } from './names.ts';
import { treeSizes } from './size.ts';
import { inOrder } from './uses.ts';

/** An equation that the user typed: `P = softmax(XΘ)`. */
export interface Typed {
  readonly name: string;
  readonly node: Node;
  readonly shape: Sym['shape'];
}

export interface NamingRequest {
  readonly value: Node;
  readonly gradients: readonly Node[];
  /** Cotangents that several formulas use, under names of no meaning. */
  readonly cotangents: readonly NamedPart[];
  readonly typed: readonly Typed[];
  /** Names that no part may take. */
  readonly taken: ReadonlySet<string>;
}

export interface Named {
  readonly shown: readonly Node[];
  /** In the order of definition. */
  readonly parts: readonly NamedPart[];
}

/**
 * Which parts of a result get names of their own. What the user named keeps that name, and cotangents that several formulas use
 * get one. A softmax that something is added to is named, since people write P − Y. Beyond that a part is named where it occurs
 * more than once and the formulas become much shorter by it; a formula that fits on a line stays whole.
 */
export function nameParts(request: NamingRequest): Named {
  const { value, gradients, cotangents, typed, taken } = request;
  const names = new PartNames([
    ...taken,
    ...symbolsOf([value]).map((s) => s.name),
    ...typed.map((t) => t.name),
  ]);
  const known = withKnownNames(gradients, cotangents, typed, names);
  return small(known) ? withNewNames(known, names) : { ...known, parts: inOrder(known.parts) };
}

/** A part's name stands for what is known of it. */
const partSymbol = (name: string, node: Node, shape: Sym['shape'] = node.axes): Sym =>
  symbol(name, shape, { role: 'part', properties: isSymmetric(node) ? ['symmetric'] : [] });

const isWorthy = (n: Node): boolean =>
  (n.kind === 'sum' && n.terms.length > 0) || n.kind === 'contract' || n.kind === 'apply';

// ---------------------------------------------------------------- names that are there

/** Puts the user's names and names of cotangents in, in one walk; of 2y − 2Xθ, where r is Xθ − y, is left −2r. */
function withKnownNames(
  gradients: readonly Node[],
  cotangents: readonly NamedPart[],
  typed: readonly Typed[],
  names: PartNames,
): Named {
  const symbols = new Map<Node, Sym>();
  const sums = new Map<Node, { readonly coefficient: Rational; readonly of: Node }>();
  for (const t of typed) {
    if (!isWorthy(t.node) || symbols.has(t.node)) continue;
    symbols.set(t.node, partSymbol(t.name, t.node, t.shape));
    if (t.node.kind !== 'sum') continue;
    const { coefficient, primitive } = content(t.node);
    sums.set(primitive, { coefficient, of: t.node });
  }
  const definitions = new Map<Sym, Node>();
  const rewrite = rewriter((fresh, original) => {
    const part = symbols.get(original);
    if (part) {
      if (original.kind !== 'symbol') definitions.set(part, fresh);
      return part;
    }
    if (original.kind !== 'sum') return fresh;
    const { coefficient, primitive } = content(original);
    const sum = sums.get(primitive);
    const multiple = sum && symbols.get(sum.of);
    if (!sum || !multiple) return fresh;
    if (!definitions.has(multiple)) rewrite([sum.of]);
    return scale(mulR(coefficient, invR(sum.coefficient)), multiple);
  });
  const fresh = names.forCotangents(cotangents.map((c) => c.node));
  const named = cotangents.map((c, k): NamedPart => {
    const [node = c.node] = rewrite([c.node]);
    const part = partSymbol(fresh[k] ?? 'G', c.node);
    symbols.set(c.symbol, part);
    return { symbol: part, node };
  });
  const shown = rewrite(gradients);
  const own = [...definitions].map(([s, node]): NamedPart => ({ symbol: s, node }));
  return { shown, parts: [...own, ...named] };
}

// ---------------------------------------------------------------- names that help

/** Only answers that a person reads as formulas are searched for parts to name. */
const MAX_NODES = 400;
const MAX_NEW = 24;
/** A formula lighter than this stays whole. */
const LINE = 26;
/** A part lighter than this is never named for being repeated. */
const SMALL = 5;
/** Letters that it takes to introduce a name: `where s = `. */
const INTRODUCED = 8;

const small = ({ shown, parts }: Named): boolean =>
  postorder([...shown, ...parts.map((p) => p.node)]).length <= MAX_NODES;

function withNewNames(known: Named, names: PartNames): Named {
  let { shown, parts } = known;
  for (let k = 0; k < MAX_NEW; k++) {
    const next = candidate(shown, parts);
    if (!next) break;
    const part = partSymbol(names.forPart(next), next);
    const all = transform([...shown, ...parts.map((p) => p.node)], (fresh, original) =>
      original === next ? part : fresh,
    );
    shown = all.slice(0, shown.length);
    const definitions = all.slice(shown.length);
    parts = [
      ...parts.map((p, i) => ({ ...p, node: definitions[i] as Node })),
      { symbol: part, node: next },
    ];
  }
  return { shown, parts: inOrder(parts) };
}

/** The part that is most worth a name, if any is. */
function candidate(shown: readonly Node[], parts: readonly NamedPart[]): Node | undefined {
  const roots = [...shown, ...parts.map((p) => p.node)];
  const whole = new Set(roots);
  const order = postorder(roots);
  const inner = order.filter((n) => isWorthy(n) && !whole.has(n));
  const sizes = treeSizes([], roots);
  const uses = new Map<Node, number>();
  for (const n of order) for (const c of children(n)) uses.set(c, (uses.get(c) ?? 0) + 1);
  const added = new Set(order.flatMap((n) => (n.kind === 'sum' ? children(n) : [])));
  const softmax = inner.find(
    (n) =>
      n.kind === 'apply' &&
      n.op.sumsToOne === true &&
      n.args[0]?.kind !== 'symbol' &&
      (added.has(n) || (uses.get(n) ?? 0) > 1),
  );
  if (softmax) return softmax;
  const saves = (n: Node): number => {
    const u = uses.get(n) ?? 0;
    return n.kind === 'apply' && u > 1 ? (u - 1) * lettersOf(n) - u - INTRODUCED : 0;
  };
  const longest = inner.reduce<Node | undefined>(
    (a, b) => (saves(b) > (a ? saves(a) : 0) ? b : a),
    undefined,
  );
  if (longest) return longest;
  if (inner.every((n) => (uses.get(n) ?? 0) < 2)) return undefined;
  if (roots.every((r) => (sizes.get(r) ?? 0) <= LINE)) return undefined;
  let best: Node | undefined;
  let saved = 0;
  for (const node of inner) {
    const size = sizes.get(node) ?? 0;
    const gain = ((uses.get(node) ?? 0) - 1) * size;
    if (size >= SMALL && gain > saved) [best, saved] = [node, gain];
  }
  return best;
}

const letters = new WeakMap<Node, number>();

/** About how many letters a formula takes. */
function lettersOf(n: Node): number {
  let found = letters.get(n);
  if (found === undefined) {
    found = Math.min(1000, countLetters(n));
    letters.set(n, found);
  }
  return found;
}

function countLetters(n: Node): number {
  const all = (nodes: readonly Node[]): number => nodes.reduce((t, c) => t + lettersOf(c), 0);
  switch (n.kind) {
    case 'literal':
    case 'delta':
      return 1;
    case 'symbol':
      return n.name.length;
    case 'sum':
      return all(children(n)) + 3 * (n.terms.length - 1);
    case 'contract':
      return all(children(n)) + n.operands.filter((o) => !isOneR(o.exponent)).length;
    case 'apply':
      if (n.op.mode === 'structured' && n.op.inverts) return 2 + all(n.args);
      return (
        n.op.name.length +
        2 +
        all(n.args.filter((a) => a.kind !== 'contract' || a.operands.length > 0))
      );
  }
}
