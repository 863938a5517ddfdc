/**
 * Expressions of Julia and MATLAB, which agree on operators and their precedence. Terms are interned, so that what is written twice
 * is one term.
 */
export interface Term {
  readonly kind: 'name' | 'number' | 'binary' | 'negative' | 'transposed' | 'call';
  /** A name, a literal, an operator, or the text of a call with `$0`, `$1` for its arguments. */
  readonly text: string;
  readonly args: readonly Term[];
  /** Number of terms below, those that are shared counted again. */
  readonly weight: number;
}

const interned = new WeakMap<Terms, Map<string, Term>>();

export class Terms {
  private readonly ids = new Map<Term, number>();

  constructor() {
    interned.set(this, new Map());
  }

  readonly name = (text: string): Term => this.term('name', text, []);
  readonly number = (text: string): Term => this.term('number', text, []);
  readonly int = (n: number | bigint): Term => this.number(`${n}`);
  readonly binary = (op: string, a: Term, b: Term): Term => this.term('binary', op, [a, b]);

  negative(of: Term): Term {
    return (of.kind === 'negative' ? of.args[0] : undefined) ?? this.term('negative', '', [of]);
  }

  transposed(of: Term): Term {
    return (of.kind === 'transposed' ? of.args[0] : undefined) ?? this.term('transposed', '', [of]);
  }

  /** `sum($0, 2)` with its arguments; `$0` alone and `$0 .^ $1` are what they say. */
  call(text: string, ...args: readonly Term[]): Term {
    const [a, b] = args;
    if (text === '$0' && a) return a;
    const operator = /^\$0 (\S+) \$1$/u.exec(text)?.[1];
    if (operator !== undefined && a && b) return this.binary(operator, a, b);
    return this.term('call', text, args);
  }

  private term(kind: Term['kind'], text: string, args: readonly Term[]): Term {
    const known = interned.get(this) ?? new Map<string, Term>();
    const key = [kind, text, ...args.map((a) => this.ids.get(a))].join(' ');
    let found = known.get(key);
    if (!found) {
      found = { kind, text, args, weight: args.reduce((n, a) => n + a.weight, 1) };
      known.set(key, found);
      this.ids.set(found, this.ids.size);
    }
    return found;
  }
}

const SUM = 1;
const PRODUCT = 2;
const FRACTION = 3;
const POWER = 4;
const ATOM = 5;

function level(t: Term): number {
  switch (t.kind) {
    case 'negative':
      return SUM;
    case 'binary':
      if (/^\.?[-+]$/u.test(t.text)) return SUM;
      return t.text.endsWith('^') ? POWER : t.text === '//' ? FRACTION : PRODUCT;
    case 'name':
    case 'number':
    case 'transposed':
    case 'call':
      return ATOM;
  }
}

/** The text of a term, in which both languages read exactly the term. @param name of a term that has one */
export function printTerm(
  t: Term,
  name: (t: Term) => string | undefined = () => undefined,
): string {
  const print = (of: Term, least: number): string => {
    const known = name(of);
    if (known !== undefined) return known;
    const text = written(of);
    return level(of) < least ? `(${text})` : text;
  };
  const written = ({ kind, text, args }: Term): string => {
    const [a, b] = args;
    switch (kind) {
      case 'name':
      case 'number':
        return text;
      case 'negative':
        return a ? `-${print(a, PRODUCT)}` : '';
      case 'transposed':
        return a ? `${print(a, ATOM)}'` : '';
      case 'binary': {
        if (!a || !b) return '';
        const own = level({ kind, text, args, weight: 0 });
        const [left, right] = own === POWER ? [ATOM, ATOM] : [own, own + 1];
        const space = text === '//' ? '' : ' ';
        return `${print(a, left)}${space}${text}${space}${print(b, right)}`;
      }
      case 'call':
        return text.replaceAll(/\$(\d+)/gu, (_, k: string) => {
          const argument = args[Number(k)];
          if (!argument) throw new RangeError(`no argument $${k} of ${text}`);
          return print(argument, 0);
        });
    }
  };
  return written(t);
}

/** Terms that cost nothing: names, numbers, and transposes of names. */
export const isCheapTerm = ({ kind, args }: Term): boolean =>
  kind === 'name' ||
  kind === 'number' ||
  (kind !== 'binary' && kind !== 'call' && args.every(isCheapTerm));
