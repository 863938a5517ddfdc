import { cacheOf } from '../derive/cache.ts';
import type { Derivation, Gradient } from '../derive/derivation.ts';
import { deriveGradients, newPartsOf, partsOf, withoutParts } from '../derive/derive.ts';
import { dualOfEntries } from '../derive/space.ts';
import type { Defined, Problem } from '../elaborate/problem.ts';
import { isZero, symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { children, substitute, symbolsOf } from '../expr/walk.ts';
import { dimExpr } from '../notation/surface.ts';
import { evalDim } from '../shape/dim.ts';
import type { Fact } from '../simplify/facts.ts';
import { plus } from '../syntax/make.ts';
import { namesIn } from '../syntax/used.ts';
import {
  type BuildOptions,
  nameOf,
  numbersOf,
  partEquation,
  readOf,
  requireScalar,
  takenNames,
} from './common.ts';
import { type Checked, checkResting, knownFacts, notesOf, wordsOf } from './facts.ts';
import { exprOf, formulaOf, turnOf } from './formula.ts';
import type { Question } from './question.ts';
import type { CacheItem, Report, Result, Step } from './report.ts';
import { stepsFor } from './steps.ts';
import { askTrick, tooMany } from './trick.ts';

/**
 * The gradients that a problem asks for, in terms of named parts.
 * @param facts what holds of the inputs; none for what is differentiated once more
 */
export const derivationOf = (
  problem: Problem,
  question: Question = {},
  facts: readonly Fact[] = knownFacts(problem),
): Derivation =>
  deriveGradients({
    value: problem.value.node,
    variables: problem.wrt,
    typed: problem.definitions.map((d) => ({
      name: d.name,
      node: d.value.node,
      shape: d.value.shape,
    })),
    taken: takenNames(problem),
    independentEntries: question.independentEntries ?? false,
    facts,
  });

/** With more variables than this a part stands at the first result that needs it; to repeat it at all would take their square. */
const MANY = 32;

/** The answer for an expression without families. @throws MatgradError */
export function gradientReport(problem: Problem, options: BuildOptions): Report {
  requireScalar(problem);
  const value = problem.value.node;
  const name = nameOf(problem);
  const { gradients, parts } = derivationOf(problem, options);
  const whole = withoutParts(
    [...gradients.map((g) => g.shown), ...parts.map((p) => p.symbol)],
    parts,
  );
  const resting = gradients.map((g, k) => ({
    claim: { variable: g.variable, gradient: asDual(g.variable, whole[k] as Node, options) },
    facts: g.facts,
    free: asDual(g.variable, g.free, options),
  }));
  const checks = options.check ? checkResting(value, resting, options) : [];
  const inside = new Set<Node>(symbolsOf([value]));
  const typed = new Set(
    [problem.expression, ...problem.definitions.map((d) => d.expr)].flatMap((e) => [...namesIn(e)]),
  );
  const equations = new Map(parts.map((p) => [p, partEquation(p)] as const));
  const used = (gradients.length > MANY ? newPartsOf : partsOf)(
    gradients.map((g) => g.shown),
    parts,
  );
  const names = new Map<Node, Sym>([
    ...problem.definitions.flatMap((d) => namedDefinition(d)),
    ...parts.map((p, k) => [whole[gradients.length + k] as Node, p.symbol] as const),
  ]);
  const kept = cacheItems(value, whole.slice(0, gradients.length), names, options);
  const keptInAll = total(kept);
  const results = gradients.map((g, k): Result => {
    const { variable, shown } = g;
    const { shape } = variable;
    const occurs = inside.has(variable);
    // what cancels was typed, and is not in the value any more
    const isTyped = occurs || typed.has(variable.name);
    return {
      variable,
      before: [],
      product: null,
      layout: null,
      differential: null,
      shape,
      kind: isTyped ? 'gradient' : 'zero',
      formula: formulaOf(shown, shape),
      range: null,
      where: (used[k] ?? []).flatMap((p) => equations.get(p) ?? []),
      recursion: [],
      shared: [],
      trick:
        options.trick && occurs
          ? (tooMany(gradients.length) ?? askTrick(value, variable, options))
          : null,
      steps:
        options.explain && occurs
          ? [
              ...stepsFor(name, value, variable, options.check ? options : null, names),
              ...factStep(name, g, checks[k] ?? null),
            ]
          : [],
      cache: occurs ? kept : [],
      cacheTotal: occurs ? keptInAll : null,
      check: checks[k]?.check ?? null,
      notes: [
        ...notesOf(g.note, g.facts),
        ...(checks[k]?.notes ?? []),
        ...(isTyped && isZero(shown) && g.facts.length === 0 ? [flat(variable)] : []),
      ],
    };
  });
  return {
    ...readOf(problem, options),
    results,
  };
}

/** The last line, where what is known of the inputs makes it shorter. */
const factStep = (
  of: string,
  { variable: v, shown, facts }: Gradient,
  checked: Checked | null,
): Step[] =>
  facts.length === 0
    ? []
    : [
        {
          rule: 'known of the inputs',
          because: wordsOf(facts),
          left: { kind: 'derivative', of, name: v.name, index: v.index },
          formula: formulaOf(shown, v.shape),
          checked: checked?.check.verdict === 'passed' && checked.notes.length === 0,
        },
      ];

/** What differences of the value along the variable are compared with. */
export const asDual = (variable: Sym, node: Node, { independentEntries }: Question): Node =>
  independentEntries ? dualOfEntries(variable, node) : node;

const flat = (v: Sym): string =>
  `${v.name} occurs only where the value is constant in it almost everywhere (behind a step or a sign), or it cancels`;

/** What was typed under a name is written with it. */
const namedDefinition = ({ name, value: { node, shape } }: Defined): [Node, Sym][] =>
  children(node).length > 0 ? [[node, symbol(name, shape, { role: 'part' })]] : [];

/** What the one backward pass for all gradients keeps of the forward pass, under the names of parts, with its size in numbers. */
function cacheItems(
  value: Node,
  gradients: readonly Node[],
  names: ReadonlyMap<Node, Sym>,
  { sizes }: BuildOptions,
): CacheItem[] {
  const found = cacheOf(value, gradients);
  const shown = substitute(
    found.map((c) => c.node),
    names,
  );
  return found.flatMap(({ node, size }, k): CacheItem[] => {
    const expr = exprOf(shown[k] ?? node, turnOf(node.axes));
    if (!expr) return [];
    return [
      {
        expr,
        range: null,
        size: dimExpr(size),
        numbers: sizes ? numbersOf(() => evalDim(size, sizes)) : null,
        because: 'the backward pass uses it again',
      },
    ];
  });
}

function total(items: readonly CacheItem[]): Result['cacheTotal'] {
  const [first, ...rest] = items.map((i) => i.size);
  if (!first) return null;
  const numbers = items.map((i) => i.numbers);
  return {
    size: plus(first, ...rest),
    numbers: numbers.includes(null) ? null : numbers.reduce((a: number, b) => a + (b ?? 0), 0),
  };
}
