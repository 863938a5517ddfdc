import type { Range } from '../../elaborate/problem.ts';
import type { Equation, Formula, Left, Report, Result } from '../../explain/report.ts';
import { functionNamed } from '../../ops/index.ts';
import { atomText, type Dim, type IndexExpr, twiceDim } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';
import type { Expr } from '../../syntax/tree.ts';
import { entryLatex, entryText, placesLatex, placesText } from '../entries.ts';
import { nameLatex, toLatex } from '../latex.ts';
import { asciiName } from '../letters.ts';
import { arrange } from '../precedence.ts';
import { nameText, type TextOptions, toText } from '../text.ts';
import { higherLatex, higherText, productLatex, productText, raised } from './higher.ts';

/** The formulas of a report in one line of text, and in LaTeX. */

/** The names that stand in a report: letters side by side never spell one of them. */
export const namesOf = (report: Pick<Report, 'name' | 'declarations'>): ReadonlySet<string> =>
  new Set([
    report.name,
    ...report.declarations.map((d) => d.name),
    ...report.declarations.flatMap((d) => d.letter ?? []),
  ]);

/** `∂J/∂θ`, `∂²J/∂x²`, `∂²J/∂θ² [v]`: what a result is. */
export const leftOf = (report: Pick<Report, 'name'>, result: Asked): Left =>
  leftFor(report.name, result);

type Asked = Pick<Result, 'variable' | 'before' | 'product'>;

/** @param of the name of the value; empty for the operator alone, `∂/∂θ` */
export function leftFor(of: string, { variable, before, product }: Asked): Left {
  if (product) {
    const by = product.kind === 'vjp' ? [variable] : product.by;
    const row = product.kind === 'hvp' ? variable : null;
    return { kind: 'product', of, map: product.kind, row, by, along: product.along };
  }
  return before.length > 0
    ? { kind: 'higher', of, by: [...before, variable] }
    : { kind: 'derivative', of, name: variable.name, index: variable.index };
}

/** The formula as it is printed: in the layout that was asked for. */
export const shownFormula = (result: Result): Formula => result.laidOut?.formula ?? result.formula;

/** What stands left of it. */
export const shownLeft = (report: Report, result: Result): Left =>
  result.laidOut?.left ?? leftOf(report, result);

export function leftText(left: Left, options: TextOptions = {}): string {
  if (left.kind === 'entries') return entryLeftText(left, options);
  if (left.kind === 'change') {
    const of = leftText(left.of, options);
    return left.of.kind === 'name' ? `d${of}` : `d(${of})`;
  }
  if (left.kind === 'vec') {
    const [d, t] = options.ascii ? ['d', "'"] : ['∂', 'ᵀ'];
    const by = nameText(left.by.name, left.by.index, options);
    const [up, down] = left.turned ? [t, ''] : ['', t];
    return `${d}vec(${leftText(left.of, options)})${up}/${d}vec(${by})${down}`;
  }
  if (left.kind === 'higher') return higherText(left.of, left.by, options);
  if (left.kind === 'product') return productText(left, options);
  if (left.kind === 'differential')
    return `d${left.order === 1 ? '' : raised(left.order, options)}${nameText(left.of, null, options)}`;
  if (left.kind === 'adjoint') {
    const part = `(${toText(left.expr, options)})`;
    return options.ascii ? `d${asciiName(left.of)}/d${part}` : `∂${left.of}/∂${part}`;
  }
  const name = nameText(left.name, left.index, options);
  if (left.kind === 'name') return name;
  return options.ascii ? `d${asciiName(left.of)}/d${name}` : `∂${left.of}/∂${name}`;
}

