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

/**
 * Options whose value may be left out take the next word only where it is one of their values: in `--explain 'xᵀx'` the formula stays
 * a formula.
 */
export function joinOptionalValues(
  words: readonly string[],
  values: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const joined: string[] = [];
  const end = words.indexOf('--');
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const known = end >= 0 && i > end ? undefined : values[word];
    const [usual] = known ?? [];
    const next = words[i + 1];
    if (!known || usual === undefined) joined.push(word);
    else if (next !== undefined && known.includes(next)) {
      joined.push(`${word}=${next}`);
      i++;
    } else joined.push(`${word}=${usual}`);
  }
  return joined;
}
