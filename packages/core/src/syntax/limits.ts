/** What a text may be at most, so that no input takes long and no later room meets a tree too deep to walk. */
export const LIMITS = Object.freeze({
  /** UTF-16 units. */
  length: 1_000_000,
  tokens: 100_000,
  /** Letters and digits side by side. */
  word: 200,
  /** Brackets inside one another. */
  brackets: 200,
  /** Operations inside one another: `a + b + c` is two deep. */
  depth: 1000,
  /** Errors told at once. */
  errors: 20,
});
