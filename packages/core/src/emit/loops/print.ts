import type { Apply } from '../../expr/node.ts';
import type { Dim } from '../../shape/dim.ts';
import {
  absR,
  formatR,
  isOneR,
  mulR,
  ONE,
  powR,
  type Rational,
  signR,
  toNumber,
  ZERO,
} from '../../shape/rational.ts';
import { dimText, factorText } from './dims.ts';
import { type Entry, type Index, indicesOf, type Power, type Store, type Unit } from './ir.ts';
import type { Names } from './names.ts';

/** What a language writes differently. */
export interface Syntax {
  /** `exp($0)`, of a function's record. */
  readonly spelled: (node: Apply) => string;
  /** A whole number ≥ 0, or one with a fraction. */
  readonly whole: (n: number) => string;
  readonly real: (n: number) => string;
  /** A whole number, held in a variable, as a real one. */
  readonly cast: (text: string) => string;
  readonly constants: Readonly<Record<'pi' | 'inf', string>>;
  /** Functions that exponents need. */
  readonly root: string;
  readonly power: string;
  readonly equals: string;
  /** `const REAL x = …;` and a variable that changes. */
  readonly constant: (name: string, text: string) => string;
  readonly variable: (name: string, text: string) => string;
  /** The head of a loop from 0 to n. */
  readonly loop: (index: string, n: string) => string;
}

/** What names mean around the loops. */
export interface Scope {
  readonly names: Names;
  readonly size: (atom: string) => string;
  readonly store: (store: Store) => string;
  /** The parameter that stands for a function that the user left unknown. */
  readonly callable: (node: Apply) => string;
}

interface Code {
  readonly text: string;
  readonly binds: number;
}

const [COND, ADD, MUL, UNARY, ATOM] = [1, 2, 3, 4, 5] as const;

/** Lines of one body; what is moved out of a loop goes to the place before it. */
interface Block {
  readonly items: (string | Loop)[];
  /** Where lines are put: before the loop that is open, or at the end. */
  place: number;
  readonly known: Map<string, string>;
}

interface Loop {
  readonly head: string;
  readonly body: Block;
}

const block = (): Block => ({ items: [], place: 0, known: new Map() });

/** Writes the loops of one unit. What does not change within a loop is computed before it. */
export class LoopWriter {
  private readonly syntax: Syntax;
  private readonly scope: Scope;
  private blocks: Block[] = [block()];
  private loops: Index[] = [];
  private readonly indexNames = new Map<Index, string>();

  constructor(syntax: Syntax, scope: Scope) {
    this.syntax = syntax;
    this.scope = scope;
  }

  /** The lines of a unit that is no routine. */
  lines(unit: Exclude<Unit, { kind: 'routine' }>): string[] {
    const [root] = this.blocks;
    if (unit.kind === 'fill') this.fill(unit.to, unit.at, unit.loops, unit.entry, unit.adds);
    else {
      const { to, at, outer, over, inner, begin, finish } = unit;
      this.within(outer, () => {
        if (begin) this.fill(to, at, [inner], begin, false);
        this.fill(to, at, [...over, inner], unit.entry, true);
        if (finish) this.fill(to, at, [inner], finish, false);
      });
    }
    return root ? rendered(root, '') : [];
  }

  /** A dimension, for the length of an array or the end of a loop. */
  dim(d: Dim): string {
    return dimText(d, this.scope.size).text;
  }

  private fill(
    to: Store,
    at: readonly Index[],
    loops: readonly Index[],
    entry: Entry,
    adds: boolean,
  ): void {
    this.within(loops, () => {
      const { text } = this.code(entry);
      if (to.kind === 'number') this.put(this.syntax.constant(this.scope.store(to), text));
      else this.put(`${this.access(to, at)} ${adds ? '+=' : '='} ${text};`);
    });
  }

  // ------------------------------------------------------------ blocks

  private get here(): Block {
    return this.blocks.at(-1) as Block;
  }

  private put(line: string): void {
    this.here.items.splice(this.here.place++, 0, line);
  }

  /** Opens loops around what `f` writes. */
  private within(loops: readonly Index[], f: () => void): void {
    const [first, ...rest] = loops;
    if (!first) {
      f();
      return;
    }
    const around = this.loops.map((i) => this.indexNames.get(i) ?? '');
    const name = this.scope.names.loop(around);
    this.indexNames.set(first, name);
    const body = block();
    const { here } = this;
    here.items.splice(here.place, 0, {
      head: this.syntax.loop(name, this.dim(first.extent)),
      body,
    });
    this.blocks.push(body);
    this.loops.push(first);
    this.within(rest, f);
    this.blocks.pop();
    this.loops.pop();
    here.place++;
  }

