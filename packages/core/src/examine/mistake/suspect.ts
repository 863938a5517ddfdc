import {
  add,
  delta,
  isSymmetric,
  literal,
  multiply,
  power,
  scale,
  subtract,
  transpose,
} from '../../expr/build.ts';
import type { Node } from '../../expr/node.ts';
import { substitute } from '../../expr/walk.ts';
import type { Dim } from '../../shape/dim.ts';
import { HALF, MINUS_ONE, ONE, rational } from '../../shape/rational.ts';
import type { DiagnosisRequest, MistakeClass } from '../examination.ts';
import { slipsOf } from './backward.ts';
import { type Edit, poolOf } from './change.ts';
import { editsOf } from './edits.ts';
import { coefficients, fingerprint, ratio, type Spot, valuesAt } from './numbers.ts';
import { inverseOf, namesAt, scalarNames } from './scale.ts';
import type { Mistake } from './sentence.ts';
import { termsOf } from './terms.ts';

/** An explanation that holds at one place. */
export interface Suspicion {
  /** How unlikely. */
  readonly cost: number;
  readonly mistakes: readonly Mistake[];
  /** Formulas of which the first that is the gradient is the corrected claim. */
  readonly repairs: readonly Node[];
  /** Two formulas that agree where the explanation is right. */
  readonly test: readonly [Node, Node] | null;
}

/** A second mistake costs its own and this. */
const TWICE = 1;

/** Of the pairs that agree at the first place so many are looked at. */
const MAX_MATCHES = 30;

/** A formula beside the claim, or beside the gradient, and the mistakes between. */
interface Variant {
  readonly node: Node;
  readonly cost: number;
  readonly mistakes: readonly Mistake[];
  /** Where a part of the gradient was exchanged: what for what. */
  readonly undo?: readonly [Node, Node];
}

/** All explanations of a claim that hold at a spot, the likeliest first. */
export function suspicions(request: DiagnosisRequest, spot: Spot): Suspicion[] {
  const { value, variable, gradient, claim } = request;
  const pool = poolOf(value, [gradient, claim, variable]);
  const names = scalarNames(lengthsIn(pool.nodes), [
    ...pool.scalars.filter((s) => s.kind !== 'symbol' || s.role !== 'dimension'),
    ...pool.nodes.filter((n) => n.axes.length === 0 && n !== value && isPart(n)),
  ]);
  const claims: Variant[] = [
    { node: claim, cost: 0, mistakes: [] },
    ...editsOf(claim, pool).map(repaired),
  ];
  const truths: Variant[] = [
    { node: gradient, cost: 0, mistakes: [] },
    ...editsOf(gradient, pool).map(spoilt),
    ...slips(request),
    ...conventions(gradient),
  ];
  const [ours, theirs] = [termsOf(gradient), termsOf(claim)];
  const valueOf = valuesAt(
    [
      value,
      ...names,
      ...claims.map((v) => v.node),
      ...truths.map((v) => v.node),
      ...ours,
      ...theirs,
    ],
    spot,
  );
  const nameOf = namesAt(names, (n) => valueOf(n)?.[0] ?? Number.NaN);
  const found = [
    ...matches(claims, truths, gradient, valueOf, nameOf, value),
    ...termMistakes(gradient, claim, ours, theirs, valueOf, nameOf),
  ];
  return found.sort((a, b) => a.cost - b.cost);
}

type Values = (node: Node) => Float64Array | undefined;
type Names = (c: number) => Node[];

const lengthsIn = (nodes: readonly Node[]): Dim[] => [
  ...new Set(nodes.flatMap((n) => (n.kind === 'contract' ? n.extents : n.axes))),
];

const isPart = (n: Node): boolean => n.kind !== 'literal' && n.kind !== 'symbol';

/** An edit of the claim that may set it right. */
const repaired = (e: Edit): Variant => ({
  node: e.node,
  cost: e.cost,
  mistakes: [{ class: e.amends, wrong: e.part ?? e.before, right: e.part ? null : e.after }],
});

/** An edit of the gradient that may have led to the claim. */
const spoilt = (e: Edit): Variant => ({
  node: e.node,
  cost: e.cost + 0.05,
  mistakes: [{ class: e.class, wrong: e.part ? null : e.after, right: e.part ?? e.before }],
  undo: [e.after, e.before],
});

function slips({ value, variable, gradient }: DiagnosisRequest): Variant[] {
  return slipsOf(value, variable).map((s): Variant => {
    const missing = s.class === 'missing-term';
    const other = s.class === 'other-function' && !s.dropped;
    return {
      node: s.node,
      cost: s.cost,
      mistakes: [
        {
          class: s.class,
          wrong: other ? s.at : s.class === 'extra-derivative' ? s.at : null,
          right: missing ? subtract(gradient, s.node) : other ? null : s.at,
        },
      ],
    };
  });
}

