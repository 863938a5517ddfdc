import { MatgradError } from '../diagnostic/diagnostic.ts';
import { addR, parseRational, rational } from '../shape/rational.ts';
import { LIMITS } from './limits.ts';
import { nearest } from './nearest.ts';
import { fail } from './problem.ts';
import {
  commandLetter,
  commandNames,
  commandSign,
  INSTEAD,
  LOWERED,
  RAISED,
  signAt,
  VULGAR,
} from './signs.ts';
import type { BadToken, Cluster, Sign, Token } from './token.ts';
import { isSign } from './token.ts';
import { clustersAt, type Word, wordFrom } from './word.ts';

/**
 * Text to tokens. Every spelling of a sign, a letter or a superscript becomes one token, so that the parser knows one of each.
 * Spans are UTF-16 offsets into the text as given. A superscript such as `ⁿ⁻¹` becomes `^{n-1}`, with brackets of no width.
 * What cannot be read becomes a token `bad`, and reading goes on with the next line.
 * @param from where to begin
 * @throws MatgradError too-long, too-deep, binary-input
 */
export function tokenize(source: string, from = 0): readonly (Token | BadToken)[] {
  return new Lexer(source, from).run();
}

/** What is no text, or too much of it, is told before anything is read. @throws MatgradError too-long, binary-input */
export function checkText(source: string, from: number): void {
  const start = { start: from, end: Math.min(from + 1, source.length) };
  const length = source.length - from;
  if (length > LIMITS.length) {
    fail(
      'too-long',
      start,
      `the text is too long: ${length} characters, and ${LIMITS.length} are the most that is read`,
    );
  }
  // \p{Cs} is half a surrogate pair; what \s takes is white space
  const odd = /(?!\s)\p{Cc}(?<!\u0085)|\p{Cs}|\ufffd/gu;
  odd.lastIndex = from;
  const found = odd.exec(source);
  if (found) {
    const at = { start: found.index, end: found.index + 1 };
    fail('binary-input', at, 'this is no text: it holds bytes that no text has', 'here', {
      notes: ['formulas are read as UTF-8'],
    });
  }
}

