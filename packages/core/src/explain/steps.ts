import { treeSizes } from '../derive/size.ts';
import { type AdjointStep, adjointSteps } from '../derive/steps.ts';
import { isSymmetric, symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { substitute, symbolsOf } from '../expr/walk.ts';
import { checkGradient } from '../verify/gradient.ts';
import { exprOf, formulaOf } from './formula.ts';
import type { Left, Step } from './report.ts';

/** So many points for each line: the result itself is checked at more. */
const POINTS = 2;
/** Lines with more parts than this, written out, nobody reads: they are left out. */
const MAX_PARTS = 500;

/**
 * Reverse mode as lines to read: `∂J/∂(Xθ − y) = 1/m (Xθ − y)`, each with its rule.
 *
 * Each line is held against differences: the part is put in as a variable of its own, and the value's gradient with respect to it
 * has to be the adjoint. A line that could not be checked says so.
 * @param names what stands for parts in the lines
 * @throws Error where a line is wrong, which is a defect of matgrad
 */
export function stepsFor(
  name: string,
  value: Node,
  variable: Sym,
  check: { readonly seed: number } | null,
  names: ReadonlyMap<Node, Sym> = new Map(),
): Step[] {
  const steps = adjointSteps(value, variable);
  const shown = substitute(
    steps.flatMap((s) => [s.of, s.adjoint]),
    names,
  );
  const sizes = treeSizes([], shown);
  return steps.flatMap((step, k): Step[] => {
    const { of, rule, because } = step;
    const part = shown[2 * k] as Node;
    // the line of an adjoint that has a name says what it is
    const [adjoint = step.adjoint] = names.has(step.adjoint)
      ? substitute([step.adjoint], new Map([...names].filter(([n]) => n !== step.adjoint)))
      : [shown[2 * k + 1]];
    if (Math.max(sizes.get(part) ?? 0, sizes.get(adjoint) ?? 0) > MAX_PARTS) return [];
    const left = leftOf(name, part);
    if (!left) return [];
    const formula = formulaOf(adjoint, of === variable ? variable.shape : of.axes);
    const checked = check && of !== variable ? checkStep(value, step, check.seed) : check !== null;
    return [{ rule, because, left, formula, checked }];
  });
}

/** Whether the line was found right. */
function checkStep(value: Node, { of, adjoint, rule }: AdjointStep, seed: number): boolean {
  const part = symbol('·', of.axes, {
    role: 'part',
    properties: isSymmetric(of) ? ['symmetric'] : [],
  });
  const [moved, gradient] = substitute([value, adjoint], new Map([[of, part]]));
  if (!moved || !gradient) return false;
  const [report] = checkGradient(moved, [{ variable: part, gradient }], { seed, points: POINTS });
  if (report?.verdict !== 'failed') return report?.verdict === 'passed';
  // where the rest is made of the same inputs, the adjoint may rest on that the part has its value: that a mean is of these entries
  const inside = new Set<Node>(symbolsOf([of]));
  if (symbolsOf([moved, gradient]).some((s) => inside.has(s))) return false;
  throw new Error(`a line of the derivation is wrong (${rule})`);
}

function leftOf(of: string, node: Node): Left | undefined {
  if (node.kind === 'symbol') return { kind: 'derivative', of, name: node.name, index: node.index };
  const expr = exprOf(node);
  return expr && { kind: 'adjoint', of, expr };
}
