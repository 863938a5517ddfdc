import { readAtom, startsOperand } from './atom.ts';
import { signCall } from './call.ts';
import { readIndex } from './place.ts';
import { fail, join } from './problem.ts';
import type { Reader } from './reader.ts';
import type { Sign } from './token.ts';
import type { Expr, ProductOp, Span } from './tree.ts';
import { unexpected } from './unexpected.ts';
import type { FormulaToken } from './words.ts';

/**
 * Formulas, by operator precedence (Pratt's method). From the loosest: sums; products and divisions, one level, read from the
 * left, factors side by side among them; minus; what `atom.ts` reads: `2m`, powers, transposes.
 */
const SUM = 1;
const PRODUCT = 2;
const MINUS = 3;

const SUMS: ReadonlyMap<Sign, '+' | '-'> = new Map([
  ['+', '+'],
  ['-', '-'],
  ['.+', '+'],
  ['.-', '-'],
]);

const PRODUCTS: ReadonlyMap<Sign, ProductOp> = new Map([
  ['*', 'times'],
  ['×', 'times'],
  ['⊙', 'hadamard'],
  ['/', 'divide'],
  ['⊘', 'hadamard-divide'],
]);

/** Signs between two operands: a line goes on after one, and before one. */
export const isInfix = (sign: Sign): boolean =>
  SUMS.has(sign) || PRODUCTS.has(sign) || sign === '⊗' || sign === '^' || sign === '.^';

/** A whole formula, up to the end of the tokens. @throws MatgradError */
export function readFormula(r: Reader): Expr {
  const e = readExpression(r);
  if (!r.atEnd) unexpected(r);
  return e;
}

/** An expression, up to a token that cannot belong to it. */
export const readExpression = (r: Reader): Expr => level(r, SUM);

function level(r: Reader, loosest: number): Expr {
  return r.nested(() => {
    let left = operand(r);
    for (;;) {
      const token = r.peek();
      const sign = token.kind === 'sign' ? token.sign : undefined;
      const sum = sign && SUMS.get(sign);
      const op = sign && PRODUCTS.get(sign);
      if (sum && loosest <= SUM) {
        r.next();
        const right = level(r, PRODUCT);
        left = r.grown(
          { kind: 'sum', span: join(left.span, right.span), op: sum, left, right },
          left,
          right,
        );
      } else if (op && loosest <= PRODUCT) {
        r.next();
        left = productOf(r, op, left);
      } else if (sign === '⊗' && loosest <= PRODUCT) {
        left = kronecker(r, r.next(), left);
      } else if (!sum && !op && loosest <= PRODUCT && startsOperand(r)) {
        twoNumbers(r);
        left = productOf(r, 'times', left);
      } else return left;
    }
  });
}

function productOf(r: Reader, op: ProductOp, left: Expr): Expr {
  const right = level(r, MINUS);
  const next = r.peek();
  if ((op === 'divide' || op === 'hadamard-divide') && next.kind === 'name' && next.continues)
    ambiguousQuotient(r, right, next);
  const span = join(left.span, right.span);
  return r.grown({ kind: 'product', span, op, left, right }, left, right);
}

/** `A ⊗ B`, on the level of products. */
function kronecker(r: Reader, sign: Span, left: Expr): Expr {
  const right = level(r, MINUS);
  return signCall(r, 'kron', sign, join(left.span, right.span), left, right);
}

function operand(r: Reader): Expr {
  const minus = r.accept('-');
  if (!minus) return beginsSeries(r) ? readSeries(r) : readAtom(r);
  const of = level(r, MINUS);
  return r.grown({ kind: 'negate', span: join(minus, of.span), of }, of);
}

/** `Σ[t=1..T]` or `sum[t=1..T]` stands here. */
function beginsSeries(r: Reader): boolean {
  const sign = (ahead: number, wanted: Sign): boolean => {
    const t = r.peek(ahead);
    return t.kind === 'sign' && t.sign === wanted;
  };
  return (
    (r.isName('Σ') || r.isName('sum')) && sign(1, '[') && r.peek(2).kind === 'name' && sign(3, '=')
  );
}

/** The sum of what follows, up to the end of its product. */
function readSeries(r: Reader): Expr {
  const word = r.next();
  const open = r.open('[', r.next());
  const letter = r.next();
  r.next();
  const from = readIndex(r);
  if (!r.accept('..'))
    fail('bad-range', r.peek(), 'the steps of a sum are written `Σ[t=1..T]`', 'this does not fit');
  const to = readIndex(r);
  const variable = letter.kind === 'name' ? letter.name : '';
  const range = { span: join(word, r.close(open)), variable, from, to };
  const of = level(r, PRODUCT);
  return r.grown({ kind: 'series', span: join(word, of.span), range, of }, of);
}

function twoNumbers(r: Reader): void {
  const token = r.peek();
  const before = r.previous();
  if (token.kind !== 'number' || before?.kind !== 'number') return;
  fail(
    'unexpected-token',
    token,
    'two numbers stand side by side',
    'an operator is missing before it',
    {
      edits: [{ start: token.start, end: token.start, text: '*' }],
    },
  );
}

/** `1/mn`: by the rule (1/m)·n, by the eye 1/(mn). */
function ambiguousQuotient(r: Reader, right: Expr, from: FormulaToken): never {
  let end = from.end;
  for (let t = r.peek(); t.kind === 'name' && t.continues; t = r.peek()) end = r.next().end;
  const run = { start: right.span.start, end };
  return fail(
    'ambiguous-quotient',
    run,
    'does the division end after the first of these letters, or after the last?',
    'letters right after a division',
    {
      notes: ['put brackets around the divisor, or a space after it'],
      repairs: [
        [
          { start: run.start, end: run.start, text: '(' },
          { start: run.end, end: run.end, text: ')' },
        ],
      ],
    },
  );
}
