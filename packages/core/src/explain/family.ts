import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { FamilyEquation, FamilySystem, Problem, Range } from '../elaborate/problem.ts';
import { zeros } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { totalCount } from '../family/cache.ts';
import { checkFamily } from '../family/check.ts';
import { countExpr, countNumber } from '../family/count.ts';
import type {
  BackwardEquation,
  CacheEntry,
  FamilyDerivation,
  Saving,
} from '../family/derivation.ts';
import { deriveFamily } from '../family/derive.ts';
import { stepQuestions } from '../family/question.ts';
import { indexText } from '../shape/dim.ts';
import type { Shape } from '../shape/shape.ts';
import type { Expr } from '../syntax/tree.ts';
import {
  type BuildOptions,
  definitionEquations,
  nameOf,
  numbersOf,
  readOf,
  requireScalar,
  takenNames,
} from './common.ts';
import { exprOf, formulaOf, turnOf } from './formula.ts';
import type { CacheItem, Equation, Formula, Report, Result, TrickReport } from './report.ts';
import { askTrick, joinTricks, tooMany } from './trick.ts';

/** The backward pass of a problem with families. */
export function familyDerivationOf(problem: Problem, system: FamilySystem): FamilyDerivation {
  requireScalar(problem);
  return deriveFamily(problem.value.node, system, problem.wrt, {
    declared: rangesOf(problem),
    taken: takenNames(problem),
    name: nameOf(problem),
    expression: problem.expression,
  });
}

/** Declared ranges by name: `W[l] … for l = 1..L`. */
export const rangesOf = (problem: Problem): ReadonlyMap<string, Range> =>
  new Map(problem.declarations.flatMap((d) => (d.range ? [[d.name, d.range] as const] : [])));

/** The answer for an expression over families: the recursion, once for any number of steps. @throws MatgradError */
export function familyReport(
  problem: Problem,
  system: FamilySystem,
  options: BuildOptions,
): Report {
  const derivation = familyDerivationOf(problem, system);
  const name = nameOf(problem);
  const { whole, shared, cache } = derivation.atInput;
  const kept = cache.map((e) => cacheItem(e, options));
  const total = totalCount(cache);
  const checks = options.check
    ? checkFamily(derivation, {
        seed: options.seed,
        points: Math.max(1, Math.floor(options.points / 2)),
      })
    : [];
  const results = whole.gradients.map((g, k): Result => {
    const left = (e: BackwardEquation): Equation => gradientEquation(e, name);
    const [main, ...others] = g.equations;
    return {
      variable: g.variable,
      before: [],
      product: null,
      layout: null,
      differential: null,
      shape: g.variable.shape,
      kind: g.zero ? 'zero' : 'recursion',
      formula: main ? formulaFor(main) : formulaOf(zeros(g.variable.axes), g.variable.shape),
      range: main?.range ?? null,
      where: [],
      recursion: g.zero
        ? []
        : [...whole.recursion.map((e) => passEquation(e, name)), ...others.map(left)],
      shared: g.zero
        ? []
        : [
            ...shared.recursion.map((e) => passEquation(e, name)),
            ...(shared.gradients[k]?.equations ?? []).map(left),
          ],
      trick: options.trick && !g.zero ? stepTrick(derivation, g.variable, options) : null,
      steps: [],
      cache: g.zero ? [] : kept,
      cacheTotal:
        g.zero || kept.length === 0
          ? null
          : {
              size: countExpr(total),
              numbers: options.sizes && numbersOf(() => countNumber(total, sizesOf(options))),
            },
      check: checks[k] ?? null,
      notes: g.zero ? [] : notesOf(derivation, options),
    };
  });
  return {
    ...readOf(problem, options),
    definitions: [
      ...definitionEquations(problem),
      ...[...system.bases, ...system.steps].map(memberEquation),
    ],
    results,
  };
}

/** The trick for one step at a time, with the cotangent of its left side in place of all that comes behind it. */
const stepTrick = (
  derivation: FamilyDerivation,
  variable: Sym,
  options: BuildOptions,
): TrickReport | null =>
  tooMany(derivation.wanted.length) ??
  joinTricks(
    stepQuestions(derivation, variable).map((q) => askTrick(q.value, q.variable, options)),
  );

const sizesOf = (options: BuildOptions): ReadonlyMap<string, number> => options.sizes ?? new Map();

