import { contract, dimScalar, isSymmetric, power, transpose } from '../../expr/build.ts';
import type { Contract, Node, Operand } from '../../expr/node.ts';
import { addDim, DIM_ONE, dimName, subDim } from '../../shape/dim.ts';
import {
  addR,
  eqR,
  isOneR,
  isZeroR,
  MINUS_ONE,
  mulR,
  negR,
  ONE,
  type Rational,
  rational,
} from '../../shape/rational.ts';
import { type Chain, chainOf, type Link, productOf, turned } from './chain.ts';
import { type Change, change, omission, type Pool } from './change.ts';

/** The mistakes that are made with a product. */
export function productChanges(node: Contract, pool: Pool): Change[] {
  const chain = chainOf(node);
  const within = chain ? compoundChanges(chain, node) : [];
  return [
    ...(chain ? chainChanges(chain) : []),
    ...within,
    ...(chain && within.length === 0 ? [] : looseChanges(node)),
    ...axisChanges(node),
    ...powerChanges(node),
    ...droppedFactors(node, pool),
    ...droppedSlopes(node, pool),
    ...scalarChanges(node, pool),
  ];
}

/** Longer chains are only turned as they stand. */
const MAX_LINKS = 7;

/** Another order, a transpose too many or too few, ⊙ for a product and the reverse. */
function chainChanges(chain: Chain): Change[] {
  const { links } = chain;
  const found: Change[] = [];
  const put = (name: Change['class'], cost: number, next: readonly Link[]): void => {
    const to = productOf({ ...chain, links: next });
    if (to) found.push(change(name, cost, to));
  };
  const n = links.length;
  links.forEach((link, k) => {
    const flipped = links.map((l, i) => (i === k ? turned(l) : l));
    // the transpose of the one matrix whose rows or columns are summed is a sum over the other axis
    const summed = n === 1 && chain.axes.length === 1;
    if (!link.diagonal && link.left === link.right)
      put(summed ? 'wrong-axis' : 'transposed', 1, flipped);
    if (link.parts.length > 1 && link.left === link.right)
      link.parts.forEach((part, p) => {
        const alone = { ...link, parts: [part] };
        const rest = { ...link, parts: link.parts.filter((_, i) => i !== p) };
        const pair = (a: Link, b: Link): Link[] => [
          ...links.slice(0, k),
          a,
          b,
          ...links.slice(k + 1),
        ];
        put('product-for-hadamard', 1.2, pair(alone, rest));
        put('product-for-hadamard', 1.2, pair(rest, alone));
        if (part.sides.length === 2)
          put('transposed', 1.1, [
            ...links.slice(0, k),
            { ...rest, parts: [...rest.parts, ...turned(alone).parts] },
            ...links.slice(k + 1),
          ]);
      });
  });
  if (n > MAX_LINKS) return found;
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++) {
      if (a === b) continue;
      const rest = links.filter((_, i) => i !== a);
      put('order', 1 + 0.1 * Math.abs(a - b), [
        ...rest.slice(0, b),
        links[a] as Link,
        ...rest.slice(b),
      ]);
      if (b < a) continue;
      const [left, right] = [links[a] as Link, links[b] as Link];
      put(
        'order',
        1.2,
        links.map((l, i) => (i === a ? right : i === b ? left : l)),
      );
      put('transposed', 1.15, [
        ...links.slice(0, a),
        ...links
          .slice(a, b + 1)
          .map(turned)
          .reverse(),
        ...links.slice(b + 1),
      ]);
      for (let c = a; c < b; c++) {
        const both = joined([links.slice(a, c + 1), links.slice(c + 1, b + 1)]);
        if (both)
          put('hadamard-for-product', 1.2 + 0.05 * (b - a - 1), [
            ...links.slice(0, a),
            both,
            ...links.slice(b + 1),
          ]);
      }
    }
  return found;
}

/** The same within a product that stands as one factor of a link: AB in (AB) ⊙ C. */
function compoundChanges(chain: Chain, node: Contract): Change[] {
  return chain.links.flatMap((link, k) =>
    link.parts.flatMap((part, p): Change[] => {
      const inner = part.node.kind === 'contract' ? chainOf(part.node) : undefined;
      if (!inner || node.operands.some((o) => o.node === part.node)) return [];
      return chainChanges(inner).flatMap((c) => {
        const parts = link.parts.map((q, i) => (i === p ? { ...q, node: c.to } : q));
        const links = chain.links.map((l, i) => (i === k ? { ...l, parts } : l));
        const to = productOf({ ...chain, links });
        return to ? [{ ...c, to }] : [];
      });
    }),
  );
}

