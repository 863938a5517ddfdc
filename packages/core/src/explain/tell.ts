import { withoutParts } from '../derive/derive.ts';
import { nameParts } from '../derive/naming.ts';
import { treeSizes } from '../derive/size.ts';
import type { FamilySystem, Problem } from '../elaborate/problem.ts';
import { elaborateWithin } from '../elaborate/within.ts';
import { symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { children, postorder } from '../expr/walk.ts';
import type { Letter } from '../notation/entry.ts';
import type { Fact } from '../simplify/facts.ts';
import { frobenius, name, times } from '../syntax/make.ts';
import { type BuildOptions, nameOf, takenNames } from './common.ts';
import { explain } from './explain.ts';
import { wordsOf } from './facts.ts';
import { familyDerivationOf } from './family.ts';
import { exprOf, turnOf } from './formula.ts';
import { derivationOf } from './gradient.ts';
import { entriesFor } from './index-notation.ts';
import { lastDerivative, wantedJacobians } from './jacobian.ts';
import { asDifferential, type Derivative, inEntries, laidOut } from './layout.ts';
import { Unreadable } from './reading.ts';
import type {
  Equation,
  Explanation,
  LaidOut,
  LayoutName,
  Left,
  Report,
  Result,
  Telling,
} from './report.ts';
import { explainFamily } from './tell-family.ts';

/** A derivative of the answer, with all that can be told of it. */
interface Told extends Derivative {
  /** What is differentiated. */
  readonly function: Node;
  /** The derivative whole, by free entries or not as the answer has it, and without facts of the inputs. */
  readonly whole: Node;
  /** What of the inputs made it simpler. */
  readonly facts: readonly Fact[];
  /** Names for parts: whole nodes. */
  readonly names: ReadonlyMap<Node, Sym>;
  /** An entry of the function, or of its derivative. */
  readonly entry: (at: readonly Letter[], derived: boolean) => Left;
}

/** `F[i]`, `∂F[i]/∂x[j]`: an entry at letters for the axes of the value, then for those of the variables in turn. */
const entryAt =
  (of: string, rank: number, before: readonly Sym[], variable: Sym): Told['entry'] =>
  (at, derived) => {
    let next = rank;
    const by = (derived ? [...before, variable] : before).map((v) => {
      const places = at.slice(next, next + v.axes.length);
      next += v.axes.length;
      return { name: v.name, index: v.index, places };
    });
    return { kind: 'entries', of, at: at.slice(0, rank), by };
  };

/** Of larger formulas nobody reads single entries, unless they are asked for. */
const MAX_NODES = 600;

/** The answer with its layout, its entries, and its explanation. */
export function withTelling(problem: Problem, report: Report, options: BuildOptions): Report {
  const { telling, layout, entries } = options;
  const open = entries !== false && report.results.some((r) => r.formula.form === 'einsum');
  const small = (): boolean => postorder([problem.value.node]).length <= MAX_NODES;
  if (!telling && !layout && !open && !(entries && small())) return report;
  if (problem.family || options.product) {
    const whole =
      problem.family && telling
        ? withSteps(problem, problem.family, report, options)
        : telling
          ? withoutDerivation(report, telling)
          : report;
    return layout && layout !== 'denominator' ? withoutLayout(whole, layout) : whole;
  }
  const told = toldOf(problem, options);
  return {
    ...report,
    results: report.results.map((r, k) => {
      const d = told[k];
      return d && r.kind !== 'zero' ? tell(problem, r, d, options) : r;
    }),
  };
}

/** Recursions and products with vectors have the one layout in which cotangents are shaped like their arrays. */
const withoutLayout = (report: Report, layout: LayoutName): Report => ({
  ...report,
  results: report.results.map((r) => ({
    ...r,
    notes: [
      ...r.notes,
      `the ${layout} layout is for single derivatives: recursions, and products with vectors, are shaped like their arrays`,
    ],
  })),
});

/** Products with vectors have no derivation of their own. */
const withoutDerivation = (report: Report, how: Telling): Report => ({
  ...report,
  results: report.results.map((r) => ({
    ...r,
    explanation: {
      how,
      lines: [],
      notes: ['a derivation is of the derivative itself: ask for it without the vectors'],
    },
  })),
});

/** The answer for equations with any number of steps, each step explained. */
function withSteps(
  problem: Problem,
  system: FamilySystem,
  report: Report,
  options: BuildOptions,
): Report {
  const derivation = familyDerivationOf(problem, system);
  return {
    ...report,
    results: report.results.map((r) =>
      r.kind === 'zero'
        ? r
        : { ...r, explanation: explainFamily(problem, derivation, r.variable, options) },
    ),
  };
}

/** Formulas with more parts than this, written out, are not written by entries. */
const MAX_PARTS = 400;

function tell(problem: Problem, r: Result, d: Told, options: BuildOptions): Result {
  const entries = entriesOf(problem, d);
  const differential = r.differential ?? differentialOf(r, d);
  const { layout = null } = options;
  const asked =
    layout === 'differential'
      ? asDifferential(differential)
      : layout === null
        ? r.formula.form === 'einsum' && entries
          ? inEntries(entries, null)
          : null
        : layout === 'index'
          ? entries && inEntries(entries, layout)
          : (laidOut(d, layout) ?? (entries && inEntries(entries, layout)));
  return {
    ...r,
    differential,
    ...(entries ? { entries } : {}),
    ...(asked ? { laidOut: asked } : {}),
    ...(options.telling ? { explanation: explanationOf(problem, r, d, asked, options) } : {}),
  };
}

function explanationOf(
  problem: Problem,
  r: Result,
  d: Told,
  asked: LaidOut | null,
  options: BuildOptions,
): Explanation {
  // a derivation ends in the derivative, in the layout asked for
  const last = asked?.name === 'differential' ? null : asked;
  const stacked: Left = { kind: 'vec', of: d.of, by: d.variable, turned: false };
  const usual = r.layout?.endsWith('(vec layout)') ? stacked : d.left;
  const { seed, text, telling } = options;
  return explain(
    {
      variable: d.variable,
      shape: d.value,
      names: d.names,
      elaborate: (e, symbols) => elaborateWithin(problem, e, [], { symbols, shape: d.value }),
      seed,
      left: d.of,
      differential: { kind: 'change', of: d.of },
      derivative: last?.left ?? usual,
      entry: d.entry,
      value: d.function,
      typed: r.before.length === 0 ? problem.expression : null,
      result: options.independentEntries ? null : d.whole,
      formula: last?.formula ?? r.formula,
      opening: null,
      facts: d.facts.length > 0 ? wordsOf(d.facts) : null,
      trusted: r.check?.verdict === 'passed',
      taken: takenNames(problem),
      text,
    },
    telling ?? 'differential',
  );
}

/** `dJ = G : dX`. */
function differentialOf(r: Result, d: Told): Equation {
  const { variable } = d;
  const g = exprOf(d.node, turnOf(variable.shape));
  const step = name(`d${variable.name}`, variable.index);
  return {
    left: { kind: 'change', of: d.of },
    means: null,
    formula: {
      form: r.formula.form === 'einsum' ? 'einsum' : 'matrix',
      expr: variable.axes.length === 0 ? times(g, step) : frobenius(g, step),
    },
    shape: [],
    range: null,
  };
}

/** `∂J/∂X[i,j] = Σₖ …`. */
function entriesOf(problem: Problem, d: Told): Equation | null {
  if ((treeSizes([], [d.node]).get(d.node) ?? 0) > MAX_PARTS) return null;
  const entries = entriesFor(new Map(), [
    ...takenNames(problem),
    ...[...d.names.values()].map((s) => s.name),
  ]);
  try {
    const all = entries.letters.all(d.node.axes, []);
    return {
      left: d.entry(all, true),
      means: null,
      formula: { form: 'index', entry: entries.of(d.node, all) },
      shape: [],
      range: null,
    };
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

// ---------------------------------------------------------------- what the answer is about

const namedDefinitions = (problem: Problem): [Node, Sym][] =>
  problem.definitions.flatMap(({ name: n, value: { node, shape } }): [Node, Sym][] =>
    children(node).length > 0 ? [[node, symbol(n, shape, { role: 'part' })]] : [],
  );

function toldOf(problem: Problem, options: BuildOptions): Told[] {
  const of: Left = { kind: 'name', name: nameOf(problem), index: null };
  return (options.order ?? 1) > 1 || problem.value.shape.length > 0
    ? jacobians(problem, of, options)
    : gradients(problem, of, options);
}

function gradients(problem: Problem, of: Left, options: BuildOptions): Told[] {
  const derivation = derivationOf(problem, options);
  const { parts } = derivation;
  const whole = withoutParts(
    parts.map((p) => p.symbol),
    parts,
  );
  const names = new Map<Node, Sym>([
    ...namedDefinitions(problem),
    ...parts.map((p, k) => [whole[k] as Node, p.symbol] as const),
  ]);
  return derivation.gradients.map(({ variable, shown, free, facts }) => ({
    node: shown,
    value: [],
    rank: 0,
    variable,
    order: 1,
    of,
    left: { kind: 'derivative', of: nameOf(problem), name: variable.name, index: variable.index },
    function: problem.value.node,
    whole: free,
    facts,
    names,
    entry: entryAt(nameOf(problem), 0, [], variable),
  }));
}

function jacobians(problem: Problem, of: Left, options: BuildOptions): Told[] {
  const value = nameOf(problem);
  return wantedJacobians(problem, options).map((w): Told => {
    const { node, differential, facts, free } = lastDerivative(problem, w, options);
    const readable = node.axes.length <= 2;
    const { parts, shown } = nameParts({
      value: w.value,
      gradients: readable ? [node, differential] : [differential],
      cotangents: [],
      typed: problem.definitions.map((d) => ({
        name: d.name,
        node: d.value.node,
        shape: d.value.shape,
      })),
      taken: takenNames(problem),
    });
    const whole = withoutParts(
      parts.map((p) => p.symbol),
      parts,
    );
    const [first] = w.before;
    const inner: Left = !first
      ? of
      : w.before.length === 1
        ? { kind: 'derivative', of: value, name: first.name, index: first.index }
        : { kind: 'higher', of: value, by: w.before };
    return {
      node: readable ? (shown[0] ?? node) : node,
      value: w.shape,
      rank: w.value.axes.length,
      variable: w.variable,
      order: w.before.length + 1,
      of: inner,
      left: first
        ? { kind: 'higher', of: value, by: [...w.before, w.variable] }
        : { kind: 'derivative', of: value, name: w.variable.name, index: w.variable.index },
      function: w.value,
      whole: free,
      facts,
      entry: entryAt(value, problem.value.node.axes.length, w.before, w.variable),
      names: new Map<Node, Sym>([
        ...namedDefinitions(problem),
        ...parts.map((p, k) => [whole[k] as Node, p.symbol] as const),
      ]),
    };
  });
}
