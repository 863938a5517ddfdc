import { nearest } from '../nearest.ts';
import { fail } from '../problem.ts';
import { commandLetter } from '../signs.ts';
import type { BadToken, Cluster, Token, WordToken } from '../token.ts';
import { isSign, PLAIN } from '../token.ts';
import { clustersAt, wordFrom } from '../word.ts';
import {
  accentOf,
  FRACTIONS,
  faceOf,
  functionOf,
  latexCommands,
  refusalOf,
  signOf,
  UPRIGHT,
} from './commands.ts';
import { separated } from './declarations.ts';
import { Scripts, wordOf } from './scripts.ts';

/**
 * LaTeX to the tokens of the language, so that one parser reads both. `\frac{a}{b}` becomes `{{a}/{b}}`, `\lVert x \rVert` becomes
 * `‖(x)‖`, `\log` a word that needs no bracket; every token keeps its place in the text as pasted. What the maths front end reads
 * is read here too.
 * @throws MatgradError too-long, too-deep, binary-input
 */
export const tokenizeLatex = (source: string, from: number): readonly (Token | BadToken)[] =>
  separated(new LatexLexer(source, from).run());

/** Spacing, comments, marks of columns, empty groups. */
const IGNORED =
  /(?:\\[,;:!>~ ]|\\(?:quad|qquad|(?:display|text|script)style|limits|nolimits|nonumber|notag|(?:thin|med|thick|en)space|hfill)(?![A-Za-z])|\\(?:label|tag|[hv]space)\*?\{[^{}]*\}|[&~]|%[^\n\r]*|\{\s*\})+/uy;
/** What `emit/latex.ts` writes for the axes of a product. */
const AXES = /\\text\{\s*['"]([A-Za-z,\s>-]*)['"]\s*\}/uy;
const LINE_END = /[\n\r\u2028\u2029\u0085]+/uy;
/** The comma or full stop behind a formula that is set apart. */
const PUNCTUATION = /[.,;](?=[\s~&]*(?:$|\$|\\[\])]|\\\\|\\end(?![A-Za-z])))|\.(?=\s*[\n\r])/uy;
const COMMAND = /\\(?:([A-Za-z]+)\*?|.?)/suy;
const REALS = /\\(?:mathbb\s*(?:\{\s*R\s*\}|R)|R(?![A-Za-z]))/uy;
/** A bracket with its size; a last letter l or r says which way it opens. */
const SIZED = /\\(left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])\s*(\\[A-Za-z]+|\\?[^\sA-Za-z])/uy;
const FENCE = /\\(?:[lr][vV]ert(?![A-Za-z])|[{}|])/uy;
/** Words that may stand between formulas. */
const LINKS: ReadonlySet<string> = new Set(['for', 'all', 'where', 'and', 'in', 'by']);
/** Script capitals that Unicode has as letters of their own. */
const SCRIPT: ReadonlyMap<string, string> = new Map(
  Array.from('ℬℰℱℋℐℒℳℛ', (c) => [c.normalize('NFKC'), c] as const),
);

/** A sum with both of its ends, up to the lower one. */
const BOUNDED = /\\sum(?:\s*\\limits)?\s*_\s*(?=\{[^{}=]*=[^{}]*\}(?:\s*\\limits)?\s*\^)/uy;
const ABOVE = /(?:\s*\\limits)?\s*\^\s*/uy;

