import { MatgradError } from './diagnostic/diagnostic.ts';
import { repairsOf } from './diagnostic/repair.ts';
import { elaborateProblem } from './elaborate/elaborate.ts';
import type { Problem } from './elaborate/problem.ts';
import { modelOf } from './emit/onnx/export.ts';
import type { Dtype } from './emit/onnx/serial.ts';
import { costOf } from './emit/program/cost.ts';
import { programOf } from './emit/program/request.ts';
import { checkFailures, checkLines } from './emit/report/verdict.ts';
import { codeOf, TARGETS, type TargetName } from './emit/targets.ts';
import { toText } from './emit/text.ts';
import { buildExamination } from './examine/build.ts';
import { type ExamineOptions, readClaims } from './examine/examine.ts';
import { type DerivationExamination, examineLines } from './examine/lines.ts';
import type { ExaminationReport } from './examine/report.ts';
import { withDirections } from './explain/along.ts';
import { buildReport } from './explain/build.ts';
import { takenNames } from './explain/common.ts';
import { exprOf } from './explain/formula.ts';
import type { ProductKind, Question } from './explain/question.ts';
import type { LayoutName, Report, Telling } from './explain/report.ts';
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
export type { CodeQuestion, CodeVariable } from './emit/code.ts';
export { codeQuestion } from './emit/code.ts';
export type { ReferenceOptions } from './emit/reference.ts';
export { closestFunction, functionListText, functionText } from './emit/reference.ts';
export { codeJson, codeText, differencesText } from './emit/report/code-text.ts';
export { derivationJson, derivationText } from './emit/report/derivation-text.ts';
export type { ClaimJson, ExaminationJson } from './emit/report/examination-json.ts';
export { examinationJson } from './emit/report/examination-json.ts';
export { examinationText } from './emit/report/examination-text.ts';
export type { ExplanationJson, ReportJson, ResultJson } from './emit/report/json.ts';
export { diagnosticsJson, reportJson } from './emit/report/json.ts';
export { reportLatex } from './emit/report/latex.ts';
export type { Style } from './emit/report/layout.ts';
export { reportMarkdown } from './emit/report/markdown.ts';
export { reportMathml, reportTypst } from './emit/report/page.ts';
export { reportText } from './emit/report/text.ts';
export type { CodeAnswer, CodeFinding } from './examine/code.ts';
export type { ClaimVerdict, Counterexample, MistakeClass } from './examine/examination.ts';
export type { DerivationExamination } from './examine/lines.ts';
export type { ClaimReport, ExaminationReport } from './examine/report.ts';
export type {
  Explanation,
  ExplanationLine,
  LayoutName,
  Report,
  Result,
  Telling,
} from './explain/report.ts';
export { FUNCTIONS } from './ops/index.ts';
export type { FunctionRecord } from './ops/record.ts';
export type { Input, Syntax } from './syntax/input.ts';
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
  /**
   * How the answer is explained: `true` reverse mode line by line, beside the trick; `trick` the trick alone; `differential` and `index`
   * the derivation as people write it by hand, in place of the trick. Nothing but the trick unless given.
   */
  readonly explain?: boolean | 'trick' | Telling;
  /** How derivatives are laid out: `denominator`, `numerator`, `vec`, `differential` or `index`; as is usual for each unless given. */
  readonly layout?: LayoutName;
  /** Whether one entry of each result is given in index notation too; unless given, where a result has no form as one matrix. */
  readonly entries?: boolean;
  /** From 1 to 4. Variables as many as that are taken in turn, `x, x, A` for ∂³J/∂x²∂A; else each as often as the order says. */
  readonly order?: number;
  /** Names of vectors, one for each variable: the Hessian of a scalar times them, without the Hessian. */
  readonly hvp?: string | readonly string[];
  /** The same for the Jacobian of a value of any shape. */
  readonly jvp?: string | readonly string[];
  /** The name of an array of the value's shape: the transposed Jacobian times it. */
  readonly vjp?: string | readonly string[];
  /** By a symmetric matrix G + Gᵀ − diag(G), as in the Matrix Cookbook, and not the gradient among symmetric matrices. */
  readonly independentEntries?: boolean;
  /** Numbers for dimensions: `L=3, m=128, n=[784,512,256,10]`. */
  readonly sizes?: string;
  /** Whether operations and the largest intermediates are counted; false unless given. */
  readonly cost?: boolean;
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

const pointsOf = ({ points = 5 }: Pick<DeriveOptions, 'points'>): number =>
  Math.min(MAX_POINTS, Math.max(1, points));

/** A problem with what is asked of it; where products with vectors are, the vectors are among its variables. */
function questionOf(
  problem: Problem,
  { order = 1, hvp, jvp, vjp, independentEntries = false }: DeriveOptions,
): { readonly problem: Problem; readonly question: Question } {
  const question = { order, independentEntries };
  const asked_ = Object.entries({ hvp, jvp, vjp }).flatMap(([kind, names]) =>
    names === undefined ? [] : [{ kind: kind as ProductKind, names: [names].flat() }],
  );
  const [one, another] = asked_;
  if (!one) return { problem, question };
  if (another || order !== 1)
    throw new MatgradError({
      severity: 'error',
      code: 'bad-direction',
      message: 'one product with vectors is asked for at a time, and not beside an order',
      labels: [],
      notes: ['--hvp is of second order, --jvp and --vjp of the first'],
    });
  const directed = withDirections(problem, one);
  return { problem: directed.problem, question: { ...question, product: directed.product } };
}

