import {
  content,
  contract,
  delta,
  dimScalar,
  type Factor,
  literal,
  multiply,
  power,
  scale,
  transpose,
} from '../expr/build.ts';
import type { Apply, Contract, Node, Operand, Sym } from '../expr/node.ts';
import { DIM_ONE, type Dim } from '../shape/dim.ts';
import { addR, isOneR, MINUS_ONE, mulR, ONE, type Rational } from '../shape/rational.ts';
import { formatDim } from '../shape/shape.ts';
import type { Edge } from './paths.ts';
import type { ChainFactor } from './trick.ts';
import { factorSurface, isName, lighterTurn, powerLaw, type Words, writtenShape } from './words.ts';

/** An array among the factors, its axes on indices. */
export interface Link {
  readonly factor: ChainFactor;
  readonly indices: readonly number[];
  /** The indices at which the forward pass multiplied it with what leads to the variable, and summed. */
  readonly met: ReadonlySet<number>;
}

/**
 * What the chain of a path is on indices: the factors and the variable's axes, tied where the forward pass ties them. Its product
 * over the indices is the path's contribution, if every function was what it seems as a scalar.
 */
export interface Network {
  readonly links: readonly Link[];
  readonly coefficient: Rational;
  readonly scalars: readonly Factor[];
  /** Where the axes of the variable are. */
  readonly out: readonly number[];
  readonly dims: ReadonlyMap<number, Dim>;
  /** The indices along which the forward pass repeated something that leads to the variable. */
  readonly repeated: ReadonlySet<number>;
}

export interface Chain {
  readonly factors: readonly ChainFactor[];
  readonly network: Network;
  /** Why there is no scalar factor from some place on; null where the chain reaches the variable. */
  readonly stopped: string | null;
  /** Why a function is not what it seems as a scalar. */
  readonly caveats: readonly string[];
}

const MAX_BESIDE = 3;

/**
 * The chain of scalar factors along edges that follow each other.
 * @param upstream stands for what came before the first edge
 * @param beside where one product has more arrays than this beside the factor, those that belong together count as one
 */
export function chainOf(
  edges: readonly Edge[],
  words: Words,
  upstream: Sym | null = null,
  beside = MAX_BESIDE,
): Chain {
  const chain = new Chainer(words, beside);
  if (upstream) chain.begin(upstream);
  for (const edge of edges) if (!chain.follow(edge)) break;
  return chain.finish();
}

const isOnes = (node: Node): boolean =>
  (node.kind === 'contract' && node.operands.length === 0) ||
  (node.kind === 'literal' && isOneR(node.value));

class Chainer {
  private readonly words: Words;
  private readonly factors: ChainFactor[] = [];
  private readonly links: Link[] = [];
  private readonly scalars: Factor[] = [];
  private readonly dims = new Map<number, Dim>();
  private readonly repeated = new Set<number>();
  /** Indices of arrays beside the path, also those that are summed within a factor that was multiplied out. */
  private readonly held = new Set<number>();
  private readonly caveats: string[] = [];
  private coefficient: Rational = ONE;
  /** Numbers and scalars that stand together in front are one factor. */
  private front: { coefficient: Rational; nodes: Factor[] } = { coefficient: ONE, nodes: [] };
  /** Where the axes of the node that was reached are. */
  private current: readonly number[] = [];
  private stopped: string | null = null;

  private readonly most: number;

  constructor(words: Words, most: number) {
    this.words = words;
    this.most = most;
  }

  begin(upstream: Sym): void {
    this.current = upstream.axes.map((d) => this.fresh(d));
    this.push(ONE, upstream, this.current, 'the gradient so far, from the stage before');
  }

