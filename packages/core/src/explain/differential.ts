import { gradientBy } from '../derive/differential.ts';
import type { Rule } from '../derive/rules.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import { add, multiply, ones, total, zeros } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { dependsOn, substitute } from '../expr/walk.ts';
import { weigh } from '../notation/surface.ts';
import { like, scalar, type Value } from '../ops/value.ts';
import { isOneR } from '../shape/rational.ts';
import type { Shape } from '../shape/shape.ts';
import { factorSums } from '../simplify/factor.ts';
import { frobenius, minus, name, negate, num, plus, times } from '../syntax/make.ts';
import type { Expr } from '../syntax/tree.ts';
import { countOf, differentialLast } from './arranged.ts';
import { graphOf, stepOf, type Way } from './expansion.ts';
import { MOVES, move, type Reader, type Term } from './moves.ts';
import type { Reading } from './reading.ts';

/** A derivation of more lines than this nobody reads. */
export const MAX_LINES = 60;

/** A derivation would be too long. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
}

/** A line before it is checked; differentials in it are symbols. */
export interface Draft {
  readonly e: Expr;
  readonly rules: readonly Rule[];
  /** The line gives a name to what stands right of it, and says nothing of dJ. */
  readonly names?: Sym;
}

/** A share of dJ to begin with: ⟨weight, dN⟩. */
export interface Start {
  readonly weight: Value;
  readonly node: Node;
}

export const ONE_VALUE: Value = scalar(ones([]));

/**
 * The derivation of the gradient of a scalar by differentials: dJ is expanded, from the value down to the variable, and everything but
 * differentials is moved to the left of the inner products, until dJ = G : dX.
 * @returns the lines after `dJ`, and the G that is read off
 * @throws TooLong, Unreadable
 */
export function scalarDrafts(
  { node: value, weight }: Start,
  reading: Reading,
): { readonly drafts: readonly Draft[]; readonly gradient: Value } {
  const { variable } = reading.setting;
  const graph = graphOf(value, variable);
  const d = (node: Node): Expr => name(reading.differential(node).name);
  const drafts: Draft[] = [];
  let terms: Term[] = [{ weight, e: d(value) }];
  const say = (rules: readonly Rule[]): void => {
    drafts.push({ e: termsExpr(terms, reading), rules });
    if (drafts.length > MAX_LINES) throw new TooLong();
  };
  const collect = (node: Node): Term | undefined => {
    const mine = terms.filter((t) => reading.alone(t.e) === node);
    const [first, ...more] = mine;
    if (!first || more.length === 0) return first;
    const weight = like(first.weight, tidy(add(...mine.map((t) => t.weight.node))));
    const whole = { weight, e: first.e };
    terms = terms.flatMap((t) => (t === first ? [whole] : mine.includes(t) ? [] : [t]));
    say([MOVES.collect]);
    return whole;
  };
  say([]);
  for (const node of graph.order.toReversed()) {
    if (node === variable) continue;
    const found = collect(node);
    if (!found) continue;
    const term = lighter(found);
    const step = stepOf(node, graph, reading);
    const fresh = step.branches.map((b): Term => expanded(b, term.weight, reading));
    terms = terms.flatMap((t) => (t === term ? fresh : [t]));
    say(step.rules);
    moveAll();
    collect(variable);
  }
  const last = collect(variable);
  if (!last) throw new TooLong();
  return { drafts, gradient: last.weight };

  /** A cotangent too heavy to be carried along gets a name. */
  function lighter(term: Term): Term {
    const e = reading.written(term.weight.node, term.weight.shape);
    if (term.weight.shape.length === 0 || weigh(e) < HEAVY) return term;
    const named = reading.nameOf(term.weight);
    drafts.push({ e, rules: [NAMED], names: named });
    const short = { ...term, weight: like(term.weight, named) };
    terms = terms.map((t) => (t === term ? short : t));
    return short;
  }

  /** Moves until every differential stands alone, a line for each kind of move. */
  function moveAll(): void {
    for (;;) {
      const rules = new Set<Rule>();
      terms = terms.flatMap((t) => moved(t, reading, rules));
      if (rules.size === 0) return;
      const telling = [...rules].filter((r) => r !== MOVES.factor);
      say(telling.length > 0 ? telling : [...rules]);
    }
  }
}

/** ⟨weight, the share of dN that runs through one child⟩. */
function expanded(b: Way, weight: Value, reading: Reading): Term {
  const d = reading.differential(b.child);
  const share = b.structured ? tidy(b.along(d)) : b.along(d);
  if (b.direct)
    return {
      weight: {
        node: gradientBy(total(multiply([weight.node, share])), d),
        shape: d.shape,
      },
      e: name(d.name),
    };
  const e = differentialLast(reading.written(share, weight.shape), reading);
  if (b.pull && (b.selfAdjoint || countOf(e, reading) > 1))
    return {
      weight,
      e,
      pull: { by: b.pull, rule: b.selfAdjoint ? MOVES.symmetric : MOVES.adjoint },
    };
  return withoutFactors({ weight, e, node: share }, reading);
}

