import type { FamilyEquation, FamilySystem } from '../elaborate/problem.ts';
import { ones, symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import { dimAtoms, type IndexExpr } from '../shape/dim.ts';
import { isOneR } from '../shape/rational.ts';
import { arrival, type Target } from './equations.ts';
import { type FreeNames, subscripted } from './names.ts';
import { type Interval, place, samePlace, union } from './places.ts';
import { type Contribution, type Flow, flowOf, type Source, written } from './pull.ts';
import { letterPlace, symbolAt } from './rename.ts';
import {
  type DeclaredRanges,
  type Families,
  type Family,
  isMoving,
  isOnePlace,
  memberAt,
  placesOf,
} from './system.ts';

/** Which equations take part in a derivation, and under which names: what is settled before formulas are written. */
export interface Setting {
  readonly objective: Node;
  readonly families: Families;
  readonly wanted: readonly Sym[];
  readonly declared: DeclaredRanges;
  /** Families between the wanted variables and the objective, last computed first. */
  readonly active: readonly Family[];
  /** The names of their cotangents. */
  readonly names: ReadonlyMap<string, string>;
  /** Cotangents that are the same at every place. */
  readonly constants: ReadonlyMap<string, Node>;
}

export function settingOf(
  objective: Node,
  system: FamilySystem,
  wanted: readonly Sym[],
  families: Families,
  declared: DeclaredRanges,
  free: FreeNames,
): Setting {
  const active = activeFamilies(objective, system, wanted, families);
  const base = { objective, families, wanted, declared, active };
  const provisional = new Map(active.map((f) => [f.name, `#${f.name}`]));
  const constants = constantsOf({ ...base, names: provisional, constants: new Map() });
  const running = active.filter((f) => !constants.has(f.name));
  const single = running.length === 1;
  const names = new Map(
    active.map((f) => {
      const own = subscripted('G', f.name);
      return [f.name, constants.has(f.name) ? own : free.take(...(single ? ['G', own] : [own]))];
    }),
  );
  return { ...base, names, constants };
}

/** The families that depend on a wanted variable and on which the objective depends, last computed first. */
function activeFamilies(
  objective: Node,
  system: FamilySystem,
  wanted: readonly Sym[],
  families: Families,
): Family[] {
  const equations = [...system.bases, ...system.steps];
  const uses = (n: Node): string[] => symbolsOf([n]).map((s) => s.name);
  const varied = new Set(wanted.map((w) => w.name));
  for (let grown = true; grown; ) {
    const next = equations.find(
      (e) => !varied.has(e.member.name) && uses(e.node).some((u) => varied.has(u)),
    );
    if (next) varied.add(next.member.name);
    grown = next !== undefined;
  }
  const useful = new Set(uses(objective));
  for (const name of useful)
    for (const e of families.get(name)?.equations ?? [])
      for (const u of uses(e.node)) useful.add(u);
  const backwards = [...system.bases, ...system.steps].map((e) => e.member.name).reverse();
  return [...new Set(backwards)]
    .filter((n) => varied.has(n) && useful.has(n))
    .flatMap((n) => families.get(n) ?? []);
}

/** The cotangent of a family's member: `G[l]`. */
export function cotangentAt(setting: Setting, family: Family, at: IndexExpr): Sym | undefined {
  const member = memberAt(family, at);
  return (
    member &&
    symbol(setting.names.get(family.name) ?? 'G', member.shape, { index: at, role: 'part' })
  );
}

const isTarget =
  (setting: Setting) =>
  (s: Sym): boolean =>
    setting.active.some((f) => f.name === s.name) || setting.wanted.some((w) => w.name === s.name);

/** The objective, and the equations of active families in which a wanted variable or an active family occurs. */
export function sourcesOf(setting: Setting): Source[] {
  const objective: Source = {
    equation: null,
    node: setting.objective,
    range: null,
    cotangent: ones([]),
  };
  const targeted = isTarget(setting);
  const sources = setting.active.flatMap((family) =>
    family.equations
      .filter((e) => symbolsOf([e.node]).some(targeted))
      .map((equation): Source => {
        const { node, range, member } = equation;
        const at = range ? letterPlace(range.letter) : (member.index ?? place(null, 0));
        const constant = setting.constants.get(family.name);
        const cotangent = constant ?? cotangentAt(setting, family, at) ?? member;
        return { equation, node, range, cotangent };
      }),
  );
  return [objective, ...sources];
}

/** All that flows back, source by source. */
export const flowsOf = (setting: Setting): Flow[] =>
  sourcesOf(setting).map((s) => flowOf(s, isTarget(setting)));

/** Where a family's cotangent is needed: at the places whose equations pass it on. */
const neededPlaces = (setting: Setting, family: Family): Interval[] =>
  union(
    family.equations
      .filter((e: FamilyEquation) => symbolsOf([e.node]).some(isTarget(setting)))
      .map(placesOf),
  );

/** The cotangents to be collected. */
export const familyTargets = (setting: Setting): Target[] =>
  setting.active
    .filter((f) => !setting.constants.has(f.name))
    .map((family) => ({
      name: family.name,
      letter: family.letter,
      places: neededPlaces(setting, family),
      backwards: true,
      at: (p) => {
        const of = memberAt(family, p) ?? null;
        return { left: cotangentAt(setting, family, p) ?? missing(family, p), of };
      },
    }));

function missing(family: Family, p: IndexExpr): never {
  throw new RangeError(`${family.name} has no member at ${p.variable ?? ''}${p.offset}`);
}

/** The gradient to be collected for a wanted variable. */
export function gradientTarget(
  setting: Setting,
  variable: Sym,
  contributions: readonly Contribution[],
): Target {
  const { name, index } = variable;
  const single = isOnePlace(
    index,
    [...setting.families.values()].flatMap((f) => f.equations),
  );
  const letter = index?.variable ?? 'l';
  const range = setting.declared.get(name);
  const reached = contributions.filter((c) => c.to.name === name).map(arrival);
  const places =
    index === null
      ? null
      : single
        ? [{ from: index, to: index }]
        : range
          ? [{ from: range.from, to: range.to }]
          : union(reached);
  return {
    name,
    letter,
    places,
    backwards: false,
    at: (p) => ({ left: index && !single ? symbolAt(variable, letter, p) : variable, of: null }),
  };
}

/**
 * Families that only add up, `S[t] = S[t−1] + …` with J a function of S[T] alone: the cotangent is passed on unchanged, so that it is
 * the same number at every place, and no equation is needed for it. One that adds up another's sums comes after it.
 */
function constantsOf(start: Setting): Map<string, Node> {
  const constants = new Map<string, Node>();
  for (let again = true; again; ) {
    again = false;
    const setting = { ...start, constants };
    const adding = setting.active.filter((f) => !constants.has(f.name) && addsUp(f));
    if (adding.length === 0) break;
    const contributions = flowsOf(setting).flatMap((f) => written(f, null).contributions);
    for (const family of adding) {
      const value = constantOf(setting, family, contributions);
      if (!value) continue;
      constants.set(family.name, value);
      again = true;
      break;
    }
  }
  return constants;
}

/** Whether a family's step is its last member plus something: `S[t−1] + …`. */
const addsUp = (family: Family): boolean =>
  family.equations.some(
    ({ node, range }) =>
      node.kind === 'sum' &&
      node.terms.some(
        (t) =>
          t.node.kind === 'symbol' &&
          t.node.name === family.name &&
          isOneR(t.coefficient) &&
          isMoving(t.node, range),
      ),
  );

function constantOf(
  setting: Setting,
  family: Family,
  contributions: readonly Contribution[],
): Node | undefined {
  const mine = contributions.filter((c) => c.to.name === family.name);
  const last = neededPlaces(setting, family).at(-1)?.to;
  const [direct, ...others] = mine.filter((c) => c.source.equation?.member.name !== family.name);
  const own = mine.filter((c) => c.source.equation?.member.name === family.name);
  const passedOn = own.every(
    (c) => c.source.range !== null && c.to.index?.offset === -1 && c.node === c.source.cotangent,
  );
  if (!direct || !last || others.length > 0 || own.length !== 1 || !passedOn) return undefined;
  const atEnd = direct.source.range === null && samePlace(arrival(direct).to, last);
  return atEnd && isFixed(direct.node) ? direct.node : undefined;
}

/** Made of numbers and dimensions that are the same at every place. */
const isFixed = (n: Node): boolean =>
  n.axes.every((d) => dimAtoms(d).every((a) => a.index === null)) &&
  symbolsOf([n]).every((s) => s.role === 'constant' || (s.role === 'dimension' && !s.index));
