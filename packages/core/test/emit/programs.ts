import fc from 'fast-check';
import { deriveGradients } from '../../src/derive/derive.ts';
import { elaborateProblem } from '../../src/elaborate/elaborate.ts';
import type { Problem } from '../../src/elaborate/problem.ts';
import { type FormulaProgram, programOf } from '../../src/emit/program/request.ts';
import { unrolledProgram } from '../../src/emit/program/unrolled.ts';
import { add, apply, contract, symbol } from '../../src/expr/build.ts';
import type { Node } from '../../src/expr/node.ts';
import { symbolsOf } from '../../src/expr/walk.ts';
import { tanh } from '../../src/ops/elementwise.ts';
import { FUNCTIONS } from '../../src/ops/index.ts';
import { dimName } from '../../src/shape/dim.ts';
import { parseInput } from '../../src/syntax/parse.ts';
import { random } from '../../src/verify/random.ts';
import { ask } from '../fuzz/question.ts';
import { problemOf } from '../support/ask.ts';
import { Generator, VARIABLES } from './python/nodes.ts';

/** What every language is tried with. */

type Titled = readonly [title: string, program: FormulaProgram];

function programFor(problem: Problem, order = 1): FormulaProgram {
  const program = programOf(problem, { order });
  if (program.kind !== 'formula') throw new Error('no formula');
  return program;
}

export const asked = (expression: string, where: string, wrt: string, order = 1): FormulaProgram =>
  programFor(problemOf(expression, where, wrt), order);

/** A layered network of a given depth. */
export function network(depth: number): FormulaProgram {
  const problem = problemOf(
    'softmax_cross_entropy(Z[L] V, Y)',
    'X: m×n[0]; Y: m×k simplex; V: n[L]×k; W[l]: n[l-1]×n[l] for l = 1..L; b[l]: 1×n[l] for l = 1..L; Z[0] = X; Z[l] = relu(Z[l-1] W[l] + b[l]) for l = 1..L',
    'W[l],b[l],V',
  );
  if (!problem.family) throw new Error('no family');
  return unrolledProgram(problem, problem.family, new Map([['L', depth]]));
}

/** An array of three axes that no term of a sum fills. */
function spread(): FormulaProgram {
  const [m, n, k] = [dimName('m'), dimName('n'), dimName('k')];
  const [a, b] = [symbol('a', [m]), symbol('b', [n])];
  const extents = new Map([m, n, k].map((d, i) => [i, d]));
  const repeated = (node: Node, index: number): Node =>
    contract([{ node, indices: [index] }], [0, 1, 2], extents);
  const value = apply(tanh.leaf, [add(repeated(a, 0), repeated(b, 1))]);
  const common = { kind: 'formula', valueShape: [m, n, k], derivatives: [], parts: [] } as const;
  const inputs = [a, b, symbol('c', [k])].map((s) => ({ symbol: s, shape: s.shape }));
  return { ...common, title: 'a[i] + b[j] for all k', value, inputs };
}

