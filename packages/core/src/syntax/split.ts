import { FUNCTION_WORDS } from './functions.ts';
import { canonicalName, isCapital, isGreek } from './letters.ts';
import { fail } from './problem.ts';
import type { Cluster, WordToken } from './token.ts';
import type { Vocabulary } from './vocabulary.ts';
import { isKnown, roleOf } from './vocabulary.ts';

/**
 * Which names a run of letters is.
 *
 * 1. A declared name, a function or a constant is itself.
 * 2. A run that splits into declared names is their product; in several ways, an error that lists them. The last piece may
 *    be a function where its bracket follows (`2Xtr(A)`).
 * 3. A run of one letter, with its digits and subscript, is a name that nobody declared.
 * 4. Otherwise letters that nobody declared may stand between declared names, as few of them as can be, and each is a name:
 *    `Xy`, `AXB`, `λWx`. Only where people would read it so: of the single letters side by side among which an undeclared
 *    one stands, at most four, at most two of them small ones in a row, at most three where all are capitals; letters
 *    other than Latin ones count as boundaries. So `loss`, `bias`, `Xtrain` stay words.
 * 5. Any other run is a word, and one name.
 */
export function splitWord(word: WordToken, v: Vocabulary, beforeBracket: boolean): Piece[] {
  const whole = piece(word.clusters, word.name);
  if (roleOf(word.name, v) !== 'open') return [whole];
  const starts = startsOf(word.clusters);
  if (starts.length < 2) return [whole];
  const declared = splits(word, starts, v, beforeBracket);
  if (declared.length > 1) return ambiguous(word, declared);
  if (declared[0]) return declared[0];
  return withOpenLetters(word, starts, v, beforeBracket) ?? [whole];
}