/** Two products of the same shape as one link, multiplied entry by entry. */
function joined(pieces: readonly (readonly Link[])[]): Link | undefined {
  const [left, right] = [pieces[0]?.[0]?.left, pieces[0]?.at(-1)?.right];
  if (!left || !right) return undefined;
  const parts: Link['parts'][number][] = [];
  for (const links of pieces) {
    const [only] = links;
    if (links.length === 1 && only && !only.diagonal) {
      if (only.left !== left || only.right !== right) return undefined;
      parts.push(...only.parts);
      continue;
    }
    const node = productOf({ links, scalars: [], axes: [left, right] });
    if (!node) return undefined;
    parts.push({ node, exponent: ONE, sides: ['l', 'r'] });
  }
  return { parts, left, right, diagonal: false };
}

/** The product with other factors, where lengths agree and no axis of the result loses its last factor. */
function remade(node: Contract, operands: readonly Operand[]): Node | undefined {
  const rank = node.axes.length;
  const lengths = new Map(node.axes.map((d, i) => [i, d]));
  const held = new Set<number>();
  for (const o of operands)
    for (const [a, ix] of o.indices.entries()) {
      const d = o.node.axes[a];
      if (!d || (lengths.get(ix) ?? d) !== d) return undefined;
      lengths.set(ix, d);
      held.add(ix);
    }
  const bare = node.operands.flatMap((o) => o.indices).some((ix) => ix < rank && !held.has(ix));
  return bare
    ? undefined
    : contract(
        operands,
        node.axes.map((_, i) => i),
        lengths,
      );
}

/** For a product that is no chain: matrices turned and exchanged as they stand. */
function looseChanges(node: Contract): Change[] {
  const found: Change[] = [];
  const put = (
    name: Change['class'],
    cost: number,
    ...places: readonly (readonly [Operand, readonly number[]])[]
  ): void => {
    const moved = new Map(places);
    const to = remade(
      node,
      node.operands.map((o) => ({ ...o, indices: moved.get(o) ?? o.indices })),
    );
    if (to) found.push(change(name, cost, to));
  };
  const matrices = node.operands.filter((o) => o.indices.length === 2);
  for (const [i, a] of matrices.entries()) {
    const [p = 0, q = 0] = a.indices;
    put('transposed', 1, [a, [q, p]]);
    for (const b of matrices.slice(i + 1)) {
      put('order', 1.3, [a, b.indices], [b, a.indices]);
      const common = a.indices.filter((ix) => b.indices.includes(ix));
      const [k = 0] = common;
      if (common.length === 2) {
        // A ⊙ B at (p, q): AB over an index of its own, and BA
        const fresh = node.extents.length;
        const plain = b.indices[0] === p;
        put('product-for-hadamard', 1.2, [a, [p, fresh]], [b, plain ? [fresh, q] : [q, fresh]]);
        put('product-for-hadamard', 1.2, [a, [fresh, q]], [b, plain ? [p, fresh] : [fresh, p]]);
      } else if (common.length === 1) {
        // A(p, k) B(k, q), each as it stands or transposed: BA, and A ⊙ B at (p, q)
        const from = p === k ? q : p;
        const to = b.indices.find((ix) => ix !== k) ?? 0;
        const at = (o: Operand, left: number, right: number, first: number): number[] =>
          o.indices[0] === first ? [left, right] : [right, left];
        put('order', 1, [a, at(a, k, to, from)], [b, at(b, from, k, k)]);
        if (node.operands.every((o) => o === a || o === b || !o.indices.includes(k)))
          put('hadamard-for-product', 1.2, [a, at(a, from, to, from)], [b, at(b, from, to, k)]);
      }
    }
  }
  return found;
}

