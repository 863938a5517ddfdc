/** Linear algebra. */
export const MATRICES = `
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
