import { freeDerivative } from '../derive/differential.ts';
import type { Rule } from '../derive/rules.ts';
import { linearProperties } from '../derive/space.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import { multiply, total } from '../expr/build.ts';
import type { Node, Property } from '../expr/node.ts';
import type { Letter } from '../notation/entry.ts';
import type { Expr } from '../syntax/tree.ts';
import {
  arrayDrafts,
  type Draft,
  ONE_VALUE,
  type Start,
  scalarDrafts,
  TooLong,
} from './differential.ts';
import { graphOf } from './expansion.ts';
import { alongStep, entriesFor, indexDerivation, indexVerdicts } from './index-notation.ts';
import { INDEX } from './index-steps.ts';
import { agreeing, type Line, Reading, type Setting, Unreadable } from './reading.ts';
import type { Explanation, ExplanationLine, Formula, Left, Telling } from './report.ts';

/** What is to be told. */
export interface Subject extends Setting {
  /** What is differentiated, as the left side of an equation: `J`, `∂J/∂x`. */
  readonly left: Left;
  readonly differential: Left;
  readonly derivative: Left;
  /** An entry of what is differentiated, or of its derivative, at letters for all axes. */
  readonly entry: (at: readonly Letter[], derived: boolean) => Left;
  readonly value: Node;
  /** As it was typed; null where it was not. */
  readonly typed: Expr | null;
  /** The derivative that the answer gives, whole, and as it is written; null where it is another one than that of `value`. */
  readonly result: Node | null;
  readonly formula: Formula;
  /** Where the value is only what changes: by which rule it stands for that. Then it is not shown by itself. */
  readonly opening: Rule | null;
  /** What of the inputs made the answer simpler than `result`, and whether the answer itself passed its check. */
  readonly facts: string | null;
  readonly trusted: boolean;
  /** How formulas are written within sentences: tells whether two lines are alike. */
  readonly text: (e: Expr) => string;
}

const GIVEN: Rule = { name: 'given', law: 'as typed' };
const BEFORE: Rule = { name: 'given', law: 'as derived before' };
const READ: Rule = { name: 'rewritten', law: 'the same, as matgrad reads it' };
const READ_OFF: Rule = { name: 'read off', law: 'dJ = G : dX says that ∂J/∂X = G' };
const READ_OFF_ARRAY: Rule = {
  name: 'read off',
  law: 'what dF does to dX, entry by entry, is ∂F/∂X',
};
const PUT_BACK: Rule = { name: 'names put back', law: 'what the names stand for, in their places' };
const SIMPLER: Rule = { name: 'collect', law: 'like terms and common factors together' };

const PROJECTIONS: readonly (readonly [Property, Rule])[] = [
  ['diagonal', { name: 'projection', law: 'G : dX = (G ⊙ I) : dX for diagonal dX' }],
  ['symmetric', { name: 'projection', law: 'G : dX = ½(G + Gᵀ) : dX for symmetric dX' }],
  ['skew', { name: 'projection', law: 'G : dX = ½(G − Gᵀ) : dX for skew dX' }],
  ['lower', { name: 'projection', law: 'G : dX = tril(G) : dX for lower triangular dX' }],
  ['upper', { name: 'projection', law: 'G : dX = triu(G) : dX for upper triangular dX' }],
];

/** A derivation line by line, or a sentence that says why there is none. */
export function explain(subject: Subject, how: Telling): Explanation {
  try {
    const lines = how === 'index' ? byIndex(subject) : byDifferentials(subject);
    return lines.some((l) => WRONG.has(l))
      ? { how, lines: [], notes: [DEFECT] }
      : { how, lines, notes: [] };
  } catch (error) {
    const why = reasonOf(error);
    if (why === undefined) throw error;
    return { how, lines: [], notes: [`there is no derivation ${WAYS[how]} here: ${why}`] };
  }
}

const WAYS: Readonly<Record<Telling, string>> = {
  differential: 'by differentials',
  index: 'in index notation',
};

const DEFECT =
  'a line of this derivation failed its check, and the derivation is withheld: a defect of matgrad';

/** Lines that were found wrong. */
const WRONG = new WeakSet<ExplanationLine>();

function reasonOf(error: unknown): string | undefined {
  if (error instanceof TooLong) return 'it would be longer than anyone reads';
  if (error instanceof Unreadable) return 'a part of it has no form as matrices';
  if (error instanceof MatgradError) return error.diagnostics[0]?.message ?? error.message;
  return undefined;
}

function line(
  left: Left | null,
  formula: Formula,
  rules: readonly Rule[],
  verdict: boolean | null,
): ExplanationLine {
  const made = { left, formula, rules, checked: verdict === true };
  if (verdict === false) WRONG.add(made);
  return made;
}

/** The answer. With facts of the inputs it is another formula than the line before, and what it rests on is its own check. */
function lastLine(
  { derivative, formula, facts, trusted }: Subject,
  rules: readonly Rule[],
  verdict: boolean | null,
): ExplanationLine {
  if (facts === null) return line(derivative, formula, rules, verdict);
  const known: Rule = { name: 'what is known', law: facts };
  return line(
    derivative,
    formula,
    [...rules, known],
    verdict === true && !trusted ? null : verdict,
  );
}

const matrix = (expr: Expr): Formula => ({ form: 'matrix', expr });