const FORMULAS: readonly FormulaProgram[] = [
  spread(),
  asked('1/(2m) (Xθ − y)ᵀ(Xθ − y)', 'X: m×n; y: m; θ: n', 'θ,X,y'),
  asked('aᵀ A B C d', 'A: p×q; B: q×r; C: r×s; a: p; d: s', 'a,A,B,C,d'),
  asked('logdet(A) + xᵀ A⁻¹ y', 'A: n×n posdef; x, y: n', 'A,x,y'),
  asked('tr(B A⁻¹ Bᵀ)', 'A: n×n invertible; B: m×n', 'A,B'),
  asked('sum(tanh(X + b + c))', 'X: m×n; b: 1×n; c: m', 'X,b,c'),
  asked('tr(X) + sum(diag(X)) + xᵀ diag(y) X x', 'X: n×n; x, y: n', 'X,y'),
  asked('‖x‖² sum(ones(N)) + π', 'x: n', 'x'),
  asked('sum(tanh(W))/n + sum(B)/k', 'W: (n+1)×2k; B: 2k', 'W,B'),
  asked('2λ', 'λ: scalar; x: n', 'λ,x'),
  asked('sum(X) + 0 sum(Y)', 'X: m×n; Y: m×1', 'X,Y'),
  // a transpose that is squared before it meets a vector; a diagonal matrix, of which rows are taken
  asked(
    'logsumexp(norm((Z + tanh(ones(n, n))) ⊘ x, axis=1))',
    'Z: n×n positive; x: 1×n positive',
    'x,Z',
  ),
  asked('logsumexp(diag(q)) + sum(softmax(eye(n) + q))', 'q: n', 'q'),
  // contractions of arrays of three axes
  asked("sum(tanh(einsum('kji,kl->ijl', T, A)))", 'T: p×n×m; A: p×q', 'T,A'),
  asked("einsum('ijk,kji->', T, S) + sum(einsum('iji->j', S))", 'T: m×n×m; S: m×n×m', 'T'),
  asked("sum(exp(einsum('ijk,ijl->kl', T, T)))", 'T: m×n×p', 'T'),
  // results that are no gradients of scalars
  asked('tanh(A x)', 'A: m×n; x: n', 'x,A'),
  asked('A X B', 'A: m×n; X: n×k; B: k×p', 'X,A'),
  asked('logsumexp(A x)', 'A: m×n; x: n', 'x', 2),
  asked('sum(log(1 + exp(X θ)))', 'X: m×n; θ: n', 'θ', 2),
  asked('‖A − U Vᵀ‖²', 'A: m×n; U: m×k; V: n×k', 'U,V', 2),
  asked('sum(x ⊙ x ⊙ x)', 'x: n', 'x', 3),
  // names that are taken
  asked('value + sum(d_x) + x + sum(t1)', 'value: scalar; d_x: n; x: scalar; t1: 1×n', 'x,t1,d_x'),
  network(1),
  network(3),
];

/** Formulas, Jacobians and networks that have the traps of an export. */
export const PROGRAMS: readonly Titled[] = FORMULAS.map((p) => [p.title, p]);

/** The examples of the records, with their gradients. */
export const EXAMPLE_PROGRAMS: readonly Titled[] = FUNCTIONS.map(
  ({ name, example: { expression, where, wrt } }) => [name, asked(expression, where, wrt)],
);

/** Random formulas as people type them. */
export const textPrograms = (from: number, count: number): readonly Titled[] =>
  Array.from({ length: count }, (_, k) => {
    const { input } = ask(from + k, 1 + (k % 12));
    const program = programOf(elaborateProblem(parseInput(input)));
    if (program.kind !== 'formula') throw new Error('no formula');
    return [`text ${from + k}: ${input.expression}`, program] as const;
  });

/** Random expressions with all their gradients. */
export const randomPrograms = (count: number, seed: number): readonly Titled[] =>
  fc
    .sample(fc.integer({ min: 1, max: 1e9 }), { numRuns: count, seed })
    .flatMap((drawn): Titled[] => {
      const source = random(drawn);
      const value = new Generator(source).scalar(2 + source.below(4));
      const used = symbolsOf([value]);
      const variables = VARIABLES.filter((v) => used.includes(v));
      if (variables.length === 0) return [];
      const { gradients, parts } = deriveGradients({ value, variables });
      const program: FormulaProgram = {
        kind: 'formula',
        title: `random ${drawn}`,
        value,
        valueShape: [],
        inputs: VARIABLES.map((symbol) => ({ symbol, shape: symbol.shape })),
        derivatives: gradients.map(({ variable, shown }) => ({
          variable,
          shape: variable.shape,
          node: shown,
          left: '…',
          text: '…',
        })),
        parts,
      };
      return [[program.title, program]];
    });