/** A sum over one axis that is repeated along it, for the sum over the other axis. */
function axisChanges(node: Contract): Change[] {
  if (node.axes.length !== 2) return [];
  const found: Change[] = [];
  for (const [a, b] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const repeated = node.operands.every((o) => !o.indices.includes(b));
    for (let k = 2; k < node.extents.length; k++) {
      const holders = node.operands.filter((o) => o.indices.includes(k));
      if (node.extents[k] !== node.axes[b]) continue;
      if (!holders.every((o) => o.indices.every((ix) => ix === k || ix === a))) continue;
      const fresh = node.extents.length;
      const turnedOver = node.operands.map((o) =>
        holders.includes(o) ? { ...o, indices: o.indices.map((ix) => (ix === k ? b : fresh)) } : o,
      );
      found.push(...counted(node, turnedOver, [a, b], repeated ? 1 : 1.1));
    }
    // the sum stands as a factor of its own: the square root of a variance
    node.operands.forEach((o, at) => {
      const inner = o.node;
      if (o.indices.length !== 1 || o.indices[0] !== a || inner.kind !== 'contract') return;
      const other = otherAxis(inner);
      if (!other || other.axes[0] !== node.axes[b]) return;
      const operands = node.operands.map((p, i) =>
        i === at ? { ...p, node: other, indices: [b] } : p,
      );
      found.push(...counted(node, operands, [a, b], 1));
    });
  }
  return found;
}

/** With the length that is divided by as it was, and changed with the axis. */
function counted(
  node: Contract,
  operands: readonly Operand[],
  [a, b]: readonly [number, number],
  cost: number,
): Change[] {
  const [old, now] = [node.axes[b], node.axes[a]];
  const to = (list: readonly Operand[]): Change[] => {
    const made = bareProduct(node, list);
    return made ? [change('wrong-axis', cost, made)] : [];
  };
  const plain = to(operands);
  if (!old || !now || old === now) return plain;
  const from = dimScalar(old);
  const by = dimScalar(now);
  if (!operands.some((o) => o.node === from)) return plain;
  return [...to(operands.map((o) => (o.node === from ? { ...o, node: by } : o))), ...plain];
}

function bareProduct(node: Contract, operands: readonly Operand[]): Node | undefined {
  const lengths = new Map(node.axes.map((d, i) => [i, d]));
  for (const o of operands)
    for (const [a, ix] of o.indices.entries()) {
      const d = o.node.axes[a];
      if (!d || (lengths.get(ix) ?? d) !== d) return undefined;
      lengths.set(ix, d);
    }
  return contract(
    operands,
    node.axes.map((_, i) => i),
    lengths,
  );
}

/** Σⱼ Xᵢⱼ as Σᵢ Xᵢⱼ. */
function otherAxis(node: Contract): Node | undefined {
  if (node.axes.length !== 1 || node.extents.length !== 2) return undefined;
  const d = node.extents[1];
  const n = node.extents[0];
  if (!d || !n || !node.operands.some((o) => o.indices.length === 2)) return undefined;
  if (node.operands.some((o) => o.indices.length === 1)) return undefined;
  const from = dimScalar(d);
  const operands = node.operands.map((o) => ({
    ...o,
    node: o.node === from ? dimScalar(n) : o.node,
    indices: o.indices.map((ix) => 1 - ix),
  }));
  return contract(
    operands,
    [0],
    new Map([
      [0, d],
      [1, n],
    ]),
  );
}

const POWERS = [rational(1), rational(-1), rational(1, 2), rational(-1, 2)];

/** Another exponent: x for x², ‖x‖ for ‖x‖². */
function powerChanges(node: Contract): Change[] {
  return node.operands.flatMap((o, k) => {
    const plain = isOneR(o.exponent);
    if (o.node.kind === 'delta' || (plain && o.indices.length > 1)) return [];
    const other: Rational[] = [
      ...POWERS.map((p) => addR(o.exponent, p)),
      negR(o.exponent),
      mulR(o.exponent, rational(2)),
    ].filter(
      (e) => !isZeroR(e) && (e.den === 1n || o.exponent.den !== 1n || o.indices.length === 0),
    );
    return other.flatMap((exponent, i) => {
      if (other.findIndex((e) => eqR(e, exponent)) < i || eqR(exponent, o.exponent)) return [];
      const to = remade(
        node,
        node.operands.map((p, j) => (j === k ? { ...p, exponent } : p)),
      );
      return to ? [change('wrong-power', plain ? 2.2 : 1.4, to)] : [];
    });
  });
}