  /** Within so many of the loops that are open. */
  private atLevel<T>(level: number, f: () => T): T {
    const { blocks, loops } = this;
    this.blocks = blocks.slice(0, level + 1);
    this.loops = loops.slice(0, level);
    const made = f();
    this.blocks = blocks;
    this.loops = loops;
    return made;
  }

  private levelOf(e: Entry): number {
    let level = 0;
    for (const i of indicesOf(e)) level = Math.max(level, this.loops.indexOf(i) + 1);
    return level;
  }

  /** A name for a value. */
  private named(text: string): string {
    const { known } = this.here;
    let name = known.get(text);
    if (name === undefined) {
      name = this.scope.names.numbered('c');
      this.put(this.syntax.constant(name, text));
      known.set(text, name);
    }
    return name;
  }

  // ------------------------------------------------------------ entries

  private code(e: Entry): Code {
    const level = this.levelOf(e);
    if (level >= this.loops.length || isPlain(e)) return this.plain(e);
    const text = this.atLevel(level, () => {
      const made = this.plain(e).text;
      return isName(made) ? made : this.named(made);
    });
    return { text, binds: ATOM };
  }

  private plain(e: Entry): Code {
    const { syntax } = this;
    switch (e.kind) {
      case 'number':
        return this.number(e.value);
      case 'size':
        return { text: syntax.cast(bracketed(dimText(e.dim, this.scope.size).text)), binds: UNARY };
      case 'constant':
        return { text: syntax.constants[e.name], binds: ATOM };
      case 'read':
        return { text: this.access(e.from, e.at), binds: ATOM };
      case 'same':
        return { text: `${this.equal(e.a, e.b)} ? 1 : 0`, binds: COND };
      case 'sum':
        return this.sum(e.terms);
      case 'product':
        return this.product(e.factors);
      case 'call':
        return { text: this.call(e.node, e.args), binds: ATOM };
      case 'total':
        return { text: this.total(e.over, e.entry), binds: ATOM };
    }
  }

  private equal(a: Index, b: Index): string {
    return `${this.indexNames.get(a)} ${this.syntax.equals} ${this.indexNames.get(b)}`;
  }

  private number(value: Rational): Code {
    const n = toNumber(absR(value));
    const { whole, real } = this.syntax;
    const text = value.den === 1n && n < 2 ** 31 ? whole(n) : real(n);
    return signR(value) < 0 ? { text: `-${text}`, binds: UNARY } : { text, binds: ATOM };
  }

  private access(store: Store, at: readonly Index[]): string {
    const name = this.scope.store(store);
    if (store.dims.length === 0)
      return store.kind === 'number' || store.kind === 'argument' ? name : `${name}[0]`;
    let place = '';
    at.forEach((i, axis) => {
      const index = this.indexNames.get(i) ?? '';
      const side = factorText(dimText(store.dims[axis] as Dim, this.scope.size));
      if (axis === 0) place = index;
      else place = `${axis > 1 ? `(${place})` : place} * ${side} + ${index}`;
    });
    return `${name}[${place}]`;
  }

  private sum(terms: readonly { coefficient: Rational; entry: Entry }[]): Code {
    const depth = this.loops.length;
    const still = terms.filter((t) => this.levelOf(t.entry) < depth);
    // what stays the same in the loop is one number
    const list =
      still.length > 1 && still.length < terms.length
        ? [
            ...terms.filter((t) => !still.includes(t)),
            { coefficient: ONE, entry: { kind: 'sum', terms: still } as const },
          ]
        : terms;
    const first = Math.max(
      0,
      list.findIndex((t) => signR(t.coefficient) > 0),
    );
    const ordered = list.toSpliced(first, 1);
    const head = list[first];
    if (!head) return this.number(ZERO);
    const begin = this.scaled(absR(head.coefficient), head.entry);
    const start: Code =
      signR(head.coefficient) < 0 ? { text: minus(tight(begin, MUL)), binds: MUL } : begin;
    if (ordered.length === 0) return start;
    let text = tight(start, ADD);
    for (const t of ordered) {
      const body = this.scaled(absR(t.coefficient), t.entry);
      const negative = signR(t.coefficient) < 0;
      text += `${negative ? ' - ' : ' + '}${tight(body, negative ? MUL : ADD)}`;
    }
    return { text, binds: ADD };
  }

  private scaled(c: Rational, entry: Entry): Code {
    if (isOneR(c)) return this.code(entry);
    return this.product([
      { entry: { kind: 'number', value: c }, exponent: ONE },
      { entry, exponent: ONE },
    ]);
  }

