import { inlineParts, reverse } from '../../src/derive/reverse.ts';
import { inSpaceOf } from '../../src/derive/space.ts';
import type { MistakeClass } from '../../src/examine/examination.ts';
import {
  add,
  apply,
  contract,
  delta,
  dimScalar,
  isSymmetric,
  isZero,
  literal,
  multiply,
  ones,
  power,
  reciprocal,
  scale,
  subtract,
  sum,
  symbol,
  total,
  transpose,
} from '../../src/expr/build.ts';
import type { Apply, Contract, Node, Operand, Sym } from '../../src/expr/node.ts';
import { children, dependsOn, postorder, rebuild, substitute } from '../../src/expr/walk.ts';
import { logsumexpLeaf, softmaxLeaf } from '../../src/ops/softmax.ts';
import { type Dim, dimAtoms, dimName } from '../../src/shape/dim.ts';
import { HALF, isOneR, MINUS_ONE, rational } from '../../src/shape/rational.ts';
import { groupsByValue, sameAs } from '../../src/verify/compare.ts';

/** A gradient with one mistake. */
export interface Mutant {
  readonly class: MistakeClass;
  readonly node: Node;
  readonly note: string;
  /** Other names of the same formula: what has the same value for every input cannot be told apart. */
  readonly also: readonly MistakeClass[];
}

interface Draft {
  readonly class: MistakeClass;
  readonly node: Node;
  readonly note: string;
}

/**
 * Wrong gradients of the right shape, made from the right one as people go wrong: in writing it down, and in deriving it (there the
 * function is replaced by one that has the wrong derivative and the right value). None of them is the gradient; of those that are
 * the same formula in other forms one stands for all.
 */
export function mutantsOf(value: Node, variable: Sym, gradient: Node, seed = 1): Mutant[] {
  const drafts = [
    ...ofTheWhole(variable, gradient),
    ...ofTheWriting(value, gradient),
    ...ofTheDerivation(value, variable),
    ...ofTheFunction(value, variable),
  ].filter(({ node }) => !isZero(node) && sameAxes(node, gradient));
  const unique = drafts.filter(
    (d, k) => drafts.findIndex((e) => e.node === d.node && e.class === d.class) === k,
  );
  const verdicts = sameAs(
    gradient,
    unique.map((d) => d.node),
    { seed, points: 3, mode: 'both' },
  );
  const wrong = unique.filter((_, k) => verdicts[k] === 'different');
  const groups = groupsByValue(
    wrong.map((d) => d.node),
    { seed, points: 3, mode: 'both' },
  );
  return wrong.flatMap((d, k) => {
    const same = wrong.filter((e, j) => (groups ? groups[j] === groups[k] : e.node === d.node));
    if (same[0] !== d) return [];
    return [{ ...d, also: [...new Set(same.map((e) => e.class))].filter((c) => c !== d.class) }];
  });
}

const sameAxes = (a: Node, b: Node): boolean =>
  a.axes.length === b.axes.length && a.axes.every((d, i) => d === b.axes[i]);

const isSquare = (n: Node): boolean => n.axes.length === 2 && n.axes[0] === n.axes[1];

// ---------------------------------------------------------------- of the whole

function ofTheWhole(variable: Sym, g: Node): Draft[] {
  const names = new Map<string, Dim>();
  for (const n of postorder([g, variable]))
    for (const d of n.kind === 'contract' ? n.extents : n.axes)
      for (const a of dimAtoms(d)) names.set(a.name, dimName(a.name, a.index));
  const lengths = [...names.values()].slice(0, 3).map(dimScalar);
  const factors: Node[] = [
    literal(rational(2)),
    literal(HALF),
    ...lengths.flatMap((d) => [d, reciprocal(d)]),
    ...lengths.slice(0, 1).flatMap((d) => [power(d, HALF), power(d, rational(-1, 2))]),
  ];
  const out: Draft[] = factors.map((f) => ({
    class: 'factor',
    node: multiply([f, g]),
    note: 'a factor on the whole',
  }));
  out.push({ class: 'sign', node: scale(MINUS_ONE, g), note: 'the sign of the whole' });
  if (isSquare(g) && g.axes[0]) {
    out.push({ class: 'transposed', node: transpose(g), note: 'the whole' });
    const diagonal = multiply([g, delta(g.axes[0])]);
    out.push({
      class: 'independent-entries',
      node: subtract(isSymmetric(g) ? scale(rational(2), g) : add(g, transpose(g)), diagonal),
      note: '2G − diag G',
    });
  }
  out.push({ class: 'extra-term', node: add(g, variable), note: 'the variable itself' });
  out.push({
    class: 'extra-term',
    node: add(g, scale(rational(-1, 2), power(variable, rational(2)))),
    note: 'a square of the variable',
  });
  return out;
}

