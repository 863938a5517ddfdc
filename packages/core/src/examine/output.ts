import type { Problem } from '../elaborate/problem.ts';
import { symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { substitute } from '../expr/walk.ts';
import { functionNamed } from '../ops/index.ts';
import type { Value } from '../ops/value.ts';
import type { Shape } from '../shape/shape.ts';
import { name } from '../syntax/make.ts';
import type { CallExpr, Definition, Expr } from '../syntax/tree.ts';
import { valueOf } from './claim.ts';
import type { Subject } from './subject.ts';
import { visited } from './visit.ts';

/** A claim read by the convention that σ′ is written through what σ returned. */
export interface ThroughOutput {
  readonly node: Node;
  /** The calls that mean something else so: `σ′(Z[l])`, and what they were applied to. */
  readonly calls: readonly CallExpr[];
}

/**
 * The claim in which `σ′(h)`, where h = σ(a) is what σ returned, means σ′(a): some texts take the derivative of a function as a function
 * of its output. null where no call could be meant so.
 */
export function throughOutput(
  problem: Problem,
  claim: { readonly value: Expr; readonly parts: readonly Definition[] },
  subject: Subject,
): ThroughOutput | null {
  const calls: CallExpr[] = [];
  const holes = new Map<Sym, Node>();
  const meaning = (e: Expr, shape: Shape = []): Value | undefined => {
    const symbols = [...(subject.given.symbols ?? []), ...holes.keys()];
    const found = valueOf(problem, e, claim.parts, { ...subject.given, symbols, shape });
    return 'node' in found ? found : undefined;
  };
  const meant = (call: CallExpr): CallExpr => {
    const [only, more] = call.args;
    if (call.primes === 0 || !only || more) return call;
    const value = meaning(only);
    const argument = value && argumentOf(problem, call, subject.outputOf(value.node));
    if (!value || !argument) return call;
    const hole = symbol(`‹${holes.size}›`, value.shape, { role: 'part' });
    holes.set(hole, argument);
    calls.push(call);
    return { ...call, args: [name(hole.name)] };
  };
  const changed = visited(claim.value, { call: meant });
  if (calls.length === 0) return null;
  const value = meaning(changed, subject.given.shape);
  const node = value && substitute([value.node], holes)[0];
  return node ? { node, calls } : null;
}

/** What a function was applied to, where a node is its value. */
function argumentOf({ scope }: Problem, call: CallExpr, node: Node): Node | undefined {
  if (node.kind !== 'apply' || node.args.length !== 1) return undefined;
  const known = functionNamed(scope.aliases.get(call.name) ?? call.name);
  const same = node.fn
    ? node.fn.name === call.name && node.fn.order === 0
    : known?.primitives.includes(node.op);
  return same ? node.args[0] : undefined;
}
