import type { Case } from './cases.ts';
import type { Ran } from './run.ts';

/** Largest difference, relative to the largest entry, or to `least` where all entries are smaller. */
export function distance(a: readonly number[], b: readonly number[], least: number): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const size = Math.max(least, ...b.map(Math.abs));
  const worst = a.map((x, i) => Math.abs(x - (b[i] as number)) / size);
  return worst.some(Number.isNaN) ? Number.NaN : Math.max(0, ...worst);
}

/** D · u for a derivative D of a value by a variable and a direction u in that. */
function along(derivative: readonly number[], u: Float64Array): number[] {
  return Array.from({ length: derivative.length / u.length }, (_, i) =>
    u.reduce((s, v, j) => s + v * (derivative[i * u.length + j] as number), 0),
  );
}

/** What is wrong with what modules gave. */
export function complaints(
  cases: readonly Case[],
  ran: readonly Ran[],
  tolerance = 1e-9,
): string[] {
  return cases.flatMap((c, k) => {
    const r = ran[k];
    if (!r) return [`${c.name}: nothing`];
    const wrong: string[] = [];
    const near = (
      what: string,
      a: readonly number[],
      b: readonly number[],
      within = tolerance,
    ): void => {
      const d = distance(a, b, 1e-6 * (1 + Math.max(...c.value.map(Math.abs))));
      if (!(d < within)) wrong.push(`${c.name}: ${what} is off by ${d.toExponential(1)}`);
    };
    near('value', r.value, c.value);
    for (const [i, d] of c.derivatives.entries())
      near(`derivative ${i}`, r.derivatives[i] ?? [], d);
    for (const [i, d] of [c.value, ...c.derivatives].entries())
      near(`both ${i}`, r.both[i] ?? [], d);
    r.slopes.forEach((s, i) => {
      const slope = c.slopes[i];
      if (slope) near(`slope ${i}`, s, along(c.derivatives[slope.which] ?? [], slope.along), 1e-5);
    });
    return wrong;
  });
}
