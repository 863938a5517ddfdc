import { withoutParts } from '../derive/derive.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import { elaborateProblem } from '../elaborate/elaborate.ts';
import type { Problem } from '../elaborate/problem.ts';
import { nameOf } from '../explain/common.ts';
import { derivationOf } from '../explain/gradient.ts';
import type { Node } from '../expr/node.ts';
import { sameShape } from '../shape/shape.ts';
import { type DerivationStep, stepsOfDerivation } from '../syntax/derivation.ts';
import type { Input } from '../syntax/input.ts';
import { parseInput } from '../syntax/parse.ts';
import { sameValue } from '../verify/compare.ts';
import type { SizesMode } from '../verify/sizes.ts';
import { buildExamination } from './build.ts';
import { valuesApart } from './counterexample.ts';
import type { Counterexample } from './examination.ts';
import type { ExamineOptions } from './examine.ts';
import type { ExaminationReport } from './report.ts';

/** What came of one line of a derivation. */
export interface LineVerdict extends DerivationStep {
  /** `unread`: it comes after the first line that does not follow. */
  readonly verdict: 'follows' | 'does-not-follow' | 'cannot-tell' | 'unread';
  /** Why it does not follow, or why that cannot be told. */
  readonly reason: string | null;
  /** Of a line for the value, or as scalars: where it differs. A claim has its own in its examination. */
  readonly counterexample: Counterexample | null;
}

export interface DerivationExamination {
  readonly lines: readonly LineVerdict[];
  /** Where the first line that does not follow claims a gradient: the mistake, with a counterexample. */
  readonly examination: ExaminationReport | null;
}

/** A line's verdict, and what a claim was examined for. */
interface Outcome extends Pick<LineVerdict, 'verdict' | 'reason'> {
  readonly counterexample?: Counterexample | null;
  readonly examination?: ExaminationReport;
  /** The line gives a name to something, for the lines after it. */
  readonly named?: true;
}

/**
 * Reads a derivation line by line and finds the first that does not follow. Each line says what the line before it says, and the
 * first says what its left side is, so that all are held against that: lines for the value against the value, lines for a
 * gradient against the gradient. A line marked `(cheat)` is read with every variable a scalar, against the scalar derivative.
 * @throws MatgradError where the problem itself cannot be read, or where no line holds a formula
 */
export function examineLines(
  input: Input,
  text: string,
  optionsFor: (problem: Problem) => ExamineOptions,
): DerivationExamination {
  const problem = elaborateProblem(parseInput(input));
  const steps = stepsOfDerivation(text);
  if (steps.length === 0)
    throw new MatgradError({
      severity: 'error',
      code: 'empty-input',
      message: 'the derivation holds no formula',
      labels: [],
      notes: ['write lines such as `∂J/∂θ = 1/m Xᵀ(Xθ − y)`, joined by equals signs'],
    });
  const lines: LineVerdict[] = [];
  let given = input;
  let examination: ExaminationReport | null = null;
  let stopped = false;
  for (const step of steps) {
    const outcome: Outcome = stopped
      ? { verdict: 'unread', reason: null }
      : guarded(() => outcomeOf(given, problem, step, optionsFor));
    if (outcome.named)
      given = { ...given, where: [given.where ?? '', `${step.left} = ${step.text}`].join('\n') };
    const { verdict, reason, counterexample = null } = outcome;
    lines.push({ ...step, verdict, reason, counterexample });
    if (outcome.verdict === 'does-not-follow' || outcome.verdict === 'cannot-tell')
      stopped ||= true;
    examination ??= outcome.examination ?? null;
  }
  return { lines, examination };
}

/** A line that cannot be read says why. */
function guarded(f: () => Outcome): Outcome {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    return { verdict: 'cannot-tell', reason: error.message };
  }
}

