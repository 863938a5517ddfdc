import type { Entry, EntryTerm, Letter } from '../notation/entry.ts';
import { isMinus, lettersOf, productOf } from '../notation/entry-make.ts';
import {
  absR,
  eqR,
  formatR,
  HALF,
  isIntegerR,
  isOneR,
  negR,
  ONE,
  type Rational,
  signR,
} from '../shape/rational.ts';
import { call, name } from '../syntax/make.ts';
import type { Expr } from '../syntax/tree.ts';
import { nameLatex } from './latex.ts';
import { arrange, isAtom } from './precedence.ts';
import type { TextOptions } from './text.ts';
import { nameText, toText } from './text.ts';

/** Index notation on one line, `Σⱼ A[i,j] x[j]`, and in LaTeX, `\sum_{j} A_{ij} x_j`. */

/** How much brackets an entry needs. */
type Place = 'whole' | 'term' | 'factor' | 'base';

/** One way to write. */
interface Style {
  entry(expr: Expr, letters: readonly Letter[]): string;
  delta(a: Letter, b: Letter): string;
  sigma(over: readonly Letter[]): string;
  derivative(of: string, isEntry: boolean, by: string): string;
  variable(name: string, index: Parameters<typeof nameText>[1], at: readonly Letter[]): string;
  product(factors: readonly string[]): string;
  power(base: string, exponent: Rational): string;
  raised(base: string, exponent: string): string;
  root(inside: string): string;
  /** @param many whether several factors stand below */
  over(up: string, down: string, many: boolean): string;
  call(e: Extract<Entry, { kind: 'apply' }>, args: readonly string[]): string;
  number(r: Rational): string;
  bracket(text: string): string;
  readonly minus: string;
}

const SUBSCRIPTS: Readonly<Record<string, string>> = {
  a: 'ₐ',
  e: 'ₑ',
  h: 'ₕ',
  i: 'ᵢ',
  j: 'ⱼ',
  k: 'ₖ',
  l: 'ₗ',
  m: 'ₘ',
  n: 'ₙ',
  o: 'ₒ',
  p: 'ₚ',
  r: 'ᵣ',
  s: 'ₛ',
  t: 'ₜ',
  u: 'ᵤ',
  v: 'ᵥ',
  x: 'ₓ',
};

const textStyle = (options: TextOptions): Style => {
  const ascii = options.ascii ?? false;
  const places = (letters: readonly Letter[]): string =>
    letters.length === 0 ? '' : `[${letters.map((l) => l.name).join(',')}]`;
  return {
    minus: ascii ? '-' : '−',
    entry: (expr, letters) => {
      const text = toText(expr, options);
      return letters.length === 0 || isAtom(arrange(expr))
        ? text + places(letters)
        : `(${text})${places(letters)}`;
    },
    delta: (a, b) => (ascii ? 'delta' : 'δ') + places([a, b]),
    sigma: (over) => {
      if (ascii) return `sum${places(over)} `;
      const small = over.map((l) => SUBSCRIPTS[l.name]);
      return small.includes(undefined) ? `Σ${places(over)} ` : `Σ${small.join('')} `;
    },
    derivative: (of, isEntry, by) => {
      const d = ascii ? 'd' : '∂';
      return `${d}${isEntry ? of : `(${of})`}/${d}${by}`;
    },
    variable: (text, index, at) => nameText(text, index, options) + places(at),
    product: (factors) => factors.join(ascii ? '*' : ' '),
    power: (base, exponent) => {
      const small = ascii || !isIntegerR(exponent) ? undefined : superscript(exponent);
      return (
        base +
        (small ??
          `^${isIntegerR(exponent) && signR(exponent) > 0 ? formatR(exponent) : `(${formatR(exponent)})`}`)
      );
    },
    raised: (base, exponent) => `${base}^${exponent}`,
    root: (inside) => `sqrt(${inside})`,
    over: (up, down, many) => `${up}/${many ? `(${down})` : down}`,
    call: (e, args) => {
      const { node } = e;
      const primes = node.fn?.order ?? (node.op.mode === 'elementwise' ? (node.op.primes ?? 0) : 0);
      const head = nameText(node.fn?.name ?? node.op.name, node.fn?.index ?? null, options);
      return `${head}${(ascii ? "'" : '′').repeat(primes)}(${args.join(', ')})`;
    },
    number: formatR,
    bracket: (text) => `(${text})`,
  };
};

