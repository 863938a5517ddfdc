import type { NamedPart } from '../derive/derivation.ts';
import { deriveGradients, partsOf, withoutParts } from '../derive/derive.ts';
import { innerSum, pushForward } from '../derive/products.ts';
import type { Problem } from '../elaborate/problem.ts';
import { add, multiply, symbol, total } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { dependsOn, substitute } from '../expr/walk.ts';
import type { Shape } from '../shape/shape.ts';
import type { Claim } from '../verify/finding.ts';
import { checkGradient } from '../verify/gradient.ts';
import { checkSummary, worstOf } from './check.ts';
import {
  type BuildOptions,
  definitionEquations,
  nameOf,
  partEquation,
  requireScalar,
  takenNames,
} from './common.ts';
import { formulaOf } from './formula.ts';
import { asDual, derivationOf } from './gradient.ts';
import type { Product, Question } from './question.ts';
import type { CheckSummary, Report, Result } from './report.ts';

/** One derivative times vectors. */
export interface ProductResult {
  /** The row of a Hessian, the column of a transposed Jacobian; of J v the first of the variables that move. */
  readonly variable: Sym;
  /** In terms of the parts. */
  readonly node: Node;
  readonly shape: Shape;
  /** By which convention, for a structured variable. */
  readonly note: string | null;
}

export interface Products {
  readonly results: readonly ProductResult[];
  readonly parts: readonly NamedPart[];
  /** Scalars with claims about their gradients: where these hold, so do the results. */
  readonly proofs: readonly { readonly scalar: Node; readonly claims: readonly Claim[] }[];
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
  });
  const shown = gradients.map((g) => g.shown);
  const results = gradients.map((g) => ({
    variable: g.variable,
    node: g.shown,
    shape: g.variable.shape,
    note: g.note,
  }));
  return { results, parts, whole: withoutParts(shown, parts) };
}

const claimsOf = (
  variables: readonly Sym[],
  gradients: readonly Node[],
  question: Question = {},
): Claim[] =>
  variables.map((variable, k) => ({
    variable,
    gradient: asDual(variable, gradients[k] as Node, question),
  }));

/** ∇⟨∇f, v⟩, with the gradient taken twice in the space of each variable. */
function hessianProducts(problem: Problem, along: readonly Sym[], question: Question): Products {
  requireScalar(problem);
  const { wrt } = problem;
  const first = derivationOf(problem);
  const gradients = withoutParts(
    first.gradients.map((g) => g.shown),
    first.parts,
  );
  const scalar = innerSum(gradients, along);
  const { results, parts, whole } = shownGradients(problem, scalar, wrt, question);
  return {
    results,
    parts,
    proofs: [
      { scalar: problem.value.node, claims: claimsOf(wrt, gradients) },
      { scalar, claims: claimsOf(wrt, whole, question) },
    ],
  };
}

/**
 * J v for all variables together. It is checked as the derivative of ⟨u, F(x + t v)⟩ by a number t, for an arbitrary u.
 */
function forwardProduct(problem: Problem, along: readonly Sym[]): Products {
  const { wrt, value } = problem;
  const { scalar, weights } = pushForward(value.node, wrt, along);
  const { results, parts, whole } = shownGradients(problem, scalar, [weights], {});
  const node = results[0]?.node ?? weights;
  const time = symbol('t·', [], { role: 'part' });
  const moved = new Map<Node, Node>(
    wrt.map((v, k) => [v, add(v, multiply([time, along[k] as Node]))]),
  );
  const [F = value.node, change = node] = substitute([value.node, whole[0] ?? node], moved);
  const measured = (x: Node): Node => total(multiply([weights, x]));
  return {
    results: [{ variable: wrt[0] as Sym, node, shape: value.shape, note: null }],
    parts,
    proofs: [{ scalar: measured(F), claims: [{ variable: time, gradient: measured(change) }] }],
  };
}

/** Jᵀu for each variable: the gradient of ⟨u, F⟩ for a constant u. */
function backwardProducts(problem: Problem, along: readonly Sym[], question: Question): Products {
  const { wrt, value } = problem;
  const scalar = total(multiply([value.node, along[0] as Node]));
  const { results, parts, whole } = shownGradients(problem, scalar, wrt, question);
  return { results, parts, proofs: [{ scalar, claims: claimsOf(wrt, whole, question) }] };
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
    source: problem.source,
    expression: problem.expression,
    name: nameOf(problem),
    declarations: problem.declarations,
    definitions: definitionEquations(problem),
    repetitions: problem.repetitions,
    sizes: options.sizes && Object.fromEntries(options.sizes),
    results: results.map(({ variable, node, shape, note }, k): Result => {
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
        check: checks[k] ?? null,
        notes: note === null ? [] : [note],
      };
    }),
  };
}

/** For each result the worst of the checks that it rests on. */
function checksOf(
  proofs: Products['proofs'],
  count: number,
  { seed, points }: BuildOptions,
): (CheckSummary | null)[] {
  const found = proofs.map(({ scalar, claims }) =>
    checkGradient(scalar, claims, { seed, points }).map(checkSummary),
  );
  return Array.from({ length: count }, (_, k) =>
    worstOf(found.flatMap((list) => list[Math.min(k, list.length - 1)] ?? [])),
  );
}