/** `J = …` as typed, and as it is read where that is another text. */
function opening(subject: Subject, reading: Reading): ExplanationLine[] {
  const read = reading.written(subject.value, subject.shape);
  const { typed, text } = subject;
  if (subject.opening) return [];
  if (typed === null) return [line(subject.left, matrix(read), [BEFORE], true)];
  if (text(typed) === text(read)) return [line(subject.left, matrix(typed), [GIVEN], true)];
  return [
    line(subject.left, matrix(typed), [GIVEN], true),
    line(null, matrix(read), [READ], reading.means(read, subject.value)),
  ];
}

function byDifferentials(subject: Subject): ExplanationLine[] {
  const { value } = subject;
  const reading = new Reading(subject);
  const lines = opening(subject, reading);
  if (value.axes.length > 0) return [...lines, ...ofArray(subject, reading)];
  return [...lines, ...ofScalar(subject, reading, { node: value, weight: ONE_VALUE })];
}

/** The lines from dJ to ∂J/∂X. */
function ofScalar(subject: Subject, reading: Reading, start: Start): ExplanationLine[] {
  const { drafts, gradient } = scalarDrafts(start, reading);
  const { variable, result, formula } = subject;
  const order = graphOf(start.node, variable).order;
  const goal = result && { node: total(multiply([result, reading.step])) };
  const verdicts = reading.verdicts([...drafts.map(lineOf), ...(goal ? [goal] : [])], order);
  const lines = told(drafts, verdicts, reading, subject);
  const written = reading.written(gradient.node, gradient.shape);
  const differs = formula.form !== 'matrix' || subject.text(written) !== subject.text(formula.expr);
  const projection = linearProperties(variable).length > 0 && differs;
  const rule = PROJECTIONS.find(([p]) => linearProperties(variable).includes(p))?.[1];
  const rules = [
    ...(projection && rule ? [rule] : []),
    READ_OFF,
    ...(drafts.some((d) => d.names)
      ? [PUT_BACK]
      : differs && !projection && subject.facts === null
        ? [SIMPLER]
        : []),
  ];
  return [...lines, lastLine(subject, rules, verdicts.at(-1) ?? null)];
}

/** What gives a name is true by what the name means. */
const lineOf = (d: Draft): Line => (d.names ? { skipped: true } : d);

function told(
  drafts: readonly Draft[],
  verdicts: readonly (boolean | null)[],
  reading: Reading,
  { differential, opening: rule }: Subject,
): ExplanationLine[] {
  let said = false;
  return drafts.slice(1).map((d, k) => {
    const formula = matrix(reading.shown(d.e));
    if (d.names)
      return line({ kind: 'name', name: d.names.name, index: null }, formula, d.rules, true);
    const rules = k === 0 && rule ? [rule, ...d.rules] : d.rules;
    // after a name was given the left side is said again
    const left = said && !drafts[k]?.names ? null : differential;
    said = true;
    return line(left, formula, rules, verdicts[k + 1] ?? null);
  });
}

/** The lines from dF to ∂F/∂X. */
function ofArray(subject: Subject, reading: Reading): ExplanationLine[] {
  const { value, variable, result } = subject;
  const drafts = arrayDrafts(value, subject.shape, reading);
  const { order } = graphOf(value, variable);
  const goal = result && { node: alongStep(result, reading.step, value.axes.length) };
  const verdicts = reading.verdicts([...drafts, ...(goal ? [goal] : [])], order);
  return [
    ...told(drafts, verdicts, reading, subject),
    lastLine(subject, [READ_OFF_ARRAY], verdicts.at(-1) ?? null),
  ];
}

function byIndex(subject: Subject): ExplanationLine[] {
  const { value, variable, result, names, seed } = subject;
  const entries = entriesFor(names, [...subject.taken, ...[...names.values()].map((s) => s.name)]);
  const told = indexDerivation(value, variable, entries);
  const verdicts = indexVerdicts(value, variable, told, seed);
  const structured = linearProperties(variable);
  const rule = PROJECTIONS.find(([p]) => structured.includes(p))?.[1];
  const same = result ? indexAgrees(result, value, subject) : null;
  const first = line(
    subject.entry(told.of, false),
    { form: 'index', entry: told.value },
    [INDEX.entries],
    verdicts.value,
  );
  return [
    ...(subject.opening ? [] : [first]),
    ...told.drafts.map((d, k) =>
      line(
        k === 0 ? subject.entry([...told.of, ...told.at], true) : null,
        { form: 'index', entry: d.entry },
        k === 0 && subject.opening ? [subject.opening, ...d.rules] : d.rules,
        verdicts.lines[k] ?? null,
      ),
    ),
    lastLine(subject, rule ? [rule, INDEX.matrices] : [INDEX.matrices], same),
  ];
}

/** Whether the answer does to a differential of the variable what the derivative by free entries does. */
function indexAgrees(result: Node, value: Node, subject: Subject): boolean | null {
  const { step } = new Reading(subject);
  const rank = value.axes.length;
  const [free, answer] = [freeDerivative(value, subject.variable), result].map((node) =>
    alongStep(node, step, rank),
  );
  return free && answer ? (agreeing(free, [answer], subject.seed, true)[0] ?? null) : null;
}
