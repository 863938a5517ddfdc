import type { IndexExpr } from '../shape/dim.ts';
import type { Rational } from '../shape/rational.ts';
import { isIntegerR, negR, signR } from '../shape/rational.ts';
import type { Expr, NormExpr, PowerExpr, ProductExpr, SumExpr } from '../syntax/tree.ts';

/**
 * Where brackets stand. `arrange` turns a surface tree into a form in which every bracket is a node, sums and
 * products are lists, signs stand in front and numbers are whole: what is left for a printer is spelling.
 *
 * Products and divisions are one level, read from the left; brackets are also put where two people could read differently
 * (`(A ⊙ B) C`, `(AB/c) D`), and left out where every reading has the same value (`2AB`).
 */
export type Form =
  | { readonly kind: 'sum'; readonly first: Form; readonly rest: readonly SumTerm[] }
  | { readonly kind: 'negative'; readonly of: Form }
  | { readonly kind: 'times' | 'hadamard'; readonly factors: readonly Form[] }
  | { readonly kind: 'divide' | 'hadamard-divide'; readonly over: Form; readonly under: Form }
  /** Brackets. */
  | { readonly kind: 'group'; readonly of: Form }
  /** Never negative. */
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'name'; readonly name: string; readonly index: IndexExpr | null }
  | { readonly kind: 'transpose' | 'inverse' | 'inverse-transpose'; readonly of: Form }
  | {
      readonly kind: 'power';
      readonly base: Form;
      readonly exponent: Form;
      readonly elementwise: boolean;
    }
  | CallForm
  | { readonly kind: 'norm'; readonly of: Form; readonly order: NormExpr['order'] }
  | { readonly kind: 'bars'; readonly of: Form }
  | { readonly kind: 'inner'; readonly left: Form; readonly right: Form }
  /** `A : B`. */
  | { readonly kind: 'colon'; readonly left: Form; readonly right: Form }
  | { readonly kind: 'part'; readonly of: Form; readonly parts: readonly (Form | null)[] }
  | {
      readonly kind: 'series';
      readonly letter: string;
      readonly from: IndexExpr;
      readonly to: IndexExpr;
      readonly of: Form;
    };

export interface SumTerm {
  readonly op: '+' | '-';
  readonly of: Form;
}

export interface CallForm {
  readonly kind: 'call';
  readonly name: string;
  readonly index: IndexExpr | null;
  readonly primes: number;
  /** What stands in quotes before the arguments: `'ij,jk->ik'`. */
  readonly axes: string | null;
  readonly args: readonly Form[];
  readonly options: readonly { readonly name: string; readonly value: Form }[];
}

/** How a division by a scalar is set: on one line (`a/b`), or one above the other, which needs no brackets. */
export type Fractions = 'inline' | 'stacked';

/** The form of a tree, with all its brackets. */
export function arrange(e: Expr, fractions: Fractions = 'inline'): Form {
  const go = (x: Expr): Form => arrange(x, fractions);
  switch (e.kind) {
    case 'number':
      return arrangeNumber(e.value);
    case 'name':
      return { kind: 'name', name: e.name, index: e.index };
    case 'sum':
      return arrangeSum(e, go);
    case 'negate': {
      const of = go(e.of);
      return { kind: 'negative', of: of.kind === 'sum' || of.kind === 'negative' ? group(of) : of };
    }
    case 'product':
      return arrangeProduct(e, fractions);
    case 'transpose':
      if (e.of.kind === 'inverse')
        return { kind: 'inverse-transpose', of: groupUnless(isAtom, go(e.of.of)) };
      return { kind: 'transpose', of: groupUnless(isAtom, go(e.of)) };
    case 'inverse':
      if (e.of.kind === 'transpose')
        return { kind: 'inverse-transpose', of: groupUnless(isAtom, go(e.of.of)) };
      return { kind: 'inverse', of: groupUnless(isAtom, go(e.of)) };
    case 'power':
      return arrangePower(e, go);
    case 'call':
      // `∂ℓ/∂Z` needs no bracket
      if (/^∂.+\/∂$/u.test(e.name) && e.args[0]?.kind === 'name')
        return { kind: 'name', name: `${e.name}${e.args[0].name}`, index: e.args[0].index };
      return {
        kind: 'call',
        name: e.name,
        index: e.index,
        primes: e.primes,
        axes: e.axes ?? null,
        args: e.args.map(go),
        options: e.options.map((o) => ({ name: o.name, value: go(o.value) })),
      };
    case 'norm':
      return { kind: 'norm', of: go(e.of), order: e.order };
    case 'bars':
      return { kind: 'bars', of: go(e.of) };
    case 'inner':
      return e.colon
        ? { kind: 'colon', left: colonSide(go(e.left)), right: colonSide(go(e.right)) }
        : { kind: 'inner', left: go(e.left), right: go(e.right) };
    case 'series': {
      const { variable: letter, from, to } = e.range;
      const of = go(e.of);
      const bare = of.kind !== 'sum' && of.kind !== 'negative';
      return { kind: 'series', letter, from, to, of: bare ? of : group(of) };
    }
    case 'part':
      return {
        kind: 'part',
        of: groupUnless(isPlainName, go(e.of)),
        parts: e.parts.map((p) => p && arrange(p, 'inline')),
      };
  }
}

