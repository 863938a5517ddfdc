// What the benchmark measures, verbs and the rooms below them, as one module.

export { reverse } from '../packages/core/src/derive/reverse.ts';
export { elaborateProblem } from '../packages/core/src/elaborate/elaborate.ts';
export { symbolsOf } from '../packages/core/src/expr/walk.ts';
export { unroll } from '../packages/core/src/family/unroll.ts';
export { derive } from '../packages/core/src/index.ts';
export { parseInput } from '../packages/core/src/syntax/parse.ts';
