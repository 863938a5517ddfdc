import type { Py } from './tree.ts';

/**
 * What sets one library of arrays in Python apart from another. Records of functions spell themselves in NumPy; a dialect says how
 * that reads in its own words.
 */
export interface Dialect {
  /** As sentences name it. */
  readonly title: string;
  /** What stands before the names of its functions: `np`. */
  readonly prefix: string;
  /** Names that the module itself uses: a variable of that name would hide it. */
  readonly words: readonly string[];
  /** The lines that import what the blocks of a module use. */
  readonly imports: (blocks: readonly string[]) => string;
  /** Functions that the library lacks, in an order in which each comes after what it needs. A module gets those that it uses. */
  readonly helpers: ReadonlyMap<string, string>;
  /** A record's spelling in NumPy, in this dialect. */
  readonly spelling: (numpy: string) => string;
  /** The option that names an axis. */
  readonly axis: string;
  /** What is said of products of three and more arrays. */
  readonly einsum: readonly (readonly [string, Py])[];
  /** A helper that puts an array on the diagonal of zeros or adds it to that of another, which it may write to; null for none. */
  readonly onDiagonal: { readonly name: string; readonly writes: boolean } | null;
  /** Options that give a new array the type, and the place, of another; null where there is none. */
  readonly alike: (like: Py | null) => readonly (readonly [string, Py])[];
  /** Whether a function of Python's numbers can be a number of Python's own again. */
  readonly numbers: boolean;
  /** A number of Python's own where a function takes arrays. */
  readonly argument: (number: Py, like: Py | null) => Py;
  /** A number of Python's own where it is a result. */
  readonly result: (number: Py, like: Py | null) => Py;
  /** What may share its memory with an argument, in memory of its own. */
  readonly own: (view: Py, rank: number) => Py;
  /** The shape of an argument in a message. */
  readonly shape: (argument: string) => string;
}

/** The name of a function of the library. */
export const named = (dialect: Dialect, name: string): string => `${dialect.prefix}.${name}`;

/** Whether a source mentions a name. */
export const mentions = (source: string, name: string): boolean =>
  new RegExp(`\\b${name}\\b`, 'u').test(source);

/** Whether some sources take something from a module of Python. */
export const takesFrom = (sources: readonly string[], module: string): boolean =>
  sources.some((s) => new RegExp(`\\b${module}\\.\\w`, 'u').test(s));

/** The source of the helpers and of those that they need, in a fixed order in which each comes after what it needs. */
export function helperSources({ helpers }: Dialect, used: ReadonlySet<string>): string[] {
  const found = new Map<string, string>();
  for (const [name, source] of [...helpers].reverse())
    if (used.has(name) || [...found.values()].some((s) => mentions(s, name)))
      found.set(name, source.trim());
  return [...found.values()].reverse();
}