const answerTo = (given: Problem, options: DeriveOptions): Report => {
  const { problem, question } = questionOf(given, options);
  const { explain } = options;
  const telling = explain === 'differential' || explain === 'index' ? explain : null;
  const sizes = options.sizes === undefined ? null : readSizes(options.sizes);
  const report = buildReport(problem, {
    ...question,
    seed: options.seed ?? 1,
    points: pointsOf(options),
    check: options.check ?? true,
    trick: (options.trick ?? true) && telling === null,
    explain: explain === true,
    telling,
    layout: options.layout ?? null,
    ...(options.entries === undefined ? {} : { entries: options.entries }),
    sizes,
    text: (e) => toText(e, { names: takenNames(problem) }),
  });
  return options.cost ? { ...report, cost: costOf(programOf(problem, question), sizes) } : report;
};

export type { Target, TargetName } from './emit/targets.ts';
export { TARGETS } from './emit/targets.ts';

/**
 * A module with `value(…)` and `derivative(…)`, which runs without matgrad. Its first lines say how the derivative was checked.
 * Families are code for any number of steps, or written out for the number that `sizes` gives.
 * @throws MatgradError for bad input, and where a derivative fails its check
 */
export function exportCode(
  input: Input,
  target: TargetName,
  options: Omit<DeriveOptions, 'trick' | 'explain'> = {},
): string {
  return asked(input, (given) => {
    const { problem, question } = questionOf(given, options);
    const report = answerTo(given, { ...options, trick: false, entries: false });
    const failed = checkFailures(report);
    if (failed.length > 0) throw new MatgradError(failed);
    const { comment } = TARGETS[target];
    return [
      ...checkLines(report).map((line) => `${comment} ${line}`),
      codeOf(
        target,
        problem,
        question,
        options.sizes === undefined ? null : readSizes(options.sizes),
      ),
    ].join('\n');
  });
}

/** What a model computes with, and how long its arrays are. */
export interface ModelOptions extends DeriveOptions {
  /** f32 unless given. */
  readonly dtype?: Dtype;
}

/**
 * An ONNX model with the value and its derivatives in one graph, as the bytes of a file. Lengths are free unless `sizes` gives them;
 * families are written out, for which it needs the number of their steps.
 * @throws MatgradError for bad input, for a function that ONNX cannot compute, and where a derivative fails its check
 */
export function exportModel(input: Input, options: ModelOptions = {}): Uint8Array {
  return asked(input, (given) => {
    const { problem, question } = questionOf(given, options);
    const report = answerTo(given, { ...options, trick: false, entries: false });
    const failed = checkFailures(report);
    if (failed.length > 0) throw new MatgradError(failed);
    return modelOf(problem, question, {
      remarks: checkLines(report),
      ...(options.dtype ? { dtype: options.dtype } : {}),
      ...(options.sizes === undefined ? {} : { sizes: readSizes(options.sizes) }),
    });
  });
}

/**
 * Examines gradients that someone else found: `input.claims`, and the lines `check ∂J/∂θ = …` of a file. For each a verdict, and
 * where it is wrong the mistake by name, the repaired formula and a small counterexample.
 * @throws MatgradError for bad input, and where there is no claim
 */
export function check(
  input: Input,
  options: Pick<DeriveOptions, 'seed' | 'points'> = {},
): ExaminationReport {
  return asked(
    input,
    (problem) => buildExamination(problem, examineOptions(problem, options)),
    readClaims,
  );
}

function examineOptions(
  problem: Problem,
  options: Pick<DeriveOptions, 'seed' | 'points'>,
): ExamineOptions {
  const names = { names: takenNames(problem) };
  return {
    seed: options.seed ?? 1,
    points: pointsOf(options),
    text: (node) => {
      const e = exprOf(node);
      return e ? toText(e, names) : null;
    },
  };
}

/**
 * Examines a derivation of many lines, joined by equals signs: which is the first that does not follow, and why. Lines marked
 * `(cheat)` are taken as the trick takes them, with everything a scalar.
 * @throws MatgradError for bad input
 */
export function checkDerivation(
  input: Input,
  text: string,
  options: Pick<DeriveOptions, 'seed' | 'points'> = {},
): DerivationExamination {
  return examineLines(input, text, (problem) => examineOptions(problem, options));
}

/** Reads and elaborates an input, and answers; where it is wrong, tries the repairs that suggest themselves. */
function asked<T>(
  input: Input,
  answer: (problem: Problem) => T,
  read: (problem: Problem) => void = () => {},
): T {
  try {
    return answer(elaborateProblem(parseInput(input)));
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    throw new MatgradError(
      error.diagnostics.map((d) => {
        const fix = d.fix ?? repaired(input, d, read);
        return fix === undefined ? d : { ...d, fix };
      }),
    );
  }
}

/** At most so many repairs are tried for one mistake. */
const MAX_REPAIRS = 8;

/** The changed line of the first repair that works: of those that give a scalar, else of those that have a meaning at all. */
function repaired(
  input: Input,
  d: MatgradError['diagnostics'][number],
  read: (problem: Problem) => void,
): string | undefined {
  const working = repairsOf(d)
    .slice(0, MAX_REPAIRS)
    .flatMap((repair) => {
      const changed = repairInput(input, repair);
      const problem = changed && accepted(changed.input, read);
      return problem ? [{ line: changed.line, rank: problem.value.shape.length }] : [];
    });
  return (working.find((w) => w.rank === 0) ?? working[0])?.line;
}

/** What an input means, if it is without mistake. */
function accepted(input: Input, read: (problem: Problem) => void): Problem | undefined {
  try {
    const problem = elaborateProblem(parseInput(input));
    read(problem);
    return problem;
  } catch (error) {
    if (error instanceof MatgradError) return undefined;
    throw error;
  }
}
