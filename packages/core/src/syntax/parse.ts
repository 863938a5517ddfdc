import type { Piece, Source } from '../diagnostic/source.ts';
import { type AssumptionSketch, readAssumption, sketchAssumption } from './assumption.ts';
import { type ClaimSketch, readClaim, sketchClaim } from './claim.ts';
import { collectVocabulary } from './collect.ts';
import { readDeclaration } from './declaration.ts';
import type { FormulaSketch } from './definition.ts';
import {
  beginsDefinition,
  readDefinition,
  readValue,
  type Sketch,
  sketchDefinition,
  sketchFormula,
} from './definition.ts';
import { Errors } from './errors.ts';
import { linesByPiece } from './front.ts';
import { type Input, type Syntax, sourceOfInput, syntaxOf } from './input.ts';
import { tokenize } from './lexer.ts';
import { kindOf, type Line, linesOf, outside } from './lines.ts';
import { parsePythonPieces } from './numpy/parse.ts';
import { fail } from './problem.ts';
import { isSign, isWord, type SignToken } from './token.ts';
import type {
  Assumption,
  Claim,
  Declaration,
  Expr,
  FunctionDeclaration,
  NameSyntax,
  Program,
  Span,
  Statement,
} from './tree.ts';
import { usedNames } from './used.ts';
import { NO_NAMES } from './vocabulary.ts';
import { readWanted } from './wanted.ts';

export type { Input } from './input.ts';

/** A text that was read. All spans are offsets into `source.text`. */
export interface Parsed {
  readonly source: Source;
  /** Declarations and definitions of the file, of `--where` and of the expression's own `where`, in this order. */
  readonly program: Program;
  /** What was asked for; null where only a file was given. Of `J = …` it is the name J, and the program defines it. */
  readonly expression: Expr | null;
  readonly wrt: readonly NameSyntax[] | 'all' | null;
  /** Those of `--claim`, and the lines `check …`. */
  readonly claims: readonly Claim[];
  /** The lines `assume …`. */
  readonly assumptions: readonly Assumption[];
  /** What undeclared names are, where the formulas were read by it (NumPy); otherwise their use decides. */
  readonly ranks?: ReadonlyMap<string, 'scalar' | 'vector' | 'matrix'>;
}

/**
 * Reads everything that a user gave, in two passes: what lines there are and which names they introduce; then the formulas,
 * in which runs of letters are taken apart by those names (see `split.ts`).
 * @throws MatgradError with a diagnostic for each statement that cannot be read, up to a limit
 */
