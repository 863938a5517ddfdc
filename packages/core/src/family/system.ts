import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { FamilyEquation, FamilySystem, Range } from '../elaborate/problem.ts';
import type { Node, Sym } from '../expr/node.ts';
import { postorder, symbolsOf } from '../expr/walk.ts';
import type { IndexExpr } from '../shape/dim.ts';
import { atomText, dimAtoms, indexText } from '../shape/dim.ts';
import type { Expr, NameExpr } from '../syntax/tree.ts';
import { nameUses } from '../syntax/used.ts';
import { leastDefined } from './least.ts';
import type { Interval, Least } from './places.ts';
import { covers, difference, intersection, moved, place, samePlace, union } from './places.ts';
import { symbolAt } from './rename.ts';

/** A family that equations define: `Z[0] = X`, `Z[l] = σ(Z[l−1] W[l])`. */
export interface Family {
  readonly name: string;
  /** The letter of its steps. */
  readonly letter: string;
  readonly equations: readonly FamilyEquation[];
  /** Where its members are defined. */
  readonly places: readonly Interval[];
}

export type Families = ReadonlyMap<string, Family>;

/** Declared ranges of families that are given: `W` → `l = 1..L`. */
export type DeclaredRanges = ReadonlyMap<string, Range>;

/** The places at which an equation defines members. */
export const placesOf = (e: FamilyEquation): Interval =>
  e.range ?? { from: placeOf(e.member), to: placeOf(e.member) };

const placeOf = (s: Sym): IndexExpr => s.index ?? place(null, 0);

/** Whether a symbol stands at the letter of a range: `W[l−1]` in a step for l. */
export const isMoving = (s: Sym, range: Range | null): boolean =>
  range !== null && s.index?.variable === range.letter;

/** Whether a place is that of one member, `2` or the end `L`, and no letter that stands for all. */
export const isOnePlace = (
  index: IndexExpr | null,
  equations: readonly FamilyEquation[],
): index is IndexExpr =>
  index !== null &&
  (index.variable === null ||
    equations.some(({ range }) =>
      [range?.from, range?.to].some((end) => end?.variable === index.variable),
    ));

/** The member of a family at a place. */
export function memberAt(family: Family, at: IndexExpr): Sym | undefined {
  const step = family.equations.find((e) => e.range !== null);
  if (step?.range) return symbolAt(step.member, step.range.letter, at);
  const base = family.equations.find((e) => e.member.index?.offset === at.offset);
  return base?.member;
}

/** Symbols of a formula that have places, `Z[l−1]`, `W[l]`; dimensions aside. */
export const members = (node: Node): Sym[] =>
  symbolsOf([node]).filter((s) => s.index !== null && s.role === 'variable');

/**
 * The families of a system, after it was made sure that every member in use is defined, once, and before it is used.
 * @throws MatgradError `index-out-of-range`, `defined-twice`, `circular-definition`, `later-member`, `two-ranges`, `letter-as-size`,
 * `family-and-variable`
 */
export function readSystem(
  objective: Node,
  system: FamilySystem,
  declared: DeclaredRanges = new Map(),
  expression: Expr | null = null,
): Families {
  const families = new Map<string, Family>();
  const all = [...system.bases, ...system.steps];
  for (const e of all) {
    const { name } = e.member;
    const equations = [...(families.get(name)?.equations ?? []), e];
    const letter = equations.find((x) => x.range)?.range?.letter ?? 'l';
    families.set(name, { name, letter, equations, places: [] });
  }
  oneBound(objective, all, declared);
  for (const f of families.values()) families.set(f.name, { ...f, places: definedOnce(f) });
  for (const e of all) {
    refuseLetterAsSize(e);
    // the nearest look-back first: it is the first to run out
    const uses = members(e.node).sort((a, b) => placeOf(b).offset - placeOf(a).offset);
    for (const s of uses) checkUse(s, e, e.expr, families, declared);
  }
  for (const s of members(objective)) checkUse(s, null, expression, families, declared);
  refuseTwoKinds(objective, all);
  return families;
}

/** A name is a family or it is not. */
function refuseTwoKinds(objective: Node, all: readonly FamilyEquation[]): void {
  const indexed = new Map<string, boolean>();
  for (const e of [...all, null]) {
    for (const s of symbolsOf([e ? e.node : objective])) {
      if (s.role !== 'variable') continue;
      const had = indexed.get(s.name) ?? s.index !== null;
      if (had !== (s.index !== null))
        fail('family-and-variable', `${s.name} is used with a place and without`, e);
      indexed.set(s.name, had);
    }
  }
}

function fail(
  code: string,
  message: string,
  e: Pick<FamilyEquation, 'expr'> | null,
  notes: string[] = [],
): never {
  const labels = e ? [{ start: e.expr.span.start, end: e.expr.span.end, text: '' }] : [];
  throw new MatgradError({ severity: 'error', code, message, labels, notes });
}

/** Where a member is used as it was typed. */
const usesOf = (s: Sym, typed: Expr): NameExpr[] =>
  nameUses(typed).filter((n) => n.name === s.name && n.index && samePlace(n.index, placeOf(s)));

/** Places of one family hang on one name only (`L`), or no order of them is known. */
function oneBound(objective: Node, all: readonly FamilyEquation[], declared: DeclaredRanges): void {
  const bounds = new Map<string, string>();
  const note = (family: string, p: IndexExpr, e: FamilyEquation | null): void => {
    if (p.variable === null) return;
    const had = bounds.get(family);
    if (had !== undefined && had !== p.variable) {
      fail(
        'two-ranges',
        `members of ${family} are counted to ${had} and to ${p.variable}: which comes first is not known`,
        e,
      );
    }
    bounds.set(family, p.variable);
  };
  for (const [name, r] of declared) {
    note(name, r.from, null);
    note(name, r.to, null);
  }
  for (const e of all) {
    const at = placesOf(e);
    note(e.member.name, at.from, e);
    note(e.member.name, at.to, e);
    for (const s of members(e.node)) {
      if (!isMoving(s, e.range)) note(s.name, placeOf(s), e);
      else if (e.range) note(s.name, e.range.to, e);
    }
  }
  for (const s of members(objective)) note(s.name, placeOf(s), null);
}

