import { MatgradError } from '../diagnostic/diagnostic.ts';
import { times, transposed } from '../syntax/make.ts';
import type { Expr } from '../syntax/tree.ts';
import { factorsOf } from './moves.ts';
import type { Reading } from './reading.ts';

/** Shares of a differential as people write them: what commutes, with the differential last. */

const grouped = (e: Expr): Expr => (e.kind === 'product' ? { ...e, grouped: true } : e);

/** An expression with its differentials last; as it stands where parts of it cannot be read again. */
export function differentialLast(e: Expr, reading: Reading): Expr {
  try {
    return arranged(e, reading);
  } catch (error) {
    if (error instanceof MatgradError) return e;
    throw error;
  }
}

/** c vᵀ dx for the number c dxᵀ v. */
function turnedLast(factors: readonly Expr[], reading: Reading): Expr | undefined {
  const at = factors.findIndex((f) => reading.holds(f));
  const moving = factors[at];
  const numbers = factors.slice(0, Math.max(0, at));
  const [second, ...rest] = factors.slice(at + 1);
  if (moving?.kind !== 'transpose' || !reading.alone(moving.of) || !second) return undefined;
  if (reading.valueOf(moving).node.axes.length !== 1) return undefined;
  const product = times(moving, second, ...rest);
  if ([...numbers, product].some((x) => reading.valueOf(x).shape.length > 0)) return undefined;
  const turned = times(transposed(times(second, ...rest)), moving.of);
  const [number, ...more] = numbers;
  return grouped(number ? times(number, ...more, turned) : turned);
}

/** What commutes, with the differential last: f′(z) ⊙ dz, and vᵀ dx for the number dxᵀ v. */
function arranged(e: Expr, reading: Reading): Expr {
  const holds = (x: Expr): boolean => reading.holds(x);
  switch (e.kind) {
    case 'product': {
      if (e.op === 'hadamard' && holds(e.left) && !holds(e.right))
        return { ...e, left: e.right, right: arranged(e.left, reading) };
      const turned = e.op === 'times' ? turnedLast(factorsOf(e), reading) : undefined;
      if (turned) return turned;
      return { ...e, left: arranged(e.left, reading), right: arranged(e.right, reading) };
    }
    case 'sum':
      return { ...e, left: arranged(e.left, reading), right: arranged(e.right, reading) };
    case 'negate':
      return { ...e, of: arranged(e.of, reading) };
    case 'call':
      return { ...e, args: e.args.map((a) => arranged(a, reading)) };
    default:
      return e;
  }
}

/** How often a differential stands in an expression. */
export function countOf(e: Expr, reading: Reading): number {
  if (reading.alone(e)) return 1;
  switch (e.kind) {
    case 'number':
    case 'name':
      return 0;
    case 'transpose':
    case 'inverse':
    case 'negate':
    case 'norm':
    case 'bars':
    case 'part':
    case 'series':
      return countOf(e.of, reading);
    case 'power':
      return countOf(e.base, reading) + countOf(e.exponent, reading);
    case 'product':
    case 'sum':
    case 'inner':
      return countOf(e.left, reading) + countOf(e.right, reading);
    case 'call':
      return e.args.reduce((n, a) => n + countOf(a, reading), 0);
  }
}
