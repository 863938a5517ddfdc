import { symbol } from '../expr/build.ts';
import type { Node, Sym } from '../expr/node.ts';
import { substitute, symbolsOf } from '../expr/walk.ts';
import type { Value } from '../ops/value.ts';
import type { Shape } from '../shape/shape.ts';
import type { Definition, Expr } from '../syntax/tree.ts';
import { NO_SPAN } from '../syntax/tree.ts';
import { Attempt } from './attempt.ts';
import { at, fail } from './errors.ts';
import { hasUnknown, Unification } from './inference.ts';
import { Clash } from './names.ts';
import type { Problem } from './problem.ts';
import type { DeclaredVariable, Scope } from './scope.ts';

/** What an expression may use besides the names of its problem. */
export interface Given {
  /** The letter of the step that the expression is for, `l`. */
  readonly letter?: string;
  /** Further symbols, families at their letter: the cotangents `G[l]`. Where the problem has the name, the problem's counts. */
  readonly symbols?: readonly Sym[];
  /** The shape that is wanted: tells the side of an `I` where the expression leaves it open. */
  readonly shape?: Shape;
}

/**
 * An expression in the scope of a problem: with its names and shapes, also those that were inferred. Nothing is inferred any more
 * but the sides of `I`.
 * @param parts named parts of the expression's own, `where P = …`
 * @throws MatgradError
 */
export function elaborateWithin(
  problem: Problem,
  e: Expr,
  parts: readonly Definition[] = [],
  given: Given = {},
): Value {
  const taken = new Set(problem.variables.map((v) => v.name));
  const symbols = (given.symbols ?? []).filter((s) => !taken.has(s.name));
  const scope = scopeWithin(problem, parts, symbols);
  const unification = new Unification();
  for (;;) {
    const attempt = new Attempt(scope, { ranks: null, unification }, problem.definitions);
    try {
      const value = attempt.families.within(given.letter ?? null, () => attempt.run(e));
      const open = attempt.unknowns.some((d) => hasUnknown(attempt.resolve(d)));
      const [wanted, shape] = [given.shape ?? [], value.shape];
      const met = shape.length === wanted.length ? shape : [];
      if (!open) return { node: asGiven(value.node, scope, symbols), shape };
      if (!met.map((d, k) => unification.equate(d, wanted[k] ?? d)).some(Boolean))
        fail('unknown-size', 'nothing here tells how large this I is', [at(e.span)], {
          notes: ['give its side: `eye(n)`'],
        });
    } catch (error) {
      if (!(error instanceof Clash)) throw error;
      if (!error.equate.map(([a, b]) => unification.equate(a, b)).some(Boolean)) error.report();
    }
  }
}

/** Symbols that were given keep their role. */
function asGiven(node: Node, scope: Scope, symbols: readonly Sym[]): Node {
  const roles = new Map(symbols.map((s) => [s.name, s.role]));
  const by = symbolsOf([node]).flatMap((s): [Node, Node][] => {
    const role = scope.families.has(s.name) ? undefined : roles.get(s.name);
    if (!role || role === s.role || s.role !== 'variable') return [];
    return [[s, symbol(s.name, s.shape, { index: s.index, role, properties: s.properties })]];
  });
  return by.length > 0 ? (substitute([node], new Map(by))[0] ?? node) : node;
}

/** The problem's scope, with shapes for all names and the expression's own parts. */
function scopeWithin(problem: Problem, parts: readonly Definition[], more: readonly Sym[]): Scope {
  const { scope } = problem;
  const known = (v: Sym): [string, DeclaredVariable] => [
    v.name,
    {
      name: v.name,
      shape: v.shape,
      properties: v.properties,
      letter: v.index?.variable ?? null,
      range: scope.variables.get(v.name)?.range ?? null,
      span: scope.variables.get(v.name)?.span ?? NO_SPAN,
    },
  ];
  const dimensions = problem.declarations.flatMap((d) => (d.kind === 'dimension' ? d.name : []));
  const definitions = new Map(scope.definitions);
  const local = new Set<string>();
  const found: Scope = {
    ...scope,
    variables: new Map([...scope.variables, ...[...more, ...problem.variables].map(known)]),
    definitions,
    local,
    dimensions: new Set([...scope.dimensions, ...dimensions]),
  };
  const { variables, families, functions, aliases } = found;
  const define = (d: Definition): void => {
    const { name, span } = d.name;
    if (
      [variables, definitions, families, functions, aliases, found.dimensions].some((m) =>
        m.has(name),
      )
    )
      fail('duplicate-declaration', `${name} has a meaning already`, [
        at(span, 'defined again here'),
      ]);
    definitions.set(name, d);
    local.add(name);
    d.parts.forEach(define);
  };
  parts.forEach(define);
  return found;
}
