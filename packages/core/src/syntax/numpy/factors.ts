import type { PyStatement } from './read.ts';
import { nameOf } from './translate.ts';
import type { Py } from './tree.ts';

/** Names that people give to numbers: λ, α, and what replaces a word that Python keeps for itself. */
const NUMBERS = /^(?:\p{Script=Greek}|lam|lmbda|reg|eps)(?:_?\d+)?$/u;

/**
 * Names of numbers that stand nowhere but beside `*` and `/`: `lam * w @ w`. As vectors they would fit too, and nobody means that.
 */
export function factorsAlone(statements: readonly PyStatement[]): ReadonlySet<string> {
  const alone = new Set<string>();
  const elsewhere = new Set<string>();
  for (const s of statements) {
    if (s.kind === 'definition' || s.kind === 'formula')
      eachName(s.value, (name, factor) => (factor ? alone : elsewhere).add(name));
  }
  return new Set([...alone].filter((n) => NUMBERS.test(n) && !elsewhere.has(n)));
}

/** @param visit gets whether a name stands beside `*` or `/` */
export function eachName(whole: Py, visit: (name: string, factor: boolean) => void): void {
  const stack: { readonly e: Py; readonly factor: boolean }[] = [{ e: whole, factor: false }];
  const push = (factor: boolean, ...more: readonly (Py | null)[]): void => {
    for (const e of more) if (e) stack.push({ e, factor });
  };
  for (let x = stack.pop(); x; x = stack.pop()) {
    const { e, factor } = x;
    switch (e.kind) {
      case 'number':
      case 'string':
        break;
      case 'name':
        visit(nameOf(e.name), factor);
        break;
      case 'negative':
        push(factor, e.of);
        break;
      case 'binary':
        push(e.op === '*' || e.op === '/', e.left, e.right);
        break;
      case 'attribute':
        push(false, e.of);
        break;
      case 'call':
        push(false, e.fn, ...e.args);
        break;
      case 'subscript':
        push(false, e.of, ...e.items);
        break;
      case 'tuple':
        push(false, ...e.items);
    }
  }
}

type Definition = Extract<PyStatement, { kind: 'definition' }>;

/** Definitions, each behind those that it uses: however long the chain, none waits for another. Circles are left as they are. */
export function inOrder(statements: readonly PyStatement[]): Definition[] {
  const all = statements.flatMap((s) => (s.kind === 'definition' ? [s] : []));
  const byName = new Map<string, Definition>();
  for (const d of all) if (!byName.has(d.name.name)) byName.set(d.name.name, d);
  const order: Definition[] = [];
  const state = new Map<Definition, 'open' | 'done'>();
  const stack = all.toReversed();
  for (let d = stack.at(-1); d; d = stack.at(-1)) {
    if (state.has(d)) {
      stack.pop();
      if (state.get(d) === 'open') order.push(d);
      state.set(d, 'done');
      continue;
    }
    state.set(d, 'open');
    eachName(d.value, (name) => {
      const used = byName.get(name);
      if (used && !state.has(used)) stack.push(used);
    });
  }
  return order;
}