function definedOnce(family: Family): Interval[] {
  let places: Interval[] = [];
  for (const e of family.equations) {
    const here = placesOf(e);
    const [again] = intersection(places, [here]);
    if (again) {
      fail('defined-twice', `${atomText(family.name, again.from)} is defined twice`, e, [
        'each member has one equation: begin the range of the step behind the bases',
      ]);
    }
    places = union([...places, here]);
  }
  return places;
}

/** A letter has no size: `X: l×n` would be another shape at each step. */
function refuseLetterAsSize(e: FamilyEquation): void {
  const letter = e.range?.letter;
  if (letter === undefined) return;
  for (const node of postorder([e.node])) {
    const dims = node.kind === 'contract' ? node.extents : node.axes;
    const bad = dims.find((d) => dimAtoms(d).some((a) => a.index === null && a.name === letter));
    if (bad) fail('letter-as-size', `${letter} counts the steps and cannot be a size`, e);
  }
}

/** The least numbers of steps for which every member in use is there. */
export function leastSteps(
  objective: Node,
  system: FamilySystem,
  families: Families,
  declared: DeclaredRanges,
): Least {
  const sources = [...system.bases, ...system.steps, null];
  return leastDefined(
    sources.flatMap((e) =>
      members(e ? e.node : objective).flatMap((s) => {
        const defined = definedPlaces(s, families, declared);
        return defined ? [{ used: usedPlaces(s, e?.range ?? null), defined }] : [];
      }),
    ),
  );
}

function definedPlaces(
  s: Sym,
  families: Families,
  declared: DeclaredRanges,
): readonly Interval[] | undefined {
  const range = declared.get(s.name);
  return families.get(s.name)?.places ?? (range && [range]);
}

/** One use of a member, in an equation or (null) in the objective. */
function checkUse(
  s: Sym,
  e: FamilyEquation | null,
  typed: Expr | null,
  families: Families,
  declared: DeclaredRanges,
): void {
  const limits = definedPlaces(s, families, declared);
  const used = usedPlaces(s, e?.range ?? null);
  if (limits && !covers(limits, used)) outOfRange(s, e, typed, used, limits);
  if (!families.has(s.name) || !e) return;
  const moving = isMoving(s, e.range);
  const offset = placeOf(s).offset;
  if (moving && offset < 0) return;
  const back = moving && offset === 0 ? sameplaceUses : allUses;
  for (const target of definers(s, e, families)) {
    if (!reaches(target, e, families, back)) continue;
    const [left, right] = [e.member, s].map((x) => atomText(x.name, x.index));
    if (back === sameplaceUses)
      fail('circular-definition', `${left} and ${right} need each other at the same place`, e);
    fail('later-member', `${left} uses ${right}, which comes after it`, e, [
      'steps go forwards: each is computed from earlier places',
    ]);
  }
}

/** The places that a symbol stands for while its letter runs through a range. */
const usedPlaces = (s: Sym, range: Range | null): Interval =>
  isMoving(s, range) && range
    ? { from: moved(range.from, placeOf(s).offset), to: moved(range.to, placeOf(s).offset) }
    : { from: placeOf(s), to: placeOf(s) };

/** The equations that define what a symbol of an equation stands for. */
function definers(s: Sym, e: FamilyEquation, families: Families): FamilyEquation[] {
  const used = [usedPlaces(s, e.range)];
  const all = families.get(s.name)?.equations ?? [];
  return all.filter((x) => intersection([placesOf(x)], used).length > 0);
}

type Uses = (e: FamilyEquation) => readonly Sym[];
const allUses: Uses = (e) => members(e.node);
const sameplaceUses: Uses = (e) =>
  members(e.node).filter((s) => isMoving(s, e.range) && s.index?.offset === 0);

/** Whether one equation is computed, directly or through others, from another (or is that one). */
function reaches(
  from: FamilyEquation,
  to: FamilyEquation,
  families: Families,
  uses: Uses,
): boolean {
  const seen = new Set<FamilyEquation>();
  const open = [from];
  for (let e = open.pop(); e; e = open.pop()) {
    if (e === to) return true;
    if (seen.has(e)) continue;
    seen.add(e);
    for (const s of uses(e)) open.push(...definers(s, e, families));
  }
  return false;
}

function outOfRange(
  s: Sym,
  e: FamilyEquation | null,
  typed: Expr | null,
  used: Interval,
  limits: readonly Interval[],
): never {
  const [missing = used] = difference([used], limits);
  const member = atomText(s.name, missing.from);
  const range = e?.range ?? null;
  const first = isMoving(s, range) && range ? moved(missing.from, -placeOf(s).offset) : null;
  const where =
    first && range
      ? `${atomText(s.name, s.index)} at ${range.letter} = ${indexText(first)} is ${member}`
      : atomText(s.name, s.index);
  const known = limits
    .map(({ from, to }) => [...new Set([indexText(from), indexText(to)])].join('..'))
    .join(', ');
  fail(
    'index-out-of-range',
    first ? `${where}, which is not defined` : `${where} is not defined`,
    typed && { expr: usesOf(s, typed)[0] ?? typed },
    known ? [`${s.name} has members ${known}`] : [],
  );
}
