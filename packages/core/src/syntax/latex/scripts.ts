import { canonicalName } from '../letters.ts';
import { LIMITS } from '../limits.ts';
import { fail } from '../problem.ts';
import type { Cluster, Raised, ScriptItem, Subscript, Token, WordToken } from '../token.ts';
import { isSign, PLAIN } from '../token.ts';
import { clustersAt, wordFrom } from '../word.ts';
import { type Argument, Groups } from './groups.ts';

const T = String.raw`(?:T|⊤|⊺|ᵀ|\\(?:top|intercal)(?![A-Za-z])|\\(?:math(?:sf|rm|tt|it|bf)|text|operatorname)\s*(?:\{\s*T\s*\}|T))`;
const TRANSPOSE = new RegExp(String.raw`\^\s*(?:\{\s*([-−]?)\s*${T}\s*\}|([-−]?)\s*${T})`, 'uy');
const PRIMES = /\^\s*(?:\{\s*((?:\\prime\s*)+)\}|\\prime(?![A-Za-z]))/uy;
/** Exponents that are marks: the adjoint, the pseudo-inverse, an optimum. */
const MARKS =
  /\^\s*(?:\{\s*(?:\\(?:ast|star|d?dagger)|[*†H]|\\math\w+\{H\})\s*\}|[*†]|\\(?:ast|star|d?dagger)(?![A-Za-z]))/uy;
const PSEUDO_INVERSE = /\^\s*(?:\{\s*\+\s*\}|\+)/uy;

/** Subscripts and exponents. Those of words wait for the names of the document. */
export class Scripts extends Groups {
  protected lastWord(): WordToken | undefined {
    const last = this.tokens.length > this.floor ? this.tokens.at(-1) : undefined;
    return last?.kind === 'word' ? last : undefined;
  }

  /** An argument as that of a function. */
  protected inBrackets({ tokens, braced, start, end }: Argument): void {
    const width = braced ? 1 : 0;
    this.put('(', { start, end: start + width });
    for (const t of tokens) this.push(t);
    this.put(')', { start: end - width, end });
  }

  /** An argument as one operand. */
  protected group({ tokens, braced, start, end }: Argument): void {
    const width = braced ? 1 : 0;
    this.put('{', { start, end: start + width });
    for (const t of tokens) this.push(t);
    this.put('}', { start: end - width, end });
  }

  /** @param last the token that it stands after; primes and exponents may stand between */
  protected subscript(last: number): void {
    const start = this.at;
    let k = last;
    while (k > this.floor && isSign(this.tokens[k], "'")) k -= 1;
    const before = k < this.floor ? undefined : this.tokens[k];
    this.at += 1;
    const argument = this.#lowered();
    const at = { ...argument, start };
    if (before?.kind === 'word') {
      this.tokens[k] = attach(before, at, this.source);
      if (k === this.tokens.length - 1) this.#runOn(argument);
    } else if (isSign(before, '‖')) {
      const sub = argument.tokens.map((t) => (t.kind === 'word' ? t.name : t.text)).join('');
      this.push({ kind: 'sub', sub, ...this.common(start) });
    } else if (isSign(before, ')', ']', '}', '^T', '^-T')) {
      this.put('[', { start, end: start + 1 });
      for (const t of argument.tokens) this.push(t);
      this.put(']', { start: argument.end, end: argument.end });
    } else
      fail('bad-index', at, 'a subscript stands after a name, a norm or a bracket', 'this one');
  }

