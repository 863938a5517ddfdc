import { type Line, linesOf } from '../../cost/lines.ts';
import type { Node, Sym } from '../../expr/node.ts';
import type { Sizes } from '../../expr/plan.ts';
import type { Code } from './algebra.ts';
import { Coder, type Scope } from './code.ts';
import { type Assignment, hoist } from './hoist.ts';
import type { Names } from './names.ts';
import { isView } from './results.ts';
import { onlyUses } from './tree.ts';

/** The argument of a dialect's `onDiagonal` that is written to. */
const INTO = 4;

/** Where code is written: what names mean there. */
export interface Place extends Omit<Scope, 'isNumber'> {
  /** New names for local variables. */
  readonly local: Names;
  /** What lengths of dimensions are taken to be where the cheapest order depends on them. */
  readonly lengths?: Sizes;
  /** Names of whole numbers, of which repetitions cost nothing. */
  readonly sizes: ReadonlySet<string>;
}

export interface Written {
  readonly lines: readonly Assignment[];
  /** For each root, in terms of the lines. */
  readonly results: readonly Code[];
  /** Left sides whose arrays are nobody else's. */
  readonly owned: ReadonlySet<string>;
}

/**
 * Code for some roots: what they share stands in lines of its own before them.
 * @param parts named parts; their left side is what `place.symbol` says
 */
export function write(roots: readonly Node[], parts: readonly Line[], place: Place): Written {
  const { lines, roots: rest } = linesOf(roots, parts, place.lengths);
  const given = new Set<Sym>(parts.map((p) => p.symbol));
  const locals = new Map<Sym, string>();
  for (const { symbol } of lines)
    if (!given.has(symbol)) locals.set(symbol, place.local.numbered('t'));
  const numbers = new Set<Sym>();
  const coder = new Coder({
    ...place,
    isNumber: (s) => numbers.has(s),
    symbol: (s) => {
      const name = locals.get(s);
      return name === undefined ? place.symbol(s) : { kind: 'name', text: name };
    },
  });
  const leftOf = (s: Sym): string => locals.get(s) ?? textOf(place, s);
  const written = lines.map((l): Assignment => {
    const code = coder.code(l.node);
    if (code.number) numbers.add(l.symbol);
    return { name: leftOf(l.symbol), code: code.py };
  });
  const codes = rest.map((r) => coder.code(r));
  const once = hoist(
    written,
    codes.map((c) => c.py),
    (e) => onlyUses(e, place.sizes),
    () => place.local.numbered('t'),
    (fn, argument) => {
      const { onDiagonal } = place.dialect;
      return onDiagonal?.writes === true && fn === onDiagonal.name && argument === INTO;
    },
  );
  const owned = new Set<string>();
  for (const { name, code } of once.lines)
    if (code.kind !== 'name' && !isView(code, owned)) owned.add(name);
  const results = codes.map((c, k) => ({ ...c, py: once.results[k] ?? c.py }));
  return { lines: once.lines, results, owned };
}

/** The left side of a part: a name, or a member of a table. */
function textOf(place: Place, s: Sym): string {
  const code = place.symbol(s);
  if (code.kind === 'name') return code.text;
  if (code.kind === 'subscript' && code.of.kind === 'name') return `${code.of.text}[${code.index}]`;
  throw new Error('a part has a name');
}
