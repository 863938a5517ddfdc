import { add, delta, isSymmetric, multiply, scale, subtract, transpose } from '../../expr/build.ts';
import type { Node } from '../../expr/node.ts';
import { substitute } from '../../expr/walk.ts';
import type { Dim } from '../../shape/dim.ts';
import { rational } from '../../shape/rational.ts';
import type { DiagnosisRequest, MistakeClass } from '../examination.ts';
import { slipsOf } from './backward.ts';
import { type Edit, poolOf } from './change.ts';
import { editsOf } from './edits.ts';
import { type Factors, factorsOf, powersOf } from './factor.ts';
import { termMistakes } from './fits.ts';
import { fingerprint, isOne, ROUNDING, ratio, type Spot, valuesAt } from './numbers.ts';
import { namesAt, scalarNames } from './scale.ts';
import type { Mistake } from './sentence.ts';
import { type Names, type Suspicion, TWICE, type Values } from './suspicion.ts';
import { termsBeyond, termsOf } from './terms.ts';

/** Of the pairs that agree at the first place so many are looked at. */
const MAX_MATCHES = 24;

/** A gradient with more terms is not searched multiplied out. */
const MAX_EXPANDED = 8;

/** Fingerprints of what may agree differ by less. */
const NEAR = 10 * ROUNDING;

/** Of a factor beside another mistake so many names are tried. */
const NAMES_BESIDE = 2;

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
  const terms = { ours: termsOf(gradient), theirs: termsOf(claim) };
  const nodesOf = (list: readonly Variant[]): Node[] => list.map((v) => v.node);
  const valueOf = valuesAt(
    [
      ...names,
      ...powersOf(value).map((p) => p.factor),
      ...nodesOf([...claims, ...truths]),
      ...terms.ours,
      ...terms.theirs,
    ],
    spot,
  );
  const nameOf = namesAt(names, (n) => valueOf(n)?.[0] ?? Number.NaN);
  const factors = factorsOf(value);
  const explain = (match: Match): Suspicion[] => explained(match, request, nameOf, factors);
  const found = [
    ...matches(claims, truths, valueOf).flatMap(explain),
    ...otherFunctions(request, valueOf),
    ...termMistakes(request, terms, { valueOf, nameOf, factors }),
  ];
  // a mistake in a term that is written with others in one: the gradient multiplied out
  const expanded = add(...terms.ours);
  const few = terms.ours.length <= MAX_EXPANDED;
  if (few && expanded !== gradient && !found.some((s) => s.mistakes.length === 1)) {
    const wider = editsOf(expanded, pool).map(spoilt);
    const values = valuesAt(nodesOf([...claims, ...wider]), spot);
    found.push(...matches(claims, wider, values).flatMap(explain));
  }
  return found.sort((a, b) => a.cost - b.cost);
}

const lengthsIn = (nodes: readonly Node[]): Dim[] => [
  ...new Set(nodes.flatMap((n) => (n.kind === 'contract' ? n.extents : n.axes))),
];

const isPart = (n: Node): boolean => n.kind !== 'literal' && n.kind !== 'symbol';

/** A matrix where its inverse belongs is a wrong exponent. */
const nameOfEdit = ({ before, after }: Edit, name: MistakeClass): MistakeClass =>
  name === 'wrong-symbol' && (isInverse(before, after) || isInverse(after, before))
    ? 'wrong-power'
    : name;

const isInverse = (a: Node, b: Node): boolean =>
  a.kind === 'apply' && a.op.name === 'inv' && a.args[0] === b;

/** An edit of the claim that may set it right. */
const repaired = (e: Edit): Variant => ({
  node: e.node,
  cost: e.amendsCost,
  mistakes: [
    { class: nameOfEdit(e, e.amends), wrong: e.part ?? e.before, right: e.part ? null : e.after },
  ],
});

