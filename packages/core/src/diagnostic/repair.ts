import type { Diagnostic } from './diagnostic.ts';

/** One replacement of a stretch of the source. */
export interface Edit {
  /** UTF-16 offsets into the whole source, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Replacements that are made together. */
export type Repair = readonly Edit[];

/**
 * Repairs that might cure a mistake. They are kept beside the diagnostic, since they are no part of the answer until one of
 * them was tried and works.
 */
const candidates = new WeakMap<Diagnostic, readonly Repair[]>();

/** The same diagnostic, with repairs to try: the likeliest first. */
export function withRepairs(diagnostic: Diagnostic, repairs: readonly Repair[]): Diagnostic {
  if (repairs.length > 0) candidates.set(diagnostic, repairs);
  return diagnostic;
}

export const repairsOf = (diagnostic: Diagnostic): readonly Repair[] =>
  candidates.get(diagnostic) ?? [];

/** Makes the replacements. Edits that overlap are no repair: the text comes back as it was. */
export function applyEdits(text: string, repair: Repair): string {
  const edits = [...repair].sort((a, b) => a.start - b.start || a.end - b.end);
  let out = '';
  let at = 0;
  for (const e of edits) {
    if (e.start < at || e.end > text.length) return text;
    out += text.slice(at, e.start) + e.text;
    at = e.end;
  }
  return out + text.slice(at);
}