  finish(): Chain {
    if (this.stopped === null) this.countCopies();
    this.flush();
    if (this.factors.length === 0 && this.stopped === null)
      this.show(ONE, literal(ONE), 'd(u) = du: a sum passes every entry on as it is');
    const { factors, links, scalars, dims, repeated, coefficient, current, stopped, caveats } =
      this;
    const network = { links, scalars, dims, repeated, coefficient, out: current };
    return { factors, network, stopped, caveats };
  }

  /** A side that the forward pass repeats and sums with nothing on it counts its length. */
  private countCopies(): void {
    const used = new Set([...this.links.flatMap((l) => l.indices), ...this.held, ...this.current]);
    for (const [ix, d] of this.dims)
      if (!used.has(ix))
        this.push(
          ONE,
          dimScalar(d),
          [],
          `repeated ${formatDim(d)} times and summed: all of them count`,
        );
  }

  /** @returns false where the chain ends */
  follow({ node, slot }: Edge): boolean {
    switch (node.kind) {
      case 'literal':
      case 'symbol':
      case 'delta':
        throw new Error('a leaf has no children');
      case 'sum':
        this.put({ coefficient: node.terms[slot]?.coefficient ?? ONE });
        return true;
      case 'contract':
        this.product(node, slot);
        return true;
      case 'apply':
        return this.function(node, slot);
    }
  }

  private fresh(d: Dim): number {
    this.dims.set(this.dims.size, d);
    return this.dims.size - 1;
  }

  // ------------------------------------------------------------ one factor

  /** A number or a scalar in front. */
  private put({ coefficient = ONE, node }: { coefficient?: Rational; node?: Factor }): void {
    this.coefficient = mulR(this.coefficient, coefficient);
    this.front.coefficient = mulR(this.front.coefficient, coefficient);
    if (!node) return;
    this.scalars.push(node);
    this.front.nodes.push(node);
  }

  private flush(): void {
    const { coefficient, nodes } = this.front;
    this.front = { coefficient: ONE, nodes: [] };
    if (nodes.length === 0 && isOneR(coefficient)) return;
    const product = multiply(nodes.map((f) => power(f.node, f.exponent ?? ONE)));
    this.show(
      ONE,
      nodes.length === 0 ? literal(coefficient) : scale(coefficient, product),
      'd(c u) = c du',
    );
  }

  private show(coefficient: Rational, node: Node, because: string): ChainFactor {
    const turn = lighterTurn(node);
    const expr = factorSurface(coefficient, node, turn);
    const factor = { coefficient, node, turn, expr, shape: writtenShape(node, turn), because };
    this.factors.push(factor);
    return factor;
  }

  /** A factor of its own. */
  private push(
    coefficient: Rational,
    given: Node,
    indices: readonly number[],
    because: string,
    met: ReadonlySet<number> = new Set(),
  ): void {
    const inner = given.kind === 'sum' && given.terms.length > 0 ? content(given) : null;
    const c = inner ? mulR(coefficient, inner.coefficient) : coefficient;
    const node = inner ? inner.primitive : given;
    if (isOnes(node)) {
      this.put({ coefficient: c });
      return;
    }
    this.flush();
    this.coefficient = mulR(this.coefficient, c);
    const factor = this.show(c, node, because);
    if (node.axes.length === 0) this.scalars.push({ node, indices: [] });
    else this.links.push({ factor, indices, met });
  }

  // ------------------------------------------------------------ products

