import { apply } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { transform } from '../expr/walk.ts';
import { relu, step } from '../ops/elementwise.ts';

/**
 * A claim in which the step of an output Z = relu(x) is what people mean by it, Z > 0: the slope of relu, which is step(x) away from
 * the kink. Read to the letter it would be ½ wherever relu is off.
 */
export function atOutputs(claim: Node): Node {
  const [read = claim] = transform([claim], (node) => {
    if (node.kind !== 'apply' || node.op !== step.leaf) return node;
    const [of] = node.args;
    return of?.kind === 'apply' && of.op === relu.leaf ? apply(step.leaf, of.args) : node;
  });
  return read;
}
