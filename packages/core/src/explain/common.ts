import type { NamedPart } from '../derive/derivation.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { Problem } from '../elaborate/problem.ts';
import { formatShape } from '../shape/shape.ts';
import { nearest } from '../syntax/nearest.ts';
import type { Expr } from '../syntax/tree.ts';
import { dimensionNames } from '../verify/sizes.ts';
import { formulaOf } from './formula.ts';
import type { Question } from './question.ts';
import type { Equation, LayoutName, Report, Telling } from './report.ts';

/** What an answer shall hold. */
export interface BuildOptions extends Question {
  /** Reproduces every check exactly. */
  readonly seed: number;
  readonly points: number;
  readonly check: boolean;
  readonly trick: boolean;
  /** With the derivation line by line. */
  readonly explain: boolean;
  /** With a derivation as people write it by hand. */
  readonly telling?: Telling | null;
  /** How derivatives are laid out; null for the usual layout of each. */
  readonly layout?: LayoutName | null;
  /** With one entry of each result in index notation; where nothing is said, of results that have no form as one matrix. */
  readonly entries?: boolean;
  /** Numbers for dimensions: `m`, `n[0]`, `L`. */
  readonly sizes: ReadonlyMap<string, number> | null;
  /** How a formula is written within a sentence. */
  readonly text: (e: Expr) => string;
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
    // a dimension that only a call names: `unit(2, k)`
    ...dimensionNames([problem.value.node]).map((d) => d.replace(/\[.*/u, '')),
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

/** Sizes are those of dimensions that occur. @throws MatgradError `bad-size` */
export function requireDimensions(
  { declarations }: Problem,
  sizes: ReadonlyMap<string, number>,
): void {
  const known = declarations.flatMap((d) => (d.kind === 'dimension' ? [d.name] : []));
  for (const key of sizes.keys()) {
    const name = key.replace(/\[.*$/s, '');
    if (known.includes(name)) continue;
    const close = nearest(name, known);
    throw new MatgradError({
      severity: 'error',
      code: 'bad-size',
      message: `${name} is no dimension here, and has no size`,
      labels: [],
      notes: [
        known.length > 0 ? `the dimensions are ${known.join(', ')}` : 'there are no dimensions',
        ...(close === undefined ? [] : [`did you mean ${close}?`]),
      ],
    });
  }
}

/** What was read: all of an answer but its results. */
export const readOf = (
  problem: Problem,
  { sizes }: Pick<BuildOptions, 'sizes'>,
): Omit<Report, 'results'> => ({
  source: problem.source,
  expression: problem.expression,
  name: nameOf(problem),
  declarations: problem.declarations,
  definitions: definitionEquations(problem),
  repetitions: problem.repetitions,
  assumptions: [
    ...new Set(problem.facts.flatMap((f) => (f.source.kind === 'assumed' ? [f.source.text] : []))),
  ],
  sizes: sizes && Object.fromEntries(sizes),
});

export function partEquation(p: NamedPart): Equation {
  return {
    left: { kind: 'name', name: p.symbol.name, index: p.symbol.index },
    means: null,
    formula: formulaOf(p.node, p.symbol.shape),
    shape: p.symbol.shape,
    range: null,
  };
}

/** A number where all sizes are known. */
export function numbersOf(count: () => number): number | null {
  try {
    return count();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The equations of single names that an expression uses, as typed. */
export const definitionEquations = (problem: Problem): Equation[] =>
  problem.definitions.map((d) => ({
    left: { kind: 'name', name: d.name, index: null },
    means: null,
    formula: { form: 'matrix', expr: d.expr },
    shape: d.value.shape,
    range: null,
  }));
