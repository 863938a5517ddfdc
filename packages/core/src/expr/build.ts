import type { Dim } from '../shape/dim.ts';
import { dimConstant } from '../shape/dim.ts';
import type { Rational } from '../shape/rational.ts';
import {
  addR,
  contentR,
  isEvenR,
  isIntegerR,
  isOneR,
  isZeroR,
  mulR,
  negR,
  ONE,
  powR,
  rational,
  rootR,
  signR,
  toNumber,
  ZERO,
} from '../shape/rational.ts';
import { equalTerms, isPlainTranspose, isRepeated, isScalarFactor, undiagonal } from './form.ts';
import { contractDeltas } from './identities.ts';
import { internApply, internContract, internSum, literal, symbol } from './intern.ts';
import { labelContract } from './labelling.ts';
import { applyLaws } from './laws.ts';
import type { Apply, FunctionName, Node, Operand, Primitive, Sum, Term } from './node.ts';
import { compareNodes } from './order.ts';
import { readSpec } from './spec.ts';
import { flattens, type Makers, pushRoot, sharesDenominator, type Work } from './work.ts';

export { isZero } from './form.ts';
export { delta, literal, symbol } from './intern.ts';

/**
 * The makers that keep the graph in normal form. Sums collect like terms, products flatten and drop identities, functions are
 * applied to the smallest array that determines the result. Nothing is ever multiplied out.
 */

/** A factor to be placed; the exponent is 1 unless given. */
export interface Factor {
  readonly node: Node;
  readonly indices: readonly number[];
  readonly exponent?: Rational;
}

const num = (n: number): Node => literal(rational(n));

/** The array of ones (the scalar 1 where there are no axes). */
export function ones(axes: readonly Dim[]): Node {
  return axes.length === 0 ? literal(ONE) : internContract([], axes, axes.length);
}

/** The array of zeros. */
export function zeros(axes: readonly Dim[]): Node {
  return axes.length === 0 ? literal(ZERO) : internSum([], axes);
}

/** A dimension as a scalar: `n+1` is the sum of the symbol n and 1. */
export function dimScalar(d: Dim): Node {
  const n = dimConstant(d);
  if (n !== undefined) return num(n);
  return sum(
    d.terms.map((t) => ({
      coefficient: rational(2 * t.coefficient, 2),
      node: multiply(t.atoms.map((a) => symbol(a.name, [], { index: a.index, role: 'dimension' }))),
    })),
    [],
  );
}

// ---------------------------------------------------------------- sums

/** coefficient · node */
export const scale = (c: Rational, node: Node): Node =>
  isOneR(c) ? node : sum([{ coefficient: c, node }], node.axes);
export const negate = (node: Node): Node => scale(rational(-1), node);
export const add = (...nodes: readonly Node[]): Node =>
  sum(
    nodes.map((node) => ({ coefficient: ONE, node })),
    nodes[0]?.axes ?? [],
  );
export const subtract = (a: Node, b: Node): Node =>
  sum(
    [
      { coefficient: ONE, node: a },
      { coefficient: rational(-1), node: b },
    ],
    a.axes,
  );

/** Σ coefficient·node over terms of the same axes, in normal form. */
export function sum(terms: readonly Term[], axes: readonly Dim[]): Node {
  const collected = collect(terms, axes);
  const single = collected[0];
  if (collected.length === 0) return zeros(axes);
  if (single && collected.length === 1 && isOneR(single.coefficient)) return single.node;
  if (axes.length === 0 && collected.length === 1 && single?.node.kind === 'literal') {
    return literal(mulR(single.coefficient, single.node.value));
  }
  const repeated =
    collected.length === 1
      ? -1
      : axes.findIndex((_, a) => collected.every((t) => isRepeated(t.node, a)));
  if (repeated >= 0) {
    const small = sum(
      collected.map((t) => ({ coefficient: t.coefficient, node: dropAxis(t.node, repeated) })),
      axes.filter((_, a) => a !== repeated),
    );
    return repeatAxis(small, repeated, axes);
  }
  if (axes.length === 2 && collected.length > 1) return orient(collected, axes);
  return internSum(collected, axes);
}

