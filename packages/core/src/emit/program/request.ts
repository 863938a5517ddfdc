import type { NamedPart } from '../../derive/derivation.ts';
import type { Problem, Range } from '../../elaborate/problem.ts';
import { takenNames } from '../../explain/common.ts';
import { notesOf } from '../../explain/facts.ts';
import { familyDerivationOf, rangesOf } from '../../explain/family.ts';
import { derivationOf } from '../../explain/gradient.ts';
import { lastDerivative, wantedJacobians } from '../../explain/jacobian.ts';
import { productsOf } from '../../explain/product.ts';
import type { Question } from '../../explain/question.ts';
import type { Node, Sym } from '../../expr/node.ts';
import type { FamilyDerivation } from '../../family/derivation.ts';
import type { Shape } from '../../shape/shape.ts';
import { steady } from '../../simplify/steady.ts';
import { leftFor, leftText } from '../report/formula.ts';
import { toText } from '../text.ts';
import { docFormula } from './formula.ts';

/** What is written out as a program, whatever the language: the value of a formula and its derivatives. */
export interface FormulaProgram {
  readonly kind: 'formula';
  /** The expression in plain text, for the documentation of the code. */
  readonly title: string;
  readonly value: Node;
  readonly valueShape: Shape;
  /** In the order of declaration. */
  readonly inputs: readonly { readonly symbol: Sym; readonly shape: Shape }[];
  readonly derivatives: readonly DerivativeProgram[];
  /** Named parts that the derivatives use, in order of definition. */
  readonly parts: readonly NamedPart[];
  /** Lengths of dimensions for which the program shall be quickest, by their text; null where it shall do for all. */
  readonly lengths?: ReadonlyMap<string, number> | null;
}

/** What a program gives: its value, then the derivatives. */
export const resultsOf = ({ value, derivatives }: FormulaProgram): readonly Node[] => [
  value,
  ...derivatives.map((d) => d.node),
];

export interface DerivativeProgram {
  readonly variable: Sym;
  /** What it is, in plain text: `∂/∂θ`, `∂³/∂x²∂A`, `∂²/∂θ² [v]`. */
  readonly left: string;
  /** Of the result: the variable's, or for a Jacobian the value's followed by the variable's. */
  readonly shape: Shape;
  /** May use parts. */
  readonly node: Node;
  /** The formula in plain text. */
  readonly text: string;
}

/** What is written out over families of equations. */
export interface FamilyProgram {
  readonly kind: 'family';
  readonly title: string;
  readonly derivation: FamilyDerivation;
  /** In the order of declaration; families at their letter, with their declared range. */
  readonly inputs: readonly {
    readonly symbol: Sym;
    readonly shape: Shape;
    readonly range: Range | null;
  }[];
  /** A formula in plain text. */
  readonly text: (node: Node, shape: Shape) => string;
}

export type Program = FormulaProgram | FamilyProgram;

/**
 * The program of a problem: its value and the derivatives that were asked for. A Jacobian has the value's shape followed by the
 * variable's.
 * @throws MatgradError
 */
export function programOf(asked: Problem, question: Question = {}): Program {
  const problem = withoutOverflow(asked);
  const names = { names: takenNames(problem) };
  const text = (node: Node, shape: Shape): string => docFormula(node, shape, names.names);
  const title = toText(problem.expression, names);
  if (problem.family) {
    const ranges = rangesOf(problem);
    return {
      kind: 'family',
      title,
      derivation: familyDerivationOf(problem, problem.family),
      inputs: problem.variables.map((symbol) => ({
        symbol,
        shape: symbol.shape,
        range: symbol.index === null ? null : (ranges.get(symbol.name) ?? null),
      })),
      text,
    };
  }
  const inputs = problem.variables.map((symbol) => ({ symbol, shape: symbol.shape }));
  const { shape: valueShape } = problem.value;
  const common = { kind: 'formula', title, value: problem.value.node, valueShape, inputs } as const;
  const noted = (node: Node, shape: Shape, notes: readonly string[]): string =>
    text(node, shape) + (notes.length === 0 ? '' : ` (${notes.join('; ')})`);
  const left = (variable: Sym, before: readonly Sym[] = []): string => {
    const product = question.product ? { ...question.product, by: problem.wrt } : null;
    return leftText(leftFor('', { variable, before, product }));
  };
  if (question.product) {
    const { results, parts } = productsOf(problem, question.product, question);
    return {
      ...common,
      derivatives: results.map(({ variable, node, shape, notes }) => ({
        variable,
        left: left(variable),
        shape,
        node,
        text: noted(node, shape, notes),
      })),
      parts,
    };
  }
  if ((question.order ?? 1) > 1 || valueShape.length > 0) {
    return {
      ...common,
      derivatives: wantedJacobians(problem, question).map((w) => {
        const { node, note, facts } = lastDerivative(problem, w, question);
        const shape = [...w.shape, ...w.variable.shape];
        return {
          variable: w.variable,
          left: left(w.variable, w.before),
          shape,
          node,
          text: noted(node, shape, notesOf(note, facts)),
        };
      }),
      parts: [],
    };
  }
  const { gradients, parts } = derivationOf(problem, question);
  return {
    ...common,
    derivatives: gradients.map((g) => ({
      variable: g.variable,
      left: left(g.variable),
      shape: g.variable.shape,
      node: g.shown,
      text: noted(g.shown, g.variable.shape, notesOf(g.note, g.facts)),
    })),
    parts,
  };
}

/** The problem, its value and what it defines written so that large arguments do not overflow. Families stay as they are. */
function withoutOverflow(problem: Problem): Problem {
  if (problem.family) return problem;
  const { value, definitions } = problem;
  const [node = value.node, ...parts] = steady([
    value.node,
    ...definitions.map((d) => d.value.node),
  ]);
  return {
    ...problem,
    value: { ...value, node },
    definitions: definitions.map((d, k) => ({
      ...d,
      value: { ...d.value, node: parts[k] ?? d.value.node },
    })),
  };
}
