import { codeOf } from '../../src/emit/targets.ts';
import { type Asked, askedOf } from './report.ts';

/** The module that is written for a question, in NumPy. */
export function exportText(expression: string, asked: Asked = {}): string {
  const { problem, question } = askedOf(expression, asked);
  return codeOf('numpy', problem, question);
}
