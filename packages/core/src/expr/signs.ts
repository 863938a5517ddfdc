import { addR, isIntegerR, isOneR, MINUS_ONE, ONE, signR } from '../shape/rational.ts';
import type { Node, Operand } from './node.ts';
import type { Makers, Work } from './work.ts';

/**
 * x sign(x) = |x| and |x| sign(x) = x: a sign goes into a whole power, above 0 or below, of what it is the sign of. At x = 0, where the
 * sign jumps, both sides are 0, or neither has a value.
 */
export function absorbSigns(work: Work, _out: readonly number[], make: Makers): boolean {
  for (const s of work.operands) {
    if (s.node.kind !== 'apply' || s.node.op.mode !== 'elementwise' || !isOneR(s.exponent))
      continue;
    const [x] = s.node.args;
    const size = x && s.node.op.magnitude?.(x);
    if (!x || !size) continue;
    const alike = (o: Operand, node: Node): boolean =>
      o.node === node && isIntegerR(o.exponent) && o.indices.every((ix, k) => ix === s.indices[k]);
    for (const [from, to] of [
      [x, size],
      [size, x],
    ] as const) {
      const o = work.operands.find((p) => alike(p, from));
      if (!o) continue;
      // sign(x) xᵏ = |x| xᵏ⁻¹ for k > 0, and xᵏ⁺¹/|x| for k < 0
      const step = signR(o.exponent) > 0 ? ONE : MINUS_ONE;
      work.operands = work.operands.filter((p) => p !== o && p !== s);
      const rest = addR(o.exponent, signR(o.exponent) > 0 ? MINUS_ONE : ONE);
      make.place(work, to, o.indices, step);
      if (rest.num !== 0n) make.place(work, from, o.indices, rest);
      return true;
    }
  }
  return false;
}
