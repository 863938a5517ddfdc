/** Functions of matrices and their derivatives. */
export const FUNCTIONS_OF_MATRICES = `
function matmul(a: values, b: values, n: int, out: reals): void {
  for (let i: int = 0; i < n; i++) {
    for (let j: int = 0; j < n; j++) out[i * n + j] = 0;
    for (let k: int = 0; k < n; k++)
      for (let j: int = 0; j < n; j++) out[i * n + j] += a[i * n + k] * b[k * n + j];
  }
}

/** The distance of a from x times the identity, as Frobenius' norm. */
function distance(a: values, n: int, x: real): real {
  let total: real = 0;
  for (let i: int = 0; i < n; i++)
    for (let j: int = 0; j < n; j++) {
      const d: real = a[i * n + j] - (i === j ? x : 0);
      total += d * d;
    }
  return @sqrt(total);
}

/** A matrix, or [A E; 0 A] for a direction E, and so on for each further one, with directions of length 1; the product of their lengths. */
function blocks(list: lists, count: int, n: int, side: int, out: reals): real {
  for (let k: int = 0; k < side * side; k++) out[k] = 0;
  for (let i: int = 0; i < n; i++)
    for (let j: int = 0; j < n; j++) out[i * side + j] = list[0][i * n + j];
  let size: real = 1;
  let half: int = n;
  for (let d: int = 1; d < count; d++) {
    const norm: real = distance(list[d], n, 0);
    const length: real = norm > 0 ? norm : 1;
    size *= length;
    for (let i: int = 0; i < half; i++)
      for (let j: int = 0; j < half; j++) out[(half + i) * side + half + j] = out[i * side + j];
    for (let b: int = 0; b < half; b += n)
      for (let i: int = 0; i < n; i++)
        for (let j: int = 0; j < n; j++)
          out[(b + i) * side + half + b + j] = list[d][i * n + j] / length;
    half *= 2;
  }
  return size;
}

/** The upper right corner. */
function corner(a: values, n: int, side: int, size: real, out: reals): void {
  for (let i: int = 0; i < n; i++)
    for (let j: int = 0; j < n; j++) out[i * n + j] = size * a[i * side + side - n + j];
}

/** n doubled for each direction. */
function side_of(n: int, count: int): int {
  let side: int = n;
  for (let d: int = 1; d < count; d++) side *= 2;
  return side;
}

/** exp(a) in the place of a, by scaling and squaring. */
function exp_in_place(a: reals, n: int, room: reals): void {
  const next: reals = @from(room, n * n);
  const norm: real = distance(a, n, 0);
  let doublings: int = 0;
  let factor: real = 1;
  for (; norm * factor > 0.5 && doublings < 1000; doublings++) factor *= 0.5;
  identity(n, room);
  for (let k: int = 14; k > 0; k--) {
    matmul(a, room, n, next);
    for (let i: int = 0; i < n; i++)
      for (let j: int = 0; j < n; j++)
        room[i * n + j] = (i === j ? 1 : 0) + (next[i * n + j] * factor) / k;
  }
  for (let d: int = 0; d < doublings; d++) {
    matmul(room, room, n, next);
    for (let k: int = 0; k < n * n; k++) room[k] = next[k];
  }
  for (let k: int = 0; k < n * n; k++) a[k] = room[k];
}

/** The exponential of a matrix, or its derivative along directions. */
function expm(list: lists, count: int, n: int, out: reals, room: reals): void {
  const side: int = side_of(n, count);
  const size: real = blocks(list, count, n, side, room);
  exp_in_place(room, side, @from(room, side * side));
  corner(room, n, side, size, out);
}

/** The principal square root of y in its place (Denman and Beavers 1976); no numbers where there is none. */
function root_in_place(y: reals, n: int, room: reals): void {
  const z: reals = room;
  const used: reals = @from(room, n * n);
  const of_y: reals = @from(room, 2 * n * n);
  const of_z: reals = @from(room, 3 * n * n);
  identity(n, z);
  let before: real = @inf;
  for (let round: int = 0; round < 100; round++) {
    for (let k: int = 0; k < n * n; k++) used[k] = y[k];
    inverse(used, n, of_y);
    for (let k: int = 0; k < n * n; k++) used[k] = z[k];
    inverse(used, n, of_z);
    let moved: real = 0;
    let size: real = 0;
    for (let k: int = 0; k < n * n; k++) {
      const next: real = 0.5 * (y[k] + of_z[k]);
      z[k] = 0.5 * (z[k] + of_y[k]);
      moved += (next - y[k]) * (next - y[k]);
      size += next * next;
      y[k] = next;
    }
    const change: real = @sqrt(moved / size);
    if (change < 4 * @eps(y) || (change < @sqrt(@eps(y)) && change >= before)) return;
    before = change;
  }
  for (let k: int = 0; k < n * n; k++) y[k] = @nan;
}

/** The principal square root of a matrix, or its derivative along directions. */
function sqrtm(list: lists, count: int, n: int, out: reals, room: reals): void {
  const side: int = side_of(n, count);
  const size: real = blocks(list, count, n, side, room);
  root_in_place(room, side, @from(room, side * side));
  corner(room, n, side, size, out);
}

/** The principal logarithm of a in its place: roots until it is near 1, then 2 artanh((a - 1) / (a + 1)) as a series. */
function log_in_place(a: reals, n: int, room: reals): void {
  const first: reals = room;
  const second: reals = @from(room, n * n);
  const third: reals = @from(room, 2 * n * n);
  const z: reals = @from(room, 3 * n * n);
  let size: real = 2;
  for (let round: int = 0; round < 60 && distance(a, n, 1) > 0.3; round++) {
    root_in_place(a, n, room);
    size *= 2;
  }
  for (let i: int = 0; i < n; i++)
    for (let j: int = 0; j < n; j++) {
      first[i * n + j] = a[i * n + j] + (i === j ? 1 : 0);
      third[i * n + j] = a[i * n + j] - (i === j ? 1 : 0);
    }
  inverse(first, n, second);
  matmul(third, second, n, z);
  matmul(z, z, n, first);
  for (let k: int = 0; k < n * n; k++) second[k] = 0;
  for (let k: int = 23; k > 0; k -= 2) {
    matmul(first, second, n, third);
    for (let i: int = 0; i < n; i++)
      for (let j: int = 0; j < n; j++)
        second[i * n + j] = third[i * n + j] + (i === j ? 1.0 / k : 0);
  }
  matmul(z, second, n, a);
  for (let k: int = 0; k < n * n; k++) a[k] *= size;
}

/** The principal logarithm of a matrix, or its derivative along directions. */
function logm(list: lists, count: int, n: int, out: reals, room: reals): void {
  const side: int = side_of(n, count);
  const size: real = blocks(list, count, n, side, room);
  log_in_place(room, side, @from(room, side * side));
  corner(room, n, side, size, out);
}
`;