function outcomeOf(
  input: Input,
  problem: Problem,
  step: DerivationStep,
  optionsFor: (problem: Problem) => ExamineOptions,
): Outcome {
  if (step.cheat) return scalarOutcome(input, problem, step);
  const value = nameOf(problem);
  if (step.left === `d${value}`)
    return {
      verdict: 'cannot-tell',
      reason: `differentials are not read; write what ∂${value}/∂${problem.wrt[0]?.name ?? 'x'} is`,
    };
  const isName = step.left !== null && /^[\p{L}][\p{L}\p{M}\p{N}_]*$/u.test(step.left);
  if (isName || step.left === null) {
    const said = elaborateProblem(parseInput({ ...bare(input), expression: step.text }));
    const same = (node: Node): Outcome => compared(node, said.value.node, 'both');
    if (step.left !== null && step.left !== value) {
      const known = problem.definitions.find((d) => d.name === step.left);
      return known ? same(known.value.node) : { verdict: 'follows', reason: null, named: true };
    }
    const outcome = same(problem.value.node);
    // without a left side a line may be about the gradient as well
    if (step.left !== null || outcome.verdict === 'follows') return outcome;
    if (!problem.wrt.some((v) => sameShape(v.shape, said.value.shape))) return outcome;
  }
  const claim = step.left === null ? step.text : `${step.left} = ${step.text}`;
  const claimed = elaborateProblem(parseInput({ ...input, claims: [claim] }));
  const report = buildExamination(claimed, optionsFor(claimed));
  const [found] = report.claims;
  switch (found?.verdict) {
    case 'right':
      return { verdict: 'follows', reason: null };
    case 'right-under-condition':
      return { verdict: 'does-not-follow', reason: found.condition, examination: report };
    case 'cannot-tell':
    case undefined:
      return { verdict: 'cannot-tell', reason: found?.condition ?? 'there is no claim' };
    case 'wrong-shape':
    case 'wrong':
      return { verdict: 'does-not-follow', reason: null, examination: report };
  }
}

/** Whether a line has the value that it is said to be. */
function compared(right: Node, said: Node, mode: SizesMode | 'both'): Outcome {
  switch (sameValue(right, said, { points: 4, mode })) {
    case 'equal':
      return { verdict: 'follows', reason: null };
    case 'unknown':
      return { verdict: 'cannot-tell', reason: 'no inputs were found at which both are defined' };
    case 'different':
      return {
        verdict: 'does-not-follow',
        reason: 'it has another value than the line before it',
        counterexample: valuesApart(right, said),
      };
  }
}

const bare = ({ expression: _e, wrt: _w, claims: _c, ...rest }: Input): Input => rest;

/** The same problem with every variable a scalar: the world in which the trick calculates. */
function scalarOutcome(input: Input, problem: Problem, step: DerivationStep): Outcome {
  const names = problem.declarations.filter((d) => d.kind === 'variable' || d.kind === 'dimension');
  const slice = ({ start, end }: { start: number; end: number }): string =>
    problem.source.text.slice(start, end);
  const where = [
    ...names.map((d) => `${d.name}: scalar positive`),
    ...problem.declarations
      .filter((d) => d.kind === 'function' && d.shape.length === 0)
      .map((d) => `${d.name}: elementwise`),
    ...problem.definitions.map((d) => `${d.name} = ${slice(d.expr.span)}`),
  ].join('; ');
  const read = (expression: string, wrt?: readonly string[]): Problem =>
    elaborateProblem(parseInput({ expression, where, ...(wrt ? { wrt } : {}) }));
  const [, about] = /∂\s*\\?([\p{L}\p{M}\p{N}_]+)\s*\}?$/u.exec(step.left ?? '') ?? [];
  const variable = problem.wrt.find((v) => v.name === about) ?? problem.wrt[0];
  if (!variable) return { verdict: 'cannot-tell', reason: 'there is no variable' };
  const scalar = read(slice(problem.expression.span), [variable.name]);
  const { gradients, parts } = derivationOf(scalar);
  const [gradient] = withoutParts(
    gradients.map((g) => g.shown),
    parts,
  );
  const said = read(step.text).value.node;
  return gradient
    ? compared(gradient, said, 'different')
    : { verdict: 'cannot-tell', reason: 'as scalars there is no derivative' };
}
