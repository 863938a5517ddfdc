import { content, isSymmetric, scale, symbol } from '../expr/build.ts';
import type { SymbolOptions } from '../expr/intern.ts';
import type { Node, Sym } from '../expr/node.ts';
import { children, postorder, symbolsOf, transform } from '../expr/walk.ts';
import { NoMatrixForm } from '../notation/matrix.ts';
import { toSurface, weigh } from '../notation/surface.ts';
import { invR, mulR } from '../shape/rational.ts';
import type { NamedPart } from './derivation.ts';

/** An equation that the user typed: `P = softmax(XΘ)`. */
export interface Typed {
  readonly name: string;
  readonly node: Node;
  readonly shape: Sym['shape'];
}

/**
 * Which parts of a result get names of their own. What the user named keeps that name. A softmax that is
 * added to something is named, since people write P − Y. Beyond that a part is named where it occurs more than once and the formulas become much shorter by it; a formula
 * that fits on a line stays whole.
 */
export function nameParts(
  roots: readonly Node[],
  typed: readonly Typed[],
  taken: ReadonlySet<string>,
): { readonly shown: readonly Node[]; readonly parts: readonly NamedPart[] } {
  const used = new Set(taken);
  for (const s of symbolsOf(roots)) used.add(s.name);
  for (const t of typed) used.add(t.name);
  const parts: NamedPart[] = [];
  let shown: readonly Node[] = roots;
  const replace = (node: Node, part: Sym): void => {
    const all = named([...shown, ...parts.map((p) => p.node)], node, part);
    parts.forEach((p, k) => {
      parts[k] = { ...p, node: all[shown.length + k] ?? p.node };
    });
    shown = all.slice(0, shown.length);
    parts.push({ symbol: part, node });
  };
  // the larger first, so that a name that contains another is not hidden by it
  for (const t of typed.filter((x) => isWorthy(x.node)).reverse()) {
    const part = symbol(t.name, t.shape, partOptions(t.node));
    const before = [...shown, ...parts.map((p) => p.node)];
    if (named(before, t.node, part).some((n, k) => n !== before[k])) replace(t.node, part);
  }
  for (let guard = 0; guard < MAX_PARTS; guard++) {
    const next = candidate(shown, parts);
    if (!next) break;
    const name = freeName(next, used);
    used.add(name);
    replace(next, symbol(name, next.axes, partOptions(next)));
  }
  return { shown, parts: inOrder(parts) };
}

/** A part's name stands for what is known of it. */
const partOptions = (node: Node): SymbolOptions => ({
  role: 'part',
  properties: isSymmetric(node) ? ['symmetric'] : [],
});

/** Puts a name in the place of a part, and of multiples of a sum: of 2y − 2Xθ, where r is Xθ − y, is left −2r. */
function named(roots: readonly Node[], node: Node, part: Sym): Node[] {
  const whole = node.kind === 'sum' ? content(node) : undefined;
  return transform(roots, (fresh, original) => {
    if (original === node || fresh === node) return part;
    if (!whole || fresh.kind !== 'sum' || fresh.axes.length !== node.axes.length) return fresh;
    const { coefficient, primitive } = content(fresh);
    return primitive === whole.primitive
      ? scale(mulR(coefficient, invR(whole.coefficient)), part)
      : fresh;
  });
}

const MAX_PARTS = 60;
/** A formula lighter than this stays whole. */
const LINE = 26;
/** A part lighter than this is never named for being repeated. */
const SMALL = 5;

const isWorthy = (n: Node): boolean =>
  n.kind === 'sum' || n.kind === 'contract' || n.kind === 'apply';

/** Symbols that a node takes when written out; null where it has no matrix form. */
function weightOf(node: Node): number | null {
  try {
    return weigh(toSurface(node));
  } catch (error) {
    if (error instanceof NoMatrixForm) return null;
    throw error;
  }
}

