import { deriveGradients } from '../../derive/derive.ts';
import { MatgradError } from '../../diagnostic/diagnostic.ts';
import type { FamilySystem, Problem, Range } from '../../elaborate/problem.ts';
import { nameOf, takenNames } from '../../explain/common.ts';
import { rangesOf } from '../../explain/family.ts';
import type { Sym } from '../../expr/node.ts';
import { numberOf, type Steps } from '../../family/instances.ts';
import { memberOf, unroll } from '../../family/unroll.ts';
import { leftFor, leftText } from '../report/formula.ts';
import { toText } from '../text.ts';
import { docFormula } from './formula.ts';
import type { FormulaProgram } from './request.ts';

/** More arguments than this are no signature any more. */
const MAX_MEMBERS = 10_000;

/**
 * The program of families for given numbers of steps: every member is a variable of its own, `W[1]`, `W[2]`.
 * @param sizes by the text of their dimension; of the ends of ranges at least
 * @throws MatgradError `sizes-wanted` where an end of a range has no number, `too-many-steps`
 */
export function unrolledProgram(
  problem: Problem,
  system: FamilySystem,
  sizes: ReadonlyMap<string, number>,
): FormulaProgram {
  const steps: Steps = Object.fromEntries(sizes);
  try {
    return programAt(problem, system, steps);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MatgradError({
      severity: 'error',
      code: 'sizes-wanted',
      message: `the steps cannot be written out: ${error.message}`,
      labels: [],
      notes: ['the number of steps is given as in `--set L=3`'],
    });
  }
}

function programAt(problem: Problem, system: FamilySystem, steps: Steps): FormulaProgram {
  const ranges = rangesOf(problem);
  const members = (list: readonly Sym[]): Sym[] =>
    list.flatMap((s) => membersOf(s, ranges.get(s.name), steps));
  const { value } = unroll(problem.value.node, system, steps);
  const variables = members(problem.wrt);
  const names = takenNames(problem);
  const { gradients, parts } = deriveGradients({ value, variables, taken: names });
  return {
    kind: 'formula',
    title: `${nameOf(problem)} = ${toText(problem.expression, { names })}`,
    value,
    valueShape: [],
    inputs: members(problem.variables).map((symbol) => ({ symbol, shape: symbol.shape })),
    derivatives: gradients.map(({ variable, shown }) => ({
      variable,
      left: leftText(leftFor('', { variable, before: [], product: null })),
      shape: variable.shape,
      node: shown,
      text: docFormula(shown, variable.shape, names),
    })),
    parts,
  };
}

function membersOf(s: Sym, range: Range | undefined, steps: Steps): Sym[] {
  if (s.index === null || !range) return [memberOf(s, null, 0, steps)];
  const [low, high] = [numberOf(range.from, steps), numberOf(range.to, steps)];
  const count = Math.max(0, high - low + 1);
  if (count > MAX_MEMBERS) throw new RangeError(`${count} members of ${s.name} are too many`);
  return Array.from({ length: count }, (_, k) => memberOf(s, range, low + k, steps));
}