class LatexLexer extends Scripts {
  protected override token(): void {
    const skipped =
      this.match(IGNORED) ??
      this.match(PUNCTUATION) ??
      (this.flowing ? this.match(LINE_END) : undefined);
    if (skipped) {
      this.at += skipped[0].length;
      this.spaced ||= skipped[0] !== '\\!';
      return;
    }
    const axes = isSign(this.tokens.at(-1), '(') ? this.match(AXES) : undefined;
    if (axes) return this.quoted(axes[0].length, axes[1] ?? '');
    switch (this.source.charAt(this.at)) {
      case '$':
        return this.dollar();
      case '\\':
        return this.#command();
      case '^':
        return this.superscript();
      case '_':
        return this.subscript(this.tokens.length - 1);
      case '[':
        return this.openSquare(1, this.#holdsPlaces());
      case ']':
        return this.closeSquare(1);
      case '{':
        return this.#brace();
      case '}':
        return this.#braced.delete(this.at) ? void (this.at += 1) : this.unmatched(1);
      default: {
        const letters = clustersAt(this.source, this.at);
        if (letters) return this.word(wordFrom(this.source, letters, false));
        super.token();
      }
    }
  }

  /** Closing braces of groups that are nothing by themselves. */
  readonly #braced = new Set<number>();

  /** A brace that belongs to no command: nothing, but for what `\log{x}` acts on. */
  #brace(): void {
    const close = this.closing();
    if (this.lastWord()?.latex?.bare) return this.inBrackets(this.argument('{'));
    this.#braced.add(close);
    this.at += 1;
  }

