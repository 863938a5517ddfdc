import type { Dim } from './dim.ts';
import { DIM_ONE, twiceDim } from './dim.ts';

/**
 * The shape that a person sees: `[]` scalar, `[n]` column vector, `[1, n]` row vector, `[m, n]` matrix, longer for a tensor.
 * Sides of length one are kept here; the graph has no axis for them (see expr/node.ts).
 */
export type Shape = readonly Dim[];

/** `m×n`, `n`, `scalar`; ASCII separators on demand. */
export function formatShape(shape: Shape, times = '×'): string {
  return shape.length === 0 ? 'scalar' : shape.map((d) => formatDim(d)).join(times);
}

/** A dimension as a person writes it: `2n`, `n+1`, `n[l−1]`. */
export function formatDim(d: Dim, minus = '−'): string {
  const twice = twiceDim(d);
  if (twice) return `(${formatDim(twice, minus)})/2`;
  return d.key
    .replaceAll(/(?<![\w\]])(\d+)\*/g, '$1')
    .replaceAll('*', '·')
    .replaceAll('-', minus);
}

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i]);

/** The axes of a shape that the graph has: those that are not the number one. */
export const axesOf = (shape: Shape): readonly Dim[] => shape.filter((d) => d !== DIM_ONE);
