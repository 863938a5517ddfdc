import { parseRational, rational } from '../../shape/rational.ts';
import { Lexer } from '../lexer.ts';
import { LIMITS } from '../limits.ts';
import { fail } from '../problem.ts';
import type { Sign, Token } from '../token.ts';
import type { Span } from '../tree.ts';
import { letterAt } from '../word.ts';
import { type Braces, matchBraces } from './braces.ts';
import { DISPLAYS } from './commands.ts';

const SPACE = /\s+/uy;
const BREAK = /\\\\\*?(?:\s*\[[^\]\n]*\d\s*(?:pt|em|ex|mm|cm)\])?/uy;
const ENVIRONMENT = /\\(begin|end)\s*\{([^{}]*)\}(?:\{\d+\})?/uy;
const FENCES: ReadonlyMap<string, readonly [sign: Sign, way: string]> = new Map([
  ['(', ['(', '']],
  [')', [')', '']],
  ['\\{', ['(', '']],
  ['\\}', [')', '']],
  ['/', ['/', '']],
  ['<', ['⟨', '']],
  ['>', ['⟩', '']],
  ['\\langle', ['⟨', '']],
  ['\\rangle', ['⟩', '']],
  ['|', ['|', '']],
  ['\\vert', ['|', '']],
  ['\\lvert', ['|', 'l']],
  ['\\rvert', ['|', 'r']],
  ['\\|', ['‖', '']],
  ['\\Vert', ['‖', '']],
  ['\\lVert', ['‖', 'l']],
  ['\\rVert', ['‖', 'r']],
]);

/** What stands in braces, or one letter, digit or command, behind a command. */
export interface Argument extends Span {
  readonly tokens: readonly Token[];
  readonly braced: boolean;
}

/** Braces, brackets of every size, displays and arguments. Braces group nothing by themselves, as in TeX. */
export class Groups extends Lexer {
  protected readonly braces: Braces;
  /** What is open in which line ends mean nothing. */
  readonly #displays: string[] = [];
  /** How each open `[` closes. */
  readonly #squares: Sign[] = [];
  #depth = 0;
  /** Whether the next command is an argument by itself: `\frac\lambda2`. */
  protected alone = false;
  /** Where the tokens of the innermost argument begin. */
  protected floor = 0;

  constructor(source: string, from: number) {
    super(source, from);
    this.braces = matchBraces(source, from);
  }

  /** Whether line ends are white space here. */
  protected get flowing(): boolean {
    return this.#displays.length + this.#depth > 0;
  }

  protected here(length: number): Span {
    return { start: this.at, end: this.at + length };
  }

  /** A sign that nobody typed, or that stands for more than one. */
  protected put(sign: Sign, { start, end }: Span): void {
    const text = this.source.slice(start, end);
    this.push({ kind: 'sign', sign, text, spaced: false, start, end });
  }

  protected space(): void {
    this.at += this.match(SPACE)?.[0].length ?? 0;
  }

  /** @param of the command that it belongs to */
  protected argument(of: string): Argument {
    this.space();
    const start = this.at;
    const from = this.tokens.length;
    const c = this.source.charAt(start);
    if (this.#depth >= LIMITS.brackets) this.tooDeep(this.here(1));
    const { floor } = this;
    this.floor = from;
    this.#depth += 1;
    this.alone = c === '\\';
    try {
      if (c === '{') this.#group();
      else if (c === '\\') this.token();
      else this.#single(of);
    } finally {
      this.#depth -= 1;
      this.floor = floor;
    }
    const tokens = this.tokens.splice(from).flatMap((t) => (t.kind === 'bad' ? [] : [t]));
    return { tokens, braced: c === '{', start, end: this.at };
  }

  #group(): void {
    const close = this.closing();
    this.at += 1;
    while (this.at < close) this.token();
    this.at = close + 1;
  }

  /** The brace that closes the one here. */
  protected closing(): number {
    return this.braces.get(this.at) ?? this.unmatched(1);
  }

