import type { Problem } from '../../elaborate/problem.ts';
import type { Question } from '../../explain/question.ts';
import { programOf } from '../program/request.ts';
import { unrolledProgram } from '../program/unrolled.ts';
import { type OnnxOptions, toOnnx } from './model.ts';

/**
 * The model of a problem. Families are written out for the number of steps that `sizes` gives.
 * @throws MatgradError for a function that ONNX cannot compute, and for families without a number of steps
 */
export function modelOf(problem: Problem, question: Question, options: OnnxOptions): Uint8Array {
  const { sizes = new Map<string, number>() } = options;
  if (problem.family) return toOnnx(unrolledProgram(problem, problem.family, sizes), options);
  const program = programOf(problem, question);
  if (program.kind !== 'formula') throw new Error('a problem without families is a formula');
  return toOnnx(program, options);
}