const SPACE = /(?:[^\S\n\r\u2028\u2029]|[\u200b\u2060-\u2064\ufeff\u00ad])+/uy;
const NEWLINE = /\r\n|[\n\r\u2028\u2029\u0085]/uy;
const LINE = /[^\n\r\u2028\u2029\u0085;]+/uy;
const COMMENT = /#[^\n\r\u2028\u2029\u0085]*/uy;
const NUMBER = /(?:\d+(?:\.\d+|\.(?![\w.*/^+'−\p{L}-]))?|\.\d+)(?:[eE][+-]?\d+)?/uy;
/** The axes of a product behind an opening bracket, where no transpose could stand. */
const QUOTED = /(['"‘’“”])([A-Za-z,\s→>-]*)['"‘’“”]/uy;
const COMMAND = /\\([A-Za-z]+|.?)/uy;
const REALS = /\\(?:mathbb\s*(?:\{\s*R\s*\}|R)|R(?![A-Za-z]))/y;
/** `^T`, `^{-T}`, `^\top`: always the transpose; `^(T)` is a power. */
const TRANSPOSE =
  /\^\s*(?:\{\s*([-−]?)\s*(?:T|⊤|⊺|ᵀ|\\top)\s*\}|([-−]?)(?:T|⊤|⊺|\\top(?![A-Za-z])))/uy;
const SUBSCRIPT = /_\s*(?:\{\s*([^{}\s]*)\s*\}|(\d+|inf(?![A-Za-z])|[^\s]))/uy;
/** A sum over steps as it is written on paper. */
const SERIES = /[Σ∑]\s*_\{\s*([^{}=]*=[^{}]*?)\s*\}\s*\^\s*(?:\{\s*([^{}]*?)\s*\}|(\p{L}|\d+))/duy;
const OPEN = new Set<Sign>(['(', '[', '{', '⟨']);
const CLOSE = new Set<Sign>([')', ']', '}', '⟩']);

/** Reads one token after another; `latex/lexer.ts` adds what stands for itself in LaTeX. */
export class Lexer {
  protected readonly source: string;
  protected readonly tokens: (Token | BadToken)[] = [];
  protected at = 0;
  protected spaced = false;
  #bad = 0;
  #open = 0;

  constructor(source: string, from: number) {
    this.source = source;
    this.at = from;
  }

  /** @throws MatgradError too-long, too-deep, binary-input */
  run(): readonly (Token | BadToken)[] {
    checkText(this.source, this.at);
    while (this.at < this.source.length && this.#bad < LIMITS.errors) {
      this.#tokenOrBad();
      if (this.tokens.length > LIMITS.tokens) {
        fail(
          'too-long',
          this.#here(1),
          `the text is too long: more than ${LIMITS.tokens} names, numbers and signs`,
          'read up to here',
        );
      }
    }
    this.sign('end', 0);
    return this.tokens;
  }

  /** What cannot be read spoils its line alone; a text that is too deep is not read on. */
  #tokenOrBad(): void {
    const start = this.at;
    const [count, open] = [this.tokens.length, this.#open];
    try {
      this.token();
    } catch (error) {
      if (!(error instanceof MatgradError) || error.diagnostics[0]?.code === 'too-deep')
        throw error;
      this.tokens.length = count;
      this.#open = open;
      this.at = start;
      this.at = Math.max(start + 1, this.lineEnd());
      this.#bad += 1;
      this.push({ kind: 'bad', error, ...this.common(start) });
    }
  }

  /** Where the line that is being read ends. */
  protected lineEnd(): number {
    return this.at + (this.match(LINE)?.[0].length ?? 1);
  }

  protected token(): void {
    const space = this.match(SPACE) ?? this.match(COMMENT);
    if (space) {
      this.at += space[0].length;
      this.spaced = true;
      return;
    }
    const newline = this.match(NEWLINE);
    if (newline) return this.newline(newline[0].length);
    const character = this.source.charAt(this.at);
    const series = this.match(SERIES);
    if (series) return this.#series(series);
    const clusters = clustersAt(this.source, this.at);
    if (clusters) return this.word(wordFrom(this.source, clusters));
    const quoted = isSign(this.tokens.at(-1), '(') ? this.match(QUOTED) : undefined;
    if (quoted) return this.quoted(quoted[0].length, quoted[2] ?? '');
    if (VULGAR.has(character) || this.match(NUMBER)) return this.#number();
    if (character === '\\') return this.#command();
    if (character === '^') {
      const transpose = this.match(TRANSPOSE);
      if (transpose)
        return this.sign((transpose[1] ?? transpose[2]) ? '^-T' : '^T', transpose[0].length);
    }
    if (character === '_' || LOWERED.has(character)) return this.#subscript();
    if (character === '″') return this.#primes(2);
    if (character === '‴') return this.#primes(3);
    const sign = signAt(this.source, this.at);
    if (sign) return this.sign(sign.sign, sign.text.length);
    if (RAISED.has(character)) return this.#raised();
    this.#badCharacter();
  }

  protected quoted(length: number, inside: string): void {
    const start = this.at;
    this.at += length;
    this.push({ kind: 'text', quoted: inside.replaceAll(/\s/gu, ''), ...this.common(start) });
  }

  protected newline(length: number): void {
    const last = this.tokens.at(-1);
    if (last && !isSign(last, 'newline')) this.sign('newline', length);
    else this.at += length;
    this.spaced = true;
  }

  /** `Σ_{t=1}^T` as `Σ[t=1..T]`. */
  #series({ indices }: RegExpExecArray): void {
    const [whole = [this.at, this.at], low = whole, braced, bare] = indices ?? [];
    const high = braced ?? bare ?? whole;
    const put = (sign: Sign, start: number): void =>
      this.push({ kind: 'sign', sign, text: sign, spaced: false, start, end: start + 1 });
    const inner = ([from, to]: readonly [number, number]): void => {
      for (const t of new Lexer(this.source.slice(0, to), from).run())
        if (!isSign(t, 'end')) this.push(t);
    };
    const first = { text: 'Σ', start: this.at, end: this.at + 1 };
    this.word({ name: 'Σ', clusters: [first], end: first.end });
    put('[', low[0] - 1);
    inner(low);
    put('..', low[1]);
    inner(high);
    this.at = whole[1];
    put(']', this.at - 1);
  }

  #number(): void {
    const start = this.at;
    const match = this.match(NUMBER);
    let value = match ? parseRational(match[0].replace(/\.(?=$|[eE])/u, '')) : rational(0);
    this.at += match ? match[0].length : 0;
    const fraction =
      match && /[.eE]/u.test(match[0]) ? undefined : VULGAR.get(this.source.charAt(this.at));
    if (!value) {
      fail(
        'bad-number',
        { start, end: this.at },
        'this number is too long or too large to be read exactly',
        'this one',
      );
    }
    if (fraction) {
      value = addR(value, rational(...fraction));
      this.at += 1;
    }
    this.push({ kind: 'number', value, ...this.common(start) });
  }

  protected word(word: Word): void {
    const start = this.at;
    this.at = word.end;
    if (word.end - start > LIMITS.word) {
      fail(
        'too-long',
        { start, end: word.end },
        `a run of more than ${LIMITS.word} letters, digits and subscripts is no formula`,
        'this one',
      );
    }
    this.push({ kind: 'word', name: word.name, clusters: word.clusters, ...this.common(start) });
  }

  #command(): void {
    const reals = this.match(REALS);
    if (reals) return this.sign('ℝ', reals[0].length);
    const match = this.match(COMMAND);
    const command = match?.[1] ?? '';
    const length = match?.[0].length ?? 1;
    if (command === '|') return this.sign('‖', length);
    if (command === '{' || command === '}') return this.sign(command, length);
    const sign = commandSign(command);
    if (sign) return this.sign(sign, length);
    const letter = commandLetter(command);
    if (letter) {
      const first: Cluster = { text: letter, start: this.at, end: this.at + length };
      return this.word(wordFrom(this.source, [first]));
    }
    const guess = nearest(command, commandNames);
    const at = this.#here(length);
    fail('unknown-command', at, `\\${command} is no command that is known here`, 'this one', {
      edits: guess ? [{ ...at, text: `\\${guess}` }] : [],
    });
  }

  #subscript(): void {
    const match = this.match(SUBSCRIPT);
    if (match) {
      const sub = match[1] ?? match[2] ?? '';
      return this.sub(LOWERED.get(sub) ?? sub, match[0].length);
    }
    let end = this.at;
    let sub = '';
    for (
      let c = LOWERED.get(this.source.charAt(end));
      c !== undefined;
      c = LOWERED.get(this.source.charAt(++end))
    )
      sub += c;
    if (!sub) this.#badCharacter();
    this.sub(sub, end - this.at);
  }

  protected sub(sub: string, length: number): void {
    const start = this.at;
    this.at += length;
    this.push({ kind: 'sub', sub, ...this.common(start) });
  }

  #primes(count: number): void {
    const start = this.at;
    this.sign("'", 1);
    for (let i = 1; i < count; i++) {
      this.tokens.push({
        kind: 'sign',
        sign: "'",
        text: this.source.charAt(start),
        spaced: false,
        start,
        end: start + 1,
      });
    }
  }

  /** `²`, `⁻¹`, `ⁿ⁺¹` as `^{…}`. */
  #raised(): void {
    this.sign('^', 0);
    this.sign('{', 0);
    let digits = '';
    const flush = (): void => {
      if (!digits) return;
      const value =
        parseRational(digits) ??
        fail('bad-number', this.#here(1), 'this exponent is too long', 'here');
      this.push({ kind: 'number', value, ...this.common(this.at - digits.length) });
      digits = '';
    };
    for (;;) {
      const character = this.source.charAt(this.at);
      const plain = RAISED.get(character);
      // `⁻ᵀ` is a sign of its own
      if (plain === undefined || (plain === '-' && signAt(this.source, this.at))) break;
      if (/\d/u.test(plain)) {
        digits += plain;
        this.at += 1;
        continue;
      }
      flush();
      if (plain === '+' || plain === '-') {
        this.sign(plain, 1);
      } else {
        const cluster = { text: plain, start: this.at, end: this.at + 1 };
        this.word({ name: plain, clusters: [cluster], end: this.at + 1 });
      }
    }
    flush();
    this.sign('}', 0);
  }

  #badCharacter(): never {
    const point = this.source.codePointAt(this.at) ?? 0;
    const character = String.fromCodePoint(point);
    const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
    const shown = /[\p{C}\p{Z}\p{M}]/u.test(character) ? code : `“${character}”`;
    const module = /\b(?:np|numpy|jnp|torch)$/u.test(
      this.source.slice(Math.max(0, this.at - 8), this.at),
    );
    const instead = module
      ? 'NumPy, JAX and PyTorch are read where it is asked for: --syntax numpy'
      : INSTEAD.get(character);
    fail(
      'bad-character',
      this.#here(character.length),
      `${shown} is no sign of the language`,
      'this one',
      {
        notes: instead === undefined ? [] : [instead],
      },
    );
  }

  protected sign(sign: Sign, length: number): void {
    const start = this.at;
    this.at += length;
    if (OPEN.has(sign)) this.#open += 1;
    else if (CLOSE.has(sign)) this.#open = Math.max(0, this.#open - 1);
    this.push({ kind: 'sign', sign, ...this.common(start) });
    if (this.#open > LIMITS.brackets) {
      fail(
        'too-deep',
        { start, end: this.at },
        `more than ${LIMITS.brackets} brackets stand inside one another`,
        'one too many',
        {
          notes: ['give the inner parts names of their own'],
        },
      );
    }
  }

  protected push(token: Token | BadToken): void {
    this.tokens.push(token);
    this.spaced = false;
  }

  protected common(start: number): { text: string; spaced: boolean; start: number; end: number } {
    return {
      text: this.source.slice(start, this.at),
      spaced: this.spaced,
      start,
      end: this.at,
    };
  }

  #here(length: number): { start: number; end: number } {
    return { start: this.at, end: this.at + length };
  }

  protected match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.source) ?? undefined;
  }
}
