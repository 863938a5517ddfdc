import { parseRational } from '../../shape/rational.ts';
import { LIMITS } from '../limits.ts';
import { fail, join } from '../problem.ts';
import type { Span } from '../tree.ts';
import type { PyToken } from './lexer.ts';
import type { Py, PyOp, PyOption } from './tree.ts';

/**
 * Expressions of Python by its precedence (Python reference, 6.17): sums; `*`, `@`, `/`; a minus in front; `**`, which binds tighter
 * than a minus on its left and to the right; attributes, calls, subscripts.
 */

/** Signs and words of Python that no formula has, with what is meant here. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['^', 'a power is written `**`'],
  ['//', 'a division of real numbers is written `/`'],
  ['%', 'a remainder has no derivative'],
  ['lambda', 'the Greek letter is written `lam` or `lambda_`'],
  ['if', 'what depends on a condition is written with np.maximum or np.abs'],
  ['for', 'a loop over rows is written with whole arrays'],
  ['=', 'an assignment stands on a line of its own'],
]);
const KEYWORDS: ReadonlySet<string> = new Set(
  'and or not in is if else for while lambda await yield'.split(' '),
);
const PRODUCTS: ReadonlySet<string> = new Set(['*', '@', '/']);
const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** A whole expression. @throws MatgradError */
export function parsePython(tokens: readonly PyToken[]): Py {
  const parser = new Parser(tokens);
  const e = parser.list();
  parser.end();
  return e;
}

class Parser {
  readonly #tokens: readonly PyToken[];
  readonly #end: PyToken;
  readonly #heights = new WeakMap<Py, number>();
  #at = 0;
  #nesting = 0;

  constructor(tokens: readonly PyToken[]) {
    this.#tokens = tokens;
    const at = tokens.at(-1)?.end ?? 0;
    this.#end = { kind: 'end', text: '', start: at, end: at };
  }

