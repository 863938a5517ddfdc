import type { Problem } from '../elaborate/problem.ts';
import type { BuildOptions } from './common.ts';
import { familyReport } from './family.ts';
import { gradientReport } from './gradient.ts';
import type { Report } from './report.ts';

/** The answer to a problem. @throws MatgradError */
export const buildReport = (problem: Problem, options: BuildOptions): Report =>
  problem.family
    ? familyReport(problem, problem.family, options)
    : gradientReport(problem, options);
