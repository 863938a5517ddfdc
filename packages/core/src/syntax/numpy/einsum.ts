import { rational } from '../../shape/rational.ts';
import { fail } from '../problem.ts';
import type { Expr, ProductOp } from '../tree.ts';
import type { ArrayCall } from './call.ts';
import { type Arr, arr, call, form, product, transposed } from './value.ts';

/** An operand, or what was made of some, with the letters of its axes; one letter is a column. */
interface Lettered {
  readonly expr: Expr;
  readonly letters: string;
}

/** `np.einsum('ij,j->i', A, x)`, as matrices where they can say it. @throws MatgradError */
export function einsum(c: ArrayCall): Arr {
  const spec = (c.text(0) ?? '').replaceAll(' ', '');
  const [, left = '', given] = /^([A-Za-z]*(?:,[A-Za-z]*)*)(?:->([A-Za-z]*))?$/u.exec(spec) ?? [];
  const sides = left.split(',');
  const at = c.py(0)?.span ?? c.span;
  if (left === '' || sides.length !== c.count - 1)
    fail(
      'array-function',
      at,
      'einsum names the axes of each array, as in "ij,j->i"',
      'these do not fit',
    );
  const out = given ?? once(left.replaceAll(',', ''));
  const [a, b] = sides.map((letters, k) => {
    const { rank, expr, oneRow, oneColumn } = c.arg(k + 1);
    const square = letters.length !== 2 || letters[0] !== letters[1] || oneRow === oneColumn;
    if (rank !== letters.length || !square)
      fail(
        'array-rank',
        expr.span,
        `an array of ${rank} dimensions, and ${letters.length} letters`,
        'this one',
      );
    return { expr, letters };
  });
  const general = (): Arr => {
    const args = sides.map((_, k) => c.arg(k + 1).expr);
    const expr = { ...call('einsum', args, c.span, c.nameSpan), axes: `${left}->${out}` };
    return { ...form(out.length), expr };
  };
  const wide = out.length > 2 || sides.some((letters) => letters.length > 2);
  if (!a || sides.length > 2 || wide) return general();
  const of = new Einsum(c);
  const one = (x: Lettered, other: string): Lettered =>
    of.sum(of.diagonal(x, other + out), other + out);
  const made = b ? of.pair(one(a, b.letters), one(b, a.letters), out) : one(a, '');
  if (!made || sorted(made.letters) !== sorted(out)) return general();
  const expr = made.letters === out ? made.expr : transposed(made.expr);
  return arr(form(out.length), expr);
}

/** Letters that stand once, in the order of the alphabet: the axes of the result where none are named. */
const once = (letters: string): string =>
  Array.from(letters)
    .filter((l) => letters.split(l).length === 2)
    .sort()
    .join('');

const sorted = (letters: string): string => Array.from(letters).sort().join('');

const without = (letters: string, gone: string): string =>
  Array.from(letters)
    .filter((l) => !gone.includes(l))
    .join('');

class Einsum {
  readonly #call: ArrayCall;

  constructor(c: ArrayCall) {
    this.#call = c;
  }

  #product(op: ProductOp, left: Expr, right: Expr): Expr {
    return product(op, left, right, this.#call.span);
  }

  #function(name: string, of: Expr, axis?: number): Expr {
    const { span, nameSpan } = this.#call;
    const value: Expr = { kind: 'number', span: nameSpan, value: rational(axis ?? 0) };
    return call(
      name,
      [of],
      span,
      nameSpan,
      axis === undefined ? [] : [{ span: nameSpan, name: 'axis', value }],
    );
  }

  /** `ii`: the trace, or the diagonal where i is used elsewhere. */
  diagonal(x: Lettered, used: string): Lettered {
    const [i, j] = x.letters;
    if (i === undefined || i !== j) return x;
    return used.includes(i)
      ? { expr: this.#function('diag', x.expr), letters: i }
      : { expr: this.#function('tr', x.expr), letters: '' };
  }

  /** Sums over what is used nowhere else. */
  sum(x: Lettered, used: string): Lettered {
    const kept = Array.from(x.letters)
      .filter((l) => used.includes(l))
      .join('');
    if (kept === x.letters) return x;
    if (kept === '') return { expr: this.#function('sum', x.expr), letters: '' };
    const first = kept === x.letters.charAt(0);
    const summed = this.#function('sum', x.expr, first ? 1 : 0);
    return { expr: first ? summed : transposed(summed), letters: kept };
  }

  /** With its axes in this order; a single letter is a column before nothing, a row behind it. */
  #as(x: Lettered, rows: string, columns: string): Expr {
    return x.letters === rows + columns && (rows !== '' || columns === '')
      ? x.expr
      : transposed(x.expr);
  }

  /** Nothing where no product of matrices says it. */
  pair(a: Lettered, b: Lettered, out: string): Lettered | undefined {
    if (a.letters === '' || b.letters === '')
      return { expr: this.#product('times', a.expr, b.expr), letters: a.letters + b.letters };
    const shared = Array.from(a.letters)
      .filter((l) => b.letters.includes(l))
      .join('');
    const summed = without(shared, out);
    if (summed !== shared) return this.#entrywise(a, b, summed);
    const [left, right] = [without(a.letters, summed), without(b.letters, summed)];
    if (left.length > 1 || right.length > 1) return undefined;
    if (summed.length === 2) {
      const expr: Expr = {
        kind: 'inner',
        span: this.#call.span,
        left: a.expr,
        right: this.#as(b, a.letters, ''),
      };
      return { expr, letters: '' };
    }
    // a row is a column of the transposed product
    if (left === '' && right !== '')
      return { expr: this.#product('times', this.#as(b, right, summed), a.expr), letters: right };
    return {
      expr: this.#product('times', this.#as(a, left, summed), this.#as(b, summed, right)),
      letters: left + right,
    };
  }

  /** Axes that both have and that stay: entry by entry, then sums. */
  #entrywise(a: Lettered, b: Lettered, summed: string): Lettered | undefined {
    const [big, small] = a.letters.length < b.letters.length ? [b, a] : [a, b];
    const rest = without(big.letters, small.letters);
    if (small.letters.length === 2 && rest !== '') return undefined;
    const letters = small.letters + rest;
    const whole = this.#as(big, letters, '');
    const [left, right] = big === a ? [whole, small.expr] : [small.expr, whole];
    return this.sum(
      { expr: this.#product('hadamard', left, right), letters },
      without(letters, summed),
    );
  }
}
