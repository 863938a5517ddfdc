import type { Node, Sym } from '../expr/node.ts';
import { type Tensor, tensor } from '../expr/tensor.ts';
import { atomText } from '../shape/dim.ts';
import { checkDirectional, DROWNED, type Judgement, judge, type Measure } from './differences.ts';
import { drawDirection } from './inputs.ts';
import { lineThrough } from './line.ts';
import { dot } from './linear.ts';
import type { Place } from './place.ts';
import type { Inputs } from './point.ts';
import { type Random, random } from './random.ts';

/** A gradient to be checked: a node with the axes of the variable, or something that computes one. */
export interface Claim {
  readonly variable: Sym;
  readonly gradient: Node | ((inputs: Inputs, sizes: ReadonlyMap<string, number>) => Tensor);
}

/** Everything that is needed to see one comparison again. */
export interface Evidence {
  readonly point: number;
  readonly sizes: Readonly<Record<string, number>>;
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** The variable was moved along this. */
  readonly direction: Tensor;
  /** ⟨gradient, direction⟩ */
  readonly analytic: number;
  /**
   * The same by differences of the value, and the bound of its error. Where others moved as well, what is left of the
   * measured derivative without their ⟨gradient, direction⟩.
   */
  readonly numeric: number;
  readonly bound: number;
}

/** What one point said of one variable. */
export interface Finding extends Judgement {
  /** It is worth nothing to look at another place instead. */
  readonly sharp: boolean;
  readonly order: number | null;
  readonly sizes: Readonly<Record<string, number>>;
  /** Made when it is asked for: most comparisons nobody looks at again. */
  readonly evidence: () => Evidence;
}

/** How gradients are compared at a place. */
export interface Trial {
  /** Random directions for each variable. */
  readonly directions: number;
  /** Disagreement below this, relative to the largest directional derivative, is no mistake. */
  readonly tolerance: number;
  /** The inputs satisfy equations to rounding only, and what these make vanish is left to rounding. */
  readonly settled?: boolean;
}

/** Rounding may leave this much, relative to the largest number in the computation, of terms that cancel. */
const RESIDUE = 1e-13;

/** A value at a place, where claims about its gradients are examined. */
export class Scene {
  readonly value: Node;
  readonly place: Place;
  readonly source: Random;
  readonly trial: Trial;
  readonly sizes: Readonly<Record<string, number>>;
  private readonly point: number;

  constructor(value: Node, place: Place, point: number, source: Random, trial: Trial) {
    this.value = value;
    this.place = place;
    this.point = point;
    this.source = source;
    this.trial = trial;
    this.sizes = Object.fromEntries(place.program.sizes);
  }

  start(variable: Sym): Tensor {
    return this.place.inputs.get(variable) as Tensor;
  }

  /** The claimed gradient here. @throws RangeError where it has not the variable's entries */
  gradient(claim: Claim): Float64Array {
    const { inputs } = this.place;
    return this.gradientAt(claim, inputs);
  }

  private gradientAt({ variable, gradient }: Claim, inputs: Inputs): Float64Array {
    const { program } = this.place;
    const found =
      typeof gradient === 'function'
        ? gradient(inputs, program.sizes).data
        : program.buffer(gradient).slice();
    const wanted = this.start(variable).data.length;
    if (found.length !== wanted)
      throw new RangeError(
        `the gradient of ${variable.name} has ${found.length} entries, not ${wanted}`,
      );
    return found;
  }

  /** What rounding may leave of claimed derivatives along directions of the variables' sizes. */
  floor(...variables: readonly Sym[]): number {
    const square = variables.reduce((s, v) => s + dot(this.start(v).data, this.start(v).data), 0);
    return RESIDUE * this.place.largest * (Math.sqrt(square) || 1);
  }