/** Numbers go into the weight at once: det(X) tr(X⁻¹ dX), and −G : dX for G : (−dX). */
function withoutFactors(term: Term, reading: Reading): Term {
  let t = term;
  while (reading.alone(t.e) === undefined && countOf(t.e, reading) === 1) {
    const next = attempt(t, reading);
    const [only] = next.terms;
    if (next.rule !== MOVES.factor || !only) break;
    t = only;
  }
  return t;
}

/** Cotangents of more signs than this are named before they are used. */
const HEAVY = 24;

export const NAMED: Rule = {
  name: 'a name',
  law: 'what the differential is weighed with so far',
};

/** Moves that go into one line. */
const TOGETHER: ReadonlySet<Rule> = new Set<Rule>([
  MOVES.left,
  MOVES.right,
  MOVES.factor,
  MOVES.dot,
]);

function moved(term: Term, reading: Reading, rules: Set<Rule>): Term[] {
  let t = term;
  let before: Rule | undefined;
  while (reading.alone(t.e) === undefined) {
    const next = attempt(t, reading);
    const goesOn = TOGETHER.has(next.rule) && (!before || TOGETHER.has(before));
    if (before && !goesOn && next.rule !== before) break;
    rules.add(next.rule);
    before = next.rule;
    const [only, ...more] = next.terms;
    if (!only || more.length > 0) return [...next.terms];
    t = only;
  }
  return [t];
}

/** A move of matrix notation; where none is known, or the differential stands in several places, the adjoint of the whole map. */
function attempt(t: Term, reading: Reading): ReturnType<typeof move> & object {
  const reader: Reader = {
    valueOf: (e) => reading.valueOf(e),
    holds: (e) => reading.holds(e),
  };
  if (countOf(t.e, reading) === 1) {
    try {
      const next = move(t, reader);
      if (next) return next;
    } catch (error) {
      if (!(error instanceof MatgradError)) throw error;
    }
  }
  const [inside] = reading.within(t.e);
  if (t.pull && inside) {
    const d = reading.differential(inside);
    const node = t.pull.by(t.weight.node);
    return { rule: t.pull.rule, terms: [{ weight: { node, shape: d.shape }, e: name(d.name) }] };
  }
  const value = total(multiply([t.weight.node, t.node ?? reading.valueOf(t.e).node]));
  return {
    rule: MOVES.adjoint,
    terms: reading.within(t.e).map((node) => {
      const d = reading.differential(node);
      return {
        weight: { node: tidy(gradientBy(value, d)), shape: d.shape },
        e: name(d.name),
      };
    }),
  };
}

/** With common factors joined, as the answer has it. */
const tidy = (node: Node): Node => factorSums([node], new Set())[0] ?? node;

/** `A : dX + c dλ`. */
function termsExpr(terms: readonly Term[], reading: Reading): Expr {
  let whole: Expr | undefined;
  for (const t of terms) {
    const { negative, e } = termExpr(t, reading);
    whole = whole ? (negative ? minus(whole, e) : plus(whole, e)) : negative ? negate(e) : e;
  }
  return whole ?? num(0);
}

function termExpr(t: Term, reading: Reading): { readonly negative: boolean; readonly e: Expr } {
  const weight = reading.written(t.weight.node, t.weight.shape);
  const [negative, w] = weight.kind === 'negate' ? [true, weight.of] : [false, weight];
  const e = isOneExpr(w) && isScalarShape(t.weight.shape) ? t.e : productOf(w, t);
  return { negative, e };
}

const isScalarShape = (s: Shape): boolean => s.length === 0;
const isOneExpr = (e: Expr): boolean => e.kind === 'number' && isOneR(e.value);

const productOf = (w: Expr, t: Term): Expr =>
  isScalarShape(t.weight.shape) ? times(w, t.e) : frobenius(w, t.e);

/**
 * The derivation of the differential of an array: dF is expanded until nothing but dX is left in it.
 * @throws TooLong, Unreadable
 */
export function arrayDrafts(value: Node, shape: Shape, reading: Reading): readonly Draft[] {
  const graph = graphOf(value, reading.setting.variable);
  let whole: Node = reading.differential(value);
  const drafts: Draft[] = [];
  const say = (rules: readonly Rule[]): void => {
    drafts.push({ e: differentialLast(reading.written(whole, shape), reading), rules });
    if (drafts.length > MAX_LINES) throw new TooLong();
  };
  say([]);
  for (const node of graph.order.toReversed()) {
    const d = reading.differential(node);
    if (node === reading.setting.variable || !dependsOn(whole, d)) continue;
    const step = stepOf(node, graph, reading);
    const share = add(
      zeros(node.axes),
      ...step.branches.map((b) => b.along(reading.differential(b.child))),
    );
    whole = tidy(substitute([whole], new Map([[d, share]]))[0] ?? whole);
    say(step.rules);
  }
  return drafts;
}
