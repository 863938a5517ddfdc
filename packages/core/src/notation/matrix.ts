import { content, isSymmetric, negate } from '../expr/build.ts';
import type { Contract, Node, Operand, Sum } from '../expr/node.ts';
import type { Plan, PlanOperand, PlanPair } from '../expr/plan.ts';
import { planContract } from '../expr/plan.ts';
import type { Rational } from '../shape/rational.ts';
import {
  absR,
  eqR,
  isIntegerR,
  isOneR,
  mulR,
  negR,
  ONE,
  rational,
  signR,
} from '../shape/rational.ts';
import type { Algebra, ScalarFactor, SumPart, Turn } from './algebra.ts';
import {
  contains,
  entryRank,
  isProduct,
  type Link,
  meanDivisor,
  simplicity,
  smaller,
} from './factors.ts';
import { general, type Parts } from './general.ts';
import { opensFactors, showsSize } from './sized.ts';

/** Thrown where an expression has no matrix form (an intermediate with more than two axes) and its algebra no other one. */
export class NoMatrixForm extends Error {
  override readonly name = 'NoMatrixForm';
  readonly node: Node;
  constructor(node: Node) {
    super('no matrix form');
    this.node = node;
  }
}

const other = (t: Turn): Turn => (t === 'plain' ? 'turned' : 'plain');
const TWO = rational(2);
/** A whole sum is transposed only where that saves so much within: people write Aᵀ + Bᵀ. */
const TRANSPOSE_SAVING = 2;

/**
 * Reads a node of the graph as matrix notation: which factor stands where, and which is transposed.
 * @param sizeIsOpen whether the place where it shall stand does not show its size
 * @throws NoMatrixForm where the algebra has no general form
 */
