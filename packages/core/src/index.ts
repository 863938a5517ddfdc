import { MatgradError } from './diagnostic/diagnostic.ts';
import { repairsOf } from './diagnostic/repair.ts';
import { elaborateProblem } from './elaborate/elaborate.ts';
import type { Problem } from './elaborate/problem.ts';
import { numpyModule } from './emit/numpy/problem.ts';
import { checkFailures, checkLines } from './emit/report/verdict.ts';
import { toText } from './emit/text.ts';
import { buildReport } from './explain/build.ts';
import { takenNames } from './explain/common.ts';
import type { Report } from './explain/report.ts';
import { type Input, repairInput } from './syntax/input.ts';
import { parseInput } from './syntax/parse.ts';
import { readSizes } from './syntax/sizes.ts';

/**
 * matgrad as a library: the public verbs. Everything that a user can do goes through them; nothing below this file is public.
 *
 * ```ts
 * import { derive, reportText } from 'matgrad';
 * const report = derive({ expression: '½ ‖Xθ − y‖²', where: 'X: m×n; y: m; θ: n', wrt: ['θ'] });
 * console.log(reportText(report));
 * ```
 */

export type { Diagnostic, Label } from './diagnostic/diagnostic.ts';
export { MatgradError } from './diagnostic/diagnostic.ts';
export type { Source } from './diagnostic/source.ts';
export { diagnosticsText } from './diagnostic/text.ts';
export type { ReferenceOptions } from './emit/reference.ts';
export { closestFunction, functionListText, functionText } from './emit/reference.ts';
export type { ReportJson, ResultJson } from './emit/report/json.ts';
export { diagnosticsJson, reportJson } from './emit/report/json.ts';
export { reportLatex } from './emit/report/latex.ts';
export type { Style } from './emit/report/layout.ts';
export { reportMarkdown } from './emit/report/markdown.ts';
export { reportText } from './emit/report/text.ts';
export type { Report, Result } from './explain/report.ts';
export { FUNCTIONS } from './ops/index.ts';
export type { FunctionRecord } from './ops/record.ts';
export type { Input } from './syntax/input.ts';
export { sourceOfInput } from './syntax/input.ts';

export interface DeriveOptions {
  /** Reproduces every check exactly; 1 unless given. */
  readonly seed?: number;
  /** Points at which a gradient is checked; 5 unless given. */
  readonly points?: number;
  /** Whether results are checked by differences; true unless given. */
  readonly check?: boolean;
  /** Whether the scalar trick is tried; true unless given. */
  readonly trick?: boolean;
  /** Whether the derivation is given line by line; false unless given. */
  readonly explain?: boolean;
  /** 2 for second derivatives: ∂²J/∂x² for each variable, ∂²J/∂x∂A where two are asked for. */
  readonly order?: 1 | 2;
  /** Numbers for dimensions: `L=3, m=128, n=[784,512,256,10]`. */
  readonly sizes?: string;
}

/** At most so many points are checked. */
const MAX_POINTS = 1000;

/**
 * Derives the gradients of a scalar expression: matrix form, the scalar trick, what the backward pass keeps, and the check.
 * @throws MatgradError for bad input, with places in `sourceOfInput(input)`
 */
export function derive(input: Input, options: DeriveOptions = {}): Report {
  return asked(input, (problem) => answerTo(problem, options));
}

const answerTo = (problem: Problem, options: DeriveOptions): Report =>
  buildReport(problem, {
    seed: options.seed ?? 1,
    points: Math.min(MAX_POINTS, Math.max(1, options.points ?? 5)),
    check: options.check ?? true,
    order: options.order ?? 1,
    trick: options.trick ?? true,
    explain: options.explain ?? false,
    sizes: options.sizes === undefined ? null : readSizes(options.sizes),
    text: (e) => toText(e, { names: takenNames(problem) }),
  });

/** The languages into which value and derivatives can be exported. */
export type Target = 'numpy';

export const TARGETS: readonly Target[] = ['numpy'];

/**
 * A module with `value(…)` and `derivative(…)`, which runs without matgrad. Its first lines say how the derivative was checked.
 * @throws MatgradError for bad input, and where a derivative fails its check
 */
export function exportCode(
  input: Input,
  target: Target,
  options: Pick<DeriveOptions, 'seed' | 'points' | 'check' | 'order'> = {},
): string {
  return asked(input, (problem) => {
    const report = answerTo(problem, { ...options, trick: false });
    const failed = checkFailures(report);
    if (failed.length > 0) throw new MatgradError(failed);
    switch (target) {
      case 'numpy':
        return [
          ...checkLines(report).map((line) => `# ${line}`),
          numpyModule(problem, options.order),
        ].join('\n');
    }
  });
}

/** Reads and elaborates an input, and answers; where it is wrong, tries the repairs that suggest themselves. */
function asked<T>(input: Input, answer: (problem: Problem) => T): T {
  try {
    return answer(elaborateProblem(parseInput(input)));
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    throw new MatgradError(
      error.diagnostics.map((d) => {
        const fix = d.fix ?? repaired(input, d);
        return fix === undefined ? d : { ...d, fix };
      }),
    );
  }
}

/** At most so many repairs are tried for one mistake. */
const MAX_REPAIRS = 8;

/** The changed line of the first repair that works: of those that give a scalar, else of those that have a meaning at all. */
function repaired(input: Input, d: MatgradError['diagnostics'][number]): string | undefined {
  const working = repairsOf(d)
    .slice(0, MAX_REPAIRS)
    .flatMap((repair) => {
      const changed = repairInput(input, repair);
      const problem = changed && accepted(changed.input);
      return problem ? [{ line: changed.line, rank: problem.value.shape.length }] : [];
    });
  return (working.find((w) => w.rank === 0) ?? working[0])?.line;
}

/** What an input means, if it is without mistake. */
function accepted(input: Input): Problem | undefined {
  try {
    return elaborateProblem(parseInput(input));
  } catch (error) {
    if (error instanceof MatgradError) return undefined;
    throw error;
  }
}
