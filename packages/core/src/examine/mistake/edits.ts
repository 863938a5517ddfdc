import { add, apply, contract, scale, sum, transpose } from '../../expr/build.ts';
import type { Apply, Node, Sum, Sym } from '../../expr/node.ts';
import { softmaxLeaf } from '../../ops/softmax.ts';
import { HALF, MINUS_ONE, mulR, type Rational, rational } from '../../shape/rational.ts';
import {
  type Change,
  change,
  type Edit,
  omission,
  type Pool,
  positionsOf,
  sameAxes,
} from './change.ts';
import { flipped, productChanges } from './product.ts';

/** At most so many changes of one formula are tried. */
const MAX_EDITS = 500;

/** What a place deeper in the formula costs, and one within a function. */
const DEEPER = 0.03;
const WITHIN = 0.2;

/** Every formula that is one small change away. */
export function editsOf(root: Node, pool: Pool): Edit[] {
  const seen = new Map<string, Edit>();
  // a formula read as a tree has a part in many places
  const known = new Map<Node, Change[]>();
  for (const { node, depth, linear, put } of positionsOf(root)) {
    if (seen.size > MAX_EDITS) break;
    const changes =
      known.get(node) ?? changesOf(node, pool).filter((c) => c.to !== node && sameAxes(c.to, node));
    known.set(node, changes);
    for (const c of changes) {
      const whole = put(c.to);
      if (whole === root) continue;
      const more = DEEPER * depth + (linear ? 0 : WITHIN);
      const edit: Edit = {
        ...c,
        cost: c.cost + more,
        amendsCost: c.amendsCost + more,
        before: node,
        after: c.to,
        node: whole,
      };
      const key = `${whole.id}${c.class}${c.amends}`;
      const had = seen.get(key);
      if (!had || edit.cost < had.cost) seen.set(key, edit);
    }
  }
  return [...seen.values()];
}

function changesOf(node: Node, pool: Pool): Change[] {
  const turnedOver = flipped(node);
  const common = [
    ...(turnedOver
      ? [
          change('transposed', 0.9, turnedOver),
          symmetrised(add(node, turnedOver)),
          symmetrised(scale(HALF, add(node, turnedOver))),
        ]
      : []),
    ...replacements(node, pool),
  ];
  switch (node.kind) {
    case 'literal':
    case 'delta':
      return [];
    case 'symbol':
      return [...common, ...otherSymbols(node, pool)];
    case 'sum':
      return [...common, ...sumChanges(node, pool)];
    case 'contract':
      return [...common, ...productChanges(node, pool)];
    case 'apply':
      return [...common, ...applyChanges(node, pool)];
  }
}

/** A + Aᵀ for A: a term too much, or the repair of what was forgotten. */
const symmetrised = (to: Node): Change =>
  change('extra-term', 1.6, to, 'missing-symmetrisation', 0.85);

/** A term left out, of the other sign, transposed, of another factor; a term and its transpose taken for one. */
function sumChanges(node: Sum, pool: Pool): Change[] {
  const { terms, axes } = node;
  const found: Change[] = [];
  const put = (name: Change['class'], cost: number, next: Sum['terms']): void => {
    found.push(change(name, cost, sum(next, axes)));
  };
  terms.forEach((t, k) => {
    const others = terms.filter((_, i) => i !== k);
    const times = (c: Rational): Sum['terms'] => [
      ...others,
      { coefficient: mulR(t.coefficient, c), node: t.node },
    ];
    if (others.length > 0) {
      const turnedOver = flipped(t.node);
      const twin = turnedOver && others.find((o) => o.node === turnedOver);
      if (twin) {
        put('missing-symmetrisation', 0.85, others);
        put(
          'missing-symmetrisation',
          0.8,
          others.map((o) =>
            o === twin ? { ...o, coefficient: mulR(o.coefficient, rational(2)) } : o,
          ),
        );
      } else
        found.push(omission('missing-term', 1, sum(others, axes), scale(t.coefficient, t.node)));
      if (turnedOver) put('transposed', 1, [...others, { ...t, node: turnedOver }]);
      found.push(omission('sign', 1, sum(times(MINUS_ONE), axes), t.node));
    }
    put('factor', 1.3, times(rational(2)));
    put('factor', 1.3, times(HALF));
    for (const s of pool.scalars)
      for (const exponent of [rational(1), MINUS_ONE])
        put('factor', 1.8, [
          ...others,
          { coefficient: t.coefficient, node: timesScalar(t.node, s, exponent) },
        ]);
  });
  // C(A + Aᵀ)x, written out: one of two terms that differ by a transpose within
  if (terms.length === 2 && terms[0] && terms[1])
    for (const [p, q] of [
      [terms[0], terms[1]],
      [terms[1], terms[0]],
    ] as const) {
      if (!alike(p.node, q.node)) continue;
      put('missing-symmetrisation', 0.9, [p]);
      put('missing-symmetrisation', 0.9, [{ ...p, coefficient: mulR(p.coefficient, rational(2)) }]);
    }
  return found;
}