  /** One digit, one letter. */
  #single(of: string): void {
    const letter = letterAt(this.source, this.at);
    if (letter) return this.word({ name: letter.text, clusters: [letter], end: letter.end });
    const digit = /^\d$/u.exec(this.source.charAt(this.at))?.[0];
    if (digit === undefined)
      return fail('missing-operand', this.here(0), `${of} is followed by what it acts on`, 'here');
    const start = this.at++;
    const value = parseRational(digit) ?? rational(0);
    this.push({ kind: 'number', value, ...this.common(start) });
  }

  protected unmatched(length: number): never {
    const text = this.source.slice(this.at, this.at + length);
    const open = /^(?:\{|\$+|\\[[(]|\\begin.*)$/su.test(text);
    return open
      ? fail('unclosed-bracket', this.here(length), `“${text}” is never closed`, 'opened here')
      : fail(
          'unexpected-token',
          this.here(length),
          `“${text}” closes what was never opened`,
          'this one',
          { edits: [{ ...this.here(length), text: '' }] },
        );
  }

  // ------------------------------------------------------------ brackets

  protected openSquare(length: number, places: boolean): void {
    this.#squares.push(places ? ']' : ')');
    this.sign(places ? '[' : '(', length);
  }

  protected closeSquare(length: number): void {
    this.sign(this.#squares.pop() ?? ']', length);
  }

  /**
   * A bracket; what it holds stands in brackets of its own where the way it opens is known, so that `\lvert a \lvert b \rvert \rvert`
   * is read as TeX shows it.
   * @param side `l` or `r`, where its size says so
   */
  protected fence(mark: string, side: string, length: number): void {
    if (mark === '[') return this.openSquare(length, false);
    if (mark === ']') return this.closeSquare(length);
    const here = this.here(length);
    const [sign, own] = FENCES.get(mark) ?? fail('no-notation', here, 'no such bracket is read');
    const way = sign === '|' || sign === '‖' ? own || side : '';
    if (way === 'r') this.put(')', here);
    this.sign(sign, length);
    if (way === 'l') this.put('(', here);
  }

  // ------------------------------------------------------------ displays

  /** `$`, `$$`: opens and closes. */
  protected dollar(): void {
    const mark = this.source.startsWith('$$', this.at) ? '$$' : '$';
    if (this.#displays.at(-1) === mark) return this.#close(mark, mark.length, mark === '$$');
    this.#open(mark, mark, mark.length, mark === '$$');
  }

  /** `\[`, `\(`, `\]`, `\)`. */
  protected display(mark: string): void {
    if (mark === '[') this.#open('\\]', '\\]', 2, true);
    else if (mark === '(') this.#open('\\)', '\\)', 2, false);
    else this.#close(`\\${mark}`, 2, mark === ']');
  }

  /** `\begin{align}`. */
  protected environment(): void {
    const [text, way, name = ''] = this.match(ENVIRONMENT) ?? [
      this.source.slice(this.at, this.at + 6),
    ];
    if (way === undefined)
      fail('missing-operand', this.here(text.length), 'which environment?', 'its name is missing');
    if (!DISPLAYS.test(name)) {
      fail(
        'no-notation',
        this.here(text.length),
        `the environment ${name} is not read`,
        'this one',
        {
          notes: ['vectors and matrices are given by name, not entry by entry'],
        },
      );
    }
    if (way === 'end') this.#close(name, text.length, true);
    else this.#open(name, `\\end{${name}}`, text.length, true);
  }

  #open(name: string, end: string, length: number, line: boolean): void {
    if (!this.source.includes(end, this.at + length)) this.unmatched(length);
    if (this.#displays.length >= LIMITS.brackets) this.tooDeep(this.here(length));
    this.#displays.push(name);
    this.#pass(length, line);
  }

  #close(name: string, length: number, line: boolean): void {
    if (this.#displays.at(-1) !== name) this.unmatched(length);
    this.#displays.pop();
    this.#pass(length, line);
  }

  #pass(length: number, line: boolean): void {
    if (line) return this.newline(length);
    this.at += length;
    this.spaced = true;
  }

  /** `\\`: the next statement, unless it goes on with an operator. */
  protected lineBreak(): void {
    const length = this.match(BREAK)?.[0].length ?? 2;
    if (this.#depth > 0)
      fail('no-notation', this.here(length), 'no line ends between braces', 'this one does');
    this.newline(length);
  }

  /** The end of the statement: groups and environments that are not read are passed over whole. */
  protected override lineEnd(): number {
    const stop = this.#displays.length > 0 ? /\\\\|\\end(?![A-Za-z])|\$|\\[\])]/uy : /[\n\r;]/uy;
    const begin = /\\begin\s*\{([^{}]*)\}/uy;
    let at = this.at;
    while (at < this.source.length) {
      stop.lastIndex = at;
      begin.lastIndex = at;
      if (at > this.at && stop.test(this.source)) return at;
      const name = begin.exec(this.source)?.[1];
      const end = name === undefined ? -1 : this.source.indexOf(`\\end{${name}}`, at);
      if (name !== undefined && end >= 0 && !DISPLAYS.test(name)) at = end + name.length + 6;
      else at = this.braces.get(at) ?? at + (this.source.charAt(at) === '\\' ? 2 : 1);
    }
    return this.source.length;
  }

  protected tooDeep(at: Span): never {
    return fail('too-deep', at, `more than ${LIMITS.brackets} brackets stand inside one another`);
  }
}
