import { parseRational } from '../shape/rational.ts';
import { LIMITS } from './limits.ts';
import { fail } from './problem.ts';
import type { Sign, SignToken } from './token.ts';
import type { Expr, Span } from './tree.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { FormulaToken, NameToken } from './words.ts';

/** What a pair of signs encloses at a place; the innermost decides whether `‖` and `|` close. */
export type Fence = '(' | '[' | '{' | '⟨' | '‖' | '|';

export interface OpenFence {
  readonly fence: Fence;
  readonly span: Span;
}

const CLOSES: Readonly<Record<Fence, Sign>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '⟨': '⟩',
  '‖': '‖',
  '|': '|',
};

const CLOSING: ReadonlySet<Sign> = new Set([')', ']', '}', '⟩']);

/** A place in the tokens of one statement, with the brackets that are open there. The last token is a sign `end`. */
export class Reader {
  readonly vocabulary: Vocabulary;
  readonly #tokens: FormulaToken[];
  readonly #end: SignToken;
  readonly #fences: OpenFence[] = [];
  readonly #heights = new WeakMap<Expr, number>();
  #at = 0;
  #nesting = 0;
  readonly #expression: (r: Reader) => Expr;

  /** @param expression reads what stands inside brackets */
  constructor(
    tokens: readonly FormulaToken[],
    end: SignToken,
    vocabulary: Vocabulary,
    expression: (r: Reader) => Expr,
  ) {
    this.#tokens = [...tokens];
    this.#end = end;
    this.vocabulary = vocabulary;
    this.#expression = expression;
  }

  /** An expression, up to a token that cannot belong to it. */
  expression(): Expr {
    return this.#expression(this);
  }

  /** The token that is `ahead` places on. */
  peek(ahead = 0): FormulaToken {
    return this.#tokens[this.#at + ahead] ?? this.#end;
  }

  /** The token that was read last. */
  previous(): FormulaToken | undefined {
    return this.#tokens[this.#at - 1];
  }

  next(): FormulaToken {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  is(...signs: readonly Sign[]): boolean {
    const token = this.peek();
    return token.kind === 'sign' && signs.includes(token.sign);
  }

  isName(name: string): boolean {
    const token = this.peek();
    return token.kind === 'name' && token.name === name;
  }

  /** Reads a sign if it stands here. */
  accept(...signs: readonly Sign[]): SignToken | undefined {
    const token = this.peek();
    if (token.kind !== 'sign' || !signs.includes(token.sign)) return undefined;
    this.#at += 1;
    return token;
  }

  acceptName(name: string): NameToken | undefined {
    const token = this.peek();
    if (token.kind !== 'name' || token.name !== name) return undefined;
    this.#at += 1;
    return token;
  }

  get atEnd(): boolean {
    return this.is('end');
  }

  open(fence: Fence, at: Span): OpenFence {
    const open = { fence, span: { start: at.start, end: at.end } };
    this.#fences.push(open);
    return open;
  }

  get innermost(): Fence | undefined {
    return this.#fences.at(-1)?.fence;
  }

  /** Reads the sign that closes the innermost bracket. @throws MatgradError unclosed-bracket, unexpected-token */
  close(open: OpenFence): SignToken {
    if (open.fence === '|') this.#parting();
    const closing = this.accept(CLOSES[open.fence]);
    if (!closing) return this.unclosed(open);
    this.#fences.pop();
    return closing;
  }

  /** `|A||B|`: the first half of `||` closes here. */
  #parting(): void {
    const token = this.peek();
    if (token.kind !== 'sign' || token.sign !== '‖' || token.text !== '||') return;
    const middle = token.start + 1;
    const first: SignToken = { ...token, sign: '|', text: '|', end: middle };
    const second: SignToken = { ...token, sign: '|', text: '|', spaced: false, start: middle };
    this.#tokens.splice(this.#at, 1, first, second);
  }

  /** `3x4`, where x4 was read as one word: takes the x off and is true. */
  splitCross(): boolean {
    const token = this.peek();
    const before = this.previous();
    if (token.kind !== 'name' || before?.kind !== 'number' || token.spaced) return false;
    const digits = /^x(\d+)$/u.exec(token.text)?.[1];
    const value = digits === undefined ? undefined : parseRational(digits);
    if (digits === undefined || !value) return false;
    const { end } = token;
    const start = token.start + 1;
    this.#tokens[this.#at] = { kind: 'number', value, text: digits, spaced: false, start, end };
    return true;
  }

  unclosed(open: OpenFence): never {
    const token = this.peek();
    const closing = CLOSES[open.fence];
    if (token.kind === 'sign' && CLOSING.has(token.sign)) {
      return fail(
        'unexpected-token',
        token,
        `“${open.fence}” is closed by “${token.text}”`,
        `“${closing}” was expected`,
        {
          labels: [{ ...open.span, text: 'opened here' }],
          edits: [{ start: token.start, end: token.end, text: closing }],
        },
      );
    }
    return fail('unclosed-bracket', open.span, `“${open.fence}” is never closed`, 'opened here', {
      labels: [{ start: token.start, end: token.end, text: `“${closing}” was expected here` }],
      edits: [{ start: this.#lastEnd(), end: this.#lastEnd(), text: closing }],
    });
  }

  #lastEnd(): number {
    return this.previous()?.end ?? this.peek().start;
  }

  /** Runs `read` one level deeper. */
  nested<T>(read: () => T): T {
    this.#nesting += 1;
    if (this.#nesting > LIMITS.depth) this.#tooDeep(this.peek());
    const result = read();
    this.#nesting -= 1;
    return result;
  }

  /** Notes how deep a new expression is. @throws MatgradError too-deep */
  grown<E extends Expr>(e: E, ...parts: readonly Expr[]): E {
    const height = 1 + Math.max(0, ...parts.map((p) => this.#heights.get(p) ?? 0));
    if (height > LIMITS.depth) this.#tooDeep(e.span);
    this.#heights.set(e, height);
    return e;
  }

  /** The same expression with the brackets around it. */
  respan(e: Expr, span: Span): Expr {
    const same: Expr = { ...e, span };
    this.#heights.set(same, this.#heights.get(e) ?? 0);
    return same;
  }

  #tooDeep(at: Span): never {
    return fail(
      'too-deep',
      { start: at.start, end: at.end },
      `more than ${LIMITS.depth} operations stand inside one another`,
      'here',
      { notes: ['give parts names of their own: P = …'] },
    );
  }
}
