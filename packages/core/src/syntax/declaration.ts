import { readExpression } from './formula.ts';
import type { Line } from './lines.ts';
import { outside } from './lines.ts';
import { readNames } from './name.ts';
import { nearest } from './nearest.ts';
import { readIndex } from './place.ts';
import { fail, join } from './problem.ts';
import { Reader } from './reader.ts';
import { readShape } from './sides.ts';
import type { Token } from './token.ts';
import { isWord } from './token.ts';
import type {
  Declaration,
  FunctionDeclaration,
  NameSyntax,
  RangeSyntax,
  ShapeSyntax,
  Span,
} from './tree.ts';
import { unexpected } from './unexpected.ts';
import { NO_NAMES } from './vocabulary.ts';
import { wholeWords } from './words.ts';

const PROPERTIES: readonly string[] = [
  'symmetric',
  'skew',
  'diagonal',
  'posdef',
  'orthogonal',
  'invertible',
  'lower',
  'upper',
  'positive',
  'nonnegative',
  'simplex',
  'binary',
  'sign',
  'idempotent',
  'integer',
  'constant',
];

/** Every other word that people use for a property, with the one of the language. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['spd', 'posdef'],
  ['pd', 'posdef'],
  ['definite', 'posdef'],
  ['antisymmetric', 'skew'],
  ['nonsingular', 'invertible'],
  ['regular', 'invertible'],
  ['unitary', 'orthogonal'],
  ['boolean', 'binary'],
  ['bool', 'binary'],
  ['signs', 'sign'],
  ['projector', 'idempotent'],
  ['projection', 'idempotent'],
  ['const', 'constant'],
  ['int', 'integer'],
  ['diag', 'diagonal'],
  ['sym', 'symmetric'],
]);

/** A reader of words as they stand: no run of letters is taken apart. */
export const plainReader = (tokens: readonly Token[], end: Line['end']): Reader =>
  new Reader(wholeWords(tokens), end, NO_NAMES, readExpression);

/** `X, Y: m×n positive`, `W[l]: n[l-1]×n[l] for l = 1..L`, `σ: elementwise`, `ℓ: function(m×k) -> scalar`. */
export function readDeclaration(line: Line): Declaration | FunctionDeclaration {
  const { tokens, range } = takeRange(line.tokens, line.end);
  const r = plainReader(tokens, range ? { ...line.end, ...endOf(tokens) } : line.end);
  const names = readNames(r);
  const sign = r.next();
  const member = sign.kind !== 'sign' || sign.sign === '∈';
  const whole = (): Span =>
    join(names[0]?.span ?? line.end, range?.span ?? r.previous() ?? line.end);
  if (r.acceptName('elementwise')) {
    if (!r.atEnd) unexpected(r);
    return { kind: 'function', span: whole(), names, argument: null, range };
  }
  if (r.acceptName('function')) {
    const argument = readSignature(r);
    return { kind: 'function', span: whole(), names, argument, range };
  }
  const first = r.peek();
  const bare = first.kind === 'name' && PROPERTIES.includes(first.name);
  const shape = bare ? null : readShape(r, member);
  if (shape) misspelled(shape);
  const properties = readProperties(r);
  return { kind: 'declaration', span: whole(), names, shape, properties, range };
}

const endOf = (tokens: readonly Token[]): Span => {
  const at = tokens.at(-1)?.end ?? 0;
  return { start: at, end: at };
};

/** `(m×k) -> scalar`. */
function readSignature(r: Reader): ShapeSyntax {
  const token = r.peek();
  if (!r.is('(')) {
    return fail(
      'bad-shape',
      token,
      'a function names the shape that it acts on in brackets',
      'here',
      {
        notes: ['as in `ℓ: function(m×k) -> scalar`'],
      },
    );
  }
  const open = r.open('(', r.next());
  const argument = readShape(r, false);
  if (r.is(',')) {
    fail('bad-shape', r.peek(), 'an unknown function has one argument', 'a second one begins here');
  }
  r.close(open);
  if (r.accept('→') && !r.acceptName('scalar')) {
    fail('bad-shape', r.peek(), 'an unknown function has a scalar value', 'not this', {
      notes: ['as in `ℓ: function(m×k) -> scalar`; a function entry by entry is `σ: elementwise`'],
    });
  }
  if (!r.atEnd) unexpected(r);
  return argument;
}

function readProperties(r: Reader): NameSyntax[] {
  const properties: NameSyntax[] = [];
  while (!r.atEnd) {
    const token = r.peek();
    if (token.kind !== 'name') return unexpected(r);
    r.next();
    if (!PROPERTIES.includes(token.name)) unknownProperty(token.name, token, properties);
    properties.push({
      span: { start: token.start, end: token.end },
      name: token.name,
      index: null,
    });
    r.accept(',');
  }
  return properties;
}

/** `λ: positve` would be a vector of that length. */
function misspelled({ sides }: ShapeSyntax): void {
  const [side, second] = sides;
  if (second || side?.kind !== 'name' || side.index || side.name.length < 4) return;
  if (OTHER_WORDS.has(side.name) || nearest(side.name, PROPERTIES) !== undefined)
    unknownProperty(side.name, side.span, []);
}

function unknownProperty(name: string, at: Span, before: readonly NameSyntax[]): never {
  const close = OTHER_WORDS.get(name) ?? nearest(name, PROPERTIES);
  const [first] = before;
  const notes =
    first && close === undefined
      ? [`the shape stands before the properties, as in \`n×n ${first.name}\``]
      : [`the properties are ${PROPERTIES.join(', ')}`];
  return fail(
    'unknown-property',
    { start: at.start, end: at.end },
    `“${name}” is no property`,
    'this word',
    {
      notes,
      edits: close === undefined ? [] : [{ start: at.start, end: at.end, text: close }],
    },
  );
}

/** Takes `for l = 1..L` off the end of a line. */
export function takeRange(
  tokens: readonly Token[],
  end: Line['end'],
): { readonly tokens: readonly Token[]; readonly range: RangeSyntax | null } {
  const at = outside(tokens, (t) => isWord(t, 'for')).at(-1);
  if (at === undefined) return { tokens, range: null };
  return { tokens: tokens.slice(0, at), range: readRange(plainReader(tokens.slice(at), end)) };
}

/** `for l = 1..L`, also `1, …, L` and `1, 2, …, L`. */
function readRange(r: Reader): RangeSyntax {
  const word = r.next();
  r.acceptName('all');
  const letter = r.peek();
  if (letter.kind !== 'name') return badRange(letter);
  r.next();
  if (!r.accept('=', '∈') && !r.acceptName('in')) return badRange(r.peek());
  const from = readIndex(r);
  while (r.accept(',')) if (!r.is('..')) readIndex(r);
  if (!r.accept('..')) return badRange(r.peek());
  r.accept(',');
  const to = readIndex(r);
  if (!r.atEnd) return badRange(r.peek());
  return { span: join(word, r.previous() ?? word), variable: letter.name, from, to };
}

const badRange = (at: Span): never =>
  fail(
    'bad-range',
    { start: at.start, end: at.end },
    'a range is written `for l = 1..L`',
    'this does not fit',
    {
      notes: ['its ends are whole numbers, letters, or a letter plus or minus a whole number'],
    },
  );
