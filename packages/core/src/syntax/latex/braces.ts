/** Where each brace of a text is closed, by the place of the opening one. */
export type Braces = ReadonlyMap<number, number>;

/** Pairs of braces; `\{` and those in comments are none. */
export function matchBraces(source: string, from: number): Braces {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  const marks = /\\.|%[^\n\r]*|#[^\n\r]*|[{}]/gsu;
  marks.lastIndex = from;
  for (let m = marks.exec(source); m; m = marks.exec(source)) {
    if (m[0] === '{') open.push(m.index);
    else if (m[0] === '}') {
      const start = open.pop();
      if (start !== undefined) pairs.set(start, m.index);
    }
  }
  return pairs;
}