/** A node times a power of a scalar. */
export const timesScalar = (node: Node, s: Node, exponent: Rational): Node => {
  const out = node.axes.map((_, i) => i);
  return contract(
    [
      { node, indices: out },
      { node: s, indices: [], exponent },
    ],
    out,
  );
};

/** Whether two products have the same factors, in whatever places. */
function alike(a: Node, b: Node): boolean {
  if (a.kind !== 'contract' || b.kind !== 'contract') return false;
  const key = (c: typeof a): string =>
    c.operands
      .map((o) => o.node.id)
      .sort((x, y) => x - y)
      .join();
  return key(a) === key(b);
}

const sameName = (a: Sym, b: Sym): boolean =>
  a.name === b.name || a.name.replace(/_?\d+$/, '') === b.name.replace(/_?\d+$/, '');

/** Another name of the same shape: another layer's where the names differ in a number only. */
function otherSymbols(node: Sym, pool: Pool): Change[] {
  if (node.role === 'dimension' || node.axes.length === 0) return [];
  return pool.nodes.flatMap((other) =>
    other.kind === 'symbol' && other !== node && sameAxes(other, node)
      ? [
          sameName(node, other)
            ? change('wrong-layer', 1.5, other)
            : change('wrong-symbol', 1.7, other),
        ]
      : [],
  );
}

/** What is computed on the way forward, taken from another place: the output of another layer. */
function replacements(node: Node, pool: Pool): Change[] {
  if (node.kind === 'symbol' || node.axes.length === 0 || !pool.forward.has(node)) return [];
  return pool.nodes.flatMap((other) => {
    if (other === node || !sameAxes(other, node) || !pool.forward.has(other)) return [];
    const layer = other.kind === 'apply' && node.kind === 'apply' && other.op === node.op;
    return [layer ? change('wrong-layer', 1.7, other) : change('wrong-symbol', 2.2, other)];
  });
}

/** Another argument, another order of the derivative, another member of a family, another axis. */
function applyChanges(node: Apply, pool: Pool): Change[] {
  const { op, fn, args } = node;
  const [x] = args;
  if (!x || args.length !== 1) return [];
  const found: Change[] = [];
  if (fn && fn.order > 0)
    found.push(change('missing-derivative', 1.8, apply(op, args, { ...fn, order: fn.order - 1 })));
  if (fn && fn.order > 0)
    found.push(change('extra-derivative', 2.2, apply(op, args, { ...fn, order: fn.order + 1 })));
  if (fn?.index)
    for (const by of [1, -1])
      found.push(
        change(
          'wrong-layer',
          1,
          apply(op, args, { ...fn, index: { ...fn.index, offset: fn.index.offset + by } }),
        ),
      );
  if (op === softmaxLeaf && x.axes.length === 2)
    found.push(change('wrong-axis', 1, transpose(apply(op, [transpose(x)]))));
  if (op.mode === 'elementwise') {
    const slope = (fn !== null && fn.order > 0) || pool.slopes.has(node);
    const name = slope ? 'derivative-at-wrong-place' : 'wrong-symbol';
    for (const other of pool.nodes) {
      if (other === x || other === node || !sameAxes(other, x)) continue;
      if (!pool.forward.has(other) && other.kind !== 'symbol') continue;
      const near = other.kind === 'apply' && other.args[0] === x;
      const known = pool.forward.has(x) || x.kind === 'symbol';
      const cost = !slope ? 2.3 : near ? 1 : known ? 1.4 : 2;
      found.push(change(name, cost, apply(op, [other], fn)));
    }
    const inner = x.kind === 'apply' && x.op.mode === 'elementwise' ? x.args[0] : undefined;
    if (slope && inner) found.push(change(name, 1, apply(op, [inner], fn)));
    if (slope && fn)
      found.push(change(name, 1, apply(op, [apply(op, [x], { ...fn, order: 0 })], fn)));
    if (sameAxes(x, node)) found.push(change('wrong-symbol', 2.3, x));
  }
  return found;
}
