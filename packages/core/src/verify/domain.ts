import type { Node } from '../expr/node.ts';
import { children } from '../expr/walk.ts';
import { formatR, isIntegerR, signR } from '../shape/rational.ts';
import type { Program } from './evaluate.ts';
import { pivotRatio, rms } from './linear.ts';

/**
 * What the functions of a formula ask of their arguments, as things that can be measured at a point: to be positive, not
 * zero, not near a kink, well conditioned.
 */
export interface Constraint {
  /** The function that asks, for messages: `log`, `^-1`. */
  readonly asks: string;
  readonly owner: Node;
  readonly argument: Node;
  readonly need: 'positive' | 'away' | 'regular';
  /** Where the formula is not smooth (`away`). */
  readonly from: number;
}

/** All constraints of a program whose arguments depend on inputs, each once. */
export function constraintsOf(program: Program): Constraint[] {
  const moving = new Set<Node>(program.symbols);
  const found = new Map<string, Constraint>();
  const add = (
    asks: string,
    owner: Node,
    argument: Node,
    need: Constraint['need'],
    from = 0,
  ): void => {
    if (!moving.has(argument)) return;
    const key = `${owner.id}:${argument.id}:${need}:${from}`;
    if (!found.has(key)) found.set(key, { asks, owner, argument, need, from });
  };
  for (const node of program.nodes) {
    if (children(node).some((c) => moving.has(c))) moving.add(node);
    if (node.kind === 'contract') {
      for (const o of node.operands) {
        const asks = `^${formatR(o.exponent)}`;
        if (!isIntegerR(o.exponent)) add(asks, node, o.node, 'positive');
        else if (signR(o.exponent) < 0) add(asks, node, o.node, 'away');
      }
    }
    const argument = node.kind === 'apply' ? node.args[0] : undefined;
    if (node.kind !== 'apply' || !argument) continue;
    switch (node.op.domain) {
      case 'real':
        break;
      case 'positive':
      case 'nonnegative':
        add(node.op.name, node, argument, 'positive');
        break;
      case 'nonzero':
        add(node.op.name, node, argument, 'away');
        break;
      case 'invertible':
      case 'posdef':
        add(node.op.name, node, argument, 'regular');
        break;
    }
    if (node.op.mode === 'elementwise')
      for (const kink of node.op.kinks ?? []) add(node.op.name, node, argument, 'away', kink);
  }
  return [...found.values()];
}

/** Pivots of a matrix that is to be inverted may differ by this factor. */
const WORST_RATIO = 2e-3;

/** The violation of a matrix that is singular to rounding. */
export const SINGULAR = 10;

/** How far a point is from satisfying a constraint: 0 where it does. Finite, so that points can be compared. */
export function violation(constraint: Constraint, program: Program): number {
  const x = program.buffer(constraint.argument);
  switch (constraint.need) {
    case 'positive': {
      const size = rms(x);
      if (!Number.isFinite(size)) return 10;
      let depth = 0;
      for (let i = 0; i < x.length; i++)
        depth += Math.max(0, 1e-4 - (x[i] as number) / (size || 1));
      return depth;
    }
    case 'away': {
      const size = Math.max(rms(x), Math.abs(constraint.from));
      if (!Number.isFinite(size)) return 10;
      // Among many entries one is always close: the margin is what a random array can be expected to keep.
      const margin = Math.min(0.01, 0.3 / x.length);
      let depth = 0;
      for (let i = 0; i < x.length; i++)
        depth += Math.max(0, margin - Math.abs((x[i] as number) - constraint.from) / (size || 1));
      return depth / margin;
    }
    case 'regular': {
      const ratio = pivotRatio(x);
      if (Number.isNaN(ratio)) return 11;
      return ratio >= WORST_RATIO ? 0 : Math.min(SINGULAR, Math.log10(WORST_RATIO / ratio));
    }
  }
}

/**
 * Tells whether a formula, after its variable was moved, still is on the smooth piece on which it was when this was
 * called: no argument has crossed a kink or left its domain.
 */
export function watchPieces(constraints: readonly Constraint[], program: Program): () => boolean {
  const watched = constraints
    .filter((c) => c.need !== 'regular')
    .map((c) => {
      const data = program.buffer(c.argument);
      return { data, from: c.from, above: Uint8Array.from(data, (v) => Number(v > c.from)) };
    });
  return () => {
    for (const { data, from, above } of watched)
      for (let i = 0; i < data.length; i++)
        if (Number((data[i] as number) > from) !== above[i]) return false;
    return true;
  };
}