  private product(node: Contract, slot: number): void {
    const operand = node.operands[slot];
    if (!operand) throw new Error('no such factor');
    const rank = node.axes.length;
    const names = node.extents.map((d, i) => (i < rank ? (this.current[i] ?? -1) : this.fresh(d)));
    const at = (o: Operand): number[] => o.indices.map((ix) => names[ix] ?? -1);
    const others = node.operands.filter((_, k) => k !== slot);
    for (const o of others) for (const ix of at(o)) this.held.add(ix);
    this.noteRepetition(node, operand, others, names);
    for (const o of others)
      if (o.indices.length === 0)
        this.put({ node: { node: o.node, indices: [], exponent: o.exponent } });
    const inner = new Set(operand.indices.filter((ix) => ix >= rank).map((ix) => names[ix] ?? -1));
    for (const beside of this.besides(node, operand, others)) {
      const indices = beside.indices.map((ix) => names[ix] ?? -1);
      const met = new Set(indices.filter((ix) => inner.has(ix)));
      this.push(ONE, beside.node, indices, this.besideLaw(beside, node, operand), met);
    }
    const own = at(operand);
    const lowered = addR(operand.exponent, MINUS_ONE);
    if (lowered.num !== 0n)
      this.push(
        operand.exponent,
        power(operand.node, lowered),
        own,
        powerLaw(operand.exponent, lowered),
      );
    this.current = this.separate(operand.node, own);
  }

  /** Axes of a node that stand on one index (a trace, a diagonal) get one each, tied by an identity. */
  private separate(node: Node, indices: readonly number[]): number[] {
    const seen: number[] = [];
    indices.forEach((ix, a) => {
      const d = node.axes[a];
      if (!seen.includes(ix) || !d) {
        seen.push(ix);
        return;
      }
      const other = this.fresh(d);
      this.push(ONE, delta(d), [ix, other], 'd tr(A) = tr(I dA): only the diagonal counts');
      seen.push(other);
    });
    return seen;
  }

  /** The arrays beside a factor; where there are many, those that are tied among themselves are multiplied out to one. */
  private besides(
    node: Contract,
    operand: Operand,
    others: readonly Operand[],
  ): { readonly node: Node; readonly indices: readonly number[] }[] {
    const arrays = others.filter((o) => o.indices.length > 0);
    const alone = (o: Operand): { node: Node; indices: readonly number[] } => ({
      node: power(o.node, o.exponent),
      indices: o.indices,
    });
    if (arrays.length <= this.most) return arrays.map(alone);
    const isOpen = (ix: number): boolean => ix < node.axes.length || operand.indices.includes(ix);
    const inner = (o: Operand): number[] => o.indices.filter((ix) => !isOpen(ix));
    let groups = merged(
      arrays.map((o) => [o]),
      (a, b) => inner(a).some((ix) => b.indices.includes(ix)),
    );
    const sides = (o: Operand): string => [...o.indices].sort((a, b) => a - b).join();
    if (groups.length > this.most) groups = merged(groups, (a, b) => sides(a) === sides(b));
    return groups.map((group) => {
      const [only] = group;
      if (only && group.length === 1) return alone(only);
      const open = [...new Set(group.flatMap((o) => o.indices))].filter(isOpen);
      open.sort((a, b) => a - b);
      return { node: contract(group, open), indices: open };
    });
  }

  /** `d(W X) = X dW`: as they stand in the forward pass; among several beside it, the whole product is named. */
  private besideLaw(
    beside: { readonly node: Node; readonly indices: readonly number[] },
    node: Contract,
    operand: Operand,
  ): string {
    if (beside.node.kind === 'delta') return 'd diag(u) = I du: only the diagonal counts';
    const lowered = power(operand.node, operand.exponent);
    const pair = [beside, { node: lowered, indices: operand.indices }];
    const all = new Set(pair.flatMap((f) => f.indices));
    const arrays = node.operands.filter((o) => o.indices.length > 0);
    const two = arrays.length === 2 || beside.node.axes.length + lowered.axes.length === 0;
    const whole = two
      ? contract(
          pair,
          [...all].filter((ix) => ix < node.axes.length).sort((a, b) => a - b),
          new Map(node.extents.map((d, i) => [i, d])),
        )
      : node;
    const [f, u] = [this.words.spelled(beside.node), this.words.spelled(lowered)];
    const product = this.words.spelled(whole);
    if (f === undefined || u === undefined || product === undefined)
      return 'd(A u) = A du: the factor beside it';
    const atom = (text: string): string => (isName(text) ? text : `(${text})`);
    return two
      ? `d(${product}) = ${atom(f)} d${atom(u)}: the factor beside it`
      : `in ${product} it stands beside d${atom(u)}`;
  }