  /** What one comparison was made of; it does not hold on to the program. @param scale the variable moved by so many times the direction */
  evidence(
    variable: Sym,
    direction: Float64Array,
    { analytic, numeric, bound }: Pick<Measure, 'analytic' | 'numeric' | 'bound'>,
    scale = 1,
  ): () => Evidence {
    const { point, sizes } = this;
    const { inputs } = this.place;
    const { dims } = this.start(variable);
    return () => ({
      point,
      sizes,
      inputs: Object.fromEntries([...inputs].map(([s, t]) => [atomText(s.name, s.index), t])),
      direction: tensor(
        dims,
        direction.map((v) => scale * v),
      ),
      analytic,
      numeric,
      bound,
    });
  }

  /**
   * Those of the claims whose gradients are really there, however small, and not what rounding left of terms that cancel: they
   * hardly change where the inputs hardly change, while rounding falls out anew.
   */
  genuine(claims: readonly Claim[]): Set<Claim> {
    const { program, inputs } = this.place;
    const before = claims.map((c) => this.gradient(c));
    const found = new Set(claims.filter((_, k) => dot(before[k] ?? NONE, before[k] ?? NONE) > 0));
    const source = random(this.point, 1);
    for (let k = 0; k < NUDGES && found.size > 0; k++) {
      const near = new Map(
        [...inputs].map(([s, t]): [Sym, Tensor] => {
          const factor = 1 + NUDGE * (1 + source.uniform()) * source.sign();
          return [
            s,
            tensor(
              t.dims,
              t.data.map((v) => factor * v),
            ),
          ];
        }),
      );
      program.load(near);
      claims.forEach((c, i) => {
        if (!found.has(c)) return;
        const [old, now] = [before[i] ?? NONE, this.gradientAt(c, near)];
        const moved = old.map((v, e) => v - (now[e] as number));
        if (!(dot(moved, moved) <= STEADY ** 2 * dot(old, old))) found.delete(c);
      });
    }
    program.load(inputs);
    return found;
  }
}

const NONE = new Float64Array();

/** Inputs are nudged so often, by factors that differ from 1 by so much; a gradient that is there changes by less than `STEADY`. */
const NUDGES = 3;
const NUDGE = 1e-8;
const STEADY = 0.1;

/** Differences worse than this, relative to the derivative, call for another place. */
const PRECISE = 1e-10;

/** Compares one claimed gradient with differences of the value, the variable moving along random directions. */
export function examine(scene: Scene, claim: Claim): Finding {
  const { variable } = claim;
  const { directions: count, tolerance } = scene.trial;
  const gradient = scene.gradient(claim);
  const start = scene.start(variable);
  const measures: Measure[] = [];
  const directions: Float64Array[] = [];
  const line = lineThrough(scene.value, [variable], scene.place);
  let scale = 0;
  for (let k = 0; k < count; k++) {
    const direction = drawDirection(variable, start, scene.source);
    const measure = checkDirectional(line.phi([direction]), dot(gradient, direction), {
      scale,
      order: k === 0,
    });
    scale = Math.max(scale, Math.abs(measure.numeric) || 0);
    measures.push(measure);
    directions.push(direction);
  }
  line.restore();

  const floor = scene.floor(variable);
  const left = (m: Measure): boolean =>
    Math.max(Math.abs(m.analytic), Math.abs(m.numeric)) <= floor;
  const judged = judge(measures, floor, tolerance);
  const judgement: Judgement =
    scene.trial.settled && measures.every(left) ? { ...judged, verdict: 'zero' } : judged;
  const drowned =
    judgement === judged && judged.verdict === 'zero' && scene.genuine([claim]).has(claim);
  const { worst } = judgement;
  return {
    ...judgement,
    ...(drowned ? { verdict: 'unclear', reason: DROWNED } : {}),
    sharp: judgement.verdict === 'right' && judgement.precision <= PRECISE,
    order: measures[0]?.order ?? null,
    sizes: scene.sizes,
    evidence: scene.evidence(
      variable,
      directions[worst] as Float64Array,
      measures[worst] as Measure,
    ),
  };
}
