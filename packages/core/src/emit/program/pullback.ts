import type { Line } from '../../cost/lines.ts';
import { cacheOf } from '../../derive/cache.ts';
import { deriveGradients, withoutParts } from '../../derive/derive.ts';
import { isSymmetric, multiply, symbol, total } from '../../expr/build.ts';
import type { Node, Sym } from '../../expr/node.ts';
import { children, postorder, substitute } from '../../expr/walk.ts';
import type { FormulaProgram } from './request.ts';

/**
 * A program in two passes, as libraries want it that differentiate by themselves: forward, the value and what is kept of its
 * computation; backward, from the value's cotangent and what was kept to the cotangents of the variables.
 */
export interface Pullback {
  /** Of the value, in its shape. */
  readonly cotangent: Sym;
  /** What the backward pass reads besides inputs, in terms of inputs alone. */
  readonly kept: readonly Line[];
  /** Named parts of the backward pass, in order of definition. */
  readonly parts: readonly Line[];
  readonly gradients: readonly { readonly variable: Sym; readonly node: Node }[];
}

/**
 * The gradient of ⟨G, f⟩ for a symbol G in the shape of the value f (Griewank and Walther 2008, section 3.2), cut where it reads
 * the forward pass.
 */
export function pullbackOf({
  value,
  valueShape,
  inputs,
  derivatives,
}: Pick<FormulaProgram, 'value' | 'valueShape' | 'inputs' | 'derivatives'>): Pullback {
  const cotangent = symbol('#g', valueShape, { role: 'part' });
  const { gradients, parts } = deriveGradients({
    value: total(multiply([cotangent, value])),
    variables: [...new Set(derivatives.map((d) => d.variable))],
    taken: new Set(inputs.map((i) => i.symbol.name)),
  });
  const forward = new Set(postorder([value]));
  const free = partsWithout(parts, cotangent);
  const whole = withoutParts(
    free.map((p) => p.symbol),
    free,
  );
  const known = free.flatMap((p, k): Line[] => {
    const node = whole[k] ?? p.node;
    return forward.has(node) && children(node).length > 0 ? [{ symbol: p.symbol, node }] : [];
  });
  const names = new Set(known.map((k) => k.symbol));
  const rest = parts.filter((p) => !names.has(p.symbol));
  const roots = [...gradients.map((g) => g.shown), ...rest.map((p) => p.node)];
  const others = cacheOf(value, roots, true).map(({ node }, k): Line => {
    const properties = isSymmetric(node) ? (['symmetric'] as const) : [];
    return { symbol: symbol(`#kept${k + 1}`, node.axes, { role: 'part', properties }), node };
  });
  const cut = substitute(roots, new Map(others.map((o) => [o.node, o.symbol])));
  return {
    cotangent,
    kept: [...known, ...others],
    parts: rest.map((p, k) => ({ symbol: p.symbol, node: cut[gradients.length + k] ?? p.node })),
    gradients: gradients.map((g, k) => ({ variable: g.variable, node: cut[k] ?? g.shown })),
  };
}

/** The parts in which a symbol does not stand, directly or through others. */
function partsWithout(parts: readonly Line[], without: Sym): Line[] {
  const bound = new Set<Node>([without]);
  return parts.filter((p) => {
    const isFree = !postorder([p.node]).some((n) => bound.has(n));
    if (!isFree) bound.add(p.symbol);
    return isFree;
  });
}