export function parseInput(input: Input): Parsed {
  const source = sourceOfInput(input);
  const errors = new Errors();
  const syntax = syntaxOf(input);
  if (syntax === 'numpy') return parseNumpy(source, errors);
  const read = linesByPiece(source, syntax, errors);
  const lines = read.flatMap(({ piece, lines: ofPiece }) =>
    piece.role === 'wrt'
      ? []
      : (piece.role === 'claim' ? withParts(ofPiece) : ofPiece).flatMap(
          (line) => errors.guard(() => [sketchLine(line, piece, syntax)]) ?? [],
        ),
  );
  const wrt = errors.guard(() => readWanted(read)) ?? null;
  const spans = lines.filter((l) => l.kind === 'formula').map((l) => spanOfLine(l.line));
  errors.guard(() => checkPresence(source, spans, new Set(lines.map((l) => l.piece)), errors));
  const formulas = lines.flatMap((l) => (l.kind === 'formula' ? [l.formula] : []));
  const assumed = lines.flatMap((l) => (l.kind === 'assumption' ? [l.assumption] : []));
  const introductions = {
    declarations: lines.flatMap((l) => (l.kind === 'declaration' ? [l.declaration] : [])),
    sketches: lines.flatMap((l) => (l.kind === 'definition' ? [l.sketch] : [])),
    formulas: [
      ...formulas,
      ...assumed.flatMap((a) => [a.left, a.right].map((s) => ({ ...s, parts: [] }))),
    ],
    wanted: wrt === null || wrt === 'all' ? [] : wrt,
  };
  const vocabulary = collectVocabulary(introductions);
  const statements: Statement[] = [];
  let expression: Expr | null = null;
  const own: Statement[] = [];
  for (const line of lines) {
    const into = line.piece === 'expression' ? own : statements;
    if (line.kind === 'declaration') into.push(line.declaration);
    else if (line.kind === 'definition') {
      const definition = errors.guard(() => readDefinition(line.sketch, vocabulary));
      if (!definition) continue;
      into.push(definition);
      if (line.piece === 'expression' && formulas.length === 0)
        expression = { kind: 'name', ...definition.name };
    } else if (line.kind === 'formula') {
      expression = errors.guard(() => readValue(line.formula, vocabulary)) ?? null;
      for (const part of line.formula.parts) {
        const definition = errors.guard(() => readDefinition(part, vocabulary));
        if (definition) into.push(definition);
      }
    }
  }
  const assumptions = assumed.flatMap(
    (a) => errors.guard(() => [readAssumption(a, vocabulary)]) ?? [],
  );
  const program = { source, statements: [...statements, ...own] };
  const known = usedNames(program, expression);
  const claims = lines.flatMap((line) =>
    line.kind === 'claim'
      ? (errors.guard(() => readClaim(line.claim, introductions, known)) ?? [])
      : [],
  );
  errors.report();
  return { source, program, expression, wrt, claims, assumptions };
}

/** `Xᵀ(P − Y) where P = softmax(XΘ); R = P − Y`: definitions that follow named parts are parts as well. */
function withParts(lines: readonly Line[]): Line[] {
  const found: Line[] = [];
  for (const line of lines) {
    const before = found.at(-1);
    const named = before && outside(before.tokens, (t) => isWord(t, 'where')).length > 0;
    if (!named || line.error || before.error || !beginsDefinition(line.tokens)) {
      found.push(line);
      continue;
    }
    const comma: SignToken = { ...before.end, sign: ',', text: ';', spaced: false };
    found[found.length - 1] = { ...line, tokens: [...before.tokens, comma, ...line.tokens] };
  }
  return found;
}

/** One formula by itself. `names` are those that runs of letters split into. @throws MatgradError */
export function parseFormula(text: string, names: ReadonlySet<string> = new Set()): Expr {
  const tokens = tokenize(text);
  const [line, second] = linesOf(tokens);
  if (!line) return fail('empty-input', { start: 0, end: text.length }, 'there is no formula here');
  if (line.error) throw line.error;
  if (second) {
    const at = second.tokens[0] ?? second.end;
    fail(
      'unexpected-token',
      at,
      'a formula ends at the end of its line',
      'a second one begins here',
    );
  }
  const v = { ...NO_NAMES, plain: names };
  const alone = collectVocabulary({
    declarations: [],
    sketches: [],
    formulas: [{ value: line.tokens, end: line.end, parts: [] }],
    wanted: [],
  }).alone;
  return readValue({ value: line.tokens, end: line.end }, { ...v, alone });
}

type SketchedLine = { readonly piece: string; readonly line: Line } & (
  | { readonly kind: 'declaration'; readonly declaration: Declaration | FunctionDeclaration }
  | { readonly kind: 'definition'; readonly sketch: Sketch }
  | { readonly kind: 'claim'; readonly claim: ClaimSketch }
  | { readonly kind: 'assumption'; readonly assumption: AssumptionSketch }
  | { readonly kind: 'formula'; readonly formula: FormulaSketch }
);

