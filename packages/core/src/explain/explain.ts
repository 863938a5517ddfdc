import type { Rule } from '../derive/rules.ts';
import { multiply, total } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import type { Expr } from '../syntax/tree.ts';
import { graphOf, scalarDrafts, TooLong } from './differential.ts';
import type { Explanation, ExplanationLine } from './explanation.ts';
import { exprOf, turnOf } from './formula.ts';
import { Reading, type Setting, Unreadable } from './reading.ts';
import type { Formula, Left } from './report.ts';

/** What is to be told of a gradient. */
export interface Telling extends Setting {
  /** What the value is called. */
  readonly of: string;
  readonly value: Node;
  /** As it was typed; null where it was not. */
  readonly typed: Expr | null;
  /** The gradient as the answer has it: whole, and as it is written. */
  readonly gradient: Node;
  readonly formula: Formula;
  /** How formulas are written within sentences: tells whether two lines are alike. */
  readonly text: (e: Expr) => string;
}

export const READ: Rule = { name: 'as read', law: 'the same in norms and inner products' };
export const READ_OFF: Rule = { name: 'read off', law: 'dJ = G : dX says that ∂J/∂X = G' };
export const GIVEN: Rule = { name: 'given', law: 'as typed' };

export function explainGradient(t: Telling): Explanation {
  const reading = new Reading(t);
  try {
    const { drafts, gradient } = scalarDrafts(t.value, reading);
    const d: Left = { kind: 'name', name: `d${t.of}`, index: null };
    const goal = total(multiply([t.gradient, reading.step]));
    const verdicts = reading.verdicts(
      [...drafts, { node: goal }],
      graphOf(t.value, t.variable).order,
    );
    const lines: ExplanationLine[] = [];
    const whole = reading.written(t.value);
    const typed = t.typed ?? whole;
    lines.push({
      left: { kind: 'name', name: t.of, index: null },
      formula: { form: 'matrix', expr: typed },
      rules: [GIVEN],
      checked: true,
    });
    if (t.text(typed) !== t.text(whole))
      lines.push({
        left: null,
        formula: { form: 'matrix', expr: whole },
        rules: [READ],
        checked: true,
      });
    drafts.forEach((x, k) => {
      if (k === 0) return;
      lines.push({
        left: k === 1 ? d : null,
        formula: { form: 'matrix', expr: reading.shown(x.e) },
        rules: x.rules,
        checked: verdicts[k] === true,
      });
    });
    lines.push({
      left: { kind: 'derivative', of: t.of, name: t.variable.name, index: t.variable.index },
      formula: t.formula,
      rules: [READ_OFF],
      checked: verdicts[drafts.length] === true,
    });
    return {
      how: 'differential',
      lines,
      notes: verdicts.includes(false) ? [`WRONG ${verdicts}`] : [],
    };
  } catch (error) {
    if (error instanceof TooLong) return { how: 'differential', lines: [], notes: ['too long'] };
    if (error instanceof Unreadable)
      return { how: 'differential', lines: [], notes: ['unreadable'] };
    throw error;
  }
}
