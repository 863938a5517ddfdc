import { contract } from '../expr/build.ts';
import type { Contract, Node, Operand } from '../expr/node.ts';
import { postorder } from '../expr/walk.ts';
import { reshaped } from '../ops/reshape.ts';
import type { Dim } from '../shape/dim.ts';
import { DIM_ONE, mulDim } from '../shape/dim.ts';
import { isOneR, ONE, type Rational, signR } from '../shape/rational.ts';
import { call, minus, name, negate, num, plus, times, transposed } from '../syntax/make.ts';
import type { Expr } from '../syntax/tree.ts';
import { toSurface } from './surface.ts';

/**
 * A Jacobian with three or four axes as the matrix ∂vec(F)/∂vec(X)ᵀ, columns stacked: kron(Bᵀ, A) for F = A X B (Magnus and
 * Neudecker 2019, chapter 9). Each term has to fall apart into one factor with the rows and one with the columns; K turns vec(X)
 * into vec(Xᵀ).
 * @param rank how many of the axes are the value's
 * @returns undefined where a term has another form
 */
export const vecJacobian = (node: Node, rank: number): Expr | undefined =>
  ofTerms(node, rank) ?? asReshaped(node, rank);

/** Jacobians of what is made with vec and the like: as an array with its axes merged, where that leaves nothing but matrices. */
function asReshaped(node: Node, rank: number): Expr | undefined {
  const below = postorder([node]);
  const merges = below.some(
    (n) => n.kind === 'apply' && n.op.mode === 'structured' && n.op.reshapes === true,
  );
  if (!merges) return undefined;
  const axes = node.axes.map((_, k) => k);
  // columns stacked: the first axis runs first
  const order = [...axes.slice(0, rank).reverse(), ...axes.slice(rank).reverse()];
  const sides = [node.axes.slice(0, rank), node.axes.slice(rank)].map((d) =>
    d.reduce(mulDim, DIM_ONE),
  );
  const whole = reshaped(contract([{ node, indices: axes }], order), sides);
  if (postorder([whole]).some((n) => n.axes.length > 2)) return undefined;
  return toSurface(whole);
}

function ofTerms(node: Node, rank: number): Expr | undefined {
  const terms = node.kind === 'sum' ? node.terms : [{ coefficient: ONE, node }];
  let whole: Expr | undefined;
  for (const t of terms) {
    const e = t.node.kind === 'contract' ? termOf(t.node, rank) : undefined;
    if (!e) return undefined;
    const size = scaledBy(t.coefficient, e);
    const negative = signR(t.coefficient) < 0;
    whole = whole
      ? negative
        ? minus(whole, size)
        : plus(whole, size)
      : negative
        ? negate(size)
        : size;
  }
  return whole;
}

function scaledBy(c: Rational, e: Expr): Expr {
  const size = signR(c) < 0 ? { num: -c.num, den: c.den } : c;
  return isOneR(size) ? e : times(num(size), e);
}

/** Factors that hang together by an index, and the result's indices among theirs. */
interface Group {
  readonly operands: readonly Operand[];
  readonly out: readonly number[];
}

function termOf(node: Contract, rank: number): Expr | undefined {
  const scalars = node.operands.filter((o) => o.indices.length === 0);
  const core = ofSum(node, rank) ?? ofFactors(node, rank);
  if (!core) return undefined;
  const factor = scalars.length === 0 ? undefined : toSurface(contract(scalars, []), 'plain');
  return factor ? times(factor, core) : core;
}

/** A number times a sum whose terms have the form. */
function ofSum(node: Contract, rank: number): Expr | undefined {
  const [only, ...more] = node.operands.filter((o) => o.indices.length > 0);
  const whole =
    only && more.length === 0 && isOneR(only.exponent) && only.indices.every((ix, k) => ix === k);
  return whole && only.node.kind === 'sum' ? ofTerms(only.node, rank) : undefined;
}

