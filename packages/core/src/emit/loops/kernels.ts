/**
 * The library of the languages with loops, in a notation of its own that `translate.ts` turns into C, TypeScript and JavaScript:
 * that of TypeScript with the types `real`, `int`, `reals` (an array that is written to), `values` (one that is read), `lists` (of
 * arrays) and `ints`; `@exp` is the function of the language, `@from(a, n)` an array from its n-th entry on, `@eps(a)` the relative
 * precision of its numbers. A whole number divided by one is rounded in C, so that no division has two of them.
 */

/** Functions of numbers. */
const NUMBERS = `
/** 1 / (1 + exp(-x)) without overflow. */
function sigmoid(x: real): real {
  const e: real = @exp(-@abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

/** log(1 + exp(x)) without overflow. */
function softplus(x: real): real {
  return (x > 0 ? x : 0) + @log1p(@exp(-@abs(x)));
}

/** 1 where x > 0, 0 where x < 0, 1/2 at 0. */
function step(x: real): real {
  return x > 0 ? 1 : x < 0 ? 0 : x === 0 ? 0.5 : x;
}

/** -1, 0 or 1. */
function sign(x: real): real {
  return x > 0 ? 1 : x < 0 ? -1 : x;
}

function relu(x: real): real {
  return x > 0 ? x : x <= 0 ? 0 : x;
}

/** The larger of two numbers; not a number where one of them is none. */
function larger(a: real, b: real): real {
  return a > b || a !== a ? a : b;
}

/** The smaller of two numbers; not a number where one of them is none. */
function smaller(a: real, b: real): real {
  return a < b || a !== a ? a : b;
}

/** x between a and b. */
function clip(x: real, a: real, b: real): real {
  return smaller(larger(x, a), b);
}

/** x where x > 0, else exp(x) - 1. */
function elu(x: real): real {
  return x > 0 ? x : @expm1(x);
}

/** lambda x where x > 0, else lambda alpha (exp(x) - 1), or its n-th derivative. */
function selu(x: real, n: int): real {
  const above: real = n === 0 ? x : n === 1 ? 1 : 0;
  const below: real = 1.6732632423543772 * (n === 0 ? @expm1(x) : @exp(x));
  return 1.0507009873554805 * (x > 0 ? above : below);
}

/** r*r / 2 where |r| <= delta, else delta |r| - delta*delta / 2. */
function huber(r: real, delta: real): real {
  const near: real = smaller(@abs(r), delta);
  return near * (@abs(r) - near / 2);
}

/** 2/sqrt(pi) exp(-x x) sum 2^k x^(2k+1) / (2k+1)!! (Abramowitz and Stegun 7.1.6). */
function erf_series(x: real): real {
  let term: real = x;
  let total: real = x;
  for (let k: int = 1; @abs(term) > 1e-17 * @abs(total); k++) {
    term = (term * (2 * x * x)) / (2 * k + 1);
    total += term;
  }
  return (2 / @sqrt(@pi)) * @exp(-x * x) * total;
}

/** erfc(x) for x >= 0.6 by its continued fraction (Abramowitz and Stegun 7.1.14). */
function erfc_fraction(x: real): real {
  let f: real = 0;
  for (let k: int = @ceil(20 + 160 / (x * x)); k > 0; k--) f = (0.5 * k) / (x + f);
  const head: real = @fround(x);
  return (@exp(-head * head) * @exp((head - x) * (head + x))) / (@sqrt(@pi) * (x + f));
}

function erf(x: real): real {
  if (@abs(x) < 1 || x !== x) return erf_series(x);
  return x > 0 ? 1 - erfc_fraction(x) : erfc_fraction(-x) - 1;
}

function erfc(x: real): real {
  return x < -1 ? 2 - erfc_fraction(-x) : x < 0.6 ? 1 - erf_series(x) : erfc_fraction(x);
}

/** Bernoulli's numbers of even index, from the second. */
table BERNOULLI = [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510];

/** log(gamma(x)) for x > 0: Stirling's series, after gamma(x) = gamma(x + 1) / x below 12. */
function log_gamma(x: real): real {
  if (!(x > 0)) return @nan;
  let product: real = 1;
  let z: real = x;
  for (; z < 12; z += 1) product *= z;
  let series: real = 0;
  for (let k: int = 0; k < 8; k++)
    series += BERNOULLI[k] / ((2 * k + 2) * (2 * k + 1) * @pow(z, 2 * k + 1));
  return (z - 0.5) * @log(z) - z + 0.5 * @log(2 * @pi) + series - @log(product);
}

/** The derivative of order n of digamma for x > 0, from its asymptotic series. */
function polygamma(x: real, n: int): real {
  if (!(x > 0)) return @nan;
  let factor: real = n % 2 === 0 ? -1 : 1;
  for (let k: int = 2; k < n; k++) factor *= k;
  const full: real = n > 1 ? factor * n : factor;
  let sum: real = 0;
  let z: real = x;
  for (; z < 12 + n; z += 1) sum += full * @pow(z, -n - 1);
  sum += n === 0 ? @log(z) : factor * @pow(z, -n);
  sum += full / (2 * @pow(z, n + 1));
  let ratio: real = 0.5 * full * (n + 1);
  for (let k: int = 0; k < 8; k++) {
    sum += (BERNOULLI[k] * ratio) / @pow(z, 2 * k + 2 + n);
    ratio *= ((2 * k + 2 + n) * 1.0 * (2 * k + 3 + n)) / ((2 * k + 3) * (2 * k + 4));
  }
  return sum;
}
`;

