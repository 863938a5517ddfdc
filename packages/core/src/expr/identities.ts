import type { Node } from './node.ts';
import type { Work } from './work.ts';

/** Σⱼ δᵢⱼ Aⱼₖ = Aᵢₖ: identities vanish unless both their indices are the result's. */
export function contractDeltas(
  work: Work,
  out: readonly number[],
  isSymmetric: (n: Node) => boolean,
): void {
  for (let again = true; again; ) {
    again = false;
    for (let k = 0; k < work.operands.length; k++) {
      const o = work.operands[k];
      if (o?.node.kind !== 'delta') continue;
      const [i = -1, j = -1] = o.indices;
      const rest = work.operands.filter((_, n) => n !== k);
      if (i === j) {
        work.operands = rest;
        again = true;
        break;
      }
      const [from, to] = !out.includes(j)
        ? [j, i]
        : !out.includes(i)
          ? [i, j]
          : out.indexOf(i) < out.indexOf(j)
            ? [j, i]
            : [i, j];
      const kept = out.includes(i) && out.includes(j);
      if (kept && !rest.some((r) => r.indices.includes(from))) continue;
      work.operands = rest.map((r) =>
        r.indices.includes(from)
          ? { ...r, indices: r.indices.map((ix) => (ix === from ? to : ix)) }
          : r,
      );
      if (kept) work.operands.push(o);
      else work.extents.delete(from);
      again = true;
      break;
    }
  }
  // a second δ on the same two indices adds nothing; after renaming, symmetric operands are put in order again
  work.operands = work.operands.map((o) =>
    o.indices.length === 2 && isSymmetric(o.node)
      ? { ...o, indices: [...o.indices].sort((a, b) => a - b) }
      : o,
  );
}
