import { arrayOf, branchesOf } from '../derive/differential.ts';
import type { Rule } from '../derive/rules.ts';
import type { Apply, Node, Sym } from '../expr/node.ts';
import type { Entries } from '../notation/entries.ts';
import type { Entry, Letter } from '../notation/entry.ts';
import { lettersOf, numberOf, powerOf, productOf, sumOf, totalOf } from '../notation/entry-make.ts';
import { mapEntry, withoutDeltas } from '../notation/entry-walk.ts';
import { addR, eqR, MINUS_ONE, ONE, ZERO } from '../shape/rational.ts';

/** The rules of derivatives in index notation. */
export const INDEX = {
  entries: { name: 'in entries', law: '(AB)[i,j] = Σₖ A[i,k] B[k,j]' },
  linear: {
    name: 'linear',
    law: '∂ Σⱼ (c a + b) = Σⱼ (c ∂a + ∂b), and ∂b = 0 where b is constant',
  },
  product: { name: 'product', law: '∂(a b) = ∂a b + a ∂b' },
  power: { name: 'power', law: '∂ aᵏ = k aᵏ⁻¹ ∂a' },
  eliminate: { name: 'sum over δ', law: 'Σⱼ δ[j,p] a[j] = a[p]' },
  collect: { name: 'collect', law: 'like terms and common factors together' },
  matrices: { name: 'back to matrices', law: 'Σₖ A[i,k] B[k,j] = (AB)[i,j], and A[j,i] = Aᵀ[i,j]' },
} as const satisfies Readonly<Record<string, Rule>>;

/** What a derivation in entries is about. */
export interface IndexSetting {
  readonly entries: Entries;
  readonly variable: Sym;
  /** The letters of the variable's entry: the p, q of ∂J/∂X[p,q]. */
  readonly at: readonly Letter[];
  /** Nodes that depend on the variable. */
  readonly active: ReadonlySet<Node>;
}

/** Takes every derivative in an entry one function further. @param rules gets the rules that were used */
export function expandDerivatives(e: Entry, setting: IndexSetting, rules: Set<Rule>): Entry {
  const reach = [...lettersIn(e)];
  const go = (x: Entry): Entry =>
    x.kind === 'derivative'
      ? isLeaf(x.of, setting)
        ? x
        : derivative(x.of, setting, rules, reach, true)
      : mapEntry(x, go);
  const found = withoutDeltas(go(e));
  if (rules.size === 0) rules.add(INDEX.linear);
  return found;
}

/** Whether derivatives of more than the variable's own entries are left. */
export function isOpen(e: Entry, setting: IndexSetting): boolean {
  let open = false;
  const look = (x: Entry): Entry => {
    if (x.kind === 'derivative') open ||= !isLeaf(x.of, setting);
    else mapEntry(x, look);
    return x;
  };
  look(e);
  return open;
}

const isLeaf = (e: Entry, { variable }: IndexSetting): boolean =>
  e.kind === 'entry' && e.node === variable;

/** Derivatives of the variable's own entries are Kronecker's δ. */
export function withKronecker(e: Entry, setting: IndexSetting): Entry {
  const go = (x: Entry): Entry => {
    if (x.kind !== 'derivative' || x.of.kind !== 'entry') return mapEntry(x, go);
    const deltas = x.of.letters.map((l, k): Entry => {
      const p = setting.at[k] as Letter;
      return l === p ? numberOf(ONE) : { kind: 'delta', letters: [l, p] };
    });
    return productOf(deltas);
  };
  return go(e);
}

/** `∂X[i,j]/∂X[p,q] = δ[i,p] δ[j,q]`. */
export function kroneckerRule({ variable, at, entries }: IndexSetting): Rule {
  const letters = entries.letters.all(variable.axes, at);
  const places = (ls: readonly Letter[]): string =>
    ls.length === 0 ? '' : `[${ls.map((l) => l.name).join(',')}]`;
  const deltas = letters.map((l, k) => `δ[${l.name},${at[k]?.name}]`);
  const x = variable.name;
  return {
    name: 'Kronecker δ',
    law: `∂${x}${places(letters)}/∂${x}${places(at)} = ${deltas.join(' ') || '1'}`,
  };
}

