import { inlineParts, reverse } from '../derive/reverse.ts';
import type { FamilyEquation, FamilySystem, Problem } from '../elaborate/problem.ts';
import { familyDerivationOf } from '../explain/family.ts';
import type { CheckSummary } from '../explain/report.ts';
import { add } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { substitute, symbolsOf } from '../expr/walk.ts';
import { checkFamily, stepsToTry } from '../family/check.ts';
import type { BackwardEquation, FamilyDerivation } from '../family/derivation.ts';
import { keyOf, numberOf, type Steps } from '../family/instances.ts';
import { moved, place } from '../family/places.ts';
import { stepQuestions } from '../family/question.ts';
import { atPlace, symbolAt } from '../family/rename.ts';
import { memberOf, type Unrolled, unroll, unrollGradient } from '../family/unroll.ts';
import { seriesOf } from '../ops/series.ts';
import { atomText, type IndexExpr } from '../shape/dim.ts';
import type { Claim } from '../syntax/tree.ts';
import { random } from '../verify/random.ts';
import { dimensionNames, drawSizes } from '../verify/sizes.ts';
import { fail, leftOf, variableOf } from './claim.ts';
import type { Held } from './held.ts';
import { atOutputs } from './outputs.ts';
import { gradientOf } from './plain.ts';
import { seriesIn, writtenOut } from './series.ts';
import type { Case, Subject } from './subject.ts';

/**
 * Claims about families, `∂J/∂W[l] = …` and `G[l−1] = …`. The equations are unrolled for several numbers of steps, and the claim for
 * each member is held against reverse mode on the unrolled graph; for a cotangent the graph is cut at its member.
 * @throws MatgradError
 */
export function familySubject(problem: Problem, system: FamilySystem, claim: Claim): Subject {
  const about = claim.target?.kind === 'name' ? null : variableOf(claim, problem);
  const wrt = about && !problem.wrt.some((v) => v.name === about.name) ? [about] : [];
  const derivation = familyDerivationOf({ ...problem, wrt: [...problem.wrt, ...wrt] }, system);
  const family = new Target(problem, derivation, claim, about);
  return {
    left: about
      ? leftOf(problem, family.left)
      : { kind: 'name', name: family.left.name, index: family.left.index },
    variable: family.left,
    wanted: family.left.shape,
    given: {
      shape: family.left.shape,
      symbols: givenBy(derivation),
      cotangents: new Map(derivation.cotangents.map((c) => [c.member.name, c.symbol.name])),
      ...(family.letter === null ? {} : { letter: family.letter }),
    },
    cases: (node) => family.cases(node),
    step: (node) => family.step(node),
    outputOf: (node) => family.outputOf(node),
    written: (node) => family.written(node),
    sums: (node) => family.sums(node),
    repaired: (node, claimed) => family.repaired(node, claimed),
    own: (options) => (family.isPart ? derivedParts(derivation, options) : null),
  };
}

/** The check of a recursion as a whole, for what differences cannot measure by itself. */
function derivedParts(
  derivation: FamilyDerivation,
  { seed }: { readonly seed: number },
): CheckSummary {
  const checks = checkFamily(derivation, { seed, points: 1 });
  const [first] = checks;
  const bad = checks.find((c) => c.verdict !== 'passed') ?? first;
  if (!bad) throw new Error('a derivation of nothing');
  return bad;
}

/** Cotangents and shared parts at their letter, each name once. */
function givenBy({ cotangents, atInput }: FamilyDerivation): Sym[] {
  const lefts = atInput.shared.recursion.map((e) => e.left);
  const own = cotangents.filter((c) => lefts.some((s) => s.name === c.symbol.name));
  const given = new Map(own.map((c) => [c.symbol.name, c.symbol]));
  for (const s of lefts)
    if (!given.has(s.name) && (s.index?.offset ?? 0) === 0) given.set(s.name, s);
  return [...given.values()];
}

class Target {
  /** `W[l]`, `G[l−1]`. */
  readonly left: Sym;
  /** The letter that the claim is for; null at a fixed place. */
  readonly letter: string | null;
  /** A shared part, `D[l]`: the derivative by no member, so that differences of the objective say nothing of it. */
  readonly isPart: boolean;
  readonly #derivation: FamilyDerivation;
  readonly #claim: Claim;
  /** The member whose cotangent is claimed, at the letter of its family; null for a variable. */
  readonly #member: Sym | null;
  readonly #outputs = new Map<Node, Node>();