/** Functions of the rows of an array. */
const ROWS = `
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
const PLACES = `
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

/** Linear algebra. */
const MATRICES = `
/** Gaussian elimination below the diagonal of a, with the largest pivots, done to the k columns of b as well; the sign of the permutation. */
function eliminate(a: reals, n: int, b: reals, k: int): real {
  let odd: real = 1;
  for (let c: int = 0; c < n; c++) {
    let p: int = c;
    for (let i: int = c + 1; i < n; i++) if (@abs(a[i * n + c]) > @abs(a[p * n + c])) p = i;
    if (p !== c) {
      odd = -odd;
      for (let j: int = 0; j < n; j++) {
        const kept: real = a[c * n + j];
        a[c * n + j] = a[p * n + j];
        a[p * n + j] = kept;
      }
      for (let j: int = 0; j < k; j++) {
        const kept: real = b[c * k + j];
        b[c * k + j] = b[p * k + j];
        b[p * k + j] = kept;
      }
    }
    if (a[c * n + c] === 0) continue;
    for (let i: int = c + 1; i < n; i++) {
      const f: real = a[i * n + c] / a[c * n + c];
      for (let j: int = c; j < n; j++) a[i * n + j] -= f * a[c * n + j];
      for (let j: int = 0; j < k; j++) b[i * k + j] -= f * b[c * k + j];
    }
  }
  return odd;
}

/** The solution x of a x = b in the place of b, which has k columns; a is used up. */
function solve(a: reals, b: reals, n: int, k: int): void {
  eliminate(a, n, b, k);
  for (let i: int = n - 1; i >= 0; i--) {
    for (let p: int = i + 1; p < n; p++)
      for (let j: int = 0; j < k; j++) b[i * k + j] -= a[i * n + p] * b[p * k + j];
    for (let j: int = 0; j < k; j++) b[i * k + j] /= a[i * n + i];
  }
}

function identity(n: int, out: reals): void {
  for (let k: int = 0; k < n * n; k++) out[k] = 0;
  for (let i: int = 0; i < n; i++) out[i * n + i] = 1;
}

/** The inverse of a, which is used up. */
function inverse(a: reals, n: int, out: reals): void {
  identity(n, out);
  solve(a, out, n, n);
}

/** The determinant of a, which is used up. */
function determinant(a: reals, n: int): real {
  let d: real = eliminate(a, n, a, 0);
  for (let i: int = 0; i < n; i++) d *= a[i * n + i];
  return d;
}

/** The logarithm of the determinant of a, which is used up, without overflow. */
function log_determinant(a: reals, n: int): real {
  let odd: real = eliminate(a, n, a, 0);
  let total: real = 0;
  for (let i: int = 0; i < n; i++) {
    if (a[i * n + i] < 0) odd = -odd;
    total += @log(@abs(a[i * n + i]));
  }
  return odd < 0 ? @nan : total;
}

/** The lower triangular factor of a matrix, in its place. */
function cholesky(a: reals, n: int): void {
  for (let i: int = 0; i < n; i++) {
    for (let j: int = 0; j <= i; j++) {
      let rest: real = a[i * n + j];
      for (let k: int = 0; k < j; k++) rest -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i === j ? @sqrt(rest) : rest / a[j * n + j];
    }
    for (let j: int = i + 1; j < n; j++) a[i * n + j] = 0;
  }
}

function row_product(a: values, p: int, q: int, n: int): real {
  let total: real = 0;
  for (let i: int = 0; i < n; i++) total += a[p * n + i] * a[q * n + i];
  return total;
}

function turn_rows(a: reals, n: int, p: int, q: int, c: real, s: real): void {
  for (let i: int = 0; i < n; i++) {
    const f: real = a[p * n + i];
    const g: real = a[q * n + i];
    a[p * n + i] = c * f - s * g;
    a[q * n + i] = s * f + c * g;
  }
}

/** Singular values of a, m x n, by one-sided rotations (Hestenes 1958): rows of w become singular vectors times values, v the others. */
function rotations(a: values, m: int, n: int, w: reals, v: reals): void {
  const few: int = m < n ? m : n;
  const many: int = m < n ? n : m;
  if (m < n) for (let k: int = 0; k < m * n; k++) w[k] = a[k];
  else turned(a, m, n, w);
  identity(few, v);
  let moved: int = 1;
  for (let sweep: int = 0; moved === 1 && sweep < 60; sweep++) {
    moved = 0;
    for (let p: int = 0; p < few; p++)
      for (let q: int = p + 1; q < few; q++) {
        const pp: real = row_product(w, p, p, many);
        const qq: real = row_product(w, q, q, many);
        const pq: real = row_product(w, p, q, many);
        if (!(@abs(pq) > @eps(w) * @sqrt(pp * qq))) continue;
        moved = 1;
        const zeta: real = (qq - pp) / (2 * pq);
        const t: real = (zeta >= 0 ? 1 : -1) / (@abs(zeta) + @sqrt(1 + zeta * zeta));
        const c: real = 1 / @sqrt(1 + t * t);
        turn_rows(w, many, p, q, c, c * t);
        turn_rows(v, few, p, q, c, c * t);
      }
  }
}

/** The sum of the singular values. */
function nuclear_norm(a: values, m: int, n: int, room: reals): real {
  const few: int = m < n ? m : n;
  rotations(a, m, n, room, @from(room, m * n));
  let total: real = 0;
  for (let p: int = 0; p < few; p++) total += @sqrt(row_product(room, p, p, m < n ? n : m));
  return total;
}

/** U f(S) V' of an m x n matrix U S V': with 1 in place of S (power 1), or the transposed pseudo-inverse (power 2). */
function spectral(a: values, m: int, n: int, power: int, across: int, along: int, out: reals, room: reals): void {
  const few: int = m < n ? m : n;
  const many: int = m < n ? n : m;
  const v: reals = @from(room, m * n);
  rotations(a, m, n, room, v);
  for (let k: int = 0; k < m * n; k++) out[k] = 0;
  for (let p: int = 0; p < few; p++) {
    const square: real = row_product(room, p, p, many);
    const f: real = 1 / (power === 1 ? @sqrt(square) : square);
    for (let i: int = 0; i < m; i++)
      for (let j: int = 0; j < n; j++) {
        const x: real = m < n ? room[p * many + j] * v[p * few + i] : room[p * many + i] * v[p * few + j];
        out[i * across + j * along] += f * x;
      }
  }
}

/** The orthogonal factor of a. */
function polar(a: values, m: int, n: int, out: reals, room: reals): void {
  spectral(a, m, n, 1, n, 1, out, room);
}

/** The pseudo-inverse of a, n x m. */
function pinv(a: values, m: int, n: int, out: reals, room: reals): void {
  spectral(a, m, n, 2, 1, m, out, room);
}
`;

/** Functions of matrices and their derivatives. */
const FUNCTIONS_OF_MATRICES = `
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

/** Each with its name, in an order in which each comes after what it needs. */
export const KERNELS: ReadonlyMap<string, string> = new Map(
  [NUMBERS, ROWS, PLACES, MATRICES, FUNCTIONS_OF_MATRICES]
    .flatMap((text) => text.trim().split('\n\n'))
    .map((source) => [/^(?:function|table) (\w+)/mu.exec(source)?.[1] ?? '', source]),
);
