import type { Apply } from '../../expr/node.ts';
import { addDim, DIM_ONE, type Dim, dimNumber, mulDim } from '../../shape/dim.ts';
import { dimText, factorText } from './dims.ts';
import { memoryOf, type Routine, type Store } from './ir.ts';
import { type LoopFunction, type LoopModule, shapeText } from './module.ts';
import { LoopWriter, type Syntax } from './print.ts';
import { SOLVE } from './routines.ts';

/** What a language writes differently around loops. */
export interface Dialect extends Syntax {
  readonly comment: (text: string) => string;
  /** An array of its own; in the room to work in it begins at `start`. */
  readonly array: (name: string, length: string, start: string) => string;
  /** Another name for an array. */
  readonly alias: (name: string, of: string) => string;
  readonly list: (arrays: readonly string[]) => string;
  readonly wholes: (numbers: readonly string[]) => string;
}

/** The statements of a function, what its results are called, and how much room it needs. */
export interface Body {
  readonly lines: readonly string[];
  readonly results: readonly string[];
  readonly room: Dim;
}

export function bodyOf(module: LoopModule, fn: LoopFunction, dialect: Dialect): Body {
  return new BodyWriter(module, fn, dialect).body();
}

/** The sum of some dimensions, in halves: sums of many names are long. */
function sumOf(dims: readonly Dim[]): Dim {
  if (dims.length < 2) return dims[0] ?? dimNumber(0);
  const half = dims.length >> 1;
  return addDim(sumOf(dims.slice(0, half)), sumOf(dims.slice(half)));
}

class BodyWriter {
  private readonly module: LoopModule;
  private readonly fn: LoopFunction;
  private readonly dialect: Dialect;
  private readonly stores = new Map<Store, string>();
  /** The array that was the first one in a slot. */
  private readonly slots = new Map<number, string>();
  /** Where the next array begins. */
  private start = 'work';

  constructor(module: LoopModule, fn: LoopFunction, dialect: Dialect) {
    this.module = module;
    this.fn = fn;
    this.dialect = dialect;
  }

  body(): Body {
    const lines: string[] = [];
    for (const unit of this.fn.units) {
      const made = [unit.to, ...(unit.kind === 'routine' && unit.room ? [unit.room] : [])];
      lines.push(...made.flatMap((s) => this.declared(memoryOf(s))));
      lines.push(...(unit.kind === 'routine' ? [`${this.routine(unit)};`] : this.loops(unit)));
    }
    return {
      ...this.ended(lines),
      room: sumOf(this.fn.slots.lengths),
    };
  }

  /** What is given back; a number that the last line computes for that alone is given back at once. */
  private ended(lines: readonly string[]): Pick<Body, 'lines' | 'results'> {
    const results = this.fn.outputs.map((o) => this.name(o.store));
    const [name = '', ...more] = results;
    const [before = '', after = ''] = this.dialect.constant(name, '\n').split('\n');
    const last = lines.at(-1) ?? '';
    if (more.length > 0 || !last.startsWith(before) || !last.endsWith(after))
      return { lines, results };
    return {
      lines: lines.slice(0, -1),
      results: [last.slice(before.length, last.length - after.length)],
    };
  }

  private loops(unit: Exclude<LoopFunction['units'][number], Routine>): string[] {
    const { names } = this.fn;
    const writer = new LoopWriter(this.dialect, {
      names,
      size: this.size,
      store: (s) => this.name(memoryOf(s)),
      callable: this.module.callable,
    });
    return writer.lines(unit);
  }

  private readonly size = (atom: string): string => {
    const name = this.module.sizes.get(atom);
    if (name === undefined) throw new RangeError(`no size for ${atom}`);
    return name;
  };

  private name(store: Store): string {
    let name = this.stores.get(store);
    if (name === undefined) {
      name = store.name ?? this.fn.names.numbered('t');
      this.stores.set(store, name);
    }
    return name;
  }

  /** What stands before the first use of a store. */
  private declared(store: Store): string[] {
    if (this.stores.has(store) || store.kind === 'argument' || store.kind === 'result') return [];
    const name = this.name(store);
    const about = store.about === null ? [] : [`${store.about}: ${shapeText(store.dims)}`];
    if (store.kind === 'number') return about.map(this.dialect.comment);
    const comments = (about.length > 0 ? about : [shapeText(store.dims)]).map(this.dialect.comment);
    const slot = this.fn.slots.of.get(store) ?? -1;
    const first = this.slots.get(slot);
    if (first !== undefined) return [...comments, this.dialect.alias(name, first)];
    this.slots.set(slot, name);
    const length = this.dim(this.fn.slots.lengths[slot] ?? DIM_ONE);
    const line = this.dialect.array(name, length, this.start);
    this.start = `${name} + ${length}`;
    return [...comments, line];
  }

  private dim(d: Dim): string {
    return dimText(d, this.size).text;
  }

  // ------------------------------------------------------------ routines

  private routine({ node, to, args, room }: Routine): string {
    const name = (s: Store | null): string => (s ? this.name(memoryOf(s)) : '');
    const axes = node === 'solve' ? args.map((a) => a?.dims ?? []) : node.args.map((a) => a.axes);
    const template = node === 'solve' ? SOLVE : this.dialect.spelled(node);
    const pieces = axes.slice(1);
    const measure = (dims: readonly Dim[], of: string): string => {
      const length = (list: readonly Dim[]): string =>
        factorText(dimText(list.reduce(mulDim, DIM_ONE), this.size));
      if (of === 'length') return length(dims);
      if (of === 'rows') return length(dims.slice(0, -1));
      if (of === 'rest') return length(dims.slice(1));
      return dims.length === 0 ? '0' : this.dim(dims.at(-1) ?? DIM_ONE);
    };
    const filled = template.replaceAll(
      /\$(here|copy|out|room|dims|list|all|widths|count|f|\d)(?:\.(rows|columns|rest|length))?/gu,
      (_, what: string, of: string | undefined) => {
        switch (what) {
          case 'here':
            return name(to);
          case 'out':
            return of === undefined ? name(to) : measure(to.dims, of);
          case 'copy':
            return name(args[0] ?? null);
          case 'room':
            return name(room);
          case 'dims':
            return (axes[0] ?? []).map((d) => `${this.dim(d)}, `).join('');
          case 'list':
            return this.dialect.list(args.slice(1).map(name));
          case 'all':
            return `${this.dialect.list(args.map(name))}, ${args.length}`;
          case 'widths':
            return this.dialect.wholes(
              pieces.map((p) =>
                p.length === to.dims.length ? this.dim(p.at(-1) ?? DIM_ONE) : '1',
              ),
            );
          case 'count':
            return `${pieces.length}`;
          case 'f':
            return this.module.callable(node as Apply);
          default:
            return of === undefined
              ? name(args[Number(what)] ?? null)
              : measure(axes[Number(what)] ?? [], of);
        }
      },
    );
    return filled;
  }
}
