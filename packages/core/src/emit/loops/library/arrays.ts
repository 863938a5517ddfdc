/** Functions of the rows of an array. */
export const ROWS = `
/** exp over its sum, in each row, without overflow. */
function softmax(a: reals, rows: int, columns: int): void {
  for (let r: int = 0; r < rows; r++) {
    const row: reals = @from(a, r * columns);
    let top: real = row[0];
    for (let j: int = 1; j < columns; j++) top = larger(top, row[j]);
    let total: real = 0;
    for (let j: int = 0; j < columns; j++) {
      row[j] = @exp(row[j] - top);
      total += row[j];
    }
    for (let j: int = 0; j < columns; j++) row[j] /= total;
  }
}

/** log(sum(exp)) of each row without overflow. */
function logsumexp(a: values, rows: int, columns: int, out: reals): void {
  for (let r: int = 0; r < rows; r++) {
    let top: real = a[r * columns];
    for (let j: int = 1; j < columns; j++) top = larger(top, a[r * columns + j]);
    let total: real = 0;
    for (let j: int = 0; j < columns; j++) total += @exp(a[r * columns + j] - top);
    out[r] = top + @log(total);
  }
}

/** The place of the first largest of so many entries. */
function place_of_max(a: values, first: int, count: int): int {
  let best: int = first;
  for (let j: int = first + 1; j < first + count; j++) if (a[j] > a[best]) best = j;
  return best;
}

/** The largest entry of each row. */
function row_max(a: values, rows: int, columns: int, out: reals): void {
  for (let r: int = 0; r < rows; r++) out[r] = a[place_of_max(a, r * columns, columns)];
}

/** 1 at the first largest entry of each row, 0 elsewhere. */
function hardmax(a: values, rows: int, columns: int, out: reals): void {
  for (let k: int = 0; k < rows * columns; k++) out[k] = 0;
  for (let r: int = 0; r < rows; r++) out[place_of_max(a, r * columns, columns)] = 1;
}
`;

/** Entries at other places. */
export const PLACES = `
/** The lower triangle; 0 above it. */
function tril(a: reals, rows: int, columns: int): void {
  for (let i: int = 0; i < rows; i++)
    for (let j: int = i + 1; j < columns; j++) a[i * columns + j] = 0;
}

/** The upper triangle; 0 below it. */
function triu(a: reals, rows: int, columns: int): void {
  for (let i: int = 0; i < rows; i++)
    for (let j: int = 0; j < i && j < columns; j++) a[i * columns + j] = 0;
}

/** The transpose of an m x n matrix: its columns one after the other. */
function turned(a: values, m: int, n: int, out: reals): void {
  for (let i: int = 0; i < m; i++)
    for (let j: int = 0; j < n; j++) out[j * m + i] = a[i * n + j];
}

/** Arrays side by side, row by row. */
function hcat(pieces: lists, widths: ints, count: int, rows: int, out: reals): void {
  let width: int = 0;
  for (let p: int = 0; p < count; p++) width += widths[p];
  let before: int = 0;
  for (let p: int = 0; p < count; p++) {
    for (let r: int = 0; r < rows; r++)
      for (let j: int = 0; j < widths[p]; j++)
        out[r * width + before + j] = pieces[p][r * widths[p] + j];
    before += widths[p];
  }
}

/** So many columns of an array, after those before them. */
function columns(a: values, rows: int, width: int, before: int, out: reals, count: int): void {
  for (let r: int = 0; r < rows; r++)
    for (let j: int = 0; j < count; j++) out[r * count + j] = a[r * width + before + j];
}

/** The entries of so many matrices on and below their diagonals, column by column. */
function vech(a: values, count: int, n: int, out: reals): void {
  let k: int = 0;
  for (let b: int = 0; b < count; b++)
    for (let j: int = 0; j < n; j++)
      for (let i: int = j; i < n; i++) {
        out[k] = a[(b * n + i) * n + j];
        k++;
      }
}

/** The lower triangular matrix with these entries. */
function unvech(a: values, n: int, out: reals): void {
  let k: int = 0;
  for (let j: int = 0; j < n; j++)
    for (let i: int = 0; i < n; i++)
      if (i < j) out[i * n + j] = 0;
      else {
        out[i * n + j] = a[k];
        k++;
      }
}

/** 1 at a place, counted from one, and 0 elsewhere. */
function unit(place: real, n: int, out: reals): void {
  for (let i: int = 0; i < n; i++) out[i] = 0;
  const at: int = (@int(place) - 1) % n;
  out[at < 0 ? at + n : at] = 1;
}
`;