const superscript = (r: Rational): string =>
  formatR(r).replaceAll(/[-\d]/g, (c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(c))));

/** An entry in one line of text. */
export const entryText = (e: Entry, options: TextOptions = {}): string =>
  print(e, 'whole', textStyle(options));

/** `∂J/∂X[p,q]`-like left sides: a name with letters. */
export const placesText = (letters: readonly Letter[]): string =>
  letters.length === 0 ? '' : `[${letters.map((l) => l.name).join(',')}]`;

/** @param toLatex LaTeX of a formula, with the spellings of functions */
export const entryLatex = (e: Entry, toLatex: (e: Expr) => string): string =>
  print(e, 'whole', latexStyle(toLatex));

export const placesLatex = (letters: readonly Letter[]): string =>
  letters.length === 0
    ? ''
    : `_{${letters.map((l) => nameLatex(l.name)).join(separator(letters))}}`;

/** Single letters stand side by side. */
const separator = (letters: readonly Letter[]): string =>
  letters.every((l) => l.name.length === 1) ? ' ' : ',';

const latexStyle = (toLatex: (e: Expr) => string): Style => ({
  minus: '-',
  entry: (expr, letters) => {
    const text = toLatex(expr);
    if (letters.length === 0) return text;
    const bare = expr.kind === 'name' && !/_|\\frac/.test(text);
    return `${bare ? text : `\\left( ${text} \\right)`}${placesLatex(letters)}`;
  },
  delta: (a, b) => `\\delta${placesLatex([a, b])}`,
  sigma: (over) => `\\sum${placesLatex(over)} `,
  derivative: (of, isEntry, by) =>
    isEntry
      ? `\\frac{\\partial ${of}}{\\partial ${by}}`
      : `\\frac{\\partial}{\\partial ${by}} \\left( ${of} \\right)`,
  variable: (text, index, at) => {
    const base = nameLatex(text, index);
    return `${/_/.test(base) && at.length > 0 ? `\\left( ${base} \\right)` : base}${placesLatex(at)}`;
  },
  product: (factors) => factors.join(' '),
  power: (base, exponent) => `${base}^{${formatR(exponent)}}`,
  raised: (base, exponent) => `${base}^{${exponent}}`,
  root: (inside) => `\\sqrt{${inside}}`,
  over: (up, down) => `\\frac{${up}}{${down}}`,
  // the function of a name of its own is spelled by its record, and the name gives way to what it stands for
  call: (e, args) => {
    const { node } = e;
    const names = args.map((_, k) => `·${k}`);
    const primes = node.fn?.order ?? (node.op.mode === 'elementwise' ? (node.op.primes ?? 0) : 0);
    const f = call(
      node.fn?.name ?? node.op.name,
      names.map((n) => name(n)),
      { index: node.fn?.index ?? null, primes },
    );
    return names.reduce(
      (text, n, k) => text.replaceAll(toLatex(name(n)), () => args[k] ?? ''),
      toLatex(f),
    );
  },
  number: (r) => (isIntegerR(r) ? formatR(r) : `\\frac{${r.num}}{${r.den}}`),
  bracket: (text) => `\\left( ${text} \\right)`,
});

