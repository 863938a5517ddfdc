import type { Apply, Node } from '../../expr/node.ts';
import { postorder } from '../../expr/walk.ts';
import { nameText } from '../text.ts';
import { atomName, type Names } from './names.ts';

/** A function that the user left unknown, as a keyword argument. */
export interface Callable {
  readonly key: string;
  readonly name: string;
  readonly meaning: string;
}

const ORDER = ['', '_prime', '_second', '_third'] as const;

/**
 * The same for the same function: its Python name before reserved words are considered.
 * @param lists functions with a place (`σ[l]`) are members of a list, and have the list's name
 */
export function callableKey(node: Apply, lists = false): string {
  const { fn, op } = node;
  if (!fn) throw new RangeError(`${op.name} is no unknown function`);
  const spelled = op.spelling.numpy;
  const derived = op.mode === 'elementwise' ? (ORDER[fn.order] ?? `_derivative_${fn.order}`) : '';
  return spelled
    .slice(0, spelled.indexOf('('))
    .replace('$f', () => `${atomName(fn.name, lists ? null : fn.index)}${derived}`);
}

/** The unknown functions below the roots, in order of first use. */
export function callablesOf(roots: readonly Node[], names: Names, lists = false): Callable[] {
  const found = new Map<string, Callable>();
  for (const n of postorder(roots)) {
    if (n.kind !== 'apply' || !n.fn) continue;
    const key = callableKey(n, lists);
    if (found.has(key)) continue;
    found.set(key, { key, name: names.claim(key), meaning: meaningOf(n, lists) });
  }
  return [...found.values()];
}

function meaningOf(node: Apply, lists: boolean): string {
  const list = lists && node.fn?.index ? 'a list of functions: ' : '';
  return list + meaningOfOne(node);
}

function meaningOfOne(node: Apply): string {
  const name = nameText(node.fn?.name ?? '', node.fn?.index ?? null);
  const order = node.fn?.order ?? 0;
  if (node.op.mode === 'elementwise')
    return `the function ${name}${'′'.repeat(order)}, of an array entry by entry`;
  return order === 0
    ? `the function ${name}, of an array to a number`
    : `the gradient of ${name}, of the shape of its argument`;
}