export function leftLatex(left: Left): string {
  if (left.kind === 'entries') return entryLeftLatex(left);
  if (left.kind === 'change') {
    const of = leftLatex(left.of);
    return left.of.kind === 'name' ? `\\mathrm{d}${of}` : `\\mathrm{d} \\left( ${of} \\right)`;
  }
  if (left.kind === 'vec') {
    const of = leftLatex(left.of);
    const inside = left.of.kind === 'name' ? `(${of})` : `\\left( ${of} \\right)`;
    const [up, down] = left.turned ? ['^\\top', ''] : ['', '^\\top'];
    const vec = '\\operatorname{vec}';
    return `\\frac{\\partial ${vec}${inside}${up}}{\\partial ${vec}(${nameLatex(left.by.name, left.by.index)})${down}}`;
  }
  if (left.kind === 'higher') return higherLatex(left.of, left.by);
  if (left.kind === 'product') return productLatex(left);
  if (left.kind === 'differential')
    return `\\mathrm{d}${left.order === 1 ? '' : `^{${left.order}}`} ${nameLatex(left.of)}`;
  if (left.kind === 'adjoint')
    return `\\frac{\\partial ${nameLatex(left.of)}}{\\partial \\left( ${exprLatex(left.expr)} \\right)}`;
  const name = nameLatex(left.name, left.index);
  if (left.kind === 'name') return name;
  return `\\frac{\\partial ${nameLatex(left.of)}}{\\partial ${name}}`;
}

type EntryLeft = Extract<Left, { readonly kind: 'entries' }>;

/** `F[i]`, `∂F[i]/∂X[p,q]`, `∂²J/∂x[i]∂x[j]`. */
function entryLeftText({ of, at, by }: EntryLeft, options: TextOptions): string {
  const top = nameText(of, null, options) + placesText(at);
  if (by.length === 0) return top;
  const d = options.ascii ? 'd' : '∂';
  const below = by.map((v) => d + nameText(v.name, v.index, options) + placesText(v.places));
  return `${d}${by.length === 1 ? '' : raised(by.length, options)}${top}/${below.join('')}`;
}

function entryLeftLatex({ of, at, by }: EntryLeft): string {
  const placed = (base: string, places: typeof at): string =>
    (base.includes('_') && places.length > 0 ? `\\left( ${base} \\right)` : base) +
    placesLatex(places);
  const top = placed(nameLatex(of), at);
  if (by.length === 0) return top;
  const below = by.map((v) => `\\partial ${placed(nameLatex(v.name, v.index), v.places)}`);
  const order = by.length === 1 ? '' : `^${by.length}`;
  return `\\frac{\\partial${order} ${top}}{${below.join(' ')}}`;
}

export function formulaText(formula: Formula, options: TextOptions = {}): string {
  switch (formula.form) {
    case 'matrix':
    case 'einsum':
      return toText(formula.expr, options);
    case 'series':
      return formula.terms
        .map(({ range, expr }) => {
          if (!range) return factorText(expr, options, 'sum');
          const sign = options.ascii ? 'sum' : 'Σ';
          return `${sign}[${rangeOf(range, options)}] ${factorText(expr, options, 'product')}`;
        })
        .join(' + ');
    case 'index':
      return entryText(formula.entry, options);
  }
}

export function formulaLatex(formula: Formula): string {
  switch (formula.form) {
    case 'matrix':
      return exprLatex(formula.expr);
    case 'series':
      return formula.terms
        .map(({ range, expr }) => {
          const form = arrange(expr);
          const bare = form.kind !== 'negative' && (!range || form.kind !== 'sum');
          const body = bare ? exprLatex(expr) : `\\left( ${exprLatex(expr)} \\right)`;
          if (!range) return body;
          const from = `${nameLatex(range.letter)}=${indexLatex(range.from)}`;
          return `\\sum_{${from}}^{${indexLatex(range.to)}} ${body}`;
        })
        .join(' + ');
    case 'index':
      return entryLatex(formula.entry, exprLatex);
    case 'einsum':
      return summed(formula.expr) ?? exprLatex(formula.expr);
  }
}

/** A product over indices as a sum with subscripts. */
function summed(e: Expr): string | undefined {
  if (e.kind !== 'call' || e.axes === undefined) return undefined;
  const [left = '', right = ''] = e.axes.split('->');
  const over = [...new Set(left.replaceAll(',', ''))].filter((c) => !right.includes(c));
  const factors = left.split(',').map((indices, k) => {
    const operand = e.args[k];
    return operand ? `${factorLatex(operand)}_{${indices}}` : '';
  });
  return `${over.length > 0 ? `\\sum_{${over.join('')}} ` : ''}${factors.join(' ')}`;
}

/** A formula as a part of a sum or of a product: in brackets where it would fall apart. */
export function factorText(expr: Expr, options: TextOptions, within: 'sum' | 'product'): string {
  const { kind } = arrange(expr);
  const loose =
    kind === 'negative' ||
    (within === 'product' && (kind === 'sum' || kind === 'hadamard' || kind === 'hadamard-divide'));
  return loose ? `(${toText(expr, options)})` : toText(expr, options);
}

