import type { Piece } from '../../diagnostic/source.ts';
import { toNumber } from '../../shape/rational.ts';
import { type ClaimSketch, sketchClaim } from '../claim.ts';
import { readDeclaration } from '../declaration.ts';
import { FUNCTION_WORDS } from '../functions.ts';
import { tokenize } from '../lexer.ts';
import { linesOf } from '../lines.ts';
import { fail } from '../problem.ts';
import type { Declaration, Expr, FunctionDeclaration, NameSyntax, Span } from '../tree.ts';
import { type PyLine, type PyToken, pythonLines } from './lexer.ts';
import { parsePython } from './parser.ts';
import { nameOf } from './translate.ts';
import type { Py } from './tree.ts';

/** A statement of Python, read as far as that can be done without the shapes of names. */
export type PyStatement = { readonly span: Span; readonly piece: Piece } & (
  | { readonly kind: 'declaration'; readonly declaration: Declaration | FunctionDeclaration }
  | { readonly kind: 'definition'; readonly name: NameSyntax; readonly value: Py }
  /** `m, n = X.shape`, `n = len(x)`, `k = W.shape[1]`: lengths, from the side `from` on. */
  | {
      readonly kind: 'shape';
      readonly names: readonly NameSyntax[];
      readonly of: NameSyntax;
      readonly from: number;
      /** All sides, the product of all, or one that others may follow. */
      readonly way: 'shape' | 'size' | 'side';
    }
  /** `assert y.shape == (m,)`: a shape, unless it is declared. */
  | { readonly kind: 'sides'; readonly of: NameSyntax; readonly sides: readonly Expr[] }
  | { readonly kind: 'alias'; readonly name: NameSyntax; readonly value: Expr }
  | { readonly kind: 'claim'; readonly claim: ClaimSketch; readonly value: Py }
  /** `assert np.allclose(A.T @ A, np.eye(n))`. */
  | { readonly kind: 'assumption'; readonly left: Py; readonly right: Py }
  | { readonly kind: 'formula'; readonly value: Py }
);

const STATEMENTS: ReadonlySet<string> = new Set(
  'if else elif for while with class try except finally raise del global nonlocal pass break continue yield async await match print'.split(
    ' ',
  ),
);

/** The statements of a piece; imports, the heads of functions and strings by themselves say nothing. */
export function pythonStatements(
  source: string,
  piece: Piece,
  guard: <T>(read: () => T) => T | undefined,
): PyStatement[] {
  const text = source.slice(0, piece.start + piece.text.length);
  return pythonLines(text, piece.start).flatMap(
    (line) => guard(() => statementOf(text, line, piece)) ?? [],
  );
}

function statementOf(text: string, line: PyLine, piece: Piece): PyStatement[] {
  const [first] = line.tokens;
  if (!first) return [];
  const span = { start: line.start, end: line.end };
  const common = { span, piece };
  if (piece.role === 'claim' || (first.text === 'check' && line.tokens[1]?.kind === 'name'))
    return [{ ...common, ...claimOf(text, line, piece.role === 'claim') }];
  if (first.kind === 'string' && line.tokens[1]?.kind === 'end') return [];
  if (
    first.text === 'import' ||
    first.text === 'from' ||
    first.text === 'def' ||
    first.text === '@'
  )
    return [];
  if (first.text === 'assert') return assertionOf(line.tokens).map((s) => ({ ...common, ...s }));
  if (first.kind === 'name' && STATEMENTS.has(first.text) && !isAssignment(line.tokens)) {
    fail(
      'no-notation',
      first,
      `“${first.text}” is not read: only assignments and expressions are`,
      'this statement',
    );
  }
  if (isDeclaration(line.tokens)) {
    const [maths] = linesOf(tokenize(text.slice(0, line.end), line.start));
    if (maths?.error) throw maths.error;
    return maths ? [{ ...common, kind: 'declaration', declaration: readDeclaration(maths) }] : [];
  }
  if (first.text === 'return')
    return [{ ...common, kind: 'formula', value: parsePython(line.tokens.slice(1)) }];
  const equals = equalsAt(line.tokens);
  // in modules that are exported here: all arrays get one type
  if (equals !== undefined && line.tokens[equals + 1]?.text === 'floats') return [];
  if (equals === undefined)
    return [{ ...common, kind: 'formula', value: parsePython(line.tokens) }];
  return [{ ...common, ...assignmentOf(line, equals) }];
}

