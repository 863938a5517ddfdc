import { collectVocabulary, type Introductions } from './collect.ts';
import { plainReader, takeRange } from './declaration.ts';
import type { FormulaSketch } from './definition.ts';
import { readDefinition, readValue, sketchFormula } from './definition.ts';
import { canonicalName } from './letters.ts';
import type { Line } from './lines.ts';
import { outside } from './lines.ts';
import { readNameSyntax } from './name.ts';
import { fail, join } from './problem.ts';
import type { Reader } from './reader.ts';
import type { SignToken, Token } from './token.ts';
import { isSign, isWord } from './token.ts';
import type { Claim, ClaimTarget, NameSyntax, RangeSyntax, Span } from './tree.ts';

/**
 * Claims: `check ∂J/∂θ = Xᵀ(Xθ − y)`, `check G[l-1] = D[l] W[l]ᵀ for l = L..2`; after `--claim` also the right side alone. What is
 * derived is written `∂J/∂θ`, `dJ/dθ` or `\partial J/\partial \theta`, and read so only here.
 */
export interface ClaimSketch {
  readonly span: Span;
  readonly target: ClaimTarget | null;
  readonly formula: FormulaSketch;
  readonly range: RangeSyntax | null;
}

/** @param alone whether the right side may stand alone, and `check` may be left away */
export function sketchClaim(line: Line, alone: boolean): ClaimSketch {
  const tokens = isWord(line.tokens[0], 'check') ? line.tokens.slice(1) : line.tokens;
  const span = join(tokens[0] ?? line.end, line.end);
  const [where = tokens.length] = outside(tokens, (t) => isWord(t, 'where'));
  const equals = outside(tokens.slice(0, where), (t) => isSign(t, '='))[0];
  if (equals === undefined && !alone) badClaim(span);
  const left = equals === undefined ? [] : tokens.slice(0, equals);
  const formula = sketchFormula({ ...line, tokens: tokens.slice((equals ?? -1) + 1) });
  const { tokens: value, range } = takeRange(formula.value, formula.end);
  const end = range ? endAt(range.span) : formula.end;
  // a fraction of LaTeX stands in braces
  const bare = left.filter((t) => !isSign(t, '{', '}'));
  const target = equals === undefined ? null : readTarget(bare, endAt(tokens[equals] ?? line.end));
  return { span, target, formula: { ...formula, value, end }, range };
}

const endAt = ({ start }: Span): SignToken => ({
  kind: 'sign',
  sign: 'end',
  text: '',
  spaced: false,
  start,
  end: start,
});

/** @param known names that the rest of the text has, declared or not */
export function readClaim(
  s: ClaimSketch,
  rest: Introductions,
  known: readonly NameSyntax[],
): Claim {
  const target = s.target ? [s.target.name] : [];
  const vocabulary = collectVocabulary({
    ...rest,
    formulas: [...rest.formulas, s.formula],
    wanted: [...rest.wanted, ...known, ...target],
  });
  const value = readValue(s.formula, vocabulary);
  const parts = s.formula.parts.map((p) => readDefinition(p, vocabulary));
  return { kind: 'claim', span: s.span, target: s.target, value, range: s.range, parts };
}

/** What stands left of the equals sign. */
function readTarget(tokens: readonly Token[], end: SignToken): ClaimTarget {
  const span = join(tokens[0] ?? end, tokens.at(-1) ?? end);
  const slash = tokens.findIndex((t) => isSign(t, '/'));
  if (slash < 0) {
    const r = plainReader(tokens, end);
    const name = readNameSyntax(r);
    return r.atEnd ? { kind: 'name', span, name } : badClaim(span);
  }
  const of = readDifferential(tokens.slice(0, slash), end, span);
  const by = readDifferential(tokens.slice(slash + 1), end, span);
  if (of.index) badClaim(span);
  return { kind: 'derivative', span, of, name: by };
}

/** `∂θ`, `∂W[l]`, `dθ`. */
function readDifferential(tokens: readonly Token[], end: SignToken, whole: Span): NameSyntax {
  const [sign, ...rest] = tokens;
  let read = (r: Reader): NameSyntax => readNameSyntax(r);
  let from: readonly Token[] = rest;
  if (isWord(sign) && sign.clusters.length > 1 && sign.clusters[0]?.text === 'd') {
    const [letter, ...others] = sign.clusters;
    const name = canonicalName(others.map((c) => c.text).join(''));
    const start = letter?.end ?? sign.start;
    read = (r) => {
      const n = readNameSyntax(r);
      return { ...n, name, span: { ...n.span, start } };
    };
    from = tokens;
  } else if (!isSign(sign, '∂') && !(isWord(sign) && sign.text === 'd')) badClaim(whole);
  if (from.length === 0) badClaim(whole);
  const r = plainReader(from, end);
  const name = read(r);
  return r.atEnd ? name : badClaim(whole);
}

const badClaim = (at: Span): never =>
  fail(
    'bad-claim',
    at,
    'a claim says what a derivative is: `check ∂J/∂θ = …`',
    'this says it of nothing',
    { notes: ['left of “=” stands `∂J/∂θ`, `dJ/dθ`, or a cotangent such as `G[l-1]`'] },
  );