/** Letters anywhere in an entry, also those that are summed. */
function lettersIn(e: Entry): Set<Letter> {
  const found = lettersOf(e);
  const look = (x: Entry): Entry => {
    for (const l of lettersOf(x)) found.add(l);
    if (x.kind === 'total') for (const l of x.over) found.add(l);
    if (x.kind === 'derivative') look(x.of);
    else mapEntry(x, look);
    return x;
  };
  look(e);
  return found;
}

function dependsOn(e: Entry, setting: IndexSetting): boolean {
  switch (e.kind) {
    case 'number':
    case 'delta':
      return false;
    case 'entry':
      return setting.active.has(e.node);
    case 'total':
      return dependsOn(e.of, setting);
    case 'product':
      return e.factors.some((f) => dependsOn(f, setting));
    case 'sum':
      return e.terms.some((t) => dependsOn(t.of, setting));
    case 'power':
      return dependsOn(e.base, setting);
    case 'apply':
      return e.args.some((a) => dependsOn(a, setting));
    case 'derivative':
      return true;
  }
}

function derivative(
  e: Entry,
  setting: IndexSetting,
  rules: Set<Rule>,
  reach: readonly Letter[],
  first = false,
): Entry {
  const go = (x: Entry): Entry => derivative(x, setting, rules, reach);
  const later = (of: Entry): Entry => ({
    kind: 'derivative',
    of,
    by: setting.variable,
    at: setting.at,
  });
  if (!dependsOn(e, setting)) return numberOf(ZERO);
  switch (e.kind) {
    case 'number':
    case 'delta':
    case 'derivative':
      return numberOf(ZERO);
    case 'entry': {
      if (!first) return later(e);
      const inside = setting.entries.inside(e.node, e.letters, reach);
      if (inside.kind !== 'entry' || inside.node !== e.node) return go(inside);
      return ofArray(e.node as Apply, e.letters, setting, rules, reach);
    }
    case 'total':
      return totalOf(e.over, go(e.of));
    case 'product': {
      const moving = e.factors.filter((f) => dependsOn(f, setting));
      rules.add(moving.length > 1 ? INDEX.product : INDEX.linear);
      return sumOf(
        moving.map((f) => ({
          coefficient: ONE,
          of: productOf(e.factors.map((x) => (x === f ? go(f) : x))),
        })),
      );
    }
    case 'sum':
      rules.add(INDEX.linear);
      return sumOf(e.terms.map((t) => ({ ...t, of: go(t.of) })));
    case 'power': {
      rules.add(INDEX.power);
      const lower = addR(e.exponent, MINUS_ONE);
      const outer = eqR(lower, ZERO) ? numberOf(ONE) : powerOf(e.base, lower);
      return productOf([numberOf(e.exponent), outer, later(e.base)]);
    }
    case 'apply': {
      const { op } = e.node;
      rules.add({ name: `chain: ${e.node.fn?.name ?? op.name}`, law: op.law });
      if (op.mode !== 'elementwise') return numberOf(ZERO);
      return sumOf(
        e.args.flatMap((arg, slot) => {
          const partial = dependsOn(arg, setting) ? op.partial(e.node, slot) : undefined;
          if (!partial) return [];
          const slope = setting.entries.of(
            partial,
            partial.axes.length === 0 ? [] : e.letters,
            reach,
          );
          return [{ coefficient: ONE, of: productOf([slope, later(arg)]) }];
        }),
      );
    }
  }
}

/** Σ over the entries of the argument of a function of an array. */
function ofArray(
  node: Apply,
  letters: readonly Letter[],
  setting: IndexSetting,
  rules: Set<Rule>,
  reach: readonly Letter[],
): Entry {
  rules.add({ name: `chain: ${node.fn?.name ?? node.op.name}`, law: node.op.law });
  return sumOf(
    branchesOf(node, setting.active).map((b) => {
      const inner = setting.entries.letters.all(b.child.axes, reach);
      const around = [...reach, ...inner];
      const slope = setting.entries.of(arrayOf(b), [...letters, ...inner], around);
      const of = setting.entries.of(b.child, inner, around);
      const step: Entry = { kind: 'derivative', of, by: setting.variable, at: setting.at };
      return { coefficient: ONE, of: totalOf(inner, productOf([slope, step])) };
    }),
  );
}
