import { type IndexExpr, indexText } from '../shape/dim.ts';
import type { Expr, NormExpr } from '../syntax/tree.ts';
import { latexName } from './letters.ts';
import {
  arrange,
  type CallForm,
  type Form,
  type Fractions,
  isAtom,
  isTight,
} from './precedence.ts';

/** How LaTeX is written. The output needs amsmath, and is valid KaTeX. */
export interface LatexOptions {
  /**
   * The spelling of a function, `\lvert $0 \rvert`, where `$0`, `$1` stand for its arguments; undefined for the usual
   * `\operatorname{name}(…)`.
   */
  readonly latexOf?: (name: string) => string | undefined;
}

/** The formula in LaTeX, without dollars. */
export function toLatex(e: Expr, options: LatexOptions = {}): string {
  return print(arrange(e, 'stacked'), { latexOf: options.latexOf, fractions: 'stacked' });
}

/** `left = …`; the left side is LaTeX already. */
export const equationLatex = (left: string, e: Expr, options: LatexOptions = {}): string =>
  `${left} = ${toLatex(e, options)}`;

/** A name with its place in a family: `W_{l-1}`, `\theta_0`, `W_{\mathrm{out},l}`. */
export function nameLatex(name: string, index: IndexExpr | null = null): string {
  const [, of, by] = DERIVATIVE.exec(name) ?? [];
  if (of !== undefined && by !== undefined) return derivativeLatex(of, nameLatex(by, index));
  const { base, subscript } = latexName(name);
  const place = index ? printIndex(index) : null;
  const parts = [subscript, place].filter((s) => s !== null);
  return parts.length > 0 ? `${base}_${braced(parts.join(','))}` : base;
}

/** How the gradient of an unknown function is named: `∂ℓ/∂Z`, and `∂ℓ/∂(X W)` as a call. */
const DERIVATIVE = /^∂(.+)\/∂(.+)$/su;
const DERIVATIVE_CALL = /^∂(.+)\/∂$/su;

const derivativeLatex = (of: string, by: string): string =>
  `\\frac{\\partial ${nameLatex(of)}}{\\partial ${by}}`;

interface Style {
  readonly latexOf: LatexOptions['latexOf'];
  /** Within a fraction or an exponent, divisions stay on one line. */
  readonly fractions: Fractions;
}

const ORDER_MARK: Readonly<Record<NormExpr['order'], string>> = {
  '2': '',
  '1': '_1',
  F: '_F',
  inf: '_\\infty',
};

function print(f: Form, style: Style): string {
  const go = (x: Form): string => print(x, style);
  const inline = (x: Form): string => print(x, { ...style, fractions: 'inline' });
  switch (f.kind) {
    case 'sum':
      return f.rest.reduce((text, t) => `${text} ${t.op} ${go(t.of)}`, go(f.first));
    case 'negative':
      return `-${go(f.of)}`;
    case 'times':
      return printTimes(f.factors, style);
    case 'hadamard':
      return f.factors.map(go).join(' \\odot ');
    case 'divide':
      return style.fractions === 'stacked'
        ? `\\frac{${inline(f.over)}}{${inline(f.under)}}`
        : `${go(f.over)}/${go(f.under)}`;
    case 'hadamard-divide':
      return `${go(f.over)} \\oslash ${go(f.under)}`;
    case 'group':
      return fence('(', go(f.of), ')');
    case 'integer':
      return `${f.value}`;
    case 'name':
      return nameLatex(f.name, f.index);
    case 'transpose':
      return `${printBase(f.of, style)}^\\top`;
    case 'inverse':
      return `${printBase(f.of, style)}^{-1}`;
    case 'inverse-transpose':
      return `${printBase(f.of, style)}^{-\\top}`;
    case 'power':
      return f.elementwise
        ? `${printBase(f.base, style)}^{\\circ ${inline(f.exponent)}}`
        : `${printBase(f.base, style)}^${printExponent(inline(f.exponent))}`;
    case 'call':
      return printCall(f, style).text;
    case 'norm':
      return `${fence('\\lVert', go(f.of), '\\rVert')}${ORDER_MARK[f.order]}`;
    case 'bars':
      return fence('\\lvert', go(f.of), '\\rvert');
    case 'inner':
      return fence('\\langle', `${go(f.left)}, ${go(f.right)}`, '\\rangle');
    case 'colon':
      return `${go(f.left)} : ${go(f.right)}`;
    case 'part':
      return printPart(f.of, f.parts, style);
    case 'series':
      return `\\sum_{${nameLatex(f.letter)}=${printIndex(f.from)}}^{${printIndex(f.to)}} ${go(f.of)}`;
  }
}

/** Brackets as high as what they hold. */
function fence(open: string, inside: string, close: string): string {
  if (/\\frac|\\left/.test(inside)) return `\\left${open} ${inside} \\right${close}`;
  return open.startsWith('\\') ? `${open} ${inside} ${close}` : `${open}${inside}${close}`;
}

/** A subscript or superscript: bare where it is one letter, digit or command. */
const braced = (text: string): string =>
  /^(?:[A-Za-z0-9]|\\[A-Za-z]+)$/.test(text) ? text : `{${text}}`;

/** `a^T` would be a transpose. */
const printExponent = (text: string): string => (text === 'T' ? '{(T)}' : braced(text));

const printIndex = (index: IndexExpr): string =>
  index.variable === null
    ? `${index.offset}`
    : indexText(index).replace(index.variable, nameLatex(index.variable));