// ---------------------------------------------------------------- of the writing

/** Every place of the formula as a tree, and the whole with another node there. */
function places(root: Node): { node: Node; put: (n: Node) => Node; linear: boolean }[] {
  const found = [{ node: root, put: (n: Node): Node => n, linear: true }];
  for (let k = 0; k < found.length && k < 60; k++) {
    const here = found[k];
    if (!here) break;
    const kids = children(here.node);
    kids.forEach((child, slot) => {
      found.push({
        node: child,
        linear: here.linear && here.node.kind !== 'apply',
        put: (n) => {
          let at = -1;
          return here.put(
            rebuild(here.node, (c) => {
              at++;
              return at === slot ? n : c;
            }),
          );
        },
      });
    });
  }
  return found.slice(0, 60);
}

function ofTheWriting(value: Node, gradient: Node): Draft[] {
  const symbols = postorder([value]).filter(
    (n): n is Sym => n.kind === 'symbol' && n.role === 'variable' && n.axes.length > 0,
  );
  return places(gradient).flatMap(({ node, put, linear }) =>
    changes(node, symbols, linear).map((c) => ({ ...c, node: put(c.node) })),
  );
}

function changes(node: Node, symbols: readonly Sym[], linear: boolean): Draft[] {
  const out: Draft[] = [];
  const put = (name: MistakeClass, to: Node | undefined, note: string): void => {
    if (to && to !== node && sameAxes(to, node)) out.push({ class: name, node: to, note });
  };
  switch (node.kind) {
    case 'literal':
    case 'delta':
      return [];
    case 'symbol': {
      if (node.axes.length === 0) return [];
      if (isSquare(node)) put('transposed', transpose(node), 'one matrix');
      for (const other of symbols) {
        if (other === node || !sameAxes(other, node)) continue;
        const layer = other.name.replace(/\d+$/, '') === node.name.replace(/\d+$/, '');
        put(layer ? 'wrong-layer' : 'wrong-symbol', other, `${other.name} for ${node.name}`);
      }
      return out;
    }
    case 'sum': {
      node.terms.forEach((t, k) => {
        const others = node.terms.filter((_, i) => i !== k);
        const coefficient = t.coefficient;
        const again = (more: readonly { coefficient: typeof coefficient; node: Node }[]): Node =>
          sum([...others, ...more], node.axes);
        const twin = isSquare(t.node)
          ? others.find((o) => o.node === transpose(t.node))
          : undefined;
        const alone = others.filter((o) => o !== twin);
        if (others.length > 0) {
          if (linear && !twin) put('missing-term', again([]), 'a term of a sum');
          put(
            'sign',
            again([{ coefficient: rational(-coefficient.num, coefficient.den), node: t.node }]),
            'a term',
          );
          put(
            'factor',
            again([{ coefficient: rational(2n * coefficient.num, coefficient.den), node: t.node }]),
            'a term twice',
          );
          if (isSquare(t.node) && !twin)
            put('transposed', again([{ coefficient, node: transpose(t.node) }]), 'a term');
        }
        if (twin) {
          const twice = { ...t, coefficient: rational(2n * coefficient.num, coefficient.den) };
          put('missing-symmetrisation', sum([...alone, t], node.axes), 'A for A + Aᵀ');
          put('missing-symmetrisation', sum([...alone, twice], node.axes), '2A for A + Aᵀ');
        }
      });
      return out;
    }
    case 'contract':
      return [...products(node), ...out];
    case 'apply': {
      if (node.op === softmaxLeaf && node.axes.length === 2 && node.args[0])
        put(
          'wrong-axis',
          transpose(apply(softmaxLeaf, [transpose(node.args[0])])),
          'softmax along the other axis',
        );
      if (node.op.mode === 'elementwise' && node.fn?.order === 1 && node.args[0]) {
        const f = apply(node.op, node.args, { ...node.fn, order: 0 });
        put('derivative-at-wrong-place', apply(node.op, [f], node.fn), 'σ′ at the output');
      }
      if (node.fn?.index)
        put(
          'wrong-layer',
          apply(node.op, node.args, {
            ...node.fn,
            index: { ...node.fn.index, offset: node.fn.index.offset + 1 },
          }),
          'σ of the next layer',
        );
      return out;
    }
  }
}

