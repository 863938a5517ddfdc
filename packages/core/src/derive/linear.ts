import { MatgradError } from '../diagnostic/diagnostic.ts';
import { apply, contract, delta, ones, reapply, sum, transpose } from '../expr/build.ts';
import type { Apply, Contract, Node, Sym, Term } from '../expr/node.ts';
import { children, postorder } from '../expr/walk.ts';
import type { Dim } from '../shape/dim.ts';
import { isOneR, ONE } from '../shape/rational.ts';

/** A sum of more terms is not multiplied out: nested products of sums would have exponentially many. */
const MAX_TERMS = 64;

/**
 * The array of coefficients of a linear map: T with node = Σ T[…, u] U[u], its axes those of the node and then those of U.
 * What reverse mode makes of a cotangent U is linear in it, so that this is the whole Jacobian, read off without entries.
 * @throws RangeError where the node is not linear in U, MatgradError `no-array` for a function that has no such array
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
      return ofFunction(n, u, found);
  }
}

/** A function of arrays that is linear in those that hold U. */
function ofFunction(n: Apply, u: Sym, found: ReadonlyMap<Node, Node>): Node {
  const { op, args } = n;
  const axes = [...n.axes, ...u.axes];
  const [x] = args;
  const first = x && found.get(x);
  if (op.mode !== 'structured') throw notLinear(u);
  // by a number: f(t A) = t f(A)
  if (u.axes.length === 0)
    return reapply(
      n,
      args.map((a) => found.get(a) ?? a),
    );
  // reshape(U) is a reshape of its coefficients, and tril(U) = tril(ones) ⊙ U
  if (first && op.reshapes) return apply(op, [first, ones(axes)]);
  if (first && op.masks) {
    const all = axes.map((_, k) => k);
    const mask = { node: apply(op, [ones(n.axes)]), indices: n.axes.map((_, k) => k) };
    return contract([{ node: first, indices: all }, mask], all);
  }
  const parts = args.flatMap((a, which): Node[] => {
    const inner = found.get(a);
    if (!inner) return [];
    const matrix = op.matrixOf?.(n, which);
    if (!matrix) throw noArray(n);
    const [own, own2] = [a.axes.length, n.axes.length];
    const summed = a.axes.map((_, k) => axes.length + k);
    const out = axes.map((_, k) => k);
    return [
      contract(
        [
          { node: matrix, indices: [...summed, ...out.slice(0, own2)] },
          { node: inner, indices: [...summed, ...out.slice(own2)].slice(0, own + u.axes.length) },
        ],
        out,
        new Map(axes.map((d, k) => [k, d])),
      ),
    ];
  });
  return sum(
    parts.map((node) => ({ coefficient: ONE, node })),
    axes,
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

const noArray = (n: Apply): MatgradError =>
  new MatgradError([
    {
      severity: 'error',
      code: 'no-array',
      message: `the Jacobian of what is made with ${n.op.name} cannot be written as one array`,
      labels: [],
      notes: ['gradients of scalars that are made with it can, and its products with vectors'],
    },
  ]);

const notLinear = (u: Sym): RangeError => new RangeError(`not linear in ${u.name}`);
