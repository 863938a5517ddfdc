import type { IndexExpr } from '../../shape/dim.ts';
import { asciiName } from '../letters.ts';
import type { Dialect } from './dialect.ts';

/** Words that Python keeps for itself (`keyword.kwlist` of Python 3). */
const KEYWORDS = `
  False None True and as assert async await break class continue def del elif else except finally for from global
  if import in is lambda nonlocal not or pass raise return try while with yield
`
  .trim()
  .split(/\s+/);

/** What the module itself uses: a variable of that name would hide it. */
const OWN = ['value', 'derivative', 'value_and_derivative'];
const BUILTINS = ['float', 'len', 'list', 'range', 'reversed', 'zip', 'enumerate', 'sum'];

const RESERVED: readonly string[] = [...KEYWORDS, ...OWN, ...BUILTINS];

/** A name as a Python identifier in ASCII: Greek letters are spelled out, accents become words. */
export function identifier(text: string): string {
  const plain = asciiName(text).replaceAll(/\W+/g, '_').replace(/^_+/, '');
  if (plain === '') return 'v';
  return /^\d/.test(plain) ? `v${plain}` : plain;
}

/**
 * Hands out Python names. Reserved words and names that are taken get underscores behind them; who asks first gets the
 * plainest, so the order of asking decides alone.
 */
export class Names {
  private readonly taken = new Set<string>();
  private readonly next = new Map<string, number>();
  private readonly reserved: ReadonlySet<string>;

  constructor({ words, helpers }: Pick<Dialect, 'words' | 'helpers'>) {
    this.reserved = new Set([...RESERVED, ...words, ...helpers.keys()]);
  }

  claim(text: string): string {
    let name = identifier(text);
    while (this.reserved.has(name) || this.taken.has(name)) name += '_';
    this.taken.add(name);
    return name;
  }

  /** The first of `t1`, `t2`, … that is free. */
  numbered(stem: string): string {
    let k = this.next.get(stem) ?? 1;
    while (this.taken.has(`${stem}${k}`)) k++;
    this.next.set(stem, k + 1);
    this.taken.add(`${stem}${k}`);
    return `${stem}${k}`;
  }

  /** Names within a function: what is claimed there leaves the others alone. */
  inner(): Names {
    const names = new Names({ words: [...this.reserved], helpers: new Map() });
    for (const t of this.taken) names.taken.add(t);
    return names;
  }
}

/** `W[l-1]` as a word. */
export function atomName(name: string, index: IndexExpr | null): string {
  if (index === null) return name;
  const { variable, offset } = index;
  if (variable === null) return `${name}_${offset < 0 ? 'minus_' : ''}${Math.abs(offset)}`;
  const shift = offset === 0 ? '' : `_${offset < 0 ? 'minus' : 'plus'}_${Math.abs(offset)}`;
  return `${name}_${variable}${shift}`;
}
