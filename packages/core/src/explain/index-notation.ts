import { freeDerivative } from '../derive/differential.ts';
import type { Rule } from '../derive/rules.ts';
import { linearProperties } from '../derive/space.ts';
import { contract, symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { Entries, Letters } from '../notation/entries.ts';
import type { Entry, Letter } from '../notation/entry.ts';
import { arrayOfEntry } from '../notation/entry-node.ts';
import { sizeOfEntry, widestSum, withoutDeltas } from '../notation/entry-walk.ts';
import { name } from '../syntax/make.ts';
import { MAX_LINES, TooLong } from './differential.ts';
import { graphOf } from './expansion.ts';
import { exprOf } from './formula.ts';
import {
  expandDerivatives,
  INDEX,
  type IndexSetting,
  isOpen,
  kroneckerRule,
  withKronecker,
} from './index-steps.ts';
import { agreeing, Unreadable } from './reading.ts';

/** Lines longer than this nobody reads. */
const MAX_SIZE = 150;

/** Nor sums over more letters at once. */
const MAX_SUMMED = 8;

export interface IndexDraft {
  readonly entry: Entry;
  readonly rules: readonly Rule[];
}

/** A reader of entries that writes parts by their names. */
export const entriesFor = (names: ReadonlyMap<Node, Sym>, taken: Iterable<string>): Entries =>
  new Entries(new Letters(taken), {
    named: (node) => {
      const s = names.get(node);
      return s && { node, expr: name(s.name, s.index) };
    },
    written: (node) => {
      if (node.kind === 'symbol') return name(node.name, node.index);
      const e = exprOf(node);
      if (!e) throw new Unreadable();
      return e;
    },
  });

/** A derivation in entries. */
export interface IndexDerivation {
  /** The letters of the value's entry, and of the variable's. */
  readonly of: readonly Letter[];
  readonly at: readonly Letter[];
  readonly value: Entry;
  /** The lines after the derivative's left side. */
  readonly drafts: readonly IndexDraft[];
}

/**
 * The derivation of ∂F[i,j]/∂X[p,q] entry by entry: sums, products and chains until only the variable's own entries are differentiated,
 * Kronecker's δ for these, and the sums over δ carried out.
 * @throws TooLong, Unreadable
 */
export function indexDerivation(value: Node, variable: Sym, entries: Entries): IndexDerivation {
  const { letters } = entries;
  const of = letters.all(value.axes, []);
  const at = letters.all(variable.axes, of, 'pqrs');
  const { active } = graphOf(value, variable);
  const setting: IndexSetting = { entries, variable, at, active };
  const first = entries.inside(value, of, at);
  const drafts: IndexDraft[] = [];
  let e: Entry = { kind: 'derivative', of: first, by: variable, at };
  const say = (entry: Entry, rules: readonly Rule[]): void => {
    const long = sizeOfEntry(entry) > MAX_SIZE || widestSum(entry) > MAX_SUMMED;
    if (long || drafts.length > MAX_LINES) throw new TooLong();
    drafts.push({ entry, rules });
    e = entry;
  };
  while (isOpen(e, setting)) {
    const rules = new Set<Rule>();
    say(expandDerivatives(e, setting, rules), [...rules]);
  }
  say(withKronecker(e, setting), [kroneckerRule(setting)]);
  const short = withoutDeltas(e);
  if (sizeOfEntry(short) < sizeOfEntry(e)) say(short, [INDEX.eliminate]);
  const result = entries.of(freeDerivative(value, variable), [...of, ...at]);
  if (sizeOfEntry(result) < sizeOfEntry(e)) say(result, [INDEX.collect]);
  return { of, at, value: first, drafts };
}

/** Which lines have the value of the derivative as reverse mode finds it; null: that could not be found out. */
export function indexVerdicts(
  value: Node,
  variable: Sym,
  { of, at, drafts, value: first }: IndexDerivation,
  seed: number,
): { readonly value: boolean | null; readonly lines: readonly (boolean | null)[] } {
  const found = new Map<Node, Node>();
  const derivativeOf = (node: Node): Node => {
    const d = found.get(node) ?? freeDerivative(node, variable);
    found.set(node, d);
    return d;
  };
  const whole = arrayOfEntry(first, of, derivativeOf);
  const nodes = drafts.map((d) => arrayOfEntry(d.entry, [...of, ...at], derivativeOf));
  // entries of a structured matrix that are equal are one variable: derivatives by them differ only in how they share what they have
  const properties = linearProperties(variable);
  const step = symbol('d·', variable.shape, { properties });
  const along = (node: Node): Node =>
    properties.length === 0 ? node : alongStep(node, step, value.axes.length);
  return {
    value: agreeing(value, [whole], seed, true)[0] ?? null,
    lines: agreeing(along(derivativeOf(value)), nodes.map(along), seed, true),
  };
}

/** What a derivative does to a differential of its variable. */
export const alongStep = (node: Node, step: Sym, rank: number): Node =>
  contract(
    [
      { node, indices: node.axes.map((_, k) => k) },
      { node: step, indices: step.axes.map((_, k) => rank + k) },
    ],
    node.axes.slice(0, rank).map((_, k) => k),
  );
