import { MatgradError } from '../../diagnostic/diagnostic.ts';
import type { Line } from '../lines.ts';
import { fail } from '../problem.ts';
import type { Cluster, Scripted, Sign, Subscript, Token, WordToken } from '../token.ts';
import { isSign } from '../token.ts';
import type { Span } from '../tree.ts';
import { bracketed } from './calls.ts';
import {
  baseOf,
  type DocumentNames,
  exponentAt,
  familyOf,
  letterOf,
  nameBetween,
  namesOf,
  numbered,
  printedName,
} from './names.ts';
import { wordOf } from './scripts.ts';

/**
 * Says what the subscripts and exponents of all lines are, now that the names of the document are known: `W_l` is the name W_l where
 * the document declares one, the member W[l] of a family, or the part x[i] of a declared x. Then functions get their brackets.
 */
export function resolveLines(lines: readonly Line[]): Line[] {
  const names = namesOf(lines);
  return lines.map((line) => {
    if (line.error) return line;
    try {
      oneFace(line.tokens);
      return { ...line, tokens: bracketed(resolveTokens(line.tokens, names), names) };
    } catch (error) {
      if (!(error instanceof MatgradError)) throw error;
      return { ...line, error };
    }
  });
}

export function resolveTokens(tokens: readonly Token[], names: DocumentNames): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const t = tokens[i];
    if (!t) continue;
    if (t.kind !== 'word') {
      out.push(t);
      continue;
    }
    const read = readWord(t, names);
    out.push(...read);
    const last = read.at(-1);
    const exponent = exponentAt(tokens, i + 1);
    if (last?.kind !== 'word' || !exponent || !names.families.has(familyBase(last))) continue;
    // `Z^l` of a family
    out.pop();
    out.push(...member(last, exponent.inside, spanOf(tokens, i + 1, exponent.end), names));
    i = exponent.end - 1;
  }
  return out;
}

const spanOf = (tokens: readonly Token[], from: number, to: number): Span => ({
  start: tokens[from]?.start ?? 0,
  end: tokens[to - 1]?.end ?? 0,
});

const familyBase = (word: WordToken): string => baseOf(word, word.clusters.length).name;

/** A word of LaTeX as words, places and parts. */
function readWord(word: WordToken, names: DocumentNames): Token[] {
  const { latex } = word;
  if (!latex) return [word];
  const printed = declaredAs(word.name, names);
  const tokens =
    printed !== undefined && latex.subscripts.length > 0
      ? [plain({ ...word, name: printed })]
      : readScripts(word, latex.subscripts, names);
  return latex.raised ? withRaised(tokens, word, latex, names) : tokens;
}

/** The declared name that is printed like this one. */
function declaredAs(name: string, { declared }: DocumentNames): string | undefined {
  if (declared.has(name)) return name;
  const printed = printedName(name);
  return [...declared].find((d) => printedName(d) === printed);
}

function plain(word: WordToken): WordToken {
  const { latex, ...rest } = word;
  return latex?.bare ? { ...rest, latex } : rest;
}

function readScripts(word: WordToken, all: readonly Subscript[], names: DocumentNames): Token[] {
  const [first, ...more] = all.map((s) => ({ s, read: readScript(word, s, names) }));
  if (!first) return [plain(word)];
  if (!first.read && more.every((m) => !m.read)) return [plain(word)];
  const out: Token[] = [];
  let from = 0;
  for (const { s, read } of [first, ...more]) {
    const base = baseOf(word, s.cluster).from;
    if (base > from) out.push(cut(word, from, base));
    out.push(...(read ?? [cut(word, Math.max(base, from), s.cluster + 1)]));
    from = s.cluster + 1;
  }
  if (from < word.clusters.length) out.push(cut(word, from, word.clusters.length));
  return out;
}

/** Some letters of a word as a word of their own. */
function cut(word: WordToken, from: number, to: number): WordToken {
  const clusters: readonly Cluster[] = word.clusters.slice(from, to);
  const start = clusters[0]?.start ?? word.start;
  const end = clusters.at(-1)?.end ?? word.end;
  const text = word.text.slice(start - word.start, end - word.start);
  return plain({ ...word, ...wordOf(clusters), text, start, end });
}

/** A subscript as a place or a part; undefined where it belongs to the name. */
function readScript(word: WordToken, s: Subscript, names: DocumentNames): Token[] | undefined {
  const { from, name } = baseOf(word, s.cluster);
  const base = cut(word, from, s.cluster);
  const full = nameBetween(word, from, s.cluster + 1);
  const named = s.items.every((i) => i.name !== null);
  const known = named ? declaredAs(full, names) : undefined;
  if (known !== undefined) return [{ ...cut(word, from, s.cluster + 1), name: known }];
  const place = s.items.at(-1);
  const family = familyOf(word, s, s.items.slice(0, -1));
  if (place && names.families.has(family) && letterOf(place.tokens) !== undefined)
    return member({ ...base, name: family }, place.tokens, s, names);
  const items = s.items.map((i) => resolveTokens(i.tokens, names));
  const comma = signAt(',', { start: s.start, end: s.start });
  const inside = items.flatMap((tokens, k) => (k > 0 ? [comma, ...tokens] : tokens));
  if (name === 'I' && !names.declared.has('I')) return identity(base, inside, s);
  if (isPart(s, names.declared.has(name)))
    return [
      base,
      signAt('[', { ...s, end: s.start }),
      ...inside,
      signAt(']', { ...s, start: s.end }),
    ];
  if (named) return undefined;
  const text = inside.map((t) => t.text).join('');
  return fail(
    'bad-index',
    s,
    `a subscript is part of a name, and “${text}” is none`,
    'this subscript',
    {
      notes: [`a member of a family is declared with its place: ${name}_l with \`for l = 1..L\``],
    },
  );
}

