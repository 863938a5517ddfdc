import type { Node } from '../expr/node.ts';
import { children, postorder } from '../expr/walk.ts';
import type { Turn } from '../notation/algebra.ts';
import { NoMatrixForm } from '../notation/matrix.ts';
import { surface, toMatrices, weigh } from '../notation/surface.ts';
import { atomText, DIM_ONE } from '../shape/dim.ts';
import { eqR, isOneR, MINUS_ONE, type Rational } from '../shape/rational.ts';
import { formatShape, type Shape } from '../shape/shape.ts';
import type { Expr } from '../syntax/tree.ts';
import type { ChainFactor, TrickQuestion } from './trick.ts';

/** Formulas with more symbols than this are described and not spelled out within a sentence. */
const SPELLED = 40;
const LONGEST = 40;

const sizes = new WeakMap<Node, number>();

/** How many symbols a formula takes when it is written out, shared parts as often as they occur. */
export function writtenSize(value: Node): number {
  const had = sizes.get(value);
  if (had !== undefined) return had;
  for (const node of postorder([value])) {
    const size = children(node).reduce((n, c) => n + (sizes.get(c) ?? 0), 1);
    sizes.set(node, Math.min(size, Number.MAX_SAFE_INTEGER));
  }
  return sizes.get(value) ?? 1;
}

const turns = new WeakMap<Node, Turn>();

/** As it is or transposed, whichever is written with fewer symbols. */
export function lighterTurn(node: Node): Turn {
  const had = turns.get(node);
  if (had !== undefined) return had;
  const found = weighTurns(node);
  turns.set(node, found);
  return found;
}

function weighTurns(node: Node): Turn {
  const { length } = node.axes;
  if (length === 0 || length > 2 || writtenSize(node) > SPELLED) return 'plain';
  if (node.kind === 'symbol') return length === 1 ? turnOf(node.shape) : 'plain';
  const [plain, turned] = [surfaceOf(node, 'plain'), surfaceOf(node, 'turned')];
  return plain && turned && weigh(turned) < weigh(plain) ? 'turned' : 'plain';
}

/** The formula, or nothing where it has no matrix form. */
export function surfaceOf(node: Node, turn: Turn): Expr | undefined {
  try {
    return toMatrices(node, turn);
  } catch (e) {
    if (e instanceof NoMatrixForm) return undefined;
    throw e;
  }
}

/** The shape of a node as it is written. */
export function writtenShape(node: Node, turn: Turn): Shape {
  if (turn === 'plain') return node.axes;
  return node.axes.length === 1 ? [DIM_ONE, ...node.axes] : [...node.axes].reverse();
}

/** How a formula for a variable of this shape is written. */
export const turnOf = (shape: Shape): Turn =>
  shape.length === 2 && shape[0] === DIM_ONE && shape[1] !== DIM_ONE ? 'turned' : 'plain';

/** A factor as a formula: `2(Xθ − y)`. */
export function factorSurface(coefficient: Rational, node: Node, turn: Turn): Expr | null {
  const array = surfaceOf(node, turn) ?? null;
  return isOneR(coefficient) || array === null
    ? array
    : surface.scaled({ coefficient, numerators: [], denominators: [], array });
}

/** Nouns for the parts of a formula. */
export class Words {
  private readonly text: TrickQuestion['text'];
  private readonly known = new Map<number, string | undefined>();

  constructor(text: TrickQuestion['text']) {
    this.text = text;
  }

  /** The formula itself where it is short: `X`, `Xθ − y`. */
  spelled(node: Node, turn: Turn = lighterTurn(node)): string | undefined {
    const key = turn === 'plain' ? node.id : -node.id;
    if (this.known.has(key)) return this.known.get(key);
    const made = this.spell(node, turn);
    this.known.set(key, made);
    return made;
  }

  private spell(node: Node, turn: Turn): string | undefined {
    const isPlain =
      node.kind === 'symbol' && (node.axes.length !== 1 || turn === turnOf(node.shape));
    const name = isPlain ? atomText(node.name, node.index) : undefined;
    if (!this.text || writtenSize(node) > SPELLED) return name;
    try {
      const text = this.text(node, turn);
      return text.length <= LONGEST ? text : name;
    } catch (e) {
      if (e instanceof NoMatrixForm) return name;
      throw e;
    }
  }

  /** A factor with the number before it: `2(Xθ − y)`. */
  factor({
    coefficient,
    node,
    turn,
  }: Pick<ChainFactor, 'coefficient' | 'node' | 'turn'>): string | undefined {
    const text = this.spelled(node, turn);
    if (text === undefined || isOneR(coefficient)) return text;
    return `${fraction(coefficient)}${isName(text) ? text : `(${text})`}`;
  }

  /** The formula, or what it is. */
  noun(node: Node): string {
    const spelled = this.spelled(node);
    if (spelled !== undefined) return spelled;
    if (node.kind === 'apply') return `${node.fn?.name ?? node.op.name}(…)`;
    const shape = formatShape(writtenShape(node, lighterTurn(node)));
    return node.axes.length === 0 ? 'the scalar factor' : `the ${shape} factor`;
  }
}

/** Whether a text needs no brackets beside another factor. */
export const isName = (text: string): boolean => /^[\p{L}\p{M}\d_′]+$/u.test(text);

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

/** d(rᵖ) = p rᵖ⁻¹ dr, for a number p. */
export function powerLaw(p: Rational, lowered: Rational): string {
  if (eqR(p, MINUS_ONE)) return 'd(1/r) = −1/r² dr';
  if (p.num === 1n && p.den === 2n) return 'd√r = 1/(2√r) dr';
  if (p.den !== 1n) return `d(r^(${fraction(p)})) = ${fraction(p)} r^(${fraction(lowered)}) dr`;
  const up = (k: Rational): string =>
    isOneR(k) ? '' : `${k.num}`.replaceAll(/[-\d]/g, (c) => SUPERSCRIPTS[c] ?? c);
  return `d(r${up(p)}) = ${fraction(p)} r${up(lowered)} dr`;
}

const fraction = (p: Rational): string =>
  `${p.num < 0n ? '−' : ''}${p.num < 0n ? -p.num : p.num}${p.den === 1n ? '' : `/${p.den}`}`;

/** `1,024`. */
export const grouped = (n: number): string => `${n}`.replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** `a, b and c`. */
export function listed(items: readonly string[], last = 'and'): string {
  const rest = items.slice(0, -1);
  const end = items[items.length - 1] ?? '';
  return rest.length === 0 ? end : `${rest.join(', ')} ${last} ${end}`;
}
