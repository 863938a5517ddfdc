import { cacheOf } from '../derive/cache.ts';
import type { Derivation, NamedPart } from '../derive/derivation.ts';
import { deriveGradients, partsOf, withoutParts } from '../derive/derive.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { Problem } from '../elaborate/problem.ts';
import { isZero } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { dependsOn } from '../expr/walk.ts';
import type { Turn } from '../notation/algebra.ts';
import { evalDim } from '../shape/dim.ts';
import { formatDim, formatShape } from '../shape/shape.ts';
import { trickFor } from '../trick/ask.ts';
import { checkGradient } from '../verify/gradient.ts';
import { checkSummary } from './check.ts';
import { exprOf, formulaOf, turnOf } from './formula.ts';
import type { CacheItem, CheckSummary, Equation, Report, Result } from './report.ts';
import { stepsFor } from './steps.ts';
import { trickReport } from './trick.ts';

/** What an answer shall hold. */
export interface BuildOptions {
  /** Reproduces every check exactly. */
  readonly seed: number;
  readonly points: number;
  readonly check: boolean;
  readonly trick: boolean;
  /** With the derivation line by line. */
  readonly explain: boolean;
  /** Numbers for dimensions: `m`, `n[0]`, `L`. */
  readonly sizes: ReadonlyMap<string, number> | null;
  /** How a formula is written within a sentence. */
  readonly text: (node: Node, turn: Turn) => string;
}

/** The value's own name, or a letter that is free. */
export function nameOf(problem: Problem): string {
  const taken = takenNames(problem);
  return problem.name ?? ['J', 'f', 'E', 'F', 'Q'].find((n) => !taken.has(n)) ?? 'J_0';
}

/** Names that stand for something already. */
export const takenNames = (problem: Problem): ReadonlySet<string> =>
  new Set([
    ...problem.declarations.flatMap((d) => [d.name, ...(d.letter ? [d.letter] : [])]),
    ...problem.definitions.map((d) => d.name),
    ...(problem.name ? [problem.name] : []),
    'I',
  ]);

/** The gradient is of a scalar. @throws MatgradError `scalar-wanted` */
export function requireScalar(problem: Problem): void {
  const { shape } = problem.value;
  if (shape.length === 0) return;
  const { start, end } = problem.expression.span;
  throw new MatgradError({
    severity: 'error',
    code: 'scalar-wanted',
    message: `a gradient is of a scalar, and this is ${formatShape(shape)}`,
    labels: [{ start, end, text: formatShape(shape) }],
    notes: ['sum(…), ‖…‖² or a product with a weight makes a scalar of it'],
  });
}

/** The gradients that a problem asks for, in terms of named parts. */
export const derivationOf = (problem: Problem): Derivation =>
  deriveGradients({
    value: problem.value.node,
    variables: problem.wrt,
    typed: problem.definitions.map((d) => ({
      name: d.name,
      node: d.value.node,
      shape: d.value.shape,
    })),
    taken: takenNames(problem),
  });

/** The answer for an expression without families. @throws MatgradError */
export function buildReport(problem: Problem, options: BuildOptions): Report {
  requireScalar(problem);
  const value = problem.value.node;
  const name = nameOf(problem);
  const { gradients, parts } = derivationOf(problem);
  const claims = gradients.map((g) => ({
    variable: g.variable,
    gradient: withoutParts(g.shown, parts),
  }));
  const checks = options.check
    ? checkGradient(value, claims, { seed: options.seed, points: options.points }).map(checkSummary)
    : [];
  const results = gradients.map((g, k): Result => {
    const occurs = dependsOn(value, g.variable);
    const used = partsOf(g.shown, parts);
    const cached = occurs ? cacheItems(value, g.node, options) : [];
    return {
      variable: g.variable,
      shape: g.variable.shape,
      kind: occurs ? 'gradient' : 'zero',
      formula: formulaOf(g.shown, g.variable.shape),
      range: null,
      where: used.map(partEquation),
      recursion: [],
      shared: [],
      trick:
        options.trick && occurs
          ? trickReport(
              trickFor({
                value,
                variable: g.variable,
                shape: g.variable.shape,
                seed: options.seed,
                text: options.text,
              }),
            )
          : null,
      steps: options.explain && occurs ? stepsFor(name, value, g.variable) : [],
      cache: cached,
      cacheTotal: total(cached),
      check: checks[k] ?? null,
      notes: [...(g.note ? [g.note] : []), ...(occurs && isZero(g.node) ? [flat(g.variable)] : [])],
    };
  });
  return {
    source: problem.source,
    expression: problem.expression,
    name,
    declarations: problem.declarations,
    definitions: problem.definitions.map((d) => ({
      left: { kind: 'name', name: d.name, index: null },
      means: null,
      formula: { form: 'matrix', expr: d.expr },
      shape: d.value.shape,
      range: null,
    })),
    repetitions: problem.repetitions,
    sizes: options.sizes && Object.fromEntries(options.sizes),
    results,
  };
}

const flat = (v: Sym): string =>
  `${v.name} occurs only where the value is constant in it almost everywhere (behind a step or a sign), or it cancels`;

export function partEquation(p: NamedPart): Equation {
  return {
    left: { kind: 'name', name: p.symbol.name, index: p.symbol.index },
    means: null,
    formula: formulaOf(p.node, p.symbol.shape),
    shape: p.symbol.shape,
    range: null,
  };
}

/** What is kept of the forward pass, with its size in numbers. */
function cacheItems(value: Node, gradient: Node, { sizes }: BuildOptions): CacheItem[] {
  return cacheOf(value, [gradient]).flatMap(({ node, size }): CacheItem[] => {
    const expr = exprOf(node, turnOf(node.axes));
    if (!expr) return [];
    return [
      {
        expr,
        range: null,
        size: formatDim(size),
        numbers: sizes ? numbersOf(() => evalDim(size, sizes)) : null,
        because: 'the backward pass uses it again',
      },
    ];
  });
}

/** A number where all sizes are known. */
function numbersOf(count: () => number): number | null {
  try {
    return count();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function total(items: readonly CacheItem[]): Result['cacheTotal'] {
  if (items.length === 0) return null;
  const numbers = items.map((i) => i.numbers);
  return {
    size: items.map((i) => i.size).join(' + '),
    numbers: numbers.includes(null) ? null : numbers.reduce((a: number, b) => a + (b ?? 0), 0),
  };
}

/** The verdict of several checks: the worst of them. */
export const worstVerdict = (checks: readonly (CheckSummary | null)[]): CheckSummary['verdict'] =>
  checks.some((c) => c?.verdict === 'failed')
    ? 'failed'
    : checks.some((c) => c?.verdict === 'inconclusive')
      ? 'inconclusive'
      : 'passed';
