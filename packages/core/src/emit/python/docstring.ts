import { WIDTH } from './tree.ts';

/** Lines of text as a docstring that cannot end early, whatever the lines contain. */
export function docstring(lines: readonly string[], indent: string): string[] {
  const safe = lines.flatMap((l) => wrapped(escaped(l), WIDTH - indent.length - 3));
  while (safe.at(-1) === '') safe.pop();
  const [first = '', ...rest] = safe;
  if (rest.length === 0) return [`${indent}"""${guarded(first)}"""`];
  const body = rest.map((l) => (l === '' ? '' : indent + l));
  return [`${indent}"""${first}`, ...body, `${indent}"""`];
}

/** Backslashes and quotes that would end the string are escaped; what cannot be printed becomes a space. */
const escaped = (line: string): string =>
  line
    .replaceAll(/[\p{Cs}\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll('\\', '\\\\')
    .replaceAll('"""', '\\"\\"\\"')
    .trimEnd();

/** A quote beside the closing quotes would join them. */
const guarded = (line: string): string => (line.endsWith('"') ? `${line} ` : line);

/** Breaks at spaces; what follows the first line is indented. */
function wrapped(line: string, width: number): string[] {
  const out: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    if (at <= 2) break;
    out.push(rest.slice(0, at).trimEnd());
    rest = `  ${rest.slice(at + 1)}`;
  }
  return [...out, rest];
}