export function read<T>(root: Node, turn: Turn, algebra: Algebra<T>, sizeIsOpen = false): T {
  const memo = new Map<string, T>();
  /** Whether nothing around the present place shows how large it is. */
  let open = sizeIsOpen;

  function within<R>(isOpen: boolean, f: () => R): R {
    const before = open;
    open = isOpen;
    try {
      return f();
    } finally {
      open = before;
    }
  }

  function form(node: Node, want: Turn): T {
    const t: Turn =
      node.axes.length === 0 || (node.axes.length === 2 && isSymmetric(node)) ? 'plain' : want;
    const key = `${node.id}${t}${open ? '?' : ''}`;
    let made = memo.get(key);
    if (made === undefined) {
      made = make(node, t);
      memo.set(key, made);
    }
    return made;
  }

  function make(node: Node, t: Turn): T {
    const own = algebra.general;
    if (!own) return asMatrices(node, t);
    try {
      return asMatrices(node, t);
    } catch (e) {
      if (!(e instanceof NoMatrixForm)) throw e;
      return within(true, () => general(node, t, algebra, own, lent));
    }
  }

  const lent: Parts<T> = {
    form: (node) => form(node, 'plain'),
    raised: (node, exponent) => power(node, exponent, 'plain'),
    scaled: (c, scalars, array) =>
      isOneR(c) && scalars.length === 0 && array !== null
        ? array
        : scalarProduct(c, scalars, array),
  };

  function asMatrices(node: Node, t: Turn): T {
    if (node.axes.length > 2) throw new NoMatrixForm(node);
    switch (node.kind) {
      case 'literal':
      case 'symbol':
      case 'delta':
        return algebra.leaf(node, t, open);
      case 'apply': {
        const direct = algebra.leaf(node, t, open);
        if (node.axes.length === 0 || t === 'plain') return direct;
        const turned = algebra.transpose(algebra.leaf(node, 'plain', open));
        return algebra.weight(turned) <= algebra.weight(direct) ? turned : direct;
      }
      case 'contract':
        return product(node, ONE, t);
      case 'sum':
        return within(open && !node.terms.some((x) => showsSize(x.node)), () =>
          node.terms.length < 2 ? multiple(node, t) : ofTerms(node, t),
        );
    }
  }

  /** c · node */
  function multiple(node: Sum, t: Turn): T {
    const [term] = node.terms;
    if (!term)
      return algebra.scaled({
        coefficient: rational(0),
        numerators: [],
        denominators: [],
        array: algebra.ones(node.axes, t),
      });
    return withCoefficient(term.coefficient, term.node, t);
  }

  function withCoefficient(c: Rational, node: Node, t: Turn): T {
    if (node.kind === 'contract') return product(node, c, t);
    if (node.kind === 'literal')
      return algebra.scaled({
        coefficient: mulR(c, node.value),
        numerators: [],
        denominators: [],
        array: null,
      });
    if (node.axes.length === 0) return scalarProduct(c, [{ node, exponent: ONE, indices: [] }]);
    return algebra.scaled({
      coefficient: c,
      numerators: [],
      denominators: [],
      array: form(node, t),
    });
  }

  // ------------------------------------------------------------ sums

  /** A common number stands in front: 2(y − Xθ), ½(A + Aᵀ). */
  function ofTerms(node: Sum, t: Turn): T {
    const { coefficient, primitive } = content(node);
    const size = absR(coefficient);
    // 1/100 (100A + B) would be no shorter than A + 1/100 B
    const alike = node.terms.every((x) => x.coefficient.den === size.den);
    if (!isOneR(size) && alike) {
      const inner = form(signR(coefficient) < 0 ? negate(primitive) : primitive, t);
      const scalar = node.axes.length === 0;
      return algebra.scaled({
        coefficient: size,
        numerators: scalar ? [{ value: inner, simple: null }] : [],
        denominators: [],
        array: scalar ? null : inner,
      });
    }
    const direct = terms(node, t);
    if (node.axes.length === 0 || (node.axes.length === 1 && t === 'plain')) return direct;
    const turned = algebra.transpose(terms(node, other(t)));
    return algebra.weight(turned) + TRANSPOSE_SAVING <= algebra.weight(direct) ? turned : direct;
  }

  /**
   * Repeated terms are written short, as the row, column or scalar that is repeated, where another term shows the shape: one that
   * fills it, else a scalar or, where there is none, the first, written in full.
   */
  function terms(node: Sum, t: Turn): T {
    const kinds = node.terms.map((x) => repeats(x.node));
    const scalar = kinds.indexOf('scalar');
    const shows = kinds.includes('no') ? -1 : Math.max(0, scalar);
    const parts = node.terms.map(({ coefficient, node: x }, k): SumPart<T> => {
      const kind = kinds[k] ?? 'no';
      const size = absR(coefficient);
      const negative = signR(coefficient) < 0;
      if (kind === 'no' || k === shows || x.kind !== 'contract')
        return { negative, value: withCoefficient(size, x, t), repeats: 'no' };
      const turnSmall: Turn = kind === 'row' ? other(t) : t;
      const flipped = kind === 'row' ? 'column' : kind === 'column' ? 'row' : kind;
      const value = withCoefficient(size, smaller(x), turnSmall);
      return { negative, value, repeats: t === 'plain' ? kind : flipped };
    });
    // a column and a row do not go together before what shows the shape
    const crossed = ['row', 'column'].every((kind) => parts.some((p) => p.repeats === kind));
    const late = (p: SumPart<T>): number =>
      (crossed && p.repeats !== 'no' ? 2 : 0) + Number(p.negative);
    parts.sort((a, b) => late(a) - late(b));
    return algebra.sum(parts);
  }

  /** A repeated scalar, row (aⱼ for all i) or column of a matrix or vector; 'no' for what fills its shape by itself. */
  function repeats(x: Node): SumPart<T>['repeats'] {
    if (x.kind !== 'contract') return 'no';
    const used = new Set(x.operands.flatMap((o) => o.indices));
    const missing = x.axes.map((_, i) => i).filter((i) => !used.has(i));
    if (missing.length === 0) return 'no';
    if (missing.length === x.axes.length) return 'scalar';
    return missing[0] === 0 ? 'row' : 'column';
  }

  // ------------------------------------------------------------ products

  function product(given: Contract, coefficient: Rational, t: Turn): T {
    return within(opensFactors(given, open), () => openedProduct(given, coefficient, t));
  }

  function openedProduct(given: Contract, coefficient: Rational, t: Turn): T {
    const flipped = signR(coefficient) < 0 ? flipSum(given) : undefined;
    const node = flipped ?? given;
    const c = flipped ? negR(coefficient) : coefficient;
    const arrays = node.operands.filter((o) => o.indices.length > 0);
    const scalars = node.operands.filter((o) => o.indices.length === 0);
    const mean = meanOf(node, scalars, () => arrayPart(node, t));
    if (mean) return scalarProduct(c, mean.rest, mean.made);
    const core = arrays.length === 0 && node.axes.length === 0 ? null : arrayPart(node, t);
    if (core !== null && scalars.length === 0 && isOneR(c)) return core;
    return scalarProduct(c, scalars, core);
  }

  /** −A(B − C) = A(C − B): the sign goes into a factor that has both signs. */
  function flipSum(node: Contract): Contract | undefined {
    const both = node.operands.filter(
      (o) =>
        o.node.kind === 'sum' &&
        isOneR(o.exponent) &&
        o.node.terms.some((x) => signR(x.coefficient) < 0) &&
        o.node.terms.length > 1,
    );
    const mixed =
      both.find(
        (o) => o.node.kind === 'sum' && o.node.terms.every((x) => repeats(x.node) === 'no'),
      ) ?? both[0];
    if (!mixed) return undefined;
    return {
      ...node,
      operands: node.operands.map((o) => (o === mixed ? { ...o, node: negate(o.node) } : o)),
    };
  }

  /** Σ x/n as the mean of x, where that is a word of the notation. */
  function meanOf(
    x: Contract,
    scalars: readonly Operand[],
    sum: () => T,
  ): { readonly made: T; readonly rest: readonly Operand[] } | undefined {
    const by = algebra.mean ? meanDivisor(x, scalars) : undefined;
    const made = by && algebra.mean?.(sum());
    return by && made !== undefined ? { made, rest: scalars.filter((o) => o !== by) } : undefined;
  }

  function scalarProduct(c: Rational, given: readonly Operand[], array: T | null = null): T {
    const numerators: ScalarFactor<T>[] = [];
    const denominators: ScalarFactor<T>[] = [];
    let scalars = given;
    for (const o of given) {
      const mean =
        o.node.kind === 'contract' && isOneR(o.exponent)
          ? meanOf(o.node, scalars, () => form(o.node, 'plain'))
          : undefined;
      if (!mean) continue;
      numerators.push({ value: mean.made, simple: null });
      scalars = mean.rest.filter((x) => x !== o);
    }
    for (const o of scalars) {
      const down = signR(o.exponent) < 0;
      (down ? denominators : numerators).push({
        value: scalarPower(o.node, absR(o.exponent)),
        simple: isIntegerR(o.exponent) ? simplicity(o.node) : null,
      });
    }
    if (isOneR(c) && denominators.length === 0 && array === null && numerators.length === 1) {
      const [n] = numerators;
      if (n) return n.value;
    }
    return algebra.scaled({ coefficient: c, numerators, denominators, array });
  }

  function scalarPower(node: Node, exponent: Rational): T {
    if (isOneR(exponent)) return form(node, 'plain');
    const square = node.kind === 'contract' ? squares(node) : undefined;
    if (square) {
      const rank = square.axes.length;
      if (isIntegerR(exponent)) {
        const squared = squaredNorm(square);
        return isOneR(exponent) ? squared : algebra.power(squared, exponent, 0);
      }
      const k = mulR(exponent, TWO);
      if (isOneR(k)) return algebra.norm(lighter(square), rank);
      if (isIntegerR(k)) return algebra.power(algebra.norm(lighter(square), rank), k, 0);
    }
    return algebra.power(form(node, 'plain'), exponent, 0);
  }

  /** A name stands as a column, for xᵀx is not xxᵀ. */
  const squaredNorm = (x: Node): T =>
    algebra.squaredNorm(x.kind === 'symbol' ? form(x, 'plain') : lighter(x), x.axes.length);

  /** In the orientation that needs less: for what does not depend on it. */
  function lighter(node: Node): T {
    const plain = form(node, 'plain');
    const turned = node.axes.length > 0 ? form(node, 'turned') : plain;
    return algebra.weight(turned) < algebra.weight(plain) ? turned : plain;
  }

  /** The x of Σ x². */
  function squares(node: Contract): Node | undefined {
    const [o, ...rest] = node.operands;
    if (!o || rest.length > 0 || node.axes.length > 0 || !eqR(o.exponent, TWO)) return undefined;
    return new Set(o.indices).size === o.indices.length ? o.node : undefined;
  }

  function arrayPart(node: Contract, t: Turn): T {
    const arrays = node.operands.filter((o) => o.indices.length > 0);
    if (arrays.length === 0) return algebra.ones(node.axes, t);
    const whole = squares(node);
    if (whole) return squaredNorm(whole);
    const kept = arrays.filter((o) => o.node.kind !== 'delta');
    const identities = arrays.filter((o) => o.node.kind === 'delta');
    if (identities.length > 0) return diagonalPart(node, kept, identities, t);
    const plan = planContract(node);
    if (!plan) throw new NoMatrixForm(node);
    if (node.axes.length === 2) return t === 'plain' ? build(plan, 0, 1) : build(plan, 1, 0);
    if (node.axes.length === 1) return t === 'plain' ? build(plan, 0, null) : build(plan, null, 0);
    return build(plan, null, null);
  }

  /** vᵢ δᵢⱼ: the rest of the product is a vector on i. */
  function diagonalPart(
    node: Contract,
    rest: readonly Operand[],
    identities: readonly Operand[],
    t: Turn,
  ): T {
    if (rest.length === 0) return algebra.leaf(identities[0]?.node ?? node, t, open);
    const plan = planContract({ ...node, axes: node.axes.slice(0, 1), ...lowered(node, rest) });
    if (!plan) throw new NoMatrixForm(node);
    return algebra.diagonalMatrix(build(plan, 0, null));
  }

  /** The same product without its index 1, which the identity ties to 0. */
  function lowered(
    node: Contract,
    rest: readonly Operand[],
  ): Pick<Contract, 'operands' | 'extents'> {
    const down = (ix: number): number => (ix > 1 ? ix - 1 : ix === 1 ? 0 : ix);
    return {
      operands: rest.map((o) => ({ ...o, indices: o.indices.map(down) })),
      extents: node.extents.filter((_, i) => i !== 1),
    };
  }

  /** The factor with rows i and columns j (null: it has no such side). */
  function build(plan: Plan, i: number | null, j: number | null): T {
    switch (plan.kind) {
      case 'ones':
        return algebra.ones([plan.extent], i === null ? 'turned' : 'plain');
      case 'operand':
        return operand(plan, i);
      case 'pair':
        return pairOf(plan, i, j);
    }
  }

  function operand(plan: PlanOperand, i: number | null): T {
    const { node, exponent, indices } = plan.operand;
    const raised = (turn: Turn): T => power(node, exponent, turn);
    const [a = -1, b = -1] = indices;
    if (indices.length === 1)
      return plan.summed.length > 0
        ? algebra.total(raised('plain'), 1)
        : raised(i === null ? 'turned' : 'plain');
    if (a === b)
      return plan.summed.length > 0
        ? algebra.trace(raised('plain'))
        : algebra.diagonal(raised('plain'), i === null ? 'turned' : 'plain');
    if (plan.summed.length === 2) return algebra.total(raised('plain'), 2);
    if (plan.summed.length === 1) {
      // a sum along one side: a column of sums along the rows, or a row of sums down the columns, whichever needs no transpose
      const alongRows = plan.summed[0] === b;
      const natural = alongRows
        ? algebra.sumRows(raised('plain'))
        : algebra.sumColumns(raised('plain'));
      const wantsColumn = i !== null;
      if (alongRows === wantsColumn) return natural;
      const turned = alongRows
        ? algebra.sumColumns(raised('turned'))
        : algebra.sumRows(raised('turned'));
      const wrapped = algebra.transpose(natural);
      return algebra.weight(wrapped) <= algebra.weight(turned) ? wrapped : turned;
    }
    return raised(a === i ? 'plain' : 'turned');
  }

  function power(node: Node, exponent: Rational, turn: Turn): T {
    const base = form(node, turn);
    if (isOneR(exponent)) return base;
    if (signR(exponent) > 0) return algebra.power(base, exponent, node.axes.length);
    const up = negR(exponent);
    return algebra.hadamardDivide(
      null,
      isOneR(up) ? base : algebra.power(base, up, node.axes.length),
    );
  }

  function pairOf(plan: PlanPair, i: number | null, j: number | null): T {
    const { left, right, summed } = plan;
    if (summed.length === 2) return scalarOfTwo(left, right, summed);
    if (isProduct(plan)) return chain(plan, i, j);
    if (summed.length === 1) {
      // (A ⊙ B) summed along k
      const [k = -1] = summed;
      const open = i ?? j ?? -1;
      const sums =
        i !== null
          ? algebra.sumRows(hadamard(left, right, open, k))
          : algebra.sumColumns(hadamard(left, right, k, open));
      const turn: Turn = i === null ? 'turned' : 'plain';
      const both = [left, right].every((p) => p.indices.length === 2);
      const diagonals = both
        ? [
            algebra.diagonalOfProduct?.(build(left, open, k), build(right, k, open), turn),
            algebra.diagonalOfProduct?.(build(right, open, k), build(left, k, open), turn),
          ]
        : [];
      return diagonals.reduce<T>(
        (best, d) => (d !== undefined && algebra.weight(d) < algebra.weight(best) ? d : best),
        sums,
      );
    }
    if (left.indices.length === right.indices.length) {
      const made = hadamard(left, right, i, j);
      if (i === null || j === null) return made;
      const turned = algebra.transpose(hadamard(left, right, j, i));
      return algebra.weight(turned) < algebra.weight(made) ? turned : made;
    }
    const vector = left.indices.length === 1 ? left : right;
    const matrix = vector === left ? right : left;
    const v = vector.indices[0];
    return v === i
      ? algebra.scaleRows(build(vector, i, null), build(matrix, i, j))
      : algebra.scaleColumns(build(matrix, i, j), build(vector, j, null));
  }

  /**
   * A product of matrices over several indices, in the order of reading. Brackets stay only where reading from the left would cost more
   * than the plan.
   */
  function chain(plan: PlanPair, i: number | null, j: number | null): T {
    const links = linksOf(plan, i, j);
    if (i !== null || j !== null) return joined(links, plan, i, j);
    const there = joined(links, plan, i, j);
    const back = joined(
      links.map(({ plan: p, i: a, j: b }) => ({ plan: p, i: b, j: a })).reverse(),
      plan,
      i,
      j,
    );
    return algebra.weight(back) < algebra.weight(there) ? back : there;
  }

  function joined(links: readonly Link[], plan: PlanPair, i: number | null, j: number | null): T {
    const size = (ix: number | null): number => (ix === null ? 1 : (plan.sizes.get(ix) ?? 1));
    let leftCost = 0;
    for (let k = 1; k < links.length; k++)
      leftCost += size(links[0]?.i ?? null) * size(links[k]?.i ?? null) * size(links[k]?.j ?? null);
    const own = plan.cost - links.reduce((c, l) => c + l.plan.cost, 0);
    if (leftCost <= own) {
      const [first, ...rest] = links;
      if (!first) throw new NoMatrixForm(root);
      let made = factor(first);
      for (const l of rest) made = matmul(made, factor(l), first.i, l.i, l.j);
      return made;
    }
    // split where the plan does
    const inLeft = links.filter((l) => contains(plan.left, l.plan));
    const first = inLeft[0] === links[0] ? plan.left : plan.right;
    const second = first === plan.left ? plan.right : plan.left;
    const between =
      links[first === plan.left ? inLeft.length : links.length - inLeft.length]?.i ?? null;
    return matmul(
      factor({ plan: first, i, j: between }),
      factor({ plan: second, i: between, j }),
      i,
      between,
      j,
    );
  }

  /** Beside other factors a sum is transposed as a whole where that is as short: (xwᵀ − Y)ᵀx. */
  function factor({ plan, i, j }: Link): T {
    const direct = build(plan, i, j);
    if (plan.kind !== 'operand' || plan.operand.node.kind !== 'sum' || plan.summed.length > 0)
      return direct;
    if (plan.operand.indices.length === 1 && i !== null) return direct;
    const whole = algebra.transpose(build(plan, j, i));
    return algebra.weight(whole) <= algebra.weight(direct) ? whole : direct;
  }

  function matmul(a: T, b: T, i: number | null, k: number | null, j: number | null): T {
    if (k === null) return algebra.outer(a, b);
    return algebra.matmul(
      a,
      b,
      i === null ? (j === null ? 'inner' : 'row') : j === null ? 'column' : 'matrix',
    );
  }

  /** The factors of a chain, in the order of reading. */
  function linksOf(plan: Plan, i: number | null, j: number | null): Link[] {
    if (plan.kind !== 'pair' || !isProduct(plan)) return [{ plan, i, j }];
    const k = plan.summed[0] ?? null;
    const has = (p: Plan, ix: number | null): boolean => ix !== null && p.indices.includes(ix);
    const first =
      i !== null
        ? has(plan.left, i)
          ? plan.left
          : plan.right
        : j !== null
          ? has(plan.left, j)
            ? plan.right
            : plan.left
          : plan.left;
    const second = first === plan.left ? plan.right : plan.left;
    return [...linksOf(first, i, k), ...linksOf(second, k, j)];
  }

  /** Entry by entry: what was computed, named parts (cotangents), names, functions, sums; divisors last. */
  function hadamard(left: Plan, right: Plan, i: number | null, j: number | null): T {
    const factors = [...entries(left), ...entries(right)];
    const upper = factors.filter((f) => !reciprocalOf(f));
    const lower = factors.flatMap((f) => reciprocalOf(f) ?? []);
    upper.sort((a, b) => entryRank(a) - entryRank(b));
    const multiply = (list: readonly Plan[]): T | null =>
      list.reduce<T | null>(
        (made, f) => (made === null ? build(f, i, j) : algebra.hadamard(made, build(f, i, j))),
        null,
      );
    const over = multiply(upper);
    const under = multiply(lower);
    if (under === null) return over ?? algebra.ones([], 'plain');
    return algebra.hadamardDivide(over, under);
  }

  /** The factors of a product entry by entry. */
  function entries(p: Plan): Plan[] {
    const same =
      p.kind === 'pair' &&
      p.summed.length === 0 &&
      p.left.indices.length === p.right.indices.length &&
      p.left.indices.every((ix) => p.right.indices.includes(ix));
    return same ? [...entries(p.left), ...entries(p.right)] : [p];
  }

  /** The divisor, where a part is 1/divisor entry by entry. */
  function reciprocalOf(p: Plan): Plan | undefined {
    if (p.kind !== 'operand' || signR(p.operand.exponent) > 0 || p.summed.length > 0)
      return undefined;
    return { ...p, operand: { ...p.operand, exponent: negR(p.operand.exponent) } };
  }

  /** Σᵢⱼ Aᵢⱼ Bᵢⱼ, as a trace or as a sum of products, whichever needs fewer transposes. */
  function scalarOfTwo(left: Plan, right: Plan, [i = -1, j = -1]: readonly number[]): T {
    const entrywise = algebra.total(hadamard(left, right, i, j), 2);
    const flipped = algebra.total(hadamard(left, right, j, i), 2);
    const traces = [
      algebra.traceOfProduct(build(left, i, j), build(right, j, i)),
      algebra.traceOfProduct(build(left, j, i), build(right, i, j)),
    ];
    const lighter = (a: T, b: T): T => (algebra.weight(b) < algebra.weight(a) ? b : a);
    return lighter(traces.reduce(lighter), lighter(entrywise, flipped));
  }

  return form(root, turn);
}
