import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toText } from '../../src/emit/text.ts';
import { valueOf } from '../../src/examine/claim.ts';
import { gradientOf, plainSubject } from '../../src/examine/plain.ts';
import { compareAll } from '../../src/examine/subject.ts';
import { exprOf, turnOf } from '../../src/explain/formula.ts';
import type { Sym } from '../../src/expr/node.ts';
import * as make from '../../src/syntax/make.ts';
import type { Expr } from '../../src/syntax/tree.ts';
import { type Random, random } from '../../src/verify/random.ts';
import { problemOf } from '../support/ask.ts';
import { examined, problemWith, type Question } from './ask.ts';

const QUESTIONS: readonly Question[] = [
  { expression: '1/(2m) ‖X x − y‖² + λ/2 ‖x‖²', where: 'X: m×n; y: m; x: n; λ: scalar', wrt: 'x' },
  { expression: 'sum(tanh(X W + b) ⊙ Y)', where: 'X: m×n; W: n×k; b: 1×k; Y: m×k', wrt: 'W' },
  { expression: 'sum(tanh(X W + b) ⊙ Y)', where: 'X: m×n; W: n×k; b: 1×k; Y: m×k', wrt: 'b' },
  { expression: '−1/m sum(Y ⊙ log(softmax(X W)))', where: 'X: m×n; W: n×k; Y: m×k', wrt: 'W' },
  { expression: 'tr(A X B Xᵀ)', where: 'A: n×n; B: k×k; X: n×k', wrt: 'X' },
  { expression: 'logdet(A) + xᵀ inv(A) x', where: 'A: n×n posdef; x: n', wrt: 'A' },
  { expression: 'xᵀ inv(A) x', where: 'A: n×n invertible; x: n', wrt: 'A' },
  { expression: 'sum(log(1 + exp(X x)))', where: 'X: m×n; x: n', wrt: 'X' },
  { expression: '‖x‖ + sum(sigmoid(D x))', where: 'D: n×n diagonal; x: n', wrt: 'x' },
  { expression: 'logsumexp(S x + c)', where: 'S: n×n symmetric; x, c: n', wrt: 'x' },
];

/** The gradient as it would be printed. */
const printed = QUESTIONS.map((q): Expr => {
  const problem = problemOf(q.expression, q.where, ...(q.wrt ? [q.wrt] : []));
  const variable = problem.wrt[0] as Sym;
  const e = exprOf(gradientOf(problem.value.node, variable), turnOf(variable.shape));
  if (!e) throw new Error(q.expression);
  return e;
});

const isOneOf = (source: Random, n: number): boolean => source.below(n) === 0;

/** The same value in another form: multiplied out, turned twice, terms exchanged, something added and taken off again. */
function other(e: Expr, source: Random, depth = 0): Expr {
  const go = (x: Expr): Expr => other(x, source, depth + 1);
  const deeper = within(e, go);
  const form = reformed(deeper, source);
  if (depth > 2 || !isOneOf(source, 5)) return form;
  switch (source.below(3)) {
    case 0:
      return make.transposed(make.transposed(form));
    case 1:
      return make.minus(
        make.plus(form, make.times(make.num(3), form)),
        make.times(make.num(3), form),
      );
    default:
      return make.over(make.times(make.num(7), form), make.num(7));
  }
}

/** Multiplied out or exchanged, where that can be. */
function reformed(e: Expr, source: Random): Expr {
  if (isOneOf(source, 2)) return e;
  if (e.kind === 'product' && e.op === 'times' && e.right.kind === 'sum') {
    const { op, left, right } = e.right;
    const join = op === '+' ? make.plus : make.minus;
    return join(make.times(e.left, left), make.times(e.left, right));
  }
  if (e.kind === 'product' && e.op === 'hadamard') return make.hadamard(e.right, e.left);
  if (e.kind === 'sum' && e.op === '+') return make.plus(e.right, e.left);
  if (e.kind === 'transpose' && e.of.kind === 'product' && e.of.op === 'times')
    return make.times(make.transposed(e.of.right), make.transposed(e.of.left));
  return e;
}

function within(e: Expr, go: (x: Expr) => Expr): Expr {
  switch (e.kind) {
    case 'product':
      return e.op === 'times' || e.op === 'hadamard'
        ? { ...e, left: go(e.left), right: go(e.right), tight: false }
        : e;
    case 'sum':
      return { ...e, left: go(e.left), right: go(e.right) };
    case 'transpose':
    case 'negate':
      return { ...e, of: go(e.of) };
    default:
      return e;
  }
}

/** What is certainly another value, since the gradient is not zero. */
function wrong(e: Expr, source: Random): Expr {
  const times = (text: number): Expr => make.times(make.num(text), e);
  switch (source.below(4)) {
    case 0:
      return make.negate(e);
    case 1:
      return make.plus(e, make.over(e, make.num(10 ** (1 + source.below(7)))));
    case 2:
      return make.plus(
        e,
        make.over(make.entryPower(e, make.num(2)), make.num(10 ** source.below(6))),
      );
    default:
      return times(2 + source.below(5));
  }
}

const cases = fc.record({ k: fc.nat(QUESTIONS.length - 1), seed: fc.nat(1e6) });

describe('random claims', () => {
  test('that are right in another form are never refused', () => {
    fc.assert(
      fc.property(cases, ({ k, seed }) => {
        const [q, e] = [QUESTIONS[k] as Question, printed[k] as Expr];
        const claim = toText(other(e, random(seed)));
        const x = examined(q, claim, seed);
        expect([claim, x.verdict]).toEqual([claim, 'right']);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  test('that are wrong are never accepted', () => {
    fc.assert(
      fc.property(cases, ({ k, seed }) => {
        const source = random(seed);
        const [q, e] = [QUESTIONS[k] as Question, printed[k] as Expr];
        const text = toText(wrong(other(e, source), source));
        const problem = problemWith(q, text);
        const [claim] = problem.claims;
        if (!claim) throw new Error('no claim');
        const subject = plainSubject(problem, claim);
        const value = valueOf(problem, claim.value, claim.parts, subject.given);
        if (!('node' in value)) throw new Error(value.message);
        const { verdict } = compareAll(subject.cases(value.node), { seed, points: 5 });
        expect([text, verdict]).toEqual([text, 'different']);
      }),
      { seed: 5, numRuns: 120 },
    );
  });

  test('that are wrong are shown to be, at a point at which both are what is said', () => {
    for (const [k, q] of QUESTIONS.entries()) {
      const x = examined(q, toText(make.times(make.num(3), printed[k] as Expr)));
      expect([q.expression, x.verdict]).toEqual([q.expression, 'wrong']);
      const { claimed = 0, correct = 0 } = x.counterexample ?? {};
      expect(Math.abs(claimed - 3 * correct)).toBeLessThan(1e-9 * Math.abs(claimed));
      expect(x.check?.verdict).toBe('failed');
    }
  }, 20_000);
});
