import { withoutParts } from '../derive/derive.ts';
import { type Jacobian, jacobianOf } from '../derive/jacobian.ts';
import { nameParts } from '../derive/naming.ts';
import type { Problem } from '../elaborate/problem.ts';
import { contract, multiply, total } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { dependsOn } from '../expr/walk.ts';
import { vecJacobian } from '../notation/kron.ts';
import type { Shape } from '../shape/shape.ts';
import { checkGradient } from '../verify/gradient.ts';
import { checkSummary } from './check.ts';
import {
  type BuildOptions,
  definitionEquations,
  nameOf,
  partEquation,
  requireScalar,
  takenNames,
} from './common.ts';
import { formulaOf, turnOf } from './formula.ts';
import { derivationOf } from './gradient.ts';
import type { Equation, Formula, Report, Result } from './report.ts';

/** An array whose Jacobian is wanted, and by what. */
export interface Wanted {
  readonly value: Node;
  readonly shape: Shape;
  /** Of a second derivative: the variable of the first one. */
  readonly first: Sym | null;
  readonly variable: Sym;
}

/**
 * What is to be differentiated: the value itself, or for second derivatives its gradients. Two variables together ask for the
 * mixed derivative, ∂²J/∂x∂A; else each is taken twice.
 */
export function wantedJacobians(problem: Problem, order: 1 | 2): Wanted[] {
  const { value, wrt } = problem;
  if (order === 1)
    return wrt.map((variable) => ({
      value: value.node,
      shape: value.shape,
      first: null,
      variable,
    }));
  requireScalar(problem);
  const { gradients, parts } = derivationOf(problem);
  const nodes = withoutParts(
    gradients.map((g) => g.shown),
    parts,
  );
  const second = (k: number, variable: Sym): Wanted => {
    const first = wrt[k] as Sym;
    return { value: nodes[k] as Node, shape: first.shape, first, variable };
  };
  const [a, b, ...more] = wrt;
  return a && b && more.length === 0 ? [second(0, b)] : wrt.map((v, k) => second(k, v));
}

/** The answer for a value that is no scalar, and for second derivatives. @throws MatgradError */
export function jacobianReport(problem: Problem, order: 1 | 2, options: BuildOptions): Report {
  const name = nameOf(problem);
  return {
    source: problem.source,
    expression: problem.expression,
    name,
    declarations: problem.declarations,
    definitions: definitionEquations(problem),
    repetitions: problem.repetitions,
    sizes: options.sizes && Object.fromEntries(options.sizes),
    results: wantedJacobians(problem, order).map((w) => resultOf(problem, w, name, options)),
  };
}

function resultOf(problem: Problem, w: Wanted, name: string, options: BuildOptions): Result {
  const jacobian = jacobianOf(w.value, w.variable);
  const readable = jacobian.node.axes.length <= 2;
  const named = nameParts({
    value: w.value,
    gradients: readable ? [jacobian.node, jacobian.differential] : [jacobian.differential],
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
  const of = w.first ? `∂${name}/∂${w.first.name}` : name;
  return {
    variable: w.variable,
    first: w.first,
    shape: [...w.shape, ...w.variable.shape],
    kind: occurs ? (w.first ? 'hessian' : 'jacobian') : 'zero',
    formula,
    layout,
    differential: occurs ? differentialOf(of, moved, w.shape) : null,
    range: null,
    where: named.parts.map(partEquation),
    recursion: [],
    shared: [],
    trick: null,
    steps: [],
    cache: [],
    cacheTotal: null,
    check: options.check ? checkJacobian(w, jacobian, options) : null,
    notes: [],
  };
}

/** As a matrix where it has two axes, vec'd where its terms are Kronecker products, else by indices. */
function written(node: Node, w: Wanted): { formula: Formula; layout: string } {
  const rank = w.value.axes.length;
  if (node.axes.length <= 2) {
    const rows =
      rank === 0
        ? 'shaped like the variable'
        : 'rows like the value, columns like the variable (numerator layout)';
    return {
      formula: formulaOf(
        node,
        rank === 0 ? w.variable.shape : node.axes.length === 1 ? w.shape : node.axes,
      ),
      layout: node.axes.length < 2 ? 'shaped like what is not a scalar' : rows,
    };
  }
  const vec = vecJacobian(node, rank);
  if (vec)
    return {
      formula: { form: 'matrix', expr: vec },
      layout: 'of vec(value) by vec(variable), columns stacked; K turns vec(X) into vec(Xᵀ)',
    };
  return { formula: formulaOf(node), layout: 'axes of the value, then those of the variable' };
}

/** `dJ = A dX B`. */
const differentialOf = (of: string, moved: Node, shape: Shape): Equation => ({
  left: { kind: 'name', name: of.startsWith('∂') ? `d(${of})` : `d${of}`, index: null },
  means: null,
  formula: formulaOf(moved, turnOf(shape) === 'turned' ? shape : moved.axes),
  shape,
  range: null,
});

/** The Jacobian, weighed with an arbitrary cotangent, is the gradient of the value weighed with it: that is held against differences. */
function checkJacobian(w: Wanted, j: Jacobian, { seed, points }: BuildOptions): Result['check'] {
  const m = w.value.axes.length;
  const out = w.variable.axes.map((_, k) => m + k);
  const gradient = contract(
    [
      { node: j.node, indices: j.node.axes.map((_, k) => k) },
      { node: j.weights, indices: w.value.axes.map((_, k) => k) },
    ],
    out,
  );
  const weighed = total(multiply([j.weights, w.value]));
  const [report] = checkGradient(weighed, [{ variable: w.variable, gradient }], { seed, points });
  return report ? checkSummary(report) : null;
}
