import type { Gradient, NamedPart } from '../derive/derivation.ts';
import { deriveGradients, partsOf, withoutParts } from '../derive/derive.ts';
import { innerSum, pushForward } from '../derive/products.ts';
import type { Problem } from '../elaborate/problem.ts';
import { add, multiply, subtract, symbol, total } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { dependsOn, substitute } from '../expr/walk.ts';
import type { Shape } from '../shape/shape.ts';
import type { Fact } from '../simplify/facts.ts';
import { worstOf } from './check.ts';
import { type BuildOptions, partEquation, readOf, requireScalar, takenNames } from './common.ts';
import { type Checked, checkResting, knownFacts, notesOf, type Resting } from './facts.ts';
import { formulaOf } from './formula.ts';
import { asDual, derivationOf } from './gradient.ts';
import type { Product, Question } from './question.ts';
import type { Report, Result } from './report.ts';

/** One derivative times vectors. */
export interface ProductResult {
  /** The row of a Hessian, the column of a transposed Jacobian; of J v the first of the variables that move. */
  readonly variable: Sym;
  /** In terms of the parts. */
  readonly node: Node;
  readonly shape: Shape;
  /** By which convention, for a structured variable, and what made it simpler. */
  readonly notes: readonly string[];
}

export interface Products {
  readonly results: readonly ProductResult[];
  readonly parts: readonly NamedPart[];
  /** Scalars with claims about their gradients: where these hold, so do the results. */
  readonly proofs: readonly { readonly scalar: Node; readonly results: readonly Resting[] }[];
}

/**
 * Hessian times vectors, ∇⟨∇f, v⟩; Jacobian times vectors; transposed Jacobian times a vector: as formulas of their own, in which no
 * derivative is ever built.
 */
export function productsOf(problem: Problem, product: Product, question: Question): Products {
  switch (product.kind) {
    case 'hvp':
      return hessianProducts(problem, product.along, question);
    case 'jvp':
      return forwardProduct(problem, product.along);
    case 'vjp':
      return backwardProducts(problem, product.along, question);
  }
}

/** The gradients of a scalar as they are shown, and once more written out. */
function shownGradients(
  problem: Problem,
  scalar: Node,
  variables: readonly Sym[],
  { independentEntries = false }: Question,
) {
  const { gradients, parts } = deriveGradients({
    value: scalar,
    variables,
    typed: problem.definitions.map((d) => ({
      name: d.name,
      node: d.value.node,
      shape: d.value.shape,
    })),
    taken: takenNames(problem),
    independentEntries,
    facts: knownFacts(problem),
  });
  const shown = gradients.map((g) => g.shown);
  const results = gradients.map((g) => ({
    variable: g.variable,
    node: g.shown,
    shape: g.variable.shape,
    notes: notesOf(g.note, g.facts),
  }));
  return { results, parts, gradients, whole: withoutParts(shown, parts) };
}

/** Gradients with what they rest on, as differences of a scalar see them. */
const restingOn = (
  gradients: readonly Gradient[],
  whole: readonly Node[],
  question: Question = {},
): Resting[] =>
  gradients.map(({ variable, facts, free }, k) => ({
    claim: { variable, gradient: asDual(variable, whole[k] as Node, question) },
    facts,
    free: asDual(variable, free, question),
  }));

/** ∇⟨∇f, v⟩, with the gradient taken twice in the space of each variable. */
function hessianProducts(problem: Problem, along: readonly Sym[], question: Question): Products {
  requireScalar(problem);
  const { wrt } = problem;
  const first = derivationOf(problem, {}, []);
  const gradients = withoutParts(
    first.gradients.map((g) => g.shown),
    first.parts,
  );
  const scalar = innerSum(gradients, along);
  const second = shownGradients(problem, scalar, wrt, question);
  return {
    results: second.results,
    parts: second.parts,
    proofs: [
      { scalar, results: restingOn(second.gradients, second.whole, question) },
      { scalar: problem.value.node, results: restingOn(first.gradients, gradients) },
    ],
  };
}