const equalsAt = (tokens: readonly PyToken[]): number | undefined => {
  let open = 0;
  for (const [k, t] of tokens.entries()) {
    if (t.kind !== 'sign') continue;
    if (/^[([{]$/u.test(t.text)) open += 1;
    else if (/^[)\]}]$/u.test(t.text)) open -= 1;
    else if (open === 0 && t.text === '=') return k;
  }
  return undefined;
};

const isAssignment = (tokens: readonly PyToken[]): boolean => tokens[1]?.text === '=';

/** `X, y: …`, `X ∈ …`: shapes are declared as in the language. */
function isDeclaration(tokens: readonly PyToken[]): boolean {
  for (let k = 0; ; k += 2) {
    const name = tokens[k];
    // `W[l]: …`
    if (tokens[k + 1]?.text === '[') k = tokens.findIndex((t, i) => i > k && t.text === ']');
    const sign = tokens[k + 1];
    if (k < 0 || name?.kind !== 'name' || !sign) return false;
    if (sign.text === ':' || sign.text === '∈') return true;
    if (sign.text !== ',') return false;
  }
}

type Loose<T> = T extends unknown ? Omit<T, 'span' | 'piece'> : never;

/** `r = X @ theta - y`, `m, n = X.shape`, `sign, logdet = np.linalg.slogdet(A)`. */
function assignmentOf(line: PyLine, equals: number): Loose<PyStatement> {
  const given = line.tokens.slice(0, equals);
  // `(m,) = x.shape`
  const left = given[0]?.text === '(' ? given.slice(1, -1) : given;
  const right = line.tokens.slice(equals + 1);
  if (equalsAt(right) !== undefined)
    badLeft({ start: left[0]?.start ?? line.start, end: line.end });
  const names = left.flatMap((t, k) => (k % 2 === 0 && t.kind === 'name' ? [nameSyntax(t)] : []));
  const commas = left.filter((t) => t.text === ',').length;
  const [name, second, more] = names;
  if (!name || names.length + commas !== left.length || names.length < commas)
    return badLeft({ start: line.start, end: left.at(-1)?.end ?? line.start });
  const value = parsePython(right);
  const lengths = lengthOf(value, names, commas > 0);
  if (lengths) return lengths;
  if (!second) {
    const alias = aliasOf(value);
    return alias ? { kind: 'alias', name, value: alias } : { kind: 'definition', name, value };
  }
  const one: Py = { kind: 'number', span: value.span, value: { num: 1n, den: 1n } };
  const slogdet =
    value.kind === 'call' && value.fn.kind === 'attribute' && value.fn.name === 'slogdet';
  if (slogdet && !more)
    return {
      kind: 'definition',
      name: second,
      value: { kind: 'subscript', span: value.span, of: value, items: [one] },
    };
  return badLeft({ start: line.start, end: left.at(-1)?.end ?? line.start });
}

/** `X.shape`, `len(x)`, `x.size`, `W.shape[1]`. @param tuple whether the left side is one */
function lengthOf(
  e: Py,
  names: readonly NameSyntax[],
  tuple: boolean,
): Loose<PyStatement> | undefined {
  const shape = (
    of: Py,
    from: number,
    way: 'shape' | 'size' | 'side',
  ): Loose<PyStatement> | undefined =>
    of.kind === 'name'
      ? {
          kind: 'shape',
          names,
          of: { name: nameOf(of.name), index: null, span: of.span },
          from,
          way,
        }
      : undefined;
  if (tuple)
    return e.kind === 'attribute' && e.name === 'shape' ? shape(e.of, 0, 'shape') : undefined;
  if (e.kind === 'attribute' && e.name === 'size') return shape(e.of, 0, 'size');
  const [only] = e.kind === 'subscript' ? e.items : e.kind === 'call' ? e.args : [];
  if (e.kind === 'call' && e.fn.kind === 'name' && e.fn.name === 'len' && only)
    return shape(only, 0, 'side');
  const side = only?.kind === 'number' ? toNumber(only.value) : Number.NaN;
  if (e.kind === 'subscript' && e.of.kind === 'attribute' && e.of.name === 'shape' && side >= 0)
    return shape(e.of.of, side, 'side');
  return undefined;
}