/** A factor that is left out: entry by entry, or a square matrix between others. */
function droppedFactors(node: Contract, pool: Pool): Change[] {
  if (node.operands.length < 2) return [];
  return node.operands.flatMap((o, k) => {
    if (o.indices.length === 0) return [];
    const slope = isOneR(o.exponent) ? pool.slopes.get(o.node) : undefined;
    const rest = node.operands.filter((_, i) => i !== k);
    const [i, j] = o.indices;
    const rank = node.axes.length;
    const to =
      remade(node, rest) ??
      (o.indices.length === 2 && o.node.axes[0] === o.node.axes[1]
        ? remade(node, united(rest, i ?? 0, j ?? 0, rank))
        : undefined);
    if (!to) return [];
    // X for X²
    const again = rest.some((p) => p.node === o.node && p.indices.length === 2);
    return [
      slope ? omission('missing-derivative', 1, to, slope) : omission('factor', 1.9, to, o.node),
      ...(again ? [change('wrong-power', 1.3, to)] : []),
    ];
  });
}

/** A derivative that is itself a product, s ⊙ (1 − s), left out as a whole. */
function droppedSlopes(node: Contract, pool: Pool): Change[] {
  return [...pool.slopes].flatMap(([slope, f]): Change[] => {
    if (slope.kind !== 'contract' || slope.extents.length > slope.axes.length) return [];
    const [first, ...others] = slope.operands;
    const whole = slope.axes.map((_, i) => i).join();
    if (!first || slope.operands.some((o) => o.indices.join() !== whole)) return [];
    const has = (part: Operand, at: string) => (o: Operand) =>
      o.node === part.node && eqR(o.exponent, part.exponent) && o.indices.join() === at;
    return node.operands.flatMap((o): Change[] => {
      const at = o.indices.join();
      const all = [first, ...others].map((p) => node.operands.find(has(p, at)));
      if (all[0] !== o || all.includes(undefined)) return [];
      const to = remade(
        node,
        node.operands.filter((p) => !all.includes(p)),
      );
      return to ? [omission('missing-derivative', 1, to, f)] : [];
    });
  });
}

/** Two indices made one; that of the result stays. */
const united = (list: readonly Operand[], i: number, j: number, rank: number): Operand[] => {
  const [from, to] = i < rank ? [j, i] : [i, j];
  return list.map((o) => ({ ...o, indices: o.indices.map((ix) => (ix === from ? to : ix)) }));
};

/** A scalar factor that is left out, inverted or another. */
function scalarChanges(node: Contract, pool: Pool): Change[] {
  return node.operands.flatMap((o, k): Change[] => {
    if (o.indices.length > 0) return [];
    const others = node.operands.filter((_, i) => i !== k);
    const make = (more: readonly Operand[]): Node | undefined => remade(node, [...others, ...more]);
    const dimension = o.node.kind === 'symbol' && o.node.role === 'dimension';
    const mean = dimension && eqR(o.exponent, MINUS_ONE);
    const out: Change[] = [];
    const put = (name: Change['class'], cost: number, to: Node | undefined): void => {
      if (to) out.push(change(name, cost, to));
    };
    const bare = make([]);
    if (bare)
      out.push(omission(mean ? 'sum-for-mean' : 'factor', 1.2, bare, power(o.node, o.exponent)));
    put('factor', 1.8, make([{ ...o, exponent: negR(o.exponent) }]));
    if (dimension && o.node.kind === 'symbol') {
      const d = dimName(o.node.name, o.node.index);
      for (const shifted of [subDim(d, DIM_ONE), addDim(d, DIM_ONE)])
        put('factor', 1.6, make([{ ...o, node: dimScalar(shifted) }]));
    }
    for (const s of pool.scalars)
      if (s !== o.node && (s.kind === 'symbol' && s.role === 'dimension') === dimension)
        put(dimension ? 'factor' : 'wrong-symbol', 1.9, make([{ ...o, node: s }]));
    return out;
  });
}

/** The transpose of a square node, unless that is the node itself. */
export const flipped = (node: Node): Node | undefined =>
  node.axes.length === 2 && node.axes[0] === node.axes[1] && !isSymmetric(node)
    ? transpose(node)
    : undefined;
