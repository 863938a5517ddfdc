import type { Problem } from '../elaborate/problem.ts';
import { transpose } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import type { Value } from '../ops/value.ts';
import { axesOf, type Shape, sameShape } from '../shape/shape.ts';
import type { Claim } from '../syntax/tree.ts';
import { sameAs } from '../verify/compare.ts';
import { type Misfit, valueOf } from './claim.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './examination.ts';
import { fittingsOf } from './fitting.ts';
import { seriesLetter } from './series.ts';
import { undone } from './slips.ts';
import { compareAll, type Subject } from './subject.ts';

const OTHER_ORDER = 'the same factors fit in another order';
/** So many arrangements are unrolled, where no step stands for all. */
const MAX_UNROLLED = 24;
/** So many arrangements that fit and are wrong are looked at for a further mistake. */
const MAX_WRONG = 3;

interface Options {
  readonly seed: number;
  readonly text: (node: Node) => string | null;
}

/**
 * Why the shapes of a claim do not fit: its transpose is right, or its factors in another order, or one of its members at another
 * place; or the factors fit in another order in which a mistake is left that has a name. Repairs are confirmed.
 */
export function misfitsOf(
  problem: Problem,
  claim: Claim,
  subject: Subject,
  said: Value | Misfit,
  { seed, text }: Options,
): Diagnosis[] {
  const isRight = (node: Node): boolean =>
    compareAll(subject.cases(node), { seed, points: 4 }).verdict === 'equal';
  const inOrder = (repair: Node): Diagnosis[] => [
    { class: 'transposed', text: `${OTHER_ORDER}, and then it is right`, repair },
  ];
  const turned = 'node' in said ? transposed(said.node, subject.wanted) : null;
  if (turned && isRight(turned)) return inOrder(turned);
  const gradient = subject.step(subject.variable)?.gradient ?? null;
  const fitting = fittingsOf(problem, claim, subject.given);
  const right = gradient
    ? equalTo(gradient, fitting, subject, seed).find(isRight)
    : fitting.slice(0, MAX_UNROLLED).find(isRight);
  if (right) return inOrder(right);
  if (!gradient) return [];
  const slip = slipIn(problem, claim, subject, gradient, seed);
  if (slip) return [slip];
  for (const node of fitting.slice(0, MAX_WRONG)) {
    const held = subject.step(node);
    const found = held
      ? diagnose({ ...held, seed, text: (n) => text(subject.written(n)) }).filter(
          (d) => d.class !== 'other',
        )
      : [];
    const [first] = found;
    if (!first?.repair) continue;
    return [
      {
        class: 'transposed',
        text: `${OTHER_ORDER}, and then ${first.text}`,
        repair: subject.written(first.repair),
      },
      ...found.map((d) => ({ ...d, repair: d.repair && subject.written(d.repair) })),
    ];
  }
  return [];
}

/** Those of some formulas that have the value of a step's gradient. */
function equalTo(gradient: Node, nodes: readonly Node[], subject: Subject, seed: number): Node[] {
  const whole = nodes.map((n) => subject.step(n)?.claim ?? n);
  const compared = sameAs(gradient, whole, { seed, mode: 'both', points: 4 });
  return nodes.filter((_, k) => compared[k] === 'equal');
}

/**
 * One slip that explains a claim: a member at another place, a sum along the other axis. In a step of a family members are what defines
 * them, and a wrong place could not be told from a wrong formula.
 */
export function slipIn(
  problem: Problem,
  claim: Claim,
  subject: Subject,
  gradient: Node,
  seed: number,
): Diagnosis | null {
  const meant = undone(claim.value, subject.given.letter ?? seriesLetter(claim.value)).flatMap(
    (u) => {
      const value = valueOf(problem, u.expr, claim.parts, subject.given);
      return 'node' in value && sameShape(value.shape, subject.wanted)
        ? [{ ...u, node: value.node }]
        : [];
    },
  );
  const nodes = equalTo(
    gradient,
    meant.map((m) => m.node),
    subject,
    seed,
  );
  const found = meant.find(
    (m) =>
      nodes.includes(m.node) &&
      compareAll(subject.cases(m.node), { seed, points: 4 }).verdict === 'equal',
  );
  return found ? { class: found.class, text: found.text, repair: found.node } : null;
}

function transposed(node: Node, wanted: Shape): Node | null {
  if (node.axes.length === 0 || node.axes.length > 2) return null;
  const turned = node.axes.length === 2 ? transpose(node) : node;
  const axes = axesOf(wanted);
  return turned.axes.length === axes.length && turned.axes.every((d, k) => d === axes[k])
    ? turned
    : null;
}
