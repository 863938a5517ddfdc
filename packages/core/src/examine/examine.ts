import { inlineParts, reverse } from '../derive/reverse.ts';
import { inSpaceOf } from '../derive/space.ts';
import type { Problem } from '../elaborate/problem.ts';
import { requireScalar } from '../explain/common.ts';
import type { Node } from '../expr/node.ts';
import { postorder, symbolsOf } from '../expr/walk.ts';
import { formatShape, sameShape } from '../shape/shape.ts';
import type { CallExpr, Claim } from '../syntax/tree.ts';
import { valueOf } from './claim.ts';
import { conditionFor, sizesFor } from './conditions.ts';
import { counterexampleTo } from './counterexample.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis, Examination } from './examination.ts';
import { familySubject } from './family.ts';
import { type Apart, compareHeld, type Held } from './held.ts';
import { checkCases } from './measure.ts';
import { misfitsOf, slipIn } from './misfit.ts';
import { throughOutput } from './output.ts';
import { plainSubject } from './plain.ts';
import { otherRanges } from './series.ts';
import { type Case, compareAll, type Subject } from './subject.ts';
import { transposedTerms } from './transposed.ts';

export interface ExamineOptions {
  readonly seed: number;
  readonly points: number;
  /** How a formula is written within a sentence; null where it cannot be. */
  readonly text: (node: Node) => string | null;
}

const AS_DERIVED =
  'held against the same part as derived: being the derivative by no variable, it cannot be measured by itself';

/** What an examination says before its verdict is known. */
type Stated = Pick<Examination, 'claim' | 'left' | 'variable' | 'shape' | 'wanted'>;

/**
 * Holds a claim about a gradient against the gradient and against differences of the value.
 * @throws MatgradError where the claim has no meaning in the problem
 */
export function examineClaim(problem: Problem, claim: Claim, options: ExamineOptions): Examination {
  const subject = subjectOf(problem, claim);
  const { left, variable, wanted, given } = subject;
  const said = valueOf(problem, claim.value, claim.parts, given);
  const shape = 'node' in said ? said.shape : null;
  const stated: Stated = { claim, left, variable, shape, wanted };
  const fits = 'node' in said && sameShape(said.shape, wanted);
  // a claim that cannot be compared: what is derived still has to pass its own check
  const cases = subject.cases(fits ? said.node : (subject.step(variable)?.gradient ?? variable));
  if (cases.length === 0) {
    const step = fits ? oneStepOf(subject, said.node, options) : null;
    if (step) return { ...stated, ...nothing, verdict: 'wrong', diagnoses: [step] };
    return cannotTell(
      stated,
      'it uses members that are not defined at any place for which it is made',
    );
  }
  const own = subject.own(options) ?? checkCases(cases, (c) => c.gradient, options);
  if (own.verdict === 'inconclusive')
    return cannotTell(stated, `the value could not be measured: ${own.reason ?? 'unclear'}`);
  if (own.verdict === 'failed')
    return cannotTell(stated, 'what was derived does not pass its own check');
  if (!fits) {
    const condition =
      'node' in said
        ? `this is ${formatShape(said.shape)}, and the gradient is ${formatShape(wanted)}`
        : said.message;
    const diagnoses = misfitsOf(problem, claim, subject, said, options);
    return { ...stated, ...nothing, verdict: 'wrong-shape', condition, diagnoses };
  }
  return judged(problem, stated, subject, said.node, cases, options);
}

/** Looks up the names of all claims. @throws MatgradError where one has no meaning in the problem */
export function readClaims(problem: Problem): void {
  for (const claim of problem.claims)
    valueOf(problem, claim.value, claim.parts, subjectOf(problem, claim).given);
}

function subjectOf(problem: Problem, claim: Claim): Subject {
  requireScalar(problem);
  return problem.family
    ? familySubject(problem, problem.family, claim)
    : plainSubject(problem, claim);
}

const nothing = { condition: null, notes: [], diagnoses: [], counterexample: null, check: null };

const cannotTell = (stated: Stated, condition: string): Examination => ({
  ...stated,
  ...nothing,
  verdict: 'cannot-tell',
  condition,
});

// ---------------------------------------------------------------- values

/** The verdict on a claim of the right shape. */
function judged(
  problem: Problem,
  stated: Stated,
  subject: Subject,
  node: Node,
  cases: readonly Case[],
  options: ExamineOptions,
): Examination {
  const { seed } = options;
  const check = subject.own(options) ? null : checkCases(cases, (c) => c.claim, options);
  const compared = compareAll(cases, options);
  if (compared.verdict === 'unknown')
    return cannotTell(stated, 'no inputs were found at which both are defined');
  if (compared.verdict === 'equal') {
    if (check?.verdict === 'failed')
      return { ...cannotTell(stated, 'equal to what was derived, but not to differences'), check };
    const [first] = cases;
    return {
      ...stated,
      ...nothing,
      verdict: 'right',
      condition: kinksOf(cases.map((c) => c.value)),
      notes: [
        ...(check ? (first ? conventionOf(first, options) : []) : [AS_DERIVED]),
        ...(check?.unseen ?? []).map((u) => `${u}: nothing was checked there`),
      ],
      check,
    };
  }
  const step = subject.step(node);
  const differing = step && compareHeld(step, { seed, points: 3 }).verdict === 'different';
  const held = differing ? step : compared.at;
  const named = held
    ? diagnosed(problem, stated.claim, subject, { held, node }, differing ?? false, options)
    : [];
  const output = throughOutput(problem, stated.claim, subject);
  const meant = output && compareAll(subject.cases(output.node), options).verdict === 'equal';
  const condition = meant
    ? `only if ${outputWords(problem, output.calls)}`
    : held && conditionFor(held, seed);
  const sizes = held && condition === null && !named.some(isNamed) ? sizesFor(held, seed) : null;
  const notes = [
    ...(output && !meant && isMendable(subject.step(output.node), options)
      ? [
          `a mere convention if ${outputWords(problem, output.calls)}; the rest is wrong all the same`,
        ]
      : []),
    ...(sizes ? [`it is right only if ${sizes}`] : []),
  ];
  return {
    ...stated,
    verdict: condition === null ? 'wrong' : 'right-under-condition',
    condition,
    notes,
    diagnoses: named,
    counterexample: compared.at && counterexample(compared.at, seed, compared.apart),
    check,
  };
}