function factorLatex(expr: Expr): string {
  const { kind } = arrange(expr, 'stacked');
  const loose =
    kind === 'negative' || kind === 'sum' || kind === 'hadamard' || kind === 'hadamard-divide';
  return loose ? `\\left( ${exprLatex(expr)} \\right)` : exprLatex(expr);
}

/** `1/(2m) · 2(Xθ − y) · X`: factors side by side, whatever their shapes. A minus may lead. */
export function chainText(factors: readonly Expr[], options: TextOptions = {}): string {
  const parts = factors.map((f, i) => {
    const alone = factors.length === 1 || (i === 0 && arrange(f).kind === 'negative');
    return alone ? toText(f, options) : factorText(f, options, 'product');
  });
  return parts.join(options.ascii ? ' * ' : ' · ');
}

export function chainLatex(factors: readonly Expr[]): string {
  const parts = factors.map((f, i) => {
    const alone = factors.length === 1 || (i === 0 && arrange(f).kind === 'negative');
    return alone ? exprLatex(f) : factorLatex(f);
  });
  return parts.join(' \\cdot ');
}

/** LaTeX in which the functions of the language are spelled as their records say. */
export const exprLatex = (expr: Expr): string => toLatex(expr, { latexOf });

function latexOf(name: string): string | undefined {
  const record = functionNamed(name);
  return record?.primitives.find((p) => p.name === record.name)?.spelling.latex;
}

/** `G[L] = ∂J/∂Z[L] = Z[L] − Y`: what stands left and right of the first equals sign. */
export function equationSides(e: Equation, options: TextOptions = {}): readonly [string, string] {
  const means = e.means ? `${leftText(e.means, options)} = ` : '';
  return [leftText(e.left, options), means + formulaText(e.formula, options)];
}

export function equationSidesLatex(e: Equation): readonly [string, string] {
  const means = e.means ? `${leftLatex(e.means)} = ` : '';
  return [leftLatex(e.left), means + formulaLatex(e.formula)];
}

/** `P = softmax(XΘ)`, `Z[l] = σ(Z[l−1] W[l]) for l = 1..L`: a line that can be typed in. */
export function equationLine(e: Equation, options: TextOptions = {}): string {
  const range = rangeText(e.range, options);
  return `${equationSides(e, options).join(' = ')}${range && ` ${range}`}`;
}

/** A place in a family: `l−1`, `L`. */
export const placeText = (index: IndexExpr, options: TextOptions = {}): string =>
  nameText('', index, options).slice(1, -1);

const rangeOf = (range: Range, options: TextOptions): string =>
  `${nameText(range.letter, null, options)}=${placeText(range.from, options)}..${placeText(range.to, options)}`;

/** `for l = L..1`, or nothing. */
export const rangeText = (range: Range | null, options: TextOptions = {}): string =>
  range === null ? '' : `for ${rangeOf(range, options).replace('=', ' = ')}`;

/** `l = L, \dots, 1`, or nothing. */
export const rangeLatex = (range: Range | null): string =>
  range === null
    ? ''
    : `${nameLatex(range.letter)} = ${indexLatex(range.from)}, \\dots, ${indexLatex(range.to)}`;

const indexLatex = (index: IndexExpr): string =>
  index.variable === null
    ? `${index.offset}`
    : atomText('', index).slice(1, -1).replace(index.variable, nameLatex(index.variable));

/** `m \times n_l`, `\text{scalar}`. */
export const shapeLatex = (shape: Shape): string =>
  shape.length === 0 ? '\\text{scalar}' : shape.map(dimLatex).join(' \\times ');

function dimLatex(dim: Dim): string {
  const twice = twiceDim(dim);
  if (twice) return `(${dimLatex(twice)})/2`;
  const terms = dim.terms.map((t) => {
    const names = t.atoms.map((a) => nameLatex(a.name, a.index));
    const coefficient = t.coefficient === 1 && names.length > 0 ? [] : [`${t.coefficient}`];
    return [...coefficient, ...names].join(' ');
  });
  return terms.join(' + ').replaceAll('+ -', '- ') || '0';
}
