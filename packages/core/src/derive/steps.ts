import { add, ones } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { children, postorder } from '../expr/walk.ts';
import { pullback } from './reverse.ts';
import { DIFFERENTIAL, differentialRule } from './rules.ts';

/** One line of reverse mode: the adjoint ∂J/∂(part), and the rule by which it came from what is computed from the part. */
export interface AdjointStep {
  /** The part of the value whose adjoint it is; at last the variable itself. */
  readonly of: Node;
  readonly adjoint: Node;
  /** By name: `product`, `chain: tanh`. */
  readonly rule: string;
  /** As a law: `d tanh(x) = (1 − tanh(x)²) dx`. */
  readonly because: string;
}

/** A rule and its law. */
export interface LocalRule {
  readonly rule: string;
  readonly because: string;
}

/** More lines than this nobody reads. */
export const MAX_STEPS = 200;

/**
 * Reverse mode line by line, from the value down to the variable (Griewank and Walther 2008, algorithm 3.2). A part that several
 * others use gets the sum of what they send.
 */
export function adjointSteps(value: Node, variable: Sym): AdjointStep[] {
  const order = postorder([value]);
  const active = new Set<Node>();
  for (const node of order)
    if (node === variable || children(node).some((c) => active.has(c))) active.add(node);
  const incoming = new Map<Node, { adjoint: Node; by: LocalRule }[]>();
  const steps: AdjointStep[] = [];
  for (const node of order.toReversed()) {
    if (!active.has(node)) continue;
    const sent = incoming.get(node) ?? [];
    const adjoint = node === value ? ones([]) : add(...sent.map((s) => s.adjoint));
    if (node !== value) {
      const [first, ...rest] = sent;
      if (!first) continue;
      const by =
        rest.length > 0 ? sumOfUses(sent.length, rest.map((s) => s.by).concat(first.by)) : first.by;
      steps.push({ of: node, adjoint, ...by });
      if (steps.length > MAX_STEPS) return steps;
    }
    if (node === variable) continue;
    children(node).forEach((child, slot) => {
      if (!active.has(child)) return;
      const entry = { adjoint: pullback(node, slot, adjoint), by: localRule(node) };
      const had = incoming.get(child);
      if (had) had.push(entry);
      else incoming.set(child, [entry]);
    });
  }
  return steps;
}

const sumOfUses = (count: number, rules: readonly LocalRule[]): LocalRule => ({
  rule: 'sum over uses',
  because: `it is used ${count} times, and what comes back adds up: ${[...new Set(rules.map((r) => r.because))].join('; ')}`,
});

/** The rule by which a node's adjoint goes on to what it was computed from. */
export function localRule(node: Node): LocalRule {
  const { name, law } = differentialRule(node);
  const { product, square, trace, total } = DIFFERENTIAL;
  const because =
    law === product.law
      ? `${law}, and ⟨G, A dB⟩ = ⟨AᵀG, dB⟩, ⟨G, dA B⟩ = ⟨G Bᵀ, dA⟩`
      : law === square.law
        ? 'd‖R‖² = 2 ⟨R, dR⟩'
        : law === trace.law
          ? `${law} = ⟨I, dA⟩`
          : law === total.law
            ? `${law} = ⟨ones, dA⟩`
            : law;
  return { rule: name, because };
}