  /** Whether `[` holds places here and groups nothing: behind a name, and where nothing but places stands in it. */
  #holdsPlaces(): boolean {
    const places = /\[[\p{L}\p{N}\s,:+-]*\]/uy;
    const last = this.lastWord();
    if (last) return !last.latex?.bare;
    const behind = this.tokens.length > this.floor && isSign(this.tokens.at(-1), ')', '}', '^T');
    return behind && !this.spaced && this.match(places) !== undefined;
  }

  // ------------------------------------------------------------ commands

  #command(): void {
    const [text = '\\', command = ''] = this.match(COMMAND) ?? [];
    const { length } = text;
    const { alone } = this;
    this.alone = false;
    const mark = text.slice(1);
    const sized = this.match(SIZED);
    const fence = this.match(FENCE);
    if (mark === '\\') return this.lineBreak();
    if (sized) {
      const [whole, size = '', bracket = ''] = sized;
      const side = size === 'left' ? 'l' : size === 'right' ? 'r' : size.slice(-1);
      return this.fence(bracket, side, whole.length);
    }
    if (fence) return this.fence(fence[0], '', length);
    if (/^[[\]()]$/u.test(mark)) return this.display(mark);
    if (this.match(REALS)) return super.token();
    if (command === 'begin' || command === 'end') return this.environment();
    if (FRACTIONS.has(command)) return this.#fraction(text);
    if (command === 'sqrt') return this.#root(text);
    const bounded = this.match(BOUNDED);
    if (bounded) return this.#series(text, bounded[0].length);
    if (UPRIGHT.has(command)) return this.#upright(text);
    if (command === 'norm' || command === 'abs') return this.#normed(text);
    if (command === 'infty') return this.#named('inf', length);
    if (command === 'forall') return this.#named('for', length);
    const face = command === 'mathbb' ? 'mathbb' : faceOf(command);
    if (face !== undefined) return this.#face(text, face);
    const accent = accentOf(command);
    if (accent !== undefined) return this.#accent(text, accent);
    const name = refusalOf(command) === undefined ? functionOf(command) : undefined;
    if (name !== undefined) return this.#function(name, length);
    const sign = signOf(command);
    if (sign) return this.sign(sign, length);
    if (command === 'Gamma' && this.#afterLog()) return this.#logOf('lgamma', length);
    const letter = commandLetter(command);
    if (letter !== undefined) {
      const first = { text: letter, ...this.here(length) };
      const word = { name: letter, clusters: [first], end: first.end };
      return this.word(alone ? word : wordFrom(this.source, [first], false));
    }
    this.#unknown(command, length);
  }

  #unknown(command: string, length: number): never {
    const at = this.here(length);
    const refusal = refusalOf(command);
    const text = this.source.slice(at.start, at.end);
    if (refusal !== undefined)
      fail('no-notation', at, `${text} is not read`, 'this command', { notes: [refusal] });
    const guess = nearest(command, latexCommands);
    return fail('unknown-command', at, `${text} is no command that is known here`, 'this one', {
      edits: guess === undefined ? [] : [{ ...at, text: `\\${guess}` }],
    });
  }

  /** A word as it stands, of one piece. */
  #named(name: string, length: number, bare = false): void {
    const cluster = { text: name, ...this.here(length) };
    this.word({ name, clusters: [cluster], end: cluster.end });
    const made = this.tokens.pop();
    if (made?.kind === 'word') this.push({ ...made, latex: { ...PLAIN, bare } });
  }

  /** `\det` behind `\log` is one function with it, whose derivative needs no determinant. */
  #function(name: string, length: number): void {
    if (name === 'det' && this.#afterLog()) this.#logOf('logdet', length);
    else this.#named(name, length, true);
  }

  #afterLog(): boolean {
    const last = this.lastWord();
    return last?.latex?.bare === true && last.name === 'log';
  }

  /** `\log\det`, `\log\Gamma`. */
  #logOf(name: string, length: number): void {
    const end = this.at + length;
    const start = this.tokens.pop()?.start ?? this.at;
    this.at = start;
    this.#named(name, end - start, true);
  }

  #fraction(text: string): void {
    const whole = this.here(text.length);
    this.at += text.length;
    const over = this.argument(text);
    const under = this.argument(text);
    const between = { start: over.end, end: over.end };
    this.put('{', whole);
    this.group(over);
    this.put('/', between);
    this.group(under);
    this.put('}', { start: under.end, end: under.end });
  }

  /** `\sum_{t=1}^{T}` as `Σ[t=1..T]`. */
  #series(text: string, below: number): void {
    const whole = this.here(text.length);
    this.at += below;
    const low = this.argument(text);
    const above = this.match(ABOVE)?.[0].length ?? 0;
    this.at += above;
    const high = this.argument(text);
    this.#word('Σ', whole);
    this.put('[', { start: low.start, end: low.start + 1 });
    for (const t of low.tokens) this.push(t);
    this.put('..', { start: high.start - above, end: high.start });
    for (const t of high.tokens) this.push(t);
    this.put(']', { start: high.end, end: high.end });
  }

  #word(name: string, at: { readonly start: number; readonly end: number }): void {
    const cluster = { text: name, ...at };
    this.push({ kind: 'word', name, clusters: [cluster], text: name, spaced: true, ...at });
  }

  #root(text: string): void {
    const start = this.at;
    const degree = /\\sqrt\s*\[([^\]]*)\]/uy;
    const order = this.match(degree);
    const length = order?.[0].length ?? text.length;
    if (order && !/^[23]$/u.test((order[1] ?? '').trim())) {
      fail(
        'no-notation',
        { start, end: start + length },
        'only square and cube roots are read so',
        'this root',
        {
          notes: ['others are powers, x^{1/4}'],
        },
      );
    }
    this.#named(order?.[1]?.trim() === '3' ? 'cbrt' : 'sqrt', length);
    this.inBrackets(this.argument(text));
  }

  /** `\norm{x}`, `\abs{x}`; `\norm(x)` is the function. */
  #normed(text: string): void {
    const sign = text.startsWith('\\norm') ? '‖' : '|';
    const here = this.here(text.length);
    if (!/^\s*\{/u.test(this.source.slice(here.end, here.end + 9)))
      return this.#named(text.slice(1).replace('*', ''), text.length, true);
    this.at = here.end;
    const argument = this.argument(text);
    this.put(sign, here);
    this.inBrackets(argument);
    this.put(sign, { start: argument.end, end: argument.end });
  }

  /** `\mathrm{tr}`, `\text{loss}`, `\operatorname{softmax}`; `\mathrm{e}^{x}` is the exponential function. */
  #upright(text: string): void {
    const start = this.at;
    this.at += text.length;
    this.space();
    const braced = this.source.charAt(this.at) === '{';
    const close = braced ? this.closing() : this.at + 1;
    const inside = this.source.slice(braced ? this.at + 1 : this.at, close);
    const end = close + (braced ? 1 : 0);
    const said = inside
      .replaceAll('\\_', '_')
      .replaceAll(/\\[,;:! ]|~/gu, ' ')
      .trim();
    if (!/^[\p{L}\p{M}\p{N}_\s-]+$/u.test(said)) {
      for (const t of this.argument(text).tokens) this.push(t);
      return;
    }
    this.at = start;
    const words = said.replaceAll('-', '_').split(/\s+/u);
    if (words.length > 1 && !words.every((w) => LINKS.has(w))) {
      fail('no-notation', { start, end }, 'text between formulas is not read', 'this text', {
        notes: ['`where` and `for` are the words of the language'],
      });
    }
    const [only = ''] = words;
    if (words.length > 1) {
      for (const word of words) this.#named(word, 0);
      this.at = end;
    } else if (only === 'e' && /^\s*\^/u.test(this.source.slice(end, end + 9))) {
      this.#named('exp', end - start);
      this.space();
      this.at += 1;
      this.inBrackets(this.argument('^'));
    } else {
      const name = functionOf(only);
      if (name !== undefined) return this.#function(name, end - start);
      const [first = '', ...more] = only.normalize('NFC');
      const one = more.every((c) => /\p{M}/u.test(c));
      if (one) return this.word({ name: only, clusters: [{ text: only, start, end }], end });
      this.#named(
        /^\d/u.test(first) ? only : wordOf([{ text: only, start, end }]).name,
        end - start,
      );
    }
  }

  /** `\mathbf{X}`: the letter X; `\mathbf{1}_n`: n ones. */
  #face(text: string, face: string): void {
    const here = this.here(text.length);
    const digit = /^\s*(?:\{\s*([01])\s*\}|([01]))/u.exec(
      this.source.slice(here.end, here.end + 20),
    );
    if (digit && (face === 'bold' || face === 'mathbb'))
      return this.#filled(digit[1] ?? digit[2] ?? '', text.length + digit[0].length);
    if (face === 'mathbb') {
      fail('no-notation', here, 'of the sets only the real numbers are read', 'this letter', {
        notes: ['as in X \\in \\mathbb{R}^{m \\times n}; `symmetric`, `posdef` follow the shape'],
      });
    }
    this.at += text.length;
    const { tokens, end } = this.argument(text);
    const [only, second] = tokens;
    for (const t of tokens) this.push(t);
    if (only?.kind !== 'word' || second) return;
    this.tokens.pop();
    const clusters = face === 'script' ? only.clusters.map(scriptLetter) : only.clusters;
    this.#restyled(
      { ...only, ...wordOf(clusters), latex: { ...(only.latex ?? PLAIN), font: face } },
      here.start,
      end,
    );
  }

  /** A letter with what stands around it. */
  #restyled(word: WordToken, start: number, end: number): void {
    const [only, second] = word.clusters;
    const clusters = only && !second ? [{ ...only, start, end }] : word.clusters;
    this.push({ ...word, clusters, start, end, text: this.source.slice(start, end) });
  }

  #accent(text: string, mark: string): void {
    const start = this.at;
    this.at += text.length;
    const { tokens, end } = this.argument(text);
    const [only, second] = tokens;
    const [letter, more] = only?.kind === 'word' ? only.clusters : [];
    if (only?.kind !== 'word' || second || !letter || more) {
      return fail('no-notation', { start, end }, `${text} stands on one letter`, 'this one', {
        notes: ['the transpose is written A^\\top, a mean \\operatorname{mean}(…)'],
      });
    }
    const marked = { ...letter, text: `${letter.text}${mark}`.normalize('NFC') };
    this.#restyled({ ...only, ...wordOf([marked]) }, start, end);
  }

  /** `\mathbf{1}_n`, `\mathbf{1}_{m \times n}`. */
  #filled(digit: string, length: number): void {
    const here = this.here(length);
    this.#named(digit === '1' ? 'ones' : 'zeros', length);
    this.space();
    if (this.source.charAt(this.at) !== '_') {
      fail(
        'no-notation',
        here,
        `how many ${digit === '1' ? 'ones' : 'zeros'}?`,
        'a vector of them',
        {
          notes: [`with its length it is read: ${this.source.slice(here.start, here.end)}_n`],
        },
      );
    }
    this.at += 1;
    const argument = this.argument('_');
    const tokens = argument.tokens.map((t) =>
      isSign(t, '×') && t.kind === 'sign' ? { ...t, sign: ',' as const } : t,
    );
    this.inBrackets({ ...argument, tokens });
  }
}

const scriptLetter = (c: Cluster): Cluster => ({ ...c, text: SCRIPT.get(c.text) ?? c.text });