function ofFactors(node: Contract, rank: number): Expr | undefined {
  const groups = groupsOf(node);
  const [i, j] = [0, rank > 1 ? 1 : undefined];
  const [k, l] = node.axes.map((_, ix) => ix).slice(rank);
  /** All factors with these of the result's indices, if they have no others. */
  const part = (row?: number, column?: number): Expr | undefined => {
    const wanted = [row, column].filter((ix) => ix !== undefined);
    const own = groups.filter((g) => g.out.some((ix) => wanted.includes(ix)));
    if (wanted.length === 0 || own.some((g) => g.out.some((ix) => !wanted.includes(ix))))
      return undefined;
    const made = contract(
      own.flatMap((g) => g.operands),
      wanted,
      extentsOf(node),
    );
    const e = toSurface(made, 'plain', wanted.length === 1);
    return wanted.length === 1 && row === undefined ? transposed(e) : e;
  };
  const turned =
    j === undefined
      ? [part(i, l), part(undefined, k)]
      : l === undefined
        ? [part(j, k), part(i)]
        : [part(j, k), part(i, l)];
  return (
    diagonal(node, rank) ??
    pair(part(j, l), part(i, k), 'plain') ??
    pair(turned[0], turned[1], j === undefined || l === undefined ? 'plain' : 'turned') ??
    (j !== undefined && l !== undefined ? vecs(part(i, j), part(k, l)) : undefined)
  );
}

/** kron(P, Q), and K behind it where the variable's sides change places. */
function pair(
  p: Expr | undefined,
  q: Expr | undefined,
  order: 'plain' | 'turned',
): Expr | undefined {
  if (!p || !q) return undefined;
  // identities beside each other are one, and K alone is the transpose
  const identity = [p, q].every((e) => e.kind === 'name' && e.name === 'I');
  if (identity) return name(order === 'plain' ? 'I' : 'K');
  const product = call('kron', [p, q]);
  return order === 'plain' ? product : times(product, name('K'));
}

const vecs = (a: Expr | undefined, b: Expr | undefined): Expr | undefined =>
  a && b ? times(call('vec', [a]), transposed(call('vec', [b]))) : undefined;

/** Entry by entry: H ⊙ dX is diag(vec(H)). */
function diagonal(node: Contract, rank: number): Expr | undefined {
  if (rank !== 2 || node.axes.length !== 4) return undefined;
  const twins = [
    [0, 2],
    [1, 3],
  ] as const;
  const deltas = twins.map(([a, b]) =>
    node.operands.find(
      (o) => o.node.kind === 'delta' && o.indices.includes(a) && o.indices.includes(b),
    ),
  );
  if (deltas.some((d) => d === undefined)) return undefined;
  const rest = node.operands.filter((o) => o.indices.length > 0 && !deltas.includes(o));
  if (rest.length === 0 || rest.some((o) => o.indices.includes(2) || o.indices.includes(3)))
    return undefined;
  return call('diag', [call('vec', [toSurface(contract(rest, [0, 1], extentsOf(node)), 'plain')])]);
}

const extentsOf = (node: Contract): ReadonlyMap<number, Dim> =>
  new Map(node.extents.map((d, ix) => [ix, d]));

function groupsOf(node: Contract): Group[] {
  let groups: { operands: Operand[]; indices: Set<number> }[] = [];
  for (const o of node.operands) {
    if (o.indices.length === 0) continue;
    const touching = groups.filter((g) => o.indices.some((ix) => g.indices.has(ix)));
    const merged = {
      operands: [...touching.flatMap((g) => g.operands), o],
      indices: new Set([...touching.flatMap((g) => [...g.indices]), ...o.indices]),
    };
    groups = [...groups.filter((g) => !touching.includes(g)), merged];
  }
  return groups.map((g) => ({
    operands: g.operands,
    out: [...g.indices].filter((ix) => ix < node.axes.length),
  }));
}