  /** The argument of a subscript: `x_12` has both digits, `_*` is that of the nuclear norm. */
  #lowered(): Argument {
    const start = this.at;
    const single = /\d{2,}|\*/uy;
    if (!this.match(single)) return this.argument('_');
    super.token();
    const tokens = this.tokens.splice(-1).flatMap((t) => (t.kind === 'bad' ? [] : [t]));
    return { tokens, braced: false, start, end: this.at };
  }

  /** `W_out`: the letters go on; `split.ts` decides what they are. */
  #runOn(argument: Argument): void {
    const word = this.lastWord();
    const next = clustersAt(this.source, this.at);
    const letter = /^[^\\{]$/u.test(this.source.slice(argument.start, argument.end));
    if (!word || !next || !letter || argument.braced) return;
    const more = wordFrom(this.source, next, false);
    const clusters: Cluster[] = [...word.clusters, ...more.clusters];
    if (clusters.length > LIMITS.word) return;
    const { end } = more;
    const text = this.source.slice(word.start, end);
    this.tokens.pop();
    this.push({ ...word, ...wordOf(clusters), text, end });
    this.at = end;
  }

  protected superscript(): void {
    const start = this.at;
    const last = this.tokens.length - 1;
    const transpose = this.match(TRANSPOSE);
    const primes = this.match(PRIMES);
    const marks = this.match(MARKS);
    if (marks) {
      fail(
        'no-notation',
        this.here(marks[0].length),
        `${marks[0]} has no meaning here`,
        'this one',
        {
          notes: ['the transpose is written A^\\top, the pseudo-inverse \\operatorname{pinv}(A)'],
        },
      );
    }
    if (transpose) {
      this.at += transpose[0].length;
      const span = { start, end: this.at };
      this.#lateSubscript(last);
      return this.put((transpose[1] ?? transpose[2]) ? '^-T' : '^T', span);
    }
    const plus = this.match(PSEUDO_INVERSE);
    if (plus) return this.sign('^+', plus[0].length);
    if (primes) {
      const count = primes[1]?.match(/\\prime/gu)?.length ?? 1;
      this.at += primes[0].length;
      for (let i = 0; i < count; i++) this.put("'", { start, end: this.at });
      return;
    }
    const sign = /\^\s*(?=[^\s\\{\p{L}\d])/uy;
    if (this.match(sign)) return this.sign('^', 1);
    this.at += 1;
    const argument = this.argument('^');
    const { tokens, braced, end } = argument;
    if (
      !braced &&
      /^\d$/u.test(this.source.slice(end - 1, end)) &&
      /^\d/u.test(this.source.slice(end))
    )
      this.#longExponent(end - 1);
    this.#lateSubscript(last);
    const word = last < this.floor ? undefined : this.tokens[last];
    const raised =
      braced && word?.kind === 'word' && !word.latex?.raised ? raisedOf(argument) : undefined;
    if (word?.kind === 'word' && raised) {
      this.tokens[last] = {
        ...word,
        end: this.at,
        text: this.source.slice(word.start, this.at),
        latex: { ...(word.latex ?? PLAIN), raised },
      };
      return;
    }
    this.put('^', { start, end: start + 1 });
    if (braced) this.group(argument);
    else for (const t of tokens) this.push(t);
  }

  /** `x^2_i`, `\theta^T_1`: the subscript belongs to the letter. */
  #lateSubscript(last: number): void {
    const spaced = /\s*_/uy;
    const found = this.match(spaced);
    if (!found || last < this.floor || this.tokens[last]?.kind !== 'word') return;
    this.at += found[0].length - 1;
    this.subscript(last);
  }

  /** `x^12` is x¹2 in TeX, and was meant as x¹². */
  #longExponent(start: number): never {
    const end = start + (/^\d+/u.exec(this.source.slice(start))?.[0].length ?? 1);
    const digits = this.source.slice(start, end);
    return fail(
      'ambiguous-script',
      { start, end },
      'an exponent without braces is one digit in LaTeX',
      'these are more',
      {
        edits: [{ start, end, text: `{${digits}}` }],
      },
    );
  }
}

/** `(l)`, `[l]`, `(l)\top` in an exponent. */
function raisedOf({ tokens, start, end }: Argument): Raised | undefined {
  const [open, ...more] = tokens;
  const bracket = open?.text === '(' ? '(' : open?.text === '[' ? '[' : undefined;
  const close = more.findIndex((t) => isSign(t, ')', ']'));
  const inside = more.slice(0, close);
  if (!bracket || close < 0 || inside.some((t) => isSign(t, '(', '[', '{'))) return undefined;
  return { bracket, inside, rest: more.slice(close + 1), start, end };
}

/** What stands between the commas of a subscript. */
export function itemsOf(tokens: readonly Token[]): ScriptItem[] {
  const items: Token[][] = [[]];
  for (const t of tokens) {
    if (isSign(t, ',')) items.push([]);
    else items.at(-1)?.push(t);
  }
  return items.map((inside) => ({ tokens: inside, name: nameOf(inside) }));
}

/** `out`, `i1`, `\mathrm{out}`; null for what is no part of a name. */
function nameOf(tokens: readonly Token[]): string | null {
  const parts = tokens.map((t) => {
    if (t.kind === 'word') return t.latex?.raised || t.latex?.subscripts.length ? null : t.name;
    return t.kind === 'number' && /^\d+$/u.test(t.text) ? t.text : null;
  });
  return parts.length === 0 || parts.includes(null) ? null : parts.join('');
}

/** A word with a subscript more. */
export function attach(word: WordToken, argument: Argument, source: string): WordToken {
  const items = itemsOf(argument.tokens);
  if (word.latex?.bare) {
    fail('no-notation', argument, `${word.name} has no subscript that is read`, 'this one', {
      notes: ['a variable below min or max, the base of a logarithm: the expression alone is read'],
    });
  }
  if (word.clusters.length >= LIMITS.word)
    fail(
      'too-long',
      argument,
      `a name of more than ${LIMITS.word} letters and subscripts`,
      'too long',
    );
  const { start, end } = argument;
  const names = items.map((i) => i.name);
  const text = names.includes(null) ? '_' : `_${names.join('_')}`;
  const clusters = [...word.clusters, { text, start, end }];
  const subscript: Subscript = { cluster: word.clusters.length, items, start, end };
  const latex = word.latex ?? PLAIN;
  return {
    ...word,
    ...wordOf(clusters),
    text: source.slice(word.start, end),
    end,
    latex: { ...latex, subscripts: [...latex.subscripts, subscript] },
  };
}

/** The name of letters and subscripts side by side. */
export const wordOf = (clusters: WordToken['clusters']): Pick<WordToken, 'name' | 'clusters'> => ({
  name: canonicalName(clusters.map((c) => c.text).join('')),
  clusters,
});
