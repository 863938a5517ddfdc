import type { IndexExpr } from '../shape/dim.ts';
import { atomText } from '../shape/dim.ts';
import { toNumber } from '../shape/rational.ts';
import { num } from '../syntax/make.ts';
import type { CallExpr, Expr } from '../syntax/tree.ts';
import type { MistakeClass } from './examination.ts';
import { visited } from './visit.ts';

/** A claim with one slip undone. */
export interface Undone {
  readonly expr: Expr;
  readonly class: MistakeClass;
  readonly text: string;
}

const SHIFTS = [-1, 1, -2, 2];
const MAX_UNDONE = 80;

/**
 * What a claim whose shapes do not fit may have been meant as: one member at another place, `Z[l−1]` for `Z[l]`, also where it stands
 * more than once; a sum along the other axis.
 * @param letter of the step, null where there is none
 */
export function undone(e: Expr, letter: string | null): Undone[] {
  const moved =
    letter === null ? [] : [...otherPlaces(e, letter), ...callsAtOtherPlaces(e, letter)];
  return [...otherAxes(e), ...moved].slice(0, MAX_UNDONE);
}

/** Every place within one call a step on or back: `σ′(Z[l] W[l+1])` for `σ′(Z[l−1] W[l])`. */
function callsAtOtherPlaces(e: Expr, letter: string): Undone[] {
  const calls: CallExpr[] = [];
  visited(e, { call: (c) => (calls.push(c), c) });
  return [1, -1].flatMap((by) =>
    calls.map((chosen, k): Undone => {
      let at = -1;
      const place = (_: string, index: IndexExpr): IndexExpr =>
        index.variable === letter ? { ...index, offset: index.offset + by } : index;
      const call = (c: CallExpr): Expr => {
        at += 1;
        if (at !== k) return c;
        const moved = visited(c, { place });
        return moved.kind === 'call' ? moved : c;
      };
      const text = `the index of a layer is wrong: in ${chosen.name}(…) all places are one too ${by > 0 ? 'low' : 'high'}`;
      return { expr: visited(e, { call }), class: 'wrong-layer', text };
    }),
  );
}

function otherAxes(e: Expr): Undone[] {
  const along: CallExpr[] = [];
  const turned = (only: number): Expr => {
    along.length = 0;
    return visited(e, { call: (c) => (along.push(c) - 1 === only ? otherAxis(c) : c) });
  };
  turned(-1);
  return along.flatMap((c, k) =>
    c.options.length === 0
      ? []
      : [{ expr: turned(k), class: 'wrong-axis', text: `${c.name} runs along the wrong axis` }],
  );
}

const otherAxis = (c: CallExpr): CallExpr => ({
  ...c,
  options: c.options.map((o) =>
    o.value.kind === 'number' ? { ...o, value: num(1 - toNumber(o.value.value)) } : o,
  ),
});

function otherPlaces(e: Expr, letter: string): Undone[] {
  const found: { readonly name: string; readonly index: IndexExpr }[] = [];
  const moving = (index: IndexExpr): boolean => index.variable === letter;
  visited(e, {
    place: (name, index) => {
      if (moving(index)) found.push({ name, index });
      return index;
    },
  });
  const key = (k: number): string => atomText(found[k]?.name ?? '', found[k]?.index ?? null);
  return SHIFTS.flatMap((by) =>
    found.flatMap(({ name, index }, k) => {
      const to = { variable: letter, offset: index.offset + by };
      const alike = found.flatMap((_, j) => (key(j) === key(k) ? [j] : []));
      const groups = alike.length > 1 && alike[0] === k ? [alike, [k]] : [[k]];
      return groups.map((group): Undone => {
        let at = -1;
        const place = (_: string, old: IndexExpr): IndexExpr => {
          if (moving(old)) at += 1;
          return moving(old) && group.includes(at) ? to : old;
        };
        const text = `the index of a layer is wrong: ${atomText(name, to)}, not ${atomText(name, index)}`;
        return {
          expr: visited(e, { place }),
          class: 'wrong-layer',
          text: text.replaceAll('-', '−'),
        };
      });
    }),
  );
}
