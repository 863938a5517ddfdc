import type { FamilySystem } from '../elaborate/problem.ts';
import type { Node, Sym } from '../expr/node.ts';
import { postorder } from '../expr/walk.ts';
import { dimAtoms } from '../shape/dim.ts';

/** Gives out names that nothing else has. */
export class FreeNames {
  private readonly taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.taken = new Set(taken);
  }

  /** The first of the candidates that is free, else the last with a number behind it. */
  take(...candidates: readonly string[]): string {
    const free = candidates.find((n) => !this.taken.has(n));
    const base = candidates[candidates.length - 1] ?? 'G';
    let name = free ?? base;
    for (let k = 1; this.taken.has(name); k++) name = `${base}${k}`;
    this.taken.add(name);
    return name;
  }
}

/** `G_h`, `G_out` for a family `h`, `W_out`: one subscript, without signs. */
export const subscripted = (letter: string, family: string): string =>
  `${letter}_${family.replaceAll('_', '')}`;

/** Every name in a problem: variables, dimensions, functions, letters and ends of ranges. */
export function namesIn(
  objective: Node,
  system: FamilySystem,
  wanted: readonly Sym[],
): ReadonlySet<string> {
  const names = new Set<string>();
  const equations = [...system.bases, ...system.steps];
  for (const { member, range } of equations) {
    names.add(member.name);
    if (range) names.add(range.letter);
    for (const end of range ? [range.from, range.to] : [])
      if (end.variable !== null) names.add(end.variable);
  }
  for (const node of postorder([objective, ...wanted, ...equations.map((e) => e.node)])) {
    if (node.kind === 'symbol') {
      names.add(node.name);
      const letter = node.index?.variable ?? null;
      if (letter !== null) names.add(letter);
    }
    if (node.kind === 'apply' && node.fn) names.add(node.fn.name);
    for (const d of node.kind === 'contract' ? node.extents : node.axes)
      for (const a of dimAtoms(d)) names.add(a.name);
  }
  return names;
}
