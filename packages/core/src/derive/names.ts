import type { Node } from '../expr/node.ts';

const MATRICES = ['P', 'S', 'R', 'E', 'H', 'Q', 'K', 'U', 'V', 'M', 'N', 'B', 'C', 'D', 'F'];
const VECTORS = ['p', 's', 'r', 'e', 'h', 'q', 'k', 'u', 'v', 'z', 'b', 'c', 'd', 'g'];
const SCALARS = ['α', 'β', 'γ', 'δ', 'κ', 'ρ', 'τ', 'c', 's', 't'];

/** Names for parts, none of them twice and none that stands for something else. */
export class PartNames {
  readonly #used: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#used = new Set(taken);
  }

  /** What people call such a thing: softmax P, an inverse K, a difference R. */
  forPart(node: Node): string {
    return this.#take(favourites(node));
  }

  /** Cotangents: G where there is one, else G_1, G_2, … */
  forCotangents(nodes: readonly Node[]): string[] {
    const [only, ...more] = nodes;
    if (only && more.length === 0)
      return [this.#take(only.axes.length > 1 ? ['G', 'D'] : ['g', 'd'])];
    const base = ['G', 'D', 'Δ'].find((b) => !this.#used.has(`${b}_1`)) ?? 'G';
    return nodes.map((_, k) => this.#take([`${base}_${k + 1}`]));
  }

  #take(favoured: readonly string[]): string {
    const [base = 'P'] = favoured;
    let name = favoured.find((n) => !this.#used.has(n));
    for (let k = 1; name === undefined; k++)
      if (!this.#used.has(`${base}_${k}`)) name = `${base}_${k}`;
    this.#used.add(name);
    return name;
  }
}

function favourites(node: Node): readonly string[] {
  if (node.axes.length === 0) return SCALARS;
  const isMatrix = node.axes.length > 1;
  const pool = isMatrix ? MATRICES : VECTORS;
  const first = (...names: string[]): string[] => [
    ...names.map((n) => (isMatrix ? n : n.toLowerCase())),
    ...pool,
  ];
  if (node.kind === 'sum') return first('R', 'E', 'D');
  if (node.kind !== 'apply') return first('Q', 'U', 'V');
  if (node.op.sumsToOne) return first('P', 'S', 'Q');
  if (node.op.name === 'sigmoid') return first('S', 'H');
  return node.op.mode === 'structured' ? first('K', 'M') : first('H', 'S');
}