  /**
   * Along which indices the forward pass repeats the factor: those of the result that nothing has, and those of an array that
   * has all of the factor's too, entry by entry (a row that scales the columns of a matrix).
   */
  private noteRepetition(
    node: Contract,
    operand: Operand,
    others: readonly Operand[],
    names: readonly number[],
  ): void {
    node.axes.forEach((_, ix) => {
      if (operand.indices.includes(ix)) return;
      const owners = others.filter((o) => o.indices.includes(ix));
      const kept = operand.indices.every((i) => i < node.axes.length);
      const beside =
        kept && owners.some((o) => operand.indices.every((i) => o.indices.includes(i)));
      if (owners.length === 0 || beside) this.repeated.add(names[ix] ?? -1);
    });
  }

  // ------------------------------------------------------------ functions

  private function(node: Apply, slot: number): boolean {
    const { op } = node;
    const arg = node.args[slot];
    if (op.mode === 'elementwise') {
      const law = node.fn ? op.law.replaceAll('σ', node.fn.name) : op.law;
      const partial = op.partial(node, slot);
      if (partial) this.push(ONE, partial, this.current, law);
      if (arg?.axes.length === 0) {
        for (const ix of this.current) this.repeated.add(ix);
        this.current = [];
      }
      return true;
    }
    const scalar = op.asScalar?.(node);
    if (!scalar?.derivative) {
      this.stopped =
        scalar?.because ?? `${op.law}: as a scalar it has no factor that could be placed`;
      return false;
    }
    this.caveats.push(scalar.because);
    const d = scalar.derivative;
    const { coefficient, primitive } =
      d.kind === 'sum' && d.terms.length > 0 ? content(d) : { coefficient: ONE, primitive: d };
    const cut = primitive.kind === 'contract' ? twoFactors(primitive) : undefined;
    if (cut && this.current.length === 2) {
      // the derivative is a product of two matrices: the argument's differential stands between them
      const [i = -1, j = -1] = this.current;
      const [, right = DIM_ONE] = cut[0].axes;
      const [left = DIM_ONE] = cut[1].axes;
      const [a, b] = [this.fresh(right), this.fresh(left)];
      this.put({ coefficient });
      this.push(ONE, cut[0], [i, a], scalar.because);
      this.push(ONE, cut[1], [b, j], scalar.because);
      this.current = [a, b];
      return true;
    }
    const added = d.axes.slice(this.current.length).map((dim) => this.fresh(dim));
    const indices = [...this.current, ...added];
    this.push(ONE, d, indices, scalar.because);
    this.current = indices;
    return true;
  }
}

/** Groups that have members which belong together become one. */
function merged(
  given: readonly (readonly Operand[])[],
  belong: (a: Operand, b: Operand) => boolean,
): Operand[][] {
  const groups: Operand[][] = [];
  for (const next of given) {
    const tied = groups.filter((g) => g.some((a) => next.some((b) => belong(a, b))));
    groups.push([...tied.flat(), ...next]);
    for (const g of tied) groups.splice(groups.indexOf(g), 1);
  }
  return groups;
}

/** The two matrices of a product A B. */
function twoFactors(node: Contract): readonly [Node, Node] | undefined {
  if (node.operands.length !== 2 || node.axes.length !== 2 || node.extents.length !== 3)
    return undefined;
  const find = (row: number, column: number): Node | undefined => {
    const o = node.operands.find((p) => p.indices.includes(row) && p.indices.includes(column));
    if (!o || !isOneR(o.exponent)) return undefined;
    return o.indices[0] === row ? o.node : transpose(o.node);
  };
  const [a, b] = [find(0, 2), find(2, 1)];
  return a && b ? [a, b] : undefined;
}
