import { type Diagnostic, type Label, MatgradError } from '../diagnostic/diagnostic.ts';
import type { Span } from './tree.ts';

/** Every code that reading a text can give. */
export type SyntaxCode =
  | 'ambiguous-split'
  | 'bad-character'
  | 'bad-definition'
  | 'bad-index'
  | 'bad-norm'
  | 'bad-number'
  | 'bad-range'
  | 'bad-shape'
  | 'binary-input'
  | 'duplicate-declaration'
  | 'duplicate-definition'
  | 'empty-input'
  | 'function-without-bracket'
  | 'missing-operand'
  | 'no-statement'
  | 'too-deep'
  | 'too-long'
  | 'unclosed-bracket'
  | 'unexpected-token'
  | 'unknown-command'
  | 'unknown-function'
  | 'unknown-property';

/** A replacement of a stretch of the source that might cure the mistake; `repair.ts` tries it. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Extra {
  readonly labels?: readonly Label[];
  readonly notes?: readonly string[];
  readonly edits?: readonly Edit[];
}

/** Repairs to try, kept beside the diagnostic: they are no part of the answer until one of them works. */
const candidates = new WeakMap<Diagnostic, readonly Edit[]>();

export const editsFor = (diagnostic: Diagnostic): readonly Edit[] =>
  candidates.get(diagnostic) ?? [];

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
  if (extra.edits) candidates.set(diagnostic, extra.edits);
  return diagnostic;
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