  constructor(problem: Problem, derivation: FamilyDerivation, claim: Claim, about: Sym | null) {
    this.#derivation = derivation;
    this.#claim = claim;
    const named = claim.target?.name ?? { name: '', index: null, span: claim.span };
    const cotangent = derivation.cotangents.find((c) => c.symbol.name === named.name);
    const given = givenBy(derivation);
    const known = about ?? given.find((s) => s.name === named.name);
    if (!known)
      fail('bad-claim', `${named.name} is no cotangent here`, named.span, 'not known', [
        given.length > 0
          ? `what can be claimed besides gradients: ${given.map((s) => atomText(s.name, s.index)).join(', ')}`
          : 'there are none: claim a gradient, `∂J/∂W[l] = …`',
      ]);
    this.isPart = !about && !cotangent;
    this.#member = about ? null : (cotangent?.member ?? null);
    const own = known.index?.variable ?? null;
    const at = named.index ?? known.index;
    const letter = at?.variable ?? null;
    const isEnd = letter !== null && problem.scope.dimensions.has(letter);
    this.letter = isEnd ? null : letter;
    this.left = at && own !== null ? symbolAt(known, own, at) : known;
    if (at && known.index === null)
      fail('bad-index', `${known.name} is no family: it has no members`, named.span, 'this one');
  }

  // ------------------------------------------------------------ unrolled

  cases(claim: Node): Case[] {
    return stepsToTry(this.#derivation).flatMap((steps) =>
      this.#numbers(steps).flatMap((at) => this.#case(claim, steps, at) ?? []),
    );
  }

  /** Numbers for the letter, so that the left side has a gradient there; [0] at a fixed place. */
  #numbers(steps: Steps): number[] {
    const { letter, left } = this;
    if (letter === null) return [0];
    const offset = left.index?.offset ?? 0;
    const { range } = this.#claim;
    if (range) return between(numberOf(range.from, steps), numberOf(range.to, steps));
    const equations = this.#equations();
    const moving = equations.filter((e) => e.range !== null);
    const wanted = (this.#member || this.isPart) && moving.length > 0 ? moving : equations;
    const places = wanted.flatMap((e) => {
      const [lead, run] = [e.left.index?.offset ?? 0, e.range];
      if (!run) return e.left.index ? [numberOf(e.left.index, steps)] : [];
      return between(numberOf(run.from, steps), numberOf(run.to, steps)).map((l) => l + lead);
    });
    return [...new Set(places)].map((p) => p - offset).sort((a, b) => a - b);
  }

