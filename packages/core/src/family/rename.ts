import { add, apply, contract, delta, literal, sum, symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { postorder } from '../expr/walk.ts';
import type { Dim, IndexExpr } from '../shape/dim.ts';
import { dimName, mapDim, shiftIndex } from '../shape/dim.ts';
import { rational } from '../shape/rational.ts';
import { place } from './places.ts';

/** How the places in a formula change: those of symbols, dimensions and functions. */
export interface Renaming {
  place(index: IndexExpr): IndexExpr;
  /** What stands for a dimension that is used as a scalar; undefined to keep it, at its new place. */
  scalar?(s: Sym): Node | undefined;
  /** What stands for a symbol at its new place; undefined to keep it. */
  replace?(s: Sym): Node | undefined;
}

/** The same formulas at other places. */
export function rename(roots: readonly Node[], how: Renaming): Node[] {
  const dims = new Map<Dim, Dim>();
  const dim = (d: Dim): Dim => {
    let made = dims.get(d);
    if (!made) {
      made = renameDim(d, how);
      dims.set(d, made);
    }
    return made;
  };
  const done = new Map<Node, Node>();
  const of = (n: Node): Node => done.get(n) ?? n;
  const make = (node: Node): Node => {
    switch (node.kind) {
      case 'literal':
        return node;
      case 'symbol': {
        const scalar = node.role === 'dimension' ? how.scalar?.(node) : undefined;
        if (scalar) return scalar;
        const { name, role, properties } = node;
        const index = node.index && how.place(node.index);
        const s = symbol(name, node.shape.map(dim), { index, role, properties });
        return how.replace?.(s) ?? s;
      }
      case 'delta':
        return node.axes[0] ? delta(dim(node.axes[0])) : node;
      case 'sum':
        return sum(
          node.terms.map((t) => ({ coefficient: t.coefficient, node: of(t.node) })),
          node.axes.map(dim),
        );
      case 'contract':
        return contract(
          node.operands.map((o) => ({ ...o, node: of(o.node) })),
          node.axes.map((_, i) => i),
          new Map(node.extents.map((d, i) => [i, dim(d)])),
        );
      case 'apply': {
        const fn = node.fn && { ...node.fn, index: node.fn.index && how.place(node.fn.index) };
        return apply(node.op, node.args.map(of), fn);
      }
    }
  };
  for (const node of postorder(roots)) done.set(node, make(node));
  return roots.map(of);
}

export const renameDim = (d: Dim, how: Pick<Renaming, 'place'>): Dim =>
  mapDim(d, (a) => dimName(a.name, a.index && how.place(a.index)));

/** A formula with its letter moved: `l` becomes `l+1`, `L`, `2`. */
export function atPlace(node: Node, letter: string, by: IndexExpr): Node {
  if (by.variable === letter && by.offset === 0) return node;
  const how: Renaming = {
    place: (index) => shiftIndex(index, letter, by),
    scalar: (s) => (s.index === null && s.name === letter ? placeScalar(by) : undefined),
  };
  return rename([node], how)[0] ?? node;
}

/** A symbol with its letter moved. */
export function symbolAt(s: Sym, letter: string, by: IndexExpr): Sym {
  const how = { place: (index: IndexExpr) => shiftIndex(index, letter, by) };
  return symbol(
    s.name,
    s.shape.map((d) => renameDim(d, how)),
    { index: s.index && how.place(s.index), role: s.role, properties: s.properties },
  );
}

/** A place as a number: the letter itself in a formula. */
export function placeScalar(p: IndexExpr): Node {
  const whole = literal(rational(p.offset));
  if (p.variable === null) return whole;
  const variable = symbol(p.variable, [], { role: 'dimension' });
  return add(variable, whole);
}

export const letterPlace = (letter: string): IndexExpr => place(letter, 0);
