import { readNameSyntax } from './name.ts';
import { fail, join } from './problem.ts';
import type { Reader } from './reader.ts';
import type { Expr, ShapeSyntax, Span } from './tree.ts';
import type { NameToken } from './words.ts';

/** Shapes with more sides are refused. */
const MOST_SIDES = 8;

/**
 * `scalar`, `n`, `m×n`, `2n×(k+1)`, `ℝ^{m×n}`, `R^n`. Between sides `×`, `by`, and `x` between spaces or digits.
 * @param member whether it stands after ∈, where `ℝ` alone is a scalar
 */
export function readShape(r: Reader, member: boolean): ShapeSyntax {
  const first = r.peek();
  const span = (): Span => join(first, r.previous() ?? first);
  if (r.acceptName('scalar')) return { span: span(), sides: [] };
  if (isReals(r, member)) {
    r.next();
    if (!r.accept('^')) return { span: span(), sides: [] };
    return readPowerOfReals(r, first);
  }
  if (first.kind === 'name' && (first.name === 'vector' || first.name === 'matrix')) {
    const like = first.name === 'vector' ? 'n' : 'm×n';
    return fail(
      'bad-shape',
      spanOf(first),
      `how long is the ${first.name}?`,
      'a shape names its sides',
      {
        notes: [`as in \`x: ${like}\``],
      },
    );
  }
  const sides = readSides(r);
  return { span: span(), sides };
}

const spanOf = (s: Span): Span => ({ start: s.start, end: s.end });

function isReals(r: Reader, member: boolean): boolean {
  if (r.is('ℝ')) return true;
  const next = r.peek(1);
  return r.isName('R') && (member || (next.kind === 'sign' && next.sign === '^'));
}

/** `{m×n}`, `(m×n)`, `n` after `ℝ^`; superscripts come with brackets of no width. */
function readPowerOfReals(r: Reader, first: Span): ShapeSyntax {
  const token = r.peek();
  const fence = r.is('{') ? '{' : r.is('(') ? '(' : undefined;
  const open = fence && r.open(fence, r.next());
  const sides = open ? readSides(r) : [readFactor(r)];
  const end = open ? r.close(open) : (r.previous() ?? token);
  while (!open && separator(r)) sides.push(readFactor(r));
  return { span: join(first, open ? end : (r.previous() ?? end)), sides };
}

function readSides(r: Reader): Expr[] {
  const sides = [readSum(r)];
  while (separator(r)) sides.push(readSum(r));
  if (sides.length > MOST_SIDES) {
    const span = join(sides[0]?.span ?? r.peek(), sides.at(-1)?.span ?? r.peek());
    fail('bad-shape', span, `a shape has at most ${MOST_SIDES} sides`, `${sides.length} sides`);
  }
  return sides;
}

function separator(r: Reader): boolean {
  if (r.accept('×') || r.acceptName('by')) return true;
  // `m x n`; `3x4` is the number 3 and the word x4
  const before = r.previous();
  const next = r.peek(1);
  const spaced =
    next.kind === 'name' || next.kind === 'number' || (next.kind === 'sign' && next.sign === '(');
  if (
    r.isName('x') &&
    spaced &&
    (r.peek().spaced || before?.kind === 'number' || before?.end === r.peek().start)
  )
    return r.acceptName('x') !== undefined;
  return r.splitCross();
}

function readSum(r: Reader): Expr {
  let left = readProduct(r);
  for (let sign = r.accept('+', '-'); sign; sign = r.accept('+', '-')) {
    const right = readProduct(r);
    const op = sign.sign === '-' ? '-' : '+';
    left = r.grown(
      { kind: 'sum', span: join(left.span, right.span), op, left, right },
      left,
      right,
    );
  }
  return left;
}

function readProduct(r: Reader): Expr {
  let left = readFactor(r);
  for (;;) {
    const tight = left.kind === 'number' && nearName(r);
    if (!tight && !r.accept('*')) return left;
    const right = readFactor(r);
    const span = join(left.span, right.span);
    left = r.grown(
      { kind: 'product', span, op: 'times', left, right, ...(tight ? { tight } : {}) },
      left,
      right,
    );
  }
}

/** `2n`; but `3x4` and `3xn` are shapes. */
function nearName(r: Reader): boolean {
  const token = r.peek();
  return token.kind === 'name' && !token.spaced && !/^x(?:$|[\d])/u.test(token.name);
}

function readFactor(r: Reader): Expr {
  const token = r.peek();
  if (token.kind === 'number') {
    r.next();
    return r.grown({ kind: 'number', span: spanOf(token), value: token.value });
  }
  if (token.kind === 'name' && token.name !== 'scalar' && token.name !== 'by') {
    crossInWord(r, token);
    return r.grown({ kind: 'name', ...readNameSyntax(r) });
  }
  if (r.is('(')) {
    const open = r.open('(', r.next());
    const inside = r.nested(() => readSum(r));
    return r.respan(inside, join(token, r.close(open)));
  }
  return badShape(r);
}

/** `mxn` is no name of a side: it was meant as m×n. */
function crossInWord(r: Reader, token: NameToken): void {
  const [, left, right] = /^(\p{L}\d*|\d+)?x(\p{L}\d*|\d+)$/u.exec(token.text) ?? [];
  const before = r.previous();
  const afterNumber = before?.kind === 'number' && !token.spaced;
  if (right === undefined || (left === undefined && !afterNumber)) return;
  const text = `${left ?? ''}×${right}`;
  fail('bad-shape', spanOf(token), `“${token.text}” would be the name of one side`, 'this word', {
    notes: ['between sides stands ×, or x with spaces around it'],
    edits: [{ ...spanOf(token), text }],
  });
}

function badShape(r: Reader): never {
  const token = r.peek();
  return fail(
    'bad-shape',
    spanOf(token),
    'a shape is `scalar`, or sides such as `n`, `m×n`, `2n×(k+1)`',
    r.atEnd ? 'a side is missing here' : 'no side of a shape',
  );
}
