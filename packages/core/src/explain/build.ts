import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { Problem } from '../elaborate/problem.ts';
import { type BuildOptions, requireDimensions } from './common.ts';
import { familyReport } from './family.ts';
import { gradientReport } from './gradient.ts';
import { jacobianReport } from './jacobian.ts';
import { productReport } from './product.ts';
import type { Report } from './report.ts';
import { withTelling } from './tell.ts';

/**
 * The answer to a problem: gradients of a scalar, recursions over families, Jacobians of an array, second derivatives.
 * @throws MatgradError
 */
export function buildReport(problem: Problem, options: BuildOptions): Report {
  if (options.sizes) requireDimensions(problem, options.sizes);
  return withTelling(problem, plainReport(problem, options), options);
}

function plainReport(problem: Problem, options: BuildOptions): Report {
  if (options.product) return productReport(problem, options.product, options);
  if (problem.family) {
    requireFirstOrder(problem, options);
    return familyReport(problem, problem.family, options);
  }
  if ((options.order ?? 1) !== 1 || problem.value.shape.length > 0)
    return jacobianReport(problem, options);
  return gradientReport(problem, options);
}

/** Of families gradients are known, and nothing is assumed of them. @throws MatgradError `not-yet` */
function requireFirstOrder({ facts }: Problem, options: BuildOptions): void {
  const what =
    (options.order ?? 1) !== 1
      ? 'higher derivatives'
      : options.independentEntries
        ? 'derivatives by independent entries'
        : facts.length > 0
          ? 'assumptions'
          : null;
  if (what === null) return;
  throw new MatgradError({
    severity: 'error',
    code: 'not-yet',
    message: `${what} are not known yet for families of equations with any number of steps`,
    labels: [],
    notes: ['for a fixed number of steps the equations can be written one by one'],
  });
}
