import type { Contract, Node } from '../expr/node.ts';
import type { Dim } from '../shape/dim.ts';
import type { Expr } from '../syntax/tree.ts';
import type { Entry, Letter } from './entry.ts';
import { deltaOf, numberOf, powerOf, productOver, sumOf, withSign } from './entry-make.ts';

/** How nodes without an index form of their own are written. */
export interface EntryWriter {
  /** A name for a node, where it has one. */
  named(node: Node): { readonly node: Node; readonly expr: Expr } | undefined;
  /** A symbol, or a function of arrays, as a surface tree. @throws where it has none */
  written(node: Node): Expr;
}

const POOL = 'ijklrstuvabcehopqxyz';

/** Names for letters. */
export class Letters {
  readonly #taken: ReadonlySet<string>;

  /** @param taken names that mean something else */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** A letter that is none of those in reach. @param liked names to be tried first */
  fresh(dim: Dim, reach: readonly Letter[], liked = ''): Letter {
    const used = (name: string): boolean => reach.some((l) => l.name === name);
    const free = (liked + POOL).split('').find((c) => !this.#taken.has(c) && !used(c));
    if (free !== undefined) return { name: free, dim };
    for (let k = 1; ; k++) if (!used(`i${k}`)) return { name: `i${k}`, dim };
  }

  /** Letters for axes, none of them twice. */
  all(axes: readonly Dim[], reach: readonly Letter[], liked = ''): Letter[] {
    const found: Letter[] = [];
    for (const d of axes) found.push(this.fresh(d, [...reach, ...found], liked));
    return found;
  }
}

/** Reads nodes of the graph as entries. */
export class Entries {
  readonly letters: Letters;
  readonly #writer: EntryWriter;

  constructor(letters: Letters, writer: EntryWriter) {
    this.letters = letters;
    this.#writer = writer;
  }

  /** The entry of a node at letters, one for each axis. @param reach further letters that are in use around it */
  of(node: Node, at: readonly Letter[], reach: readonly Letter[] = []): Entry {
    const named = this.#writer.named(node);
    if (named) return { kind: 'entry', ...named, letters: at };
    return this.inside(node, at, reach);
  }

  /** The same, with the node itself written out where it has a name. */
  inside(node: Node, at: readonly Letter[], reach: readonly Letter[] = []): Entry {
    switch (node.kind) {
      case 'literal':
        return numberOf(node.value);
      case 'symbol':
        return { kind: 'entry', node, expr: this.#writer.written(node), letters: at };
      case 'delta':
        return deltaOf(at[0] as Letter, at[1] as Letter);
      case 'sum':
        return sumOf(
          node.terms.map((t) =>
            withSign({ coefficient: t.coefficient, of: this.of(t.node, at, reach) }),
          ),
        );
      case 'contract': {
        const { all, summed } = this.indices(node, at, reach);
        const around = [...reach, ...all];
        const factors = node.operands.map((o) => {
          const places = o.indices.map((ix) => all[ix] as Letter);
          return powerOf(this.of(o.node, places, around), o.exponent);
        });
        return productOver(summed, factors, all[0]);
      }
      case 'apply':
        if (node.op.mode === 'structured')
          return { kind: 'entry', node, expr: this.#writer.written(node), letters: at };
        return {
          kind: 'apply',
          node,
          args: node.args.map((a) => this.of(a, a.axes.length === 0 ? [] : at, reach)),
          letters: at,
        };
    }
  }

  /** Letters for all indices of a product: those of its axes as given, new ones for those that are summed. */
  indices(
    node: Contract,
    at: readonly Letter[],
    reach: readonly Letter[],
  ): { readonly all: readonly Letter[]; readonly summed: readonly Letter[] } {
    const summed = this.letters.all(node.extents.slice(node.axes.length), [...reach, ...at]);
    return { all: [...at, ...summed], summed };
  }
}