  /** Numbers are gathered in front; what stays the same in the loop is one factor. */
  private product(all: readonly Power[]): Code {
    const depth = this.loops.length;
    let number = ONE;
    const same: string[] = [];
    const moving: Power[] = [];
    const still: Power[] = [];
    for (const f of flattened(all)) {
      if (f.entry.kind === 'number' && f.exponent.den === 1n)
        number = mulR(number, powR(f.entry.value, Number(f.exponent.num)));
      else if (f.entry.kind === 'same') same.push(this.equal(f.entry.a, f.entry.b));
      else (this.levelOf(f.entry) < depth ? still : moving).push(f);
    }
    const isAlone = still.length === 0 || moving.length === 0;
    const [one, ...more] = still;
    const group =
      isAlone || (one && more.length === 0 && isOneR(number) && isOneR(one.exponent))
        ? null
        : still;
    if (group) {
      const inner: Entry = {
        kind: 'product',
        factors: [{ entry: { kind: 'number', value: number }, exponent: ONE }, ...group],
      };
      number = ONE;
      still.length = 0;
      moving.unshift({ entry: inner, exponent: ONE });
    }
    const code = this.quotient(number, [...still, ...moving]);
    if (same.length === 0) return code;
    return { text: `${same.join(' && ')} ? ${tight(code, ADD)} : 0`, binds: COND };
  }

  private quotient(number: Rational, factors: readonly Power[]): Code {
    if (factors.length === 0) return this.number(number);
    const up: string[] = [];
    const down: string[] = [];
    const size = absR(number);
    const isFraction = size.den !== 1n && size.num === 1n;
    if (isFraction) down.push(this.number({ num: size.den, den: 1n }).text);
    else if (!isOneR(size)) up.push(this.number(size).text);
    for (const f of factors) {
      const positive = signR(f.exponent) > 0;
      const code = this.power(f.entry, absR(f.exponent));
      (positive ? up : down).push(tight(code, positive ? MUL : UNARY));
    }
    const above = up.join(' * ') || '1';
    const signed = signR(number) < 0 ? minus(above) : above;
    if (down.length === 0) return { text: signed, binds: up.length === 0 ? UNARY : MUL };
    const under = down.length > 1 ? `(${down.join(' * ')})` : down[0];
    return { text: `${signed} / ${under}`, binds: MUL };
  }

  /** x^k for k > 0. */
  private power(entry: Entry, k: Rational): Code {
    if (isOneR(k)) return this.code(entry);
    const { text, binds } = this.code(entry);
    switch (formatR(k)) {
      case '2':
      case '3': {
        const base = isName(text) ? text : this.named(text);
        return { text: Array.from({ length: Number(k.num) }, () => base).join(' * '), binds: MUL };
      }
      case '1/2':
        return { text: `${this.syntax.root}(${text})`, binds: ATOM };
      default: {
        const exponent = this.number(k).text;
        return { text: `${this.syntax.power}(${text}, ${exponent})`, binds: Math.max(ATOM, binds) };
      }
    }
  }

  private call(node: Apply, args: readonly Entry[]): string {
    const texts = args.map((a) => this.code(a).text);
    return this.syntax
      .spelled(node)
      .replace('$f', () => this.scope.callable(node))
      .replaceAll(/\$(\d)/gu, (_, k: string) => texts[Number(k)] ?? '');
  }

  /** A sum in a loop of its own, just before. */
  private total(over: readonly Index[], entry: Entry): string {
    const name = this.scope.names.numbered('s');
    this.put(this.syntax.variable(name, '0'));
    this.within(over, () => this.put(`${name} += ${this.code(entry).text};`));
    return name;
  }
}

/** What is no work to write down again. */
const isPlain = (e: Entry): boolean =>
  e.kind === 'number' ||
  e.kind === 'constant' ||
  (e.kind === 'read' && e.from.dims.length === 0 && e.from.kind !== 'work');

const isName = (text: string): boolean => /^\w+$/u.test(text);

/** Two minus signs side by side would be one operator. */
const minus = (text: string): string => (text.startsWith('-') ? `-(${text})` : `-${text}`);

const tight = ({ text, binds }: Code, least: number): string =>
  binds < least ? `(${text})` : text;

const bracketed = (text: string): string => (isName(text) ? text : `(${text})`);

/** Products of products are one product. */
const flattened = (factors: readonly Power[]): Power[] =>
  factors.flatMap((f) =>
    f.entry.kind === 'product' && f.exponent.den === 1n
      ? flattened(f.entry.factors).map((g) => ({
          entry: g.entry,
          exponent: mulR(g.exponent, f.exponent),
        }))
      : [f],
  );

/** The lines of a block; a loop around one line has no braces but its own line. */
function rendered({ items }: Block, indent: string): string[] {
  return items.flatMap((item) => {
    if (typeof item === 'string') return [indent + item];
    const body = rendered(item.body, `${indent}  `);
    return body.length === 1 && typeof item.body.items[0] === 'string'
      ? [`${indent}${item.head}`, ...body]
      : [`${indent}${item.head} {`, ...body, `${indent}}`];
  });
}
