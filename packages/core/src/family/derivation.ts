import type { FamilySystem, Range } from '../elaborate/problem.ts';
import type { Node, Sym } from '../expr/node.ts';
import type { Count } from './count.ts';
import type { Interval } from './places.ts';

/**
 * The gradients of an objective over families of equations, once for every number of steps. All of it is data: each formula is a
 * node in which members are symbols at a place (`Z[l−1]`), cotangents and shared parts are symbols of role `part` (`G[l]`, `D[l]`).
 */
export interface FamilyDerivation {
  readonly objective: Node;
  readonly system: FamilySystem;
  readonly wanted: readonly Sym[];
  /** In the order in which they are computed. */
  readonly cotangents: readonly Cotangent[];
  /** With the derivative of each function taken at its argument: σ′(Z[l−1] W[l]). */
  readonly atInput: BackwardPass;
  /** The same with derivatives written through what the function returned (tanh: 1 − Z[l]²); null where none can be. */
  readonly atOutput: BackwardPass | null;
  /** For each step whose derivative can be written through its output: what this spares. */
  readonly savings: readonly Saving[];
  /** The equations hold where the ends of ranges are at least this: `L` → 1. */
  readonly least: ReadonlyMap<string, number>;
}

/** `G[l]` = ∂J/∂`Z[l]`. */
export interface Cotangent {
  /** At the family's letter. */
  readonly member: Sym;
  readonly symbol: Sym;
  /** The same at every place: `S[t] = S[t−1] + …` passes on what it gets. Then no equation mentions the symbol. */
  readonly constant: Node | null;
}

export interface BackwardPass {
  /** Every formula written out. */
  readonly whole: BackwardEquations;
  /** What several formulas use is computed once and named. */
  readonly shared: BackwardEquations;
  /** What the forward pass has to keep. */
  readonly cache: readonly CacheEntry[];
}

export interface BackwardEquations {
  /** Cotangents and named parts, in the order in which they are computed. */
  readonly recursion: readonly BackwardEquation[];
  /** In the order of `wanted`. */
  readonly gradients: readonly FamilyGradient[];
}

export interface FamilyGradient {
  readonly variable: Sym;
  /** The objective does not depend on it: a true zero. */
  readonly zero: boolean;
  /** Usually one; several where places differ (`∂J/∂W[L]` has a term that the others lack). None where `zero`. */
  readonly equations: readonly BackwardEquation[];
}

/** `G[l−1] = Σ terms for l = L..2`. */
export interface BackwardEquation {
  /** What is defined: `G[l−1]`, `D[l]`; in a gradient's equation the variable, `W[l]`, for ∂J/∂W[l]. */
  readonly left: Sym;
  /** Of a cotangent: the member that it belongs to, `Z[l−1]`. */
  readonly of: Sym | null;
  /** In the order of computation: backwards for cotangents, `l = L..2`; null for a single place. */
  readonly range: Range | null;
  readonly terms: readonly EquationTerm[];
}

/** One summand of a right side, or, with a range, the sum of it over all steps: `Σ_{t=1..T} H[t−1]ᵀ D[t]`. */
export interface EquationTerm {
  readonly over: Range | null;
  readonly node: Node;
  /** The same as it is shown: where J is ℓ(Z[L]) for an unknown ℓ, its gradient is ∂J/∂Z[L]. */
  readonly shown: Node;
}

/** A quantity of the forward pass that the backward pass reads and that is neither an input nor a parameter. */
export interface CacheEntry {
  /** `Z[l]`, `Z[l−1] W[l]`. */
  readonly node: Node;
  readonly letter: string;
  /** `l = 1..L`; null for one array. */
  readonly run: Interval | null;
  readonly count: Count;
  /** What reads it: `D[l]`, `∂J/∂W[l]`, in words. */
  readonly readers: readonly string[];
  /** Whether it is a member of a family (a state), or an intermediate of a step. */
  readonly state: boolean;
}

/** What a step need not keep, since its derivative is written through its output. */
export interface Saving {
  /** `Z[l]`. */
  readonly member: Sym;
  /** `tanh`. */
  readonly name: string;
  /** The derivative in terms of the member: `1 − Z[l]²`. */
  readonly slope: Node;
  /** What is kept without it, and not with it. */
  readonly spared: readonly CacheEntry[];
  /** What is kept with it only: outputs that nothing else reads. */
  readonly added: readonly CacheEntry[];
}