/** A number before its factor stands close; before a number or a fraction comes a dot. */
function printTimes(factors: readonly Form[], style: Style): string {
  let text = '';
  let last: Form | undefined;
  for (const f of factors) {
    const right = print(f, style);
    if (!last) text = right;
    else if (/^\d/.test(right) || (last.kind === 'integer' && right.startsWith('\\frac')))
      text += ` \\cdot ${right}`;
    else text += last.kind === 'integer' ? right : ` ${right}`;
    last = f;
  }
  return text;
}

/** What an exponent stands on: brackets around a spelling that has an exponent or an operator of its own. */
function printBase(f: Form, style: Style): string {
  if (f.kind === 'name' && DERIVATIVE.test(f.name)) return fence('(', print(f, style), ')');
  if (f.kind !== 'call') return print(f, style);
  const { text, closed } = printCall(f, style);
  return closed ? text : fence('(', text, ')');
}

function printPart(of: Form, parts: readonly (Form | null)[], style: Style): string {
  const base =
    of.kind === 'name' && latexName(of.name).subscript !== null
      ? fence('(', print(of, style), ')')
      : print(of, style);
  const inside = parts.map((p) => (p ? print(p, { ...style, fractions: 'inline' }) : ':'));
  return `${base}_${braced(inside.join(','))}`;
}

/** Functions for which TeX has a command. */
const COMMANDS: ReadonlySet<string> = new Set([
  'exp',
  'log',
  'sin',
  'cos',
  'tan',
  'sinh',
  'cosh',
  'tanh',
  'det',
  'max',
  'min',
]);

interface Spelled {
  readonly text: string;
  /** Whether an exponent can follow. */
  readonly closed: boolean;
}

function printCall(f: CallForm, style: Style): Spelled {
  const [, of] = DERIVATIVE_CALL.exec(f.name) ?? [];
  const [by] = f.args;
  if (of !== undefined && by) {
    const inside = fence('(', print(by, style), ')');
    return { text: derivativeLatex(of, inside), closed: false };
  }
  const template = style.latexOf?.(f.name);
  const plain = f.axes === null && f.primes === 0 && f.index === null && f.options.length === 0;
  if (template !== undefined && plain && arity(template) === f.args.length)
    return { text: fillIn(template, f.args, style), closed: isClosed(template) };
  const options = f.options.map((o) => `\\mathrm{${escape(o.name)}}=${print(o.value, style)}`);
  const axes = f.axes === null ? [] : [`\\text{'${f.axes}'}`];
  const args = [...axes, ...f.args.map((a) => print(a, style)), ...options];
  const head = `${functionName(f.name, f.index, template)}${"'".repeat(f.primes)}`;
  return { text: `${head}${fence('(', args.join(', '), ')')}`, closed: true };
}

/** The name of a function alone, from its template where that is `name($0)`. */
function functionName(name: string, index: IndexExpr | null, template: string | undefined): string {
  const head = template && /^(\\?[A-Za-z]+(?:\{[^{}]*\})?)\(/.exec(template)?.[1];
  const place = index ? `_${braced(printIndex(index))}` : '';
  if (head) return `${head}${place}`;
  if (COMMANDS.has(name)) return `\\${name}${place}`;
  if (name === 'd') return '\\mathrm{d}';
  const { base } = latexName(name);
  if (!base.startsWith('\\mathrm')) return nameLatex(name, index);
  return `\\operatorname{${escape(name)}}${place}`;
}

const escape = (name: string): string => name.replaceAll('_', '\\_');

/** How many arguments a template has. */
const arity = (template: string): number =>
  Math.max(0, ...[...template.matchAll(/\$(\d)/g)].map((m) => Number(m[1]) + 1));

/** Arguments go in bare where the template's own brackets hold them. */
function fillIn(template: string, args: readonly Form[], style: Style): string {
  const texts = args.map((a) => print(a, style));
  const tall = texts.some((t) => /\\frac|\\left/.test(t));
  const spelled = tall
    ? template
        .replaceAll(/(?<!\\left)\((?=.*\$)/g, '\\left(')
        .replaceAll(/(?<!\\right)\)/g, '\\right)')
    : template;
  return spelled.replaceAll(/\$(\d)/g, (mark: string, digit: string, at: number) => {
    const arg = args[Number(digit)];
    const text = texts[Number(digit)];
    if (!arg || text === undefined) return mark;
    const before = spelled.slice(0, at);
    const after = spelled.slice(at + mark.length);
    const held =
      /(?:[([,;|]|[A-Za-z}\]^_]\{|\\l[vV]ert|\\langle)\s*$/.test(before) &&
      /^\s*(?:[)}\],;|]|\\r[vV]ert|\\rangle|\\right)/.test(after);
    const safe = /^\}?[\^_']/.test(after) ? isAtom : isTight;
    return held || safe(arg) ? text : fence('(', text, ')');
  });
}

/** Whether a template reads as one thing: its brackets taken out, no exponent and no operator is left. */
function isClosed(template: string): boolean {
  if (/^\\l(?:vert|Vert|angle|floor|ceil)\b.*\\r(?:vert|Vert|angle|floor|ceil)$/.test(template))
    return true;
  let skeleton = template;
  for (let before = ''; before !== skeleton; ) {
    before = skeleton;
    skeleton = skeleton.replaceAll(/\{[^{}]*\}|\([^()]*\)/g, '');
  }
  return !/[\^'\s+\-/=$]/.test(skeleton);
}
