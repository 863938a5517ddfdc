// Times, medians and how they grow.

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** Milliseconds of one call. */
export function milliseconds(run) {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}

/** Median milliseconds of `count` calls, after some that warm up and are not counted. */
export function timed(run, count, warm = 1) {
  for (let k = 0; k < warm; k++) run();
  return median(Array.from({ length: count }, () => milliseconds(run)));
}

/** b of the power a·xᵇ that fits the points best: least squares of the logarithms. */
export function exponent(points) {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
  const mean = (of) => logs.reduce((s, p) => s + of(p), 0) / logs.length;
  const [mx, my] = [mean((p) => p[0]), mean((p) => p[1])];
  const slope = (of) => logs.reduce((s, p) => s + (p[0] - mx) * of(p), 0);
  return slope((p) => p[1] - my) / slope((p) => p[0] - mx);
}

/** Rows as lines, the first column to the left and numbers to the right. */
export function table(rows) {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((r) => [...(r[c] ?? '')].length)));
  const pad = (text, c) =>
    c === 0 ? text + ' '.repeat(widths[c] - [...text].length) : text.padStart(widths[c]);
  return rows.map((r) => `${r.map((x, c) => pad(x ?? '', c)).join('  ')}`.trimEnd()).join('\n');
}