/** An edit of the gradient that may have led to the claim. */
const spoilt = (e: Edit): Variant => ({
  node: e.node,
  cost: e.cost + 0.05,
  mistakes: [
    { class: nameOfEdit(e, e.class), wrong: e.part ? null : e.after, right: e.part ?? e.before },
  ],
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
          right: missing ? termsBeyond(gradient, s.node) : other ? null : s.at,
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

/** A claim with at most one change and a gradient with at most one mistake that agree but for a factor. */
interface Match {
  readonly claim: Variant;
  readonly truth: Variant;
  /** By which the claim has to be multiplied. */
  readonly factor: number;
  /** How unlikely, but for the factor's own name. */
  readonly cost: number;
}

function matches(claims: readonly Variant[], truths: readonly Variant[], valueOf: Values): Match[] {
  const keyed = (list: readonly Variant[]) =>
    list.flatMap((variant) => {
      const x = valueOf(variant.node);
      const key = x ? fingerprint(x) : Number.NaN;
      return x && !Number.isNaN(key) ? [{ variant, x, key }] : [];
    });
  const sorted = keyed(truths).sort((a, b) => a.key - b.key);
  const found: Match[] = [];
  for (const { variant: claim, x, key } of keyed(claims)) {
    for (let k = lowerBound(sorted, key * (1 - NEAR)); k < sorted.length; k++) {
      const other = sorted[k];
      if (!other || other.key > key * (1 + NEAR)) break;
      const c = ratio(x, other.x);
      if (c === undefined || c === 0) continue;
      const factor = isOne(c) ? 1 : c;
      const truth = other.variant;
      const count = Number(claim.cost > 0) + Number(truth.cost > 0) + Number(factor !== 1);
      if (count > 0 && count < 3)
        found.push({ claim, truth, factor, cost: claim.cost + truth.cost + TWICE * (count - 1) });
    }
  }
  return found.sort((a, b) => a.cost - b.cost).slice(0, MAX_MATCHES);
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

/** A match as an explanation, once for each name of its factor. */
function explained(
  { claim, truth, factor, cost }: Match,
  { gradient }: DiagnosisRequest,
  nameOf: Names,
  factors: Factors,
): Suspicion[] {
  const mistakes = [...claim.mistakes, ...truth.mistakes];
  const made = truth.mistakes.length > 0;
  const with_ = (scaled: Node, more: number, others: readonly Mistake[]): Suspicion => ({
    cost: cost + more,
    mistakes: [...mistakes, ...others],
    repairs: () => (made ? [...mended(scaled, truth, gradient), gradient] : [scaled]),
    test: made ? [scaled, truth.node] : null,
  });
  if (factor === 1) return [with_(claim.node, 0, [])];
  return nameOf(factor)
    .slice(0, mistakes.length > 0 ? NAMES_BESIDE : undefined)
    .flatMap((s) =>
      factors(s, null).map((f) => with_(multiply([s, claim.node]), f.cost, [f.mistake])),
    );
}

/** The claim with the gradient's mistake undone in it. */
const mended = (claim: Node, truth: Variant, gradient: Node): Node[] => [
  ...(truth.undo ? substitute([claim], new Map([truth.undo])) : []),
  ...(truth.mistakes[0]?.class === 'missing-term'
    ? [add(claim, subtract(gradient, truth.node))]
    : []),
];

/** The gradient of the value's square, root or logarithm. */
function otherFunctions(
  { value, gradient, claim }: DiagnosisRequest,
  valueOf: Values,
): Suspicion[] {
  const [g, c] = [valueOf(gradient), valueOf(claim)];
  const number = g && c && ratio(c, g);
  return powersOf(value).flatMap(({ factor, of }): Suspicion[] => {
    const v = valueOf(factor)?.[0];
    if (number === undefined || v === undefined || !isOne(v / number)) return [];
    return [
      {
        cost: 1,
        mistakes: [{ class: 'other-function', wrong: of, right: null }],
        repairs: () => [multiply([factor, claim])],
        test: null,
      },
    ];
  });
}