  /** The derived equations of what stands left. */
  #equations(): readonly BackwardEquation[] {
    const { recursion, gradients } = this.#derivation.atInput.shared;
    const { name } = this.left;
    return this.#member || this.isPart
      ? recursion.filter((e) => e.left.name === name)
      : (gradients.find((g) => g.variable.name === name)?.equations ?? []);
  }

  /** The claim for one member; nothing where it uses what is not defined there. */
  #case(claim: Node, steps: Steps, at: number): Case | undefined {
    const { objective, system } = this.#derivation;
    const { letter } = this;
    const here = (s: Sym): Sym => memberOf(s, letter === null ? null : { letter }, at, steps);
    const left = here(this.left);
    const member = this.#member && here(this.#memberAt(this.#member));
    const key = member && keyOf(member.name, member.index?.offset ?? null);
    return defined(() => {
      const unrolled = unroll(
        objective,
        system,
        steps,
        new Map(member && key ? [[key, member]] : []),
      );
      const variable = member ?? left;
      const instance = (node: Node): Node => this.#instance(node, left, steps, unrolled);
      const gradient = this.isPart ? instance(left) : plainGradient(unrolled.value, variable);
      const whole = letter === null ? claim : atPlace(claim, letter, place(null, at));
      const claimed = atOutputs(instance(writtenOut(whole, steps)));
      const sizes = sizesFor([unrolled.value, gradient, claimed], steps);
      return {
        value: unrolled.value,
        variable,
        gradient,
        claim: claimed,
        steps,
        ...(sizes ? { sizes } : {}),
      };
    });
  }

  #memberAt(member: Sym): Sym {
    const own = member.index?.variable;
    const { index } = this.left;
    return own !== undefined && own !== null && index ? symbolAt(member, own, index) : member;
  }

  /** A formula of members and cotangents, with the nodes of the unrolled graph for them. */
  #instance(node: Node, left: Sym, steps: Steps, unrolled: Unrolled): Node {
    const { recursion } = this.#derivation.atInput.shared;
    const equation = { left, of: null, range: null, terms: [{ over: null, node, shown: node }] };
    const gradients = [{ variable: left, zero: false, equations: [equation] }];
    const [made] = unrollGradient(this.#derivation, { recursion, gradients }, steps, unrolled);
    return made?.gradient ?? node;
  }

  // ------------------------------------------------------------ one step

  /** The step in which the mistake is looked for: the cotangent of its left side stands for all that comes after it. */
  step(claim: Node): Held | null {
    const { left } = this;
    const series = this.letter === null ? seriesIn(claim) : undefined;
    const letter = series ? series.over.letter : this.letter;
    if (letter === null || this.isPart) return null;
    const variable = this.#member ? this.#memberAt(this.#member) : left;
    const moving = stepQuestions(this.#derivation, this.#member ?? left).filter(
      ({ equation, variable: v }) =>
        equation?.range && (series ? null : equation.range.letter) === (v.index?.variable ?? null),
    );
    const values = moving.map(({ equation, value, variable: v }) => {
      const own = equation?.range?.letter ?? letter;
      const by = series
        ? place(letter, 0)
        : moved(left.index ?? place(letter, 0), -(v.index?.offset ?? 0));
      if (equation) this.#noteOutput(equation, own, by);
      return atPlace(value, own, by);
    });
    const [first] = values;
    if (!first) return null;
    const value = add(...values);
    if (!symbolsOf([value]).includes(variable)) return null;
    const said = this.#expanded(series ? series.term : claim);
    return { value, variable, gradient: gradientOf(value, variable), claim: said };
  }

  #noteOutput(equation: FamilyEquation, letter: string, by: IndexExpr): void {
    const member = symbolAt(equation.member, letter, by);
    this.#outputs.set(member, atPlace(equation.node, letter, by));
  }

  /** A claim in terms of the step's inputs: parts and outputs are written out. */
  #expanded(claim: Node): Node {
    const parts = this.#derivation.atInput.shared.recursion.filter((e) => e.of === null);
    const by = new Map<Node, Node>();
    for (const s of symbolsOf([claim])) {
      const part = s.role === 'part' ? parts.find((e) => e.left.name === s.name) : undefined;
      const [term, more] = part?.terms ?? [];
      const own = part?.left.index?.variable;
      if (term && !more && own && s.index) by.set(s, atPlace(term.node, own, s.index));
    }
    const [whole = claim] = substitute([claim], by);
    return substitute([whole], this.#outputs)[0] ?? whole;
  }

  outputOf(node: Node): Node {
    if (node.kind !== 'symbol' || !node.index) return node;
    const { bases, steps } = this.#derivation.system;
    const equation = [...steps, ...bases].find(
      (e) => e.member.name === node.name && (e.range !== null || e.member === node),
    );
    if (!equation) return node;
    return equation.range
      ? atPlace(equation.node, equation.range.letter, node.index)
      : equation.node;
  }

  written(node: Node): Node {
    const back = new Map([...this.#outputs].map(([member, of]) => [of, member]));
    return substitute([node], back)[0] ?? node;
  }

  sums(claim: Node): Node[] {
    if (this.letter !== null) return [];
    const places = symbolsOf([claim]).flatMap((s) => s.index?.variable ?? []);
    return this.#derivation.system.steps.flatMap(({ range }) => {
      if (!range || range.to.variable === null) return [];
      const { letter, to } = range;
      const last = to.variable ?? letter;
      const from = places.includes(letter) ? letter : places.includes(last) ? last : null;
      return from === null ? [] : [seriesOf(atPlace(claim, from, place(letter, 0)), range)];
    });
  }

  repaired(node: Node, claim: Node): Node {
    const series = this.letter === null ? seriesIn(claim) : undefined;
    return series ? seriesOf(this.written(node), series.over) : this.written(node);
  }
}

/** Reverse mode, written out. */
const plainGradient = (value: Node, variable: Sym): Node =>
  inlineParts(reverse(value, [variable]), () => false).gradients[0] ?? variable;

const between = (a: number, b: number): number[] => {
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  return Array.from({ length: high - low + 1 }, (_, k) => low + k);
};

/** What is defined for these numbers of steps. */
function defined<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Sizes, where a number of steps is one of them. */
function sizesFor(nodes: readonly Node[], steps: Steps): ReadonlyMap<string, number> | undefined {
  const names = dimensionNames(nodes);
  if (!names.some((n) => Object.hasOwn(steps, n))) return undefined;
  const sizes = drawSizes(names, 'different', random(1));
  for (const [name, n] of Object.entries(steps)) sizes.set(name, n);
  return sizes;
}