/** `Z[l] = σ(Z[l−1] W[l]) for l = 1..L`, as typed. */
const memberEquation = (e: FamilyEquation): Equation => ({
  left: { kind: 'name', name: e.member.name, index: e.member.index },
  means: null,
  formula: { form: 'matrix', expr: e.expr },
  shape: e.shape,
  range: e.range,
});

/** `G[L] = ∂J/∂Z[L] = …`, `D[l] = …`. */
function passEquation(e: BackwardEquation, objective: string): Equation {
  const formula = formulaFor(e);
  return {
    left: { kind: 'name', name: e.left.name, index: e.left.index },
    means: e.of && !isDerivative(formula, objective, e.of) ? derivative(objective, e.of) : null,
    formula,
    shape: e.left.shape,
    range: e.range,
  };
}

/** Whether a formula says no more than that it is the derivative: ∂J/∂Z[L] where J = ℓ(Z[L]). */
const isDerivative = (f: Formula, of: string, by: Sym): boolean =>
  f.form === 'matrix' && f.expr.kind === 'name' && f.expr.name === `∂${of}/∂${by.name}`;

/** `∂J/∂W[l] = …`. */
const gradientEquation = (e: BackwardEquation, objective: string): Equation => ({
  left: derivative(objective, e.left),
  means: null,
  formula: formulaFor(e),
  shape: e.left.shape,
  range: e.range,
});

const derivative = (of: string, by: Sym): Equation['left'] => ({
  kind: 'derivative',
  of,
  name: by.name,
  index: by.index,
});

/** One term as a formula; several, or one that is summed over steps, as a series. */
function formulaFor({ terms, left }: BackwardEquation): Formula {
  const [only, ...rest] = terms;
  if (only && rest.length === 0 && !only.over) return formulaOf(only.shown, left.shape);
  return {
    form: 'series',
    terms: terms.map((t) => ({ range: t.over, expr: termExpr(t.shown, left.shape) })),
  };
}

/** @throws MatgradError where a term has no matrix form */
function termExpr(node: Node, shape: Shape): Expr {
  const e = exprOf(node, turnOf(shape));
  if (e) return e;
  throw new MatgradError({
    severity: 'error',
    code: 'no-matrix-form',
    message: 'a term of this gradient has no form as a product of matrices',
    labels: [],
    notes: ['give the parts of the step that it comes from equations of their own'],
  });
}

function cacheItem(e: CacheEntry, options: BuildOptions): CacheItem {
  return {
    expr: termExpr(e.node, e.node.axes),
    range: e.run && { letter: e.letter, ...e.run },
    size: countExpr(e.count),
    numbers: options.sizes && numbersOf(() => countNumber(e.count, sizesOf(options))),
    because: `read by ${e.readers.join(', ')}`,
  };
}

const notesOf = (derivation: FamilyDerivation, options: BuildOptions): string[] => [
  ...[...derivation.least]
    .filter(([, n]) => n > 1)
    .map(([end, n]) => `the equations hold from ${end} = ${n} on`),
  ...derivation.savings.map((x) => savingNote(x, options)),
];

/** What it spares to take a derivative through what the function returned. */
function savingNote({ name, member, slope, spared, added }: Saving, options: BuildOptions): string {
  const text = (node: Node): string => options.text(termExpr(node, node.axes));
  const through = `${name}′ can be written through the output ${text(member)}, as ${text(slope)}`;
  if (spared.length === 0) return `${through}; that spares nothing here`;
  const list = (entries: readonly CacheEntry[]): string =>
    entries.map((e) => `${text(e.node)}${runText(e)}`).join(' and ');
  const size = (entries: readonly CacheEntry[]): string => {
    const count = totalCount(entries);
    const numbers = options.sizes && numbersOf(() => countNumber(count, sizesOf(options)));
    return `${options.text(countExpr(count))} numbers${numbers === null ? '' : ` (${numbers})`}`;
  };
  const saving = `${through}: then ${list(spared)} need not be kept, which saves ${size(spared)}`;
  if (added.length === 0) return saving;
  return `${saving}, but ${list(added)} is kept for it: ${size(added)}`;
}

const runText = ({ letter, run }: CacheEntry): string =>
  run ? ` for ${letter} = ${indexText(run.from)}..${indexText(run.to)}`.replaceAll('-', '−') : '';