  #peek(): PyToken {
    return this.#tokens[this.#at] ?? this.#end;
  }

  #next(): PyToken {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #is(...signs: readonly string[]): boolean {
    const { kind, text } = this.#peek();
    return kind === 'sign' && signs.includes(text);
  }

  #accept(...signs: readonly string[]): PyToken | undefined {
    return this.#is(...signs) ? this.#next() : undefined;
  }

  end(): void {
    if (this.#peek().kind !== 'end') this.#unexpected();
  }

  /** `a`, `a, b`. */
  list(): Py {
    const first = this.#sum();
    if (!this.#is(',')) return first;
    const items = [first];
    while (this.#accept(','))
      if (this.#peek().kind !== 'end' && !this.#is(')')) items.push(this.#sum());
    return this.#grown(
      { kind: 'tuple', span: join(first.span, items.at(-1)?.span ?? first.span), items },
      items,
    );
  }

  #sum(): Py {
    return this.#nested(() => {
      let left = this.#product();
      for (let op = this.#accept('+', '-'); op; op = this.#accept('+', '-'))
        left = this.#binary(op.text as PyOp, left, this.#product());
      return left;
    });
  }

  #product(): Py {
    let left = this.#unary();
    while (this.#peek().kind === 'sign' && PRODUCTS.has(this.#peek().text)) {
      const op = this.#next();
      left = this.#binary(op.text as PyOp, left, this.#unary());
    }
    return left;
  }

  #unary(): Py {
    const sign = this.#accept('-', '+');
    if (!sign) return this.#power();
    return this.#nested(() => {
      const of = this.#unary();
      if (sign.text === '+') return of;
      return this.#grown({ kind: 'negative', span: join(sign, of.span), of }, [of]);
    });
  }

  #power(): Py {
    const base = this.#postfix();
    if (!this.#accept('**')) return base;
    return this.#binary(
      '**',
      base,
      this.#nested(() => this.#unary()),
    );
  }

  #binary(op: PyOp, left: Py, right: Py): Py {
    const span = join(left.span, right.span);
    return this.#grown({ kind: 'binary', span, op, left, right }, [left, right]);
  }

  #postfix(): Py {
    let e = this.#primary();
    for (;;) {
      if (this.#accept('.')) {
        const at = this.#peek();
        if (at.kind !== 'name') this.#missing('an attribute');
        this.#next();
        e = this.#grown(
          { kind: 'attribute', span: join(e.span, at), of: e, name: at.text, at: spanOf(at) },
          [e],
        );
      } else if (this.#is('(')) e = this.#call(e);
      else if (this.#is('[')) e = this.#subscript(e);
      else return e;
    }
  }

  #call(fn: Py): Py {
    const open = this.#next();
    const args: Py[] = [];
    const options: PyOption[] = [];
    while (!this.#is(')')) {
      const option = this.#option();
      if (option) options.push(option);
      else args.push(this.#sum());
      if (!this.#accept(',')) break;
    }
    const close = this.#close(open);
    const parts = [fn, ...args, ...options.map((o) => o.value)];
    return this.#grown({ kind: 'call', span: join(fn.span, close), fn, args, options }, parts);
  }

  #option(): PyOption | undefined {
    const name = this.#peek();
    const equals = this.#tokens[this.#at + 1];
    if (name.kind !== 'name' || equals?.text !== '=') return undefined;
    this.#at += 2;
    const value = this.#sum();
    return { name: name.text, value, span: join(name, value.span) };
  }

  #subscript(of: Py): Py {
    const open = this.#next();
    const items: (Py | null)[] = [];
    while (!this.#is(']')) {
      const colon = this.#accept(':');
      if (colon && !this.#is(',', ']')) this.#slice(colon);
      const item = colon ? null : this.#sum();
      if (item && this.#is(':')) this.#slice(this.#peek());
      items.push(item);
      if (!this.#accept(',')) break;
    }
    const span = join(of.span, this.#close(open));
    return this.#grown({ kind: 'subscript', span, of, items }, [
      of,
      ...items.filter((i) => i !== null),
    ]);
  }

  #slice(at: Span): never {
    return fail(
      'no-notation',
      spanOf(at),
      'a slice is read whole only, as in `X[:, j]`',
      'this one',
    );
  }

  #primary(): Py {
    const token = this.#peek();
    const span = spanOf(token);
    switch (token.kind) {
      case 'number': {
        this.#next();
        const digits = token.text.replaceAll('_', '').replace(/\.(?=$|[eE])/u, '');
        const value = parseRational(digits);
        if (!value)
          return fail(
            'bad-number',
            span,
            'this number is too long or too large to be read exactly',
            'this one',
          );
        return { kind: 'number', span, value };
      }
      case 'string':
        this.#next();
        return {
          kind: 'string',
          span,
          text: token.text.replace(/^\w?(?:"""|'''|"|')|(?:"""|'''|"|')$/gu, ''),
        };
      case 'name':
        if (KEYWORDS.has(token.text)) return this.#unexpected();
        this.#next();
        return { kind: 'name', span, name: token.text };
      case 'sign':
        if (token.text === '(') return this.#group();
        if (token.text === '[' || token.text === '{')
          return fail(
            'no-notation',
            span,
            'arrays are given by name, not entry by entry',
            'this bracket',
          );
        return this.#missing('a name, a number or a bracket');
      case 'end':
        return this.#missing('a name, a number or a bracket');
    }
  }

  #group(): Py {
    const open = this.#next();
    const of = this.#is(')') ? this.#missing('a name, a number or a bracket') : this.list();
    const span = join(open, this.#close(open));
    const same: Py = { ...of, span };
    this.#heights.set(same, this.#heights.get(of) ?? 0);
    return same;
  }

  #close(open: PyToken): PyToken {
    const closing = CLOSES[open.text] ?? ')';
    const token = this.#peek();
    if (this.#is(closing)) return this.#next();
    if (token.kind === 'sign' && /^[)\]}]$/u.test(token.text)) {
      return fail(
        'unexpected-token',
        spanOf(token),
        `“${open.text}” is closed by “${token.text}”`,
        `“${closing}” was expected`,
        {
          labels: [{ ...spanOf(open), text: 'opened here' }],
          edits: [{ ...spanOf(token), text: closing }],
        },
      );
    }
    if (token.kind !== 'end') return this.#unexpected();
    return fail('unclosed-bracket', spanOf(open), `“${open.text}” is never closed`, 'opened here', {
      edits: [{ start: token.start, end: token.start, text: closing }],
    });
  }

  #missing(what: string): never {
    const token = this.#peek();
    const found = token.kind === 'end' ? 'the text ends here' : `not “${token.text}”`;
    return fail('missing-operand', spanOf(token), `${what} is missing`, found);
  }

  #unexpected(): never {
    const token = this.#peek();
    const note = REFUSED.get(token.text);
    const closes = /^[)\]}]$/u.test(token.text);
    const message = closes
      ? `“${token.text}” closes a bracket that was never opened`
      : `“${token.text}” has no place here`;
    return fail('unexpected-token', spanOf(token), message, 'this one', {
      notes: note === undefined ? [] : [note],
      edits: closes ? [{ ...spanOf(token), text: '' }] : [],
    });
  }

  #nested<T>(read: () => T): T {
    this.#nesting += 1;
    if (this.#nesting > LIMITS.depth) this.#tooDeep(this.#peek());
    const result = read();
    this.#nesting -= 1;
    return result;
  }

  #grown(e: Py, parts: readonly Py[]): Py {
    const height = 1 + Math.max(0, ...parts.map((p) => this.#heights.get(p) ?? 0));
    if (height > LIMITS.depth) this.#tooDeep(e.span);
    this.#heights.set(e, height);
    return e;
  }

  #tooDeep(at: Span): never {
    return fail(
      'too-deep',
      spanOf(at),
      `more than ${LIMITS.depth} operations stand inside one another`,
      'here',
      {
        notes: ['give parts names of their own: `r = …`'],
      },
    );
  }
}

const spanOf = ({ start, end }: Span): Span => ({ start, end });