/** The part that is most worth a name, if any is. */
function candidate(shown: readonly Node[], parts: readonly NamedPart[]): Node | undefined {
  const roots = [...shown, ...parts.map((p) => p.node)];
  const whole = new Set(roots);
  const order = postorder(roots);
  const uses = new Map<Node, number>();
  for (const n of order) for (const c of children(n)) uses.set(c, (uses.get(c) ?? 0) + 1);
  const added = new Set(order.flatMap((n) => (n.kind === 'sum' ? children(n) : [])));
  const softmax = order.find(
    (n) =>
      n.kind === 'apply' &&
      n.op.sumsToOne === true &&
      !whole.has(n) &&
      n.args[0]?.kind !== 'symbol' &&
      (added.has(n) || (uses.get(n) ?? 0) > 1),
  );
  if (softmax) return softmax;
  if (![...uses].some(([n, k]) => k > 1 && isWorthy(n))) return undefined;
  const heavy = roots.some((r) => (sizes(r).get(r) ?? 0) > LINE);
  if (!heavy) return undefined;
  const weights = sizes(...roots);
  let best: Node | undefined;
  let saved = 0;
  for (const [node, k] of uses) {
    if (k < 2 || !isWorthy(node) || whole.has(node)) continue;
    const rough = weights.get(node) ?? 0;
    if (rough < SMALL) continue;
    const weight = rough > 4 * LINE ? rough : weightOf(node);
    if (weight === null || weight < SMALL) continue;
    const gain = (k - 1) * weight;
    if (gain > saved) [best, saved] = [node, gain];
  }
  return best;
}

/** Number of leaves of each node's tree: shared parts counted at every use. */
function sizes(...roots: readonly Node[]): Map<Node, number> {
  const found = new Map<Node, number>();
  for (const n of postorder(roots)) {
    const below = children(n).reduce((t, c) => t + (found.get(c) ?? 0), 0);
    found.set(n, Math.min(1e9, 1 + below));
  }
  return found;
}

const MATRICES = ['P', 'S', 'R', 'E', 'H', 'Q', 'K', 'U', 'V', 'M', 'N', 'B', 'C', 'D', 'F'];
const VECTORS = ['p', 's', 'r', 'e', 'h', 'q', 'k', 'u', 'v', 'z', 'b', 'c', 'd', 'g'];
const SCALARS = ['α', 'β', 'γ', 'δ', 'κ', 'ρ', 'τ', 'c', 's', 't'];

/** What people call such a thing: softmax P, an inverse K, a difference R. */
function favourites(node: Node): readonly string[] {
  if (node.axes.length === 0) return SCALARS;
  const cased = (...names: string[]): string[] =>
    names.map((n) => (node.axes.length > 1 ? n : n.toLowerCase()));
  const pool = node.axes.length > 1 ? MATRICES : VECTORS;
  if (node.kind === 'apply') {
    if (node.op.sumsToOne) return [...cased('P', 'S', 'Q'), ...pool];
    if (node.op.mode === 'structured') return [...cased('K', 'M'), ...pool];
    return [...cased('H', 'S'), ...pool];
  }
  if (node.kind === 'sum') return [...cased('R', 'E', 'D'), ...pool];
  return [...cased('Q', 'U', 'V'), ...pool];
}

function freeName(node: Node, used: ReadonlySet<string>): string {
  const names = favourites(node);
  const free = names.find((n) => !used.has(n));
  if (free !== undefined) return free;
  const [base = 'P'] = names;
  for (let k = 1; ; k++) if (!used.has(`${base}_${k}`)) return `${base}_${k}`;
}

/** Definitions before uses. */
function inOrder(parts: readonly NamedPart[]): NamedPart[] {
  const done: NamedPart[] = [];
  const visit = (p: NamedPart): void => {
    if (done.includes(p)) return;
    for (const s of symbolsOf([p.node])) {
      const other = parts.find((q) => q.symbol === s);
      if (other && other !== p) visit(other);
    }
    done.push(p);
  };
  for (const p of parts) visit(p);
  return done;
}