function collect(terms: readonly Term[], axes: readonly Dim[]): Term[] {
  const found = new Map<Node, Rational>();
  const put = (node: Node, c: Rational): void => {
    if (node.kind === 'sum') {
      for (const t of node.terms) put(t.node, mulR(c, t.coefficient));
    } else if (
      isPlainTranspose(node) &&
      node.kind === 'contract' &&
      node.operands[0]?.node.kind === 'sum'
    ) {
      for (const t of node.operands[0].node.terms) put(transpose(t.node), mulR(c, t.coefficient));
    } else if (node.kind === 'literal') {
      const one = ones(axes);
      found.set(one, addR(found.get(one) ?? ZERO, mulR(c, node.value)));
    } else {
      found.set(node, addR(found.get(node) ?? ZERO, c));
    }
  };
  for (const t of terms) put(t.node, t.coefficient);
  return [...found]
    .filter(([, c]) => !isZeroR(c))
    .map(([node, coefficient]) => ({ coefficient, node }))
    .sort((a, b) => compareNodes(a.node, b.node));
}

function dropAxis(node: Node, axis: number): Node {
  const out = node.axes.map((_, i) => i).filter((i) => i !== axis);
  if (node.kind === 'sum') {
    const terms = node.terms.map((t) => ({ ...t, node: dropAxis(t.node, axis) }));
    return sum(
      terms,
      node.axes.filter((_, i) => i !== axis),
    );
  }
  if (node.kind !== 'contract') return node;
  const extents = new Map(node.extents.map((d, i) => [i, d]));
  extents.delete(axis);
  return contract(node.operands, out, extents);
}

function repeatAxis(small: Node, axis: number, axes: readonly Dim[]): Node {
  const out = axes.map((_, i) => i);
  return contract(
    [{ node: small, indices: out.filter((i) => i !== axis) }],
    out,
    new Map(axes.map((d, i) => [i, d])),
  );
}

const flip = (terms: readonly Term[], axes: readonly Dim[]): Term[] =>
  collect(
    terms.map((t) => ({ coefficient: t.coefficient, node: transpose(t.node) })),
    [...axes].reverse(),
  );

/** How much of a term stands transposed, as it is and in the term's transpose: whether all of it does, and how many factors. */
function turns({ node }: Term): { here: [number, number]; there: [number, number] } {
  if (node.kind !== 'contract') {
    const there = isSymmetric(node) ? 0 : 1;
    return { here: [0, 0], there: [there, there] };
  }
  const turned = (row: number, column: number): number =>
    node.operands.filter(
      (o) =>
        o.indices.length === 2 &&
        (o.indices[0] === column || o.indices[1] === row) &&
        !isSymmetric(o.node),
    ).length;
  return { here: [Number(isPlainTranspose(node)), turned(0, 1)], there: [0, turned(1, 0)] };
}

/**
 * A matrix sum and its transpose are one node and a transpose of it: the form with fewer transposed terms stands, then the one with
 * fewer transposed factors, then the lesser in order.
 */
function orient(terms: readonly Term[], axes: readonly Dim[]): Node {
  const counts = terms.map(turns);
  const excess = (which: 0 | 1): number =>
    counts.reduce((d, { here, there }) => d + here[which] - there[which], 0);
  let order = excess(0) || excess(1);
  if (order < 0) return internSum(terms, axes);
  const flipped = flip(terms, axes);
  for (let i = 0; order === 0 && i < terms.length; i++) {
    const a = terms[i];
    const b = flipped[i];
    if (a && b)
      order = compareNodes(a.node, b.node) || toNumber(a.coefficient) - toNumber(b.coefficient);
  }
  if (order <= 0) return internSum(terms, axes);
  const extents = [axes[0], axes[1]].filter((d) => d !== undefined);
  return internContract(
    [{ node: internSum(flipped, [...axes].reverse()), exponent: ONE, indices: [1, 0] }],
    extents,
    2,
  );
}

/** The common factor of a sum's coefficients, with the sign of its first term, and the sum without it. */
export function content(node: Sum): { coefficient: Rational; primitive: Node } {
  const [first, ...rest] = node.terms;
  if (!first) return { coefficient: ONE, primitive: node };
  let c = first.coefficient;
  for (const t of rest) c = contentR(c, t.coefficient);
  if (signR(c) !== signR(first.coefficient)) c = negR(c);
  if (isOneR(c)) return { coefficient: c, primitive: node };
  const inverse = powR(c, -1);
  const terms = node.terms.map((t) => ({
    coefficient: mulR(t.coefficient, inverse),
    node: t.node,
  }));
  return {
    coefficient: c,
    primitive: terms.length === 1 ? first.node : internSum(terms, node.axes),
  };
}

