import { inlineParts, type Part, type ReverseResult, reverse } from '../derive/reverse.ts';
import type { FamilyEquation, Range } from '../elaborate/problem.ts';
import { symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { children, substitute, symbolsOf } from '../expr/walk.ts';
import type { IndexExpr } from '../shape/dim.ts';
import { DIM_ONE } from '../shape/dim.ts';
import type { Shape } from '../shape/shape.ts';
import { factorSums } from '../simplify/factor.ts';
import { letterPlace } from './rename.ts';

/** Reverse mode over one equation, with the cotangent of its left side as a symbol. */

/** A formula through which cotangents flow back: the right side of an equation, or the objective. */
export interface Source {
  /** null: the objective. */
  readonly equation: FamilyEquation | null;
  readonly node: Node;
  readonly range: Range | null;
  /** Of its left side: `G[l]`; 1 for the objective. */
  readonly cotangent: Node;
}

/** What a source adds to the cotangent of a symbol in it. */
export interface Contribution {
  readonly source: Source;
  /** As it stands there: `Z[l−1]`, `W[l]`, `W`. */
  readonly to: Sym;
  readonly node: Node;
}

/** A cotangent within an equation that several contributions use: `D[l]`. */
export interface LocalPart {
  readonly source: Source;
  readonly symbol: Sym;
  readonly node: Node;
}

export interface Pulled {
  readonly source: Source;
  readonly parts: readonly LocalPart[];
  readonly contributions: readonly Contribution[];
}

/** What flows back through a source, its parts neither named nor put back yet. */
export interface Flow {
  readonly source: Source;
  readonly targets: readonly Sym[];
  readonly found: ReverseResult;
}

/** What a source contributes to the symbols that `isTarget` picks. */
export function flowOf(source: Source, isTarget: (s: Sym) => boolean): Flow {
  const targets = symbolsOf([source.node]).filter((s) => s.role === 'variable' && isTarget(s));
  return { source, targets, found: reverse(source.node, targets, source.cotangent) };
}

/**
 * The contributions of a source as formulas.
 * @param nameOf the name of a source's k-th part; null to write everything out
 */
export function written(
  { source, targets, found }: Flow,
  nameOf: ((source: Source, k: number) => string) | null,
): Pulled {
  const kept = inlineParts(found, (p, uses) => nameOf !== null && uses > 1 && isWorthy(p));
  const by = new Map<Node, Node>();
  const parts = kept.parts.map((p, k): LocalPart => {
    const name = nameOf?.(source, k) ?? p.symbol.name;
    const options = { index: placeOf(source), role: 'part' } as const;
    const named = symbol(name, shapeOf(p, source), options);
    const node = simplified(substitute([p.node], by)[0] ?? p.node);
    by.set(p.symbol, named);
    return { source, symbol: named, node };
  });
  const nodes = substitute(kept.gradients, by).map(simplified);
  const contributions = targets.map((to, k) => ({ source, to, node: nodes[k] as Node }));
  return { source, parts, contributions };
}

const simplified = (node: Node): Node => factorSums([node])[0] ?? node;

const placeOf = ({ equation, range }: Source): IndexExpr | null =>
  range ? letterPlace(range.letter) : (equation?.member.index ?? null);

/** What is as short as its name needs none: a multiple (by numbers or scalars) or a transpose of a symbol, a sum of these. */
const isWorthy = ({ node }: Part): boolean =>
  !(isBare(node) || (node.kind === 'sum' && node.terms.every((t) => isBare(t.node))));

const isBare = (n: Node): boolean =>
  children(n).length === 0 ||
  (n.kind === 'contract' &&
    n.operands.filter((o) => o.indices.length > 0).length <= 1 &&
    n.operands.every((o) => isBare(o.node)));

/** A vector stands as the source's own left side does. */
function shapeOf(p: Part, { equation }: Source): Shape {
  const { axes } = p.symbol;
  return axes.length === 1 && equation?.shape[0] === DIM_ONE ? [DIM_ONE, ...axes] : axes;
}