const group = (of: Form): Form => ({ kind: 'group', of });

const groupUnless = (safe: (form: Form) => boolean, form: Form): Form =>
  safe(form) ? form : group(form);

/** What a transpose or an exponent may follow without brackets. */
export const isAtom = (f: Form): boolean =>
  f.kind === 'name' ||
  f.kind === 'integer' ||
  f.kind === 'call' ||
  f.kind === 'norm' ||
  f.kind === 'bars' ||
  f.kind === 'inner' ||
  f.kind === 'part' ||
  f.kind === 'group';

/** `A : B` binds looser than products, and tighter than sums. */
const colonSide = (f: Form): Form =>
  f.kind === 'sum' || f.kind === 'negative' || f.kind === 'colon' ? group(f) : f;

const isPlainName = (f: Form): boolean => f.kind === 'name' && f.index === null;

/** An atom with its transposes and exponents: binds tighter than any product. */
export const isTight = (f: Form): boolean =>
  isAtom(f) ||
  f.kind === 'transpose' ||
  f.kind === 'inverse' ||
  f.kind === 'inverse-transpose' ||
  (f.kind === 'power' && !f.elementwise);

function arrangeNumber(value: Rational): Form {
  if (signR(value) < 0) return { kind: 'negative', of: arrangeNumber(negR(value)) };
  const over: Form = { kind: 'integer', value: value.num };
  if (isIntegerR(value)) return over;
  return { kind: 'divide', over, under: { kind: 'integer', value: value.den } };
}

function arrangeSum(e: SumExpr, go: (x: Expr) => Form): Form {
  const rest: SumTerm[] = [];
  let first: Expr = e;
  for (; first.kind === 'sum'; first = first.left) {
    const of = go(first.right);
    if (of.kind === 'negative' && startsWithNegativeNumber(first.right)) {
      rest.push({ op: first.op === '+' ? '-' : '+', of: of.of });
    } else {
      const bare = of.kind !== 'sum' && of.kind !== 'negative';
      rest.push({ op: first.op, of: bare ? of : group(of) });
    }
  }
  return { kind: 'sum', first: go(first), rest: rest.reverse() };
}

/** Nobody types a negative number: it is a coefficient of the graph, whose sign the sum can take over. */
function startsWithNegativeNumber(e: Expr): boolean {
  let first = e;
  while (first.kind === 'product') first = first.left;
  return first.kind === 'number' && signR(first.value) < 0;
}

function arrangePower(e: PowerExpr, go: (x: Expr) => Form): Form {
  const base = go(e.base);
  // `2.^k` would begin with the number `2.`
  const bare = isAtom(base) && !(e.elementwise && base.kind === 'integer');
  return {
    kind: 'power',
    base: bare ? base : group(base),
    exponent: arrange(e.exponent, 'inline'),
    elementwise: e.elementwise,
  };
}

