import { contract, isSymmetric, scale, symbol } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import type { Turn } from '../notation/algebra.ts';
import { NoMatrixForm } from '../notation/matrix.ts';
import { toMatrices, toSurface, weigh } from '../notation/surface.ts';
import { ONE } from '../shape/rational.ts';
import { transposed } from '../syntax/make.ts';
import type { Expr } from '../syntax/tree.ts';
import type { Placement } from './arrange.ts';
import type { Network } from './chain.ts';
import { extentsOf } from './network.ts';

/** How a factor stands in the written arrangement. */
export interface Stand {
  /** Which factor, by its place in the network. */
  readonly link: number;
  readonly transposed: boolean;
  /** `entry`: a factor of a product entry by entry; `scale`: a vector as a diagonal matrix; `chain`: anything else. */
  readonly as: 'chain' | 'entry' | 'scale';
}

export interface Reading {
  /** Every factor as it stands in the chain, nothing opened up. */
  readonly expr: Expr;
  /** The factors in the order of reading; identities are left out. */
  readonly stands: readonly Stand[];
}

/** Writes the arrangements of one chain: where each factor stands is read off a product of things without parts. */
export class Scribe {
  private readonly network: Network;
  private readonly stand: readonly Node[];
  private readonly factors: Expr[] = [];
  private readonly turned: Expr[] = [];

  constructor(network: Network) {
    this.network = network;
    this.stand = network.links.map(({ factor: { node } }, k) =>
      node.kind === 'delta'
        ? node
        : symbol(`${k}`, node.axes, {
            role: 'part',
            properties: isSymmetric(node) ? ['symmetric'] : [],
          }),
    );
  }

  /** Nothing where the arrangement has no matrix form. */
  read(placement: Placement, turn: Turn): Reading | undefined {
    const { network } = this;
    const arrays = this.stand.map((node, k) => ({ node, indices: placement.factors[k] ?? [] }));
    const product = contract(
      [...network.scalars, ...arrays],
      placement.out,
      extentsOf(network, placement),
    );
    const stands: Stand[] = [];
    try {
      const form = toMatrices(scale(network.coefficient, product), turn);
      return { expr: this.fill(form, false, 'chain', stands), stands };
    } catch (e) {
      if (e instanceof NoMatrixForm) return undefined;
      throw e;
    }
  }

  private factor(link: number): Expr {
    const had = this.factors[link];
    if (had) return had;
    const made = toSurface(this.network.links[link]?.factor.node ?? scale(ONE, contract([], [])));
    this.factors[link] = made;
    return made;
  }

  /** A factor transposed: a product is turned within where that is shorter. */
  private turnedFactor(link: number): Expr {
    const had = this.turned[link];
    if (had) return had;
    const outside = transposed(this.factor(link));
    const node = this.network.links[link]?.factor.node;
    const inside = node ? toSurface(node, 'turned') : outside;
    const made = weigh(inside) < weigh(outside) ? inside : outside;
    this.turned[link] = made;
    return made;
  }

  /** Puts the factors in their places, and notes how they stand. */
  private fill(e: Expr, turned: boolean, as: Stand['as'], found: Stand[]): Expr {
    const into = (of: Expr, how: Stand['as'] = 'chain'): Expr => this.fill(of, turned, how, found);
    switch (e.kind) {
      case 'number':
        return e;
      case 'name':
        if (!isPlace(e.name)) return e;
        found.push({ link: Number(e.name), transposed: turned, as });
        return this.factor(Number(e.name));
      case 'transpose': {
        const { of } = e;
        if (of.kind !== 'name' || !isPlace(of.name))
          return { ...e, of: this.fill(of, !turned, as, found) };
        found.push({ link: Number(of.name), transposed: !turned, as });
        return this.turnedFactor(Number(of.name));
      }
      case 'product': {
        const how = e.op === 'hadamard' || e.op === 'hadamard-divide' ? 'entry' : 'chain';
        return { ...e, left: into(e.left, how), right: into(e.right, how) };
      }
      case 'sum':
      case 'inner':
        return { ...e, left: into(e.left), right: into(e.right) };
      case 'call': {
        const how = e.name === 'diag' ? 'scale' : e.name === 'sum' ? as : 'chain';
        return { ...e, args: e.args.map((a) => into(a, how)) };
      }
      case 'power':
        return { ...e, base: into(e.base), exponent: into(e.exponent) };
      case 'inverse':
      case 'negate':
      case 'norm':
      case 'bars':
      case 'series':
      case 'part':
        return { ...e, of: into(e.of) };
    }
  }
}

/** The names of places are numbers, which no variable's is. */
const isPlace = (name: string): boolean => /^\d+$/.test(name);
