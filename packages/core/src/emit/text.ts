import { type IndexExpr, indexText } from '../shape/dim.ts';
import type { Expr, NormExpr } from '../syntax/tree.ts';
import { asciiName } from './letters.ts';
import { arrange, type CallForm, type Form } from './precedence.ts';
import { between, superscript } from './spacing.ts';

/** How plain text is written. */
export interface TextOptions {
  /** `X'*(X*theta - y)` for a place that cannot show `Xᵀ(Xθ − y)`. */
  readonly ascii?: boolean;
  /**
   * All declared names: letters side by side never spell one of them. The names in the formula itself and those of the
   * language's functions are always respected.
   */
  readonly names?: ReadonlySet<string>;
}

/** The formula as a person writes it on one line. What is printed parses back to the same meaning. */
export function toText(e: Expr, options: TextOptions = {}): string {
  const form = arrange(e);
  if (options.ascii) return print(form, ASCII);
  const words = new Set(options.names ?? []);
  collectNames(form, words);
  return print(form, unicode(words));
}

/** `J = …`; the left side is given as text (`∂J/∂W[l]`, `G[l−1]`) and spelled in ASCII where that is wanted. */
export function equationText(left: string, e: Expr, options: TextOptions = {}): string {
  return `${options.ascii ? asciiName(left) : left} = ${toText(e, options)}`;
}

/** A name with its place in a family: `W[l−1]`. */
export function nameText(name: string, index: IndexExpr | null, options: TextOptions = {}): string {
  return print({ kind: 'name', name, index }, options.ascii ? ASCII : unicode(new Set()));
}

/** The signs of one way to write. */
interface Style {
  readonly minus: string;
  readonly hadamard: string;
  readonly hadamardDivide: string;
  readonly prime: string;
  readonly series: string;
  readonly transpose: string;
  readonly inverse: string;
  readonly inverseTranspose: string;
  name(name: string): string;
  exponent(exponent: Form): string;
  norm(inside: string, order: NormExpr['order'], exposed: boolean): string;
  inner(left: string, right: string): string;
  gap(left: Form, right: Form, texts: { readonly left: string; readonly right: string }): string;
}

const ORDER_MARK: Readonly<Record<NormExpr['order'], string>> = {
  '2': '',
  '1': '_1',
  F: '_F',
  inf: '_∞',
};

const unicode = (words: ReadonlySet<string>): Style => ({
  minus: '−',
  hadamard: '⊙',
  hadamardDivide: '⊘',
  prime: '′',
  series: 'Σ',
  transpose: 'ᵀ',
  inverse: '⁻¹',
  inverseTranspose: '⁻ᵀ',
  name: (name) => name,
  exponent: (exponent) => superscript(exponent) ?? `^${lineExponent(exponent, unicode(words))}`,
  norm: (inside, order, exposed) => `‖${exposed ? `(${inside})` : inside}‖${ORDER_MARK[order]}`,
  inner: (left, right) => `⟨${left}, ${right}⟩`,
  gap: (left, right, texts) => between(left, right, texts, words),
});

const NORM_NAME: Readonly<Record<NormExpr['order'], string>> = {
  '2': 'norm',
  '1': 'norm1',
  F: 'normF',
  inf: 'norminf',
};

const ASCII: Style = {
  minus: '-',
  hadamard: '.*',
  hadamardDivide: './',
  prime: "'",
  series: 'sum',
  transpose: "'",
  inverse: '^-1',
  inverseTranspose: '^-T',
  name: asciiName,
  exponent: (exponent) => `^${lineExponent(exponent, ASCII)}`,
  norm: (inside, order) => `${NORM_NAME[order]}(${inside})`,
  inner: (left, right) => `inner(${left}, ${right})`,
  gap: () => '*',
};

/** What follows `^` or `.^`: a number or a name, all else in brackets; `T` too, which would be a transpose. */
function lineExponent(exponent: Form, style: Style): string {
  const bare =
    exponent.kind === 'integer' ||
    (exponent.kind === 'name' && exponent.index === null && exponent.name !== 'T');
  const text = print(exponent, style);
  return bare ? text : `(${text})`;
}

