import { MatgradError } from '../diagnostic/diagnostic.ts';
import { apply, contract, delta, ones, sum, transpose } from '../expr/build.ts';
import type { Apply, Contract, Node, Sym, Term } from '../expr/node.ts';
import { children, postorder } from '../expr/walk.ts';
import type { Dim } from '../shape/dim.ts';
import { isOneR, ONE } from '../shape/rational.ts';

/** A sum of more terms is not multiplied out: nested products of sums would have exponentially many. */
const MAX_TERMS = 64;

/**
 * The array of coefficients of a linear map: T with node = Σ T[…, u] U[u], its axes those of the node and then those of U.
 * What reverse mode makes of a cotangent U is linear in it, so that this is the whole Jacobian, read off without entries.
 * @throws RangeError where the node is not linear in U, MatgradError `not-yet` where a function of an array holds U
 */
export function coefficientOf(node: Node, u: Sym): Node {
  const holds = new Set<Node>();
  const found = new Map<Node, Node>();
  for (const n of postorder([node])) {
    if (n !== u && !children(n).some((c) => holds.has(c))) continue;
    holds.add(n);
    found.set(n, coefficient(n, u, found));
  }
  const whole = found.get(node);
  const axes = [...node.axes, ...u.axes];
  return whole ?? sum([], axes);
}

function coefficient(n: Node, u: Sym, found: ReadonlyMap<Node, Node>): Node {
  const axes = [...n.axes, ...u.axes];
  if (n === u) return identity(u.axes);
  switch (n.kind) {
    case 'sum':
      return sum(
        n.terms.map((t) => {
          const inner = found.get(t.node);
          if (!inner) throw notLinear(u);
          return { coefficient: t.coefficient, node: inner };
        }),
        axes,
      );
    case 'contract':
      return ofProduct(n, u, found);
    case 'literal':
    case 'symbol':
    case 'delta':
      throw notLinear(u);
    case 'apply':
      return ofMask(n, u, found);
  }
}

/** tril(U) = tril(ones) ⊙ U. */
function ofMask(n: Apply, u: Sym, found: ReadonlyMap<Node, Node>): Node {
  const [x] = n.args;
  const inner = x && found.get(x);
  if (!inner || n.op.mode !== 'structured' || !n.op.masks) throw notYet(n);
  const all = inner.axes.map((_, k) => k);
  const mask = apply(n.op, [ones(n.axes)]);
  return contract(
    [
      { node: inner, indices: all },
      { node: mask, indices: n.axes.map((_, k) => k) },
    ],
    all,
  );
}

/** The one factor that holds U is replaced by its coefficients, on indices of their own. */
function ofProduct(n: Contract, u: Sym, found: ReadonlyMap<Node, Node>): Node {
  const at = n.operands.filter((o) => found.has(o.node));
  const [only] = at;
  const inner = only && found.get(only.node);
  if (!only || !inner || at.length > 1 || !isOneR(only.exponent)) throw notLinear(u);
  const first = n.extents.length;
  const own = u.axes.map((_, k) => first + k);
  const extents = new Map<number, Dim>(n.extents.map((d, ix) => [ix, d]));
  u.axes.forEach((d, k) => extents.set(first + k, d));
  const out = [...n.axes.map((_, ix) => ix), ...own];
  const place = (node: Node): Node =>
    contract(
      n.operands.map((o) =>
        o === only ? { node, exponent: ONE, indices: [...o.indices, ...own] } : o,
      ),
      out,
      extents,
    );
  // term by term: diag(p) − ppᵀ, and not (I − p) diag(p)
  const terms = termsOf(inner);
  if (terms.length > MAX_TERMS) return place(inner);
  return sum(
    terms.map((t) => ({ coefficient: t.coefficient, node: place(t.node) })),
    [...n.axes, ...u.axes],
  );
}

/** The terms of a sum, also of one that stands transposed (see `orient` in expr/build.ts). */
function termsOf(node: Node): readonly Term[] {
  if (node.kind === 'sum') return node.terms;
  const turned = transpose(node);
  return turned.kind === 'sum'
    ? turned.terms.map((t) => ({ ...t, node: transpose(t.node) }))
    : [{ coefficient: ONE, node }];
}

/** δ on each axis and its twin: axes [a, b, a, b]. */
function identity(axes: readonly Dim[]): Node {
  const n = axes.length;
  return contract(
    axes.map((d, k) => ({ node: delta(d), indices: [k, n + k] })),
    Array.from({ length: 2 * n }, (_, k) => k),
    new Map(axes.flatMap((d, k) => [[k, d] as const, [n + k, d] as const])),
  );
}

/** A function of a whole array (`tril(U)`, `expm(A, U)`), linear in U or not: its coefficients are no array of the graph. */
const notYet = (n: Apply): MatgradError =>
  new MatgradError([
    {
      severity: 'error',
      code: 'not-yet',
      message: `the Jacobian of what is made with ${n.op.name} is not known yet as one array`,
      labels: [],
      notes: ['gradients of scalars that are made with it are'],
    },
  ]);

const notLinear = (u: Sym): RangeError => new RangeError(`not linear in ${u.name}`);