/** The indices of a product that two factors share. */
const shared = (a: Operand, b: Operand): number[] =>
  a.indices.filter((ix) => b.indices.includes(ix));

function products(node: Contract): Draft[] {
  const out: Draft[] = [];
  const rank = node.axes.length;
  const rows = node.axes.map((_, i) => i);
  const make = (operands: readonly Operand[]): Node | undefined => {
    const lengths = new Map(node.axes.map((d, i) => [i, d]));
    for (const o of operands)
      for (const [a, ix] of o.indices.entries()) {
        const d = o.node.axes[a];
        if (!d || (lengths.get(ix) ?? d) !== d) return undefined;
        lengths.set(ix, d);
      }
    return contract(operands, rows, lengths);
  };
  const swapIn = (changed: ReadonlyMap<Operand, readonly number[]>): Node | undefined =>
    make(node.operands.map((o) => ({ ...o, indices: changed.get(o) ?? o.indices })));
  const put = (name: MistakeClass, to: Node | undefined, note: string): void => {
    if (to && to !== node) out.push({ class: name, node: to, note });
  };
  node.operands.forEach((a, i) => {
    const square = isSquare(a.node) && a.indices.length === 2;
    if (square && a.node.kind !== 'symbol' && a.node.kind !== 'delta')
      put('transposed', swapIn(new Map([[a, [...a.indices].reverse()]])), 'one factor');
    if (a.indices.length === 0) {
      const rest = node.operands.filter((o) => o !== a);
      const length = a.node.kind === 'symbol' && a.node.role === 'dimension';
      if (length && isOneR({ num: -a.exponent.num, den: a.exponent.den }))
        put('sum-for-mean', make(rest), 'without 1/n');
      else put('factor', make(rest), 'a scalar factor is missing');
    }
    if (!isOneR(a.exponent) && a.indices.length === 0 && a.exponent.den === 2n)
      put(
        'wrong-power',
        make(
          node.operands.map((o) =>
            o === a
              ? {
                  ...o,
                  exponent: rational(a.exponent.num + (a.exponent.num > 0n ? -1n : 1n) || 1n, 2n),
                }
              : o,
          ),
        ),
        'another power of a norm',
      );
    if (a.exponent.den === 1n && a.exponent.num > 1n)
      put(
        'wrong-power',
        make(
          node.operands.map((o) =>
            o === a ? { ...o, exponent: rational(a.exponent.num - 1n) } : o,
          ),
        ),
        'one power less',
      );
    node.operands.forEach((b, j) => {
      if (j <= i || a.indices.length !== 2 || b.indices.length !== 2) return;
      if (!isOneR(a.exponent) || !isOneR(b.exponent)) return;
      const between = shared(a, b);
      const [k] = between;
      if (k === undefined) return;
      if (between.length === 2 && isSquare(a.node) && isSquare(b.node)) {
        // a ⊙ b at (p, q) becomes a b: the inner index is new
        const fresh = node.extents.length;
        const [p = 0, q = 0] = a.indices;
        const flip = b.indices[0] === p;
        put(
          'product-for-hadamard',
          swapIn(
            new Map([
              [a, [p, fresh]],
              [b, flip ? [fresh, q] : [q, fresh]],
            ]),
          ),
          'AB for A ⊙ B',
        );
        return;
      }
      const only = node.operands.every((o) => o === a || o === b || !o.indices.includes(k));
      if (between.length !== 1 || k < rank || !only) return;
      const p = a.indices.find((ix) => ix !== k) ?? 0;
      const q = b.indices.find((ix) => ix !== k) ?? 0;
      const plainA = a.indices[0] === p;
      const plainB = b.indices[0] === k;
      put(
        'order',
        swapIn(
          new Map([
            [a, plainA ? [k, q] : [q, k]],
            [b, plainB ? [p, k] : [k, p]],
          ]),
        ),
        'two matrices exchanged',
      );
      put(
        'hadamard-for-product',
        swapIn(
          new Map([
            [a, plainA ? [p, q] : [q, p]],
            [b, plainB ? [p, q] : [q, p]],
          ]),
        ),
        'A ⊙ B for AB',
      );
    });
  });
  // Σₖ aᵢₖ repeated along j, or summed over the other axis
  if (rank === 2)
    for (const [i, j] of [
      [0, 1],
      [1, 0],
    ] as const)
      for (let k = 2; k < node.extents.length; k++) {
        const holders = node.operands.filter((o) => o.indices.includes(k));
        if (node.extents[k] !== node.axes[j]) continue;
        if (holders.some((o) => o.indices.some((ix) => ix !== k && ix !== i))) continue;
        const fresh = node.extents.length;
        put(
          'wrong-axis',
          swapIn(new Map(holders.map((o) => [o, o.indices.map((ix) => (ix === k ? j : fresh))]))),
          'a sum along the other axis',
        );
      }
  return out;
}

