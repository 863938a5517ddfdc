import type { Node } from '../expr/node.ts';
import { type Constraint, constraintsOf } from './domain.ts';
import { compile, type Program } from './evaluate.ts';
import type { Style } from './inputs.ts';
import { findPoint, type Inputs } from './point.ts';
import type { Random } from './random.ts';
import { dimensionNames, drawSizes, type SizesMode } from './sizes.ts';

/** Sizes and inputs at which formulas are defined and smooth, with the program evaluated there. */
export interface Place {
  readonly program: Program;
  readonly constraints: readonly Constraint[];
  readonly inputs: Inputs;
  /** Size of the largest number in the computation. */
  readonly largest: number;
}

/** Draws places for a list of formulas, and remembers which sizes and styles did well. */
export class Places {
  private readonly roots: readonly Node[];
  private readonly names: readonly string[];
  private readonly good: ReadonlyMap<string, number>[] = [];
  private style: Style = 'gaussian';
  private last: { key: string; program: Program; constraints: readonly Constraint[] } | undefined;

  constructor(roots: readonly Node[]) {
    this.roots = roots;
    this.names = dimensionNames(roots);
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
    const { program, constraints } = this.compiled(retry ?? drawn);
    const found = findPoint(program, constraints, source, this.style);
    if ('reason' in found) return found;
    this.style = found.style;
    if (mode === 'different') good.push(program.sizes);
    let largest = 0;
    for (const node of program.nodes)
      for (const v of program.buffer(node)) largest = Math.max(largest, Math.abs(v));
    return { program, constraints, inputs: found.inputs, largest };
  }

  /** How the next inputs are drawn, if that gives a point of the domain. */
  prefer(style: Style): void {
    this.style = style;
  }

  private compiled(sizes: ReadonlyMap<string, number>): {
    readonly program: Program;
    readonly constraints: readonly Constraint[];
  } {
    const key = [...sizes.values()].join();
    if (this.last?.key !== key) {
      const program = compile(this.roots, sizes);
      this.last = { key, program, constraints: constraintsOf(program) };
    }
    return this.last;
  }
}