function arrangeProduct(e: ProductExpr, fractions: Fractions): Form {
  const go = (x: Expr): Form => arrange(x, fractions);
  switch (e.op) {
    case 'times':
      return chain(e, go, firstOfTimes(fractions), joinTimes(fractions));
    case 'hadamard':
      return chain(e, go, firstOfHadamard(fractions), joinHadamard(fractions));
    case 'divide': {
      if (fractions === 'stacked') {
        const [sign, over] = signOf(arrange(e.left, 'inline'));
        return sign({ kind: 'divide', over, under: arrange(e.right, 'inline') });
      }
      const [sign, left] = signOf(go(e.left));
      const over = isTight(left) || isPlainTimes(left) ? left : group(left);
      return sign({ kind: 'divide', over, under: groupUnless(isTight, go(e.right)) });
    }
    case 'hadamard-divide': {
      const [sign, left] = signOf(go(e.left));
      const over = groupUnless(isTight, left);
      return sign({ kind: e.op, over, under: groupUnless(isTight, go(e.right)) });
    }
  }
}

/** Takes a leading minus off, and gives the function that puts it back in front of all. */
function signOf(f: Form): readonly [(x: Form) => Form, Form] {
  return f.kind === 'negative' ? [(of) => ({ kind: 'negative', of }), f.of] : [(x) => x, f];
}

/** A product read from the left as a list: `first` brackets the first factor, `join` adds one more. */
function chain(
  e: ProductExpr,
  go: (x: Expr) => Form,
  first: (f: Form) => Form,
  join: (factors: Form[], next: Form, last: boolean) => void,
): Form {
  const rights = [e.right];
  let start: Expr = e.left;
  for (; start.kind === 'product' && start.op === e.op && !start.grouped; start = start.left)
    rights.push(start.right);
  const [sign, leading] = signOf(go(start));
  const factors = [first(leading)];
  rights.reverse().forEach((right, k) => {
    join(factors, go(right), k === rights.length - 1);
  });
  return sign({ kind: e.op === 'hadamard' ? 'hadamard' : 'times', factors });
}

const firstOfTimes =
  (fractions: Fractions) =>
  (f: Form): Form => {
    if (isTight(f) || isEntryPower(f)) return f;
    return f.kind === 'divide' && (fractions === 'stacked' || isCoefficientFraction(f))
      ? f
      : group(f);
  };

const joinTimes =
  (fractions: Fractions) =>
  (factors: Form[], next: Form, last: boolean): void => {
    const only = factors.length === 1 && last ? factors[0] : undefined;
    const joins =
      next.kind === 'times' &&
      (isTwoOf(next) ||
        (only && isNumeric(only) && (fractions === 'stacked' || isPlainTimes(next))));
    if (joins) factors.push(...next.factors);
    else if (isTight(next) || isEntryPower(next)) factors.push(next);
    else if (next.kind === 'divide' && fractions === 'stacked') factors.push(next);
    else factors.push(group(next));
  };

const firstOfHadamard =
  (fractions: Fractions) =>
  (f: Form): Form =>
    isTight(f) || isEntryPower(f) || isTwoOf(f) || (f.kind === 'divide' && fractions === 'stacked')
      ? f
      : group(f);

const joinHadamard =
  (fractions: Fractions) =>
  (factors: Form[], next: Form): void => {
    const bare =
      isTight(next) || isEntryPower(next) || (next.kind === 'divide' && fractions === 'stacked');
    factors.push(bare ? next : group(next));
  };

const isEntryPower = (f: Form): boolean => f.kind === 'power' && f.elementwise;

/** A number over anything: surely a scalar, so that what follows needs no brackets of its own. */
const isNumeric = (f: Form): boolean =>
  f.kind === 'integer' || (f.kind === 'divide' && f.over.kind === 'integer');

/** `2A`. */
const isTwoOf = (f: Form): boolean =>
  f.kind === 'times' && f.factors.length === 2 && f.factors[0]?.kind === 'integer';

/** A product that does not begin with a fraction: `AB` in `AB/c`. */
const isPlainTimes = (f: Form): boolean => f.kind === 'times' && f.factors[0]?.kind !== 'divide';

/** `1/m`, `λ/2`, `2λ/m`: read as one coefficient before what follows; a matrix over a number is not. */
function isCoefficientFraction(f: Form): boolean {
  if (f.kind !== 'divide') return false;
  const { over } = f;
  const last = over.kind === 'times' && isTwoOf(over) ? over.factors[1] : over;
  return (
    last?.kind === 'integer' ||
    last?.kind === 'norm' ||
    last?.kind === 'bars' ||
    (last?.kind === 'name' && last.index === null && last.name === last.name.toLowerCase())
  );
}
