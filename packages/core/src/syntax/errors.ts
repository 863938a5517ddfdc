import { type Diagnostic, MatgradError } from '../diagnostic/diagnostic.ts';
import { LIMITS } from './limits.ts';

/** Collects what went wrong in statements, each mistake once. */
export class Errors {
  readonly #diagnostics: Diagnostic[] = [];

  get found(): boolean {
    return this.#diagnostics.length > 0;
  }

  guard<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof MatgradError)) throw error;
      this.#diagnostics.push(...error.diagnostics);
      return undefined;
    }
  }

  report(): void {
    if (!this.found) return;
    const place = (d: Diagnostic): number => d.labels[0]?.start ?? 0;
    const ordered = [...new Set(this.#diagnostics)].sort((a, b) => place(a) - place(b));
    throw new MatgradError(ordered.slice(0, LIMITS.errors));
  }
}
