import { MatgradError } from '../diagnostic/diagnostic.ts';
import { atomText } from '../shape/dim.ts';
import { canonicalName } from './letters.ts';

/**
 * Numbers for dimensions, as a user gives them: `L=3, m=128, n=[784,512,256,10]`. A list stands for the members of a family
 * from 0 on; `n[2]=256` gives one member.
 */

/** Larger numbers are no sizes of anything that is kept in memory. */
const MAX_SIZE = 1e12;
const MAX_ENTRIES = 100_000;

/**
 * Sizes by the text of their dimension: `m`, `n[0]`.
 * @throws MatgradError `bad-size` where the text is no such list, or gives one dimension twice
 */
export function readSizes(text: string): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  const give = (name: string, place: number | null, digits: string): void => {
    const key = atomText(name, place === null ? null : { variable: null, offset: place });
    if (sizes.has(key)) fail(`${key} is given twice`);
    if (sizes.size >= MAX_ENTRIES) fail(`more than ${MAX_ENTRIES} sizes are given`);
    sizes.set(key, sizeOf(key, digits));
  };
  for (const entry of entriesOf(text)) {
    const [, written = '', at, value = ''] =
      /^\\?(\p{L}[\p{L}\p{M}\p{N}_]*)\s*(?:\[\s*(\d{1,9})\s*\])?\s*=\s*(.+)$/su.exec(entry) ?? [];
    const name = canonicalName(written);
    const list = /^\[(.*)\]$/su.exec(value)?.[1];
    if (written === '')
      fail(`\`${entry}\` gives no size: write a name, \`=\` and a whole number, or a list`);
    if (list === undefined) give(name, at === undefined ? null : Number(at), value);
    else if (at !== undefined) fail(`${name}[${at}] is one size, and \`${value}\` is a list`);
    else if (list.trim() === '') fail(`the list of ${name} is empty`);
    else list.split(',').forEach((digits, place) => give(name, place, digits));
  }
  if (sizes.size === 0) fail('no size is given');
  return sizes;
}

/** The parts between commas, semicolons and line ends outside brackets; empty ones are none. */
function entriesOf(text: string): string[] {
  const entries = [''];
  let depth = 0;
  for (const c of text) {
    if (c === '[') depth++;
    if (c === ']') depth--;
    if (depth < 0 || depth > 1) fail('the brackets do not match');
    if (depth === 0 && /[,;\n]/u.test(c)) entries.push('');
    else entries.push(`${entries.pop() ?? ''}${c}`);
  }
  if (depth !== 0) fail('a bracket is not closed');
  return entries.map((e) => e.trim()).filter((e) => e !== '');
}

function sizeOf(key: string, digits: string): number {
  const size = /^\s*\d+\s*$/u.test(digits) ? Number(digits) : Number.NaN;
  if (!(size >= 1))
    fail(`the size of ${key} is a whole number from 1 on, not \`${digits.trim()}\``);
  if (size > MAX_SIZE) fail(`the size of ${key} is larger than ${MAX_SIZE}`);
  return size;
}

function fail(message: string): never {
  throw new MatgradError({
    severity: 'error',
    code: 'bad-size',
    message,
    labels: [],
    notes: ['sizes are given as in `L=3, m=128, n=[784,512,256,10]`'],
  });
}