/**
 * J v for all variables together. It is checked as the derivative of ⟨u, F(x + (t − s) v)⟩ by a number t, for an arbitrary u, at t = s: there
 * the inputs are those of the domain, and what is known of them holds.
 */
function forwardProduct(problem: Problem, along: readonly Sym[]): Products {
  const { wrt, value } = problem;
  const { scalar, weights } = pushForward(value.node, wrt, along);
  const { results, parts, gradients, whole } = shownGradients(problem, scalar, [weights], {});
  const [only] = gradients;
  const node = only?.shown ?? weights;
  const [time, start] = [symbol('t·', []), symbol('s·', [])];
  const moved = new Map<Node, Node>(
    wrt.map((v, k) => [v, add(v, multiply([subtract(time, start), along[k] as Node]))]),
  );
  const [F = value.node, free = node] = substitute([value.node, only?.free ?? node], moved);
  const measured = (x: Node): Node => total(multiply([weights, x]));
  const atStart: Fact = { left: time, right: start, source: { kind: 'assumed', text: '' } };
  const resting: Resting = {
    claim: { variable: time, gradient: measured(whole[0] ?? node) },
    facts: [...(only?.facts ?? []), atStart],
    free: measured(free),
  };
  const notes = results[0]?.notes ?? [];
  return {
    results: [{ variable: wrt[0] as Sym, node, shape: value.shape, notes }],
    parts,
    proofs: [{ scalar: measured(F), results: [resting] }],
  };
}

/** Jᵀu for each variable: the gradient of ⟨u, F⟩ for a constant u. */
function backwardProducts(problem: Problem, along: readonly Sym[], question: Question): Products {
  const { wrt, value } = problem;
  const scalar = total(multiply([value.node, along[0] as Node]));
  const { results, parts, gradients, whole } = shownGradients(problem, scalar, wrt, question);
  return { results, parts, proofs: [{ scalar, results: restingOn(gradients, whole, question) }] };
}

/** The answer to a question for products. @throws MatgradError */
export function productReport(problem: Problem, product: Product, options: BuildOptions): Report {
  const { results, parts, proofs } = productsOf(problem, product, options);
  const used = partsOf(
    results.map((r) => r.node),
    parts,
  );
  const checks = options.check ? checksOf(proofs, results.length, options) : [];
  const moving = problem.wrt;
  return {
    ...readOf(problem, options),
    results: results.map(({ variable, node, shape, notes }, k): Result => {
      const occurs = (product.kind === 'jvp' ? moving : [variable]).some((v) =>
        dependsOn(problem.value.node, v),
      );
      return {
        variable,
        before: [],
        product: { ...product, by: moving },
        shape,
        kind: occurs ? 'product' : 'zero',
        formula: formulaOf(node, shape),
        layout: product.kind === 'jvp' ? 'shaped like the value' : null,
        differential: null,
        range: null,
        where: (used[k] ?? []).map(partEquation),
        recursion: [],
        shared: [],
        trick: null,
        steps: [],
        cache: [],
        cacheTotal: null,
        check: checks[k]?.check ?? null,
        notes: [...notes, ...(checks[k]?.notes ?? [])],
      };
    }),
  };
}

/** For each result the worst of the checks that it rests on. */
function checksOf(proofs: Products['proofs'], count: number, options: BuildOptions): Checked[] {
  const found = proofs.map(({ scalar, results }) => checkResting(scalar, results, options));
  return Array.from({ length: count }, (_, k): Checked[] => {
    const [first, ...more] = found.flatMap((list) => list[k] ?? []);
    if (!first) return [];
    return [
      {
        check: worstOf(first.check, ...more.map((c) => c.check)),
        notes: [first, ...more].flatMap((c) => c.notes),
      },
    ];
  }).flat();
}
