import { withoutParts } from '../derive/derive.ts';
import { differentialAlong, jacobianOf } from '../derive/jacobian.ts';
import { nameParts } from '../derive/naming.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { Problem } from '../elaborate/problem.ts';
import { contract, multiply, symbol, total } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { dependsOn, postorder } from '../expr/walk.ts';
import type { Shape } from '../shape/shape.ts';
import { applyFacts, type Fact } from '../simplify/facts.ts';
import { worstOf } from './check.ts';
import { type BuildOptions, nameOf, partEquation, readOf, takenNames } from './common.ts';
import { type Checked, checkResting, knownFacts, notesOf } from './facts.ts';
import { formulaOf, turnOf } from './formula.ts';
import { asDual, derivationOf } from './gradient.ts';
import { laidOut } from './layout.ts';
import { MAX_ORDER, type Question } from './question.ts';
import type { Equation, Formula, Left, Report, Result } from './report.ts';

/** An array whose Jacobian is wanted, and by what. */
export interface Wanted {
  /** The value itself, or its derivative by the variables of `before`. */
  readonly value: Node;
  readonly shape: Shape;
  /** Of a higher derivative: the variables of the ones before, in order. */
  readonly before: readonly Sym[];
  readonly variable: Sym;
  /** What the whole was asked of. */
  readonly source: Node;
  /** The derivatives before the last, one after the other. */
  readonly stages: readonly Stage[];
}

/** One derivative of a sequence. */
interface Stage {
  readonly value: Node;
  readonly variable: Sym;
  /** Axes: those of the value, then those of the variable. */
  readonly node: Node;
}

/** Results of more axes than this are refused: nobody could hold them, and their indices would have no letters. */
const MAX_AXES = 8;

/** A derivative whose graph has more nodes than this is refused. */
const MAX_NODES = 20_000;

/**
 * What is to be differentiated last. Of order one that is the value itself. Variables as many as the order are taken one after the
 * other, ∂²J/∂x∂A; else each variable by itself, as often as the order says.
 * @throws MatgradError `bad-order`, `too-many-axes`, `answer-too-long`
 */
export function wantedJacobians(problem: Problem, question: Question): Wanted[] {
  const { order = 1 } = question;
  if (!Number.isInteger(order) || order < 1 || order > MAX_ORDER)
    throw refusal('bad-order', `derivatives are of an order from 1 to ${MAX_ORDER}, not ${order}`);
  const { sequence, wrt } = problem;
  const mixed = order > 1 && sequence.length === order;
  const sequences = mixed ? [sequence] : wrt.map((v) => Array.from({ length: order }, () => v));
  return sequences.map((by) => lastOf(problem, by, question));
}

/** All derivatives of a sequence but the last one. */
function lastOf(problem: Problem, by: readonly Sym[], question: Question): Wanted {
  const { node: source, shape } = problem.value;
  const stages: Stage[] = [];
  let current = source;
  let sides = shape;
  by.forEach((variable, k) => {
    const axes = current.axes.length + variable.axes.length;
    if (axes > MAX_AXES)
      throw refusal(
        'too-many-axes',
        `a derivative of ${axes} axes is more than can be written: at most ${MAX_AXES}`,
        'a product with vectors (--hvp, --jvp, --vjp) needs none of them',
      );
    if (k === by.length - 1) return;
    const value = current;
    current =
      k === 0 && shape.length === 0
        ? gradientBy(problem, variable, question)
        : jacobianOf(current, variable, question.independentEntries).node;
    stages.push({ value, variable, node: current });
    sides = [...sides, ...variable.shape];
    if (postorder([current]).length > MAX_NODES)
      throw refusal(
        'answer-too-long',
        `the derivative of order ${k + 1} has more than ${MAX_NODES} parts`,
        'a product with vectors (--hvp, --jvp, --vjp) stays as small as the gradient',
      );
  });
  const variable = by.at(-1) as Sym;
  return { value: current, shape: sides, before: by.slice(0, -1), variable, source, stages };
}

function refusal(code: string, message: string, ...notes: readonly string[]): MatgradError {
  return new MatgradError({ severity: 'error', code, message, labels: [], notes });
}

/** The gradient of a scalar as it is shown, without named parts. */
function gradientBy(problem: Problem, variable: Sym, question: Question): Node {
  const { gradients, parts } = derivationOf({ ...problem, wrt: [variable] }, question, []);
  const [node] = withoutParts(
    gradients.map((g) => g.shown),
    parts,
  );
  return node as Node;
}

/** The answer for a value that is no scalar, and for higher derivatives. @throws MatgradError */
export function jacobianReport(problem: Problem, options: BuildOptions): Report {
  const name = nameOf(problem);
  return {
    ...readOf(problem, options),
    results: wantedJacobians(problem, options).map((w) => resultOf(problem, w, name, options)),
  };
}

/** The last derivative, with what is known of the inputs used. */
export interface Last {
  readonly node: Node;
  readonly differential: Node;
  readonly note: string | null;
  /** What made it simpler, and how it is without that. */
  readonly facts: readonly Fact[];
  readonly free: Node;
}

/** The derivative that is wanted, by itself and as a differential. */
export function lastDerivative(
  problem: Problem,
  w: Wanted,
  { independentEntries }: Question,
): Last {
  const { node: free, differential, note } = jacobianOf(w.value, w.variable, independentEntries);
  const whole = isOfWhole(problem, w) ? totalDifferential(w) : differential;
  const { nodes, used } = applyFacts([free, whole], knownFacts(problem));
  const [node = free, moved = whole] = nodes;
  return { node, differential: moved, note, facts: [...new Set(used.flat())], free };
}

