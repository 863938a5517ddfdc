/** A dense array of doubles, row by row (the last axis is contiguous). A scalar has no axes and one entry. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

export const tensor = (dims: readonly number[], data?: Float64Array): Tensor => ({
  dims,
  data: data ?? new Float64Array(dims.reduce((a, b) => a * b, 1)),
});
