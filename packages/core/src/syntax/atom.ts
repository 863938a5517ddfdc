import { eqR, MINUS_ONE } from '../shape/rational.ts';
import { readCall, readName, signCall } from './call.ts';
import { readNorm, readOrder } from './fence.ts';
import { RESERVED } from './functions.ts';
import { fail, join } from './problem.ts';
import type { Reader } from './reader.ts';
import type { Sign } from './token.ts';
import type { Expr, NumberExpr, Span } from './tree.ts';
import { unexpected } from './unexpected.ts';
import { isDeclared } from './vocabulary.ts';

/** Whether a factor may begin at the next token: two side by side are a product. */
export function startsOperand(r: Reader): boolean {
  const token = r.peek();
  switch (token.kind) {
    case 'number':
      return true;
    case 'name':
      return !RESERVED.has(token.name);
    case 'sub':
    case 'text':
      return false;
    case 'sign':
      switch (token.sign) {
        case '(':
        case '{':
        case '[':
        case '⟨':
        case '√':
        case '∂':
        case 'ℝ':
          return true;
        case '‖':
          return r.innermost !== '‖' && !(r.innermost === '|' && token.text === '||');
        case '|':
          return r.innermost !== '|';
        default:
          return false;
      }
  }
}

/** A factor with its powers and transposes; `2m`. */
export function readAtom(r: Reader): Expr {
  const token = r.peek();
  if (token.kind === 'number' && tightName(r)) {
    const left = readNumber(r);
    const right = withPowers(r, readPrimary(r));
    const span = join(left.span, right.span);
    return r.grown({ kind: 'product', span, op: 'times', left, right, tight: true }, left, right);
  }
  return withPowers(r, readPrimary(r));
}

/** Whether a variable stands right after the number here. A function does not: `1/2tr(A)` is ½ tr(A). */
function tightName(r: Reader): boolean {
  const next = r.peek(1);
  return next.kind === 'name' && !next.spaced && !next.called && !RESERVED.has(next.name);
}

function readNumber(r: Reader): NumberExpr {
  const token = r.next();
  if (token.kind !== 'number') return unexpected(r);
  return r.grown({ kind: 'number', span: spanOf(token), value: token.value });
}

const spanOf = (s: Span): Span => ({ start: s.start, end: s.end });

/** A factor without powers. */
function readPrimary(r: Reader): Expr {
  const token = r.peek();
  if (token.kind === 'number') return readNumber(r);
  if (token.kind === 'name') {
    if (RESERVED.has(token.name)) return missing(r);
    return token.called ? readCall(r) : readName(r);
  }
  if (token.kind !== 'sign') return unexpected(r);
  switch (token.sign) {
    case '∂':
      return readDerivative(r) ?? missing(r);
    case '(':
    case '{':
      return readDerivative(r) ?? readGroup(r, token.sign);
    case '⟨':
      return readInner(r);
    case '‖':
    case '|':
      return readNorm(r, token.sign);
    case '√':
      return readRoot(r);
    case '[':
      return fail('unexpected-token', token, 'a square bracket stands only after a name', 'here', {
        notes: ['vectors and matrices are given by name, not entry by entry'],
      });
    default:
      return missing(r);
  }
}

/** An operand should stand here. */
function missing(r: Reader): never {
  const token = r.peek();
  if (r.is('∂') || (r.is(')', ']', '}', '⟩') && r.innermost === undefined)) return unexpected(r);
  const before = r.previous();
  const at = spanOf(token);
  const what = before && before.kind === 'sign' ? ` after “${before.text}”` : '';
  const found =
    token.kind === 'sign' && token.sign === 'end' ? 'the text ends here' : `not “${token.text}”`;
  return fail('missing-operand', at, `a name, a number or a bracket is missing${what}`, found);
}

function readGroup(r: Reader, fence: '(' | '{'): Expr {
  const token = r.next();
  const open = r.open(fence, token);
  const of = r.expression();
  if (r.is(',') && fence === '(') {
    fail('unexpected-token', r.peek(), 'a comma separates only arguments of a function', 'here', {
      labels: [{ ...open.span, text: 'no function stands before this bracket' }],
    });
  }
  const span = join(token, r.close(open));
  const e = of.kind === 'product' && !of.tight ? { ...of, grouped: true } : of;
  return r.respan(e === of ? of : r.respan(of, span), span);
}

/**
 * `∂ℓ/∂(XW)`, `∂ℓ/∂Z`, the gradient of an unknown function; a fraction of LaTeX stands in braces. As a call of `∂ℓ/∂`.
 * @returns nothing where something else stands here
 */
function readDerivative(r: Reader): Expr | undefined {
  const braced = r.is('{');
  const sign = (ahead: number, wanted: Sign): boolean => {
    const t = r.peek(ahead);
    return t.kind === 'sign' && t.sign === wanted;
  };
  const of = r.peek(braced ? 2 : 1);
  const middle: readonly Sign[] = braced ? ['}', '/', '{', '∂'] : ['/', '∂'];
  const first = braced ? 3 : 2;
  if (!sign(braced ? 1 : 0, '∂') || of.kind !== 'name') return undefined;
  if (!middle.every((s, k) => sign(first + k, s))) return undefined;
  const begin = r.next();
  for (let k = 1; k < first + middle.length; k++) r.next();
  const open = braced ? r.open('{', r.previous() ?? begin) : undefined;
  const token = r.peek();
  const arg =
    token.kind === 'name' && !token.called
      ? readName(r)
      : r.is('(')
        ? readGroup(r, '(')
        : unexpected(r);
  const span = join(begin, open ? r.close(open) : arg.span);
  const call: Expr = {
    kind: 'call',
    span,
    name: `∂${of.name}/∂`,
    nameSpan: spanOf(of),
    index: null,
    primes: 0,
    args: [arg],
    options: [],
  };
  return r.grown(call, arg);
}

