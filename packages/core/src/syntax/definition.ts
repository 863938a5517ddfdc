import { plainReader, takeRange } from './declaration.ts';
import { readExpression, readFormula } from './formula.ts';
import type { Line } from './lines.ts';
import { outside } from './lines.ts';
import { readNameSyntax } from './name.ts';
import { fail, join } from './problem.ts';
import { Reader } from './reader.ts';
import type { SignToken, Token } from './token.ts';
import { isSign, isWord } from './token.ts';
import type { Definition, Expr, NameExpr, NameSyntax, RangeSyntax } from './tree.ts';
import type { Vocabulary } from './vocabulary.ts';
import { roleOf } from './vocabulary.ts';
import { resolveWords } from './words.ts';

/** `J = …`, taken apart but not read: names have to be known before formulas are. */
export interface Sketch {
  readonly name: NameSyntax;
  readonly value: readonly Token[];
  readonly end: SignToken;
  readonly range: RangeSyntax | null;
  readonly parts: readonly Sketch[];
}

/** A formula with its named parts, taken apart: `Xᵀ(P − Y) where P = softmax(XΘ)`. */
export interface FormulaSketch {
  readonly value: readonly Token[];
  readonly end: SignToken;
  readonly parts: readonly Sketch[];
}

/** `J = …`, `Z[l] = … for l = 1..L`, `f = … where P = …`. */
export function sketchDefinition(line: Line): Sketch {
  const equals = outside(line.tokens, (t) => isSign(t, '='))[0] ?? line.tokens.length;
  const r = plainReader(line.tokens.slice(0, equals), endAt(line.tokens[equals] ?? line.end));
  const name = readNameSyntax(r);
  if (!r.atEnd) badDefinition(join(name.span, r.peek()));
  const rest = { ...line, tokens: line.tokens.slice(equals + 1) };
  const { value, parts, end } = sketchFormula(rest);
  const taken = takeRange(value, end);
  // `… where P = … for l = 1..L`: the range is that of the line
  const last = parts.at(-1);
  if (!taken.range && last?.range && name.index) {
    const own = [...parts.slice(0, -1), { ...last, range: null }];
    return { name, value, end, range: last.range, parts: own };
  }
  return {
    name,
    value: taken.tokens,
    end: taken.range ? endAt(taken.range.span) : end,
    range: taken.range,
    parts,
  };
}

const endAt = (s: { readonly start: number }): SignToken => ({
  kind: 'sign',
  sign: 'end',
  text: '',
  spaced: false,
  start: s.start,
  end: s.start,
});

export function sketchFormula(line: Line): FormulaSketch {
  const where = outside(line.tokens, (t) => isWord(t, 'where'))[0];
  if (where === undefined) return { value: line.tokens, end: line.end, parts: [] };
  const word = line.tokens[where] ?? line.end;
  const rest = line.tokens.slice(where + 1);
  const commas = outside(rest, (t) => isSign(t, ',') || isWord(t, 'and'));
  const cuts = commas.filter((at) => beginsDefinition(rest.slice(at + 1)));
  const parts = [-1, ...cuts].map((at, k) => {
    const to = cuts[k] ?? rest.length;
    const tokens = rest.slice(at + 1, to);
    const end = rest[to] ?? line.end;
    if (!beginsDefinition(tokens)) {
      const found = tokens[0] ?? line.end;
      fail(
        'bad-definition',
        found,
        'after “where” stand definitions, such as `P = softmax(XΘ)`',
        'not this',
      );
    }
    return sketchDefinition({ tokens, end: endAt(end), error: null });
  });
  return { value: line.tokens.slice(0, where), end: endAt(word), parts };
}

export function beginsDefinition(tokens: readonly Token[]): boolean {
  const [equals] = outside(tokens, (t) => isSign(t, '='));
  return isWord(tokens[0]) && equals !== undefined && (equals === 1 || isSign(tokens[1], '['));
}

export function readDefinition(s: Sketch, v: Vocabulary): Definition {
  const value = aliasOf(s, v) ?? readValue(s, v);
  const parts = s.parts.map((p) => readDefinition(p, v));
  const ends = [value.span, ...(s.range ? [s.range.span] : []), ...parts.map((p) => p.span)];
  return {
    kind: 'definition',
    span: ends.reduce(join, s.name.span),
    name: s.name,
    value,
    range: s.range,
    parts,
  };
}

/** The formula of a line. */
export const readValue = (
  s: { readonly value: readonly Token[]; readonly end: SignToken },
  v: Vocabulary,
): Expr => readFormula(new Reader(resolveWords([...s.value, s.end], v), s.end, v, readExpression));

/** `σ = sigmoid`: the name of a function alone. */
function aliasOf(s: Sketch, v: Vocabulary): NameExpr | undefined {
  const only = aliased(s);
  if (!only || roleOf(only.name, v) !== 'function') return undefined;
  return { kind: 'name', span: { start: only.start, end: only.end }, name: only.name, index: null };
}

/** The word that a definition consists of. */
export function aliased(s: Sketch): Extract<Token, { kind: 'word' }> | undefined {
  const [only, ...more] = s.value;
  return only?.kind === 'word' && more.length === 0 ? only : undefined;
}

const badDefinition = (at: { readonly start: number; readonly end: number }): never =>
  fail('bad-definition', at, 'left of “=” stands a name, or a member of a family', 'not this', {
    notes: ['as in `J = …` or `Z[l] = …`'],
  });
