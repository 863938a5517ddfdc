import type { Node } from '../expr/node.ts';
import { tensor } from '../expr/tensor.ts';
import { children } from '../expr/walk.ts';
import { formatR, isIntegerR, signR } from '../shape/rational.ts';
import type { Program } from './evaluate.ts';
import { pivotRatio, rms } from './linear.ts';

/**
 * What the functions of a formula ask of their arguments, as things that can be measured at a point: to be positive, not
 * zero, not near a kink, not too large, well conditioned.
 */
export interface Constraint {
  /** The function that asks, for messages: `log`, `^-1`. */
  readonly asks: string;
  readonly owner: Node;
  readonly argument: Node;
  /** `piece`: only that it stays on the smooth piece on which it is. */
  readonly need: 'above' | 'below' | 'away' | 'moderate' | 'regular' | 'piece';
  /** The number that is not reached: a bound, or where the formula is not smooth; or an array of such numbers. */
  readonly from: number | Node;
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
    from: Constraint['from'] = 0,
  ): void => {
    if (!moving.has(argument)) return;
    const key = `${owner.id}:${argument.id}:${need}:${typeof from === 'number' ? from : `@${from.id}`}`;
    if (!found.has(key)) found.set(key, { asks, owner, argument, need, from });
  };
  for (const node of program.nodes) {
    if (children(node).some((c) => moving.has(c))) moving.add(node);
    if (node.kind === 'contract') {
      for (const o of node.operands) {
        const asks = `^${formatR(o.exponent)}`;
        if (!isIntegerR(o.exponent)) add(asks, node, o.node, 'above');
        else if (signR(o.exponent) < 0) add(asks, node, o.node, 'away');
      }
    }
    const argument = node.kind === 'apply' ? node.args[0] : undefined;
    if (node.kind !== 'apply' || !argument) continue;
    const { op } = node;
    const ask = (need: Constraint['need'], from?: Constraint['from'], of = argument): void =>
      add(op.name, node, of, need, from);
    switch (op.domain) {
      case 'real':
        break;
      case 'positive':
      case 'nonnegative':
        ask('above');
        break;
      case 'nonzero':
        ask('away');
        break;
      case 'invertible':
      case 'posdef':
        ask('regular');
        break;
      default:
        if (op.domain.above !== undefined) ask('above', op.domain.above);
        if (op.domain.below !== undefined) ask('below', op.domain.below);
    }
    if (op.mode === 'structured') {
      if (op.piece) ask('piece');
      continue;
    }
    for (const kink of op.kinks ?? []) ask('away', kink);
    if (op.oscillates) ask('moderate');
    for (const pair of op.meets ?? []) {
      const [p, q] = pair.map((place) => node.args[place]);
      if (p && q) {
        if (moving.has(p)) ask('away', q, p);
        else ask('away', p, q);
      }
    }
  }
  return [...found.values()];
}

/** What a constraint asks for, in words. */
export function wantOf({ need, from }: Constraint): string {
  const bound = typeof from === 'number' ? `${from}` : 'another argument';
  switch (need) {
    case 'above':
      return from === 0 ? 'positive' : `greater than ${bound}`;
    case 'below':
      return `less than ${bound}`;
    case 'away':
    case 'piece':
      return 'away from where it is not smooth';
    case 'moderate':
      return `less than ${MODERATE}`;
    case 'regular':
      return 'well conditioned';
  }
}

/** The largest argument of a sine of which differences still see the slope. */
const MODERATE = 1e4;

/** Pivots of a matrix that is to be inverted may differ by this factor. */
const WORST_RATIO = 2e-3;

/** The violation of a matrix that is singular to rounding. */
export const SINGULAR = 10;

/** How far a point is from satisfying a constraint: 0 where it does. Finite, so that points can be compared. */
export function violation(constraint: Constraint, program: Program): number {
  const { need } = constraint;
  if (need === 'piece') return 0;
  const x = program.buffer(constraint.argument);
  if (need === 'regular') {
    const ratio = pivotRatio(x);
    if (Number.isNaN(ratio)) return 11;
    return ratio >= WORST_RATIO ? 0 : Math.min(SINGULAR, Math.log10(WORST_RATIO / ratio));
  }
  if (need === 'moderate') {
    const largest = x.reduce((l, v) => Math.max(l, Math.abs(v)), 0);
    if (!Number.isFinite(largest)) return 10;
    return Math.max(0, Math.min(10, Math.log10(largest / MODERATE)));
  }
  const from = comparedWith(constraint, program);
  const size = Math.max(rms(x), rms(from));
  if (!Number.isFinite(size)) return 10;
  // Among many entries one is always close: the margin is what a random array can be expected to keep.
  const margin = need === 'away' ? Math.min(0.01, 0.3 / x.length) : 1e-4;
  let depth = 0;
  for (let i = 0; i < x.length; i++) {
    const over = ((x[i] as number) - (from[i % from.length] as number)) / (size || 1);
    // exactly at the kink is what is there whatever the inputs: the zeros of a triangle
    if (need === 'away' && over === 0 && isKink(constraint)) continue;
    const distance = need === 'above' ? over : need === 'below' ? -over : Math.abs(over);
    depth += Math.max(0, margin - distance);
  }
  return need === 'away' ? depth / margin : depth;
}

/** Whether a function has two branches here, and is defined between. */
export const isKink = ({ owner, need, from }: Constraint): boolean =>
  need === 'away' &&
  owner.kind === 'apply' &&
  owner.op.mode === 'elementwise' &&
  (typeof from === 'number'
    ? (owner.op.kinks ?? []).includes(from)
    : (owner.op.meets ?? []).length > 0);

/** The numbers that the entries of an argument are compared with: as many, or one for all. */
export const comparedWith = ({ from }: Constraint, program: Program): Float64Array =>
  typeof from === 'number' ? Float64Array.of(from) : program.buffer(from);

/**
 * Tells whether a formula, after its variable was moved, still is on the smooth piece on which it was when this was
 * called: no argument has crossed a kink or left its domain.
 */
export function watchPieces(constraints: readonly Constraint[], program: Program): () => boolean {
  const checks = constraints.flatMap((c): (() => boolean)[] => {
    if (c.need === 'regular' || c.need === 'moderate') return [];
    if (c.need === 'piece') {
      const now = pieceOf(c.owner, program);
      const then = now();
      return [() => now().every((v, i) => v === then[i])];
    }
    const data = program.buffer(c.argument);
    const from = comparedWith(c, program);
    const side = (i: number): number =>
      Number((data[i] as number) > (from[i % from.length] as number));
    const sides = Uint8Array.from(data, (_, i) => side(i));
    return [
      () => {
        for (let i = 0; i < sides.length; i++) if (side(i) !== sides[i]) return false;
        return true;
      },
    ];
  });
  return () => checks.every((stays) => stays());
}

/** The piece on which a function's arguments are. */
function pieceOf(owner: Node, program: Program): () => readonly number[] {
  const op = owner.kind === 'apply' && owner.op.mode === 'structured' ? owner.op : undefined;
  const args = children(owner).map((a) => tensor(program.dims(a), program.buffer(a)));
  return () => op?.piece?.(args) ?? [];
}
