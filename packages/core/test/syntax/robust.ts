import { MatgradError } from '../../src/diagnostic/diagnostic.ts';
import { type Input, parseInput } from '../../src/syntax/parse.ts';

/** The codes of what is wrong; none where the input is read. Anything but a MatgradError goes through. */
export function codesOf(input: Input): readonly string[] {
  try {
    parseInput(input);
    return [];
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    const length = [
      input.expression,
      input.file?.text,
      input.where,
      ...(input.wrt ?? []),
      ...(input.claims ?? []),
    ]
      .map((text) => (text === undefined ? 0 : text.length + 1))
      .reduce((a, b) => a + b);
    for (const d of error.diagnostics)
      for (const label of d.labels) {
        if (label.start > label.end || label.end > length)
          throw new RangeError(`${d.code} points at ${label.start}..${label.end} of ${length}`);
      }
    return error.diagnostics.map((d) => d.code);
  }
}
