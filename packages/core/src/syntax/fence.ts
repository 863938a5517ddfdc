import { signCall } from './call.ts';
import { fail, join } from './problem.ts';
import type { Reader } from './reader.ts';
import type { SubToken } from './token.ts';
import type { Expr, NormExpr, PowerExpr } from './tree.ts';

const ORDERS: ReadonlyMap<string, NormExpr['order']> = new Map([
  ['1', '1'],
  ['2', '2'],
  ['F', 'F'],
  ['Fro', 'F'],
  ['fro', 'F'],
  ['∞', 'inf'],
  ['inf', 'inf'],
  ['\\infty', 'inf'],
]);

/** `‖x‖`, `‖x‖_1`, `‖A‖_F²`, `‖A‖_*`; `|A|`. The next token opens it. */
export function readNorm(r: Reader, fence: '‖' | '|'): Expr {
  const token = r.next();
  const open = r.open(fence, token);
  const of = r.nested(() => r.expression());
  const span = join(token, r.close(open));
  if (fence === '|') return r.grown({ kind: 'bars', span, of }, of);
  const sub = r.peek();
  if (sub.kind !== 'sub') return r.grown({ kind: 'norm', span, of, order: '2' }, of);
  r.next();
  if (sub.sub === '*') return signCall(r, 'nuclear_norm', sub, join(span, sub), of);
  return r.grown({ kind: 'norm', span: join(span, sub), of, ...orderOf(sub) }, of);
}

/** `‖A‖²_F`: the kind of norm after the power. The next token is the subscript. */
export function readOrder(r: Reader, power: PowerExpr, norm: NormExpr): Expr {
  const sub = r.next();
  if (sub.kind !== 'sub') return power;
  const base = r.grown({ ...norm, ...orderOf(sub) }, norm.of);
  return r.grown({ ...power, span: join(power.span, sub), base }, base, power.exponent);
}

function orderOf(sub: SubToken): Required<Pick<NormExpr, 'order' | 'subscript'>> {
  const order = ORDERS.get(sub.sub);
  if (order) return { order, subscript: { start: sub.start, end: sub.end } };
  return fail('bad-norm', sub, `there is no norm “${sub.sub}”`, 'this one', {
    notes: ['the norms are ‖x‖ (2-norm, Frobenius of a matrix), ‖x‖_1, ‖x‖_F and ‖x‖_∞'],
  });
}