/** The gradient by other conventions, for matrices whose entries are not independent. */
function conventions(gradient: Node): Variant[] {
  const [n, k] = gradient.axes;
  if (gradient.axes.length !== 2 || !n || n !== k) return [];
  const diagonal = multiply([gradient, delta(n)]);
  const twice = isSymmetric(gradient)
    ? scale(rational(2), gradient)
    : add(gradient, transpose(gradient));
  return [twice, scale(rational(2), gradient)].map((g, i) => ({
    node: subtract(g, diagonal),
    cost: 0.8 + 0.1 * i,
    mistakes: [{ class: 'independent-entries', wrong: null, right: null }],
  }));
}

/** Pairs of a claim with at most one change and a gradient with at most one mistake that agree but for a factor. */
function matches(
  claims: readonly Variant[],
  truths: readonly Variant[],
  gradient: Node,
  valueOf: Values,
  nameOf: Names,
  value: Node,
): Suspicion[] {
  const keyed = truths
    .flatMap((t) => {
      const x = valueOf(t.node);
      const key = x ? fingerprint(x) : Number.NaN;
      return x && !Number.isNaN(key) ? [{ t, x, key }] : [];
    })
    .sort((a, b) => a.key - b.key);
  const found: { readonly w: Variant; readonly t: Variant; readonly c: number }[] = [];
  for (const w of claims) {
    const x = valueOf(w.node);
    const key = x ? fingerprint(x) : Number.NaN;
    if (!x || Number.isNaN(key)) continue;
    for (let k = lowerBound(keyed, key * (1 - 1e-9)); k < keyed.length; k++) {
      const other = keyed[k];
      if (!other || other.key > key * (1 + 1e-9)) break;
      const c = ratio(x, other.x);
      if (c !== undefined && c !== 0)
        found.push({ w, t: other.t, c: Math.abs(c - 1) < 1e-9 ? 1 : c });
    }
  }
  const costOf = ({ w, t, c }: (typeof found)[number]): number =>
    w.cost + t.cost + TWICE * (Number(w.cost > 0) + Number(t.cost > 0) + Number(c !== 1));
  return found
    .sort((a, b) => costOf(a) - costOf(b))
    .slice(0, MAX_MATCHES)
    .flatMap(({ w, t, c }) => [
      ...(c === 1 ? [null] : nameOf(c)).flatMap((s) => suspicion(w, t, s, gradient, value)),
      ...(w.cost === 0 && t.cost === 0 ? powersOf(c, value, valueOf, w.node) : []),
    ]);
}

