import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a run with `N passed, N failed` alone on its line, for whoever counts tests without knowing the runner.
 * A file or suite that breaks outside its tests, and an error that no test caught, count as failures.
 */
export class CountReporter implements Reporter {
  #line: string | undefined;

  onInit(): void {
    // At the exit of the process, so that nothing of another reporter comes after it.
    process.once('exit', () => {
      if (this.#line !== undefined) writeSync(1, `\n${this.#line}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) count.failed++;
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) count.failed++;
      }
      for (const test of module.children.allTests()) count[test.result().state]++;
    }
    const skipped = count.skipped + count.pending;
    this.#line = `${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  }
}
