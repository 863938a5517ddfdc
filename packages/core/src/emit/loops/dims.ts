import { addDim, atomText, type Dim, type DimAtom, twiceDim } from '../../shape/dim.ts';

/** A dimension as code: how tight it binds tells whether brackets are needed. */
export interface DimText {
  readonly text: string;
  readonly binds: 'sum' | 'product' | 'atom';
}

/** `m * n`, `n + 1`. @param name the identifier of a dimension's name */
export function dimText(d: Dim, name: (atom: string) => string): DimText {
  // halves come of n(n+1)/2 alone: the whole is even
  let [whole, halves] = [d, 1];
  for (; whole.terms.some((t) => !Number.isInteger(t.coefficient)); halves *= 2)
    whole = addDim(whole, whole);
  if (halves > 1) return { text: `(${dimText(whole, name).text}) / ${halves}`, binds: 'sum' };
  const twice = twiceDim(d);
  if (twice) return { text: `${factorText(dimText(twice, name))} / 2`, binds: 'product' };
  const terms = d.terms.map((t) => {
    const size = Math.abs(t.coefficient);
    const factors = t.atoms.map((a: DimAtom) => name(atomText(a.name, a.index)));
    if (size !== 1 || factors.length === 0) factors.unshift(`${size}`);
    return { negative: t.coefficient < 0, factors };
  });
  const text = terms
    .map(({ negative, factors }, k) => {
      const sign = k === 0 ? (negative ? '-' : '') : negative ? ' - ' : ' + ';
      return sign + factors.join(' * ');
    })
    .join('');
  const [only, ...more] = terms;
  if (!only) return { text: '0', binds: 'atom' };
  if (more.length > 0 || only.negative) return { text, binds: 'sum' };
  return { text, binds: only.factors.length > 1 ? 'product' : 'atom' };
}

/** Within a product. */
export const factorText = ({ text, binds }: DimText): string =>
  binds === 'sum' ? `(${text})` : text;