function lowerBound(list: readonly { readonly key: number }[], key: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((list[mid]?.key ?? 0) < key) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** @param s what the claim's side has to be multiplied by, or nothing */
function suspicion(
  w: Variant,
  t: Variant,
  s: Node | null,
  gradient: Node,
  value: Node,
): Suspicion[] {
  const mistakes = [...w.mistakes, ...t.mistakes];
  if (mistakes.length === 0 && !s) return [];
  const scaled = s ? multiply([s, w.node]) : w.node;
  const made = t.mistakes.length > 0;
  const repairs = made
    ? [
        ...(t.undo ? substitute([scaled], new Map([t.undo])) : []),
        ...(t.mistakes[0]?.class === 'missing-term'
          ? [add(scaled, subtract(gradient, t.node))]
          : []),
        gradient,
      ]
    : [scaled];
  const base = {
    repairs,
    test: made ? ([scaled, t.node] as const) : null,
  };
  const both = w.mistakes.length > 0 && made ? TWICE : 0;
  const cost = w.cost + t.cost + both;
  if (!s) return [{ ...base, cost, mistakes }];
  return factorNames(s, value, null).map((f) => ({
    ...base,
    cost: cost + f.cost + (mistakes.length > 0 ? TWICE : 0),
    mistakes: [...mistakes, f.mistake],
  }));
}

/** The names of a factor that is missing. */
function factorNames(
  s: Node,
  value: Node,
  term: Node | null,
): { readonly cost: number; readonly mistake: Mistake }[] {
  const within = term ? { within: term } : {};
  const name = (kind: MistakeClass, cost: number) => ({
    cost: cost + (term ? 0.1 : 0),
    mistake: { class: kind, wrong: null, right: s, ...within },
  });
  if (s === literal(MINUS_ONE))
    return [{ cost: term ? 1 : 0.8, mistake: { class: 'sign', wrong: term, right: null } }];
  const down = dividesByLengths(s);
  const up = dividesByLengths(inverseOf(s));
  const plain = s.kind === 'literal' || down || up ? 0 : 0.15;
  if (down)
    return [name('sum-for-mean', dividesSomewhere(value) ? 0.85 : 1.3), name('factor', 0.9)];
  if (up) return [name('mean-for-sum', 1), name('factor', 0.9)];
  return [name('factor', 0.9 + plain)];
}

/** 1/m, 1/(mn). */
const dividesByLengths = (s: Node): boolean =>
  s.kind === 'contract' &&
  s.operands.every(
    (o) =>
      o.exponent.num === -1n &&
      o.exponent.den === 1n &&
      o.node.kind === 'symbol' &&
      o.node.role === 'dimension',
  );

const dividesSomewhere = (value: Node): boolean => {
  const seen: Node[] = [value];
  for (let k = 0; k < seen.length && k < 200; k++) {
    const n = seen[k];
    if (n?.kind === 'contract') {
      if (
        n.operands.some(
          (o) => o.exponent.num < 0n && o.node.kind === 'symbol' && o.node.role === 'dimension',
        )
      )
        return true;
      seen.push(...n.operands.map((o) => o.node));
    } else if (n?.kind === 'sum') seen.push(...n.terms.map((t) => t.node));
    else if (n?.kind === 'apply') seen.push(...n.args);
  }
  return false;
};

/** Whether the claim is the gradient of the value's square, its root or its logarithm. */
function powersOf(c: number, value: Node, valueOf: Values, claim: Node): Suspicion[] {
  const v = valueOf(value)?.[0];
  if (v === undefined || value.kind === 'literal') return [];
  const options: readonly (readonly [number, Node, Node])[] = [
    [1 / (2 * v), scale(HALF, power(value, MINUS_ONE)), power(value, rational(2))],
    [2 * Math.sqrt(v), scale(rational(2), power(value, HALF)), power(value, HALF)],
    [v, value, value],
  ];
  return options.flatMap(([number, factor, wrong], k) =>
    Math.abs(c - number) <= 1e-9 * Math.abs(c)
      ? [
          {
            cost: 1,
            mistakes: [
              { class: 'other-function' as const, wrong: k === 2 ? null : wrong, right: null },
            ],
            repairs: [multiply([factor, claim])],
            test: null,
          },
        ]
      : [],
  );
}

/** Terms that are missing, too many, or of a wrong factor: fits of what is wrong by single terms, then of all terms at once. */
function termMistakes(
  gradient: Node,
  claim: Node,
  ours: readonly Node[],
  theirs: readonly Node[],
  valueOf: Values,
  nameOf: Names,
): Suspicion[] {
  const g = valueOf(gradient);
  const c = valueOf(claim);
  if (!g || !c) return [];
  const rest = g.map((v, i) => v - (c[i] as number));
  const found: Suspicion[] = [];
  const one = (number: number): boolean => Math.abs(number - 1) < 1e-9;
  const zero = (number: number): boolean => Math.abs(number) < 1e-9;
  if (ours.length > 1 || theirs.length > 1)
    for (const term of ours) {
      const x = valueOf(term);
      const a = x && ratio(x, rest);
      if (a === undefined) continue;
      if (one(a))
        found.push({
          cost: 0.95,
          mistakes: [{ class: 'missing-term', wrong: null, right: term }],
          repairs: [add(claim, term)],
          test: null,
        });
    }
  if (theirs.length > 1)
    for (const term of theirs) {
      const x = valueOf(term);
      const a = x && ratio(x, rest);
      if (a !== undefined) found.push(...corrected(claim, term, a + 1, nameOf, 0));
    }
  const basis = theirs.map(valueOf);
  const d =
    theirs.length > 1 && theirs.length <= 8 && basis.every((b) => b !== undefined)
      ? coefficients(basis, g)
      : undefined;
  const wrong = d?.flatMap((v, k) => (one(v) ? [] : [[theirs[k] as Node, v] as const])) ?? [];
  if (d && wrong.length === 2 && !d.every(zero)) {
    const [[p, a], [q, b]] = wrong as [readonly [Node, number], readonly [Node, number]];
    for (const first of corrected(claim, p, a, nameOf, 0))
      for (const second of corrected(first.repairs[0] as Node, q, b, nameOf, first.cost + TWICE))
        found.push({ ...second, mistakes: [...first.mistakes, ...second.mistakes] });
  }
  return found;
}

/** The claim with one of its terms times a number. */
function corrected(
  claim: Node,
  term: Node,
  number: number,
  nameOf: Names,
  cost: number,
): Suspicion[] {
  const make = (more: number, mistake: Mistake, factor: Node | null): Suspicion => ({
    cost: cost + more,
    mistakes: [mistake],
    repairs: [
      factor ? add(claim, multiply([subtract(factor, literal(ONE)), term])) : subtract(claim, term),
    ],
    test: null,
  });
  if (Math.abs(number) < 1e-9)
    return [make(1, { class: 'extra-term', wrong: term, right: null }, null)];
  return nameOf(number).flatMap((s) =>
    s === literal(MINUS_ONE)
      ? [make(1, { class: 'sign', wrong: term, right: null }, s)]
      : [make(1.2, { class: 'factor', wrong: null, right: s, within: term }, s)],
  );
}
