import type { Tensor } from '../expr/tensor.ts';
import { dot } from '../verify/linear.ts';
import type { MistakeClass } from './examination.ts';

/** One gradient as it should be and as it was given, with the sizes there. */
export interface Compared {
  readonly point: { readonly sizes: ReadonlyMap<string, number> };
  readonly right: Tensor;
  readonly given: { readonly data: Float64Array };
}

/** Factors that people forget or write once too often, the simple ones first: `-1`, `2`, `m`, `1/m`, `√d`, `m n`. */
function* factors(names: readonly string[]): Generator<Factor> {
  const numbers = [1, 2, 1 / 2, 4, 1 / 4];
  const powers: Factor[] = [
    { text: '1', of: () => 1 },
    ...names.flatMap((n) => [
      { text: n, of: (s: Sizes) => s.get(n) ?? 1 },
      { text: `1/${n}`, of: (s: Sizes) => 1 / (s.get(n) ?? 1) },
    ]),
    ...names.flatMap((n) => [
      { text: `√${n}`, of: (s: Sizes) => Math.sqrt(s.get(n) ?? 1) },
      { text: `1/√${n}`, of: (s: Sizes) => 1 / Math.sqrt(s.get(n) ?? 1) },
    ]),
    ...names.flatMap((n, i) =>
      names.slice(i + 1).flatMap((m) => [
        { text: `${n} ${m}`, of: (s: Sizes) => (s.get(n) ?? 1) * (s.get(m) ?? 1) },
        { text: `1/(${n} ${m})`, of: (s: Sizes) => 1 / ((s.get(n) ?? 1) * (s.get(m) ?? 1)) },
      ]),
    ),
  ];
  for (const p of powers)
    for (const c of numbers)
      for (const sign of [1, -1]) {
        const number = c < 1 ? `1/${1 / c}` : `${c}`;
        const text = c === 1 ? p.text : p.text === '1' ? number : `${number} · ${p.text}`;
        yield { text: sign < 0 ? `−${text}` : text, of: (s) => sign * c * p.of(s) };
      }
}

type Sizes = ReadonlyMap<string, number>;

interface Factor {
  readonly text: string;
  readonly of: (sizes: Sizes) => number;
}

/** The one factor that stands between two gradients at every point, named by how it changes with the sizes. */
export function factorBetween(
  pairs: readonly Compared[],
  tolerance: number,
): { readonly class: MistakeClass; readonly text: string } | null {
  const ratios: { readonly sizes: Sizes; readonly ratio: number }[] = [];
  for (const { point, right, given } of pairs) {
    const square = dot(right.data, right.data);
    const ratio = dot(given.data, right.data) / square;
    const size = Math.sqrt(square) * Math.abs(ratio);
    const rest = right.data.map((v, k) => (given.data[k] ?? 0) - ratio * v);
    if (!(square > 0) || !(Math.sqrt(dot(rest, rest)) <= 100 * tolerance * size)) return null;
    ratios.push({ sizes: point.sizes, ratio });
  }
  const names = [...new Set(ratios.flatMap((r) => [...r.sizes.keys()]))];
  for (const { text, of } of factors(names)) {
    if (!ratios.every(({ sizes, ratio }) => Math.abs(ratio / of(sizes) - 1) <= 100 * tolerance))
      continue;
    if (text === '−1') return { class: 'sign', text: 'it has the wrong sign' };
    return { class: 'factor', text: `it is ${text} times what it should be` };
  }
  const [first] = ratios;
  return first && ratios.every((r) => Math.abs(r.ratio / first.ratio - 1) <= 100 * tolerance)
    ? {
        class: 'factor',
        text: `it is ${Number(first.ratio.toPrecision(6))} times what it should be`,
      }
    : null;
}