// ---------------------------------------------------------------- of the derivation

const gradientOf = (value: Node, variable: Sym): Node => {
  const [g] = inlineParts(reverse(value, [variable]), () => false).gradients;
  return g ? inSpaceOf(variable, g).node : variable;
};

let marks = 0;
const mark = (axes: readonly Dim[]): Sym => symbol(`mark${marks++}`, axes);

/**
 * The gradient where some nodes are differentiated wrongly: each is replaced by slope ⊙ x + rest, which has its value and the given
 * slope; a constant has no slope at all.
 */
function withSlopes(
  value: Node,
  variable: Sym,
  wrong: readonly { readonly of: Node; readonly x: Node; readonly slope: Node | null }[],
): Node {
  const forth = new Map<Node, Node>();
  const back: (readonly [Node, Node])[] = [];
  for (const { of, x, slope } of wrong) {
    const rest = mark(of.axes);
    if (!slope) {
      forth.set(of, rest);
      back.push([rest, of]);
      continue;
    }
    const k = mark(of.axes);
    forth.set(of, add(rest, multiply([k, x])));
    back.push([rest, subtract(of, multiply([slope, x]))], [k, slope]);
  }
  const [changed] = substitute([value], forth);
  const g = changed ? gradientOf(changed, variable) : value;
  return substitute([g], new Map(back))[0] ?? g;
}