// ---------------------------------------------------------------- products

/** Product of scalars and of arrays of equal axes, entry by entry. */
export function multiply(nodes: readonly Node[]): Node {
  const axes = nodes.find((n) => n.axes.length > 0)?.axes ?? [];
  const out = axes.map((_, i) => i);
  return contract(
    nodes.map((node) => ({ node, indices: node.axes.length === 0 ? [] : out })),
    out,
  );
}

/** node^exponent, entry by entry. */
export function power(node: Node, exponent: Rational): Node {
  const out = node.axes.map((_, i) => i);
  if (isZeroR(exponent)) return ones(node.axes);
  return contract([{ node, indices: out, exponent }], out);
}
export const reciprocal = (node: Node): Node => power(node, rational(-1));
export const divide = (a: Node, b: Node): Node => multiply([a, reciprocal(b)]);

/** Transpose of a matrix; other ranks are returned as they are. */
export function transpose(node: Node): Node {
  if (node.axes.length !== 2) return node;
  return contract([{ node, indices: [1, 0] }], [0, 1]);
}

/** Sum of all entries. */
export const total = (node: Node): Node =>
  contract([{ node, indices: node.axes.map((_, i) => i) }], []);

/** `einsum('ij,j->i', A, x)`: letters name the indices. Indices of the result that no operand has need their length. */
export function einsum(
  spec: string,
  nodes: readonly Node[],
  extents: Readonly<Record<string, Dim>> = {},
): Node {
  const { inputs, out } = readSpec(spec);
  const known = new Map(Object.entries(extents).map(([c, d]) => [c.charCodeAt(0), d]));
  return contract(
    nodes.map((node, i) => ({ node, indices: inputs[i] ?? [] })),
    out,
    known,
  );
}

/**
 * Product of factors over indices, summed over the indices that are not in `out`, in normal form.
 * `out` has distinct indices; those that no factor has need their length in `extents` (repetition along an axis).
 */
export function contract(
  factors: readonly Factor[],
  out: readonly number[],
  extents: ReadonlyMap<number, Dim> = new Map(),
): Node {
  const lengths = [...extents].filter(([ix]) => out.includes(ix));
  const work: Work = {
    coefficient: ONE,
    zero: false,
    operands: [],
    extents: new Map(lengths),
    next: 0,
  };
  for (const f of factors)
    f.indices.forEach((ix, a) => {
      const d = f.node.axes[a];
      if (d) work.extents.set(ix, d);
    });
  for (const ix of work.extents.keys()) if (ix >= work.next) work.next = ix + 1;
  for (const ix of out) if (ix >= work.next) work.next = ix + 1;
  for (const f of factors) place(work, f.node, f.indices, f.exponent ?? ONE);
  const axes = out.map((ix) => {
    const d = work.extents.get(ix);
    if (!d) throw new Error(`index ${ix} of the result has no length`);
    return d;
  });
  if (work.zero) return zeros(axes);
  contractDeltas(work, out, isSymmetric);
  while (mergePowers(work) || applyLaws(work, out, MAKERS)) {
    if (work.operands.some((o) => o.node.kind === 'delta')) contractDeltas(work, out, isSymmetric);
  }
  if (work.zero) return zeros(axes);
  countFreeIndices(work, out);
  splitScalars(work, out);
  while (mergePowers(work));
  if (work.zero) return zeros(axes);
  return scale(work.coefficient, assemble(work, out, axes));
}

const MAKERS: Makers = {
  contract: (factors, out, extents) => contract(factors, out, extents),
  apply: (op, args, fn) => apply(op, args, fn),
  isSymmetric: (node) => isSymmetric(node),
  sum: (terms, axes) => sum(terms, axes),
  ones: (axes) => ones(axes),
  dropAxis: (node, axis) => dropAxis(node, axis),
  place: (work, node, indices, exponent) => place(work, node, indices, exponent),
};

