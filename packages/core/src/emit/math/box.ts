import { GREEK_LETTER } from '../../diagnostic/greek.ts';
import { ACCENTS } from '../letters.ts';

/**
 * What stands on a page, read off the LaTeX that `emit/latex.ts` writes and records spell: a closed subset, so that MathML and Typst
 * say exactly what LaTeX says.
 */
export type Box =
  | { readonly kind: 'row'; readonly items: readonly Box[] }
  /** One letter is set slanted, unless it is upright; a word is upright. */
  | { readonly kind: 'identifier'; readonly text: string; readonly upright: boolean }
  | { readonly kind: 'number' | 'operator' | 'text'; readonly text: string }
  | { readonly kind: 'fenced'; readonly open: string; readonly of: Box; readonly close: string }
  | { readonly kind: 'fraction'; readonly over: Box; readonly under: Box }
  | { readonly kind: 'root'; readonly of: Box; readonly degree: Box | null }
  | {
      readonly kind: 'scripts';
      readonly base: Box;
      readonly below: Box | null;
      readonly above: Box | null;
    }
  /** The combining mark of an accent. */
  | { readonly kind: 'accent'; readonly of: Box; readonly mark: string };

/** Commands that are one sign. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['top', '⊤'],
  ['odot', '⊙'],
  ['oslash', '⊘'],
  ['otimes', '⊗'],
  ['cdot', '⋅'],
  ['times', '×'],
  ['circ', '∘'],
  ['partial', '∂'],
  ['infty', '∞'],
  ['dots', '…'],
  ['sum', '∑'],
]);

/** What opens a pair of fences, and what closes it. */
const FENCES: ReadonlyMap<
  string,
  readonly [open: string, close: string, sign: string, end: string]
> = new Map([
  ['(', ['(', ')', '(', ')']],
  ['[', ['[', ']', '[', ']']],
  ['\\lVert', ['\\lVert', '\\rVert', '‖', '‖']],
  ['\\lvert', ['\\lvert', '\\rvert', '|', '|']],
  ['\\langle', ['\\langle', '\\rangle', '⟨', '⟩']],
]);

const SPACES: ReadonlySet<string> = new Set(['\\quad', '\\qquad', '\\;', '\\,', '\\ ', '\\!']);

const ACCENT_MARKS: ReadonlyMap<string, string> = new Map(
  [...ACCENTS].reverse().map(([mark, name]) => [name, mark]),
);

const TOKEN = /\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\p{L}\p{M}*|[^\s]/gsu;

/** @throws RangeError for LaTeX beyond what the printers write: a defect */
export function readLatex(latex: string): Box {
  return new Reader(latex).whole();
}

class Reader {
  private readonly latex: string;
  private readonly tokens: readonly { readonly text: string; readonly at: number }[];
  private place = 0;

  constructor(latex: string) {
    this.latex = latex;
    this.tokens = [...latex.matchAll(TOKEN)].map((m) => ({ text: m[0], at: m.index }));
  }

  whole(): Box {
    const box = this.row(() => false);
    if (this.place < this.tokens.length) this.fail();
    return box;
  }

  private peek(): string | undefined {
    return this.tokens[this.place]?.text;
  }

  private next(): string {
    const token = this.peek();
    if (token === undefined) return this.fail();
    this.place++;
    return token;
  }

  private expect(token: string): void {
    if (this.next() !== token) this.fail();
  }

  private fail(): never {
    throw new RangeError(`no formula that can be set: ${this.latex}`);
  }

  private row(ends: (token: string) => boolean): Box {
    const items: Box[] = [];
    for (let token = this.peek(); token !== undefined && !ends(token); token = this.peek()) {
      if (SPACES.has(token)) this.place++;
      else items.push(this.scripts(this.atom()));
    }
    const [only] = items;
    return only && items.length === 1 ? only : { kind: 'row', items };
  }

  private scripts(base: Box): Box {
    let below: Box | null = null;
    let above: Box | null = null;
    let primes = '';
    for (let t = this.peek(); t === '_' || t === '^' || t === "'"; t = this.peek()) {
      this.place++;
      if (t === '_') below = this.argument();
      else if (t === '^') above = this.argument();
      else primes += '′';
    }
    if (primes !== '') above = joined(sign(primes), above);
    return below || above ? { kind: 'scripts', base, below, above } : base;
  }

  /** What follows a command or a script: a group, or one sign. */
  private argument(): Box {
    return this.peek() === '{' ? this.group() : this.atom();
  }

  private group(): Box {
    this.expect('{');
    const box = this.row((t) => t === '}');
    this.expect('}');
    return box;
  }

  /** The text within braces as it stands. */
  private words(): string {
    this.expect('{');
    const from = (this.tokens[this.place - 1]?.at ?? 0) + 1;
    while (this.next() !== '}');
    const to = this.tokens[this.place - 1]?.at ?? from;
    return this.latex.slice(from, to).replaceAll('\\_', '_');
  }

  private atom(): Box {
    const token = this.next();
    if (token === '{') {
      this.place--;
      return this.group();
    }
    if (/^\d/u.test(token)) return { kind: 'number', text: token };
    if (/^\p{L}/u.test(token)) return { kind: 'identifier', text: token, upright: false };
    if (token === '\\left') return this.fenced(this.next(), true);
    if (FENCES.has(token)) return this.fenced(token, false);
    if (token.startsWith('\\')) return this.command(token.slice(1));
    if (/^[-+*=/,:.|!<>…∂]$/u.test(token))
      return sign(token === '-' ? '−' : token === '*' ? '∗' : token);
    return this.fail();
  }

  private fenced(token: string, grows: boolean): Box {
    const [, end, open, close] = FENCES.get(token) ?? this.fail();
    const of = this.row((t) => t === (grows ? '\\right' : end));
    if (grows) this.expect('\\right');
    this.expect(end);
    return { kind: 'fenced', open, of, close };
  }

  private command(name: string): Box {
    const found = SIGNS.get(name);
    if (found !== undefined) return sign(found);
    const mark = ACCENT_MARKS.get(name);
    if (mark !== undefined) return { kind: 'accent', of: this.argument(), mark };
    switch (name) {
      case 'frac':
        return { kind: 'fraction', over: this.group(), under: this.group() };
      case 'sqrt': {
        if (this.peek() !== '[') return { kind: 'root', of: this.group(), degree: null };
        this.expect('[');
        const degree = this.row((t) => t === ']');
        this.expect(']');
        return { kind: 'root', of: this.group(), degree };
      }
      case 'mathrm':
      case 'operatorname':
        return { kind: 'identifier', text: this.words(), upright: true };
      case 'text':
        return { kind: 'text', text: this.words() };
      default: {
        const letter = GREEK_LETTER.get(name);
        if (letter) return { kind: 'identifier', text: letter, upright: false };
        // the names of functions: \log, \det
        return /^[a-z]+$/u.test(name) && NAMES.has(name)
          ? { kind: 'identifier', text: name, upright: true }
          : this.fail();
      }
    }
  }
}

const NAMES: ReadonlySet<string> = new Set(
  'exp log sin cos tan sinh cosh tanh arcsin arccos arctan det max min'.split(' '),
);

const sign = (text: string): Box => ({ kind: 'operator', text });

const joined = (a: Box, b: Box | null): Box => (b ? { kind: 'row', items: [a, b] } : a);

/** Whether a name is one letter, marks and all. */
export const isOneLetter = (text: string): boolean => /^\P{M}\p{M}*$/u.test(text);