/** Mistakes by name; repairs as they are written in the claim's own terms, where there are any. */
function diagnosed(
  problem: Problem,
  claim: Claim,
  subject: Subject,
  { held, node }: { readonly held: Held; readonly node: Node },
  inStep: boolean,
  { seed, text }: ExamineOptions,
): Diagnosis[] {
  const range = inStep
    ? undefined
    : otherRanges(node).find(
        (r) => compareAll(subject.cases(r.node), { seed, points: 4 }).verdict === 'equal',
      );
  if (range) return [range.diagnosis];
  const step = inStep ? null : oneStepOf(subject, node, { seed });
  if (step) return [step];
  const slip = inStep ? slipIn(problem, claim, subject, held.gradient, seed) : null;
  if (slip) return [slip];
  // other formulas of an unrolled graph would be those of one number of steps
  const words = (n: Node): string | null =>
    inStep || isNumber(n) ? text(subject.written(n)) : null;
  const many = transposedTerms(held, seed, words);
  const found = many ? [many] : diagnose({ ...held, seed, text: words });
  return found.map((d) => ({
    ...d,
    repair: d.repair && inStep ? subject.repaired(d.repair, node) : null,
  }));
}

/** What one step contributes, where all do. */
function oneStepOf(
  subject: Subject,
  claim: Node,
  { seed }: Pick<ExamineOptions, 'seed'>,
): Diagnosis | null {
  const sum = subject
    .sums(claim)
    .find((s) => compareAll(subject.cases(s), { seed, points: 4 }).verdict === 'equal');
  if (!sum) return null;
  const { name } = subject.variable;
  const text = `this is what one step contributes: ${name} is used in every step, and the gradient is the sum over them`;
  return { class: 'missing-term', text, repair: sum };
}

/** Numbers and sizes, `1/m`. */
const isNumber = (n: Node): boolean =>
  symbolsOf([n]).every((s) => s.role === 'dimension' && s.index === null);

function counterexample(
  at: Case,
  seed: number,
  apart: Apart | null,
): Examination['counterexample'] {
  const found = at.sizes
    ? counterexampleTo(at, seed, apart, at.sizes)
    : counterexampleTo(at, seed, apart);
  const { index } = at.variable;
  return (
    found && {
      ...found,
      sizes: { ...at.steps, ...found.sizes },
      ...(index && index.variable === null ? { place: index.offset } : {}),
    }
  );
}

/** `σ′(Z[l]) means the derivative as a function of what σ returns`. */
function outputWords(problem: Problem, calls: readonly CallExpr[]): string {
  const typed = calls.map((c) => problem.source.text.slice(c.span.start, c.span.end));
  const names = [...new Set(calls.map((c) => c.name))].join(' and ');
  return `${[...new Set(typed)].join(' and ')} means the derivative as a function of what ${names} returns`;
}

/** Whether a mistake has a name of its own. */
const isNamed = (d: Diagnosis): boolean => d.class !== 'other' && d.repair !== null;

/** Whether the mistake in a claim is found. */
const isMendable = (step: Held | null, { seed }: ExamineOptions): boolean =>
  step !== null && diagnose({ ...step, seed }).some(isNamed);

/** `away from the kinks of relu`, or nothing where the value is smooth. */
function kinksOf(values: readonly Node[]): string | null {
  const names = postorder(values).flatMap((n) =>
    n.kind === 'apply' && n.op.mode === 'elementwise' && (n.op.kinks ?? []).length > 0
      ? [n.op.name]
      : [],
  );
  const all = [...new Set(names)];
  return all.length === 0 ? null : `away from the kinks of ${all.join(', ')}`;
}

/** By which convention a claim about a structured matrix is right. */
function conventionOf(held: Held, { seed, points }: ExamineOptions): string[] {
  const { variable, value } = held;
  const [free] = inlineParts(reverse(value, [variable]), () => false).gradients;
  const space = free && inSpaceOf(variable, free);
  if (!free || !space?.note) return [];
  const same = (gradient: Node): boolean =>
    compareHeld({ ...held, gradient }, { seed, points, entrywise: true }).verdict === 'equal';
  if (same(space.node)) return [space.note];
  const which = same(free) ? 'the gradient for free entries' : 'one of several representatives';
  return [
    `${which}: its inner product with every direction that ${variable.name} may take is right`,
  ];
}