/** Adds one factor, flattening products and pulling out numbers. */
function place(work: Work, node: Node, indices: readonly number[], exponent: Rational): void {
  const whole = isIntegerR(exponent);
  switch (node.kind) {
    case 'literal':
      if (isZeroR(node.value) && signR(exponent) > 0) work.zero = true;
      else if (whole && !isZeroR(node.value))
        work.coefficient = mulR(work.coefficient, powR(node.value, toNumber(exponent)));
      else if (!isOneR(node.value)) pushRoot(work, node.value, exponent);
      return;
    case 'sum': {
      if (node.terms.length === 0 && signR(exponent) > 0) {
        work.zero = true;
        return;
      }
      const { coefficient, primitive } = content(node);
      if (isOneR(coefficient) || !sharesDenominator(node, coefficient)) break;
      if (whole) {
        work.coefficient = mulR(work.coefficient, powR(coefficient, toNumber(exponent)));
        place(work, primitive, indices, exponent);
        return;
      }
      // the root of a number that has none stays in the sum: √(x² + 1/10) is not √(1/10) √(10x² + 1)
      if (signR(coefficient) > 0 && (node.terms.length === 1 || rootR(coefficient, exponent))) {
        place(work, literal(coefficient), [], exponent);
        place(work, primitive, indices, exponent);
        return;
      }
      break;
    }
    case 'contract':
      if (
        whole &&
        node.axes.length > 0 &&
        !isOneR(exponent) &&
        node.operands.some(isScalarFactor)
      ) {
        // (cA)² = c² A², also where A is no product that opens
        for (const o of node.operands)
          if (isScalarFactor(o)) place(work, o.node, [], mulR(o.exponent, exponent));
        const rest = node.operands.filter((o) => !isScalarFactor(o));
        const inner = contract(
          rest,
          node.axes.map((_, i) => i),
          new Map(node.extents.map((d, i) => [i, d])),
        );
        place(work, inner, indices, exponent);
        return;
      }
      if (flattens(node, exponent, work.operands.length)) {
        const rank = node.axes.length;
        const names = node.extents.map((d, i) => {
          if (i < rank) return indices[i] ?? -1;
          work.extents.set(work.next, d);
          return work.next++;
        });
        for (const o of node.operands) {
          place(
            work,
            o.node,
            o.indices.map((i) => names[i] ?? -1),
            isOneR(exponent) ? o.exponent : mulR(o.exponent, exponent),
          );
        }
        return;
      }
      break;
    case 'delta':
      // δ is 0 or 1, and so are its positive powers
      work.operands.push({ node, exponent: ONE, indices });
      return;
    case 'apply': {
      const [x] = node.args;
      if (x && isEvenR(exponent) && node.op.mode === 'elementwise' && node.op.keepsMagnitude) {
        place(work, x, indices, exponent);
        return;
      }
      break;
    }
    default:
      break;
  }
  const sorted =
    indices.length === 2 && isSymmetric(node) ? [...indices].sort((a, b) => a - b) : indices;
  work.operands.push({ node, exponent, indices: sorted });
}

/** x·x² = x³ at the same indices; 1/diag(A) stands on the diagonal of A. Gives true where something changed that can open new laws. */
function mergePowers(work: Work): boolean {
  const bases = work.operands.map((o) => undiagonal(o.node) ?? o.node);
  if (new Set(bases).size === bases.length) return false;
  const seen = new Map<string, Operand>();
  for (const [k, o] of work.operands.entries()) {
    const base = bases[k] ?? o.node;
    const indices = base === o.node ? o.indices : [...o.indices, ...o.indices];
    const key = `${base.id}@${indices.join(',')}`;
    const first = seen.get(key);
    if (!first) {
      seen.set(key, o);
      continue;
    }
    const merged = o.node.kind === 'delta' ? ONE : addR(first.exponent, o.exponent);
    const kept = base === o.node ? first : o;
    work.operands = work.operands.filter((x) => x !== o && x !== first);
    if (!isZeroR(merged)) place(work, kept.node, kept.indices, merged);
    return true;
  }
  return false;
}

/** A summed index that no operand has counts its length. */
function countFreeIndices(work: Work, out: readonly number[]): void {
  const used = new Set(out);
  for (const o of work.operands) for (const ix of o.indices) used.add(ix);
  for (const [ix, d] of Array.from(work.extents)) {
    if (used.has(ix)) continue;
    work.extents.delete(ix);
    place(work, dimScalar(d), [], ONE);
  }
}

