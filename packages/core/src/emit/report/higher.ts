import type { Left, Named } from '../../explain/report.ts';
import { atomText } from '../../shape/dim.ts';
import { nameLatex } from '../latex.ts';
import { asciiName } from '../letters.ts';
import { nameText, type TextOptions } from '../text.ts';

/** Derivatives of higher order and derivatives times vectors, as left sides of equations. */

/** Variables in their order, those that follow each other counted: of x, x, A two x and one A. */
function runs(by: readonly Named[]): (readonly [variable: Named, times: number])[] {
  const found: [Named, number][] = [];
  for (const v of by) {
    const last = found.at(-1);
    if (last && keyOf(last[0]) === keyOf(v)) last[1] += 1;
    else found.push([v, 1]);
  }
  return found;
}

const keyOf = (v: Named): string => atomText(v.name, v.index);

/** `²`, `^2`. */
export const raised = (n: number, options: TextOptions): string =>
  options.ascii ? `^${n}` : '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(n) || `^${n}`;

/** `∂³J/∂x²∂A`. */
export function higherText(of: string, by: readonly Named[], options: TextOptions): string {
  const d = options.ascii ? 'd' : '∂';
  const power = (n: number): string => (n === 1 ? '' : raised(n, options));
  const below = runs(by).map(([v, n]) => `${d}${nameText(v.name, v.index, options)}${power(n)}`);
  return `${d}${power(by.length)}${options.ascii ? asciiName(of) : of}/${below.join('')}`;
}

/** `\frac{\partial^3 J}{\partial x^2 \partial A}`. */
export function higherLatex(of: string, by: readonly Named[]): string {
  const power = (n: number): string => (n === 1 ? '' : `^${n}`);
  const below = runs(by).map(([v, n]) => `\\partial ${nameLatex(v.name, v.index)}${power(n)}`);
  return `\\frac{\\partial${power(by.length)} ${nameLatex(of)}}{${below.join(' ')}}`;
}

type ProductLeft = Extract<Left, { readonly kind: 'product' }>;

/** Several names in brackets, one by itself. */
const together = (names: readonly string[]): string =>
  names.length === 1 ? (names[0] ?? '') : `(${names.join(', ')})`;

/** `∂²J/∂θ² [v]`, `∂²J/∂U∂(U, V) [P, Q]`, `∂F/∂x [v]`, `(∂F/∂x)ᵀ [u]`. */
export function productText(
  { of, map, row, by, along }: ProductLeft,
  options: TextOptions,
): string {
  const d = options.ascii ? 'd' : '∂';
  const name = (v: Named): string => nameText(v.name, v.index, options);
  const [only, ...more] = by;
  const vectors = ` [${along.map(name).join(', ')}]`;
  if (row && only && more.length === 0) return higherText(of, [row, only], options) + vectors;
  const top = options.ascii ? asciiName(of) : of;
  const below = `${d}${together(by.map(name))}`;
  if (row) return `${d}${raised(2, options)}${top}/${d}${name(row)}${below}${vectors}`;
  const map_ = `${d}${top}/${below}`;
  return map === 'vjp' ? `(${map_})${options.ascii ? "'" : 'ᵀ'}${vectors}` : map_ + vectors;
}

/** The same in LaTeX. */
export function productLatex({ of, map, row, by, along }: ProductLeft): string {
  const name = (v: Named): string => nameLatex(v.name, v.index);
  const [only, ...more] = by;
  const vectors = ` [${along.map(name).join(', ')}]`;
  if (row && only && more.length === 0) return higherLatex(of, [row, only]) + vectors;
  const below = `\\partial ${together(by.map(name))}`;
  const top = `\\partial${row ? '^2' : ''} ${nameLatex(of)}`;
  const map_ = `\\frac{${top}}{${row ? `\\partial ${name(row)} ` : ''}${below}}`;
  return map === 'vjp' ? `\\left( ${map_} \\right)^\\top${vectors}` : map_ + vectors;
}