/** `x_i` of a declared x, `A_{i,j}`, `A_{:,j}`. */
function isPart({ items }: Subscript, declared: boolean): boolean {
  const single = items.every(
    ({ name, tokens }) =>
      name === null || tokens.length > 1 || /^.\p{M}*$/u.test(name) || tokens[0]?.kind === 'number',
  );
  const colon = items.some(({ tokens }) => isSign(tokens[0], ':'));
  return colon || (items.length > 1 && single) || (declared && single);
}

const signAt = (sign: Sign, { start, end }: Span): Token => ({
  kind: 'sign',
  sign,
  text: sign,
  spaced: false,
  start,
  end,
});

/** `I_n`. */
const identity = (word: WordToken, inside: readonly Token[], s: Span): Token[] => [
  { ...word, ...wordOf([{ text: 'eye', start: word.start, end: word.end }]) },
  signAt('(', { start: s.start, end: s.start }),
  ...inside,
  signAt(')', { start: s.end, end: s.end }),
];

/** `W[l]`. */
const member = (
  word: WordToken,
  place: readonly Token[],
  at: Span,
  names: DocumentNames,
): Token[] => [
  word,
  signAt('[', { start: at.start, end: at.start }),
  ...resolveTokens(place, names),
  signAt(']', { start: at.end, end: at.end }),
];

/** `W^{(l)}`: a member of a family; with a number, where there is no family, a name; `a^{(T)}` a power. */
function withRaised(
  tokens: readonly Token[],
  word: WordToken,
  latex: Scripted,
  names: DocumentNames,
): Token[] {
  const { raised } = latex;
  const last = tokens.at(-1);
  if (!raised || last?.kind !== 'word') return [...tokens];
  const before = tokens.slice(0, -1);
  const base = baseOf(last, last.clusters.length);
  const transposed = raised.rest.every(
    (t) => isSign(t, '^T') || (t.kind === 'word' && t.name === 'T'),
  );
  const rest = raised.rest.map((t) => signAt('^T', t));
  const number = numbered(
    last.clusters.length === word.clusters.length ? word : { ...last, latex },
  );
  if (transposed && names.families.has(base.name)) {
    const front = base.from > 0 ? [cut(last, 0, base.from)] : [];
    const own = cut(last, base.from, last.clusters.length);
    return [...before, ...front, ...member(own, raised.inside, raised, names), ...rest];
  }
  if (transposed && number !== undefined) {
    const name = declaredAs(number, names) ?? number;
    const cluster = {
      text: `_${raised.inside[0]?.text ?? ''}`,
      start: raised.start,
      end: raised.end,
    };
    return [...before, { ...last, name, clusters: [...last.clusters, cluster] }, ...rest];
  }
  const [only, more] = raised.inside;
  const power = only?.kind === 'word' && only.name === 'T' && !more && raised.rest.length === 0;
  if (!power && (transposed || raised.bracket === '[')) {
    const inside = raised.inside.map((t) => t.text).join('');
    return fail(
      'ambiguous-script',
      raised,
      `a power, or a member of a family ${base.name}?`,
      'this exponent',
      {
        notes: [`a family is declared, as in \`${base.name}[l]: n for l = 1..L\``],
        edits: [{ start: raised.start, end: raised.end, text: `{${inside}}` }],
      },
    );
  }
  const at = { start: raised.start, end: raised.start };
  const inside = resolveTokens([...raised.inside], names);
  return [
    ...tokens,
    signAt('^', at),
    signAt('{', at),
    signAt('(', at),
    ...inside,
    signAt(')', at),
    ...resolveTokens(raised.rest, names),
    signAt('}', { start: raised.end, end: raised.end }),
  ];
}

/** One letter in two faces in one formula would be one name: nobody means that. */
function oneFace(tokens: readonly Token[]): void {
  const seen = new Map<string, WordToken>();
  for (const t of tokens) {
    if (t.kind !== 'word' || t.latex?.bare) continue;
    const before = seen.get(t.name);
    const face = t.latex?.font ?? '';
    if (before && (before.latex?.font ?? '') !== face) {
      fail(
        'ambiguous-script',
        t,
        `“${before.text}” and “${t.text}” would be one name, ${t.name}`,
        'this one',
        {
          labels: [{ start: before.start, end: before.end, text: 'and this one' }],
          notes: [
            'faces of letters tell no names apart; a mark such as \\hat{x}, or a subscript does',
          ],
        },
      );
    }
    seen.set(t.name, t);
  }
}