/** Parts that touch no index of the result are scalars by themselves, unless such a part is the whole product. */
function splitScalars(work: Work, out: readonly number[]): void {
  const touches = (o: Operand): boolean => o.indices.some((ix) => out.includes(ix));
  if (work.operands.every((o) => o.indices.length === 0 || touches(o))) return;
  const groups: { indices: Set<number>; members: Operand[] }[] = [];
  for (const o of work.operands) {
    if (o.indices.length === 0) continue;
    const touching = groups.filter((g) => o.indices.some((ix) => g.indices.has(ix)));
    const merged = { indices: new Set(o.indices), members: [] as Operand[] };
    for (const g of touching) {
      for (const ix of g.indices) merged.indices.add(ix);
      merged.members.push(...g.members);
      groups.splice(groups.indexOf(g), 1);
    }
    merged.members.push(o);
    groups.push(merged);
  }
  const scalars = groups.filter((g) => !out.some((ix) => g.indices.has(ix)));
  if (out.length === 0 && groups.length === 1 && work.operands.every((o) => o.indices.length > 0))
    return;
  for (const g of scalars) {
    work.operands = work.operands.filter((o) => !g.members.includes(o));
    for (const ix of g.indices) work.extents.delete(ix);
    place(work, contract(g.members, []), [], ONE);
  }
}

function assemble(work: Work, out: readonly number[], axes: readonly Dim[]): Node {
  const [only, ...rest] = work.operands;
  if (!only) return ones(axes);
  if (
    rest.length === 0 &&
    isOneR(only.exponent) &&
    only.indices.length === out.length &&
    only.indices.every((ix, i) => ix === out[i])
  ) {
    return only.node;
  }
  const plain = new Map<number, Dim>(
    [...work.extents].filter(
      ([ix]) => out.includes(ix) || work.operands.some((o) => o.indices.includes(ix)),
    ),
  );
  const { operands, extents } = labelContract(work.operands, out, plain, isSymmetric);
  return internContract(operands, extents, out.length);
}

const symmetry = new WeakMap<Node, boolean>();

/** Whether Aᵀ = A by declaration or by form. */
export function isSymmetric(node: Node): boolean {
  if (node.axes.length !== 2 || node.axes[0] !== node.axes[1]) return false;
  const had = symmetry.get(node);
  if (had !== undefined) return had;
  symmetry.set(node, false);
  const found = formIsSymmetric(node);
  symmetry.set(node, found);
  return found;
}

function formIsSymmetric(node: Node): boolean {
  switch (node.kind) {
    case 'literal':
      return false;
    case 'delta':
      return true;
    case 'symbol':
      return node.properties.some((p) => p === 'symmetric' || p === 'posdef' || p === 'diagonal');
    case 'sum':
      return (
        node.terms.every((t) => isSymmetric(t.node)) ||
        equalTerms(node.terms, flip(node.terms, node.axes))
      );
    case 'contract':
      return transpose(node) === node;
    case 'apply': {
      const first = node.args[0];
      if (node.op.mode === 'structured')
        return node.op.keepsSymmetry === true && first !== undefined && isSymmetric(first);
      return node.args.every((a) => a.axes.length === 0 || isSymmetric(a));
    }
  }
}

// ---------------------------------------------------------------- functions

/** A function applied, on the smallest array that determines the result. */
export function apply(op: Primitive, args: readonly Node[], fn: FunctionName | null = null): Node {
  const reduced = op.reduce?.(args, fn);
  if (reduced) return reduced;
  if (op.mode === 'structured') {
    const [x, ...others] = args;
    if (op.linear && x?.kind === 'sum' && x.terms.length < 2) {
      const [term] = x.terms;
      return term
        ? scale(term.coefficient, apply(op, [term.node, ...others], fn))
        : zeros(op.axes(args));
    }
    return internApply(op, args, op.axes(args), fn);
  }
  const axes = args.find((a) => a.axes.length > 0)?.axes ?? [];
  const repeated = axes.findIndex((_, a) =>
    args.every((n) => n.axes.length === 0 || isRepeated(n, a)),
  );
  if (repeated >= 0) {
    const small = apply(
      op,
      args.map((n) => (n.axes.length === 0 ? n : dropAxis(n, repeated))),
      fn,
    );
    return repeatAxis(small, repeated, axes);
  }
  if (axes.length === 2 && args.every((a) => a.axes.length === 0 || isPlainTranspose(a))) {
    return transpose(apply(op, args.map(transpose), fn));
  }
  return internApply(op, args, axes, fn);
}

/** The same function of other arguments. */
export const reapply = (node: Apply, args: readonly Node[]): Node => apply(node.op, args, node.fn);
