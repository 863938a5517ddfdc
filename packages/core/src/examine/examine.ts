import { deriveGradients, withoutParts } from '../derive/derive.ts';
import { inlineParts, reverse } from '../derive/reverse.ts';
import { inSpaceOf } from '../derive/space.ts';
import type { Problem } from '../elaborate/problem.ts';
import { checkSummary } from '../explain/check.ts';
import { requireScalar } from '../explain/common.ts';
import { transpose } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { postorder } from '../expr/walk.ts';
import type { Value } from '../ops/value.ts';
import { formatShape, sameShape } from '../shape/shape.ts';
import type { Claim } from '../syntax/tree.ts';
import { type CheckReport, checkGradient } from '../verify/gradient.ts';
import { leftOf, type Misfit, valueOf, variableOf } from './claim.ts';
import { conditionFor } from './conditions.ts';
import { counterexampleTo } from './counterexample.ts';
import { diagnose } from './diagnose.ts';
import type { Examination } from './examination.ts';
import { fittingOf } from './fitting.ts';
import { compareHeld, type Held } from './held.ts';

export interface ExamineOptions {
  readonly seed: number;
  readonly points: number;
  /** How a formula is written within a sentence; null where it cannot be. */
  readonly text: (node: Node) => string | null;
}

/** What an examination says before its verdict is known. */
type Stated = Pick<Examination, 'claim' | 'left' | 'variable' | 'shape' | 'wanted'>;

/**
 * Holds a claim about a gradient against the gradient and against differences of the value.
 * @throws MatgradError where the claim has no meaning in the problem
 */
export function examineClaim(problem: Problem, claim: Claim, options: ExamineOptions): Examination {
  requireScalar(problem);
  const variable = variableOf(claim, problem);
  const value = problem.value.node;
  const wanted = variable.shape;
  const said = valueOf(problem, claim.value, claim.parts, { shape: wanted });
  const stated: Stated = {
    claim,
    left: leftOf(problem, variable),
    variable,
    shape: 'node' in said ? said.shape : null,
    wanted,
  };
  const gradient = gradientOf(value, variable);
  const [own] = checkGradient(value, [{ variable, gradient }], options);
  if (own?.verdict !== 'passed') return cannotTell(stated, ownReason(own));
  if (!('node' in said) || !sameShape(said.shape, wanted)) {
    const fit = (): Node | null =>
      turned(said, { value, variable, gradient, claim: gradient }, options.seed) ??
      fittingOf(problem, claim.value, claim.parts, { shape: wanted }, gradient, options.seed);
    return wrongShape(stated, said, fit());
  }
  return judge(stated, { value, variable, gradient, claim: said.node }, options);
}

/** Looks up the names of all claims. @throws MatgradError where one has no meaning in the problem */
export function readClaims(problem: Problem): void {
  for (const claim of problem.claims) {
    const { shape } = variableOf(claim, problem);
    valueOf(problem, claim.value, claim.parts, { shape });
  }
}

/** The gradient in its simplest form, with nothing named. */
function gradientOf(value: Node, variable: Sym): Node {
  const { gradients, parts } = deriveGradients({ value, variables: [variable] });
  const shown = gradients.map((g) => g.shown);
  return withoutParts(shown, parts)[0] ?? variable;
}

const nothing = { condition: null, notes: [], diagnoses: [], counterexample: null, check: null };

const ownReason = (own: CheckReport | undefined): string =>
  own?.verdict === 'inconclusive'
    ? `the value could not be differentiated numerically: ${own.reason ?? 'unclear'}`
    : 'the derivation itself does not pass its check';

const cannotTell = (stated: Stated, condition: string): Examination => ({
  ...stated,
  ...nothing,
  verdict: 'cannot-tell',
  condition,
});

function wrongShape(stated: Stated, said: Value | Misfit, fit: Node | null): Examination {
  const condition =
    'node' in said
      ? `this is ${formatShape(said.shape)}, and the gradient is ${formatShape(stated.wanted)}`
      : said.message;
  const text = 'the same factors fit in another order, and then it is right';
  return {
    ...stated,
    ...nothing,
    verdict: 'wrong-shape',
    condition,
    diagnoses: fit ? [{ class: 'transposed', text, repair: fit }] : [],
  };
}

/** The transpose of a claim, where that is the gradient. */
function turned(said: Value | Misfit, held: Held, seed: number): Node | null {
  if (!('node' in said) || said.node.axes.length === 0 || said.node.axes.length > 2) return null;
  const claim = said.node.axes.length === 2 ? transpose(said.node) : said.node;
  const { axes } = held.gradient;
  if (claim.axes.length !== axes.length || claim.axes.some((d, k) => d !== axes[k])) return null;
  const { verdict } = compareHeld({ ...held, claim }, { seed, points: 5 });
  return verdict === 'equal' ? claim : null;
}

/** The verdict on a claim of the right shape. */
function judge(stated: Stated, held: Held, options: ExamineOptions): Examination {
  const { value, variable, claim } = held;
  const [check = null] = checkGradient(value, [{ variable, gradient: claim }], options).map(
    checkSummary,
  );
  const compared = compareHeld(held, options);
  if (compared.verdict === 'unknown')
    return cannotTell(stated, 'no inputs were found at which both are defined');
  if (compared.verdict === 'equal') {
    if (check?.verdict === 'failed')
      return { ...cannotTell(stated, 'equal to what was derived, but not to differences'), check };
    return {
      ...stated,
      ...nothing,
      verdict: 'right',
      condition: kinksOf(value),
      notes: conventionOf(held, options),
      check,
    };
  }
  const { seed } = options;
  const diagnoses = diagnose({ ...held, seed, text: options.text });
  const condition = conditionFor(held, seed);
  const conditional = condition !== null && !(condition.ofSizes && diagnoses.some((d) => d.repair));
  return {
    ...stated,
    verdict: conditional ? 'right-under-condition' : 'wrong',
    condition: conditional ? condition.text : null,
    notes: [],
    diagnoses,
    counterexample: counterexampleTo(held, seed, compared.apart),
    check,
  };
}

/** `away from the kink of relu`, or nothing where the value is smooth. */
function kinksOf(value: Node): string | null {
  const names = postorder([value]).flatMap((n) =>
    n.kind === 'apply' && n.op.mode === 'elementwise' && (n.op.kinks ?? []).length > 0
      ? [n.op.name]
      : [],
  );
  const [first, ...rest] = [...new Set(names)];
  if (first === undefined) return null;
  return rest.length === 0
    ? `away from the kinks of ${first}`
    : `away from the kinks of ${[first, ...rest].join(', ')}`;
}

/** By which convention a claim about a structured matrix is right. */
function conventionOf(held: Held, options: ExamineOptions): string[] {
  const { variable, value } = held;
  const [free] = inlineParts(reverse(value, [variable]), () => false).gradients;
  const space = free && inSpaceOf(variable, free);
  if (!free || !space?.note) return [];
  const same = (gradient: Node): boolean =>
    compareHeld({ ...held, gradient }, { ...options, entrywise: true }).verdict === 'equal';
  if (same(space.node)) return [space.note];
  const which = same(free) ? 'the gradient for free entries' : 'one of several representatives';
  return [
    `${which}: its inner product with every direction that ${variable.name} may take is right`,
  ];
}