export interface Piece {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function piece(clusters: readonly Cluster[], name?: string): Piece {
  return {
    name: name ?? canonicalName(clusters.map((c) => c.text).join('')),
    start: clusters[0]?.start ?? 0,
    end: clusters.at(-1)?.end ?? 0,
  };
}

const isLetter = (c: Cluster | undefined): boolean => c !== undefined && /^\p{L}/u.test(c.text);

/** Where a name may begin: at a letter that is not the first of a subscript. */
function startsOf(clusters: readonly Cluster[]): readonly number[] {
  return clusters.flatMap((c, i) => (isLetter(c) && clusters[i - 1]?.text !== '_' ? [i] : []));
}

/** So many ways to read a run are listed at the most. */
const MAX_WAYS = 4;

/** All ways to split a run into declared names, up to a few. */
function splits(
  word: WordToken,
  starts: readonly number[],
  v: Vocabulary,
  beforeBracket: boolean,
): Piece[][] {
  const ends = [...starts.slice(1), word.clusters.length];
  const longest = Math.max(8, ...[...v.plain, ...v.families, ...v.functions].map((n) => n.length));
  // ways[k]: readings of what begins at starts[k]; undefined in the last place is the end
  const ways: Piece[][][] = starts.map(() => []);
  for (let k = starts.length - 1; k >= 0; k--) {
    for (let e = k; e < ends.length; e++) {
      const from = starts[k] ?? 0;
      const to = ends[e] ?? 0;
      if (to - from > longest + 2) break;
      const p = piece(word.clusters.slice(from, to));
      const last = e === ends.length - 1;
      const role = roleOf(p.name, v);
      const fits = role === 'function' ? last && beforeBracket : isKnown(p.name, v);
      if (!fits) continue;
      const rests = last ? [[]] : (ways[e + 1] ?? []);
      for (const rest of rests) if ((ways[k]?.length ?? 0) < MAX_WAYS) ways[k]?.push([p, ...rest]);
    }
  }
  return ways[0] ?? [];
}

function ambiguous(word: WordToken, ways: readonly Piece[][]): never {
  const texts = ways.map((w) => w.map((p) => p.name).join(' '));
  return fail(
    'ambiguous-split',
    word,
    `“${word.text}” can be read as more than one product`,
    `this could be ${texts.join(', or ')}`,
    {
      notes: ['put spaces between the factors'],
      edits: texts.map((text) => ({ start: word.start, end: word.end, text })),
    },
  );
}

interface Part extends Piece {
  /** A letter that nobody declared. */
  readonly open: boolean;
  /** One Latin letter with its digits and subscript. */
  readonly single: boolean;
}

/** Rule 4: the split with the fewest undeclared letters, where it reads like a formula. */
function withOpenLetters(
  word: WordToken,
  starts: readonly number[],
  v: Vocabulary,
  beforeBracket: boolean,
): Piece[] | undefined {
  const ends = [...starts.slice(1), word.clusters.length];
  const best: ({ cost: number; parts: readonly Part[] } | undefined)[] = starts.map(
    () => undefined,
  );
  for (let k = starts.length - 1; k >= 0; k--) {
    const from = starts[k] ?? 0;
    for (let e = k; e < ends.length; e++) {
      const clusters = word.clusters.slice(from, ends[e]);
      const p = piece(clusters);
      const role = roleOf(p.name, v);
      const last = e === ends.length - 1;
      if (role === 'function' && !(last && beforeBracket)) continue;
      if (role === 'open' && ends[e] !== letterEnd(word.clusters, from)) continue;
      const rest = last ? { cost: 0, parts: [] } : best[e + 1];
      if (!rest) continue;
      const cost = rest.cost + (role === 'open' ? 1 : 0);
      const had = best[k];
      if (had && had.cost <= cost) continue;
      best[k] = {
        cost,
        parts: [
          {
            ...p,
            open: role === 'open',
            single: ends[e] === letterEnd(word.clusters, from) && isLatin(clusters[0]),
          },
          ...rest.parts,
        ],
      };
    }
  }
  const found = best[0]?.parts;
  return found && found.length > 1 && readsAsFormula(found, word) ? [...found] : undefined;
}

/** Where a letter ends with its digits and its whole subscript. */
function letterEnd(clusters: readonly Cluster[], from: number): number {
  let k = from + 1;
  let inside: RegExp | undefined;
  for (let c = clusters[k]; c; c = clusters[++k]) {
    if (c.text === '_') inside = isLetter(clusters[k + 1]) ? /^[\p{L}\d]/u : /^\d/u;
    else if (!/^[_\d]/u.test(c.text) && !inside?.test(c.text)) break;
  }
  return k;
}

const isLatin = (c: Cluster | undefined): boolean =>
  c !== undefined && !isGreek(c.text) && /^\p{Script=Latin}/u.test(c.text);

function readsAsFormula(parts: readonly Part[], word: WordToken): boolean {
  // words of other alphabets are words
  if (word.clusters.some((c) => isLetter(c) && !isLatin(c) && !isSymbol(c))) return false;
  let run: Part[] = [];
  const good = (): boolean => {
    if (!run.some((p) => p.open)) return true;
    const small = run.map((p) => !isCapital(p.name));
    if (run.length > 4 || (run.length > 3 && !small.includes(true))) return false;
    return !small.some((s, i) => s && small[i + 1] && small[i + 2]);
  };
  for (const p of parts) {
    if (p.single) run.push(p);
    else {
      if (!good()) return false;
      run = [];
    }
  }
  return good();
}

/** Greek letters and letters that are signs (ℓ, ℒ): each stands for itself. */
const isSymbol = (c: Cluster): boolean => isGreek(c.text) || /^\p{Script=Common}/u.test(c.text);

/** `trX`, `logθ`: a function word that has run into its argument. */
export function gluedFunction(
  name: string,
): { readonly name: string; readonly rest: string } | undefined {
  for (let k = name.length - 1; k >= 2; k--) {
    const rest = name.slice(k);
    if (FUNCTION_WORDS.has(name.slice(0, k)) && /^[\p{Lu}\p{Script=Greek}][\d_]*$/u.test(rest))
      return { name: name.slice(0, k), rest };
  }
  return undefined;
}
