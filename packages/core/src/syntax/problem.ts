import { type Diagnostic, type Label, MatgradError } from '../diagnostic/diagnostic.ts';
import { type Edit, type Repair, withRepairs } from '../diagnostic/repair.ts';
import type { Span } from './tree.ts';

/** Every code that reading a text can give. */
export const SYNTAX_CODES = [
  'ambiguous-power',
  'ambiguous-quotient',
  'ambiguous-root',
  'ambiguous-script',
  'ambiguous-split',
  'array-function',
  'array-rank',
  'bad-assumption',
  'bad-character',
  'bad-claim',
  'bad-definition',
  'bad-index',
  'bad-norm',
  'bad-number',
  'bad-range',
  'bad-shape',
  'binary-input',
  'empty-input',
  'function-without-bracket',
  'missing-operand',
  'no-notation',
  'no-statement',
  'too-deep',
  'too-long',
  'unclosed-bracket',
  'unexpected-token',
  'unknown-command',
  'unknown-constant',
  'unknown-property',
] as const;

export type SyntaxCode = (typeof SYNTAX_CODES)[number];

export interface Extra {
  readonly labels?: readonly Label[];
  readonly notes?: readonly string[];
  /** Single changes that might cure the mistake, the likeliest first. */
  readonly edits?: readonly Edit[];
  /** The same, of several changes each. */
  readonly repairs?: readonly Repair[];
}

export function problem(
  code: SyntaxCode,
  at: Span,
  message: string,
  label = '',
  extra: Extra = {},
): Diagnostic {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code,
    message,
    labels: [{ start: at.start, end: at.end, text: label }, ...(extra.labels ?? [])],
    notes: extra.notes ?? [],
  };
  return withRepairs(diagnostic, [
    ...(extra.edits ?? []).map((e) => [e]),
    ...(extra.repairs ?? []),
  ]);
}

/** Ends the reading of a statement. */
export function fail(
  code: SyntaxCode,
  at: Span,
  message: string,
  label = '',
  extra: Extra = {},
): never {
  throw new MatgradError(problem(code, at, message, label, extra));
}

export const join = (a: Span, b: Span): Span => ({
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
});
