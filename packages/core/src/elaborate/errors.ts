import type { Diagnostic, Label } from '../diagnostic/diagnostic.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { Span } from '../syntax/tree.ts';

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A diagnostic with changes of the source that might mend it: the public verbs try them and offer what works. */
export interface Attempt extends Diagnostic {
  readonly edits?: readonly (readonly Edit[])[];
}

export interface ErrorParts {
  readonly notes?: readonly string[];
  readonly edits?: readonly (readonly Edit[])[];
}

/** An error at one or more places: the first label is the primary one. */
export function fail(
  code: string,
  message: string,
  labels: readonly Label[],
  parts: ErrorParts = {},
): never {
  const diagnostic: Attempt = {
    severity: 'error',
    code,
    message,
    labels,
    notes: parts.notes ?? [],
    ...(parts.edits ? { edits: parts.edits } : {}),
  };
  throw new MatgradError(diagnostic);
}

export const at = (span: Span, text = ''): Label => ({ start: span.start, end: span.end, text });