/** Of a scalar the differential of its gradient says more than d²J, which is a scalar again; else dⁿf is said. */
const isOfWhole = ({ value }: Problem, { before }: Wanted): boolean =>
  before.length > 1 || (before.length === 1 && value.shape.length > 0);

function resultOf(problem: Problem, w: Wanted, name: string, options: BuildOptions): Result {
  const jacobian = lastDerivative(problem, w, options);
  const checked = options.check ? checkAll(w, jacobian, options) : null;
  const readable = jacobian.node.axes.length <= 2;
  const order = w.before.length + 1;
  const { differential } = jacobian;
  const ofGradient = order === 2 && !isOfWhole(problem, w);
  const named = nameParts({
    value: w.value,
    gradients: readable ? [jacobian.node, differential] : [differential],
    cotangents: [],
    typed: problem.definitions.map((d) => ({
      name: d.name,
      node: d.value.node,
      shape: d.value.shape,
    })),
    taken: takenNames(problem),
  });
  const node = readable ? (named.shown[0] as Node) : jacobian.node;
  const moved = named.shown[readable ? 1 : 0] as Node;
  const { formula, layout } = written(node, w);
  const occurs = dependsOn(w.value, w.variable);
  return {
    variable: w.variable,
    before: w.before,
    product: null,
    shape: [...w.shape, ...w.variable.shape],
    kind: occurs ? (KINDS[Math.min(order, 3)] ?? 'higher') : 'zero',
    formula,
    layout,
    differential: occurs
      ? differentialOf(
          differentialName(name, w.before, ofGradient),
          moved,
          ofGradient ? w.shape : problem.value.shape,
        )
      : null,
    range: null,
    where: named.parts.map(partEquation),
    recursion: [],
    shared: [],
    trick: null,
    steps: [],
    cache: [],
    cacheTotal: null,
    check: checked?.check ?? null,
    notes: [...notesOf(jacobian.note, jacobian.facts), ...(checked?.notes ?? [])],
  };
}

const KINDS: Readonly<Record<number, Result['kind']>> = {
  1: 'jacobian',
  2: 'hessian',
  3: 'higher',
};

/** dⁿf, along dx, dA, … in turn; of the axes of f. */
const totalDifferential = (w: Wanted): Node =>
  [...w.before, w.variable].reduce(differentialAlong, w.source);

/** `dF`, `d(∂J/∂x)`, `d³J`. */
function differentialName(name: string, before: readonly Sym[], ofGradient: boolean): Left {
  const [first] = before;
  if (!first) return { kind: 'change', of: { kind: 'name', name, index: null } };
  if (ofGradient)
    return {
      kind: 'change',
      of: { kind: 'derivative', of: name, name: first.name, index: first.index },
    };
  return { kind: 'differential', of: name, order: before.length + 1 };
}

/** As a matrix where it has two axes, vec'd where its terms are Kronecker products, else by indices. */
function written(node: Node, w: Wanted): { formula: Formula; layout: string } {
  const rank = w.value.axes.length;
  const usual = node.axes.length > 2 ? 'vec' : rank === 0 ? 'denominator' : 'numerator';
  const nowhere: Left = { kind: 'name', name: '', index: null };
  const found = laidOut(
    {
      node,
      value: w.shape,
      rank,
      variable: w.variable,
      order: node.axes.length > 2 ? w.before.length + 1 : 1,
      of: nowhere,
      left: nowhere,
    },
    usual,
  );
  if (found) return { formula: found.formula, layout: found.words };
  const axes = w.before.length > 0 ? 'those of each variable in turn' : 'those of the variable';
  return { formula: formulaOf(node), layout: `axes of the value, then ${axes} (index layout)` };
}

/** `dJ = A dX B`. */
const differentialOf = (left: Left, moved: Node, shape: Shape): Equation => ({
  left,
  means: null,
  formula: formulaOf(moved, turnOf(shape) === 'turned' ? shape : moved.axes),
  shape,
  range: null,
});

/** Each order against differences of the one below. */
function checkAll(w: Wanted, last: Last, options: BuildOptions): Checked {
  const { check, notes } = checkJacobian({ ...w, node: last.node }, last, options);
  const before = w.stages.map((s) => checkJacobian(s, { facts: [], free: s.node }, options).check);
  return { check: worstOf(check, ...before), notes };
}

/** A Jacobian, weighed with an arbitrary cotangent, is the gradient of the value weighed with it: that is held against differences. */
function checkJacobian(
  { value, variable, node }: Stage,
  { facts, free }: Pick<Last, 'facts' | 'free'>,
  options: BuildOptions,
): Checked {
  const m = value.axes.length;
  const weights = symbol('U·', value.axes, { role: 'part' });
  const pulled = (jacobian: Node): Node =>
    asDual(
      variable,
      contract(
        [
          { node: jacobian, indices: jacobian.axes.map((_, k) => k) },
          { node: weights, indices: value.axes.map((_, k) => k) },
        ],
        variable.axes.map((_, k) => m + k),
      ),
      options,
    );
  const weighed = total(multiply([weights, value]));
  const claim = { variable, gradient: pulled(node) };
  const [found] = checkResting(weighed, [{ claim, facts, free: pulled(free) }], options);
  return found as Checked;
}
