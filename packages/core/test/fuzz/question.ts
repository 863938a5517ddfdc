import type { Input } from '../../src/syntax/input.ts';
import { random, shuffled } from '../../src/verify/random.ts';
import { type Formula, generate } from './generate.ts';
import type { Variable } from './names.ts';
import { below, definitionsOf, type Tree } from './tree.ts';
import { write, writeShape } from './write.ts';

/** A random formula as text, with its declarations. */
export interface Question {
  readonly seed: number;
  readonly formula: Formula;
  /** Those of the text, in its order; a name that was only declared for its length comes last. */
  readonly variables: readonly Variable[];
  readonly input: Input;
  /** The same with the declarations in another order. */
  readonly shuffled: Input;
}

/** A variable for a length that nothing else tells. */
const LENGTH = 'ν';

export function ask(seed: number, operations: number): Question {
  const formula = generate(seed, operations);
  const source = random(seed, 1);
  const variables = declared(formula);
  const lines = variables
    .filter((v) => v.declared)
    .map((v) => {
      const property = v.property === null ? '' : ` ${v.property}`;
      return `${v.name}: ${writeShape(v.rows, v.cols, source)}${property}`;
    });
  const definitions = definitionsOf(formula.tree).map(
    ({ name, value }) => `${name} = ${write(value, source)}`,
  );
  const formulaText = write(formula.tree, source);
  // named parts on lines of their own, or behind the formula
  const behind = definitions.length > 0 && source.below(3) === 0;
  const expression = behind ? `${formulaText} where ${definitions.join(', ')}` : formulaText;
  const input = (list: readonly string[]): Input => ({
    expression,
    ...(list.length > 0 ? { where: list.join('; ') } : {}),
    wrt: variables.map((v) => v.name),
  });
  return {
    seed,
    formula,
    variables,
    input: input(behind ? lines : [...lines, ...definitions]),
    shuffled: input([...(behind ? [] : definitions), ...shuffled(lines, source)]),
  };
}

/** All lengths that the formula uses as numbers have to stand in a shape. */
function declared({ tree, variables }: Formula): readonly Variable[] {
  const needed = new Set<string>();
  const visit = (t: Tree): void => {
    for (const s of [...(t.kind === 'size' ? [t.side] : []), ...placesOf(t)])
      for (const name of s.match(/[a-z]/gu) ?? []) needed.add(name);
    below(t).forEach(visit);
  };
  visit(tree);
  const told = (list: readonly Variable[]): string =>
    list.map((v) => (v.declared ? v.rows + v.cols : '')).join('');
  const missing = (list: readonly Variable[]): string[] =>
    [...needed].filter((name) => !told(list).includes(name));
  if (missing(variables).length === 0) return variables;
  const all = variables.map((v) => ({ ...v, declared: true }));
  const extra = missing(all).map(
    (name, k): Variable => ({
      name: k === 0 ? LENGTH : `${LENGTH}_${k}`,
      rows: name,
      cols: '1',
      property: null,
      declared: true,
    }),
  );
  return [...all, ...extra];
}

const placesOf = (t: Tree): string[] =>
  t.kind === 'part' ? t.places.filter((p) => typeof p === 'string') : [];
