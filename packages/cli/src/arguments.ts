/** What a command knows of an option: its spellings, and whether the next word is its value. */
export interface OptionShape {
  readonly short?: string | undefined;
  readonly long?: string | undefined;
  readonly takesValue: boolean;
}

/** `--wrt`, `--seed=3`: nobody writes a formula so. */
const LONG_OPTION = /^--[a-z][a-z-]*(?:=.*)?$/su;

/**
 * Moves an expression that begins with a minus behind `--`, where it is no option: `-y'*log(p)`, `-x`, `-(a + b)`.
 *
 * The words of a command are options, their values, and at most one expression. A word with a minus that is no known option is
 * the expression where no other word is one; `--word` is always an option, so that a slip in one is found. In
 * `matgrad derive -q x` the expression is x, and `-q` an unknown option.
 */
export function guardExpression(
  words: readonly string[],
  options: readonly OptionShape[],
): readonly string[] {
  if (words.includes('--')) return words;
  const known = new Map(
    options.flatMap((o) =>
      [o.short, o.long].flatMap((name) => (name === undefined ? [] : [[name, o] as const])),
    ),
  );
  let candidate: number | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const option = known.get(word);
    if (option) {
      if (option.takesValue) i++;
    } else if (word === '-' || !word.startsWith('-')) return words;
    else if (!LONG_OPTION.test(word)) candidate ??= i;
  }
  if (candidate === undefined) return words;
  return [
    ...words.slice(0, candidate),
    ...words.slice(candidate + 1),
    '--',
    ...words.slice(candidate, candidate + 1),
  ];
}
