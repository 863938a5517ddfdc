import { cacheOf } from '../derive/cache.ts';
import type { Derivation } from '../derive/derivation.ts';
import { deriveGradients, partsOf, withoutParts } from '../derive/derive.ts';
import type { Problem } from '../elaborate/problem.ts';
import { isZero } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { dependsOn } from '../expr/walk.ts';
import { evalDim } from '../shape/dim.ts';
import { formatDim } from '../shape/shape.ts';
import { trickFor } from '../trick/ask.ts';
import { checkGradient } from '../verify/gradient.ts';
import { checkSummary } from './check.ts';
import {
  type BuildOptions,
  definitionEquations,
  nameOf,
  numbersOf,
  partEquation,
  requireScalar,
  takenNames,
} from './common.ts';
import { exprOf, formulaOf, turnOf } from './formula.ts';
import type { CacheItem, CheckSummary, Report, Result } from './report.ts';
import { stepsFor } from './steps.ts';
import { trickReport } from './trick.ts';

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
export function gradientReport(problem: Problem, options: BuildOptions): Report {
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
                text: (node, turn) => {
                  const e = exprOf(node, turn);
                  return e ? options.text(e) : 'a product over indices';
                },
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
    definitions: definitionEquations(problem),
    repetitions: problem.repetitions,
    sizes: options.sizes && Object.fromEntries(options.sizes),
    results,
  };
}

const flat = (v: Sym): string =>
  `${v.name} occurs only where the value is constant in it almost everywhere (behind a step or a sign), or it cancels`;

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

function total(items: readonly CacheItem[]): Result['cacheTotal'] {
  if (items.length === 0) return null;
  const numbers = items.map((i) => i.numbers);
  return {
    size: items.map((i) => i.size).join(' + '),
    numbers: numbers.includes(null) ? null : numbers.reduce((a: number, b) => a + (b ?? 0), 0),
  };
}