function print(f: Form, style: Style): string {
  const go = (x: Form): string => print(x, style);
  switch (f.kind) {
    case 'sum':
      return f.rest.reduce(
        (text, t) => `${text} ${t.op === '+' ? '+' : style.minus} ${go(t.of)}`,
        go(f.first),
      );
    case 'negative':
      return `${style.minus}${go(f.of)}`;
    case 'times':
      return printTimes(f.factors, style);
    case 'hadamard':
      return f.factors.map(go).join(` ${style.hadamard} `);
    case 'divide':
      return `${go(f.over)}/${go(f.under)}`;
    case 'hadamard-divide':
      return `${go(f.over)} ${style.hadamardDivide} ${go(f.under)}`;
    case 'group':
      return `(${go(f.of)})`;
    case 'integer':
      return `${f.value}`;
    case 'name':
      return `${style.name(f.name)}${printIndex(f.index, style)}`;
    case 'transpose':
      return `${go(f.of)}${style.transpose}`;
    case 'inverse':
      return `${go(f.of)}${style.inverse}`;
    case 'inverse-transpose':
      return `${go(f.of)}${style.inverseTranspose}`;
    case 'power':
      if (f.elementwise) return `${go(f.base)}.^${lineExponent(f.exponent, style)}`;
      return `${go(f.base)}${style.exponent(f.exponent)}`;
    case 'call':
      return printCall(f, style);
    case 'norm':
      return style.norm(go(f.of), f.order, exposesFence(f.of));
    case 'bars':
      return exposesFence(f.of) ? `|(${go(f.of)})|` : `|${go(f.of)}|`;
    case 'inner':
      return style.inner(go(f.left), go(f.right));
    case 'colon':
      return `${go(f.left)} : ${go(f.right)}`;
    case 'part':
      return `${go(f.of)}[${f.parts.map((p) => (p ? go(p) : ':')).join(',')}]`;
    case 'series':
      return `${style.series}[${style.name(f.letter)}=${printPlace(f.from, style)}..${printPlace(f.to, style)}] ${go(f.of)}`;
  }
}

const printPlace = (index: IndexExpr, style: Style): string =>
  style.name(indexText(index)).replace('-', style.minus);

const printIndex = (index: IndexExpr | null, style: Style): string =>
  index ? `[${printPlace(index, style)}]` : '';

function printTimes(factors: readonly Form[], style: Style): string {
  let text = '';
  let last: Form | undefined;
  for (const f of factors) {
    const right = print(f, style);
    text += last ? style.gap(last, f, { left: text, right }) + right : right;
    last = f;
  }
  return text;
}

function printCall(f: CallForm, style: Style): string {
  const head = `${style.name(f.name)}${printIndex(f.index, style)}${style.prime.repeat(f.primes)}`;
  const options = f.options.map((o) => `${o.name}=${print(o.value, style)}`);
  const axes = f.axes === null ? [] : [`'${f.axes}'`];
  return `${head}(${[...axes, ...f.args.map((a) => print(a, style)), ...options].join(', ')})`;
}

/**
 * Whether a `‖` or `|` stands in the open: inside another pair it would close that one. Both signs count in both
 * styles, so that brackets do not come and go.
 */
function exposesFence(f: Form): boolean {
  switch (f.kind) {
    case 'norm':
    case 'bars':
      return true;
    case 'group':
    case 'call':
    case 'part':
    case 'inner':
    case 'integer':
    case 'name':
      return false;
    case 'sum':
      return exposesFence(f.first) || f.rest.some((t) => exposesFence(t.of));
    case 'times':
    case 'hadamard':
      return f.factors.some(exposesFence);
    case 'colon':
      return exposesFence(f.left) || exposesFence(f.right);
    case 'divide':
    case 'hadamard-divide':
      return exposesFence(f.over) || exposesFence(f.under);
    case 'negative':
    case 'transpose':
    case 'inverse':
    case 'inverse-transpose':
    case 'series':
      return exposesFence(f.of);
    case 'power':
      return exposesFence(f.base) || exposesFence(f.exponent);
  }
}

/** All names of a form, functions included. */
function collectNames(f: Form, into: Set<string>): void {
  const each = (forms: readonly Form[]): void => {
    for (const x of forms) collectNames(x, into);
  };
  switch (f.kind) {
    case 'integer':
      return;
    case 'name':
      into.add(f.name);
      return;
    case 'call':
      into.add(f.name);
      each([...f.args, ...f.options.map((o) => o.value)]);
      return;
    case 'sum':
      each([f.first, ...f.rest.map((t) => t.of)]);
      return;
    case 'times':
    case 'hadamard':
      each(f.factors);
      return;
    case 'divide':
    case 'hadamard-divide':
      each([f.over, f.under]);
      return;
    case 'power':
      each([f.base, f.exponent]);
      return;
    case 'inner':
    case 'colon':
      each([f.left, f.right]);
      return;
    case 'part':
      each([f.of, ...f.parts.filter((p) => p !== null)]);
      return;
    case 'negative':
    case 'group':
    case 'transpose':
    case 'inverse':
    case 'inverse-transpose':
    case 'norm':
    case 'bars':
    case 'series':
      collectNames(f.of, into);
  }
}