/**
 * `assert y.shape == (m,)`, `assert c.ndim == 0` say a shape, `assert np.allclose(A.T @ A, np.eye(n))` an equation; other assertions say
 * nothing here.
 */
function assertionOf(tokens: readonly PyToken[]): Loose<PyStatement>[] {
  if (tokens.some((t) => t.text === 'allclose')) return equationOf(parsePython(tokens.slice(1)));
  const [, name, dot, what, equals, ...rest] = tokens;
  if (name?.kind !== 'name' || dot?.text !== '.' || equals?.text !== '==') return [];
  const declared = (sides: readonly Expr[]): Loose<PyStatement>[] => [
    { kind: 'sides', of: nameSyntax(name), sides },
  ];
  if (what?.text === 'ndim') return rest[0]?.text === '0' ? declared([]) : [];
  const close = rest.findIndex((t) => t.text === ')');
  if (what?.text !== 'shape' || rest[0]?.text !== '(' || close < 0) return [];
  const inside = parsePython(rest.slice(0, close + 1));
  const items = inside.kind === 'tuple' ? inside.items : [inside];
  const sides = items.flatMap((e) => sideOf(e) ?? []);
  return sides.length === items.length ? declared(sides) : [];
}

function equationOf(e: Py): Loose<PyStatement>[] {
  if (e.kind !== 'call' || e.fn.kind !== 'attribute' || e.fn.name !== 'allclose') return [];
  const [left, right] = e.args;
  return left && right ? [{ kind: 'assumption', left, right }] : [];
}

/** A length: a name, a number, a sum or product of those. */
function sideOf(e: Py): Expr | undefined {
  const { span } = e;
  if (e.kind === 'number') return { kind: 'number', span, value: e.value };
  if (e.kind === 'name') return { kind: 'name', span, name: nameOf(e.name), index: null };
  if (e.kind !== 'binary') return undefined;
  const [left, right] = [sideOf(e.left), sideOf(e.right)];
  if (!left || !right) return undefined;
  if (e.op === '*') return { kind: 'product', span, op: 'times', left, right };
  return e.op === '+' || e.op === '-' ? { kind: 'sum', span, op: e.op, left, right } : undefined;
}

const nameSyntax = ({ text, start, end }: PyToken): NameSyntax => ({
  name: nameOf(text),
  index: null,
  span: { start, end },
});

const badLeft = (at: Span): never =>
  fail('bad-definition', at, 'left of “=” stands a name', 'not this', {
    notes: ['as in `r = X @ theta - y`, or `m, n = X.shape`'],
  });

/** `sigma = np.tanh`: another name of a function. */
function aliasOf(e: Py): Expr | undefined {
  const name =
    e.kind === 'name'
      ? e.name
      : e.kind === 'attribute' && e.of.kind === 'name'
        ? e.name
        : undefined;
  const named =
    name !== undefined &&
    FUNCTION_WORDS.has(name) &&
    (e.kind === 'name' ||
      /^(?:np|jnp|torch|math)$/u.test(
        e.kind === 'attribute' && e.of.kind === 'name' ? e.of.name : '',
      ));
  return named && name !== undefined
    ? { kind: 'name', span: e.span, name, index: null }
    : undefined;
}

/** `check dJ/dtheta = …`; after `--claim` also the right side alone. */
function claimOf(text: string, line: PyLine, bare: boolean): Loose<PyStatement> {
  const equals = equalsAt(line.tokens);
  const sign = equals === undefined ? undefined : line.tokens[equals];
  const right = line.tokens.slice(
    equals === undefined ? (line.tokens[0]?.text === 'check' ? 1 : 0) : equals + 1,
  );
  const [head] = linesOf(tokenize(text.slice(0, sign?.end ?? line.start), line.start));
  if (head?.error) throw head.error;
  const end = {
    kind: 'sign',
    sign: 'end',
    text: '',
    spaced: false,
    start: line.end,
    end: line.end,
  } as const;
  const claim = sketchClaim({ tokens: head?.tokens ?? [], end, error: null }, bare);
  return {
    kind: 'claim',
    claim: { ...claim, span: { start: line.start, end: line.end } },
    value: parsePython(right),
  };
}
