import type { Diagnostic, Label } from '../diagnostic/diagnostic.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import { type Repair, withRepairs } from '../diagnostic/repair.ts';
import type { Span } from '../syntax/tree.ts';

export type { Edit } from '../diagnostic/repair.ts';

export interface ErrorParts {
  readonly notes?: readonly string[];
  /** Changes of the source that might mend it, the likeliest first. */
  readonly edits?: readonly Repair[];
}

/** An error at one or more places: the first label is the primary one. */
export function fail(
  code: string,
  message: string,
  labels: readonly Label[],
  parts: ErrorParts = {},
): never {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code,
    message: open(message),
    labels: labels.map((l) => ({ ...l, text: open(l.text) })),
    notes: (parts.notes ?? []).map(open),
  };
  throw new MatgradError(withRepairs(diagnostic, parts.edits ?? []));
}

export const at = (span: Span, text = ''): Label => ({ start: span.start, end: span.end, text });

/** Lengths that are not known yet are shown as `?`. */
const open = (text: string): string => text.replaceAll(/\?(?:[^\s:@×·]*:|@)\d+/gu, '?');
