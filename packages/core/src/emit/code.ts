import { elaborateProblem } from '../elaborate/elaborate.ts';
import {
  type CodeAnswer,
  type CodeFinding,
  codeSubject,
  declaredPoints,
  judgeCode,
} from '../examine/code.ts';
import { takenNames } from '../explain/common.ts';
import { exprOf } from '../explain/formula.ts';
import type { Node, Sym } from '../expr/node.ts';
import type { Tensor } from '../expr/tensor.ts';
import { formatShape } from '../shape/shape.ts';
import type { Input } from '../syntax/input.ts';
import { parseInput } from '../syntax/parse.ts';
import { identifier } from './python/names.ts';
import { toText } from './text.ts';

/** At most so many points are drawn. */
const MAX_POINTS = 100;

/** A program that computes gradients, to be asked at points; see `codeQuestion`. */
export interface CodeQuestion {
  /** In the order of the text; `spelling` is the name in ASCII. */
  readonly variables: readonly CodeVariable[];
  /** The gradients that the program is to give, in the order asked for. */
  readonly wanted: readonly (CodeVariable & {
    /** The gradient as derived; null where there is no formula. */
    readonly formula: string | null;
  })[];
  readonly points: readonly {
    readonly sizes: Readonly<Record<string, number>>;
    /** By the name of the variable. */
    readonly inputs: Readonly<Record<string, Tensor>>;
  }[];
  readonly seed: number;
  /** The verdict on one of the gradients, from what the program gave at each point. Without a formula there is none. */
  readonly judge: ((which: number, answers: readonly CodeAnswer[]) => CodeFinding) | null;
}

export interface CodeVariable {
  readonly name: string;
  readonly spelling: string;
  readonly shape: string;
}

/**
 * What a program that computes gradients is to be asked, and how its answers are judged. Without an expression only what `where`
 * declares is drawn.
 * @throws MatgradError for bad input, for families and unknown functions
 */
export function codeQuestion(
  input: Input,
  options: { readonly seed?: number; readonly points?: number } = {},
): CodeQuestion {
  const formula = input.expression !== undefined || input.file !== undefined;
  const { seed = 1, points: count = 5 } = options;
  const problem = elaborateProblem(parseInput(formula ? input : { ...input, expression: '0' }));
  const draw = { seed, points: Math.min(MAX_POINTS, Math.max(1, count)) };
  const subject = formula ? codeSubject(problem, draw) : null;
  const points = subject?.points ?? declaredPoints(problem, draw);
  const about = (v: Sym): CodeVariable => ({
    name: v.name,
    spelling: identifier(v.name),
    shape: formatShape(v.shape),
  });
  const text = (node: Node): string | null => {
    const e = exprOf(node);
    return e ? toText(e, { names: takenNames(problem) }) : null;
  };
  return {
    variables: problem.variables.map(about),
    wanted: problem.wrt.map((v, k) => ({
      ...about(v),
      formula: subject ? text(subject.gradients[k] as Node) : null,
    })),
    points: points.map((p) => ({
      sizes: Object.fromEntries(p.sizes),
      inputs: Object.fromEntries([...p.inputs].map(([v, t]) => [v.name, t])),
    })),
    seed,
    judge: subject && ((which, answers) => judgeCode(subject, which, answers, text)),
  };
}
