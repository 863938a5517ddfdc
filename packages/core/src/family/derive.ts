import type { FamilyEquation, FamilySystem, Range } from '../elaborate/problem.ts';
import { apply } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { substitute, symbolsOf } from '../expr/walk.ts';
import { unknownGradient } from '../ops/unknown.ts';
import { atomText } from '../shape/dim.ts';
import type { Expr } from '../syntax/tree.ts';
import { cacheOfSources, sparedBy } from './cache.ts';
import type {
  BackwardEquation,
  BackwardEquations,
  BackwardPass,
  CacheEntry,
  Cotangent,
  FamilyDerivation,
  FamilyGradient,
  Saving,
} from './derivation.ts';
import { equationsOf, livesOf, partEquations, type Target } from './equations.ts';
import { leastDefined } from './least.ts';
import { FreeNames, namesIn, subscripted } from './names.ts';
import { inOrder, readsOf } from './order.ts';
import { ownValue, replaced, type ThroughOutput, throughOutput } from './output.ts';
import { intersection, type Least } from './places.ts';
import { type Contribution, type Pulled, type Source, written } from './pull.ts';
import { letterPlace } from './rename.ts';
import {
  cotangentAt,
  familyTargets,
  flowsOf,
  gradientTarget,
  type Setting,
  settingOf,
} from './setting.ts';
import {
  type DeclaredRanges,
  isMoving,
  leastSteps,
  memberAt,
  placesOf,
  readSystem,
} from './system.ts';

export interface FamilyOptions {
  /** Declared ranges of families that are given (`W[l] … for l = 1..L`), by name: uses are held to them. */
  readonly declared?: DeclaredRanges;
  /** Names that no cotangent and no part may take, besides those in the equations. */
  readonly taken?: ReadonlySet<string>;
  /** What the objective is called, `J`. */
  readonly name?: string;
  /** The objective as it was typed: mistakes in it are shown there. */
  readonly expression?: Expr;
}

/**
 * The gradients of an objective over families of equations, for a symbolic number of steps: the adjoint equations of a recurrence
 * (Griewank and Walther 2008, chapter 3; for layers, backpropagation: Rumelhart, Hinton and Williams 1986). Each equation is
 * differentiated once, in reverse mode, with the cotangent of its left side as a symbol; what it contributes to each member is
 * then collected over all equations.
 *
 * @param objective a scalar in which members at fixed places, `Z[L]`, are symbols
 * @param wanted variables; families at their letter (`W[l]`) for all members, or at one place (`W[2]`)
 * @throws MatgradError where the system has no meaning (see `readSystem`)
 */
export function deriveFamily(
  objective: Node,
  system: FamilySystem,
  wanted: readonly Sym[],
  options: FamilyOptions = {},
): FamilyDerivation {
  if (objective.axes.length > 0) throw new RangeError('only a scalar has a gradient');
  const declared = options.declared ?? new Map<string, Range>();
  const families = readSystem(objective, system, declared, options.expression);
  const objectiveName = options.name ?? 'J';
  const free = new FreeNames([
    ...namesIn(objective, system, wanted),
    ...(options.taken ?? []),
    objectiveName,
  ]);
  const setting = settingOf(objective, system, wanted, families, declared, free);
  const least = leastSteps(objective, system, families, declared);
  const write = writer(setting, objectiveName, least);
  const flows = flowsOf(setting);
  const whole = flows.map((f) => written(f, null));
  const nameOf = partNames(setting, free);
  const shared = flows.map((f) => written(f, nameOf));
  const laws = new Map(
    setting.active.flatMap((f) => f.equations).map((e) => [e, throughOutput(e)] as const),
  );
  const lawOf = ({ source }: Pulled): ThroughOutput | undefined =>
    source.equation ? laws.get(source.equation) : undefined;
  const own = (p: Pulled): Pulled =>
    p.source.equation ? replaced(p, ownValue(p.source.equation)) : p;
  const through = (p: Pulled): Pulled => {
    const law = lawOf(p);
    return law ? replaced(p, law.by) : p;
  };
  const hidden = (p: Pulled): readonly Node[] => (lawOf(p) ? [p.source.node] : []);
  const atInput = write(whole.map(own), shared.map(own), hidden);
  const used = [...laws.values()].filter(
    (law) => law && whole.some((p) => p.source.equation === law.equation && differs(p, through(p))),
  );
  const atOutput =
    used.length > 0
      ? write(whole.map(own).map(through), shared.map(own).map(through), () => [])
      : null;
  return {
    objective,
    system,
    wanted,
    cotangents: cotangentsOf(setting),
    atInput,
    atOutput,
    savings: used.flatMap((law) => (law && atOutput ? savingOf(law, atInput, atOutput) : [])),
    least,
  };
}

