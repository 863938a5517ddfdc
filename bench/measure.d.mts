/** Rows as lines, the first column to the left and numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string;
