/**
 * Checks gradients that were coded by hand, in any test runner.
 *
 * ```ts
 * import { expectGradient } from 'matgrad/check';
 * expectGradient(loss, gradientOfLoss, { W: [[0.1, 0.2], [0.3, 0.4]], b: new Float64Array([0.5, 0.6]) });
 * ```
 */

export { expectGradient, type GradcheckOptions, gradcheck } from './gradcheck/gradcheck.ts';
export {
  type BlockReport,
  GradientError,
  type GradientReport,
  type Problem,
  type Worst,
} from './gradcheck/report.ts';
