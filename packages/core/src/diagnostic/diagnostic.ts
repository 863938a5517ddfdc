/**
 * What is wrong, as data. A diagnostic names its kind by a stable code, says the reason in one sentence, and points at places
 * in the text that the user typed. Renderers (text, ANSI, JSON) live beside it.
 */
export interface Label {
  /** UTF-16 offsets into the text of the whole source, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** What stands there: `m×n`. */
  readonly text: string;
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'note';
  /** Stable, kebab-case: `shape-mismatch`, `unknown-name`. */
  readonly code: string;
  readonly message: string;
  /** First the primary place. */
  readonly labels: readonly Label[];
  readonly notes: readonly string[];
  /** A changed text that was tried and works: what to type instead. */
  readonly fix?: string;
}

/** Thrown by every room for a mistake of the user; the public verbs turn it into a result. */
export class MatgradError extends Error {
  override readonly name = 'MatgradError';
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: Diagnostic | readonly Diagnostic[]) {
    const list = Array.isArray(diagnostics)
      ? (diagnostics as readonly Diagnostic[])
      : [diagnostics as Diagnostic];
    super(list.map((d) => d.message).join('\n'));
    this.diagnostics = list;
  }
}