const differs = (a: Pulled, b: Pulled): boolean =>
  a.contributions.some((c, k) => c.node !== b.contributions[k]?.node);

function cotangentsOf(setting: Setting): Cotangent[] {
  return setting.active.flatMap((family): Cotangent[] => {
    const at = family.equations.find((e) => e.range)
      ? letterPlace(family.letter)
      : (family.equations[0]?.member.index ?? letterPlace(family.letter));
    const member = memberAt(family, at);
    const symbol = cotangentAt(setting, family, at);
    const constant = setting.constants.get(family.name) ?? null;
    return member && symbol ? [{ member, symbol, constant }] : [];
  });
}

/** `D` for the first part of the only family, `D_h`; parts of the objective are `E`. */
function partNames(setting: Setting, free: FreeNames): (source: Source, k: number) => string {
  const given = new Map<string, string>();
  const single = setting.active.length - setting.constants.size === 1;
  return ({ equation }, k) => {
    const family = equation?.member.name;
    const key = `${family ?? ''}/${k}`;
    let name = given.get(key);
    if (name === undefined) {
      const letter = family === undefined ? 'E' : 'D';
      const own = subscripted(letter, family ?? 'J');
      name = free.take(...(single || family === undefined ? [letter, own] : [own]));
      given.set(key, name);
    }
    return name;
  };
}

type Writer = (
  whole: readonly Pulled[],
  shared: readonly Pulled[],
  hidden: (p: Pulled) => readonly Node[],
) => BackwardPass;

/** Writes the equations of a backward pass. */
function writer(setting: Setting, objectiveName: string, least: Least): Writer {
  const families = familyTargets(setting);
  const show = shower(setting.objective, objectiveName);
  const equations = (all: readonly Pulled[]): BackwardEquations => {
    const contributions = all.flatMap((p) => p.contributions);
    const targetOf = targets(setting, families, contributions);
    const recursion = families.flatMap((t) => equationsOf(t, contributions, least));
    const parts = all.flatMap((p) => {
      const lives = livesOf(p, targetOf);
      return p.parts.flatMap((x) => {
        const live = lives.get(x);
        return live === undefined ? [] : partEquations(x, live);
      });
    });
    const gradients = setting.wanted.map((variable): FamilyGradient => {
      const zero = contributions.every((c) => c.to.name !== variable.name);
      const target = gradientTarget(setting, variable, contributions);
      return { variable, zero, equations: zero ? [] : equationsOf(target, contributions, least) };
    });
    const made = [...recursion, ...parts];
    const reads = readsOf([...made, ...gradients.flatMap((g) => g.equations)], made);
    for (const [end, n] of leastDefined(reads)) least.set(end, Math.max(n, least.get(end) ?? 0));
    return {
      recursion: inOrder(byFamily(recursion, parts, setting)).map(show),
      gradients: gradients.map((g) => ({ ...g, equations: g.equations.map(show) })),
    };
  };
  return (whole, shared, hidden) => {
    const contributions = shared.flatMap((p) => p.contributions);
    const targetOf = targets(setting, families, contributions);
    const passes = shared.map((pulled) => ({
      pulled,
      lives: livesOf(pulled, targetOf),
      hidden: new Set(hidden(pulled)),
    }));
    const cache = cacheOfSources(passes, setting.families, (c) =>
      readerName(c, setting, objectiveName),
    );
    return { whole: equations(whole), shared: equations(shared), cache };
  };
}

