import { linearProperties } from '../derive/space.ts';
import { MatgradError } from '../diagnostic/diagnostic.ts';
import type { Declared, Problem } from '../elaborate/problem.ts';
import { symbol } from '../expr/build.ts';
import type { Sym } from '../expr/node.ts';
import { symbolsOf } from '../expr/walk.ts';
import { formatShape, type Shape, sameShape } from '../shape/shape.ts';
import { plainReader } from '../syntax/declaration.ts';
import { tokenize } from '../syntax/lexer.ts';
import { linesOf } from '../syntax/lines.ts';
import { readNames } from '../syntax/name.ts';
import type { Product, ProductKind } from './question.ts';

/** The vectors of a product, as typed: `v`, `P, Q`. */
export interface Along {
  readonly kind: ProductKind;
  readonly names: readonly string[];
}

const SAYS: Readonly<Record<ProductKind, string>> = {
  hvp: 'Hessian times vector',
  jvp: 'Jacobian times vector',
  vjp: 'transposed Jacobian times vector',
};

/**
 * The problem with the vectors of a product among its variables, and the product. A vector that was declared has to have the shape that is
 * wanted, one that was not gets it: of the variable that moves along it (with its symmetry), of a vjp of the value.
 * @throws MatgradError `bad-direction`
 */
export function withDirections(
  problem: Problem,
  { kind, names: typed }: Along,
): { readonly problem: Problem; readonly product: Product } {
  const names = typed.flatMap(namesOf);
  const says = SAYS[kind];
  if (problem.family)
    throw refusal(`${says} is not known yet for families of equations with any number of steps`);
  const inside = new Set(symbolsOf([problem.value.node]).map((s) => s.name));
  // a vector that was declared is no variable of its own accord
  const wrt = problem.wrt.filter((v) => inside.has(v.name) || !names.includes(v.name));
  const wanted: { readonly what: string; readonly like: Sym | null; readonly shape: Shape }[] =
    kind === 'vjp'
      ? [{ what: 'the value', like: null, shape: problem.value.shape }]
      : wrt.map((v) => ({ what: v.name, like: v, shape: v.shape }));
  if (names.length !== wanted.length)
    throw refusal(
      `${says} takes ${wanted.length === 1 ? 'one vector' : `${wanted.length} vectors`}, of the shape of ${wanted.map((w) => w.what).join(', ')}, and there ${names.length === 1 ? 'is one' : `are ${names.length}`}: ${names.join(', ')}`,
      kind === 'vjp'
        ? 'the value is one array'
        : 'one for each variable, in their order: `--hvp P,Q`',
    );
  const twice = names.find((n, k) => names.indexOf(n) !== k);
  if (twice !== undefined) throw refusal(`${twice} is named twice`);
  const along = names.map((name, k) => {
    const { what, like, shape } = wanted[k] as (typeof wanted)[number];
    const declared = problem.variables.find((v) => v.name === name);
    if (declared && !inside.has(name)) {
      if (sameShape(declared.shape, shape)) return declared;
      throw refusal(
        `${name} is ${formatShape(declared.shape)}, and ${what} is ${formatShape(shape)}: ${says} wants them alike`,
      );
    }
    const other = problem.declarations.find((d) => d.name === name);
    const defined =
      name === problem.name || problem.definitions.some((d) => d.name === name) || other;
    if (inside.has(name) || defined)
      throw refusal(
        `${name} has a meaning already: the vector of a product needs a name of its own`,
        `as in \`--${kind} ${freeName(problem)}\``,
      );
    return symbol(name, shape, { properties: like ? linearProperties(like) : [] });
  });
  const fresh = along.filter((s) => !problem.variables.includes(s));
  const declarations = fresh.map(
    (s): Declared => ({
      name: s.name,
      kind: 'variable',
      shape: s.shape,
      properties: s.properties,
      inferred: true,
      letter: null,
      range: null,
      symbol: s,
    }),
  );
  const at = problem.declarations.findLastIndex((d) => d.kind === 'variable') + 1;
  return {
    problem: {
      ...problem,
      wrt,
      sequence: problem.sequence.filter((v) => wrt.includes(v)),
      variables: [...problem.variables, ...fresh],
      declarations: problem.declarations.toSpliced(at, 0, ...declarations),
    },
    product: { kind, along },
  };
}

/** Names as they are typed after `--hvp`. @throws MatgradError */
function namesOf(text: string): string[] {
  const [line, second] = linesOf(tokenize(text));
  if (!line || line.error || second)
    throw refusal(`“${text.trim()}” names no vector`, 'names are separated by commas: `P,Q`');
  try {
    const reader = plainReader(line.tokens, line.end);
    const names = readNames(reader);
    if (reader.atEnd && names.every((n) => n.index === null)) return names.map((n) => n.name);
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
  }
  throw refusal(`“${text.trim()}” names no vector`, 'names are separated by commas: `P,Q`');
}

function freeName(problem: Problem): string {
  const taken = new Set(problem.declarations.map((d) => d.name));
  return ['v', 'u', 'd', 'w', 'V', 'U'].find((n) => !taken.has(n)) ?? 'v_1';
}

const refusal = (message: string, ...notes: readonly string[]): MatgradError =>
  new MatgradError({ severity: 'error', code: 'bad-direction', message, labels: [], notes });
