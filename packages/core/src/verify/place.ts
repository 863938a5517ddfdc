import type { Node } from '../expr/node.ts';
import type { Fact } from '../simplify/facts.ts';
import { type Constraint, constraintsOf } from './domain.ts';
import { compile, type Program } from './evaluate.ts';
import type { Style } from './inputs.ts';
import { findPoint, type Inputs, seekPoint } from './point.ts';
import type { Random } from './random.ts';
import { factsFor, Settler } from './settle.ts';
import { dimensionNames, drawSizes, type SizesMode } from './sizes.ts';

/** Sizes and inputs at which formulas are defined and smooth, with the program evaluated there. */
export interface Place {
  readonly program: Program;
  readonly constraints: readonly Constraint[];
  readonly inputs: Inputs;
  /** Size of the largest number in the computation. */
  readonly largest: number;
}

interface Compiled {
  readonly program: Program;
  readonly constraints: readonly Constraint[];
  readonly settler: Settler | undefined;
}

/** Draws places for a list of formulas, and remembers which sizes and styles did well. */
export class Places {
  private readonly roots: readonly Node[];
  private readonly names: readonly string[];
  private readonly good: ReadonlyMap<string, number>[] = [];
  private style: Style = 'gaussian';
  private readonly facts: readonly Fact[];
  private last: ({ readonly key: string } & Compiled) | undefined;

  /** @param facts equations that hold at every place; those that are assumed, since what is declared is drawn so */
  constructor(roots: readonly Node[], facts: readonly Fact[] = []) {
    this.facts = factsFor(
      roots,
      facts.filter((f) => f.source.kind === 'assumed'),
    );
    this.roots = [...roots, ...this.facts.flatMap((f) => [f.left, f.right])];
    this.names = dimensionNames(this.roots);
  }

  /**
   * @param attempt how often the same place was asked for before
   * @param fixed sizes to use in place of drawn ones
   */
  draw(
    mode: SizesMode,
    source: Random,
    attempt: number,
    fixed?: ReadonlyMap<string, number>,
  ): Place | { readonly reason: string } {
    const { good } = this;
    const drawn = fixed ?? drawSizes(this.names, mode, source);
    // Sizes can be at fault (XᵀX has no inverse where X is wide): after some failures take those that did well.
    const retry = attempt > 1 && !fixed ? good[source.below(good.length)] : undefined;
    const { program, constraints, settler } = this.compiled(retry ?? drawn);
    const found = findPoint(program, constraints, source, this.style, settler);
    if ('reason' in found) return found;
    this.style = found.style;
    if (mode === 'different') good.push(program.sizes);
    return { program, constraints, inputs: found.inputs, largest: largestIn(program) };
  }

  /** From a place to one at which `gap` is 0; nothing where that is not found. */
  seek(from: Place, gap: (place: Place) => number, source: Random): Place | undefined {
    if (this.facts.length > 0) return undefined;
    const inputs = seekPoint(from.program, from.constraints, from.inputs, () => gap(from), source);
    return inputs && { ...from, inputs, largest: largestIn(from.program) };
  }

  /** How the next inputs are drawn, if that gives a point of the domain. */
  prefer(style: Style): void {
    this.style = style;
  }

  private compiled(sizes: ReadonlyMap<string, number>): Compiled {
    const key = [...sizes.values()].join();
    if (this.last?.key !== key) {
      const program = compile(this.roots, sizes);
      const settler = this.facts.length > 0 ? new Settler(this.facts, sizes) : undefined;
      this.last = { key, program, constraints: constraintsOf(program), settler };
    }
    return this.last;
  }
}

function largestIn(program: Program): number {
  let largest = 0;
  for (const node of program.nodes)
    for (const v of program.buffer(node)) largest = Math.max(largest, Math.abs(v));
  return largest;
}