function readInner(r: Reader): Expr {
  const token = r.next();
  const open = r.open('⟨', token);
  const left = r.expression();
  if (!r.accept(',')) {
    if (r.is('⟩'))
      fail(
        'missing-operand',
        r.peek(),
        'an inner product has two sides, ⟨A, B⟩',
        'the second is missing',
      );
    r.unclosed(open);
  }
  const right = r.expression();
  const span = join(token, r.close(open));
  return r.grown({ kind: 'inner', span, left, right }, left, right);
}

/** `√x`; `√x²` and `√2m` could be read in two ways. */
function readRoot(r: Reader): Expr {
  const sign = r.next();
  const of = r.nested(() => readPrimary(r));
  const next = r.peek();
  const power = next.kind === 'sign' && (next.sign === '^' || next.sign === '.^');
  if (power || (of.kind === 'number' && next.kind === 'name' && !next.spaced)) {
    fail(
      'ambiguous-root',
      join(sign, next),
      'how far does this root reach?',
      'this could be read in two ways',
      {
        notes: ['put brackets around what the root is of: √(x²), (√x)²'],
      },
    );
  }
  return signCall(r, 'sqrt', sign, join(sign, of.span), of);
}

/** Powers, transposes, inverses and parts after a factor. */
function withPowers(r: Reader, first: Expr): Expr {
  let e = first;
  let bare: Expr | undefined;
  for (;;) {
    const token = r.peek();
    if (token.kind === 'sub') {
      if (e.kind !== 'power' || e.base.kind !== 'norm' || e !== bare) return e;
      e = readOrder(r, e, e.base);
      continue;
    }
    if (token.kind !== 'sign') return e;
    const span = join(e.span, token);
    switch (token.sign) {
      case '^T':
      case "'":
        r.next();
        e = r.grown({ kind: 'transpose', span, of: e }, e);
        break;
      case '^-T': {
        r.next();
        const of: Expr = r.grown({ kind: 'inverse', span, of: e }, e);
        e = r.grown({ kind: 'transpose', span, of }, of);
        break;
      }
      case '^+':
        r.next();
        e = signCall(r, 'pinv', token, span, e);
        break;
      case '^':
      case '.^':
        if (e === bare) twoPowers(r, e);
        e = readPower(r, e);
        bare = e;
        break;
      case '[':
        e = readParts(r, e);
        break;
      default:
        return e;
    }
  }
}

function twoPowers(r: Reader, e: Expr): never {
  return fail(
    'ambiguous-power',
    join(e.span, r.peek()),
    'which of these powers comes first?',
    'a power of a power',
    {
      notes: ['put brackets: (a^b)^c or a^(b^c)'],
    },
  );
}

function readPower(r: Reader, base: Expr): Expr {
  const sign = r.next();
  const braced = r.is('{');
  const text = r.peek().text;
  const entrywise = r.peek(braced ? 1 : 0);
  let elementwise = sign.kind === 'sign' && sign.sign === '.^';
  let exponent: Expr;
  let end: number;
  if (entrywise.kind === 'sign' && entrywise.sign === '⊙') {
    elementwise = true;
    const open = braced ? r.open('{', r.next()) : undefined;
    r.next();
    exponent = open ? r.expression() : readExponent(r);
    end = open ? r.close(open).end : exponent.span.end;
  } else {
    exponent = readExponent(r);
    end = exponent.span.end;
  }
  const span = { start: base.span.start, end };
  if (!elementwise && exponent.kind !== 'number') refuseEuler(r, base, exponent, text);
  if (!elementwise && isMinusOne(exponent))
    return r.grown({ kind: 'inverse', span, of: base }, base);
  return r.grown({ kind: 'power', span, base, exponent, elementwise }, base, exponent);
}

/** `e^x`: to people the exponential function, by the letter a power of some variable e. */
function refuseEuler(r: Reader, base: Expr, exponent: Expr, opening: string): void {
  if (base.kind !== 'name' || base.index || base.name !== 'e') return;
  if (isDeclared('e', r.vocabulary)) return;
  const { start, end } = exponent.span;
  const inside = opening === '(' || opening === '{';
  fail('unknown-constant', base.span, 'e is no number here', 'nobody declared it', {
    notes: ['the exponential function is written exp(x)'],
    repairs: [
      [
        { start: base.span.start, end: inside ? start + 1 : start, text: 'exp(' },
        { start: inside ? end - 1 : end, end, text: ')' },
      ],
    ],
  });
}

const isMinusOne = (e: Expr): boolean =>
  e.kind === 'negate'
    ? e.of.kind === 'number' && e.of.value.num === 1n && e.of.value.den === 1n
    : e.kind === 'number' && eqR(e.value, MINUS_ONE);

/** What follows `^`: one factor, with a minus or without. */
function readExponent(r: Reader): Expr {
  return r.nested(() => {
    const minus = r.accept('-');
    if (!minus) return readPrimary(r);
    const of = readExponent(r);
    return r.grown({ kind: 'negate', span: join(minus, of.span), of }, of);
  });
}

/** `A[i,j]`, `A[:,j]`. */
function readParts(r: Reader, of: Expr): Expr {
  const open = r.open('[', r.next());
  const parts: (Expr | null)[] = [];
  do {
    if (r.accept(':')) parts.push(null);
    else parts.push(r.expression());
  } while (r.accept(','));
  const span = join(of.span, r.close(open));
  return r.grown({ kind: 'part', span, of, parts }, of, ...parts.filter((p) => p !== null));
}
