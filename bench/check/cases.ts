import { inlineParts, reverse } from '../../packages/core/src/derive/reverse.ts';
import type { Node } from '../../packages/core/src/expr/node.ts';
import { postorder } from '../../packages/core/src/expr/walk.ts';
import { expandSums } from '../../packages/core/src/simplify/expand.ts';
import { execute } from '../../packages/core/src/verify/evaluate.ts';
import { Places } from '../../packages/core/src/verify/place.ts';
import { random, shuffled } from '../../packages/core/src/verify/random.ts';
import { type Subject, subjectOf } from '../../packages/core/test/examine/confusion.ts';
import { mutantsOf } from '../../packages/core/test/examine/mutants.ts';
import { FUNCTIONS } from './functions.ts';

/** A function at a point, with gradients of it that are right or wrong: plain functions of one array. */
export interface Point {
  readonly name: string;
  readonly x: Float64Array;
  readonly f: (x: Float64Array) => number;
  readonly right: readonly Gradient[];
  readonly wrong: readonly Gradient[];
}

export type Gradient = (x: Float64Array) => Float64Array;

export interface Family extends Subject {
  readonly name: string;
  readonly wrong: readonly { readonly node: Node; readonly class: string }[];
  /** The gradient in equivalent forms. */
  readonly right: readonly Node[];
}

const STRUCTURED = ['symmetric', 'posdef', 'skew', 'diagonal', 'lower', 'upper'] as const;

/** All functions whose variable has free entries, with wrong gradients of each. */
export function families(): Family[] {
  return FUNCTIONS.flatMap(([expression, where, wrt]) => {
    const subject = subjectOf(expression, where, wrt);
    const { value, variable, gradient } = subject;
    if (STRUCTURED.some((p) => variable.properties.includes(p))) return [];
    const [raw] = inlineParts(reverse(value, [variable]), () => false).gradients;
    const [expanded] = expandSums([gradient], new Set(postorder([value])));
    const right = [...new Set([gradient, raw ?? gradient, expanded ?? gradient])];
    return [
      {
        ...subject,
        name: `∂(${expression})/∂${wrt}`,
        wrong: mutantsOf(value, variable, gradient),
        right,
      },
    ];
  });
}

/**
 * Points of a family: sizes all different and all equal in turn. A point holds until the next one is drawn.
 * @param chosen which wrong gradients
 */
export function* pointsOf(
  { name, value, variable, right }: Family,
  count: number,
  seed: number,
  chosen: readonly Node[],
): Generator<Point> {
  const places = new Places([value, variable, ...right, ...chosen]);
  let found = 0;
  for (let k = 0; found < count && k < 4 * count; k++) {
    const place = places.draw(found % 2 === 1 ? 'equal' : 'different', random(seed, k), k - found);
    if ('reason' in place) continue;
    found++;
    const { program } = place;
    const buffer = program.buffer(variable);
    const evaluator = (root: Node): Gradient => {
      const { steps } = program.cone([variable], [root]);
      const out = program.buffer(root);
      return (x) => {
        buffer.set(x);
        execute(steps);
        return out;
      };
    };
    const values = evaluator(value);
    yield {
      name,
      x: buffer.slice(),
      f: (x) => values(x)[0] ?? Number.NaN,
      right: right.map(evaluator),
      wrong: chosen.map(evaluator),
    };
  }
}

/** Some wrong gradients of every family, in turn, until there are enough. */
export function drawMutants(
  all: readonly Family[],
  count: number,
  seed: number,
): Map<Family, Node[]> {
  const order = all.map((f, k) =>
    shuffled(
      f.wrong.map((w) => w.node),
      random(seed, k),
    ),
  );
  const chosen = new Map(all.map((f) => [f, [] as Node[]]));
  let left = count;
  for (let round = 0; left > 0 && order.some((o) => o.length > round); round++) {
    all.forEach((f, k) => {
      const node = order[k]?.[round];
      if (node && left > 0) {
        chosen.get(f)?.push(node);
        left--;
      }
    });
  }
  return chosen;
}

export interface Scenario {
  readonly name: string;
  readonly of: (p: Point) => Point;
}

/** a f(x/b) + c */
const scaled = (name: string, a: number, b: number, c: number): Scenario => ({
  name,
  of: (p) => {
    const change =
      (g: Gradient): Gradient =>
      (x) =>
        g(x.map((v) => v / b)).map((v) => (v * a) / b);
    return {
      ...p,
      x: p.x.map((v) => v * b),
      f: (x) => a * p.f(x.map((v) => v / b)) + c,
      right: p.right.map(change),
      wrong: p.wrong.map(change),
    };
  },
});

/** Σ sin(x + 0.3) + 10⁻⁶ f(x) */
const weighted: Scenario = {
  name: 'terms · 1e-6',
  of: (p) => {
    const change =
      (g: Gradient): Gradient =>
      (x) =>
        g(x).map((v, i) => 1e-6 * v + Math.cos((x[i] ?? 0) + 0.3));
    return {
      ...p,
      f: (x) => x.reduce((s, v) => s + Math.sin(v + 0.3), 0) + 1e-6 * p.f(x),
      right: p.right.map(change),
      wrong: p.wrong.map(change),
    };
  },
};

export const SCENARIOS: readonly Scenario[] = [
  scaled('as it is', 1, 1, 0),
  scaled('f · 1e6', 1e6, 1, 0),
  scaled('f · 1e-6', 1e-6, 1, 0),
  scaled('x · 1e4', 1, 1e4, 0),
  scaled('x · 1e-4', 1, 1e-4, 0),
  scaled('f + 1e6', 1, 1, 1e6),
  weighted,
];
