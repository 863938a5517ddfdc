import { symbol } from '../expr/build.ts';
import type { Property, Sym } from '../expr/node.ts';
import { FUNCTION_NAMES, functionNamed } from '../ops/index.ts';
import type { Value } from '../ops/value.ts';
import { OperandError } from '../ops/value.ts';
import type { Dim, IndexExpr } from '../shape/dim.ts';
import { atomText, substituteDimIndex } from '../shape/dim.ts';
import type { Shape } from '../shape/shape.ts';
import { nearest } from '../syntax/nearest.ts';
import type { Expr, NameExpr, Span } from '../syntax/tree.ts';
import type { Edit } from './errors.ts';
import { at, fail } from './errors.ts';
import type { Repetition } from './problem.ts';
import type { Scope } from './scope.ts';

/** A mistake that inference may mend by making lengths equal; otherwise it is reported as it stands. */
export class Clash extends Error {
  override readonly name = 'Clash';
  readonly equate: readonly (readonly [Dim, Dim])[];
  readonly report: () => never;
  constructor(equate: readonly (readonly [Dim, Dim])[], report: () => never) {
    super('lengths differ');
    this.equate = equate;
    this.report = report;
  }
}

/** What names stand for while an expression is elaborated. */
export interface Names {
  readonly scope: Scope;
  /** The shape of a declared or inferred variable (its own indices still symbolic), or undefined. */
  shapeOf(name: string, span: Span): Shape | undefined;
  propertiesOf(name: string): readonly Property[];
  letterOf(name: string): string | null;
  /** The value of a defined name. */
  definition(name: string, span: Span): Value | undefined;
  /** The value of a member of a family that equations define. */
  member(name: string, index: IndexExpr, span: Span): Value | undefined;
  /** The letter of the step that is being read, as a scalar. */
  letterValue(name: string): Value | undefined;
  /** Whether members may stand at a letter: in its step, and wherever an expression is read for a step of a problem. */
  mayRun(letter: string): boolean;
  /** A new unknown dimension for a place in the text. */
  unknown(span: Span): Dim;
  resolve(d: Dim): Dim;
  repeated(r: Repetition): void;
  /**
   * Reads something for each step of a letter: with a number for it, or, where it stays open, with members at it.
   * @returns nothing where the letter cannot run here
   */
  step<T>(letter: string, at: number | null, read: () => T): T | undefined;
}

/** Whether a letter is no free one for the steps of a sum. */
export function hasMeaning(letter: string, names: Names): boolean {
  const { dimensions, variables, definitions, families } = names.scope;
  return (
    [dimensions, variables, definitions, families].some((known) => known.has(letter)) ||
    names.letterValue(letter) !== undefined
  );
}

/** The variable of a name, at a place of its family. */
export function variableSymbol(
  names: Names,
  name: string,
  index: IndexExpr | null,
  span: Span,
): Sym | undefined {
  const shape = names.shapeOf(name, span);
  if (!shape) return undefined;
  const letter = names.letterOf(name);
  const sides = shape.map((d) =>
    names.resolve(letter && index ? substituteDimIndex(d, letter, index) : d),
  );
  return symbol(name, sides, { index, properties: names.propertiesOf(name) });
}

/** Of a family a member is used, at a place that has a meaning where it stands. */
export function requirePlace({ name, index, span }: NameExpr, names: Names): void {
  const { scope } = names;
  const steps = scope.families.get(name) ?? [];
  const own = names.letterOf(name) ?? steps.find((s) => s.range)?.name.index?.variable ?? null;
  if (own === null && steps.length === 0) {
    const at_ = index?.variable;
    if (!at_ || !names.letterValue(at_) || scope.variables.has(name) || scope.definitions.has(name))
      return;
    return fail('unknown-name', `${name} is not known`, [at(span, 'not declared')], {
      notes: [`declare the family, as in \`${name}[${at_}]: m×n for ${at_} = 1..L\``],
    });
  }
  const range = scope.variables.get(name)?.range ?? steps.find((s) => s.range)?.range;
  const ends = range ? [range.to] : [];
  const edits = [...(own === null ? [] : [{ variable: own, offset: 0 }]), ...ends].map((place) => [
    { start: span.start, end: span.end, text: atomText(name, place) },
  ]);
  if (!index) {
    return fail('bad-index', `${name} is a family, and one of its members is wanted`, [at(span)], {
      edits,
    });
  }
  const letter = index.variable;
  if (letter === null || letter !== own || names.mayRun(letter)) return;
  return fail(
    'bad-index',
    `${letter} runs within equations for ${letter} = … only: here it has no value`,
    [at(span)],
    { edits },
  );
}

/** No such name: the nearest one is offered. */
export function unknownName(name: string, span: Span, names: Names): never {
  const { scope } = names;
  const known = [...scope.variables.keys(), ...scope.definitions.keys(), ...scope.dimensions];
  const close = nearest(name, known) ?? nearest(name, [...FUNCTION_NAMES]);
  return fail('unknown-name', `${name} is not known`, [at(span, 'not declared')], {
    notes: FUNCTION_NAMES.has(name)
      ? [
          `${name} is a function: its argument goes in brackets, ${functionNamed(name)?.signature ?? name}`,
        ]
      : [`declare it, as in \`${name}: n\``],
    ...(close ? { edits: [[{ start: span.start, end: span.end, text: close }]] } : {}),
  });
}

/** No such function: the nearest one is offered. */
export function unknownFunction(name: string, span: Span, { scope }: Names): never {
  const close = nearest(name, [
    ...FUNCTION_NAMES,
    ...scope.functions.keys(),
    ...scope.aliases.keys(),
  ]);
  return fail(
    'unknown-function',
    `${name} is no known function`,
    [at(span, 'used as a function')],
    {
      notes: [`an unknown function is declared: \`${name}: elementwise\``],
      ...(close ? { edits: [[{ start: span.start, end: span.end, text: close }]] } : {}),
    },
  );
}

/** What the parts of the elaborator hand to one another. */
export interface Context {
  readonly names: Names;
  /** Elaborates a part. */
  readonly go: (e: Expr) => Value;
  /**
   * Runs something that may find operands unfit, and says so where they were typed.
   * @throws Clash where making lengths equal may help, MatgradError otherwise
   */
  readonly guard: <T>(
    operands: readonly Expr[],
    f: () => T,
    edits?: readonly (readonly Edit[])[],
  ) => T;
}

/** @param whole to be pointed at where no operand is */
export const guarding =
  (whole: Expr): Context['guard'] =>
  (operands, f, edits = []) => {
    try {
      return f();
    } catch (error) {
      if (!(error instanceof OperandError)) throw error;
      const labels = error.operands.flatMap((o) => {
        const operand = operands[o.which];
        return operand ? [at(operand.span, o.text)] : [];
      });
      const report = (): never =>
        fail(error.code, error.message, labels.length > 0 ? labels : [at(whole.span)], {
          notes: error.notes,
          edits,
        });
      if (error.equate.length > 0) throw new Clash(error.equate, report);
      return report();
    }
  };
