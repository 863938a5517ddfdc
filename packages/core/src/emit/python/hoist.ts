import { type Py, print, py } from './tree.ts';

/** An assignment, as code. */
export interface Assignment {
  readonly name: string;
  readonly code: Py;
}

export interface Hoisted {
  readonly lines: readonly Assignment[];
  readonly results: readonly Py[];
}

/**
 * Gives what is written twice a name, so that it is computed once: the products of a matrix chain are no nodes of the graph,
 * and only show once they are written down.
 * @param isCheap what may be repeated
 * @param fresh a new name
 * @param isWritten whether an argument of a call is written to: where it came to be a name, it is a copy
 */
export function hoist(
  lines: readonly Assignment[],
  results: readonly Py[],
  isCheap: (e: Py) => boolean,
  fresh: () => string,
  isWritten: (fn: string, argument: number) => boolean,
): Hoisted {
  const uses = new Map<string, number>();
  const visit = (e: Py): void => {
    const inner = underView(e);
    const key = print(inner);
    const had = uses.get(key) ?? 0;
    uses.set(key, had + 1);
    if (had === 0) for (const c of childrenOf(inner)) visit(c);
  };
  for (const l of lines) visit(l.code);
  for (const r of results) visit(r);

  const out: Assignment[] = [];
  const named = new Map<string, Py>();
  const isRepeated = (e: Py): boolean =>
    e.kind !== 'name' && e.kind !== 'number' && !isCheap(e) && (uses.get(print(e)) ?? 0) > 1;
  const inside = (e: Py): Py => {
    const made = mapChildren(e, rewrite);
    if (made.kind !== 'call' || made.fn.kind !== 'name') return made;
    const { text } = made.fn;
    const args = made.args.map((a, k) => (isWritten(text, k) && isShared(a) ? copied(a) : a));
    return { ...made, args };
  };
  const rewrite = (e: Py): Py => {
    if (e.kind === 'attribute' || e.kind === 'subscript') return { ...e, of: rewrite(e.of) };
    if (!isRepeated(e)) return inside(e);
    const key = print(e);
    const had = named.get(key);
    if (had) return had;
    const code = inside(e);
    const name = fresh();
    out.push({ name, code });
    const made: Py = { kind: 'name', text: name };
    named.set(key, made);
    return made;
  };
  for (const l of lines) {
    // a line that is repeated elsewhere lends its name
    const key = print(l.code);
    const had = named.get(key);
    const code = had ?? (isRepeated(l.code) ? inside(l.code) : rewrite(l.code));
    out.push({ name: l.name, code });
    if (!had && isRepeated(l.code)) named.set(key, { kind: 'name', text: l.name });
  }
  return { results: results.map(rewrite), lines: out };
}

const isShared = (e: Py): boolean => underView(e).kind === 'name';
const copied = (e: Py): Py => py.call(py.attribute(e, 'copy'), []);

/** Views of an array cost nothing: what counts is the array. */
function underView(e: Py): Py {
  return e.kind === 'attribute' || e.kind === 'subscript' ? underView(e.of) : e;
}

function childrenOf(e: Py): readonly Py[] {
  switch (e.kind) {
    case 'name':
    case 'number':
      return [];
    case 'binary':
      return [e.left, e.right];
    case 'negative':
    case 'attribute':
    case 'subscript':
      return [e.of];
    case 'call':
      // methods are called on arrays, and `dtype=X.dtype` is no array
      return e.fn.kind === 'attribute' ? [e.fn.of, ...e.args] : e.args;
    case 'template':
      return e.args;
    case 'tuple':
      return e.items;
  }
}

function mapChildren(e: Py, f: (e: Py) => Py): Py {
  switch (e.kind) {
    case 'name':
    case 'number':
      return e;
    case 'binary':
      return { ...e, left: f(e.left), right: f(e.right) };
    case 'negative':
    case 'attribute':
    case 'subscript':
      return { ...e, of: f(e.of) };
    case 'call': {
      const fn = e.fn.kind === 'attribute' ? { ...e.fn, of: f(e.fn.of) } : e.fn;
      return { ...e, fn, args: e.args.map(f) };
    }
    case 'template':
      return { ...e, args: e.args.map(f) };
    case 'tuple':
      return { ...e, items: e.items.map(f) };
  }
}