/** A line, read as far as that can be done without knowing the names. */
function sketchLine(line: Line, piece: Piece, syntax: Syntax): SketchedLine {
  if (line.error) throw line.error;
  const common = { piece: piece.role, line };
  if (piece.role === 'claim') return { kind: 'claim', ...common, claim: sketchClaim(line, true) };
  switch (kindOf(line)) {
    case 'declaration':
      return { kind: 'declaration', ...common, declaration: readDeclaration(line) };
    case 'definition':
      return { kind: 'definition', ...common, sketch: sketchDefinition(line) };
    case 'claim':
      return { kind: 'claim', ...common, claim: sketchClaim(line, false) };
    case 'assumption':
      return { kind: 'assumption', ...common, assumption: sketchAssumption(line) };
    case 'formula':
      checkSides(line);
      // a file of LaTeX may hold the formula alone, as it is pasted
      if (piece.role !== 'expression' && !(piece.role === 'file' && syntax === 'latex'))
        noStatement(line);
      return { kind: 'formula', ...common, formula: sketchFormula(line) };
  }
}

/** `J(θ) = …`, `2x = …`: what stands left of an equals sign that is no name. */
function checkSides(line: Line): void {
  const [equals] = outside(line.tokens, (t) => isSign(t, '='));
  if (
    equals === undefined ||
    outside(line.tokens, (t) => isWord(t, 'where')).some((w) => w < equals)
  )
    return;
  const [name, open] = line.tokens;
  const left = {
    start: name?.start ?? line.end.start,
    end: line.tokens[equals - 1]?.end ?? line.end.start,
  };
  const named = name?.kind === 'word' && isSign(open, '(') && open;
  fail('bad-definition', left, 'left of “=” stands a name, or a member of a family', 'not this', {
    notes: ['as in `J = …` or `Z[l] = …`; what a definition depends on is not listed'],
    edits: named ? [{ start: named.start, end: left.end, text: '' }] : [],
  });
}

function noStatement(line: Line): never {
  const [first] = line.tokens;
  const at = { start: first?.start ?? line.end.start, end: line.end.start };
  const bracket = line.tokens[1];
  if (bracket && isSign(bracket, '[') && !line.tokens.some((t) => isSign(t, ']')))
    fail('unclosed-bracket', bracket, '“[” is never closed', 'opened here');
  return fail(
    'no-statement',
    at,
    'a line declares a name (`X: m×n`) or defines one (`J = …`)',
    'this does neither',
    {
      edits: [{ start: at.start, end: at.start, text: 'J = ' }],
    },
  );
}

const spanOfLine = ({ tokens, end }: Line): Span => ({
  start: tokens[0]?.start ?? end.start,
  end: end.start,
});

/** Python with NumPy: its statements, and names to derive by as in the language. */
function parseNumpy(source: Source, errors: Errors): Parsed {
  const { statements, expression, claims, assumptions, ranks, formulas, roles } = parsePythonPieces(
    source,
    errors,
  );
  const asked = source.pieces.filter((p) => p.role === 'wrt');
  const wrt =
    errors.guard(() => readWanted(linesByPiece({ ...source, pieces: asked }, 'maths', errors))) ??
    null;
  errors.guard(() => checkPresence(source, formulas, roles, errors));
  errors.report();
  return {
    source,
    program: { source, statements },
    expression,
    wrt,
    claims,
    assumptions,
    ranks,
  };
}

/** There has to be something, and one formula at the most. */
function checkPresence(
  source: Source,
  formulas: readonly Span[],
  roles: ReadonlySet<string>,
  errors: Errors,
): void {
  const [, second] = formulas;
  if (second)
    fail(
      'unexpected-token',
      second,
      'one expression is derived at a time',
      'a second one stands here',
    );
  if (errors.found) return;
  const asked =
    source.pieces.find((p) => p.role === 'expression') ??
    source.pieces.find((p) => p.role === 'file');
  if (asked && roles.has(asked.role)) return;
  const start = asked?.start ?? 0;
  const what = asked?.role === 'file' ? 'the file holds no line' : 'there is no expression';
  fail(
    'empty-input',
    { start, end: start + (asked?.text.length ?? 0) },
    `${what} to derive`,
    'nothing here',
  );
}
