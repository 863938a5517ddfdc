import { apply } from '../expr/build.ts';
import type { Elementwise, Node } from '../expr/node.ts';
import type { IndexExpr } from '../shape/dim.ts';

/** `t = 1..T`. */
export interface Steps {
  readonly letter: string;
  readonly from: IndexExpr;
  readonly to: IndexExpr;
}

const made = new Map<string, Elementwise>();
const ranges = new WeakMap<object, Steps>();

/**
 * Σ of a formula over the steps of a family, as it stands in a claim: a function of one argument, in which the letter is bound. It has
 * no value and no derivative of its own: for a number of steps it is written out first.
 */
export function seriesOf(node: Node, steps: Steps): Node {
  const key = JSON.stringify(steps);
  const op = made.get(key) ?? record(key, steps);
  made.set(key, op);
  return apply(op, [node]);
}

/** The steps over which a node is a sum; undefined where it is none. */
export const seriesSteps = (node: Node): Steps | undefined =>
  node.kind === 'apply' ? ranges.get(node.op) : undefined;

function record(key: string, steps: Steps): Elementwise {
  const op: Elementwise = {
    mode: 'elementwise',
    name: `series ${key}`,
    law: 'd Σ Z = Σ dZ',
    domain: 'real',
    spelling: {
      text: '$0',
      latex: '$0',
      numpy: '$0',
      onnx: '$0',
      julia: '$0',
      matlab: '$0',
      c: '$0',
      js: '$0',
    },
    partial: () => {
      throw new RangeError('a sum over steps has to be written out');
    },
    value: () => Number.NaN,
  };
  ranges.set(op, steps);
  return op;
}