function print(e: Entry, place: Place, style: Style): string {
  const go = (x: Entry, p: Place): string => print(x, p, style);
  const held = (text: string, loose: boolean): string => (loose ? style.bracket(text) : text);
  switch (e.kind) {
    case 'number':
      return held(
        style.number(e.value),
        place === 'base' || (place !== 'whole' && e.value.num < 0n),
      );
    case 'entry': {
      const text = style.entry(e.expr, e.letters);
      return held(text, e.letters.length === 0 && place !== 'whole' && !isAtom(arrange(e.expr)));
    }
    case 'delta':
      return style.delta(...e.letters);
    case 'total':
      return held(
        style.sigma(e.over) + go(e.of, e.of.kind === 'product' ? 'term' : 'factor'),
        place === 'factor' || place === 'base',
      );
    case 'product': {
      if (leadingNumber(ONE, e, style).number !== '')
        return print({ kind: 'sum', terms: [{ coefficient: ONE, of: e }] }, place, style);
      const up = e.factors.filter((f) => !isDivisor(f));
      const down = e.factors.filter(isDivisor).map(inverted);
      // a sum at the end needs no brackets: all that follows is its own
      const open = (f: Entry, k: number): Place =>
        f.kind === 'total' && k === up.length - 1 && down.length === 0 && place !== 'base'
          ? 'term'
          : 'factor';
      const over =
        up.length === 0 ? style.number(ONE) : style.product(up.map((f, k) => go(f, open(f, k))));
      if (down.length === 0) return held(over, place === 'base');
      return held(fraction(over, down, style), place === 'base' || place === 'factor');
    }
    case 'sum':
      return held(sumText(e.terms, style), place !== 'whole');
    case 'power':
      if (isDivisor(e))
        return held(
          fraction(style.number(ONE), [inverted(e)], style),
          place === 'base' || place === 'factor',
        );
      if (eqR(e.exponent, HALF)) return style.root(go(e.base, 'whole'));
      return held(style.power(go(e.base, 'base'), e.exponent), place === 'base');
    case 'apply': {
      const [base, exponent] = e.args;
      if (e.node.op.name === 'pow' && base && exponent)
        return held(style.raised(go(base, 'base'), go(exponent, 'base')), place === 'base');
      return style.call(
        e,
        e.args.map((a) => go(a, 'whole')),
      );
    }
    case 'derivative':
      return held(
        style.derivative(
          go(e.of, 'whole'),
          e.of.kind === 'entry' && (e.of.letters.length > 0 || e.of.expr.kind === 'name'),
          style.variable(e.by.name, e.by.index, e.at),
        ),
        place === 'base',
      );
  }
}

const fraction = (over: string, down: readonly Entry[], style: Style): string =>
  style.over(over, style.product(down.map((d) => print(d, 'factor', style))), down.length > 1);

const isDivisor = (e: Entry): boolean => e.kind === 'power' && signR(e.exponent) < 0;

function inverted(e: Entry): Entry {
  if (e.kind !== 'power') return e;
  const exponent = negR(e.exponent);
  return isOneR(exponent) ? e.base : { ...e, exponent };
}

function sumText(terms: readonly EntryTerm[], style: Style): string {
  // what is added comes first, where anything is
  const sorted = [...terms].sort((a, b) => Number(isMinus(a)) - Number(isMinus(b)));
  return sorted
    .map((t, k) => {
      const size = absR(t.coefficient);
      const unit = t.of.kind === 'number' && isOneR(t.of.value);
      const { number: leading, rest } = leadingNumber(size, t.of, style);
      const body = unit
        ? style.number(size)
        : rest === null
          ? leading
          : leading === ''
            ? print(rest, 'term', style)
            : style.product([
                leading,
                print(rest, rest.kind === 'total' ? 'term' : 'factor', style),
              ]);
      if (k === 0) return isMinus(t) ? `${style.minus}${body}` : body;
      return ` ${isMinus(t) ? style.minus : '+'} ${body}`;
    })
    .join('');
}

/** 2/N in front of all, where N has no letters. */
function leadingNumber(
  size: Rational,
  of: Entry,
  style: Style,
): { readonly number: string; readonly rest: Entry | null } {
  const plain = { number: isOneR(size) ? '' : style.number(size), rest: of };
  if (of.kind !== 'product') return plain;
  const isDown = (f: Entry): boolean =>
    isDivisor(f) && lettersOf(f).size === 0 && inverted(f).kind === 'entry';
  const down = of.factors.filter(isDown);
  if (down.length === 0) return plain;
  const rest = of.factors.filter((f) => !isDown(f));
  const under = size.den === 1n ? [] : [style.number({ num: size.den, den: 1n })];
  const texts = [...under, ...down.map((d) => print(inverted(d), 'factor', style))];
  return {
    number: style.over(`${size.num}`, style.product(texts), texts.length > 1),
    rest: rest.length === 0 ? null : productOf(rest),
  };
}
