import type { FamilyEquation, FamilySystem, Range } from '../elaborate/problem.ts';
import { symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import type { IndexExpr } from '../shape/dim.ts';
import type { BackwardEquation, BackwardEquations, FamilyDerivation } from './derivation.ts';
import {
  type Definition,
  type Instance,
  Instances,
  MAX_MEMBERS,
  numberOf,
  type Steps,
} from './instances.ts';
import { place } from './places.ts';
import { renameDim } from './rename.ts';

/**
 * The graph for a given number of steps. Each step is a copy of its equation at its place, in which members of earlier steps are
 * their nodes: time and size grow linearly with the number of steps.
 */
export interface Unrolled {
  /** The objective, in terms of what is given: `X`, `W[1]`, `W[2]`. */
  readonly value: Node;
  /** The members that it needs, by text: `Z[2]`. */
  readonly members: ReadonlyMap<string, Node>;
}

/** The gradient of one variable or member, `W[2]`. */
export interface MemberGradient {
  readonly variable: Sym;
  readonly gradient: Node;
}

/**
 * The objective for given numbers of steps, `{ L: 3 }`.
 * @param given members that are taken as they are, by text: with a symbol for `Z[2]`, its derivative is the cotangent of Z[2]
 * @throws RangeError for a number that is missing or too large, and for members that are not defined for it
 */
export function unroll(
  objective: Node,
  system: FamilySystem,
  steps: Steps,
  given: ReadonlyMap<string, Node> = new Map(),
): Unrolled {
  const instances = new Instances(steps, given);
  for (const e of [...system.bases, ...system.steps]) defineForward(instances, e, steps);
  const value = instances.node({ sum: [{ node: objective, letter: null, at: 0 }], axes: [] });
  return { value, members: instances.members };
}

function defineForward(instances: Instances, e: FamilyEquation, steps: Steps): void {
  const { name, index } = e.member;
  if (!e.range) {
    const at = numberOf(index ?? place(null, 0), steps);
    instances.define(name, at, { sum: [{ node: e.node, letter: null, at: 0 }], axes: e.node.axes });
    return;
  }
  const { letter } = e.range;
  for (const at of upwards(e.range, steps))
    instances.define(name, at + (index?.offset ?? 0), {
      sum: [{ node: e.node, letter, at }],
      axes: e.node.axes,
    });
}

/**
 * The formulas of a backward pass for given numbers of steps: one gradient for each member that the pass gives one.
 * @param equations of the derivation: written out or with shared parts, at the input or at the output
 * @param unrolled the forward pass for the same steps, whose members the formulas read
 * @throws RangeError where the equations do not hold for so few steps, and as `unroll`
 */
export function unrollGradient(
  derivation: FamilyDerivation,
  equations: BackwardEquations,
  steps: Steps,
  unrolled: Unrolled,
): MemberGradient[] {
  for (const [bound, least] of derivation.least) {
    if (numberOf(place(bound, 0), steps) < least)
      throw new RangeError(`the recursion holds for ${bound} ≥ ${least}`);
  }
  const instances = new Instances(steps, forwardMembers(derivation.system, steps, unrolled));
  for (const e of equations.recursion)
    for (const { left, definition } of spread(e, steps))
      instances.define(left.name, left.index?.offset ?? null, definition);
  return equations.gradients.flatMap((g) =>
    g.equations.flatMap((e) =>
      spread(e, steps).map(({ left, definition }): MemberGradient => {
        return { variable: left, gradient: instances.node(definition) };
      }),
    ),
  );
}

/** The nodes of the forward pass; members that the objective does not need are made for those formulas that read them. */
function forwardMembers(
  system: FamilySystem,
  steps: Steps,
  unrolled: Unrolled,
): ReadonlyMap<string, Node> {
  const instances = new Instances(steps, unrolled.members);
  for (const e of [...system.bases, ...system.steps]) defineForward(instances, e, steps);
  return instances.all();
}

/** An equation at each of its places. */
function spread(
  e: BackwardEquation,
  steps: Steps,
): { readonly left: Sym; readonly definition: Definition }[] {
  const { range } = e;
  if (range) {
    const at = e.left.role === 'part' ? downwards(range, steps) : upwards(range, steps);
    return at.map((l) => {
      const left = memberOf(e.left, range, l, steps);
      const sum = e.terms.map((t) => ({ node: t.node, letter: range.letter, at: l }));
      return { left, definition: { sum, axes: left.axes } };
    });
  }
  const left = memberOf(e.left, null, 0, steps);
  const sum = e.terms.flatMap(({ node, over }): Instance[] =>
    over
      ? upwards(over, steps).map((at) => ({ node, letter: over.letter, at }))
      : [{ node, letter: null, at: 0 }],
  );
  return [{ left, definition: { sum, axes: left.axes } }];
}

/** The numbers of a range that is written from its low end. */
function upwards(range: Range, steps: Steps): number[] {
  const [low, high] = [numberOf(range.from, steps), numberOf(range.to, steps)];
  if (high - low >= MAX_MEMBERS)
    throw new RangeError(`${high - low + 1} steps are too many to unroll: ${MAX_MEMBERS} at most`);
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, k) => low + k);
}

const downwards = (range: Range, steps: Steps): number[] =>
  upwards({ ...range, from: range.to, to: range.from }, steps).reverse();

/** A symbol for given numbers of steps, its letter a number: `W[2]` with the sizes n[1] and n[2]. */
export function memberOf(
  s: Sym,
  range: Pick<Range, 'letter'> | null,
  at: number,
  steps: Steps,
): Sym {
  const how = { place: (i: IndexExpr) => place(null, numberOf(i, steps, range?.letter, at)) };
  const index = s.index && how.place(s.index);
  const shape = s.shape.map((d) => renameDim(d, how));
  return symbol(s.name, shape, { index, role: s.role, properties: s.properties });
}