/** Where the objective is an unknown function of one member, J = ℓ(Z[L]), the function's gradient is shown as ∂J/∂Z[L]. */
function shower(objective: Node, name: string): (e: BackwardEquation) => BackwardEquation {
  const argument = objective.kind === 'apply' ? objective.args[0] : undefined;
  if (objective.kind !== 'apply' || !objective.fn || argument?.kind !== 'symbol') return (e) => e;
  const gradient = apply(unknownGradient, [argument], { ...objective.fn, order: 1 });
  const named = apply(unknownGradient, [argument], { ...objective.fn, name, order: 1 });
  const by = new Map([[gradient, named]]);
  return (e) => ({
    ...e,
    terms: e.terms.map((t) => ({ ...t, shown: substitute([t.shown], by)[0] ?? t.shown })),
  });
}

/** What a symbol's contributions are collected in. Several wanted places of one family count as all of it. */
function targets(
  setting: Setting,
  families: readonly Target[],
  contributions: readonly Contribution[],
): (name: string) => Target | undefined {
  const gradients = setting.wanted.map((v) => gradientTarget(setting, v, contributions));
  return (name) => {
    const own = families.find((t) => t.name === name);
    if (own) return own;
    const mine = gradients.filter((t) => t.name === name);
    const [first] = mine;
    if (!first?.places) return first;
    return { ...first, places: mine.flatMap((t) => t.places ?? []) };
  };
}

/** Each family's cotangents and then its parts; the objective's parts first. */
function byFamily(
  recursion: readonly BackwardEquation[],
  parts: readonly BackwardEquation[],
  setting: Setting,
): BackwardEquation[] {
  const owner = new Map(setting.active.map((f) => [setting.names.get(f.name), f.name]));
  const isOf = (e: BackwardEquation, family: string): boolean => owner.get(e.left.name) === family;
  const grouped = setting.active.flatMap((f) => recursion.filter((e) => isOf(e, f.name)));
  return [...parts.filter((p) => p.range === null), ...grouped, ...parts.filter((p) => p.range)];
}

function readerName(c: Contribution, setting: Setting, objectiveName: string): string {
  const family = setting.names.get(c.to.name);
  const range = c.source.range;
  if (family !== undefined) {
    const index = isMoving(c.to, range) || !range ? c.to.index : null;
    return atomText(family, index).replace('-', '−');
  }
  return setting.wanted
    .filter((w) => w.name === c.to.name)
    .map((w) => `∂${objectiveName}/∂${atomText(w.name, w.index)}`.replace('-', '−'))
    .join(', ');
}

function savingOf(law: ThroughOutput, atInput: BackwardPass, atOutput: BackwardPass): Saving[] {
  const { equation, argument, name, slope } = law;
  const below = new Set<Node>([argument, ...symbolsOf([argument])]);
  const spared = sparedBy(atOutput.cache, atInput.cache).filter((e) => below.has(e.node));
  const added = sparedBy(atInput.cache, atOutput.cache).filter((e) => isMemberOf(e, equation));
  return [{ member: equation.member, name, slope, spared, added }];
}

/** Whether something kept is what an equation defines. */
function isMemberOf({ node, run }: CacheEntry, equation: FamilyEquation): boolean {
  if (node.kind !== 'symbol' || node.name !== equation.member.name || !node.index) return false;
  const at = run ?? { from: node.index, to: node.index };
  return intersection([at], [placesOf(equation)]).length > 0;
}

/** The equations of a recursion that some others need, in order. */
export function recursionFor(
  equations: readonly BackwardEquation[],
  recursion: readonly BackwardEquation[],
): BackwardEquation[] {
  const needed = new Set<string>();
  const visit = (e: BackwardEquation): void => {
    for (const s of symbolsOf(e.terms.map((t) => t.node))) {
      if (s.role !== 'part' || needed.has(s.name)) continue;
      needed.add(s.name);
      for (const r of recursion) if (r.left.name === s.name) visit(r);
    }
  };
  for (const e of equations) visit(e);
  return recursion.filter((r) => needed.has(r.left.name));
}