function ofTheDerivation(value: Node, variable: Sym): Draft[] {
  const active = postorder([value]).filter((n) => n !== variable && dependsOn(n, variable));
  const out: Draft[] = [];
  const put = (name: MistakeClass, node: Node, note: string): void => {
    out.push({ class: name, node, note });
  };
  for (const f of active) {
    if (f.kind !== 'apply' || f.args.length !== 1) continue;
    const [x] = f.args;
    if (!x) continue;
    const slip = (name: MistakeClass, slope: Node | undefined, note: string): void => {
      if (slope) put(name, withSlopes(value, variable, [{ of: f, x, slope }]), note);
    };
    if (f.op === softmaxLeaf) {
      slip('softmax-diagonal', subtract(f, power(f, rational(2))), 's(1 − s)');
      continue;
    }
    const slope = slopeOf(f);
    if (!slope) continue;
    slip('missing-derivative', ones(f.axes), 'no σ′');
    slip('extra-derivative', multiply([slope, slope]), 'σ′ twice');
    const again = apply(f.op, [f], f.fn);
    slip(
      'derivative-at-wrong-place',
      again.kind === 'apply' ? slopeOf(again) : undefined,
      'σ′(σ(x))',
    );
    slip(
      'derivative-at-wrong-place',
      substitute([slope], new Map([[f, x]]))[0],
      'σ′ through the output, at the input',
    );
  }
  for (const node of active) {
    const [o] = node.kind === 'contract' && node.operands.length === 1 ? node.operands : [];
    if (o?.node.kind === 'apply' && o.node.op === logsumexpLeaf && o.node.args[0]) {
      const z = o.node.args[0];
      if (sameAxes(z, node))
        put(
          'softmax-diagonal',
          withSlopes(value, variable, [{ of: node, x: z, slope: apply(softmaxLeaf, [z]) }]),
          'of log softmax',
        );
    }
  }
  const statistics = active.filter(
    (n) =>
      n.kind === 'contract' &&
      n.extents.length > n.axes.length &&
      n.axes.some((_, ix) => n.operands.every((p) => !p.indices.includes(ix))),
  );
  const spreads = active.flatMap((n) =>
    n.kind === 'contract' && n.axes.length === 2
      ? n.operands
          .filter(
            (o) =>
              o.indices.length === 1 &&
              o.exponent.num < 0n &&
              o.exponent.den === 2n &&
              dependsOn(o.node, variable),
          )
          .map((o) => o.node)
      : [],
  );
  const constant = (nodes: readonly Node[]): Node =>
    withSlopes(
      value,
      variable,
      nodes.map((of) => ({ of, x: of, slope: null })),
    );
  for (const s of [...statistics, ...spreads])
    put('statistics-constant', constant([s]), 'one statistic');
  if (statistics.length + spreads.length > 1)
    put('statistics-constant', constant([...statistics, ...spreads]), 'all statistics');
  // terms: one path left out
  for (const node of active) {
    const through = children(node).filter((c) => dependsOn(c, variable));
    if (node.kind === 'apply' || through.length < 2) continue;
    for (const c of new Set(through)) {
      if (c !== variable && children(node).filter((d) => d === c).length === 1)
        put(
          'missing-term',
          withSlopes(value, variable, [{ of: c, x: c, slope: null }]),
          'one path',
        );
    }
  }
  return out;
}

/** f′(x), for a function entry by entry. */
const slopeOf = (f: Apply): Node | undefined =>
  f.op.mode === 'elementwise' ? f.op.partial(f, 0) : undefined;

// ---------------------------------------------------------------- of the function

function ofTheFunction(value: Node, variable: Sym): Draft[] {
  const out: Draft[] = [];
  const put = (of: Node, note: string): void => {
    if (dependsOn(of, variable))
      out.push({ class: 'other-function', node: gradientOf(of, variable), note });
  };
  if (value.kind === 'sum')
    value.terms.forEach((_, k) => {
      put(
        sum(
          value.terms.filter((__, i) => i !== k),
          [],
        ),
        'without a summand',
      );
    });
  put(power(value, rational(2)), 'of the square');
  const root = value.kind === 'contract' && value.extents.length === 0 ? value.operands : [];
  for (const o of root)
    if (!isOneR(o.exponent) && root.every((p) => p === o || !dependsOn(p.node, variable)))
      put(o.node, 'without the outer power');
  const [outer] = value.kind === 'apply' ? value.args : [];
  if (outer && outer !== variable) put(total(outer), 'of the argument');
  if (value.kind === 'sum' && value.terms.length === 1 && value.terms[0])
    put(value.terms[0].node, 'without the number in front');
  return out;
}
