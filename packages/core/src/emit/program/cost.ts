import { largest, type Work, workOf } from '../../cost/count.ts';
import { type Line, linesOf } from '../../cost/lines.ts';
import type { Range } from '../../elaborate/problem.ts';
import type { Amount, CostReport, CostRow } from '../../explain/cost.ts';
import type { Node } from '../../expr/node.ts';
import type { Sizes } from '../../expr/plan.ts';
import { addCounts, type Count, countExpr, countNumber, countOf } from '../../family/count.ts';
import type { BackwardEquation, FamilyDerivation } from '../../family/derivation.ts';
import { comparePlaces, type Interval } from '../../family/places.ts';
import { addDim, type Dim, dimNumber } from '../../shape/dim.ts';
import { lengthsOf } from './lengths.ts';
import { type FormulaProgram, type Program, resultsOf } from './request.ts';

/**
 * What the program of a problem costs: the same lines that every language writes, counted.
 * @param given numbers for dimensions, by their text; null for formulas alone
 */
export function costOf(program: Program, given: ReadonlyMap<string, number> | null): CostReport {
  const { sizes, assumption } =
    program.kind === 'formula'
      ? lengthsOf(program.inputs, resultsOf(program), given)
      : lengthsOf([], [], given);
  const amount: Amounts = (count) => ({
    size: countExpr(count),
    number: known(() => countNumber(count, given ?? new Map())),
  });
  const rows =
    program.kind === 'formula'
      ? ofFormula(program, sizes, amount)
      : ofFamily(program.derivation, { ...sizes, most: Number.POSITIVE_INFINITY }, amount);
  return { rows, assumption };
}

type Amounts = (count: Count) => Amount;

function known(f: () => number): number | null {
  try {
    return f();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const single = (size: Dim): Count => countOf(size, 'l', null);

const rowOf = (
  what: CostRow['what'],
  work: Work,
  sizes: Sizes,
  amount: Amounts,
  range: Range | null = null,
): CostRow => ({
  what,
  range,
  flops: amount(single(work.flops)),
  largest: largest(work.intermediates, sizes).map((d) => amount(single(d))),
});

function ofFormula(program: FormulaProgram, sizes: Sizes, amount: Amounts): CostRow[] {
  const { value, parts, derivatives } = program;
  const count = (roots: readonly Node[]): Work => workOf(linesOf(roots, parts, sizes), sizes);
  const nodes = derivatives.map((d) => d.node);
  return [
    rowOf({ kind: 'value' }, count([value]), sizes, amount),
    ...nodes.map((n, place) => rowOf({ kind: 'result', place }, count([n]), sizes, amount)),
    rowOf({ kind: 'together' }, count([value, ...nodes]), sizes, amount),
  ];
}

// ---------------------------------------------------------------- families

interface Counted {
  readonly row: CostRow;
  readonly all: Count;
}

function ofFamily(derivation: FamilyDerivation, sizes: Sizes, amount: Amounts): CostRow[] {
  const { system, objective } = derivation;
  const { shared } = derivation.atOutput ?? derivation.atInput;
  const alone: readonly Line[] = [];
  const count = (node: Node): Work => workOf(linesOf([node], alone, sizes), sizes);
  const equation = (
    left: BackwardEquation['left'],
    isDerivative: boolean,
    work: Work,
    range: Range | null,
  ): Counted => ({
    row: rowOf({ kind: 'equation', left, isDerivative }, work, sizes, amount, range),
    all: countOf(work.flops, range?.letter ?? 'l', range && ascending(range)),
  });
  const forward = [...system.bases, ...system.steps].map((e) =>
    equation(e.member, false, count(e.node), e.range),
  );
  const value = count(objective);
  const backward = [
    ...shared.recursion.map((e) => [e, false] as const),
    ...shared.gradients.flatMap((g) => g.equations.map((e) => [e, true] as const)),
  ]
    .map(([e, isDerivative]) => {
      const terms = e.terms.map((t) => ({ work: count(t.node), over: t.over }));
      const plain = terms.filter((t) => t.over === null).map((t) => t.work);
      const own = equation(e.left, isDerivative, joined(plain), e.range);
      const sums = terms.flatMap((t) =>
        t.over ? [equation(e.left, isDerivative, t.work, t.over)] : [],
      );
      return [...(plain.length > 0 ? [own] : []), ...sums];
    })
    .flat();
  const total = (
    kind: 'forward' | 'backward',
    list: readonly Counted[],
    more: readonly Count[],
  ): CostRow => ({
    what: { kind },
    range: null,
    flops: amount(addCounts([...list.map((c) => c.all), ...more])),
    largest: [],
  });
  const rows = (list: readonly Counted[]): CostRow[] =>
    list.map((c) => c.row).filter((r) => r.flops.number !== 0);
  return [
    ...rows(forward),
    rowOf({ kind: 'value' }, value, sizes, amount),
    total('forward', forward, [single(value.flops)]),
    ...rows(backward),
    total('backward', backward, []),
  ];
}

const joined = (works: readonly Work[]): Work => ({
  flops: works.reduce((n, w) => addDim(n, w.flops), dimNumber(0)),
  intermediates: works.flatMap((w) => w.intermediates),
});

/** Backward ranges run down. */
const ascending = ({ from, to }: Range): Interval =>
  comparePlaces(from, to) > 0 ? { from: to, to: from } : { from, to };
