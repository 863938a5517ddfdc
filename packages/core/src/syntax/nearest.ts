/**
 * "Did you mean": the candidate that is fewest slips away. A slip is a letter too many, too few, wrong, or exchanged with its
 * neighbour (optimal string alignment). Short words allow one slip, longer ones two, so that no far-fetched word is offered.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const allowed = word.length <= 2 ? 1 : word.length <= 5 ? 1.5 : 2.5;
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) > allowed) continue;
    const n = slips(word, candidate);
    // At one slip of a word of one letter nothing of it is left.
    if (n > allowed || n >= Math.max(word.length, candidate.length)) continue;
    if (n < fewest || (n === fewest && best !== undefined && candidate < best))
      [best, fewest] = [candidate, n];
  }
  return best;
}

/** Number of slips between two words; another case is half a slip. */
export function slips(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      let n = Math.min(
        at(row, j) + 1,
        at(next, j - 1) + 1,
        at(row, j - 1) + substitution(a.charAt(i - 1), b.charAt(j - 1)),
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) n = Math.min(n, at(before, j - 2) + 1);
      next.push(n);
    }
    before = row;
    row = next;
  }
  return at(row, b.length);
}

const at = (row: readonly number[], i: number): number => row[i] ?? Number.POSITIVE_INFINITY;

const substitution = (a: string, b: string): number =>
  a === b ? 0 : a.toLowerCase() === b.toLowerCase() ? 0.5 : 1;
