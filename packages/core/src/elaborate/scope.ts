import type { Property } from '../expr/node.ts';
import { FUNCTION_NAMES } from '../ops/index.ts';
import { normalShape } from '../ops/value.ts';
import type { Dim } from '../shape/dim.ts';
import { addDim, dimAtoms, dimName, dimNumber, mulDim, subDim } from '../shape/dim.ts';
import { isIntegerR, signR, toNumber } from '../shape/rational.ts';
import type { Shape } from '../shape/shape.ts';
import type {
  Declaration,
  Definition,
  Expr,
  FunctionDeclaration,
  NameSyntax,
  Program,
  RangeSyntax,
  ShapeSyntax,
  Span,
} from '../syntax/tree.ts';
import { at, fail } from './errors.ts';

/** What the lines of a program say of each name, before any expression is looked at. */
export interface Scope {
  readonly program: Program;
  /** By name; families under the name alone. */
  readonly variables: ReadonlyMap<string, DeclaredVariable>;
  readonly functions: ReadonlyMap<string, DeclaredFunction>;
  /** `J = …`, by name. */
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Those of them that belong to one step and are read within it: the parts of a claim about `W[l]`. */
  readonly local?: ReadonlySet<string>;
  /** Equations of families, by name: `Z[0] = X` and `Z[l] = …`. */
  readonly families: ReadonlyMap<string, readonly Definition[]>;
  /** `σ = sigmoid`: another name of a function. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Names that stand in shapes. */
  readonly dimensions: ReadonlySet<string>;
}

export interface DeclaredVariable {
  readonly name: string;
  readonly shape: Shape | null;
  /** As it was written, before `n×1` became `n`. */
  readonly properties: readonly Property[];
  /** The letter of `W[l]`, or null. */
  readonly letter: string | null;
  readonly range: RangeSyntax | null;
  readonly span: Span;
}

export interface DeclaredFunction {
  readonly name: string;
  readonly letter: string | null;
  /** null: entry by entry. */
  readonly argument: Shape | null;
  readonly span: Span;
}

const MAX_DIMENSION = 1_000_000_000;

/** A side of a shape: a sum of products of positive integers and names. */
export function readDimension(e: Expr): Dim {
  switch (e.kind) {
    case 'number': {
      const n = toNumber(e.value);
      if (!isIntegerR(e.value) || signR(e.value) < 0 || n > MAX_DIMENSION) {
        return fail(
          'bad-dimension',
          'a dimension is a positive integer, a name, or a sum or product of those',
          [at(e.span)],
        );
      }
      return dimNumber(n);
    }
    case 'name':
      return dimName(e.name, e.index);
    case 'product':
      if (e.op === 'times') return mulDim(readDimension(e.left), readDimension(e.right));
      break;
    case 'sum':
      return e.op === '+'
        ? addDim(readDimension(e.left), readDimension(e.right))
        : subDim(readDimension(e.left), readDimension(e.right));
    default:
      break;
  }
  return fail(
    'bad-dimension',
    'a dimension is a positive integer, a name, or a sum or product of those',
    [at(e.span)],
  );
}

function readShape(shape: ShapeSyntax): Shape {
  const sides = shape.sides.map((s) => {
    const d = readDimension(s);
    if (d.key === '0' || d.terms.every((t) => t.coefficient < 0))
      fail('bad-dimension', 'a dimension is at least 1', [at(s.span)]);
    return d;
  });
  return normalShape(sides);
}

export function collectScope(program: Program): Scope {
  const variables = new Map<string, DeclaredVariable>();
  const functions = new Map<string, DeclaredFunction>();
  const definitions = new Map<string, Definition>();
  const families = new Map<string, Definition[]>();
  const aliases = new Map<string, string>();
  const dimensions = new Map<string, Span>();
  const seen = new Map<string, Span>();

  const claim = (n: NameSyntax, what: string): void => {
    const before = seen.get(n.name);
    if (before)
      fail('duplicate-declaration', `${n.name} is ${what} twice`, [
        at(n.span, 'again here'),
        at(before, 'first here'),
      ]);
    seen.set(n.name, n.span);
  };
  const noteDims = (shape: Shape, span: Span): void => {
    for (const d of shape)
      for (const a of dimAtoms(d)) if (!dimensions.has(a.name)) dimensions.set(a.name, span);
  };

  const declare = (s: Declaration): void => {
    const shape = s.shape ? readShape(s.shape) : null;
    if (shape && s.shape) noteDims(shape, s.shape.span);
    for (const n of s.names) {
      if (!(n.index && families.has(n.name))) claim(n, 'declared');
      variables.set(n.name, {
        name: n.name,
        shape,
        properties: s.properties.map((p) => p.name as Property),
        letter: n.index?.variable ?? null,
        range: s.range,
        span: n.span,
      });
    }
  };
  const declareFunction = (s: FunctionDeclaration): void => {
    const argument = s.argument ? readShape(s.argument) : null;
    if (argument && s.argument) noteDims(argument, s.argument.span);
    for (const n of s.names) {
      claim(n, 'declared');
      functions.set(n.name, {
        name: n.name,
        letter: n.index?.variable ?? null,
        argument,
        span: n.span,
      });
    }
  };
  const define = (s: Definition): void => {
    if (s.name.index) {
      const had = families.get(s.name.name);
      // a family may have both: a declared shape and equations
      if (!had && !variables.get(s.name.name)?.letter) claim(s.name, 'declared');
      families.set(s.name.name, [...(had ?? []), s]);
      return;
    }
    claim(s.name, 'defined');
    if (s.value.kind === 'name' && FUNCTION_NAMES.has(s.value.name))
      aliases.set(s.name.name, s.value.name);
    else definitions.set(s.name.name, s);
    for (const p of s.parts) define(p);
  };

  for (const s of program.statements) {
    const end = s.range?.to.variable;
    if (s.range && typeof end === 'string' && !dimensions.has(end))
      dimensions.set(end, s.range.span);
    if (s.kind === 'declaration') declare(s);
    else if (s.kind === 'function') declareFunction(s);
    else define(s);
  }
  for (const [name, span] of dimensions) {
    const v = variables.get(name);
    if (v && v.shape && v.shape.length > 0) {
      fail(
        'dimension-and-variable',
        `${name} is both a dimension and a ${v.shape.length > 1 ? 'matrix' : 'vector'}`,
        [at(v.span, 'declared here'), at(span, 'used as a dimension here')],
      );
    }
    const d = definitions.get(name);
    if (d)
      fail('dimension-and-variable', `${name} is both a dimension and defined by an equation`, [
        at(d.name.span, 'defined here'),
        at(span, 'used as a dimension here'),
      ]);
  }
  return {
    program,
    variables,
    functions,
    definitions,
    families,
    aliases,
    dimensions: new Set(dimensions.keys()),
  };
}
